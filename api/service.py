"""What one worker holds while it serves: the store, the planner, and a slot for reading uploads."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from layers.changes import ChangeLog
from layers.store import Store
from layers.tiles.versiontiles import VersionTiles
from routing.planner import Planner
from routing.roadtilebook import RoadTiles

from .rebuilding import Rebuilding
from .releases import ReleaseNotes
from .roadbook import RoadBook
from .settings import Settings
from .standing import StandingBook


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that endpoints call; one of each an application, all safe between threads."""

    settings: Settings
    store: Store
    planner: Planner
    roads: RoadBook
    notes: ReleaseNotes
    tiles: VersionTiles
    road_tiles: RoadTiles
    changes: ChangeLog
    rebuilding: Rebuilding
    standings: StandingBook = field(default_factory=StandingBook)
    # One upload is read at a time: a reading may use gigabytes and a whole core.
    reader_slot: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, settings: Settings, store: Store) -> Service:
        """Set up the parts around a store."""
        planner = Planner(store, engine=settings.engine)
        return cls(
            settings,
            store,
            planner,
            RoadBook(store),
            ReleaseNotes(store),
            VersionTiles(store),
            RoadTiles(store),
            ChangeLog(store),
            Rebuilding(store, settings.store),
        )
