"""The chordal graph of a node order: all edges that contraction in that order can ever need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole


@compiled
def upward_neighbours(
    vertex_count: Whole, tail: NDArray[np.uint32], head: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """List for each vertex the higher ends of its arcs, whatever their direction.

    Parallel arcs give duplicates; self loops nothing.

    Returns
    -------
    start : int64[n + 1]
        Where each vertex's list begins.
    neighbour : uint32[...]
        The lists, one after another.
    """
    start = np.zeros(vertex_count + 1, np.int64)
    for arc in range(tail.size):
        if tail[arc] != head[arc]:
            start[min(tail[arc], head[arc]) + 1] += 1
    for vertex in range(vertex_count):
        start[vertex + 1] += start[vertex]
    neighbour = np.empty(start[vertex_count], np.uint32)
    place = start.copy()
    for arc in range(tail.size):
        if tail[arc] != head[arc]:
            low = min(tail[arc], head[arc])
            neighbour[place[low]] = max(tail[arc], head[arc])
            place[low] += 1
    return start, neighbour


@compiled
def fill_in(
    start: NDArray[np.int64], neighbour: NDArray[np.uint32]
) -> tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.int32]]:
    """Contract all vertices in order and keep every edge that appears.

    The upper neighbours of a vertex are its own and those of its children in the elimination tree,
    so each vertex merges finished lists instead of making a clique of its neighbours.

    Returns
    -------
    first : int32[n + 1]
    up : uint32[m]
        Ascending within each vertex.
    parent : int32[n]
        The vertex count for a root.
    """
    count = start.size - 1
    first = np.zeros(count + 1, np.int32)
    up = np.empty(2 * neighbour.size + 16, np.uint32)
    parent = np.full(count, count, np.int32)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    seen_by = np.full(count, -1, np.int32)
    edges = 0
    for vertex in range(count):
        begin = edges
        need = edges + start[vertex + 1] - start[vertex]
        lower = child[vertex]
        while lower >= 0:
            need += first[lower + 1] - first[lower]
            lower = sibling[lower]
        if need > up.size:
            longer = np.empty(max(2 * up.size, need), np.uint32)
            longer[:edges] = up[:edges]
            up = longer
        for place in range(start[vertex], start[vertex + 1]):
            other = neighbour[place]
            if seen_by[other] != vertex:
                seen_by[other] = vertex
                up[edges] = other
                edges += 1
        lower = child[vertex]
        while lower >= 0:
            # A child's first upper neighbour is the vertex itself.
            for edge in range(first[lower] + 1, first[lower + 1]):
                other = up[edge]
                if seen_by[other] != vertex:
                    seen_by[other] = vertex
                    up[edges] = other
                    edges += 1
            lower = sibling[lower]
        up[begin:edges].sort()
        first[vertex + 1] = edges
        if edges > begin:
            above = up[begin]
            parent[vertex] = above
            sibling[vertex] = child[above]
            child[above] = vertex
    return first, up[:edges].copy(), parent


@compiled
def edge_between(
    first: NDArray[np.int32], up: NDArray[np.uint32], low: Whole, high: Whole, begin: Whole
) -> Whole:
    """Return the edge between two vertices; it must exist and not lie before ``begin``."""
    left, right = np.int64(begin), np.int64(first[low + 1])
    while left < right:
        middle = (left + right) >> 1
        if up[middle] < high:
            left = middle + 1
        else:
            right = middle
    return left


@compiled
def edges_of_arcs(
    tail: NDArray[np.uint32],
    head: NDArray[np.uint32],
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return for each arc its edge, -1 for a self loop, and whether it leads up."""
    arc_edge = np.full(tail.size, -1, np.int32)
    arc_rises = np.zeros(tail.size, np.bool_)
    for arc in range(tail.size):
        if tail[arc] != head[arc]:
            low = np.int64(min(tail[arc], head[arc]))
            high = np.int64(max(tail[arc], head[arc]))
            arc_edge[arc] = edge_between(first, up, low, high, np.int64(first[low]))
            arc_rises[arc] = tail[arc] < head[arc]
    return arc_edge, arc_rises


@compiled
def arcs_of_edges(
    edge_count: Whole, arc_edge: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List the arcs of each edge: where each list begins, and the lists, ascending."""
    start = np.zeros(edge_count + 1, np.int32)
    for edge in arc_edge:
        if edge >= 0:
            start[edge + 1] += 1
    for edge in range(edge_count):
        start[edge + 1] += start[edge]
    arcs = np.empty(start[edge_count], np.int32)
    place = start.copy()
    for arc in range(arc_edge.size):
        edge = arc_edge[arc]
        if edge >= 0:
            arcs[place[edge]] = arc
            place[edge] += 1
    return start, arcs


@compiled
def downward_lists(
    first: NDArray[np.int32], up: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.uint32], NDArray[np.uint32]]:
    """List the edges of each vertex to lower ones.

    Returns
    -------
    low : uint32[m]
        The lower end of each edge.
    down_first : int32[n + 1]
        Where each vertex's list begins.
    down : uint32[m]
        Lower neighbours, ascending within each vertex.
    down_edge : uint32[m]
        The edges to them.
    """
    count = first.size - 1
    low = np.empty(up.size, np.uint32)
    down_first = np.zeros(count + 1, np.int32)
    for vertex in range(count):
        for edge in range(first[vertex], first[vertex + 1]):
            low[edge] = vertex
            down_first[up[edge] + 1] += 1
    for vertex in range(count):
        down_first[vertex + 1] += down_first[vertex]
    down = np.empty(up.size, np.uint32)
    down_edge = np.empty(up.size, np.uint32)
    place = down_first.copy()
    for edge in range(up.size):
        down[place[up[edge]]] = low[edge]
        down_edge[place[up[edge]]] = edge
        place[up[edge]] += 1
    return low, down_first, down, down_edge
