"""scipy's Dijkstra as a path engine: slow, simple, on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.network import RoadNetwork

from .metric import INFINITE, Arcs, Weights, check_nodes, checked_weights, replaced


class DijkstraEngine:
    """Needs no preparation beyond sorting the arcs by their ends."""

    name = "scipy-dijkstra"

    def __init__(self, network: RoadNetwork) -> None:
        self.node_count = network.node_count
        self.tail = network.arc_tail.astype(np.int64)
        self.head = network.arc_head.astype(np.int64)

    def customise(self, weight_ms: Weights) -> DijkstraMetric:
        """Return the metric of one weight for each arc."""
        return DijkstraMetric(self, checked_weights(weight_ms, len(self.tail)))


class DijkstraMetric:
    """One set of weights as a sparse matrix, the best of parallel arcs only."""

    def __init__(self, engine: DijkstraEngine, weight_ms: Weights) -> None:
        self.weight_ms = weight_ms
        self._engine = engine
        # scipy adds up parallel entries, so only the best arc of each pair of nodes may enter.
        open_arcs = np.flatnonzero(weight_ms < INFINITE)
        pairs = engine.tail[open_arcs] * engine.node_count + engine.head[open_arcs]
        order = np.lexsort((open_arcs, weight_ms[open_arcs], pairs))
        self._pairs, first = np.unique(pairs[order], return_index=True)
        self._arcs: Arcs = open_arcs[order[first]]
        tails = engine.tail[self._arcs]
        starts = np.searchsorted(tails, np.arange(engine.node_count + 1))
        self._graph = csr_array(
            (weight_ms[self._arcs].astype(np.float64), engine.head[self._arcs], starts),
            shape=(engine.node_count, engine.node_count),
        )

    def updated(self, arcs: Arcs, weight_ms: Weights) -> DijkstraMetric:
        """Return a metric in which some arcs have other weights."""
        return DijkstraMetric(self._engine, replaced(self.weight_ms, arcs, weight_ms))

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way, INFINITE if there is none."""
        check_nodes(self._engine.node_count, source, target)
        return _cost(dijkstra(self._graph, indices=source)[target])

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs."""
        check_nodes(self._engine.node_count, source, target)
        costs, before = dijkstra(self._graph, indices=source, return_predecessors=True)
        cost = _cost(costs[target])
        if cost == INFINITE:
            return INFINITE, np.empty(0, np.int64)
        nodes = [target]
        while nodes[-1] != source:
            nodes.append(int(before[nodes[-1]]))
        return cost, self._arcs_between(np.array(nodes[::-1], np.int64))

    def _arcs_between(self, nodes: NDArray[np.int64]) -> Arcs:
        pairs = nodes[:-1] * self._engine.node_count + nodes[1:]
        return np.asarray(self._arcs[np.searchsorted(self._pairs, pairs)])


def _cost(value: float) -> int:
    return int(value) if value < INFINITE else INFINITE
