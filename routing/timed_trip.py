"""The trip of the earliest arrival between two positions, where some roads change with time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .engine.journey import End, Part, PartCost, Trip, parts_at_ends
from .engine.metric import INFINITE, Metric, Weights
from .engine.timed_search import NEVER, Found, Profiles, TimedSearch
from .network import RoadNetwork
from .snap import Snap
from .timed_profile import profiles
from .timed_rules import TimedRules
from .vehicle_roads import VehicleRoads


@dataclass(frozen=True, slots=True)
class TimedTrip:
    """A trip, and by how many driving ms a later departure surely finds the same one."""

    trip: Trip
    slack_ms: int


@dataclass(frozen=True, eq=False)
class _Quest:
    """What is searched: the ends with their parts' slots, and the roads' profiles."""

    network: RoadNetwork
    profiles: Profiles
    starts: list[tuple[int, int]]
    ends: list[tuple[int, int]]
    parts: list[Part]
    static_ms: Weights
    least_ms: Weights

    @property
    def first_part(self) -> int:
        """The slot of the first part."""
        return len(self.profiles.arcs)


def timed_trip(
    roads: VehicleRoads,
    metric: Metric,
    cost: PartCost,
    origin: Snap,
    destination: Snap,
    rules: TimedRules,
    *,
    horizon_ms: int,
) -> TimedTrip | None:
    """Return the trip of the earliest arrival, None if nothing arrives within the horizon.

    Parameters
    ----------
    roads, metric, cost
        The roads with everything that time changes lifted: exact for all other arcs, and a lower
        bound for those.
    """
    network = roads.network
    direct, starts, ends = parts_at_ends(network, origin, destination, cost)
    parts = [*(end[2] for end in (*starts, *ends)), *([direct] if direct else [])]
    found_profiles = profiles(rules, parts)
    quest = _quest(network, metric, found_profiles, starts, ends, parts)
    search = TimedSearch(
        network.topology, metric.weight_ms, found_profiles, quest.least_ms, horizon_ms
    )
    run = search.compiled if roads.engine.name == "numba-cch" else search.plain
    found = run(quest.starts, quest.ends)
    trip = None if found is None else _found_trip(quest, found)
    if direct is not None:
        slot = quest.first_part + len(parts) - 1
        entry, arrived = found_profiles.entered(0, slot)
        if arrived <= horizon_ms and (trip is None or arrived <= trip.total_ms):
            trip = _trip(network, [(direct, entry, arrived - entry)], arrived, [])
    if trip is None:
        return None
    return TimedTrip(trip, _slack_ms(quest, found, trip, horizon_ms))


def _quest(
    network: RoadNetwork,
    metric: Metric,
    found: Profiles,
    starts: list[End],
    ends: list[End],
    parts: list[Part],
) -> _Quest:
    first = len(found.arcs)
    return _Quest(
        network,
        found,
        [(end[0], first + number) for number, end in enumerate(starts)],
        [(end[0], first + len(starts) + number) for number, end in enumerate(ends)],
        parts,
        metric.weight_ms,
        metric.sweep([end[:2] for end in ends], towards=True),
    )


Step = tuple[Part, int, int]
"""A part, when it is entered, and how long it takes, both in driving ms."""


def _found_trip(quest: _Quest, found: Found) -> Trip:
    slot_of = {arc: slot for slot, arc in enumerate(quest.profiles.arcs.tolist())}
    static_ms, count = quest.static_ms, quest.network.segment_arc_count
    steps: list[Step] = []
    first = quest.first_part
    start_slot, end_slot = quest.starts[found.start][1], quest.ends[found.end][1]
    arrived = quest.profiles.entered(found.start_entry_ms, start_slot)[1]
    steps.append(
        (quest.parts[start_slot - first], found.start_entry_ms, arrived - found.start_entry_ms)
    )
    for arc, entry in zip(found.arcs.tolist(), found.entries_ms.tolist(), strict=True):
        slot = slot_of.get(arc)
        took = int(static_ms[arc])
        if slot is not None:
            took = quest.profiles.entered(entry, slot)[1] - entry
        if arc < count:
            steps.append(((arc, 0.0, 1.0), entry, took))
    steps.append(
        (quest.parts[end_slot - first], found.end_entry_ms, found.total_ms - found.end_entry_ms)
    )
    turns = found.arcs[found.arcs >= count]
    return _trip(quest.network, steps, found.total_ms, turns.tolist())


def _trip(network: RoadNetwork, steps: list[Step], total_ms: int, turns: list[int]) -> Trip:
    driven = [step for step in steps if step[0][1] < step[0][2]]
    arcs = np.array([step[0][0] for step in driven], np.int64)
    begins = np.array([step[0][1] for step in driven], np.float64)
    finishes = np.array([step[0][2] for step in driven], np.float64)
    part_m = network.segments.length_m[arcs >> 1] * (finishes - begins)
    return Trip(
        total_ms,
        float(part_m.sum()),
        arcs,
        begins,
        finishes,
        np.array([step[2] for step in driven], np.int64),
        part_m,
        np.array(turns, np.int64),
        np.array([step[1] for step in driven], np.int64),
    )


def _slack_ms(quest: _Quest, found: Found | None, trip: Trip, horizon_ms: int) -> int:
    """Return by how many driving ms a departure may be later and surely finds the same trip.

    A later departure moves every phase nearer. As long as no arrival at a timed arc comes into
    another phase, and nothing that waits gains enough to overtake, nothing changes. 0 where the
    trip waits itself, for every later departure waits less, and where there is too much to look at.
    """
    if found is None or trip.total_ms > int(trip.part_ms.sum()):
        return 0
    profile, slack = quest.profiles, horizon_ms - trip.total_ms
    tails, heads = quest.network.arc_tail, quest.network.arc_head
    labels = found.label_ms[tails[profile.arcs]]
    reached = np.flatnonzero(labels < NEVER)
    if len(reached) > _MOST_LOOKED_AT:
        return 0
    looked_at = [
        *(
            (slot, int(labels[slot]), int(quest.least_ms[heads[profile.arcs[slot]]]))
            for slot in reached.tolist()
        ),
        *((slot, int(found.label_ms[vertex]), 0) for vertex, slot in quest.ends),
        *((slot, 0, int(quest.least_ms[vertex])) for vertex, slot in quest.starts),
    ]
    for slot, arrived, bound in looked_at:
        if arrived < NEVER and bound < INFINITE:
            slack = min(slack, _slot_slack(profile, slot, arrived, bound - trip.total_ms))
    return max(0, slack)


_MOST_LOOKED_AT = 3000
"""Timed arcs that are looked at one by one; beyond, an answer holds for its departure only."""


def _slot_slack(profile: Profiles, slot: int, arrived: int, beyond: int) -> int:
    """Return the slack of one slot; what arrives at its end arrives ``beyond`` later than the trip."""
    group = int(profile.group[slot])
    begins: NDArray[np.int64] = profile.begins_ms[profile.first[group] : profile.first[group + 1]]
    later = begins[begins > arrived]
    entry, there = profile.entered(arrived, slot)
    if entry > arrived:
        return there + beyond
    return int(later[0]) - there if len(later) else NEVER
