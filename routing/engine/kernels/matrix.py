"""Costs between many vertices: single queries for a few, else restricted sweeps in lanes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from .search import distance, relax

INFINITE = np.uint32(2147483647)
LANES = 32
"""Sources that one sweep serves: two cache lines of costs, added and compared by vectors."""


@compiled
def pairwise(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    parent: NDArray[np.int32],
    rank: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    leaving_ms: NDArray[np.uint32],
    arriving_ms: NDArray[np.uint32],
    costs_ms: NDArray[np.uint32],
) -> None:
    """Fill in a small matrix, one query for each cell."""
    for row in range(sources.size):
        for column in range(targets.size):
            costs_ms[row, column] = distance(
                first,
                up,
                parent,
                rank,
                rise_ms,
                fall_ms,
                sources[row],
                targets[column],
                leaving_ms,
                arriving_ms,
            )


@compiled
def ancestors(
    parent: NDArray[np.int32], starts: NDArray[np.int64], local: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return the vertices above the starts, themselves included, the highest first.

    Parameters
    ----------
    local : int32[n]
        Scratch, 0 everywhere; comes out with one more than each vertex's place in the list.
    """
    count = 0
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size and local[vertex] == 0:
            local[vertex] = 1
            count += 1
            vertex = np.int64(parent[vertex])
    found = np.empty(count, np.int64)
    count = 0
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size and local[vertex] == 1:
            local[vertex] = 2
            found[count] = vertex
            count += 1
            vertex = np.int64(parent[vertex])
    found.sort()
    found = found[::-1].copy()
    for place in range(count):
        local[found[place]] = place + 1
    return found


@compiled
def restricted(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    vertices: NDArray[np.int64],
    local: NDArray[np.int32],
    edge_ms: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint32]]:
    """Copy the passable edges up from some vertices, close together, for many sweeps to read.

    Returns
    -------
    begin : int64[len(vertices) + 1]
        Where the edges of each vertex begin.
    above : int32[...]
        Place of each edge's upper end in ``vertices``.
    cost_ms : uint32[...]
    """
    most = 0
    for vertex in vertices:
        most += first[vertex + 1] - first[vertex]
    begin = np.zeros(vertices.size + 1, np.int64)
    above = np.empty(most, np.int32)
    cost_ms = np.empty(most, np.uint32)
    count = 0
    for place in range(vertices.size):
        vertex = vertices[place]
        for edge in range(first[vertex], first[vertex + 1]):
            if edge_ms[edge] < INFINITE:
                above[count] = local[up[edge]] - 1
                cost_ms[count] = edge_ms[edge]
                count += 1
        begin[place + 1] = count
    return begin, above, cost_ms


@compiled
def sweep_lanes(
    begin: NDArray[np.int64],
    above: NDArray[np.int32],
    edge_ms: NDArray[np.uint32],
    lanes_ms: NDArray[np.uint32],
) -> None:
    """Sweep down a restricted graph for all lanes at once."""
    for place in range(begin.size - 1):
        own = lanes_ms[place]
        for edge in range(begin[place], begin[place + 1]):
            upper = lanes_ms[above[edge]]
            cost = edge_ms[edge]
            for lane in range(own.size):
                own[lane] = min(own[lane], np.uint32(upper[lane] + cost))


@compiled
def many_to_many(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    parent: NDArray[np.int32],
    rank: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    leaving_ms: NDArray[np.uint32],
    local: NDArray[np.int32],
    costs_ms: NDArray[np.uint32],
) -> None:
    """Fill in a matrix: an upward search for each source, then sweeps over what is above targets.

    With ``rise_ms`` and ``fall_ms`` exchanged it gives the costs from the targets to the sources.
    """
    ends = np.empty(targets.size, np.int64)
    for column in range(targets.size):
        ends[column] = rank[targets[column]]
    vertices = ancestors(parent, ends, local)
    begin, above, edge_ms = restricted(first, up, vertices, local, fall_ms)
    width = min(LANES, (sources.size + 7) // 8 * 8)
    lanes_ms = np.empty((vertices.size, width), np.uint32)
    for batch in range(0, sources.size, width):
        rows = min(width, sources.size - batch)
        lanes_ms[:] = INFINITE
        for lane in range(rows):
            start = np.int64(rank[sources[batch + lane]])
            leaving_ms[start] = 0
            vertex = start
            while vertex < parent.size:
                relax(vertex, first, up, rise_ms, leaving_ms)
                if local[vertex] > 0:
                    lanes_ms[local[vertex] - 1, lane] = leaving_ms[vertex]
                leaving_ms[vertex] = INFINITE
                vertex = np.int64(parent[vertex])
        sweep_lanes(begin, above, edge_ms, lanes_ms)
        for column in range(targets.size):
            place = local[ends[column]] - 1
            for lane in range(rows):
                costs_ms[batch + lane, column] = lanes_ms[place, lane]
    for vertex in vertices:
        local[vertex] = 0
