"""Make all tiles of some shapes, zoom after zoom, in bounded memory and in the archive's order.

A zoom is cut square by square (16 tiles across), so that no more than one square's positions are
unfolded at a time. At every zoom but the last a line is drawn on a grid of a quarter of a pixel;
what is shorter than that is left out there, and as both ends of each line lie on the same grid, a
road of many short stretches stays whole to the eye.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .cutting import MARGIN, Block, Ints, cut_areas, cut_lines, cut_points, touched
from .mercator import WORLD_BITS, tile_ids
from .mvt import Cut, encode
from .shapes import Runs, Shapes

FINE, COARSE = 4096, 1024
"""Units across a tile: of the last zoom, which is enlarged on screens, and of all others."""
_BLOCK_BITS = 4
Progress = Callable[[int, int], None]
"""Is told the zoom that is done, and how many tiles there are so far."""


@dataclass(frozen=True, slots=True)
class Zooms:
    """The first and the last zoom of an archive."""

    first: int
    last: int


def pyramid(
    shapes: Shapes, zooms: Zooms, progress: Progress | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield each tile that holds something: its number in the archive, ascending, and its bytes."""
    made = 0
    for zoom in range(zooms.first, zooms.last + 1):
        for number, tile in _of_zoom(shapes, zoom, FINE if zoom == zooms.last else COARSE):
            made += 1
            yield number, tile
        if progress is not None:
            progress(zoom, made)


def _of_zoom(shapes: Shapes, zoom: int, extent: int) -> Iterator[tuple[int, bytes]]:
    bits = max(0, zoom - _BLOCK_BITS)
    across = 1 << (zoom - bits)
    shown = shapes.min_zoom <= zoom
    squares = _squares(shapes, shown, zoom, bits)
    columns = [told for column in shapes.columns if (told := column.at(zoom)) is not None]
    for (x, y), chosen in squares:
        block = Block(x * across, y * across, across, extent)
        cut = _merged(
            [_CUTTERS[kind](shapes, places, block, zoom) for kind, places in chosen.items()]
        )
        tiles = list(encode(shapes.name, cut, columns, extent, shapes.ids))
        place = np.array([tile for tile, _ in tiles], np.int64)
        numbers = tile_ids(zoom, block.x + place % across, block.y + place // across)
        for at in np.argsort(numbers).tolist():
            yield int(numbers[at]), tiles[at][1]


def _squares(
    shapes: Shapes, shown: NDArray[np.bool_], zoom: int, bits: int
) -> Iterator[tuple[tuple[int, int], dict[str, Ints]]]:
    """Yield the squares that hold something, in the archive's order, and what each holds."""
    found: dict[int, dict[str, Ints]] = {}
    at: dict[int, tuple[int, int]] = {}
    boxes: dict[str, tuple[NDArray[Any], Ints]] = {
        "areas": (shapely.bounds(shapes.areas).reshape(-1, 4), shapes.area_row),
        "lines": (shapes.lines.bounds(), shapes.lines.row),
        "points": (shapes.points.bounds(), shapes.points.row),
    }
    # One square is one "tile" of the world's grid at the squares' own zoom.
    world = Block(0, 0, 1 << bits, 1 << (WORLD_BITS - bits))
    reach = int((1 << (WORLD_BITS - zoom)) * MARGIN) + 1
    for kind, (bounds, row) in boxes.items():
        rows = np.flatnonzero(shown[row])
        low = bounds[rows, :2].astype(np.int64) - reach + world.margin
        high = bounds[rows, 2:].astype(np.int64) + reach - world.margin
        pairs = touched(low, high, world)
        numbers = tile_ids(bits, pairs.x, pairs.y)
        order = np.argsort(numbers, kind="stable")
        starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
        for part in np.split(order, starts[1:]) if len(order) else ():
            number = int(numbers[part[0]])
            at[number] = int(pairs.x[part[0]]), int(pairs.y[part[0]])
            found.setdefault(number, {})[kind] = rows[pairs.item[part]]
    for number in sorted(found):
        yield at[number], found[number]


def _scale(block: Block, zoom: int) -> float:
    """Return how many units of a zoom's grid one of the world's grid is."""
    return float(block.extent) / (1 << (WORLD_BITS - zoom))


def _points(shapes: Shapes, chosen: Ints, block: Block, zoom: int) -> Cut:
    runs = shapes.points.select(chosen)
    xy = np.floor(runs.xy * _scale(block, zoom)).astype(np.int64)
    return cut_points(xy, runs.row, block)


def _lines(shapes: Shapes, chosen: Ints, block: Block, zoom: int) -> Cut:
    runs = shapes.lines.select(chosen)
    xy, offsets = _generalised(runs, _scale(block, zoom))
    counts = np.diff(offsets)
    alone = (counts == 1) & shapes.steadfast[runs.row]
    if alone.any():
        # What is shorter than a unit, and must be seen, is drawn as long as one.
        places = np.repeat(np.arange(len(xy)), 1 + np.repeat(alone, counts))
        twice = np.flatnonzero(np.diff(places, prepend=-1) == 0)
        xy = xy[places]
        xy[twice, 0] += 1
        counts = counts + alone
    drawn = counts > 1
    xy = xy[np.repeat(drawn, counts)]
    offsets = np.append(0, np.cumsum(counts[drawn])).astype(np.int64)
    return cut_lines(xy, offsets, runs.row[drawn], block)


def _generalised(runs: Runs, scale: float) -> tuple[Ints, Ints]:
    """Return lines on a zoom's grid without the positions that nobody could see."""
    xy, offsets = runs.xy * scale, runs.offsets
    bent = np.flatnonzero(np.diff(offsets) > 2)
    if len(bent):
        kept = np.ones(len(xy), np.bool_)
        inner = runs.select(bent)
        of_line = np.repeat(np.arange(len(bent)), np.diff(inner.offsets))
        lines = shapely.linestrings(inner.xy * scale, indices=of_line)
        simple, line = shapely.get_coordinates(
            shapely.simplify(lines, 1.0, preserve_topology=False), return_index=True
        )
        straight = np.ones(len(runs), np.bool_)
        straight[bent] = False
        kept = np.repeat(straight, np.diff(offsets))
        owner = np.concatenate([np.repeat(np.flatnonzero(straight), 2), bent[line]])
        order = np.argsort(owner, kind="stable")
        xy = np.concatenate([xy[kept], simple])[order]
        owner = owner[order]
    else:
        owner = np.repeat(np.arange(len(runs)), np.diff(offsets))
    grid = np.rint(xy).astype(np.int64)
    moved = np.ones(len(grid), np.bool_)
    moved[1:] = (grid[1:] != grid[:-1]).any(axis=1) | (owner[1:] != owner[:-1])
    counts = np.bincount(owner[moved], minlength=len(runs))
    return grid[moved], np.append(0, np.cumsum(counts)).astype(np.int64)


def _areas(shapes: Shapes, chosen: Ints, block: Block, zoom: int) -> Cut:
    row = shapes.area_row[chosen]
    scale = _scale(block, zoom)
    areas: Any = shapely.transform(shapes.areas[chosen], lambda xy: xy * scale)
    areas = shapely.simplify(areas, 1.0, preserve_topology=True)
    bounds = shapely.bounds(areas).reshape(-1, 4)
    small = ((bounds[:, 2:] - bounds[:, :2]) < 2.0).any(axis=1)
    if small.any():
        # An area that is no wider than a unit would be lost between the lines of the grid.
        west, north, east, south = np.rint(bounds[small]).T
        steadfast = shapes.steadfast[row[small]]
        boxes = shapely.box(west, north, np.maximum(east, west + 2), np.maximum(south, north + 2))
        areas[small] = np.where(steadfast, boxes, areas[small])
    return cut_areas(areas, row, block)


_CUTTERS = {"areas": _areas, "lines": _lines, "points": _points}
"""In the order of drawing."""


def _merged(cuts: list[Cut]) -> Cut:
    """Return several cuts of one block as one, tile by tile."""
    given = [cut for cut in cuts if len(cut.tile)]
    if len(given) < 2:
        return [*given, *cuts][0]
    tile = np.concatenate([cut.tile for cut in given])
    order = np.argsort(tile, kind="stable")
    part_counts = np.concatenate([np.diff(cut.parts) for cut in given])
    point_counts = np.concatenate([np.diff(cut.points) for cut in given])
    xy = np.concatenate([cut.xy for cut in given])
    first_part = np.append(0, np.cumsum(part_counts))[:-1]
    parts = _runs_at(first_part[order], part_counts[order])
    first_point = np.append(0, np.cumsum(point_counts))[:-1]
    points = _runs_at(first_point[parts], point_counts[parts])
    return replace(
        given[0],
        tile=tile[order],
        row=np.concatenate([cut.row for cut in given])[order],
        kind=np.concatenate([cut.kind for cut in given])[order],
        parts=np.append(0, np.cumsum(part_counts[order])),
        points=np.append(0, np.cumsum(point_counts[parts])),
        xy=xy[points],
    )


def _runs_at(starts: Ints, counts: Ints) -> Ints:
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1])
