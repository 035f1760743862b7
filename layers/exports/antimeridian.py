"""Cut what crosses the antimeridian in two, as RFC 7946 (3.1.9) asks.

A step of more than 180 degrees of longitude between two neighbouring corners is the short way
across the antimeridian, never the long way round the world. A step of exactly 360 degrees, from
one edge of the map to the other, is no crossing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_HALF, _WORLD = 180.0, 360.0


def cut(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries (EPSG:4326) of which none crosses the antimeridian."""
    crossing = _crossing(geometries)
    if not crossing.any():
        return geometries
    result = geometries.copy()
    for index in np.flatnonzero(crossing):
        result[index] = _cut(geometries[index])
    return result


def _crossing(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    parts, owner = shapely.get_parts(geometries, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    paths = np.concatenate([rings, parts[lines]])
    owners = np.concatenate([owner[ring_of], owner[lines]])
    found = np.zeros(len(geometries), dtype=bool)
    if not len(paths):
        return found
    xy, path = shapely.get_coordinates(paths, return_index=True)
    step = np.abs(np.diff(xy[:, 0]))
    jumps = (step > _HALF) & (step < _WORLD) & (path[1:] == path[:-1])
    found[owners[path[1:][jumps]]] = True
    return found


def _cut(geometry: BaseGeometry) -> BaseGeometry:
    """Unroll each part past ±180 degrees, cut it there, and move what lies beyond back."""
    pieces: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        unrolled = _unrolled(part)
        for turn in (-1, 0, 1):
            world = shapely.box(turn * _WORLD - _HALF, -90, turn * _WORLD + _HALF, 90)
            piece = shapely.transform(
                shapely.intersection(unrolled, world),
                lambda xy, back=turn * _WORLD: np.round(xy - [back, 0.0], 9) + 0.0,
            )
            pieces += [
                item
                for item in shapely.get_parts(piece)
                if not item.is_empty and shapely.get_dimensions(item) == shapely.get_dimensions(part)
            ]
    kind = {1: shapely.multilinestrings, 2: shapely.multipolygons}[
        int(shapely.get_dimensions(geometry))
    ]
    return shapely.orient_polygons(kind(pieces))


def _unrolled(part: BaseGeometry) -> BaseGeometry:
    if part.geom_type == "LineString":
        return shapely.linestrings(_steady(shapely.get_coordinates(part)))
    shell, *holes = (_steady(shapely.get_coordinates(ring)) for ring in shapely.get_rings(part))
    west, east = shell[:, 0].min(), shell[:, 0].max()
    return shapely.polygons(shell, [_near(hole, west, east) for hole in holes] or None)


def _near(hole: NDArray[np.float64], west: float, east: float) -> NDArray[np.float64]:
    """Return a hole moved by a turn of the world if that brings it into its shell."""
    middle = (west + east) / 2
    return hole - [_WORLD * np.round((hole[:, 0].mean() - middle) / _WORLD), 0.0]


def _steady(xy: NDArray[np.float64]) -> Any:
    return np.column_stack([np.unwrap(xy[:, 0], period=_WORLD), xy[:, 1]])
