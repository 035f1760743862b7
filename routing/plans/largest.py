"""The largest vehicle that reaches a destination, and where to load over into a smaller one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.errors import NotFound, UsageError
from lca.instant import format_instant
from lca.vehicle import VehicleClass
from lca.vocab import OperationalStatus, Verdict
from routing.answer_text import duration_words
from routing.engine import INFINITE
from routing.finding import Finding
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.road_ends import RoadEnd, leaving, reaching
from routing.snap import Snap
from routing.tables.heading import Heading, counted

from .classes import PASSES, ClassVerdict, by_payload, class_verdicts, table_lines
from .variants import for_vehicle, leaving_at, worst

MOST_CANDIDATES = 2_000
"""Places that are looked at; more are left out, and the answer says so."""
MOST_CONFIRMED = 5
"""Places of one pair of classes that are judged in full, the least total time first."""
_EQUAL_MS = 60_000
"""Times within a minute are equal: the estimate is no finer."""
HANDLING_H = 4.0
"""Hours to load over where nobody says how long it takes: an assumption, stated in the answer."""


@dataclass(frozen=True, eq=False)
class Transshipment:
    """A large vehicle to a place, a smaller one from there on, both judged in full."""

    place: ResolvedPlace
    large: VehicleClass
    small: VehicleClass
    to_place: Finding
    onward: Finding
    handling_h: float
    departs_again: datetime

    @property
    def verdict(self) -> Verdict:
        """The worse of the two verdicts."""
        return worst((self.to_place.verdict, self.onward.verdict))

    @property
    def total_h(self) -> float:
        """Hours from the departure to the arrival, loading over included."""
        ways = (self.to_place.way, self.onward.way)
        return self.handling_h + sum(way.duration_h for way in ways if way is not None)

    def rank(self) -> tuple[int, float]:
        """Return what the better of two has less of: minutes, then hours of the small vehicle."""
        onward = self.onward.way
        return round(60 * self.total_h), 0.0 if onward is None else onward.duration_h

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        legs = zip((self.large, self.small), (self.to_place, self.onward), strict=True)
        return {
            "place": self.place.as_json(),
            "verdict": self.verdict.value,
            "total_h": round(self.total_h, 2),
            "handling_h": self.handling_h,
            "departs_again": format_instant(self.departs_again),
            "legs": [ClassVerdict(vehicle, finding).as_json() for vehicle, finding in legs],
        }

    def lines(self) -> Iterator[str]:
        """Yield it as text."""
        yield (
            f"{self.large.payload_t:g} t ({self.large.code}) to {self.place.name}, then "
            f"{self.small.payload_t:g} t ({self.small.code}): {duration_words(self.total_h)} "
            f"with {self.handling_h:g} h to load over, {self.verdict.value.replace('_', ' ')}"
        )
        yield f"  {ClassVerdict(self.large, self.to_place).line()}"
        yield f"  {ClassVerdict(self.small, self.onward).line()}"


@dataclass(frozen=True, eq=False)
class Largest:
    """The verdict of each class, the largest that gets there, and where to load over."""

    heading: Heading
    classes: tuple[ClassVerdict, ...]
    transshipment: Transshipment | None
    looked_at: int
    left_out: int
    words: str

    @property
    def largest(self) -> ClassVerdict | None:
        """The class of the largest payload that gets there, None if none does."""
        return next((row for row in self.classes if row.passes), None)

    @property
    def verdict(self) -> Verdict:
        """The best there is: of a class, or of a proposal to load over."""
        if self.largest is not None:
            return self.largest.finding.verdict
        if self.transshipment is not None:
            return self.transshipment.verdict
        known = [row.finding.verdict for row in self.classes]
        return Verdict.UNKNOWN if Verdict.UNKNOWN in known else Verdict.NOT_VIABLE

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object; only ``envelope`` differs between replays."""
        largest = self.largest
        return {
            **self.heading.as_json(),
            "verdict": self.verdict.value,
            "classes": [row.as_json() for row in self.classes],
            "largest": None if largest is None else largest.vehicle.code,
            "transshipment": None if self.transshipment is None else self.transshipment.as_json(),
            "places_looked_at": self.looked_at,
            "places_left_out": self.left_out,
            "transshipment_note": self.words,
        }

    def as_text(self) -> str:
        """Return it as text."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        asked = self.heading.asked
        yield from self.heading.first_lines("LARGEST VEHICLE", _counted(len(self.classes)))
        yield f"From {asked['hub']['name']} to {asked['destination']['name']}"
        largest = self.largest
        yield (
            "No class gets there."
            if largest is None
            else f"Largest that gets there: {largest.vehicle.name}, "
            f"{largest.vehicle.payload_t:g} t payload"
        )
        yield from table_lines(self.classes)
        yield self.words
        if self.transshipment is not None:
            yield from self.transshipment.lines()
        yield from self.heading.last_lines()


@dataclass(slots=True)
class _Searches:
    """Times of classes from the hub and to the destination, each swept once."""

    outlook: Outlook
    hub: ResolvedPlace
    destination: ResolvedPlace
    places: Sequence[ResolvedPlace]
    kept: dict[tuple[VehicleClass, bool], NDArray[np.int64]] = field(default_factory=dict)

    def times(self, vehicle: VehicleClass, *, onward: bool) -> NDArray[np.int64]:
        """Return the ms from the hub to each place, or onward to the destination."""
        key = (vehicle, onward)
        if key not in self.kept:
            self.kept[key] = self._times(for_vehicle(self.outlook, vehicle), onward=onward)
        return self.kept[key]

    def _times(self, outlook: Outlook, *, onward: bool) -> NDArray[np.int64]:
        network = outlook.network
        ends, far = (leaving, reaching) if not onward else (reaching, leaving)
        base = outlook.snapped(self.destination if onward else self.hub)
        starts = [
            (end.vertex, cost)
            for end in ends(network, base)
            if (cost := _cost(outlook, end)) < INFINITE
        ]
        swept = outlook.metric.sweep(starts, towards=onward).astype(np.int64)
        times = np.full(len(self.places), INFINITE, np.int64)
        for row, place in enumerate(self.places):
            snap = _snapped(outlook, place)
            if snap is not None:
                costs = [int(swept[e.vertex]) + _cost(outlook, e) for e in far(network, snap)]
                times[row] = min([*costs, INFINITE])
        return times


def largest(
    outlook: Outlook,
    hub: ResolvedPlace,
    destination: ResolvedPlace,
    vehicles: Sequence[VehicleClass],
    places: Sequence[ResolvedPlace] = (),
    *,
    handling_h: float = HANDLING_H,
) -> Largest:
    """Return which classes get to a destination, and where a larger one is best loaded over.

    Parameters
    ----------
    outlook : Outlook
        The state of the store, the departure and the policy; its vehicle does not matter.
    vehicles : sequence of VehicleClass
        The classes there are.
    places : sequence of ResolvedPlace
        Where cargo may be loaded over: facilities and places. Closed ones are left out.
    handling_h : float
        Hours to load over.

    Notes
    -----
    Looked for is the largest class that does not get there itself but gets to a place from which
    another one goes on; of those, the largest; of the places, the one of the least total time.
    Times of all places are those of the constraints as they hold at departure; the proposal is
    then judged in full, the second leg at its own departure.

    Raises
    ------
    UsageError
        If there is no class to choose from, or the hours are below 0.
    NotFound
        If the hub or the destination lies off the road network.
    """
    if not vehicles or handling_h < 0:
        raise UsageError(
            "There is no vehicle class to choose from, or loading takes less than no time.",
            do_next="Name at least one class, and hours of 0 or more.",
        )
    classes = class_verdicts(outlook, hub, destination, vehicles)
    usable = [place for place in places if not _closed(place) and place not in (hub, destination)]
    chosen = usable[:MOST_CANDIDATES]
    searches = _Searches(outlook, hub, destination, chosen)
    best = next((row.vehicle for row in classes if row.passes), None)
    larger = [row for row in classes if best is None or row.vehicle.payload_t > best.payload_t]
    found = _transshipment(searches, larger, classes, handling_h)
    heading = Heading.of(
        outlook,
        "largest",
        hub=hub.as_json(),
        destination=destination.as_json(),
        vehicles=[row.vehicle.code for row in classes],
        handling_h=handling_h,
    )
    words = _words(larger, found, len(chosen))
    return Largest(heading, classes, found, len(chosen), len(usable) - len(chosen), words)


def _counted(classes: int) -> str:
    return counted(classes, "vehicle class", "vehicle classes")


def _words(larger: Sequence[ClassVerdict], found: Transshipment | None, looked_at: int) -> str:
    if not larger:
        return "The largest class there is gets there itself; nothing has to be loaded over."
    if found is not None:
        return "Loading over lets a larger vehicle do the first part:"
    return (
        f"None of {looked_at} places lets a larger vehicle do the first part and another the rest."
    )


def _transshipment(
    searches: _Searches,
    larger: Sequence[ClassVerdict],
    classes: Sequence[ClassVerdict],
    handling_h: float,
) -> Transshipment | None:
    every = by_payload(row.vehicle for row in classes)
    for row in larger:
        to_place = searches.times(row.vehicle, onward=False)
        if not (to_place < INFINITE).any():
            continue
        for small in every:
            if small.payload_t > row.vehicle.payload_t or small.code == row.vehicle.code:
                continue
            total = to_place + searches.times(small, onward=True)
            reached = (to_place < INFINITE) & (searches.times(small, onward=True) < INFINITE)
            order = np.flatnonzero(reached)
            # Of equal times, as far as possible with the large one: fewer journeys of the small.
            order = order[np.lexsort((-to_place[order], total[order] // _EQUAL_MS))]
            confirmed = (
                _judged(searches, searches.places[place], row.vehicle, small, handling_h)
                for place in order[:MOST_CONFIRMED].tolist()
            )
            best = min(
                (one for one in confirmed if one is not None),
                key=Transshipment.rank,
                default=None,
            )
            if best is not None:
                return best
    return None


def _judged(
    searches: _Searches,
    place: ResolvedPlace,
    large: VehicleClass,
    small: VehicleClass,
    handling_h: float,
) -> Transshipment | None:
    outlook = for_vehicle(searches.outlook, large)
    first = outlook.finding(searches.hub, place)
    if first.verdict not in PASSES or first.way is None:
        return None
    again = first.way.arrival(outlook.at) + timedelta(hours=handling_h)
    later = for_vehicle(leaving_at(searches.outlook, again), small)
    second = later.finding(place, searches.destination)
    if second.verdict not in PASSES:
        return None
    return Transshipment(place, large, small, first, second, handling_h, again)


def _cost(outlook: Outlook, end: RoadEnd) -> int:
    if not end.has_length:
        return 0
    return outlook.effects.time_ms(outlook.roads.weight_ms, end.arc, *end.on_segment())


def _snapped(outlook: Outlook, place: ResolvedPlace) -> Snap | None:
    try:
        return outlook.snapped(place)
    except NotFound:
        # Off the road network: no vehicle is loaded there.
        return None


def _closed(place: ResolvedPlace) -> bool:
    word = place.row.get("status")
    return word is not None and OperationalStatus(word).closed
