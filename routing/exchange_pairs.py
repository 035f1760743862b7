"""Pair the edges of an osmnx table: two that run the same road in opposite directions are one road."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lines import Lines

Ways = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Edges:
    """Directed edges.

    Attributes
    ----------
    tail, head : int64[e]
        OSM node ids.
    ways : sequence of tuple of int
        The OSM ways that each edge was merged of, ascending.
    against : sequence of bool or None
        Whether the edge runs against the drawing of its way; None where that cannot be said.
    lines : Lines
        Shapes from tail to head.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ways: Sequence[Ways]
    against: Sequence[bool | None]
    lines: Lines

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Roads, each of one edge or two.

    Attributes
    ----------
    along, against : int64[m]
        The edges that run in and against the road's drawing direction; -1 where there is none.
    """

    along: NDArray[np.int64]
    against: NDArray[np.int64]

    @property
    def drawn(self) -> NDArray[np.int64]:
        """The edge whose shape each road has."""
        return np.where(self.along >= 0, self.along, self.against)


def pair(edges: Edges) -> Pairs:
    """Return the roads that the edges make.

    Two edges are one road if they are of the same ways and one's shape is the other's, turned
    round. A road is drawn as its way is; where osmnx has merged ways that are drawn differently,
    a one-way road is drawn as it runs, and another from its lower node.
    """
    waiting: dict[tuple[object, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for edge in range(len(edges)):
        key, against = _road(edges, edge)
        waiting[key][against].append(edge)
    along: list[int] = []
    opposite: list[int] = []
    for forward, backward in waiting.values():
        count = max(len(forward), len(backward))
        along += forward + [-1] * (count - len(forward))
        opposite += backward + [-1] * (count - len(backward))
    pairs = Pairs(np.array(along, np.int64), np.array(opposite, np.int64))
    _draw_as_it_runs(pairs, edges)
    return pairs


def _road(edges: Edges, edge: int) -> tuple[tuple[object, ...], bool]:
    """Return what an edge has in common with the one back, and whether it runs against the road."""
    tail, head = int(edges.tail[edge]), int(edges.head[edge])
    first, last = edges.lines.offsets[edge], edges.lines.offsets[edge + 1]
    points = edges.lines.e7[first:last]
    shape, turned = points.tobytes(), points[::-1].tobytes()
    against = edges.against[edge]
    known = against is not None
    if against is None:
        against = (head, turned) < (tail, shape)
    ends, line = ((head, tail), turned) if against else ((tail, head), shape)
    return (edges.ways[edge], *ends, line, known), against


def _draw_as_it_runs(pairs: Pairs, edges: Edges) -> None:
    """Turn the one-way roads of which nobody knows how they are drawn."""
    unknown = np.array([against is None for against in edges.against], np.bool_)
    turned = np.flatnonzero((pairs.along < 0) & unknown[pairs.against])
    pairs.along[turned], pairs.against[turned] = pairs.against[turned], -1
