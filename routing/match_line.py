"""Place a reported line on the roads that run along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from lca.vocab import Direction

from .match_part import CARRIAGEWAYS_M, TIE_M, PartMatch, directed, fractions, located, travel_signs
from .nearby import Nearby
from .pieces import Pieces
from .roadname import bears, road_keys

PARALLEL_COSINE = float(np.cos(np.radians(30.0)))
"""Cosine of the angle up to which a road runs along a line; a crossing street does not."""
OWN_SHARE = 0.5
"""A road runs along a line if half of it, or half of the line, does …"""
OWN_TOLERANCES = 0.5
"""… or a stretch of half the tolerance. Less may be the spill of a bend at the line's end; to ask
for more would leave the first metres of a long segment open in which the line ends. What only
leaves at a small angle is told apart by its distance, where another road is nearer."""
COVERED_SHARE = 0.9
"""From this share of its length a line is matched, below it partly."""


def match_line(
    near: Nearby,
    tolerance_m: float,
    *,
    direction: Direction,
    road_name: str | None,
    only_ways: bool,
) -> PartMatch:
    """Place a line on the roads that run along it.

    Where several do, the one that bears the reported name wins, then the nearest; another one
    counts too if it is the same road by name or number. The other carriageway of a matched
    one-way road counts also if it lies beyond the tolerance, because who reports a road closed
    in both directions means both; a direction then decides which arcs are meant. If the
    constraint names its OSM ways, all of these that run along the line count, and no other.
    """
    stretches = _stretches(near, tolerance_m)
    keys = road_keys(near.network.segments, [stretch.row for stretch in stretches])
    named = [bool(road_name) and bears(key, road_name or "") for key in keys]
    accepted: list[int] = []
    for i in _best_first(stretches, named):
        rivals = [
            j
            for j in accepted
            if (named[j] and not named[i])
            or stretches[j].distance_m < stretches[i].distance_m - TIE_M
        ]
        taken = _covered_m([stretches[j] for j in rivals], stretches[i].start_m, stretches[i].end_m)
        same = any(
            keys[i] & keys[j] or (named[i] and named[j])
            for j in rivals
            if stretches[j].overlaps(stretches[i])
        )
        if only_ways or same or taken < OWN_SHARE * stretches[i].size_m:
            accepted.append(i)
    chosen = [stretches[i] for i in accepted]
    others = () if only_ways else _other_carriageways(near, chosen, tolerance_m)
    remark = (
        ""
        if not chosen or not road_name or any(named[i] for i in accepted)
        else (f"; no road along it bears the name {road_name!r}")
    )
    return _part(near, chosen, others, direction, remark)


def _best_first(stretches: Sequence[_Stretch], named: Sequence[bool]) -> list[int]:
    return sorted(
        range(len(stretches)),
        key=lambda i: (not named[i], stretches[i].distance_m, stretches[i].row),
    )


def _other_carriageways(
    near: Nearby, chosen: Sequence[_Stretch], tolerance_m: float
) -> tuple[_Stretch, ...]:
    """Return the one-way stretches that run against a chosen one of the same road beside it."""
    known = {stretch.row for stretch in chosen}
    wider = [
        item
        for item in _stretches(near, tolerance_m, reach_m=tolerance_m + CARRIAGEWAYS_M)
        if item.row not in known
    ]
    every = [*chosen, *wider]
    keys = road_keys(near.network.segments, [item.row for item in every])
    signs = travel_signs(near.network, np.array([item.row for item in every], np.int64))
    travel = [
        int(sign) * (1 if item.along else -1) for item, sign in zip(every, signs, strict=True)
    ]
    return tuple(
        every[i]
        for i in range(len(chosen), len(every))
        if any(
            travel[i] * travel[j] < 0
            and keys[i] & keys[j]
            and every[i].overlaps(every[j])
            and every[i].distance_m <= every[j].distance_m + CARRIAGEWAYS_M
            for j in range(len(chosen))
        )
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of one segment that runs along the line from ``start_m`` to ``end_m`` of it."""

    row: int
    from_fraction: float
    to_fraction: float
    start_m: float
    end_m: float
    along: bool
    distance_m: float

    @property
    def size_m(self) -> float:
        return self.end_m - self.start_m

    def overlaps(self, other: _Stretch) -> bool:
        return self.start_m < other.end_m and other.start_m < self.end_m


def _stretches(near: Nearby, tolerance_m: float, *, reach_m: float | None = None) -> list[_Stretch]:
    """Return the stretches that run along the line within reach (without it, the tolerance)."""
    line = shapely.LineString(near.shape.coords)
    # A flat cap: a road that only continues the line beyond its end is not covered.
    corridor = shapely.buffer(line, reach_m or tolerance_m, cap_style="flat")
    parts, owner = shapely.get_parts(shapely.intersection(near.lines, corridor), return_index=True)
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, owner = parts[lines], owner[lines]
    first, last = shapely.get_point(parts, 0), shapely.get_point(parts, -1)
    start, end = shapely.line_locate_point(line, first), shapely.line_locate_point(line, last)
    chord = shapely.distance(first, last)
    overlap, lengths = shapely.length(parts), shapely.length(near.lines)[owner]
    needed = np.minimum(OWN_SHARE * lengths, OWN_SHARE * line.length)
    needed = np.minimum(needed, OWN_TOLERANCES * tolerance_m)
    runs_along = (chord > 0) & (np.abs(end - start) >= PARALLEL_COSINE * chord)
    middle = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    distance = sum(shapely.distance(line, point) for point in (first, middle, last)) / 3
    kept = np.flatnonzero(runs_along & (overlap >= needed))
    first_m, last_m = located(near.lines[owner[kept]], parts[kept])
    low = fractions(np.minimum(first_m, last_m), lengths[kept])
    high = fractions(np.maximum(first_m, last_m), lengths[kept])
    return [
        _Stretch(
            int(near.rows[owner[i]]),
            float(low[at]),
            float(high[at]),
            float(min(start[i], end[i])),
            float(max(start[i], end[i])),
            bool((last_m[at] - first_m[at]) * (end[i] - start[i]) > 0),
            float(distance[i]),
        )
        for at, i in enumerate(kept.tolist())
    ]


def _covered_m(stretches: Sequence[_Stretch], start_m: float, end_m: float) -> float:
    """Return how many metres between two positions of the line some stretch covers."""
    covered, reached = 0.0, start_m
    for stretch in sorted(stretches, key=lambda item: item.start_m):
        low, high = max(stretch.start_m, reached), min(stretch.end_m, end_m)
        if high > low:
            covered += high - low
            reached = high
    return covered


def _part(
    near: Nearby,
    chosen: Sequence[_Stretch],
    others: Sequence[_Stretch],
    direction: Direction,
    remark: str,
) -> PartMatch:
    length = near.shape.length
    pieces = Pieces.of(
        directed(
            stretch.row,
            stretch.from_fraction,
            stretch.to_fraction,
            stretch.along,
            direction,
            min(1.0, stretch.size_m / length),
        )
        for stretch in (*chosen, *others)
    )
    share = min(1.0, _covered_m(chosen, 0.0, length) / length)
    beside = "; its other carriageway counts too" if others else ""
    said = f"{share:.0%} of it runs along a road{beside}{remark}"
    rest = None if share >= COVERED_SHARE else _uncovered(near, chosen)
    return PartMatch(pieces, rest, said)


def _uncovered(near: Nearby, accepted: Sequence[_Stretch]) -> BaseGeometry:
    """Return the parts of the line that no accepted stretch covers, EPSG:4326."""
    line, gaps, reached = shapely.LineString(near.shape.coords), [], 0.0
    for stretch in sorted(accepted, key=lambda item: item.start_m):
        if stretch.start_m > reached:
            gaps.append(substring(line, reached, stretch.start_m))
        reached = max(reached, stretch.end_m)
    if reached < line.length:
        gaps.append(substring(line, reached, line.length))
    return near.metres.unproject(shapely.union_all(gaps))
