"""Place a reported point on the nearest road."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.vocab import ConstraintType, Direction

from .levels import ON_THE_BRIDGE, of_the_level, on_bridges, whole
from .match_part import CARRIAGEWAYS_M, END_M, TIE_M, PartMatch, directed, fractions, travel_signs
from .nearby import Nearby
from .pieces import NO_PIECES, Pieces
from .roadname import bears, road_keys
from .segment_rules import FERRY, NOT_FOR_MOTOR_VEHICLES

PARALLEL_M = 15.0
"""A same-named road this much farther than the nearest counts too: a lane drawn for itself. And a
road for vehicles this much farther than a path is meant rather than the path."""
NEAR_TIE_M = 10.0
"""Another road this much farther than the nearest may be meant: no fix is better than that."""
_NO_ROADS = NOT_FOR_MOTOR_VEHICLES | {"footway", "path", "cycleway", "steps", "bridleway"}


def match_point(
    near: Nearby,
    tolerance_m: float,
    *,
    direction: Direction,
    road_name: str | None,
    only_ways: bool,
    kind: ConstraintType = ConstraintType.OTHER,
) -> PartMatch:
    """Place a point on the nearest road within the tolerance, and on its other carriageway.

    With a reported road name the nearest road that bears it wins over a nearer one that does not.
    A point at a junction lies on every road that meets there. ``forward`` is the drawing
    direction of the nearest road; on its other carriageway it is what runs the same way. Where a
    bridge crosses another road, ``kind`` says which of both is meant; another road that is nearly
    as near, and does not meet the nearest there, is doubtful.
    """
    distance = shapely.distance(near.lines, near.shape)
    within = distance <= tolerance_m
    if not within.any():
        return PartMatch(NO_PIECES, near.metres.unproject(near.shape))
    keys = road_keys(near.network.segments, near.rows)
    named = np.array([bool(road_name) and bears(key, road_name or "") for key in keys])
    eligible = within & named if (within & named).any() else within
    if not only_ways:
        eligible = _meant(near, distance, eligible, kind)
    nearest = int(np.flatnonzero(eligible)[np.argmin(distance[eligible])])
    tied = eligible & (distance <= distance[nearest] + TIE_M)
    same = _alike(keys, named, nearest)
    along = shapely.line_locate_point(near.lines, near.shape)
    headings = np.array([_heading(line, at) for line, at in zip(near.lines, along, strict=True)])
    turned = headings @ headings[nearest]
    parallel = np.zeros(len(keys), np.bool_)
    for one in np.flatnonzero(tied).tolist():
        lane = within & (distance <= distance[one] + PARALLEL_M)
        if not only_ways:
            lane |= _opposite(one, near, distance, headings)
        parallel |= lane & _alike(keys, named, one) & ~tied
    beside = _beside(near, along, distance, tied, parallel)
    pieces = _pieces(near, along, tied, beside, turned >= 0, direction)
    if kind in ON_THE_BRIDGE and on_bridges(near.network, pieces):
        pieces = whole(pieces)
    remark = f"{distance[nearest]:.0f} m from it"
    if beside.any():
        remark += f", and on its other carriageway, {float(distance[beside].max()):.0f} m from it"
    if road_name and not named[nearest]:
        remark += f"; no road here bears the name {road_name!r}, so the nearest one is meant"
    doubt = None
    if not (only_ways or named[nearest]):
        ties = eligible & ~tied & ~same & (distance <= distance[nearest] + NEAR_TIE_M)
        ties &= ~_met(near, along, tied)
        if ties.any():
            doubt = near.metres.unproject(near.shape)
            remark += f"; another road, {float(distance[ties].min()):.0f} m from it, may be meant"
    return PartMatch(pieces, None, remark, named=bool(named[nearest]), doubt=doubt)


def _alike(
    keys: Sequence[frozenset[tuple[str, ...]]], named: NDArray[np.bool_], one: int
) -> NDArray[np.bool_]:
    """Mark the roads that bear a name or number of one of them, or the reported name as it does."""
    alike = np.array([bool(key & keys[one]) for key in keys], np.bool_)
    return np.asarray(alike | (named & named[one]))


def _opposite(
    one: int, near: Nearby, distance: NDArray[np.float64], headings: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Mark the roads that are one-way against one, as its other carriageway is."""
    signs = travel_signs(near.network, near.rows)
    against = signs * signs[one] * (headings @ headings[one]) < -0.5
    return np.asarray(against & (distance <= distance[one] + CARRIAGEWAYS_M))


def _meant(
    near: Nearby, distance: NDArray[np.float64], eligible: NDArray[np.bool_], kind: ConstraintType
) -> NDArray[np.bool_]:
    """Return the eligible roads without those that a report of this kind does not mean."""
    eligible = of_the_level(near, distance, eligible, kind)
    classes = near.network.segments.texts["highway"].take(near.rows)
    other = _NO_ROADS if kind is ConstraintType.FERRY else _NO_ROADS | {FERRY}
    for_vehicles = eligible & np.array([name not in other for name in classes], np.bool_)
    farthest_m = float(distance[eligible].min()) + PARALLEL_M
    wanted = for_vehicles.any() and float(distance[for_vehicles].min()) <= farthest_m
    return for_vehicles if wanted else eligible


def _met(near: Nearby, along: NDArray[np.float64], tied: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the roads that only meet a tied one where the point is nearest to them."""
    segments = near.network.segments
    ends = np.column_stack([segments.u[near.rows], segments.v[near.rows]])
    shared = np.isin(ends, ends[tied])
    at_u, at_v = along <= END_M, along >= shapely.length(near.lines) - END_M
    return np.asarray((at_u & shared[:, 0]) | (at_v & shared[:, 1]))


def _pieces(
    near: Nearby,
    along: NDArray[np.float64],
    tied: NDArray[np.bool_],
    parallel: NDArray[np.bool_],
    agrees: NDArray[np.bool_],
    direction: Direction,
) -> Pieces:
    positions = fractions(along, shapely.length(near.lines))
    pieces = []
    for index in np.flatnonzero(tied | parallel).tolist():
        at = float(positions[index])
        # Whoever crosses a junction drives two of the segments that meet there.
        share = 0.5 if at in {0.0, 1.0} and int(tied.sum()) > 1 else 1.0
        runs_along = bool(tied[index] or agrees[index])
        pieces.append(directed(int(near.rows[index]), at, at, runs_along, direction, share))
    return Pieces.of(pieces)


def _beside(
    near: Nearby,
    along: NDArray[np.float64],
    distance: NDArray[np.float64],
    tied: NDArray[np.bool_],
    candidates: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the candidates without those that only continue a nearer one beyond its end."""
    segments = near.network.segments
    ends = np.column_stack([segments.u[near.rows], segments.v[near.rows]])
    lengths = shapely.length(near.lines)
    taken = {int(node): float(distance[i]) for i in np.flatnonzero(tied) for node in ends[i]}
    beside = np.zeros(len(near.rows), np.bool_)
    for i in sorted(np.flatnonzero(candidates).tolist(), key=lambda i: (distance[i], i)):
        foot = ends[i][0] if along[i] <= END_M else ends[i][1]
        at_end = along[i] <= END_M or along[i] >= lengths[i] - END_M
        # What continues a road that is left out continues the nearer one all the same.
        beside[i] = not at_end or distance[i] <= taken.get(int(foot), np.inf) + TIE_M
        for node in ends[i]:
            taken.setdefault(int(node), float(distance[i]))
    return beside


def _heading(line: shapely.LineString, along_m: float) -> NDArray[np.float64]:
    """Return the unit vector of a line's direction around a position on it."""
    ends = [line.interpolate(max(along_m - 1.0, 0.0)), line.interpolate(along_m + 1.0)]
    vector = np.array([ends[1].x - ends[0].x, ends[1].y - ends[0].y])
    size = float(np.hypot(*vector))
    return vector / size if size else vector
