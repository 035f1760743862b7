"""What the drivers of graph libraries share: how they are asked, and what they answer."""

from __future__ import annotations

import time
from typing import Any, Protocol

import numpy as np
from protocol import Reply, serve, timed
from roads import INFINITE, Roads


class Library(Protocol):
    """One graph library, made from roads and weights."""

    def path(self, source: int, target: int) -> tuple[int, Any]:
        """Return cost (INFINITE if there is no way) and arcs."""

    def matrix(self, nodes: Any) -> Any:
        """Return the costs between all of the nodes."""

    def sweep(self, source: int) -> Any:
        """Return the costs from a node to all."""


class Driver:
    """Answers requests with one library."""

    def __init__(self, library: Any, version: str) -> None:
        self._make = library
        self._version = version
        self._library: Any = None

    def prepare(self, folder: str) -> Reply:
        """Load the roads and make the library's graph of them."""
        self._roads = Roads(folder)
        wall, cpu = time.perf_counter(), time.process_time()
        self._library = self._make(self._roads, self._roads.weight_ms)
        return _since(wall, cpu) | {"version": self._version}

    def close(self) -> Reply:
        """Close the arcs of the flood: change the library's graph if it can, else make it anew."""
        roads = self._roads
        weights = roads.weights(flooded=True)
        wall, cpu = time.perf_counter(), time.process_time()
        if hasattr(self._library, "close"):
            self._library.close(roads.closed)
            return _since(wall, cpu)
        self._library = None  # two graphs of a country need not fit into memory
        self._library = self._make(roads, weights)
        return _since(wall, cpu) | {"note": "the graph is made anew"}

    def path(self, count: int) -> Reply:
        """Find ways with geometry."""
        roads, library = self._roads, self._library

        def ask(pair: Any) -> tuple[int, int]:
            cost, arcs = library.path(int(pair[0]), int(pair[1]))
            return cost, len(roads.geometry(arcs))

        results, times = timed(ask, roads.pairs[:count])
        costs = [cost for cost, _ in results]
        return times | {"cost_ms": costs, "found": sum(cost < INFINITE for cost in costs)}

    def matrix(self, size: int, times: int = 1) -> Reply:
        """Fill a square of costs."""
        nodes = self._roads.grid[:size]
        results, taken = timed(lambda _: self._library.matrix(nodes), range(times))
        return taken | {"sum_ms": _sum(results[-1])}

    def sweep(self, times: int) -> Reply:
        """Find the costs from some nodes to all."""
        sources = self._roads.grid[:times]
        results, taken = timed(lambda node: self._library.sweep(int(node)), sources)
        return taken | {"sum_ms": _sum(results[-1])}

    def serve(self) -> None:
        """Answer until there are no more requests."""
        names = ("prepare", "close", "path", "matrix", "sweep")
        serve({name: getattr(self, name) for name in names})


def _since(wall: float, cpu: float) -> Reply:
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


def _sum(costs: Any) -> int:
    """Return the total of the finite costs, so that results can be compared."""
    costs = np.rint(np.asarray(costs, np.float64))
    return round(float(costs[costs < INFINITE].sum()))
