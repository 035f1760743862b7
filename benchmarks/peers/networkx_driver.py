"""Drive networkx's bidirectional Dijkstra, as osmnx does by default."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
from graph_driver import Driver
from roads import INFINITE, Roads


class Networkx:
    """The cheapest of parallel arcs in a DiGraph."""

    def __init__(self, roads: Roads, weights: Any) -> None:
        arcs = np.flatnonzero(weights < INFINITE)
        arcs = arcs[np.argsort(weights[arcs], kind="stable")[::-1]]
        self._graph: Any = nx.DiGraph()
        self._graph.add_nodes_from(range(roads.vertex_count))
        ends = zip(roads.tail[arcs].tolist(), roads.head[arcs].tolist(), strict=True)
        values = zip(weights[arcs].tolist(), arcs.tolist(), strict=True)
        self._graph.add_edges_from(
            (tail, head, {"ms": ms, "arc": arc})
            for (tail, head), (ms, arc) in zip(ends, values, strict=True)
        )

    def path(self, source: int, target: int) -> tuple[int, Any]:
        """Return cost and arcs."""
        try:
            cost, nodes = nx.bidirectional_dijkstra(self._graph, source, target, weight="ms")
        except nx.NetworkXNoPath:
            return INFINITE, []
        return int(cost), [self._graph[tail][head]["arc"] for tail, head in pairwise(nodes)]

    def matrix(self, nodes: Any) -> Any:
        """Return the costs between all of the nodes."""
        rows = []
        for node in nodes.tolist():
            cost = nx.single_source_dijkstra_path_length(self._graph, node, weight="ms")
            rows.append([cost.get(other, INFINITE) for other in nodes.tolist()])
        return rows

    def sweep(self, source: int) -> Any:
        """Return the costs from a node to all that can be reached."""
        cost = nx.single_source_dijkstra_path_length(self._graph, source, weight="ms")
        return [*cost.values()]


if __name__ == "__main__":
    Driver(Networkx, f"networkx {nx.__version__}").serve()
