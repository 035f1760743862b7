"""scipy's Dijkstra as a path engine: slow, simple, on every machine."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.topology import Topology

from .alternatives import Limits, by_plateaus
from .best_pair import best_pair
from .metric import (
    INFINITE,
    Arcs,
    Best,
    Ends,
    Vertices,
    Weights,
    check_vertices,
    checked_cells,
    checked_ends,
    checked_weights,
    replaced,
)

CHUNK_CELLS = 10_000_000
"""Costs that a matrix keeps at a time: scipy always gives those to all vertices, in 8 bytes."""


class DijkstraEngine:
    """Needs no preparation beyond sorting the arcs by their ends."""

    name = "scipy-dijkstra"

    def __init__(self, topology: Topology) -> None:
        self.reason = ""
        self.topology = topology
        self.vertex_count = topology.vertex_count
        self.tail = topology.tail.astype(np.int64)
        self.head = topology.head.astype(np.int64)

    def customise(self, weight_ms: Weights) -> DijkstraMetric:
        """Return the metric of one weight for each arc."""
        return DijkstraMetric(self, checked_weights(weight_ms, len(self.tail)))


class DijkstraMetric:
    """One set of weights as a sparse matrix, the best of parallel arcs only."""

    def __init__(self, engine: DijkstraEngine, weight_ms: Weights) -> None:
        self.weight_ms = weight_ms
        self._engine = engine
        # scipy adds up parallel entries, so only the best arc of each pair of vertices may enter.
        open_arcs = np.flatnonzero(weight_ms < INFINITE)
        pairs = engine.tail[open_arcs] * engine.vertex_count + engine.head[open_arcs]
        order = np.lexsort((open_arcs, weight_ms[open_arcs], pairs))
        self._pairs, first = np.unique(pairs[order], return_index=True)
        self._arcs: Arcs = open_arcs[order[first]]
        tails = engine.tail[self._arcs]
        starts = np.searchsorted(tails, np.arange(engine.vertex_count + 1))
        self._graph = csr_array(
            (weight_ms[self._arcs].astype(np.float64), engine.head[self._arcs], starts),
            shape=(engine.vertex_count, engine.vertex_count),
        )

    @cached_property
    def _turned_graph(self) -> csr_array:
        return csr_array(self._graph.T)

    def updated(self, arcs: Arcs, weight_ms: Weights) -> DijkstraMetric:
        """Return a metric in which some arcs have other weights; this one stays as it is."""
        weights, changed = replaced(self.weight_ms, arcs, weight_ms)
        return DijkstraMetric(self._engine, weights) if len(changed) else self

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way between two vertices, INFINITE if there is none."""
        check_vertices(self._engine.vertex_count, source, target)
        return _cost(dijkstra(self._graph, indices=source)[target])

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs in order; no arcs where there is no way."""
        check_vertices(self._engine.vertex_count, source, target)
        costs, before = dijkstra(self._graph, indices=source, return_predecessors=True)
        cost = _cost(costs[target])
        if cost == INFINITE:
            return INFINITE, np.empty(0, np.int64)
        vertices = [target]
        while vertices[-1] != source:
            vertices.append(int(before[vertices[-1]]))
        return cost, self._arcs_between(np.array(vertices[::-1], np.int64))

    def _arcs_between(self, vertices: NDArray[np.int64]) -> Arcs:
        pairs = vertices[:-1] * self._engine.vertex_count + vertices[1:]
        return np.asarray(self._arcs[np.searchsorted(self._pairs, pairs)])

    def best(self, starts: Ends, ends: Ends) -> Best | None:
        """Return the best way from any start to any end, None if there is none."""
        return best_pair(self, self._engine.vertex_count, starts, ends)

    def matrix(self, sources: Vertices, targets: Vertices) -> Weights:
        """Return the cost from each source (row) to each target (column), INFINITE if no way."""
        return self._costs(*checked_cells(self._engine.vertex_count, sources, targets))

    def _costs(self, sources: Arcs, targets: Arcs) -> Weights:
        cells = np.empty((len(sources), len(targets)), np.uint32)
        rows = max(1, CHUNK_CELLS // max(1, self._engine.vertex_count))
        for begin in range(0, len(sources) if len(targets) else 0, rows):
            costs = dijkstra(self._graph, indices=sources[begin : begin + rows])
            cells[begin : begin + rows] = np.minimum(costs[:, targets], INFINITE)
        return cells

    def sweep(self, starts: Ends, *, towards: bool = False) -> Weights:
        """Return the cost from the nearest start to every vertex, or ``towards`` it."""
        count = self._engine.vertex_count
        graph = self._turned_graph if towards else self._graph
        nearest = np.full(count, float(INFINITE))
        for vertex, offset in zip(*checked_ends(count, starts), strict=True):
            np.minimum(nearest, dijkstra(graph, indices=vertex) + offset, out=nearest)
        return nearest.astype(np.uint32)

    def alternatives(
        self, starts: Ends, ends: Ends, *, most: int = 3, stretch: float = 1.4, overlap: float = 0.7
    ) -> tuple[Best, ...]:
        """Return the best way and others that are worth offering beside it, the best first."""
        limits = Limits(most, stretch, overlap)
        return by_plateaus(self._engine.topology, self, starts, ends, limits)


def _cost(value: float) -> int:
    return int(value) if value < INFINITE else INFINITE
