"""Where ways from and to many places enter the graph, and what the parts before and after cost.

The same rules as :func:`routing.engine.journey.best_trip` has for one way, for thousands at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.effects import ArcEffects
from routing.engine.metric import INFINITE
from routing.network import RoadNetwork
from routing.shelf import Shelf

from .bounds import Sight
from .stops import Stops

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of arcs, from one fraction along the arc to another."""

    arc: Ints
    begin: Floats
    end: Floats

    def blockers(self, effects: ArcEffects) -> list[frozenset[int]]:
        """Return which constraints block each; a part without length is open."""
        none: frozenset[int] = frozenset()
        found = [none] * len(self.arc)
        touched = effects.coverage.touches(self.arc) & (self.begin < self.end)
        for row in np.flatnonzero(touched).tolist():
            arc, low, high = int(self.arc[row]), float(self.begin[row]), float(self.end[row])
            low, high = (1.0 - high, 1.0 - low) if arc % 2 else (low, high)
            found[row] = effects.blockers(arc, low, high)
        return found

    def chosen(self, rows: Ints) -> Parts:
        """Return some of them."""
        return Parts(self.arc[rows], self.begin[rows], self.end[rows])


@dataclass(frozen=True, eq=False)
class Ends:
    """Vertices where the ways of each stop begin or end, ascending by stop, at least two each.

    ``offset_ms`` is the cost of the part of the road between the stop and the vertex, INFINITE
    where it cannot be driven, and ``parts`` are these parts.
    """

    stop: Ints
    vertex: Ints
    offset_ms: Ints
    parts: Parts

    @property
    def first(self) -> Ints:
        """The place of each stop's first row."""
        return np.flatnonzero(np.diff(self.stop, prepend=-1))

    def listed(self) -> list[tuple[int, int]]:
        """Return them as the engines take them."""
        return list(zip(self.vertex.tolist(), self.offset_ms.tolist(), strict=True))


def leaving(sight: Sight, stops: Stops) -> Ends:
    """Return where ways from the stops enter the graph."""
    return _ends(sight, stops, leaves=True)


def arriving(sight: Sight, stops: Stops) -> Ends:
    """Return where ways to the stops leave the graph."""
    return _ends(sight, stops, leaves=False)


def direct_ms(sight: Sight, origins: Stops, destinations: Stops) -> tuple[Ints, Ints, Ints]:
    """Return pairs on one segment (rows, columns) and the cost of driving straight along it."""
    rows, columns, parts = direct(origins, destinations)
    return rows, columns, sight.parts_ms(parts.arc, parts.begin, parts.end)


def direct(origins: Stops, destinations: Stops) -> tuple[Ints, Ints, Parts]:
    """Return pairs on one segment (rows, columns) and the part of it between them."""
    same = origins.segment[:, None] == destinations.segment[None, :]
    rows, columns = np.nonzero(same & origins.on_road[:, None])
    begin, end = origins.fraction[rows], destinations.fraction[columns]
    side = (begin > end).astype(np.int64)
    arcs = 2 * origins.segment[rows] + side
    along = np.where(side, 1.0 - begin, begin), np.where(side, 1.0 - end, end)
    return rows, columns, Parts(arcs, *along)


def _ends(sight: Sight, stops: Stops, *, leaves: bool) -> Ends:
    network = sight.roads.network
    stop = np.repeat(np.arange(len(stops)), 2)
    side = np.tile(np.array([0, 1]), len(stops))
    arcs = 2 * np.maximum(stops.segment[stop], 0) + side
    fraction = stops.fraction[stop]
    along = np.where(side, 1.0 - fraction, fraction)
    begin = along if leaves else np.zeros(len(along))
    end = np.ones(len(along)) if leaves else along
    offset = sight.parts_ms(arcs, begin, end)
    offset[~stops.on_road[stop]] = INFINITE
    vertex = (network.arc_head if leaves else network.arc_tail)[arcs].astype(np.int64)
    parts = Parts(arcs, begin, end)
    # At a junction with turn rules: whoever sets out or arrives there makes no turn.
    at_split = np.flatnonzero((begin >= end) & (vertex >= network.node_count))
    if len(at_split):
        index = _turn_index(network, leaves=leaves)
        row, other = index.others(vertex[at_split])
        stop = np.concatenate([stop, stop[at_split[row]]])
        offset = np.concatenate([offset, offset[at_split[row]]])
        vertex = np.concatenate([vertex, other])
        order = np.argsort(stop, kind="stable")
        parts = parts.chosen(np.concatenate([np.arange(len(arcs)), at_split[row]])[order])
        stop, vertex, offset = stop[order], vertex[order], offset[order]
    return Ends(stop, vertex, offset, parts)


@dataclass(frozen=True, eq=False)
class _TurnIndex:
    """Turn arcs by the vertex at one of their ends: ``near`` ascending, ``far`` the other end."""

    near: Ints
    far: Ints

    def others(self, vertices: Ints) -> tuple[Ints, Ints]:
        """Return for each turn at a vertex the vertex's place in the list, and the other end."""
        low, high = (self.near.searchsorted(vertices, side) for side in ("left", "right"))
        count = high - low
        row = np.repeat(np.arange(len(vertices)), count)
        place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return row, self.far[low[row] + place]


_turn_indexes: Shelf[_TurnIndex] = Shelf(4)


def _turn_index(network: RoadNetwork, *, leaves: bool) -> _TurnIndex:
    def make() -> _TurnIndex:
        turns = slice(network.segment_arc_count, None)
        near, far = network.arc_tail[turns], network.arc_head[turns]
        if not leaves:
            near, far = far, near
        order = np.argsort(near, kind="stable")
        return _TurnIndex(near[order].astype(np.int64), far[order].astype(np.int64))

    return _turn_indexes.get((network.digest, leaves), make)
