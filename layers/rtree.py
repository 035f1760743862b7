"""Write the nodes of SQLite's R-tree at once: a packed tree, as a bulk load makes it.

SQLite itself adds box after box, which takes a minute for a million and gives a worse tree. The
format of the nodes is a part of SQLite's documented file format of shadow tables
(sqlite.org/rtree.html, "The Shadow Tables"), and SQLite changes such a tree like its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST = 51
"""Cells that a node of SQLite holds at most."""
_FILL = 46
"""Cells that we put into a node, so that some later ones fit without splitting it."""
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_NODE = np.dtype([("depth", ">u2"), ("count", ">u2"), ("cells", _CELL, _LARGEST)])
_ROOT = 1

Nodes = list[NDArray[Any]]


def fill(
    connection: sqlite3.Connection,
    rtree: str,
    ids: NDArray[np.int64],
    boxes: NDArray[np.float64],
) -> None:
    """Fill an empty table of the module ``rtree`` with two dimensions.

    Parameters
    ----------
    ids : array of int, shape (n,)
        Distinct numbers.
    boxes : array of float, shape (n, 4)
        minx, maxx, miny, maxy; none of them NaN. They are widened to single precision.
    """
    if len(ids) == 0:
        return
    cells = np.empty(len(ids), dtype=_CELL)
    cells["id"], cells["box"] = ids, _widened(boxes)
    cells = cells[_order(boxes)]
    levels = _levels(cells)
    depth = len(levels) - 1
    number = _ROOT
    parents: list[tuple[int, int]] = []
    nodes: list[tuple[int, bytes]] = []
    first_below = 0
    for level in range(depth, -1, -1):
        numbers = range(number, number + len(levels[level]))
        number += len(levels[level])
        below = levels[level]["cells"]["id"]
        if level:
            for parent, count, row in zip(numbers, levels[level]["count"], below, strict=True):
                row[:count] += number
                parents += ((child, parent) for child in row[:count].tolist())
        first_below = numbers[0]
        levels[level]["depth"] = depth if numbers[0] == _ROOT else 0
        nodes += ((key, node.tobytes()) for key, node in zip(numbers, levels[level], strict=True))
    _insert(connection, f"{rtree}_node", nodes)
    _insert(connection, f"{rtree}_parent", parents)
    _insert(connection, f"{rtree}_rowid", sorted(_owners(levels[0], first_below)))


def _levels(cells: NDArray[Any]) -> Nodes:
    """Return the nodes of each level, the leaves first.

    A cell above the leaves holds the position of its child in the level below.
    """
    levels = []
    while True:
        nodes = np.zeros(-(-len(cells) // _FILL), dtype=_NODE)
        if len(cells) <= _LARGEST:
            nodes = nodes[:1]
        size = _LARGEST if len(nodes) == 1 else _FILL
        starts = np.arange(0, len(cells), size)
        for node, start in zip(nodes, starts, strict=True):
            chosen = cells[start : start + size]
            node["count"] = len(chosen)
            node["cells"][: len(chosen)] = chosen
        levels.append(nodes)
        if len(nodes) == 1:
            return levels
        above = np.empty(len(nodes), dtype=_CELL)
        above["id"] = np.arange(len(nodes))
        low = np.minimum.reduceat(cells["box"][:, [0, 2]], starts)
        high = np.maximum.reduceat(cells["box"][:, [1, 3]], starts)
        above["box"] = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)
        cells = above


def _owners(leaves: NDArray[Any], first: int) -> Iterator[tuple[int, int]]:
    """Yield each id with the number of its leaf."""
    for number, node in enumerate(leaves, start=first):
        yield from ((key, number) for key in node["cells"]["id"][: node["count"]].tolist())


def _order(boxes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the boxes in vertical strips, each from south to north (sort-tile-recursive)."""
    x, y = boxes[:, 0] + boxes[:, 1], boxes[:, 2] + boxes[:, 3]
    by_x = np.argsort(x, kind="stable")
    strips = max(1, int(np.ceil(np.sqrt(len(boxes) / _FILL))))
    strip = np.empty(len(boxes), dtype=np.int64)
    strip[by_x] = np.arange(len(boxes)) * strips // len(boxes)
    return np.lexsort((y, strip))


def _widened(boxes: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return boxes in single precision that hold the given ones."""
    single = boxes.astype(np.float32)
    low, high = single[:, [0, 2]], single[:, [1, 3]]
    low = np.where(low > boxes[:, [0, 2]], np.nextafter(low, np.float32(-np.inf)), low)
    high = np.where(high < boxes[:, [1, 3]], np.nextafter(high, np.float32(np.inf)), high)
    return np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)


def _insert(connection: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    connection.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES (?, ?)', rows)  # noqa: S608
