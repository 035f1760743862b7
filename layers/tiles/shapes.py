"""What is to be tiled: points, lines and areas on the world's grid, each the shape of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from .mercator import WORLD, to_world
from .mvt import Column


@dataclass(frozen=True, slots=True)
class Runs:
    """Points or lines end to end on the world's grid.

    Attributes
    ----------
    xy : int32[p, 2]
    offsets : int64[n + 1]
        Run ``i`` has the positions ``offsets[i]`` to ``offsets[i + 1]``.
    row : int64[n]
        The row that each run belongs to.
    """

    xy: NDArray[np.int32]
    offsets: NDArray[np.int64]
    row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.row)

    def select(self, chosen: NDArray[np.int64]) -> Runs:
        """Return some runs, in the order asked for."""
        starts = self.offsets[:-1][chosen]
        counts = self.offsets[1:][chosen] - starts
        offsets = np.append(0, np.cumsum(counts)).astype(np.int64)
        place = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        return Runs(self.xy[place], offsets, self.row[chosen])

    def bounds(self) -> NDArray[np.int32]:
        """Return the least and the greatest x and y of each run, int32[n, 4]."""
        if not len(self):
            return np.empty((0, 4), np.int32)
        starts = self.offsets[:-1]
        low = np.minimum.reduceat(self.xy, starts, axis=0)
        return np.hstack([low, np.maximum.reduceat(self.xy, starts, axis=0)])


NO_RUNS = Runs(np.empty((0, 2), np.int32), np.zeros(1, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Shapes:
    """The features of one tile layer.

    Attributes
    ----------
    name : str
        Name of the layer in the tiles.
    columns : sequence of Column
        Properties by row.
    min_zoom : int64[rows]
        From which zoom on each row is shown.
    ids : int64[rows] or None
        Number of each row; no ids without it.
    points, lines : Runs
    areas : shapely Polygons[k]
        On the world's grid.
    area_row : int64[k]
    steadfast : bool[rows]
        Rows that are shown even where they are smaller than a unit of the grid.
    """

    name: str
    columns: Sequence[Column]
    min_zoom: NDArray[np.int64]
    ids: NDArray[np.int64] | None
    steadfast: NDArray[np.bool_]
    points: Runs = NO_RUNS
    lines: Runs = NO_RUNS
    areas: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, np.object_))
    area_row: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Sorted:
    """Geometries apart by kind."""

    points: Runs
    lines: Runs
    areas: NDArray[np.object_]
    area_row: NDArray[np.int64]


def apart(geometries: NDArray[np.object_]) -> Sorted:
    """Return the simple parts of geometries (EPSG:4326 degrees; None is nothing) by kind."""
    parts, row = shapely.get_parts(geometries, return_index=True)
    while (nested := shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        del nested
        parts, inner = shapely.get_parts(parts, return_index=True)
        row = row[inner]
    kept = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    parts, row = parts[kept], row[kept].astype(np.int64)
    kind = shapely.get_type_id(parts)
    area = kind == shapely.GeometryType.POLYGON
    point = kind == shapely.GeometryType.POINT
    line = ~(area | point)
    return Sorted(
        _runs(parts[point], row[point]),
        _runs(parts[line], row[line]),
        shapely.transform(parts[area], lambda xy: to_world(xy).astype(np.float64)),
        row[area],
    )


def _runs(parts: NDArray[np.object_], row: NDArray[np.int64]) -> Runs:
    if not len(parts):
        return NO_RUNS
    counts = shapely.get_num_coordinates(parts)
    offsets = np.append(0, np.cumsum(counts)).astype(np.int64)
    return Runs(to_world(shapely.get_coordinates(parts)), offsets, row)


def extent_of(shapes: Shapes) -> tuple[int, int, int, int]:
    """Return the least and the greatest x and y of all shapes; the whole world if there are none."""
    found = [
        np.hstack([xy.min(axis=0), xy.max(axis=0)]) for xy in _all_positions(shapes) if len(xy)
    ]
    if not found:
        return 0, 0, WORLD - 1, WORLD - 1
    boxes = np.array(found, np.int64)
    west, north = boxes[:, :2].min(axis=0).tolist()
    east, south = boxes[:, 2:].max(axis=0).tolist()
    return west, north, east, south


def _all_positions(shapes: Shapes) -> tuple[NDArray[np.generic], ...]:
    return shapes.points.xy, shapes.lines.xy, shapely.get_coordinates(shapes.areas)
