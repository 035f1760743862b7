"""The earliest arrival over time: the compiled search, the plain one and brute force agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import INFINITE
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.timed_search import BEFORE, NEVER, Profiles, TimedSearch
from routing.topology import Topology

HORIZON = 400
"""Small times, so that every moment can be tried."""


def random_case(rng):
    """Return a small graph with timed arcs and parts at its ends, and who its ends are."""
    vertices = int(rng.integers(2, 7))
    arcs = int(rng.integers(1, 16))
    tail, head = (rng.integers(0, vertices, arcs).astype(np.uint32) for _ in range(2))
    topology = Topology(
        f"case-{rng.integers(1 << 60)}", np.zeros(vertices), np.zeros(vertices), tail, head
    )
    static = rng.integers(0, 30, arcs).astype(np.uint32)
    static[rng.random(arcs) < 0.1] = INFINITE
    timed = np.flatnonzero(rng.random(arcs) < 0.6)
    starts = rng.integers(0, vertices, int(rng.integers(1, 3)))
    ends = rng.integers(0, vertices, int(rng.integers(1, 3)))
    slots = len(timed) + len(starts) + len(ends)
    group, first, begins, state, weight_first, weights = [], [0], [], [], [], []
    for slot in range(slots):
        phases = int(rng.integers(1, 7))
        own = np.sort(rng.integers(0, HORIZON // 2, phases - 1))
        begins += [BEFORE, *own.tolist()]
        states = int(rng.integers(1, 4))
        state += rng.integers(0, states, phases).tolist()
        first.append(len(begins))
        group.append(slot)
        weight_first.append(len(weights))
        costs = rng.integers(0, 40, states)
        costs[rng.random(states) < 0.35] = INFINITE
        weights += costs.tolist()
    profiles = Profiles(
        timed,
        *(
            np.array(column, np.int64)
            for column in (group, first, begins, state, weight_first, weights)
        ),
    )
    return topology, static, profiles, starts.tolist(), ends.tolist()


def open_metric(topology, static, profiles):
    """Return the metric in which each timed arc costs the least that it ever does."""
    weights = static.copy()
    for slot, arc in enumerate(profiles.arcs.tolist()):
        weights[arc] = least_of(profiles, slot)
    return DijkstraEngine(topology).customise(weights)


def least_of(profiles, slot):
    low, high = profiles.first[profiles.group[slot]], profiles.first[profiles.group[slot] + 1]
    costs = profiles.weight_ms[profiles.weight_first[slot] + profiles.state[low:high]]
    return int(costs.min())


def cost_at(profiles, slot, at):
    """Return what a slot costs if it is entered at a moment, by the words of the definition."""
    group = int(profiles.group[slot])
    low, high = int(profiles.first[group]), int(profiles.first[group + 1])
    spans = []
    for phase in range(low, high):
        until = int(profiles.begins_ms[phase + 1]) if phase + 1 < high else NEVER
        cost = int(profiles.weight_ms[profiles.weight_first[slot] + profiles.state[phase]])
        spans.append((int(profiles.begins_ms[phase]), until, cost))
    ((cost),) = [cost for start, until, cost in spans if start <= at < until]
    if cost >= INFINITE:
        return None
    for start, until, other in spans:
        touches = start < at + cost and (until > at or start == until > at)
        if other >= INFINITE and touches:
            return None
    return cost


def leave_and_arrive(profiles, slot, arrived):
    """Try every moment of waiting."""
    costs = ((at, cost_at(profiles, slot, at)) for at in range(arrived, HORIZON + 1))
    return min((at + cost for at, cost in costs if cost is not None), default=NEVER)


def brute_force(topology, static, profiles, starts, ends):
    """Return the earliest arrival by relaxing every arc until nothing changes."""
    slot_of = {arc: slot for slot, arc in enumerate(profiles.arcs.tolist())}
    count = len(profiles.arcs)
    arrival = [NEVER] * topology.vertex_count
    for number, vertex in enumerate(starts):
        arrival[vertex] = min(arrival[vertex], leave_and_arrive(profiles, count + number, 0))
    changed = True
    while changed:
        changed = False
        for arc in range(topology.arc_count):
            at = arrival[int(topology.tail[arc])]
            if at > HORIZON:
                continue
            if arc in slot_of:
                there = leave_and_arrive(profiles, slot_of[arc], at)
            else:
                there = NEVER if static[arc] >= INFINITE else at + int(static[arc])
            if there < arrival[int(topology.head[arc])]:
                arrival[int(topology.head[arc])] = there
                changed = True
    best = NEVER
    for number, vertex in enumerate(ends):
        if arrival[vertex] <= HORIZON:
            slot = count + len(starts) + number
            best = min(best, leave_and_arrive(profiles, slot, arrival[vertex]))
    return best if best <= HORIZON else None


def search_of(topology, static, profiles, starts, ends):
    count = len(profiles.arcs)
    offsets = [
        (vertex, least_of(profiles, count + len(starts) + number))
        for number, vertex in enumerate(ends)
    ]
    least = open_metric(topology, static, profiles).sweep(offsets, towards=True)
    search = TimedSearch(topology, static, profiles, least, HORIZON)
    start_slots = [(vertex, count + number) for number, vertex in enumerate(starts)]
    end_slots = [(vertex, count + len(starts) + number) for number, vertex in enumerate(ends)]
    return search, start_slots, end_slots


def assert_right(case):
    expected = brute_force(*case)
    search, start_slots, end_slots = search_of(*case)
    for run in (search.plain, search.compiled):
        found = run(start_slots, end_slots)
        assert (None if found is None else found.total_ms) == expected
        if found is not None:
            assert_driven(case, found, start_slots, end_slots)


def assert_driven(case, found, start_slots, end_slots):
    """Assert that the way can be driven as it says, and arrives when it says."""
    topology, static, profiles, _, _ = case
    slot_of = {arc: slot for slot, arc in enumerate(profiles.arcs.tolist())}
    vertex, slot = start_slots[found.start]
    now = found.start_entry_ms + cost_at(profiles, slot, found.start_entry_ms)
    for arc, entry in zip(found.arcs.tolist(), found.entries_ms.tolist(), strict=True):
        assert topology.tail[arc] == vertex
        assert entry >= now
        cost = cost_at(profiles, slot_of[arc], entry) if arc in slot_of else int(static[arc])
        now, vertex = entry + cost, int(topology.head[arc])
    end, slot = end_slots[found.end]
    assert end == vertex
    assert found.end_entry_ms >= now
    assert found.end_entry_ms + cost_at(profiles, slot, found.end_entry_ms) == found.total_ms


@settings(max_examples=120, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_both_searches_find_what_trying_every_moment_finds(seed):
    rng = np.random.default_rng(seed)
    for _ in range(10):
        assert_right(random_case(rng))


@given(seed=st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_who_arrives_later_never_leaves_the_arc_earlier(seed):
    rng = np.random.default_rng(seed)
    _, _, profiles, _, _ = random_case(rng)
    for slot in range(len(profiles.group)):
        arrivals = [profiles.entered(at, slot)[1] for at in range(HORIZON)]
        assert arrivals == sorted(arrivals)


def test_a_closed_moment_without_duration_counts_for_those_inside_only():
    """While the clock stood still, at night, a road closed and opened again."""
    profiles = Profiles(
        np.array([0]),
        np.array([0]),
        np.array([0, 3]),
        np.array([BEFORE, 50, 50]),
        np.array([0, 1, 0]),
        np.array([0]),
        np.array([10, INFINITE]),
    )
    assert profiles.entered(40, 0) == (40, 50)
    assert profiles.entered(41, 0) == (50, 60)
    assert profiles.entered(50, 0) == (50, 60)


@pytest.mark.parametrize("run", ["plain", "compiled"])
def test_nothing_beyond_the_horizon_is_found(run):
    topology = Topology(
        "two", np.zeros(2), np.zeros(2), np.array([0], np.uint32), np.array([1], np.uint32)
    )
    profiles = Profiles(
        np.empty(0, np.int64),
        np.array([0, 1]),
        np.array([0, 1, 2]),
        np.array([BEFORE, BEFORE]),
        np.array([0, 0]),
        np.array([0, 1]),
        np.array([0, 0]),
    )
    static = np.array([HORIZON], np.uint32)
    least = np.array([HORIZON, 0], np.uint32)
    for horizon, found in ((HORIZON, HORIZON), (HORIZON - 1, None)):
        search = TimedSearch(topology, static, profiles, least, horizon)
        answer = getattr(search, run)([(0, 0)], [(1, 1)])
        assert (answer and answer.total_ms) == found
