"""Drive igraph's Dijkstra (GPL-2: it is measured, and never a part of the product)."""

from __future__ import annotations

from typing import Any

import igraph
import numpy as np
from graph_driver import Driver
from roads import INFINITE, Roads


class Igraph:
    """The open arcs as igraph's edges."""

    def __init__(self, roads: Roads, weights: Any) -> None:
        self._arcs = np.flatnonzero(weights < INFINITE)
        edges = np.column_stack([roads.tail[self._arcs], roads.head[self._arcs]])
        self._graph = igraph.Graph(n=roads.vertex_count, edges=edges, directed=True)
        self._weights = weights[self._arcs]
        self._graph.es["ms"] = self._weights.tolist()

    def path(self, source: int, target: int) -> tuple[int, Any]:
        """Return cost and arcs."""
        (edges,) = self._graph.get_shortest_paths(source, target, weights="ms", output="epath")
        if not edges and source != target:
            return INFINITE, []
        return int(self._weights[edges].sum(dtype=np.int64)), self._arcs[edges]

    def matrix(self, nodes: Any) -> Any:
        """Return the costs between all of the nodes."""
        nodes = nodes.tolist()
        return self._graph.distances(nodes, nodes, weights="ms")

    def sweep(self, source: int) -> Any:
        """Return the costs from a node to all."""
        return self._graph.distances([source], weights="ms")[0]


if __name__ == "__main__":
    Driver(Igraph, f"igraph {igraph.__version__}").serve()
