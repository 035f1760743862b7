"""Drive pyroutingkit by itself: RoutingKit's customizable contraction hierarchies."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pyroutingkit
from graph_driver import Driver
from roads import INFINITE, Roads


class Pyroutingkit:
    """A topology with its order, and one metric."""

    def __init__(self, roads: Roads, weights: Any) -> None:
        self._topology = pyroutingkit.CCHTopology()
        tail, head = (np.ascontiguousarray(ends, np.uint32) for ends in (roads.tail, roads.head))
        lat, lon = (np.ascontiguousarray(axis, np.float32) for axis in (roads.lat, roads.lon))
        self._topology.build(tail, head, lat, lon, roads.vertex_count)
        self._metric = pyroutingkit.CCHMetric(self._topology)
        self._metric.customize(np.ascontiguousarray(weights, np.uint32))
        self._vertices = np.arange(roads.vertex_count, dtype=np.uint32)

    def close(self, arcs: Any) -> None:
        """Close arcs in the metric."""
        closed = np.full(len(arcs), pyroutingkit.INF_WEIGHT, np.uint32)
        self._metric.update_weights(np.ascontiguousarray(arcs, np.uint32), closed)

    def path(self, source: int, target: int) -> tuple[int, Any]:
        """Return cost and arcs."""
        cost, _, arcs = self._metric.query(source, target)
        return int(min(cost, INFINITE)), arcs

    def matrix(self, nodes: Any) -> Any:
        """Return the costs between all of the nodes."""
        nodes = np.ascontiguousarray(nodes, np.uint32)
        return self._metric.distances_many_to_many(nodes, nodes)

    def sweep(self, source: int) -> Any:
        """Return the costs from a node to all."""
        sources = np.array([source], np.uint32)
        return self._metric.distances_many_to_many(sources, self._vertices)


if __name__ == "__main__":
    Driver(Pyroutingkit, f"pyroutingkit {version('pyroutingkit')}").serve()
