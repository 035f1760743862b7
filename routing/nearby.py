"""Road segments near a geometry, in local metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.geo import LocalMetres

from .ascending import distinct
from .network import RoadNetwork
from .tangent import degrees_within

_BOXES = 256
"""About so many boxes are laid along a line, so that they hold little but what lies on it …"""
_LEAST_BOX_DEGREES = 0.005
"""… each at least half a kilometre long, below which fewer are no slower."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """A geometry and the segments near it, both projected to the same local metres.

    ``rows`` are segment numbers of the network, ascending; ``lines`` their geometries.
    """

    network: RoadNetwork
    metres: LocalMetres
    shape: BaseGeometry
    rows: NDArray[np.int64]
    lines: NDArray[np.object_]


def nearby(
    network: RoadNetwork,
    geometry: BaseGeometry,
    within_m: float,
    *,
    ways: frozenset[int] | None = None,
) -> Nearby:
    """Return the segments within a distance of a point or line, of some OSM ways if given.

    The geometry is in EPSG:4326.
    """
    if ways is None:
        rows = rows_along(network, shapely.get_coordinates(geometry), within_m)
    else:
        rows = network.segments.rows_of_ways(np.array(sorted(ways), np.int64))
    metres = LocalMetres.around(geometry)
    shape = metres.project(geometry)
    lines = metres.project_array(network.segments.lines.shapes(rows))
    near = shapely.dwithin(lines, shape, within_m)
    return Nearby(network, metres, shape, rows[near], lines[near])


def rows_along(
    network: RoadNetwork, lonlat: NDArray[np.float64], within_m: float = 0.0
) -> NDArray[np.int64]:
    """Return, ascending, every segment whose box comes within a distance of a line, and others.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    lonlat : float64[k, 2]
        Positions of the line, EPSG:4326 degrees; one of a point.
    within_m : float
        The distance in metres.
    """
    width, height = degrees_within(float(np.abs(lonlat[:, 1]).max()), within_m)
    boxes = _boxes_along(lonlat) + np.array([-width, -height, width, height])
    found = [network.index.search(*box) for box in boxes.tolist()]
    return found[0] if len(found) == 1 else distinct(np.concatenate(found))


def _boxes_along(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return boxes (west, south, east, north) that together cover a line, float64[k, 4]."""
    span = np.abs(np.diff(lonlat, axis=0)).max(axis=1, initial=0.0)
    box_degrees = max(float(span.sum()) / _BOXES, _LEAST_BOX_DEGREES)
    pieces = np.maximum(np.ceil(span / box_degrees).astype(np.int64), 1)
    share = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = np.repeat(np.arange(len(span)), pieces)
    steps = np.diff(lonlat, axis=0)[start] * (share / pieces[start])[:, None]
    points = np.vstack([lonlat[:-1][start] + steps, lonlat[-1:]])
    reached = np.cumsum(np.append(0.0, np.repeat(span / pieces, pieces)))
    box = (reached / box_degrees).astype(np.int64)
    first = np.flatnonzero(np.diff(box, prepend=-1))
    low, high = np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)
    # A box reaches to where the next one begins.
    low[:-1] = np.minimum(low[:-1], points[first[1:]])
    high[:-1] = np.maximum(high[:-1], points[first[1:]])
    return np.hstack([low, high])
