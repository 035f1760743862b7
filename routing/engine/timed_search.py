"""The earliest arrival where some arcs change with time: the compiled search, and one without it.

Both take the same :class:`Profiles` and give the same arrival; the plain one serves machines
without numba, and tests the other.
"""

from __future__ import annotations

import heapq
import weakref
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.topology import Topology

from .metric import INFINITE, Arcs, Weights

NEVER = 1 << 60
"""An arrival that does not come."""
BEFORE = -NEVER
"""When the first phase of every profile begins."""

Slots = Sequence[tuple[int, int]]
"""Vertices where a way may start or end, each with the slot of the part that leads there."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """What arcs cost at which driving ms: phases by group, weights by slot.

    Slots 0…k-1 are those of ``arcs``; what follows are parts of arcs at the ends of a way.

    Attributes
    ----------
    arcs : int64[k]
        The timed arcs.
    group : int64[s]
        Of each slot, whose phases are its own.
    first : int64[g + 1]
        Where each group's phases lie in the next two.
    begins_ms : int64[p]
        Ascending in each group; the first is :data:`BEFORE`. One that begins with the next has no
        duration, and counts only for those who would be inside the arc.
    state : int64[p]
    weight_first : int64[s]
        ``weight_ms[weight_first[slot] + state]`` is what the slot costs in a phase of that state,
        INFINITE where it is closed.
    weight_ms : int64[w]
    """

    arcs: Arcs
    group: NDArray[np.int64]
    first: NDArray[np.int64]
    begins_ms: NDArray[np.int64]
    state: NDArray[np.int64]
    weight_first: NDArray[np.int64]
    weight_ms: NDArray[np.int64]

    def entered(self, arrived_ms: int, slot: int) -> tuple[int, int]:
        """Return when to enter a slot, and the earliest arrival at its end; NEVER if it is closed."""
        group, weights = int(self.group[slot]), int(self.weight_first[slot])
        low, high = int(self.first[group]), int(self.first[group + 1])
        begins = self.begins_ms[low:high].tolist()
        costs = self.weight_ms[weights + self.state[low:high]].tolist()
        best = (NEVER, NEVER)
        now = bisect_right(begins, arrived_ms) - 1
        for phase in range(now, len(begins)):
            at = max(arrived_ms, begins[phase])
            if at >= best[1]:
                break
            until = begins[phase + 1] if phase + 1 < len(begins) else NEVER
            arrived = at + costs[phase]
            if costs[phase] >= INFINITE or until <= at or arrived >= best[1]:
                continue
            reached = range(phase + 1, len(begins))
            if not any(begins[n] < arrived and costs[n] >= INFINITE for n in reached):
                best = at, arrived
        return best


class Found(NamedTuple):
    """The earliest arrival, and how.

    ``arcs`` between the first and the last part with ``entries_ms``; those of the parts are
    ``start_entry_ms`` and ``end_entry_ms``. ``label_ms`` holds the earliest arrival at each vertex
    that was looked at.
    """

    total_ms: int
    start: int
    end: int
    start_entry_ms: int
    end_entry_ms: int
    arcs: Arcs
    entries_ms: NDArray[np.int64]
    label_ms: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TimedSearch:
    """One search: which roads, at what cost when, and with which lower bounds to its destination.

    Attributes
    ----------
    static_ms : uint32[a]
        Weights of the arcs without a profile.
    least_ms : uint32[n]
        Lower bound from each vertex to the destination, as a metric's ``sweep(towards=True)`` of
        the ends gives it.
    horizon_ms : int
        Nothing that arrives later is sought.
    """

    topology: Topology
    static_ms: Weights
    profiles: Profiles
    least_ms: Weights
    horizon_ms: int

    def compiled(self, starts: Slots, ends: Slots) -> Found | None:
        """Search with numba; None if nothing arrives within the horizon.

        Raises
        ------
        ImportError
            Where numba does not work.
        """
        try:
            from .kernels.timed import earliest  # noqa: PLC0415 - numba is not on every machine
        except OSError as error:
            raise ImportError(str(error)) from error
        topology, profiles = self.topology, self.profiles
        count = topology.vertex_count
        slot_of = np.full(topology.arc_count, -1, np.int32)
        slot_of[profiles.arcs] = np.arange(len(profiles.arcs))
        labels, entries = np.full(count, NEVER, np.int64), np.empty(count, np.int64)
        by = np.empty(count, np.int32)
        total, end, last = earliest(
            *leaving(topology),
            topology.head,
            self.static_ms,
            slot_of,
            self.least_ms,
            profiles.group,
            profiles.first,
            profiles.begins_ms,
            profiles.state,
            profiles.weight_first,
            profiles.weight_ms,
            *_columns(starts),
            *_columns(ends),
            np.int64(self.horizon_ms),
            labels,
            entries,
            by,
        )
        if end < 0 or total > self.horizon_ms:
            return None
        return self._found((int(total), int(end), int(last)), ends, labels, entries, by)

    def plain(  # noqa: C901 - the compiled loop, line by line
        self, starts: Slots, ends: Slots
    ) -> Found | None:
        """Search without numba: a heap of Python's; None if nothing arrives within the horizon."""
        topology, profiles = self.topology, self.profiles
        first, out = (column.tolist() for column in leaving(topology))
        slot_of = {arc: slot for slot, arc in enumerate(profiles.arcs.tolist())}
        labels = np.full(topology.vertex_count, NEVER, np.int64)
        entries = np.zeros(topology.vertex_count, np.int64)
        by = np.zeros(topology.vertex_count, np.int32)
        best, heap = (NEVER, -1, -1), list[tuple[int, int]]()

        def reach(vertex: int, entry: int, arrived: int, arc: int) -> None:
            bound = arrived + int(self.least_ms[vertex])
            within = bound < best[0] and bound <= self.horizon_ms
            if self.least_ms[vertex] < INFINITE and arrived < labels[vertex] and within:
                labels[vertex], entries[vertex], by[vertex] = arrived, entry, arc
                heapq.heappush(heap, (bound, vertex))

        for number, (vertex, slot) in enumerate(starts):
            reach(vertex, *profiles.entered(0, slot), -2 - number)
        while heap and heap[0][0] < best[0]:
            key, vertex = heapq.heappop(heap)
            label = int(labels[vertex])
            if key > label + int(self.least_ms[vertex]):
                continue
            for number, (end, slot) in enumerate(ends):
                if end == vertex:
                    entry, arrived = profiles.entered(label, slot)
                    best = min(best, (arrived, number, entry), key=lambda item: item[0])
            for arc in out[first[vertex] : first[vertex + 1]]:
                weight, slot = int(self.static_ms[arc]), slot_of.get(arc, -1)
                entry, arrived = label, label + weight
                if slot >= 0:
                    entry, arrived = profiles.entered(label, slot)
                elif weight >= INFINITE:
                    continue
                reach(int(topology.head[arc]), entry, arrived, arc)
        if best[0] > self.horizon_ms:
            return None
        return self._found(best, ends, labels, entries, by)

    def _found(
        self,
        best: tuple[int, int, int],
        ends: Slots,
        labels: NDArray[np.int64],
        entries: NDArray[np.int64],
        by: NDArray[np.int32],
    ) -> Found:
        total, end, last = best
        arcs: list[int] = []
        vertex = ends[end][0]
        while by[vertex] >= 0:
            arcs.append(int(by[vertex]))
            vertex = int(self.topology.tail[arcs[-1]])
        arcs.reverse()
        heads = self.topology.head[arcs] if arcs else np.empty(0, np.int64)
        return Found(
            total,
            int(-2 - by[vertex]),
            end,
            int(entries[vertex]),
            last,
            np.array(arcs, np.int64),
            entries[heads],
            labels,
        )


_LEAVING: weakref.WeakKeyDictionary[Topology, tuple[NDArray[np.int64], NDArray[np.int32]]] = (
    weakref.WeakKeyDictionary()
)


def leaving(topology: Topology) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each vertex's arcs begin, and the arcs by their tails; made once a topology."""
    kept = _LEAVING.get(topology)
    if kept is None:
        count = np.bincount(topology.tail, minlength=topology.vertex_count)
        first = np.append(0, np.cumsum(count)).astype(np.int64)
        kept = first, np.argsort(topology.tail, kind="stable").astype(np.int32)
        _LEAVING[topology] = kept
    return kept


def _columns(slots: Slots) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    table = np.array(slots, np.int64).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
