"""Which places lie near each other, of many at once, anywhere on the globe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lca.geo import GEOD

_EARTH_M = 6_371_000.0
# The sphere is off the ellipsoid by 0.6 % at the most.
_MARGIN = 1.01
_MOST_TOGETHER = 40
"""More places than that within reach of each other are compared with nothing: a list of addresses
that were all placed in the middle of a town has no neighbours, only a town."""

Pairs = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


def near_pairs(xy: NDArray[np.float64], metres: float) -> Pairs:
    """Return the pairs of places within a distance: the earlier, the later, and the distance in m.

    Parameters
    ----------
    xy : array
        Longitude and latitude, EPSG:4326.
    """
    crowded = np.zeros(len(xy), dtype=bool)
    if len(xy) > 1:
        points = _on_sphere(xy)
        reach = metres * _MARGIN / _EARTH_M
        crowded = _crowded(points, reach)
        alone = np.flatnonzero(~crowded)
        found = cKDTree(points[alone]).query_pairs(reach, output_type="ndarray")
        if len(found):
            return _within(xy, xy, alone[np.sort(found, axis=1)], metres)
    return _within(xy, xy, np.empty((0, 2), dtype=np.intp), metres)


def near_others(
    xy: NDArray[np.float64], others: NDArray[np.float64], metres: float, most: int = 8
) -> Pairs:
    """Return the pairs of a place and one of some others within a distance, the nearest of them."""
    empty = np.empty((0, 2), dtype=np.intp)
    if not len(xy) or not len(others):
        return _within(xy, others, empty, metres)
    reach = metres * _MARGIN / _EARTH_M
    tree = cKDTree(_on_sphere(others))
    # One neighbour too many is asked for: a tree of one answers with a flat list otherwise.
    _, nearest = tree.query(_on_sphere(xy), k=range(1, most + 1), distance_upper_bound=reach)
    ones, columns = np.nonzero(nearest < len(others))
    pairs = np.column_stack([ones, nearest[ones, columns]])
    return _within(xy, others, pairs, metres)


def distances_m(ones: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the geodesic distance of each pair of positions, in metres (WGS 84)."""
    if not len(ones):
        return np.empty(0)
    return np.asarray(GEOD.inv(ones[:, 0], ones[:, 1], others[:, 0], others[:, 1])[2])


def _within(
    xy: NDArray[np.float64], others: NDArray[np.float64], pairs: NDArray[np.intp], metres: float
) -> Pairs:
    away = distances_m(xy[pairs[:, 0]], others[pairs[:, 1]])
    near = away <= metres
    return pairs[near, 0], pairs[near, 1], away[near]


def _crowded(points: NDArray[np.float64], reach: float) -> NDArray[np.bool_]:
    """Tell which points share their square with so many that the pairs would be too many."""
    squares = np.floor(points / reach).astype(np.int64)
    _, of, counts = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(counts[of.ravel()] > _MOST_TOGETHER)


def _on_sphere(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(xy).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
