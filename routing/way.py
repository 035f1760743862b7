"""A way over roads: its parts in order, with lengths, times and what it passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.ops import substring

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
        trip, parts = self.trip, []
        start_m, start_ms = 0.0, 0
        for arc, a, b, ms, metres in zip(
            trip.arcs.tolist(),
            trip.from_fraction.tolist(),
            trip.to_fraction.tolist(),
            trip.part_ms.tolist(),
            trip.part_m.tolist(),
            strict=True,
        ):
            low, high = (1.0 - b, 1.0 - a) if arc % 2 else (a, b)
            parts.append(Part(arc, low, high, start_m, metres, start_ms, ms))
            start_m, start_ms = start_m + metres, start_ms + ms
        return tuple(parts)

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
        coordinates: list[tuple[float, ...]] = []
        lines = self.network.segments.geometry.to_numpy()
        for part in self.parts:
            line = lines[part.segment]
            if (part.low, part.high) != (0.0, 1.0):
                line = substring(line, part.low, part.high, normalized=True)
            points = list(line.coords)
            points = points[::-1] if part.arc % 2 else points
            coordinates.extend(points[1:] if coordinates[-1:] == points[:1] else points)
        if len(coordinates) < 2:
            coordinates = [(self.origin.position.lon, self.origin.position.lat)] * 2
        return shapely.LineString(coordinates)

    def streets(self) -> list[dict[str, Any]]:
        """Return the roads in order, neighbours of one name and class as one."""
        segments = self.network.segments
        rows = [part.segment for part in self.parts]
        names, classes = segments["name"].iloc[rows], segments["highway"].iloc[rows]
        streets: list[dict[str, Any]] = []
        for part, name, highway in zip(self.parts, names, classes, strict=True):
            if not streets or (streets[-1]["name"], streets[-1]["highway"]) != (name, highway):
                streets.append({"name": name, "highway": highway, "length_km": 0.0})
            streets[-1]["length_km"] += part.length_m / 1000
        return [{**street, "length_km": round(street["length_km"], 2)} for street in streets]

    def visits(self, coverage: Coverage) -> list[Visit]:
        """Return where the way touches which constraint, in order; what touches is merged."""
        touched = np.isin(self.trip.arcs, coverage.arc)
        open_visits: dict[int, Visit] = {}
        visits: list[Visit] = []
        for index in np.flatnonzero(touched).tolist():
            part = self.parts[index]
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
        limits = self.network.segments["max_gross_t"].to_numpy()
        return sum(part.length_m for part in self.parts if np.isnan(limits[part.segment])) / 1000

    def bridges_without_limit(self) -> int:
        """Return how many tagged bridges on the way have no tagged limit of gross mass."""
        segments = self.network.segments
        rows = list({part.segment for part in self.parts})
        chosen = segments.iloc[rows]
        return int((chosen["bridge"] & chosen["max_gross_t"].isna()).sum())


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
