"""Earliest arrival where some arcs have other times at other hours: A* with waiting at vertices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

from . import Whole

CLOSED = np.int64(2147483647)
NEVER = np.int64(1) << np.int64(60)


@compiled
def entered(
    arrived_ms: Whole,
    slot: Whole,
    group: NDArray[np.int64],
    first: NDArray[np.int64],
    begins_ms: NDArray[np.int64],
    state: NDArray[np.int64],
    weight_first: NDArray[np.int64],
    weight_ms: NDArray[np.int64],
) -> tuple[Whole, Whole]:
    """Return when to enter a timed arc on arriving at its tail, and the earliest arrival at its head.

    NEVER where it does not open again. It may be entered in a phase that is not closed, if no
    closed phase, however short, begins before its end is reached. Within a phase a later entry
    never helps, so the moment of arrival and the beginnings of later phases are all there is to
    try; a phase without duration cannot be entered.
    """
    low, high = first[group[slot]], first[group[slot] + 1]
    weights = weight_first[slot]
    below, above = low, high
    while above - below > 1:
        middle = (below + above) // 2
        if begins_ms[middle] <= arrived_ms:
            below = middle
        else:
            above = middle
    phase, at = below, np.int64(arrived_ms)
    entry, best = NEVER, NEVER
    while True:
        weight = weight_ms[weights + state[phase]]
        lasts = phase + 1 == high or begins_ms[phase + 1] > at
        if weight < CLOSED and lasts and at + weight < best:
            later = phase + 1
            while (
                later < high
                and begins_ms[later] < at + weight
                and weight_ms[weights + state[later]] < CLOSED
            ):
                later += 1
            if later == high or begins_ms[later] >= at + weight:
                entry, best = at, at + weight
        phase += 1
        if phase == high or begins_ms[phase] >= best:
            return entry, best
        at = begins_ms[phase]


@compiled
def pushed(
    keys: NDArray[np.int64], items: NDArray[np.int64], count: Whole, key: Whole, item: Whole
) -> None:
    """Put an item into a binary heap that has room for it."""
    place = count
    while place > 0 and keys[(place - 1) // 2] > key:
        keys[place], items[place] = keys[(place - 1) // 2], items[(place - 1) // 2]
        place = (place - 1) // 2
    keys[place], items[place] = key, item


@compiled
def popped(keys: NDArray[np.int64], items: NDArray[np.int64], count: Whole) -> None:
    """Take the first item off a binary heap: the caller has read it, and counts one less."""
    last = count - 1
    key, item = keys[last], items[last]
    place = 0
    while 2 * place + 1 < last:
        child = 2 * place + 1
        if child + 1 < last and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
    keys[place], items[place] = key, item


@compiled
def grown(array: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an array that begins with another one and is twice as long."""
    longer = np.empty(2 * array.size, np.int64)
    longer[: array.size] = array
    return longer


@compiled
def earliest(  # noqa: C901, PLR0912 - one loop over one heap, compiled as a whole
    first_out: NDArray[np.int64],
    out: NDArray[np.int32],
    arc_head: NDArray[np.uint32],
    static_ms: NDArray[np.uint32],
    slot_of: NDArray[np.int32],
    least_ms: NDArray[np.uint32],
    group: NDArray[np.int64],
    first: NDArray[np.int64],
    begins_ms: NDArray[np.int64],
    state: NDArray[np.int64],
    weight_first: NDArray[np.int64],
    weight_ms: NDArray[np.int64],
    starts: NDArray[np.int64],
    start_slots: NDArray[np.int64],
    ends: NDArray[np.int64],
    end_slots: NDArray[np.int64],
    horizon_ms: Whole,
    label_ms: NDArray[np.int64],
    entry_ms: NDArray[np.int64],
    by: NDArray[np.int32],
) -> tuple[Whole, Whole, Whole]:
    """Search; return the arrival, the end it comes to, and when the last part is entered.

    Parameters
    ----------
    first_out, out : int64[n + 1], int32[a]
        The arcs that leave each vertex.
    static_ms : uint32[a]
        Weight of each arc that has no slot.
    slot_of : int32[a]
        The profile of each timed arc, -1 for the others.
    least_ms : uint32[n]
        Lower bound from each vertex to the destination, INFINITE where there is none.
    starts, start_slots, ends, end_slots : int64[k]
        Vertices to which a way's first part leads and from which its last comes, with the parts'
        profiles.
    horizon_ms
        Nothing that arrives later is known or sought.
    label_ms, entry_ms, by : int64[n], int64[n], int32[n]
        NEVER on entry; come out as the earliest arrival at each vertex that was looked at, when
        the arc to it was entered, and which arc it was (minus 2 and less: the start).
    """
    keys, items = np.empty(1024, np.int64), np.empty(1024, np.int64)
    count = 0
    for number in range(starts.size):
        vertex = starts[number]
        if least_ms[vertex] >= CLOSED:
            continue
        entry, arrived = entered(
            0, start_slots[number], group, first, begins_ms, state, weight_first, weight_ms
        )
        if arrived < label_ms[vertex]:
            label_ms[vertex], entry_ms[vertex], by[vertex] = arrived, entry, -2 - number
            if count == keys.size:
                keys, items = grown(keys), grown(items)
            pushed(keys, items, count, arrived + np.int64(least_ms[vertex]), vertex)
            count += 1
    best, best_end, best_entry = NEVER, np.int64(-1), np.int64(-1)
    while count > 0 and keys[0] < best and keys[0] <= horizon_ms:
        key, vertex = keys[0], items[0]
        popped(keys, items, count)
        count -= 1
        label = label_ms[vertex]
        if key > label + np.int64(least_ms[vertex]):
            continue
        for number in range(ends.size):
            if ends[number] == vertex:
                entry, arrived = entered(
                    label,
                    end_slots[number],
                    group,
                    first,
                    begins_ms,
                    state,
                    weight_first,
                    weight_ms,
                )
                if arrived < best:
                    best, best_end, best_entry = (
                        np.int64(arrived),
                        np.int64(number),
                        np.int64(entry),
                    )
        for place in range(first_out[vertex], first_out[vertex + 1]):
            arc = out[place]
            head = arc_head[arc]
            if least_ms[head] >= CLOSED:
                continue
            if slot_of[arc] < 0:
                if static_ms[arc] >= CLOSED:
                    continue
                entry, arrived = label, label + np.int64(static_ms[arc])
            else:
                entry, arrived = entered(
                    label, slot_of[arc], group, first, begins_ms, state, weight_first, weight_ms
                )
            bound = arrived + np.int64(least_ms[head])
            if arrived < label_ms[head] and bound < best and bound <= horizon_ms:
                label_ms[head], entry_ms[head], by[head] = arrived, entry, arc
                if count == keys.size:
                    keys, items = grown(keys), grown(items)
                pushed(keys, items, count, bound, np.int64(head))
                count += 1
    return best, best_end, best_entry
