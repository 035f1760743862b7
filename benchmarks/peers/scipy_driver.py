"""Drive scipy's Dijkstra."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from graph_driver import Driver
from roads import INFINITE, Roads
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

_NOTHING_MS = 1e-6
"""What a turn weighs: sparse graphs hold no arc of weight 0; a way has far fewer than 10,000."""


class Scipy:
    """The cheapest of parallel arcs in a sparse matrix."""

    def __init__(self, roads: Roads, weights: Any) -> None:
        arcs = np.flatnonzero(weights < INFINITE)
        order = np.lexsort((weights[arcs], roads.head[arcs], roads.tail[arcs]))
        arcs = arcs[order]
        tail, head = roads.tail[arcs], roads.head[arcs]
        first = (np.diff(tail, prepend=-1) != 0) | (np.diff(head, prepend=-1) != 0)
        self._arcs, tail, head = arcs[first], tail[first], head[first]
        counts = np.bincount(tail, minlength=roads.vertex_count)
        self._start = np.append(0, np.cumsum(counts)).astype(np.int32)
        self._head = head.astype(np.int32)
        data = np.maximum(weights[self._arcs].astype(np.float64), _NOTHING_MS)
        shape = (roads.vertex_count,) * 2
        self._graph = csr_array((data, self._head, self._start), shape=shape)

    def path(self, source: int, target: int) -> tuple[int, Any]:
        """Return cost and arcs; scipy has no search for one target, so all are reached."""
        cost, before = dijkstra(self._graph, indices=source, return_predecessors=True)
        if not np.isfinite(cost[target]):
            return INFINITE, []
        arcs = []
        node = target
        while node != source:
            last = int(before[node])
            row = slice(self._start[last], self._start[last + 1])
            arcs.append(int(self._arcs[row][np.flatnonzero(self._head[row] == node)[0]]))
            node = last
        return round(float(cost[target])), arcs[::-1]

    def matrix(self, nodes: Any) -> Any:
        """Return the costs between all of the nodes."""
        return np.array([self.sweep(int(node))[nodes] for node in nodes])

    def sweep(self, source: int) -> Any:
        """Return the costs from a node to all."""
        return dijkstra(self._graph, indices=source)


if __name__ == "__main__":
    Driver(Scipy, f"scipy {scipy.__version__}").serve()
