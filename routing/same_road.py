"""Which pieces of road of one graph build lie on the same road, and run the same way, in another."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

from lca.geo import LocalMetres

from .network import RoadNetwork
from .pieces import Pieces

SAME_PLACE_M = 5.0
"""What lies this near and runs alike is the same road, whoever numbered it: mappers draw so well."""
_ALIKE = 0.7
_WHOLE_WAY_REACH_M = 500.0


def kept(
    before: Pieces, older: RoadNetwork, after: Pieces, newer: RoadNetwork, *, tolerance_m: float
) -> NDArray[np.bool_]:
    """Mark the pieces of ``before`` of which one of ``after`` lies on the same road.

    The same road has the OSM way, or both ends, or lies within :data:`SAME_PLACE_M` and runs
    alike. A piece of one direction is kept only by one that concerns that direction too, so that
    a way which OSM has drawn the other way round is noticed.

    Parameters
    ----------
    tolerance_m : float
        How far from the reported location a road was looked for; 0 if there is none.
    """
    if not len(before) or not len(after):
        return np.zeros(len(before), np.bool_)
    centre = LocalMetres.around(older.segments.shape(int(before.segment[0])))
    old_shapes, old_runs = _drawn(before, older, centre)
    new_shapes, new_runs = _drawn(after, newer, centre)
    middles = shapely.line_interpolate_point(old_shapes, 0.5, normalized=True)
    reach_m = max(2 * tolerance_m, SAME_PLACE_M) if tolerance_m else _WHOLE_WAY_REACH_M
    tree = shapely.STRtree(new_shapes)
    one, other = tree.query(middles, predicate="dwithin", distance=reach_m)
    apart_m = shapely.distance(middles[one], new_shapes[other])
    turned = (old_runs[one] * new_runs[other]).sum(axis=1)
    rows, others = before.segment[one], after.segment[other]
    same = older.segments.osm_way_id[rows] == newer.segments.osm_way_id[others]
    same |= (_ends(older, rows) == _ends(newer, others)).all(axis=1)
    same |= (apart_m <= SAME_PLACE_M) & (np.abs(turned) >= _ALIKE)
    forward, backward = after.forward[other], after.backward[other]
    along = np.where(turned >= 0, forward, backward) | ~before.forward[one]
    against = np.where(turned >= 0, backward, forward) | ~before.backward[one]
    found = np.zeros(len(before), np.bool_)
    found[one[same & along & against]] = True
    return found


def still_there(rows: NDArray[np.int64], older: RoadNetwork, newer: RoadNetwork) -> bool:
    """Tell whether any of some segments is in the newer build: its way, or a road of its ends."""
    if np.isin(older.segments.osm_way_id[rows], newer.segments.osm_way_id).any():
        return True
    wanted = _ends(older, rows)
    touching = np.isin(newer.segments.from_id, wanted) & np.isin(newer.segments.to_id, wanted)
    near = _ends(newer, np.flatnonzero(touching))
    return not {tuple(pair) for pair in wanted.tolist()}.isdisjoint(map(tuple, near.tolist()))


def _ends(network: RoadNetwork, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the end nodes of some segments, the lower first, int64[k, 2]."""
    ends = np.column_stack([network.segments.from_id[rows], network.segments.to_id[rows]])
    return np.sort(ends, axis=1)


def _drawn(
    pieces: Pieces, network: RoadNetwork, centre: LocalMetres
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the pieces' shapes in metres, never shorter than 2 m, and how each is drawn."""
    lines = centre.project_array(network.segments.lines.shapes(pieces.segment))
    lengths = shapely.length(lines)
    start = np.clip(pieces.from_fraction * lengths - 1.0, 0.0, None)
    end = np.clip(pieces.to_fraction * lengths + 1.0, None, lengths)
    shapes = np.array(
        [
            shapely.ops.substring(line, first, last)
            for line, first, last in zip(lines, start, end, strict=True)
        ],
        dtype=object,
    )
    ends = [shapely.line_interpolate_point(shapes, at, normalized=True) for at in (0.45, 0.55)]
    runs = np.column_stack(
        [part(ends[1]) - part(ends[0]) for part in (shapely.get_x, shapely.get_y)]
    )
    size = np.hypot(*runs.T)
    return shapes, runs / np.where(size > 0, size, 1.0)[:, None]
