"""What one worker holds while it serves: the store, the planner, and a slot for reading uploads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from layers.store import Store
from routing.planner import Planner

from .roadbook import RoadBook
from .settings import Settings
from .standing import StandingBook


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that endpoints call; one of each an application."""

    settings: Settings
    store: Store
    planner: Planner
    clock: Callable[[], datetime]
    roads: RoadBook
    standings: StandingBook = field(default_factory=StandingBook)
    # One upload is read at a time: a reading may use gigabytes and a whole core.
    reader_slot: threading.Lock = field(default_factory=threading.Lock)
