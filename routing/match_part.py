"""How one part of a reported location (a point, a line or an area) lies on roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from lca.vocab import Direction

from .nearby import Nearby
from .pieces import Piece
from .roadname import bears, road_keys

PARALLEL_M = 15.0
"""A same-named road this much farther than the nearest counts too: the other carriageway."""
TIE_M = 1.0
"""Distances closer than this are equal: a point at a junction lies on every road there."""
PARALLEL_COSINE = float(np.cos(np.radians(30.0)))
"""Cosine of the angle up to which a road runs along a line; a crossing street does not."""
OWN_SHARE = 0.5
"""A road runs along a line if half of it, or half of the line, does …"""
OWN_TOLERANCES = 3.0
"""… or a stretch of three tolerances: longer than any street that leaves at an angle stays near."""
COVERED_SHARE = 0.9
"""From this share of its length a line is matched, below it partly."""
END_M = 1.0
"""A piece that ends this near a segment's end reaches it: below the accuracy of any survey."""
SLIVER_M = 0.1
"""A shorter overlap of an area and a road is a rounding of coordinates."""


@dataclass(frozen=True, slots=True)
class PartMatch:
    """The pieces of one part, the share of it that is on roads, the rest of it, and a remark.

    ``rest`` is in EPSG:4326, None if nothing remains.
    """

    pieces: tuple[Piece, ...]
    covered_share: float
    rest: BaseGeometry | None
    remark: str = ""


def match_point(near: Nearby, *, direction: Direction, road_name: str | None) -> PartMatch:
    """Place a point on the nearest road, and on its other carriageway.

    With a reported road name the nearest road that bears it wins over a nearer one that does not.
    """
    if not len(near.rows):
        return PartMatch((), 0.0, near.metres.unproject(near.shape))
    distance = shapely.distance(near.lines, near.shape)
    keys = road_keys(near.network.segments, near.rows)
    bearing = np.array([bool(road_name) and bears(key, road_name or "") for key in keys])
    named = bool(bearing.any())
    eligible = bearing if named else np.ones(len(keys), np.bool_)
    nearest = int(np.flatnonzero(eligible)[np.argmin(distance[eligible])])
    tied = eligible & (distance <= distance[nearest] + TIE_M)
    same = np.array([bool(key & keys[nearest]) for key in keys]) | (bearing & bearing[nearest])
    along = shapely.line_locate_point(near.lines, near.shape)
    parallel = same & (distance <= distance[nearest] + PARALLEL_M)
    parallel &= ~_continues(near, along, tied)
    chosen = np.flatnonzero(tied | parallel)
    lengths = shapely.length(near.lines)
    heading = np.array([_heading(near.lines[i], along[i]) for i in chosen])
    agrees = heading @ _heading(near.lines[nearest], along[nearest]) >= 0
    pieces = []
    for index, agree in zip(chosen, agrees, strict=True):
        at = _fraction(along[index], lengths[index])
        # Whoever crosses a junction drives two of the segments that meet there.
        share = 0.5 if at in {0.0, 1.0} and tied.sum() > 1 else 1.0
        pieces.append(_directed(int(near.rows[index]), at, at, bool(agree), direction, share))
    remark = f"{distance[nearest]:.0f} m from it"
    if road_name and not named:
        remark += f"; no road here bears the name {road_name!r}, so the nearest one is meant"
    return PartMatch(tuple(pieces), 1.0, None, remark)


def _continues(
    near: Nearby, along: NDArray[np.float64], tied: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which segments only continue the matched road beyond its end node."""
    u = near.network.segments["u"].to_numpy()[near.rows]
    v = near.network.segments["v"].to_numpy()[near.rows]
    ends = np.concatenate([u[tied], v[tied]])
    lengths = shapely.length(near.lines)
    at_u, at_v = along <= END_M, along >= lengths - END_M
    return (at_u & np.isin(u, ends)) | (at_v & np.isin(v, ends))


def _heading(line: shapely.LineString, along: float) -> NDArray[np.float64]:
    """Return the unit vector of a line's direction around a position on it."""
    ends = shapely.line_interpolate_point(line, [max(along - 1.0, 0.0), along + 1.0])
    vector = shapely.get_coordinates(ends[1])[0] - shapely.get_coordinates(ends[0])[0]
    size = float(np.hypot(*vector))
    unit: NDArray[np.float64] = vector / size if size else vector
    return unit


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
    counts too if it is the same road by name or number (the other carriageway), or if the
    constraint names its OSM ways. Crossing streets run across the line and are never matched.
    """
    stretches = _stretches(near, tolerance_m)
    keys = road_keys(near.network.segments, [stretch.row for stretch in stretches])
    named = [bool(road_name) and bears(key, road_name or "") for key in keys]
    order = sorted(
        range(len(stretches)),
        key=lambda i: (not named[i], stretches[i].distance_m, stretches[i].row),
    )
    accepted: list[int] = []
    for i in order:
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
    return _line_part(near, [stretches[i] for i in accepted], direction, road_name, named, accepted)


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


def _stretches(near: Nearby, tolerance_m: float) -> list[_Stretch]:
    line = shapely.LineString(near.shape.coords)
    # A flat cap: a road that only continues the line beyond its end is not covered.
    corridor = shapely.buffer(line, tolerance_m, cap_style="flat")
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
    found = []
    for i in np.flatnonzero(runs_along & (overlap >= needed)):
        a, b = _located(near.lines[owner[i]], parts[i])
        found.append(
            _Stretch(
                int(near.rows[owner[i]]),
                _fraction(min(a, b), lengths[i]),
                _fraction(max(a, b), lengths[i]),
                float(min(start[i], end[i])),
                float(max(start[i], end[i])),
                bool((b - a) * (end[i] - start[i]) > 0),
                float(distance[i]),
            )
        )
    return found


def _covered_m(stretches: list[_Stretch], start_m: float, end_m: float) -> float:
    """Return how many metres between two positions of the line some stretch covers."""
    covered, reached = 0.0, start_m
    for stretch in sorted(stretches, key=lambda item: item.start_m):
        low, high = max(stretch.start_m, reached), min(stretch.end_m, end_m)
        if high > low:
            covered += high - low
            reached = high
    return covered


def _line_part(
    near: Nearby,
    accepted: list[_Stretch],
    direction: Direction,
    road_name: str | None,
    named: list[bool],
    rows: list[int],
) -> PartMatch:
    length = near.shape.length
    pieces = tuple(
        _directed(
            stretch.row,
            stretch.from_fraction,
            stretch.to_fraction,
            stretch.along,
            direction,
            min(1.0, stretch.size_m / length),
        )
        for stretch in accepted
    )
    share = min(1.0, _covered_m(accepted, 0.0, length) / length)
    remark = f"{share:.0%} of it runs along a road"
    if road_name and pieces and not any(named[row] for row in rows):
        remark += f"; no road along it bears the name {road_name!r}"
    if share >= COVERED_SHARE:
        return PartMatch(pieces, share, None, remark)
    return PartMatch(pieces, share, _uncovered(near, accepted), remark)


def _uncovered(near: Nearby, accepted: list[_Stretch]) -> BaseGeometry:
    """Return the parts of the line that no accepted stretch covers, EPSG:4326."""
    line, gaps, reached = shapely.LineString(near.shape.coords), [], 0.0
    for stretch in sorted(accepted, key=lambda item: item.start_m):
        if stretch.start_m > reached:
            gaps.append(substring(line, reached, stretch.start_m))
        reached = max(reached, stretch.end_m)
    if reached < line.length:
        gaps.append(substring(line, reached, line.length))
    return near.metres.unproject(shapely.union_all(gaps))


def match_area(near: Nearby) -> PartMatch:
    """Place an area on every stretch of road inside it; an area concerns both directions."""
    shapely.prepare(near.shape)
    lengths = shapely.length(near.lines)
    whole = shapely.covers(near.shape, near.lines)
    spans = [(int(row), 0.0, 1.0) for row in near.rows[whole]]
    for i in np.flatnonzero(~whole):
        spans.extend(_inside(near, int(i), float(lengths[i])))
    if not spans:
        return PartMatch((), 0.0, near.metres.unproject(near.shape), "no road lies in it")
    west, south, east, north = near.shape.bounds
    across_m = max(east - west, north - south)
    metres = dict(zip(near.rows.tolist(), lengths.tolist(), strict=True))
    pieces = tuple(
        Piece(row, a, b, delay_share=min(1.0, (b - a) * metres[row] / across_m))
        for row, a, b in spans
    )
    inside_km = sum((b - a) * metres[row] for row, a, b in spans) / 1000
    return PartMatch(pieces, 1.0, None, f"{inside_km:.1f} km of road lie in it")


def _inside(near: Nearby, index: int, length: float) -> list[tuple[int, float, float]]:
    """Return the stretches of one segment inside the area, as fractions."""
    line, row = near.lines[index], int(near.rows[index])
    spans = []
    for part in shapely.get_parts(shapely.intersection(line, near.shape)):
        if part.geom_type != "LineString" or part.length < SLIVER_M:
            continue
        low, high = sorted(_located(line, part))
        if abs(high - low - part.length) > END_M:
            # A road that meets itself: where its ends lie on it is ambiguous, so all of it counts.
            return [(row, 0.0, 1.0)]
        spans.append((row, _fraction(low, length), _fraction(high, length)))
    return spans


def _located(line: shapely.LineString, part: shapely.LineString) -> tuple[float, float]:
    """Return where a part of a line starts and ends on it, in metres, in the part's own order."""
    ends = [shapely.Point(part.coords[0]), shapely.Point(part.coords[-1])]
    start, end = shapely.line_locate_point(line, ends)
    return float(start), float(end)


def _fraction(along_m: float, length_m: float) -> float:
    """Return a position as a fraction of the segment, drawn to an end that is within a metre."""
    reach = min(END_M, length_m / 4)
    if along_m <= reach:
        return 0.0
    if along_m >= length_m - reach:
        return 1.0
    return float(along_m / length_m)


def _directed(
    row: int,
    start: float,
    end: float,
    along: bool,  # noqa: FBT001
    direction: Direction,
    share: float,
) -> Piece:
    """Return a piece whose arcs follow the constraint's direction."""
    both = direction is Direction.BOTH
    forward = both or (direction is Direction.FORWARD) == along
    return Piece(row, start, end, forward, both or not forward, share)
