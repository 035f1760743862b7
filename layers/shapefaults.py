"""Shapes that can be stored and yet are wrong for their layer.

Empty, invalid and misplaced shapes make no version at all (see ``layers.normal``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
"""Geometries in EPSG:4326, None where a row has none."""

_TYPES = {
    "point": [shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT],
    "line": [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING],
    "area": [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
}
_HALF_A_TURN = 180.0
FAR_DEGREES = 1.0
"""About 100 km at the equator: further outside every boundary, a place is in another country."""


def of_another_kind(shapes: Shapes, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which shapes are none of the kinds (``point``, ``line``, ``area``).

    A missing shape is none of the wrong kind, and a layer without kinds takes all.
    """
    if not kinds:
        return np.zeros(len(shapes), dtype=bool)
    allowed = [kind.value for name in kinds for kind in _TYPES[name]]
    found = shapely.get_type_id(shapes)
    wrong: NDArray[np.bool_] = (found >= 0) & ~np.isin(found, allowed)
    return wrong


def round_the_world(shapes: Shapes) -> NDArray[np.bool_]:
    """Tell which lines and areas go from one position to the next the long way round.

    So a shape looks that crosses the antimeridian and has not been cut there (RFC 7946, 3.1.9). An
    edge between -180 and 180 is the antimeridian itself, as round a pole.
    """
    crossing = np.zeros(len(shapes), dtype=bool)
    west, _, east, _ = shapely.bounds(shapes).T
    # Few shapes are that wide, and only those are taken apart.
    for position in np.flatnonzero(east - west > _HALF_A_TURN):
        crossing[position] = any(_jumps(part) for part in _outlines(shapes[position]))
    return crossing


def outside(shapes: Shapes, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which shapes lie further than :data:`FAR_DEGREES` from every box.

    Parameters
    ----------
    boxes : array of shape (boxes, 4)
        West, south, east and north in degrees; without any, nothing is outside.
    """
    bounds = shapely.bounds(shapes)
    if not len(boxes):
        return np.zeros(len(bounds), dtype=bool)
    near = np.zeros(len(bounds), dtype=bool)
    for west, south, east, north in boxes:
        near |= (
            (bounds[:, 0] <= east + FAR_DEGREES)
            & (bounds[:, 2] >= west - FAR_DEGREES)
            & (bounds[:, 1] <= north + FAR_DEGREES)
            & (bounds[:, 3] >= south - FAR_DEGREES)
        )
    return np.isfinite(bounds[:, 0]) & ~near


def _outlines(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the lines and rings of a shape; points have none."""
    found = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            found += list(shapely.get_rings(part))
        elif part.geom_type == "LineString":
            found.append(part)
    return found


def _jumps(outline: shapely.Geometry) -> bool:
    lon = shapely.get_coordinates(outline)[:, 0]
    long_way = np.abs(np.diff(lon)) > _HALF_A_TURN
    at_the_edge = (np.abs(lon[:-1]) == _HALF_A_TURN) & (np.abs(lon[1:]) == _HALF_A_TURN)
    return bool((long_way & ~at_the_edge).any())
