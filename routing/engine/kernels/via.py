"""Vertices over which a second way may lead, found where two upward searches overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole
from .search import COST_BITS, UNREACHED

NO_EDGE = -1


@compiled
def shared_steps_ms(
    vertex: Whole,
    low: NDArray[np.uint32],
    by_edge: NDArray[np.int32],
    edge_ms: NDArray[np.uint32],
    best_edges: NDArray[np.int64],
) -> Whole:
    """Return the cost of those edges of a search's way to a vertex that are among some others."""
    shared = np.int64(0)
    edge = np.int64(by_edge[vertex])
    while edge != NO_EDGE:
        place = np.searchsorted(best_edges, edge)
        if place < best_edges.size and best_edges[place] == edge:
            shared += np.int64(edge_ms[edge])
        edge = np.int64(by_edge[low[edge]])
    return shared


@compiled
def via_vertices(
    starts: NDArray[np.int64],
    parent: NDArray[np.int32],
    low: NDArray[np.uint32],
    leaving: NDArray[np.uint64],
    arriving: NDArray[np.uint64],
    leaving_by: NDArray[np.int32],
    arriving_by: NDArray[np.int32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    best_rises: NDArray[np.int64],
    best_falls: NDArray[np.int64],
    most_ms: Whole,
    most_shared_ms: Whole,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices that both searches reached, and the cost of the way over each.

    Left out are ways that cost too much, and those that share too much with the best way even in
    whole edges: these would be unpacked for nothing.

    Parameters
    ----------
    best_rises, best_falls : int64[...]
        Edges of the best way before and after its turning vertex, ascending.
    """
    capacity = 0
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size:
            capacity += 1
            vertex = np.int64(parent[vertex])
    found = np.empty(capacity, np.int64)
    total_ms = np.empty(capacity, np.int64)
    count = 0
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size:
            if leaving[vertex] < UNREACHED and arriving[vertex] < UNREACHED:
                total = np.int64((leaving[vertex] >> COST_BITS) + (arriving[vertex] >> COST_BITS))
                if total <= most_ms:
                    shared = shared_steps_ms(vertex, low, leaving_by, rise_ms, best_rises)
                    shared += shared_steps_ms(vertex, low, arriving_by, fall_ms, best_falls)
                    if shared <= most_shared_ms:
                        found[count] = vertex
                        total_ms[count] = total
                        count += 1
            vertex = np.int64(parent[vertex])
    return found[:count], total_ms[:count]
