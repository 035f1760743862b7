"""Draw parts of arcs, one after the other, as one line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .lines import PER_DEGREE, Lines
from .tangent import metres_a_degree


def drawn(
    lines: Lines,
    arcs: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the points of parts of arcs in driving order, where parts meet only once.

    Parameters
    ----------
    lines : Lines
        Shapes of the segments.
    arcs : int64[k]
        Arcs on segments; odd ones run against their segment's line.
    low, high : float64[k]
        Where each part lies on its segment, as fractions of its length from ``u`` to ``v``.

    Returns
    -------
    float64[p, 2]
        EPSG:4326 degrees.
    """
    rows = arcs // 2
    starts = lines.offsets[:-1][rows]
    counts = lines.offsets[1:][rows] - starts
    offsets = np.append(0, np.cumsum(counts))
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    backward = np.repeat(arcs % 2 == 1, counts)
    place = np.where(backward, np.repeat(counts, counts) - 1 - within, within)
    points = lines.e7[np.repeat(starts, counts) + place] / PER_DEGREE
    pieces, reached = [], 0
    for part in np.flatnonzero((low > 0.0) | (high < 1.0)).tolist():
        first, last = int(offsets[part]), int(offsets[part + 1])
        start, end = float(low[part]), float(high[part])
        ends = (1.0 - end, 1.0 - start) if arcs[part] % 2 else (start, end)
        pieces += [points[reached:first], _cut(points[first:last], *ends)]
        reached = last
    points = np.concatenate([*pieces, points[reached:]])
    moved = np.ones(len(points), np.bool_)
    moved[1:] = np.any(points[1:] != points[:-1], axis=1)
    return points[moved]


def _cut(points: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """Return the stretch of a line between two fractions of its length in metres."""
    steps = np.diff(points, axis=0) * metres_a_degree(points[:1, 1])
    reached = np.append(0.0, np.cumsum(np.hypot(steps[:, 0], steps[:, 1])))
    if not reached[-1]:
        return points
    share = reached / reached[-1]
    inner = points[(share > start) & (share < end)]
    ends = [[np.interp(at, share, axis) for axis in points.T] for at in (start, end)]
    return np.vstack([ends[0], inner, ends[1]])
