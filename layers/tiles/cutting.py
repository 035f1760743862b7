"""Cut points, lines and areas along the edges of tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .mvt import AREA, LINE, POINT, Cut

MARGIN = 1 / 32
"""How far a tile reaches beyond its edges, as a share of its size: 8 of 256 pixels, so that a
broad line is whole at the edge."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """A square of tiles of one zoom, which are cut together.

    ``x`` and ``y`` are those of its first tile, ``across`` the tiles along a side, ``extent``
    the units of the grid across a tile.
    """

    x: int
    y: int
    across: int
    extent: int

    @property
    def margin(self) -> int:
        """How far a tile reaches beyond its edges, in units."""
        return int(self.extent * MARGIN)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Boxes and the tiles of a block that each touches."""

    item: Ints
    x: Ints
    y: Ints


def touched(low: Ints, high: Ints, block: Block) -> Pairs:
    """Return the tiles of a block that boxes touch, box after box.

    Parameters
    ----------
    low, high : int64[n, 2]
        Corners of the boxes in units of the zoom's grid.
    """
    origin = np.array([block.x, block.y])
    first = np.maximum((low - block.margin) // block.extent - origin, 0)
    last = np.minimum((high + block.margin) // block.extent - origin, block.across - 1)
    spans = np.maximum(last - first + 1, 0)
    counts = spans[:, 0] * spans[:, 1]
    item = np.repeat(np.arange(len(low)), counts)
    place = np.arange(len(item)) - np.repeat(np.cumsum(counts) - counts, counts)
    across = spans[item, 0]
    return Pairs(item, first[item, 0] + place % across, first[item, 1] + place // across)


def cut_points(xy: Ints, row: Ints, block: Block) -> Cut:
    """Return points, int64[n, 2] on the zoom's grid, by tile."""
    pairs = touched(xy, xy, block)
    tile = pairs.y * block.across + pairs.x
    order = np.argsort(tile, kind="stable")
    pairs = Pairs(pairs.item[order], pairs.x[order], pairs.y[order])
    count = np.arange(len(order) + 1)
    kind = np.full(len(order), POINT)
    local = xy[pairs.item] - _corner(pairs, block)
    return Cut(tile[order], row[pairs.item], kind, count, count, local)


def cut_lines(xy: Ints, offsets: Ints, row: Ints, block: Block) -> Cut:
    """Return lines by tile, each as long as it lies in the tile or its margin.

    Parameters
    ----------
    xy : int64[p, 2]
        Positions on the zoom's grid, no two alike in succession.
    offsets : int64[n + 1]
        Line ``i`` has the positions ``offsets[i]`` to ``offsets[i + 1]``, two or more.
    row : int64[n]
        The row of each line.
    """
    edge = _edges(offsets)
    start, end = xy[edge], xy[edge + 1]
    line = np.repeat(np.arange(len(row)), np.diff(offsets) - 1)
    pairs = touched(np.minimum(start, end), np.maximum(start, end), block)
    corner = _corner(pairs, block)
    begin, finish, whole_begin, whole_finish, inside = _clipped(
        start[pairs.item] - corner, end[pairs.item] - corner, block
    )
    # Tiles of a block are few, so that their numbers are sorted in one pass.
    tile = (pairs.y * block.across + pairs.x).astype(np.uint16)
    order = np.flatnonzero(inside)
    order = order[np.argsort(tile[order], kind="stable")]
    return _joined(
        tile[order].astype(np.int64),
        line[pairs.item[order]],
        pairs.item[order],
        (begin[order], finish[order]),
        (whole_begin[order], whole_finish[order]),
        row,
    )


def _edges(offsets: Ints) -> Ints:
    """Return the place of the first position of each edge."""
    places = np.ones(offsets[-1], np.bool_)
    places[offsets[1:] - 1] = False
    return np.flatnonzero(places)


def _corner(pairs: Pairs, block: Block) -> Ints:
    return np.column_stack([pairs.x + block.x, pairs.y + block.y]) * block.extent


def _clipped(start: Ints, end: Ints, block: Block) -> tuple[Ints, Ints, Any, Any, Any]:
    """Return the ends of edges inside their tiles, whether each is the edge's own, and which are.

    Liang and Barsky's way: an edge lies within the slab of x and that of y for two spans of its
    length, and in the tile where both overlap.
    """
    low, high = -block.margin, block.extent + block.margin
    step = (end - start).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_low, to_high = (low - start) / step, (high - start) / step
    still = step == 0
    outside = still & ((start < low) | (start > high))
    enter = np.where(still, 0.0, np.minimum(to_low, to_high)).max(axis=1)
    leave = np.where(still, 1.0, np.maximum(to_low, to_high)).min(axis=1)
    enter, leave = np.maximum(enter, 0.0), np.minimum(leave, 1.0)
    begin = np.where(
        (enter > 0.0)[:, None], np.rint(start + enter[:, None] * step).astype(np.int64), start
    )
    finish = np.where(
        (leave < 1.0)[:, None], np.rint(start + leave[:, None] * step).astype(np.int64), end
    )
    inside = (enter < leave) & ~outside.any(axis=1) & (begin != finish).any(axis=1)
    return begin, finish, enter == 0.0, leave == 1.0, inside


def _joined(
    tile: Ints,
    line: Ints,
    edge: Ints,
    ends: tuple[Ints, Ints],
    whole: tuple[Any, Any],
    row: Ints,
) -> Cut:
    """Return edges, in order of tile and line, as lines: they break where an edge was cut."""
    count = len(tile)
    fresh = np.ones(count, np.bool_)
    fresh[1:] = (tile[1:] != tile[:-1]) | (line[1:] != line[:-1])
    broken = fresh.copy()
    broken[1:] |= (edge[1:] != edge[:-1] + 1) | ~whole[1][:-1] | ~whole[0][1:]
    first_edge = np.flatnonzero(broken)
    # A part has one position more than it has edges.
    points = np.append(first_edge, count) + np.arange(len(first_edge) + 1)
    xy = np.empty((points[-1], 2), np.int64)
    xy[np.arange(count) + np.cumsum(broken)] = ends[1]
    xy[points[:-1]] = ends[0][first_edge]
    first = np.flatnonzero(fresh)
    parts = np.append(np.searchsorted(first_edge, first), len(first_edge))
    kind = np.full(len(first), LINE)
    return Cut(tile[first], row[line[first]], kind, parts, points, xy)


def cut_areas(areas: NDArray[np.object_], row: Ints, block: Block) -> Cut:
    """Return areas (shapely Polygons on the zoom's grid) by tile; what is left of none is left out."""
    bounds = np.floor(shapely.bounds(areas)).astype(np.int64).reshape(-1, 4)
    pairs = touched(bounds[:, :2], bounds[:, 2:], block)
    tile = pairs.y * block.across + pairs.x
    order = np.argsort(tile, kind="stable")
    pairs, tile = Pairs(pairs.item[order], pairs.x[order], pairs.y[order]), tile[order]
    starts = np.flatnonzero(np.diff(tile, prepend=-1)).tolist()
    shapes = areas[pairs.item]
    for start, end in zip(starts, [*starts[1:], len(tile)], strict=True):
        x, y = (block.x + int(pairs.x[start])), (block.y + int(pairs.y[start]))
        west, north = x * block.extent - block.margin, y * block.extent - block.margin
        size = block.extent + 2 * block.margin
        shapes[start:end] = shapely.clip_by_rect(
            shapes[start:end], west, north, west + size, north + size
        )
    return _rings(shapes, row[pairs.item], tile, _corner(pairs, block))


def _rings(shapes: NDArray[np.object_], row: Ints, tile: Ints, corner: Ints) -> Cut:
    """Return clipped areas as rings: outer ones turn one way and holes the other."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = shapely.orient_polygons(parts[polygon], exterior_cw=False), owner[polygon]
    rings, inner = shapely.get_rings(parts, return_index=True)
    owner = owner[inner]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    local = np.rint(xy).astype(np.int64) - corner[owner[ring]]
    kept = np.ones(len(local), np.bool_)
    kept[1:] = (local[1:] != local[:-1]).any(axis=1) | (ring[1:] != ring[:-1])
    # The last position of a ring is its first.
    kept[np.flatnonzero(np.diff(ring, append=-1))] = False
    local, ring = local[kept], ring[kept]
    is_outer = np.ones(len(rings), np.bool_)
    is_outer[1:] = inner[1:] != inner[:-1]
    good = _solid(local, ring, is_outer, inner)
    chosen = np.flatnonzero(good)
    inside = good[ring]
    local, ring = local[inside], ring[inside]
    counts = np.bincount(ring, minlength=len(rings))[chosen] if len(ring) else chosen
    holder = owner[chosen]
    first = np.flatnonzero(np.diff(holder, prepend=-1))
    return Cut(
        tile[holder[first]],
        row[holder[first]],
        np.full(len(first), AREA),
        np.append(first, len(holder)),
        np.append(0, np.cumsum(counts)).astype(np.int64),
        local,
    )


def _solid(local: Ints, ring: Ints, is_outer: NDArray[np.bool_], polygon: Ints) -> Any:
    """Tell which rings still hold an area once they lie on the grid; holes need their outer one."""
    after = np.arange(1, len(ring) + 1)
    last = np.flatnonzero(np.diff(ring, append=-1))
    after[last] = np.append(0, last[:-1] + 1)[: len(last)]
    double = local[:, 0] * local[after, 1] - local[after, 0] * local[:, 1] if len(local) else ring
    area = np.bincount(ring, weights=double, minlength=len(is_outer))
    good = np.where(is_outer, area > 0, area < 0)
    outer_of = np.maximum.accumulate(np.where(is_outer, np.arange(len(is_outer)), 0))
    del polygon
    return good & good[outer_of]
