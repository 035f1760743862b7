"""Cut what crosses the antimeridian in two, as RFC 7946 (3.1.9) asks.

A step of more than 180 degrees of longitude between two neighbouring corners is the short way
across the antimeridian, never the long way round the world. A step of exactly 360 degrees, from
one edge of the map to the other, is no crossing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

_HALF, _WORLD = 180.0, 360.0
_DECIMALS = 9
"""Of what moving a coordinate by 360 degrees leaves exact."""


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
    xy, path = shapely.get_coordinates(paths, return_index=True)
    step = np.abs(np.diff(xy[:, 0]))
    jumps = (step > _HALF) & (step < _WORLD) & (path[1:] == path[:-1])
    found[owners[path[1:][jumps]]] = True
    return found


def _cut(geometry: BaseGeometry) -> BaseGeometry:
    """Unroll each part past ±180 degrees, cut it there, and move what lies beyond back."""
    pieces: list[Any] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "LineString":
            pieces += _cut_line(_steady(part))
            continue
        unrolled = _unrolled(part)
        for turn in (-1, 0, 1):
            west = turn * _WORLD - _HALF
            piece = unrolled.intersection(shapely.box(west, -90, west + _WORLD, 90))
            # A touch of the edge is a point or a line of no width: it is part of a neighbour.
            pieces += [
                _moved(item, -turn * _WORLD)
                for item in shapely.get_parts(piece)
                if not item.is_empty and item.geom_type == part.geom_type
            ]
    lines = all(piece.geom_type == "LineString" for piece in pieces)
    whole: BaseGeometry = MultiLineString(pieces) if lines else MultiPolygon(pieces)
    oriented: BaseGeometry = shapely.orient_polygons(whole)
    return oriented


def _cut_line(xy: NDArray[np.float64]) -> list[LineString]:
    """Return the pieces of a path: an intersection would lose a stretch that it runs twice."""
    pieces: list[tuple[float, list[Any]]] = []
    for start, end in pairwise(xy):
        for one, other in pairwise(_with_edges(start, end)):
            turn = np.floor(((one[0] + other[0]) / 2 + _HALF) / _WORLD)
            if not pieces or pieces[-1][0] != turn:
                pieces.append((turn, [one]))
            pieces[-1][1].append(other)
    back = [np.subtract(path, (turn * _WORLD, 0.0)) for turn, path in pieces]
    return [LineString(np.round(path, _DECIMALS) + 0.0) for path in back]


def _with_edges(start: NDArray[np.float64], end: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return both ends of a step, and between them where it meets an edge of the world."""
    west, east = sorted((start[0], end[0]))
    first = np.floor((west + _HALF) / _WORLD) + 1
    edges = [x for x in (first * _WORLD - _HALF,) if west < x < east]
    met = [start + (end - start) * ((x - start[0]) / (end[0] - start[0])) for x in edges]
    return [start, *met, end]


def _moved(piece: BaseGeometry, by: float) -> BaseGeometry:
    def east(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.round(np.add(xy, (by, 0.0)), _DECIMALS) + 0.0, dtype=np.float64)

    moved: BaseGeometry = shapely.transform(piece, east)
    return moved


def _unrolled(part: BaseGeometry) -> BaseGeometry:
    shell, *holes = map(_steady, shapely.get_rings(part))
    middle = (shell[:, 0].min() + shell[:, 0].max()) / 2
    return Polygon(shell, [_beside(hole, middle) for hole in holes])


def _beside(hole: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    """Return a hole moved by as many turns of the world as bring it into its shell."""
    turns = np.round((hole[:, 0].mean() - middle) / _WORLD)
    moved: NDArray[np.float64] = hole - [_WORLD * turns, 0.0]
    return moved


def _steady(path: BaseGeometry) -> NDArray[np.float64]:
    """Return the corners of a path without a jump from one edge of the map to the other."""
    xy = shapely.get_coordinates(path)
    return np.column_stack([np.unwrap(xy[:, 0], period=_WORLD), xy[:, 1]])
