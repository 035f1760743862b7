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
    rows = arcs >> 1
    starts = lines.offsets[rows]
    counts = lines.offsets[rows + 1] - starts
    offsets = np.append(0, np.cumsum(counts))
    # A forward part runs on from its first point, a backward one back from its last.
    backward = (arcs & 1).astype(np.bool_)
    first = np.where(backward, starts + counts - 1, starts)
    step = np.where(backward, -1, 1)
    place = np.repeat(first - step * offsets[:-1], counts)
    place += np.repeat(step, counts) * np.arange(offsets[-1])
    points = lines.e7.take(place, axis=0) / PER_DEGREE
    pieces, reached = [], 0
    for part in np.flatnonzero((low > 0.0) | (high < 1.0)).tolist():
        first, last = int(offsets[part]), int(offsets[part + 1])
        start, end = float(low[part]), float(high[part])
        ends = (1.0 - end, 1.0 - start) if arcs[part] % 2 else (start, end)
        pieces += [points[reached:first], _cut(points[first:last], *ends)]
        reached = last
    points = np.concatenate([*pieces, points[reached:]])
    lon, lat = points[:, 0], points[:, 1]
    moved = np.ones(len(points), np.bool_)
    moved[1:] = (lon[1:] != lon[:-1]) | (lat[1:] != lat[:-1])
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
