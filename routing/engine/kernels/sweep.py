"""Costs to all vertices at once: one pass down the node order after an upward search (PHAST)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

INFINITE = np.uint32(2147483647)


@compiled
def sweep_down(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    order: NDArray[np.uint32],
    edge_ms: NDArray[np.uint32],
    cost_ms: NDArray[np.uint32],
    swept_ms: NDArray[np.uint32],
) -> None:
    """Fill in the cost of every vertex from those of an upward search.

    All upper neighbours of a vertex are final before its turn comes; a best way ends by going
    down, if only from its own last vertex.

    Parameters
    ----------
    edge_ms : uint32[m]
        Costs of the edges from high to low, in the direction of the search.
    cost_ms : uint32[n]
        By rank, the result of the upward search; comes out clean.
    swept_ms : uint32[n]
        By vertex.
    """
    for turn in range(order.size):
        vertex = order.size - 1 - turn
        cost = cost_ms[vertex]
        for edge in range(first[vertex], first[vertex + 1]):
            cost = min(cost, np.uint32(cost_ms[up[edge]] + edge_ms[edge]))
        cost_ms[vertex] = cost
        swept_ms[order[vertex]] = cost
    cost_ms[:] = INFINITE
