"""Upward searches along the elimination tree, and what two of them say when they meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole

INFINITE = np.uint32(2147483647)
COST_BITS = np.uint64(32)
UNREACHED = np.uint64(2147483647) << np.uint64(32)
"""A *label* is a cost in the upper 32 bits and the number of the start in the lower, so that of
equal costs the earlier start is the smaller label. This one is beyond all others."""

NO_EDGE = -1

MOST_CLIMBERS = 128
"""Starts that a search follows up one by one; for more, looking at every vertex takes less time
than looking for the lowest climber again and again."""


@compiled
def relax(
    vertex: Whole,
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    edge_ms: NDArray[np.uint32],
    cost_ms: NDArray[np.uint32],
) -> None:
    """Offer a vertex's cost to its upper neighbours."""
    cost = cost_ms[vertex]
    if cost < INFINITE:
        for edge in range(first[vertex], first[vertex + 1]):
            cost_ms[up[edge]] = min(cost_ms[up[edge]], np.uint32(cost + edge_ms[edge]))


@compiled
def wipe(vertex: Whole, parent: NDArray[np.int32], cost_ms: NDArray[np.uint32]) -> None:
    """Clean what a search from a vertex has written."""
    while vertex < parent.size:
        cost_ms[vertex] = INFINITE
        vertex = np.int64(parent[vertex])


@compiled
def distance(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    parent: NDArray[np.int32],
    rank: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    source: Whole,
    target: Whole,
    leaving_ms: NDArray[np.uint32],
    arriving_ms: NDArray[np.uint32],
) -> Whole:
    """Return the cost of the best way between two vertices (not ranks), INFINITE without one.

    Both searches climb, the lower one first, until they stand on the same vertex; from there
    on all vertices are common to both, and the best of them is where the way turns down.
    """
    start, end = np.int64(rank[source]), np.int64(rank[target])
    leaving_ms[start] = 0
    arriving_ms[end] = 0
    one, other = start, end
    while one != other:
        if one < other:
            relax(one, first, up, rise_ms, leaving_ms)
            one = np.int64(parent[one])
        else:
            relax(other, first, up, fall_ms, arriving_ms)
            other = np.int64(parent[other])
    best = INFINITE
    while one < parent.size:
        leaving, arriving = leaving_ms[one], arriving_ms[one]
        best = min(best, np.uint32(leaving + arriving))
        # What costs as much as the whole way need not climb on.
        if leaving < best:
            relax(one, first, up, rise_ms, leaving_ms)
        if arriving < best:
            relax(one, first, up, fall_ms, arriving_ms)
        one = np.int64(parent[one])
    wipe(start, parent, leaving_ms)
    wipe(end, parent, arriving_ms)
    return best


@compiled
def lowest(climbers: NDArray[np.int64], count: Whole) -> Whole:
    """Return the lowest of the vertices that the first ``count`` climbers stand on."""
    vertex = np.int64(climbers[0])
    for climber in range(1, count):
        vertex = min(vertex, climbers[climber])
    return vertex


@compiled
def step_up(
    climbers: NDArray[np.int64], count: Whole, vertex: Whole, parent: NDArray[np.int32]
) -> Whole:
    """Move whoever stands on a vertex to its parent, as one; return how many climbers are left."""
    above = np.int64(parent[vertex])
    kept = 0
    for climber in range(count):
        if climbers[climber] != vertex:
            climbers[kept] = climbers[climber]
            kept += 1
    if above < parent.size:
        climbers[kept] = above
        kept += 1
    return kept


@compiled
def climb(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    parent: NDArray[np.int32],
    edge_ms: NDArray[np.uint32],
    starts: NDArray[np.int64],
    offset_ms: NDArray[np.uint32],
    cost_ms: NDArray[np.uint32],
) -> None:
    """Search upward from several vertices at once, each with the cost that it begins with."""
    climbers = starts.copy()
    for start in range(starts.size):
        cost_ms[starts[start]] = min(cost_ms[starts[start]], offset_ms[start])
    count: Whole = starts.size
    if count > MOST_CLIMBERS:
        for above in range(parent.size):
            relax(above, first, up, edge_ms, cost_ms)
        return
    while count > 0:
        vertex = lowest(climbers, count)
        relax(vertex, first, up, edge_ms, cost_ms)
        count = step_up(climbers, count, vertex, parent)


@compiled
def relax_labelled(
    vertex: Whole,
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    edge_ms: NDArray[np.uint32],
    label: NDArray[np.uint64],
    by_edge: NDArray[np.int32],
) -> None:
    """Offer a vertex's label to its upper neighbours."""
    own = label[vertex]
    if own < UNREACHED:
        for edge in range(first[vertex], first[vertex + 1]):
            offered = own + (np.uint64(edge_ms[edge]) << COST_BITS)
            if offered < label[up[edge]]:
                label[up[edge]] = offered
                by_edge[up[edge]] = edge


@compiled
def climb_labelled(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    parent: NDArray[np.int32],
    edge_ms: NDArray[np.uint32],
    starts: NDArray[np.int64],
    offset_ms: NDArray[np.uint32],
    label: NDArray[np.uint64],
    by_edge: NDArray[np.int32],
) -> None:
    """Search upward from several vertices, remembering from which start and by which edge.

    Vertices with a label have in ``by_edge`` the edge that it came by, or NO_EDGE at a start.
    """
    climbers = starts.copy()
    for start in range(starts.size):
        own = (np.uint64(offset_ms[start]) << COST_BITS) | np.uint64(start)
        if own < label[starts[start]]:
            label[starts[start]] = own
            by_edge[starts[start]] = NO_EDGE
    count: Whole = starts.size
    if count > MOST_CLIMBERS:
        for above in range(parent.size):
            relax_labelled(above, first, up, edge_ms, label, by_edge)
        return
    while count > 0:
        vertex = lowest(climbers, count)
        relax_labelled(vertex, first, up, edge_ms, label, by_edge)
        count = step_up(climbers, count, vertex, parent)


@compiled
def wipe_labels(
    starts: NDArray[np.int64], parent: NDArray[np.int32], label: NDArray[np.uint64]
) -> None:
    """Clean the labels that a search has written."""
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size:
            label[vertex] = UNREACHED
            vertex = np.int64(parent[vertex])


@compiled
def meeting(
    starts: NDArray[np.int64],
    parent: NDArray[np.int32],
    leaving: NDArray[np.uint64],
    arriving: NDArray[np.uint64],
) -> tuple[Whole, Whole, Whole, Whole]:
    """Return the cost of the best way and the number of its start and its end, and where it turns.

    Of equal ways the first start counts, then the first end. INFINITE, 0, 0, -1 without a way.
    """
    best, best_pair = np.uint64(INFINITE), np.uint64(0)
    turn = np.int64(-1)
    number = np.uint64(0xFFFFFFFF)
    for start in starts:
        vertex = np.int64(start)
        while vertex < parent.size:
            out, back = leaving[vertex], arriving[vertex]
            if out < UNREACHED and back < UNREACHED:
                total = (out >> COST_BITS) + (back >> COST_BITS)
                pair = ((out & number) << COST_BITS) | (back & number)
                if total < best or (total == best and turn >= 0 and pair < best_pair):
                    best, best_pair, turn = total, pair, vertex
            vertex = np.int64(parent[vertex])
    return (
        np.int64(best),
        np.int64(best_pair >> COST_BITS),
        np.int64(best_pair & number),
        turn,
    )
