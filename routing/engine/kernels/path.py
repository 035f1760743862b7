"""From the edges of a search to the arcs of the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole

INFINITE = np.uint32(2147483647)
NO_EDGE = -1


@compiled
def longer(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an array that begins with another one and is twice as long."""
    grown = np.empty(2 * array.size, np.int64)
    grown[: array.size] = array
    return grown


@compiled
def packed_way(
    low: NDArray[np.uint32],
    turn: Whole,
    leaving_by: NDArray[np.int32],
    arriving_by: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return the steps of a way over its turning vertex, last step first.

    A step is twice its edge, plus 1 if it goes down.
    """
    steps = np.empty(256, np.int64)
    count = 0
    edge = np.int64(arriving_by[turn])
    while edge != NO_EDGE:
        if count == steps.size:
            steps = longer(steps)
        steps[count] = 2 * edge + 1
        count += 1
        edge = np.int64(arriving_by[low[edge]])
    steps[:count] = steps[:count][::-1].copy()
    edge = np.int64(leaving_by[turn])
    while edge != NO_EDGE:
        if count == steps.size:
            steps = longer(steps)
        steps[count] = 2 * edge
        count += 1
        edge = np.int64(leaving_by[low[edge]])
    return steps[:count].copy()


@compiled
def arc_along(
    edge: Whole,
    rises: bool,  # noqa: FBT001 - kernels take no keywords
    cost_ms: Whole,
    edge_first: NDArray[np.int32],
    edge_arcs: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    weight_ms: NDArray[np.uint32],
) -> Whole:
    """Return an arc that an edge's cost comes from, -1 if it comes from a way below."""
    for place in range(edge_first[edge], edge_first[edge + 1]):
        arc = edge_arcs[place]
        if arc_rises[arc] == rises and weight_ms[arc] == cost_ms:
            return np.int64(arc)
    return np.int64(-1)


@compiled
def halves(
    edge: Whole,
    rises: bool,  # noqa: FBT001 - kernels take no keywords
    cost_ms: Whole,
    low: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down_first: NDArray[np.int32],
    down: NDArray[np.uint32],
    down_edge: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
) -> tuple[Whole, Whole]:
    """Return the two steps through a lower vertex that an edge's cost comes from."""
    one, one_end = down_first[low[edge]], down_first[low[edge] + 1]
    other, other_end = down_first[up[edge]], down_first[up[edge] + 1]
    while one < one_end and other < other_end:
        if down[one] < down[other]:
            one += 1
        elif down[one] > down[other]:
            other += 1
        else:
            to_low, to_high = np.int64(down_edge[one]), np.int64(down_edge[other])
            if rises:
                if np.uint32(fall_ms[to_low] + rise_ms[to_high]) == cost_ms:
                    return 2 * to_low + 1, 2 * to_high
            elif np.uint32(fall_ms[to_high] + rise_ms[to_low]) == cost_ms:
                return 2 * to_high + 1, 2 * to_low
            one += 1
            other += 1
    return np.int64(-1), np.int64(-1)


@compiled
def unpacked(
    steps: NDArray[np.int64],
    low: NDArray[np.uint32],
    up: NDArray[np.uint32],
    down_first: NDArray[np.int32],
    down: NDArray[np.uint32],
    down_edge: NDArray[np.uint32],
    edge_first: NDArray[np.int32],
    edge_arcs: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    weight_ms: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """Return the arcs of steps, which come last step first.

    It ends whatever the weights, zero included: the halves of an edge have lower low ends.
    """
    height = steps.size
    stack = np.empty(height + 256, np.int64)
    stack[:height] = steps
    arcs = np.empty(1024, np.int64)
    count = 0
    while height > 0:
        height -= 1
        edge, rises = stack[height] >> 1, (stack[height] & 1) == 0
        cost_ms = rise_ms[edge] if rises else fall_ms[edge]
        arc = arc_along(edge, rises, cost_ms, edge_first, edge_arcs, arc_rises, weight_ms)
        if arc >= 0:
            if count == arcs.size:
                arcs = longer(arcs)
            arcs[count] = arc
            count += 1
        else:
            before, after = halves(
                edge, rises, cost_ms, low, up, down_first, down, down_edge, rise_ms, fall_ms
            )
            if height + 2 > stack.size:
                stack = longer(stack)
            stack[height] = after
            stack[height + 1] = before
            height += 2
    return arcs[:count]


@compiled
def without_loops(
    arcs: NDArray[np.int64],
    arc_edge: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    low: NDArray[np.uint32],
    up: NDArray[np.uint32],
    place_at: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return a way without the rounds that end where they began.

    In a best way these cost nothing, yet nobody wants to be sent round them.

    Parameters
    ----------
    place_at : int32[n]
        Scratch, 0 everywhere: one more than the number of arcs driven on reaching a vertex.
    """
    kept = 0
    for number in range(arcs.size):
        arc = arcs[number]
        edge = arc_edge[arc]
        tail = low[edge] if arc_rises[arc] else up[edge]
        head = up[edge] if arc_rises[arc] else low[edge]
        if kept == 0:
            place_at[tail] = 1
        if place_at[head] == 0:
            arcs[kept] = arc
            kept += 1
            place_at[head] = kept + 1
        else:
            back_to = place_at[head] - 1
            while kept > back_to:
                kept -= 1
                edge = arc_edge[arcs[kept]]
                place_at[up[edge] if arc_rises[arcs[kept]] else low[edge]] = 0
            # The round may have ended at the very start, whose own place has just been kept.
            place_at[head] = kept + 1
    for number in range(kept):
        edge = arc_edge[arcs[number]]
        place_at[low[edge]] = 0
        place_at[up[edge]] = 0
    if arcs.size:
        edge = arc_edge[arcs[0]]
        place_at[low[edge]] = 0
        place_at[up[edge]] = 0
    return arcs[:kept].copy()
