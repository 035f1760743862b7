"""Costs of all edges from the weights of the arcs: of a whole set, or after some have changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole
from .chordal import edge_between

INFINITE = np.uint32(2147483647)
BLOCK = 64
"""Vertices in a block of the work list, and blocks in a superblock."""


@compiled
def customise_all(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    arc_edge: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    weight_ms: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
) -> None:
    """Fill in the cost of every edge: the best arc along it, or a way through lower vertices."""
    rise_ms[:] = INFINITE
    fall_ms[:] = INFINITE
    for arc in range(weight_ms.size):
        edge = arc_edge[arc]
        if edge >= 0:
            if arc_rises[arc]:
                rise_ms[edge] = min(rise_ms[edge], weight_ms[arc])
            else:
                fall_ms[edge] = min(fall_ms[edge], weight_ms[arc])
    # When the turn of a vertex comes, its own edges are final: all ways below have been added.
    for low in range(first.size - 1):
        end = first[low + 1]
        for one in range(first[low], end):
            rise, fall = rise_ms[one], fall_ms[one]
            if rise == INFINITE and fall == INFINITE:
                continue
            # Upper neighbours of a vertex are neighbours of one another, in the same order.
            opposite = first[up[one]]
            for other in range(one + 1, end):
                while up[opposite] != up[other]:
                    opposite += 1
                rising = fall + rise_ms[other]
                rise_ms[opposite] = min(rise_ms[opposite], np.uint32(rising))
                falling = fall_ms[other] + rise
                fall_ms[opposite] = min(fall_ms[opposite], np.uint32(falling))


@compiled
def mark(
    vertex: Whole,
    pending: NDArray[np.bool_],
    pending_block: NDArray[np.bool_],
    pending_superblock: NDArray[np.bool_],
) -> None:
    """Put a vertex on the work list."""
    pending[vertex] = True
    pending_block[vertex // BLOCK] = True
    pending_superblock[vertex // (BLOCK * BLOCK)] = True


@compiled
def reweigh(
    edge: Whole,
    low: Whole,
    high: Whole,
    down_first: NDArray[np.int32],
    down: NDArray[np.uint32],
    down_edge: NDArray[np.uint32],
    edge_first: NDArray[np.int32],
    edge_arcs: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    weight_ms: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
) -> None:
    """Find an edge's costs anew, from its arcs and from the final costs of all edges below it."""
    rise = fall = INFINITE
    for place in range(edge_first[edge], edge_first[edge + 1]):
        arc = edge_arcs[place]
        if arc_rises[arc]:
            rise = min(rise, weight_ms[arc])
        else:
            fall = min(fall, weight_ms[arc])
    one, one_end = down_first[low], down_first[low + 1]
    other, other_end = down_first[high], down_first[high + 1]
    while one < one_end and other < other_end:
        if down[one] < down[other]:
            one += 1
        elif down[one] > down[other]:
            other += 1
        else:
            to_low, to_high = down_edge[one], down_edge[other]
            rise = min(rise, np.uint32(fall_ms[to_low] + rise_ms[to_high]))
            fall = min(fall, np.uint32(fall_ms[to_high] + rise_ms[to_low]))
            one += 1
            other += 1
    rise_ms[edge] = rise
    fall_ms[edge] = fall


@compiled
def retouch(
    cost_ms: NDArray[np.uint32], opposite: Whole, new_ms: Whole, old_ms: Whole, before_ms: int
) -> Whole:
    """Let the cost of a way through a lower vertex, changed from old to new, bear on an edge.

    Returns
    -------
    int
        0 if it does not, 1 if the edge became cheaper, 2 if it must be reweighed because this way
        may have been its only best one.
    """
    if new_ms < cost_ms[opposite]:
        cost_ms[opposite] = new_ms
        return 1
    if old_ms == before_ms and new_ms > old_ms and old_ms < INFINITE:
        return 2
    return 0


@compiled
def spread(
    low: Whole,
    changed: Whole,
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    old_rise_ms: NDArray[np.uint32],
    old_fall_ms: NDArray[np.uint32],
    stale: NDArray[np.bool_],
    pending: NDArray[np.bool_],
    pending_block: NDArray[np.bool_],
    pending_superblock: NDArray[np.bool_],
) -> None:
    """Pass a changed edge's costs on to the edges opposite to its lower end."""
    begin = np.int64(first[low])
    after = np.int64(first[up[changed]])
    for partner in range(begin, np.int64(first[low + 1])):
        if partner == changed:
            continue
        # one < other: the edge opposite leads from up[one] to up[other].
        one, other = min(partner, changed), max(partner, changed)
        middle = np.int64(up[one])
        if partner < changed:
            # The neighbours between the two are neighbours of the first one, too.
            nearest = np.int64(first[middle]) + (other - one - 1)
            opposite = edge_between(first, up, middle, np.int64(up[other]), nearest)
        else:
            while up[after] != up[other]:
                after += 1
            opposite = after
        up_told = retouch(
            rise_ms,
            opposite,
            np.uint32(fall_ms[one] + rise_ms[other]),
            np.uint32(old_fall_ms[one] + old_rise_ms[other]),
            old_rise_ms[opposite],
        )
        down_told = retouch(
            fall_ms,
            opposite,
            np.uint32(fall_ms[other] + rise_ms[one]),
            np.uint32(old_fall_ms[other] + old_rise_ms[one]),
            old_fall_ms[opposite],
        )
        if up_told == 2 or down_told == 2:
            stale[opposite] = True
        if up_told > 0 or down_told > 0:
            mark(middle, pending, pending_block, pending_superblock)


@compiled
def settle(
    vertex: Whole,
    first: NDArray[np.int32],
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
    old_rise_ms: NDArray[np.uint32],
    old_fall_ms: NDArray[np.uint32],
    stale: NDArray[np.bool_],
    pending: NDArray[np.bool_],
    pending_block: NDArray[np.bool_],
    pending_superblock: NDArray[np.bool_],
) -> Whole:
    """Make the edges up from a vertex final, pass changes on, and return how many have changed."""
    begin, end = first[vertex], first[vertex + 1]
    for edge in range(begin, end):
        if stale[edge]:
            stale[edge] = False
            reweigh(
                edge,
                vertex,
                np.int64(up[edge]),
                down_first,
                down,
                down_edge,
                edge_first,
                edge_arcs,
                arc_rises,
                weight_ms,
                rise_ms,
                fall_ms,
            )
    changes = 0
    for edge in range(begin, end):
        if rise_ms[edge] != old_rise_ms[edge] or fall_ms[edge] != old_fall_ms[edge]:
            changes += 1
            spread(
                vertex,
                edge,
                first,
                up,
                rise_ms,
                fall_ms,
                old_rise_ms,
                old_fall_ms,
                stale,
                pending,
                pending_block,
                pending_superblock,
            )
    return changes


@compiled
def customise_changed(
    first: NDArray[np.int32],
    up: NDArray[np.uint32],
    low: NDArray[np.uint32],
    down_first: NDArray[np.int32],
    down: NDArray[np.uint32],
    down_edge: NDArray[np.uint32],
    edge_first: NDArray[np.int32],
    edge_arcs: NDArray[np.int32],
    arc_edge: NDArray[np.int32],
    arc_rises: NDArray[np.bool_],
    changed_arcs: NDArray[np.int64],
    weight_ms: NDArray[np.uint32],
    rise_ms: NDArray[np.uint32],
    fall_ms: NDArray[np.uint32],
    old_rise_ms: NDArray[np.uint32],
    old_fall_ms: NDArray[np.uint32],
    stale: NDArray[np.bool_],
    pending: NDArray[np.bool_],
    pending_block: NDArray[np.bool_],
    pending_superblock: NDArray[np.bool_],
    most: Whole,
) -> bool:
    """Correct the costs after some arcs' weights have changed.

    Costs come in as copies of the old ones. Vertices are worked off in ascending order; a change
    reaches only edges further up, so when the turn of a vertex comes all below it is final. What
    became cheaper is lowered at once. What may have lost its only best way is *stale*, and found
    anew when its turn comes. The work list is three levels of flags: marking is two stores, and
    the next vertex is found without a heap.

    Returns
    -------
    bool
        False if more than ``most`` edges change: it is given up, and the costs are not right.
    """
    for arc in changed_arcs:
        edge = arc_edge[arc]
        if edge >= 0:
            stale[edge] = True
            mark(np.int64(low[edge]), pending, pending_block, pending_superblock)
    changes = 0
    for superblock in range(pending_superblock.size):
        if not pending_superblock[superblock]:
            continue
        last_block = min((superblock + 1) * BLOCK, pending_block.size)
        for block in range(superblock * BLOCK, last_block):
            if not pending_block[block]:
                continue
            if changes > most:
                stale[:] = False
                pending[:] = False
                pending_block[:] = False
                pending_superblock[:] = False
                return False
            for vertex in range(block * BLOCK, min((block + 1) * BLOCK, pending.size)):
                if not pending[vertex]:
                    continue
                pending[vertex] = False
                changes += settle(
                    vertex,
                    first,
                    up,
                    down_first,
                    down,
                    down_edge,
                    edge_first,
                    edge_arcs,
                    arc_rises,
                    weight_ms,
                    rise_ms,
                    fall_ms,
                    old_rise_ms,
                    old_fall_ms,
                    stale,
                    pending,
                    pending_block,
                    pending_superblock,
                )
            # Only now: what was worked off may have marked vertices further on in this block.
            pending_block[block] = False
        pending_superblock[superblock] = False
    return True
