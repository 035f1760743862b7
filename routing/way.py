"""A way over roads: its parts in order, with lengths, times and what it passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .drawing import drawn
from .effects import Coverage
from .engine.journey import Trip
from .network import RoadNetwork
from .snap import Snap

REST_SHARE = 0.25
"""Rest as a share of the time moving: the rule of the logistics capacity assessments."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of the way on which it touches one constraint (an index), in km and moving ms."""

    owner: int
    km_from: float
    km_to: float
    from_ms: float
    to_ms: float

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

    def driven_until(self, fraction: float) -> float:
        """Return how much of the part is driven, 0-1, when a position of the segment is reached."""
        if self.high <= self.low:
            return 0.0
        share = (min(max(fraction, self.low), self.high) - self.low) / (self.high - self.low)
        return 1.0 - share if self.arc % 2 else share


@dataclass(frozen=True, eq=False)
class Way:
    """A way from one position on the road to another."""

    network: RoadNetwork
    trip: Trip
    origin: Snap
    destination: Snap

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
            np.cumsum(trip.part_ms) - trip.part_ms,
            trip.part_ms,
        )
        rows = zip(*(column[places].tolist() for column in columns), strict=True)
        return tuple(Part(*row) for row in rows)

    def touched(self, coverage: Coverage) -> tuple[Part, ...]:
        """Return the parts on whose arcs a constraint lies; looked for once."""
        found = self._touched.get(coverage)
        if found is None:
            places = np.flatnonzero(coverage.touches(self.trip.arcs))
            found = self._touched[coverage] = self.some_parts(places)
        return found

    @cached_property
    def _touched(self) -> dict[Coverage, tuple[Part, ...]]:
        return {}

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
    def moving_h(self) -> float:
        """Hours at the wheel."""
        return self.trip.total_ms / 3_600_000

    @property
    def duration_h(self) -> float:
        """Hours with rest."""
        return self.moving_h * (1 + REST_SHARE)

    def arrival(self, departure: datetime) -> datetime:
        """Return the time of arrival, rest included, to the second."""
        return departure + timedelta(seconds=round(self.duration_h * 3600))

    def passing(self, visit: Visit, departure: datetime) -> tuple[datetime, datetime]:
        """Return the earliest start of a visit, without any rest, and its latest end, with all."""
        return (
            departure + timedelta(milliseconds=visit.from_ms),
            departure + timedelta(milliseconds=visit.to_ms * (1 + REST_SHARE)),
        )

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

    def unknown_limits_km(self) -> float:
        """Return the length of the way without a tagged limit of gross mass."""
        limits = self.network.segments.numbers["max_gross_t"].codes
        return float(self.trip.part_m[limits[self.segments] < 0].sum()) / 1000

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
        *((part.start_m + share * part.length_m) / 1000 for share in shares),
        *(part.start_ms + share * part.time_ms for share in shares),
    )
