"""A way over roads: its parts in order, with lengths, times and what it passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.geo import LocalMetres

from .clock import REST_SHARE, Clock
from .drawing import drawn
from .effects import Coverage
from .engine.journey import Trip
from .network import RoadNetwork
from .snap import Snap
from .tangent import degrees_within

__all__ = ["REST_SHARE", "Part", "Stop", "Visit", "Way"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of the way on which it touches one constraint (an index), in km.

    The driving ms are those at which the roads are entered and left on which it lies.
    """

    owner: int
    km_from: float
    km_to: float
    from_ms: int
    to_ms: int

    def joined(self, other: Visit) -> Visit:
        """Return the visit from the start of the earlier to the end of the later one."""
        return Visit(
            self.owner,
            min(self.km_from, other.km_from),
            max(self.km_to, other.km_to),
            min(self.from_ms, other.from_ms),
            max(self.to_ms, other.to_ms),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one arc that is driven; fractions run from the segment's ``u`` to its ``v``."""

    arc: int
    low: float
    high: float
    start_m: float
    length_m: float
    start_ms: int
    time_ms: int

    @property
    def segment(self) -> int:
        """The segment's row."""
        return self.arc // 2

    @property
    def end_ms(self) -> int:
        """When its end is reached."""
        return self.start_ms + self.time_ms

    def driven_until(self, fraction: float) -> float:
        """Return how much of the part is driven, 0-1, when a position of the segment is reached."""
        if self.high <= self.low:
            return 0.0
        share = (min(max(fraction, self.low), self.high) - self.low) / (self.high - self.low)
        return 1.0 - share if self.arc % 2 else share


@dataclass(frozen=True, slots=True)
class Stop:
    """A stand on the way: where, from when until when, and before which part, None within one."""

    km: float
    lon: float
    lat: float
    start: datetime
    until: datetime
    part: Part | None

    @property
    def hours(self) -> float:
        """How long it takes."""
        return (self.until - self.start) / timedelta(hours=1)


@dataclass(frozen=True, eq=False)
class Way:
    """A way from one position on the road to another.

    ``clock`` maps its driving ms to moments; without one, the vehicle moves day and night.
    ``delay_s`` are the delays on its parts, in seconds on the wall, and ``slack_ms`` by how many
    driving ms a later departure surely takes the same way, where a search over time found it.
    """

    network: RoadNetwork
    trip: Trip
    origin: Snap
    destination: Snap
    clock: Clock | None = None
    delay_s: NDArray[np.float64] | None = None
    slack_ms: int | None = None

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of arcs in driving order."""
        return self.some_parts(np.arange(len(self.trip.arcs)))

    def some_parts(self, places: NDArray[np.int64]) -> tuple[Part, ...]:
        """Return some parts by their place in driving order; a long way has thousands."""
        if not len(places):
            return ()
        trip = self.trip
        columns = (
            trip.arcs,
            *self._extents,
            np.cumsum(trip.part_m) - trip.part_m,
            trip.part_m,
            self._entry_ms,
            trip.part_ms,
        )
        rows = zip(*(column[places].tolist() for column in columns), strict=True)
        return tuple(Part(*row) for row in rows)

    def touched(self, coverage: Coverage) -> tuple[Part, ...]:
        """Return the parts on whose arcs a constraint lies; looked for once."""
        return tuple(part for _, part in self.touched_at(coverage))

    def touched_at(self, coverage: Coverage) -> tuple[tuple[int, Part], ...]:
        """Return the same parts, each with its place in driving order."""
        found = self._touched.get(coverage)
        if found is None:
            places = np.flatnonzero(coverage.touches(self.trip.arcs))
            parts = zip(places.tolist(), self.some_parts(places), strict=True)
            found = self._touched[coverage] = tuple(parts)
        return found

    @cached_property
    def _touched(self) -> dict[Coverage, tuple[tuple[int, Part], ...]]:
        return {}

    @cached_property
    def _entry_ms(self) -> NDArray[np.int64]:
        """When each part is entered."""
        trip = self.trip
        if trip.entry_ms is not None:
            return trip.entry_ms
        return np.cumsum(trip.part_ms) - trip.part_ms

    @cached_property
    def _extents(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where each part lies on its segment: low and high, from ``u`` to ``v``."""
        trip, backward = self.trip, (self.trip.arcs & 1).astype(np.bool_)
        low = np.where(backward, 1.0 - trip.to_fraction, trip.from_fraction)
        high = np.where(backward, 1.0 - trip.from_fraction, trip.to_fraction)
        return low, high

    @property
    def segments(self) -> NDArray[np.int64]:
        """The segments' rows, one a part."""
        return self.trip.arcs // 2

    @property
    def length_km(self) -> float:
        """Length on the road."""
        return self.trip.total_m / 1000

    @property
    def waiting(self) -> bool:
        """Whether the vehicle waits at some junction for a road to open."""
        return self.trip.total_ms > int(self.trip.part_ms.sum())

    @property
    def delay_h(self) -> float:
        """Hours lost to delays on the way, on the wall."""
        return 0.0 if self.delay_s is None else float(self.delay_s.sum()) / 3600

    @property
    def moving_h(self) -> float:
        """Hours at the wheel."""
        driven_h = int(self.trip.part_ms.sum()) / 3_600_000
        return max(0.0, driven_h - self.delay_h / (1 + REST_SHARE))

    @property
    def rest_h(self) -> float:
        """Hours of rest; nobody rests for a delay or a wait."""
        return self.moving_h * REST_SHARE

    @property
    def wait_h(self) -> float:
        """Hours of waiting for roads to open, and of nights without driving."""
        waited = self.duration_h - self.moving_h - self.rest_h - self.delay_h
        return max(0.0, round(waited, 6))

    @property
    def duration_h(self) -> float:
        """Hours from departure to arrival."""
        return self.elapsed / timedelta(hours=1)

    @property
    def elapsed(self) -> timedelta:
        """The time from departure to arrival."""
        return self._after(self.trip.total_ms)

    def arrival(self, departure: datetime) -> datetime:
        """Return the time of arrival, rest and waits included, to the second."""
        return departure + timedelta(seconds=round(self.duration_h * 3600))

    def passing(self, visit: Visit, departure: datetime) -> tuple[datetime, datetime]:
        """Return when a visit starts and when it ends."""
        start, end = self._after(visit.from_ms, late=True), self._after(visit.to_ms)
        return departure + start, departure + max(start, end)

    def _after(self, tau_ms: float, *, late: bool = False) -> timedelta:
        """Return the time since departure at which the clock shows some driving ms."""
        if self.clock is None:
            return timedelta(milliseconds=tau_ms * (1 + REST_SHARE))
        return self.clock.wall(tau_ms, late=late) - self.clock.departure

    @cached_property
    def waits(self) -> tuple[Stop, ...]:
        """Where the vehicle stands for a road to open, or through a night, in driving order."""
        clock = self.clock
        if clock is None:
            return ()
        entry, done = self._entry_ms, self._entry_ms + self.trip.part_ms
        before = np.append(0, done)[:-1]
        stops, taken = [], set()
        places = np.flatnonzero(entry > before)
        for place, part in zip(places.tolist(), self.some_parts(places), strict=True):
            start = clock.wall(int(before[place]))
            until = clock.wall(part.start_ms, late=True)
            stops.append(
                self._stop(part, part.low if part.arc % 2 == 0 else part.high, start, until)
            )
            taken |= {pause for pause in clock.pauses if pause[0] < until and pause[1] > start}
        arrival = clock.wall(self.trip.total_ms)
        stops += [
            self._night(*pause)
            for pause in clock.pauses
            if pause not in taken and pause[0] < arrival
        ]
        return tuple(sorted(stops, key=lambda stop: stop.start))

    def _night(self, start: datetime, until: datetime) -> Stop:
        """Return the stand of a night that begins while the vehicle drives."""
        tau = 0 if self.clock is None else self.clock.tau_ms(start)
        place = max(0, int(self._entry_ms.searchsorted(tau, "right")) - 1)
        (part,) = self.some_parts(np.array([place]))
        share = min(1.0, (tau - part.start_ms) / max(1, part.time_ms))
        along = share if part.arc % 2 == 0 else 1.0 - share
        stop = self._stop(part, part.low + along * (part.high - part.low), start, until)
        return replace(stop, km=(part.start_m + share * part.length_m) / 1000, part=None)

    def _stop(self, part: Part, fraction: float, start: datetime, until: datetime) -> Stop:
        point = self.network.segments.shape(part.segment).interpolate(fraction, normalized=True)
        return Stop(part.start_m / 1000, point.x, point.y, start, until, part)

    @cached_property
    def geometry(self) -> shapely.LineString:
        """The way as a line in EPSG:4326; of a way without length, its one position twice."""
        return shapely.LineString(self.points)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The points of that line, float64[p, 2]."""
        points = drawn(self.network.segments.lines, self.trip.arcs, *self._extents)
        if len(points) < 2:
            points = np.array([[self.origin.position.lon, self.origin.position.lat]] * 2)
        return points

    def streets(self) -> list[dict[str, Any]]:
        """Return the roads in order, neighbours of one name and class as one."""
        texts, rows = self.network.segments.texts, self.segments
        names, classes = texts["name"].codes[rows], texts["highway"].codes[rows]
        fresh = np.ones(len(rows), np.bool_)
        fresh[1:] = (np.diff(names) != 0) | (np.diff(classes) != 0)
        first = np.flatnonzero(fresh)
        if not len(first):
            return []
        km = np.add.reduceat(self.trip.part_m, first) / 1000
        shown = zip(
            texts["name"].take(rows[first]),
            texts["highway"].take(rows[first]),
            km.tolist(),
            strict=True,
        )
        return [
            {"name": name, "highway": highway, "length_km": round(length, 2)}
            for name, highway, length in shown
        ]

    def visits(self, coverage: Coverage) -> Sequence[Visit]:
        """Return where the way touches which constraint, in order; what touches is merged."""
        found = self._visits.get(coverage)
        if found is None:
            found = self._visits[coverage] = tuple(self._visited(coverage))
        return found

    @cached_property
    def _visits(self) -> dict[Coverage, tuple[Visit, ...]]:
        return {}

    def _visited(self, coverage: Coverage) -> list[Visit]:
        open_visits: dict[int, Visit] = {}
        visits: list[Visit] = []
        for part in self.touched(coverage):
            for row in coverage.rows(part.arc, part.low, part.high).tolist():
                visit = _visit(coverage, row, part)
                before = open_visits.get(visit.owner)
                if before is not None and visit.km_from <= before.km_to + _JOINED_KM:
                    visit = before.joined(visit)
                elif before is not None:
                    visits.append(before)
                open_visits[visit.owner] = visit
        visits.extend(open_visits.values())
        return sorted(visits, key=lambda visit: (visit.km_from, visit.owner))

    def passes_within(self, geometry: BaseGeometry, distance_m: float) -> bool:
        """Tell whether the way passes within a distance of an EPSG:4326 geometry."""
        west, south, east, north = geometry.bounds
        width, height = degrees_within(max(abs(south), abs(north)), distance_m)
        box = shapely.box(west - width, south - height, east + width, north + height)
        if not box.intersects(self.geometry):
            return False
        metres = LocalMetres.around(geometry)
        way, there = metres.project(self.geometry), metres.project(geometry)
        return bool(shapely.dwithin(way, there, distance_m))

    def unknown_limits_km(self) -> float:
        """Return the length of the way without a tagged limit of gross mass."""
        limits = self.network.segments.numbers["max_gross_t"].codes
        return float(self.trip.part_m[limits[self.segments] < 0].sum()) / 1000

    def unknown_practicability_km(self) -> float:
        """Return the length of the way of which no tag says what the road is made of."""
        texts, rows = self.network.segments.texts, self.segments
        untagged = np.ones(len(rows), np.bool_)
        for column in ("surface", "smoothness", "tracktype"):
            untagged &= texts[column].codes[rows] < 0
        return float(self.trip.part_m[untagged].sum()) / 1000

    def bridges_without_limit(self) -> int:
        """Return how many tagged bridges on the way have no tagged limit of gross mass."""
        segments, rows = self.network.segments, self.segments
        bridges = rows[segments.flags["bridge"][rows]]
        return len(np.unique(bridges[segments.numbers["max_gross_t"].codes[bridges] < 0]))


_JOINED_KM = 0.001
"""Visits of one constraint less than a metre apart are one visit."""


def _visit(coverage: Coverage, row: int, part: Part) -> Visit:
    shares = sorted(
        part.driven_until(float(end))
        for end in (coverage.from_fraction[row], coverage.to_fraction[row])
    )
    return Visit(
        int(coverage.owner[row]),
        (part.start_m + shares[0] * part.length_m) / 1000,
        (part.start_m + shares[1] * part.length_m) / 1000,
        # A vehicle cannot wait within a road, so a road is judged as a whole (decision 0014).
        part.start_ms,
        part.end_ms,
    )
