"""The area around the roads that are reached in a time: every reached metre lies in it (decision 0019).

Cells of a grid that a reached road touches, with their neighbours, are joined to polygons. The
cells are as small as the bounded number of vertices allows, and the tolerance is stated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .bounds import Sight
from .stops import Stops

MOST_VERTICES = 4_000
SMALLEST_CELL_M = 50.0
_MOST_CELLS_A_SIDE = 256
_METRES_A_DEGREE = 110_574.0
"""Length of a degree of latitude at the equator, the shortest there is (WGS 84)."""
_MOST_POINTS = 2_000_000
_FIRST_POINTS = 64
_HALVINGS = 16

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area in EPSG:4326; no point of it is farther than ``tolerance_m`` from a reached road."""

    area: BaseGeometry
    tolerance_m: float


@dataclass(frozen=True, eq=False)
class Reached:
    """Roads reached in a time: whole arcs by their nodes, and parts of arcs by their points.

    Attributes
    ----------
    arcs : int64[a]
        Arcs of which some part is reached.
    until : float64[a]
        The fraction of each that is reached, 1 at its head.
    """

    arcs: NDArray[np.int64]
    until: Floats


def reached(sight: Sight, cost_ms: NDArray[np.uint32], most_ms: int) -> Reached:
    """Return the parts of arcs that are reached within a driving time.

    Parameters
    ----------
    sight : Sight
        The roads under constraints.
    cost_ms : uint32[v]
        Driving time to each vertex.
    most_ms : int
        The driving time, below INFINITE.
    """
    network = sight.roads.network
    count = network.segment_arc_count
    there = cost_ms <= most_ms
    arcs = np.flatnonzero(there[network.arc_tail[:count]] & sight.roads.usable[:count])
    left = (most_ms - cost_ms[network.arc_tail[arcs]]).astype(np.float64)
    weight = sight.metric.weight_ms[arcs].astype(np.float64)
    until = np.minimum(left / np.maximum(weight, 1.0), 1.0)
    unlike = (until < 1.0) & sight.effects.coverage.touches(arcs)
    if unlike.any():
        until[unlike] = _farthest(sight, arcs[unlike], np.zeros(int(unlike.sum())), left[unlike])
    some = until > 0
    return Reached(arcs[some], until[some])


def outline(sight: Sight, found: Reached, starts: Floats) -> Outline:
    """Return the area around reached roads and the places that they are reached from.

    Parameters
    ----------
    sight : Sight
        The roads.
    found : Reached
        What is reached.
    starts : float64[s, 2]
        Longitude and latitude of the places, which are reached without any drive.
    """
    network = sight.roads.network
    heads = found.arcs[found.until >= 1.0]
    vertices = np.concatenate([network.arc_tail[found.arcs], network.arc_head[heads]])
    nodes = network.vertex_node[vertices]
    ends = np.column_stack([network.node_lon[nodes], network.node_lat[nodes]])
    box = _box(np.vstack([starts, ends]), _longest_m(sight, found))
    cell_m = max(SMALLEST_CELL_M, max(box.height_m, box.width_m) / _MOST_CELLS_A_SIDE)
    while True:
        grid = _Grid(box, cell_m)
        marked = grid.empty()
        grid.mark(marked, np.vstack([starts, ends]))
        for points in _inside(sight, found, cell_m):
            grid.mark(marked, points)
        area = grid.area(marked)
        if shapely.get_num_coordinates(area) <= MOST_VERTICES:
            return Outline(area, round(grid.tolerance_m, 1))
        cell_m *= 1.5


def first_metres(sight: Sight, hubs: Stops, most_ms: int) -> Floats:
    """Return points of the first roads from places, as far as these are driven in a time.

    Longitude and latitude, float64[s, 2]; the places themselves are among them.
    """
    lines, found = sight.roads.network.segments.lines, []
    for snap in hubs.snaps:
        if snap is None:
            continue
        line, along = lines.shapes(np.array([snap.segment]))[0], [snap.fraction]
        for side in (0, 1):
            start, arc = snap.along(side), np.array([2 * snap.segment + side])
            (far,) = _farthest(sight, arc, np.array([start]), np.array([float(most_ms)]))
            shares = np.linspace(start, far, _FIRST_POINTS)
            along += (1.0 - shares if side else shares).tolist()
        found.append(shapely.line_interpolate_point(line, along, normalized=True))
    return shapely.get_coordinates(np.concatenate(found)) if found else np.empty((0, 2))


def _farthest(sight: Sight, arcs: NDArray[np.int64], start: Floats, left_ms: Floats) -> Floats:
    """Return how far along arcs one gets from positions on them, by halving; never too near.

    A constraint may close or slow a part of an arc, so that time and length do not run alike.
    """
    low, high = start.copy(), np.ones(len(arcs))
    whole = sight.parts_ms(arcs, start, high) <= left_ms
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        there = sight.parts_ms(arcs, start, middle) <= left_ms
        low, high = np.where(there, middle, low), np.where(there, high, middle)
    return np.where(whole, 1.0, np.where(low > start, high, start))


def _longest_m(sight: Sight, found: Reached) -> float:
    """Return the length of the longest reached part: nothing reached is as far from its node."""
    length_m = sight.roads.network.segments.length_m[found.arcs >> 1]
    return float((length_m * found.until).max(initial=0.0))


def _inside(sight: Sight, found: Reached, cell_m: float) -> list[Floats]:
    """Return points along the reached parts, near enough to mark every cell with its neighbours.

    A whole segment of at most two cells lies within a cell of its nodes, which are marked.
    """
    segments = sight.roads.network.segments
    length = segments.length_m[found.arcs >> 1]
    chosen = np.flatnonzero((length > 2 * cell_m) | (found.until < 1.0))
    if not len(chosen):
        return []
    shapes = segments.lines.shapes(found.arcs[chosen] >> 1)
    until, metres = found.until[chosen], length[chosen]
    steps = np.maximum(np.ceil(metres * until / cell_m).astype(np.int64), 1) + 1
    while steps.sum() > _MOST_POINTS:
        steps = np.maximum(steps // 2, 2)
    row = np.repeat(np.arange(len(chosen)), steps)
    place = np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = place / (steps[row] - 1) * until[row]
    backward = (found.arcs[chosen] & 1)[row].astype(np.bool_)
    share = np.where(backward, 1.0 - share, share)
    points = shapely.line_interpolate_point(shapes[row], share, normalized=True)
    return [shapely.get_coordinates(points)]


@dataclass(frozen=True, slots=True)
class _Box:
    west: float
    south: float
    east: float
    north: float

    @property
    def metres_east(self) -> float:
        """The shortest degree of longitude in the box."""
        widest = min(max(abs(self.south), abs(self.north)), 89.0)
        return _METRES_A_DEGREE * math.cos(math.radians(widest))

    @property
    def height_m(self) -> float:
        return (self.north - self.south) * _METRES_A_DEGREE

    @property
    def width_m(self) -> float:
        return (self.east - self.west) * self.metres_east


def _box(points: Floats, margin_m: float) -> _Box:
    west, south = points.min(axis=0).tolist()
    east, north = points.max(axis=0).tolist()
    tight = _Box(west, south, east, north)
    north_d, east_d = margin_m / _METRES_A_DEGREE, margin_m / tight.metres_east
    return _Box(west - east_d, south - north_d, east + east_d, north + north_d)


class _Grid:
    """Cells of at least so many metres, with a border of two cells around the box."""

    def __init__(self, box: _Box, cell_m: float) -> None:
        self._east, self._north = cell_m / box.metres_east, cell_m / _METRES_A_DEGREE
        self._west, self._south = box.west - 2 * self._east, box.south - 2 * self._north
        self._columns = math.ceil((box.east - self._west) / self._east) + 3
        self._rows = math.ceil((box.north - self._south) / self._north) + 3
        nearest = min(abs(box.south), abs(box.north)) if box.south * box.north > 0 else 0.0
        # A degree of latitude is up to 1.01 of the shortest, one of longitude longest at 0.
        widest = self._east * 111_320.0 * math.cos(math.radians(nearest))
        self.tolerance_m = 2 * math.hypot(widest, cell_m * 1.011)

    def empty(self) -> NDArray[np.bool_]:
        """Return no cell marked."""
        return np.zeros((self._rows, self._columns), np.bool_)

    def mark(self, marked: NDArray[np.bool_], points: Floats) -> None:
        """Mark the cells in which points lie."""
        column = ((points[:, 0] - self._west) / self._east).astype(np.int64)
        row = ((points[:, 1] - self._south) / self._north).astype(np.int64)
        marked[row, column] = True

    def area(self, marked: NDArray[np.bool_]) -> BaseGeometry:
        """Return the marked cells and their neighbours as polygons."""
        wide = marked.copy()
        for axis in (0, 1):
            wide = wide | np.roll(wide, 1, axis) | np.roll(wide, -1, axis)
        boxes = [self._run(row, *run) for row in range(self._rows) for run in _runs(wide[row])]
        joined = shapely.union_all(np.array(boxes))
        return shapely.MultiPolygon(list(shapely.get_parts(joined)))

    def _run(self, row: int, first: int, last: int) -> BaseGeometry:
        west, south = self._west + first * self._east, self._south + row * self._north
        east, north = self._west + last * self._east, self._south + (row + 1) * self._north
        return shapely.box(west, south, east, north)


def _runs(cells: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where marked cells of a row begin and end."""
    edges = np.flatnonzero(np.diff(cells, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
