"""A routing story: a drawn map, an operation's store, what is published in it, and questions.

::

    story = Story(tmp_path, town)
    story.publish(closure("bridge", town.between("BC", 0.5)))
    story.ask("A", "C").verdict
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.operation import Operation
from layers.store import Store
from lca.constraint import Constraint
from lca.facility import Storage
from lca.geo import LonLat
from lca.table import frame_of
from lca.vocab import (
    ConstraintStatus,
    EffectKind,
    LocationPrecision,
    OperationalStatus,
    Reliability,
    Sensitivity,
)
from routing.answer import RouteAnswer
from routing.planner import Planner
from routing.policy import Policy, Treatment
from routing.question import RouteQuestion
from routing.registry import register_network

from .asciimap import AsciiMap
from .clock import Clock

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""A Wednesday; the drawn maps keep UTC."""
YESTERDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)
TRUCK = "truck_heavy_3"


def constraint(name: str, where: LonLat | BaseGeometry | None = None, **fields: Any) -> Constraint:
    """Return a constraint with the usual provenance; by default an accurate closure."""
    return Constraint(
        **{
            "id": name,
            "name": name.replace("-", " ").capitalize(),
            "effect": EffectKind.BLOCKED,
            "source_org": "Road authority",
            "date_of_information": YESTERDAY,
            "reliability": Reliability.B,
            "location_precision": LocationPrecision.ACCURATE,
            "geometry": where.point if isinstance(where, LonLat) else where,
            **fields,
        }
    )


def line(*positions: LonLat) -> shapely.LineString:
    """Return the line through positions."""
    return shapely.LineString([(position.lon, position.lat) for position in positions])


def area(*positions: LonLat) -> shapely.Polygon:
    """Return the area with these corners."""
    return shapely.Polygon([(position.lon, position.lat) for position in positions])


def ended(item: Constraint, at: datetime, by: str = "Road authority") -> Constraint:
    """Return the constraint with its explicit, sourced end."""
    return replace(item, status=ConstraintStatus.RESOLVED, ended_at=at, ended_by=by)


@cache
def _shelf() -> Path:
    path = tempfile.mkdtemp(prefix="lca-stories-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


@cache
def _begun(town: AsciiMap, exercise: bool, assessed: bool) -> Path:
    """Return the store with which every story of a town begins; made once, to be copied."""
    path = Path(tempfile.mkdtemp(dir=_shelf())) / "store"
    clock = Clock(NOON)
    with Store.open(path, clock=clock) as store:
        store.set_operation(Operation("TST", "Drawn town", exercise, "UTC"))
        register_network(store, town.network, message="drawn")
        if assessed:
            _publish_constraints(store, clock, [_remark(town)])
    return path


def _remark(town: AsciiMap) -> Constraint:
    """Return one far, harmless remark: an assessment that found nothing."""
    return constraint("remark", town.at(-90_000.0, 0.0), effect=EffectKind.ADVISORY)


def _publish_constraints(store: Store, clock: Clock, items: Iterable[Constraint]) -> None:
    clock.tick(seconds=1)
    draft = store.draft(
        "constraints", frame_of(Constraint, items), author="editor", message="assessment"
    )
    lifts = frozenset(lifted.id for lifted in draft.lifts)
    store.publish(draft.id, author="approver", confirm_lifts=lifts)


class Story:
    """One operation on a drawn map; letters and names are places."""

    def __init__(
        self,
        folder: Path,
        town: AsciiMap,
        *,
        exercise: bool = False,
        assessed: bool = True,
        engine: str | None = "scipy",
    ) -> None:
        self.town = town
        shutil.copytree(_begun(town, exercise, assessed), folder / "store")
        self.clock = Clock(NOON)
        self._constraints: dict[str, Constraint] = {}
        if assessed:
            self.clock.tick(seconds=1)
            self._constraints["remark"] = _remark(town)
        self.store = Store.open(folder / "store", clock=self.clock)
        self._facilities: dict[str, Storage] = {}
        self.planner = Planner(self.store, engine=engine)

    @property
    def published_constraints(self) -> tuple[Constraint, ...]:
        """What stands in the constraints layer."""
        return tuple(self._constraints.values())

    def publish(self, *items: Constraint) -> None:
        """Publish constraints beside those that stand; one of a known id replaces it."""
        self._constraints |= {item.id: item for item in items}
        _publish_constraints(self.store, self.clock, self._constraints.values())

    def facility(
        self,
        name: str,
        where: LonLat,
        status: OperationalStatus = OperationalStatus.OPERATIONAL,
        *,
        title: str | None = None,
        **fields: Any,
    ) -> None:
        """Publish a warehouse beside those that are published."""
        self.clock.tick(seconds=1)
        self._facilities[name] = Storage(
            **{
                "id": name,
                "name": title or name.replace("-", " ").capitalize(),
                "status": status,
                "source_org": "Warehouse keeper",
                "date_of_information": YESTERDAY,
                "geometry": where.point,
                **fields,
            }
        )
        draft = self.store.draft(
            "storage",
            frame_of(Storage, self._facilities.values()),
            author="editor",
            message="facilities",
        )
        self.store.publish(draft.id, author="approver")

    def ask(
        self,
        origin: str | LonLat,
        destination: str | LonLat,
        vehicle: str = TRUCK,
        *,
        at: datetime | None = None,
        as_of: datetime | None = None,
        without: tuple[str, ...] = (),
        what_if: tuple[Constraint, ...] = (),
        unknown: Treatment = Treatment.ALLOW,
        policy: Policy | None = None,
        clearance: Sensitivity = Sensitivity.PUBLIC,
    ) -> RouteAnswer:
        """Ask for a way between two letters, positions or names."""
        return self.planner.answer(
            RouteQuestion(
                self._place(origin),
                self._place(destination),
                vehicle,
                at=at,
                as_of=as_of,
                without=without,
                what_if=what_if,
                policy=policy or Policy(unknown=unknown),
            ),
            clearance,
        )

    def way(self, answer: RouteAnswer) -> str:
        """Return the letters that an answer's way passes, empty without a way."""
        if answer.way is None:
            return ""
        return self.town.way_of(answer.way.trip.arcs)

    def _place(self, place: str | LonLat) -> str:
        if isinstance(place, str) and place in self.town.metres:
            place = self.town.place(place)
        if isinstance(place, LonLat):
            return f"lat={place.lat:.9f},lon={place.lon:.9f}"
        return place
