"""The arcs between two positions that matter for what closes the ways, and who closes each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .effects import ArcEffects
from .engine import INFINITE, Metric
from .road_ends import leaving, reaching
from .snap import Snap
from .vehicle_roads import VehicleRoads

Owners = frozenset[int]
NOBODY: Owners = frozenset()

End = tuple[int, int, int, float, float]
"""Tail, head and arc at an end of the way, and the stretch of the segment that is driven."""


@dataclass(frozen=True, eq=False)
class _Known:
    """Vertices that are surely reached from the start, or surely reach the goal.

    A way may skip all that it does before it leaves the first for good, and all that it does once
    it is among the second; so they count as the start and the goal themselves.
    """

    start: int
    reached: NDArray[np.bool_] | None = None
    reaching: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls, roads: VehicleRoads, effects: ArcEffects, ends: Sequence[End], metric: Metric | None
    ) -> _Known:
        start = roads.network.topology.vertex_count
        if metric is None:
            return cls(start)
        free = [
            end for end in ends if end[3] >= end[4] or not effects.blockers(end[2], end[3], end[4])
        ]
        first = [(end[1], 0) for end in free if end[0] == start and end[1] < start]
        last = [(end[0], 0) for end in free if end[1] == start + 1 and end[0] < start]
        reached = metric.sweep(first) < INFINITE
        if 2 * int(reached.sum()) > len(reached):
            return cls(start, reached)
        reaching = metric.sweep(last, towards=True) < INFINITE
        return cls(start, reached, reaching & ~reached)

    def between(
        self, usable: NDArray[np.bool_], tail: NDArray[np.uint32], head: NDArray[np.uint32]
    ) -> NDArray[np.int64]:
        """Return the usable arcs that neither lead to the start nor from the goal."""
        wanted = usable
        if self.reached is not None:
            wanted = wanted & ~self.reached[head]
        if self.reaching is not None:
            wanted = wanted & ~self.reaching[tail]
        return np.flatnonzero(wanted)

    def merged(self, vertices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return vertices, those reached as the start and those reaching the goal as the goal."""
        for known, instead in ((self.reached, self.start), (self.reaching, self.start + 1)):
            if known is not None:
                inner, there = vertices < self.start, np.zeros(len(vertices), np.bool_)
                there[inner] = known[vertices[inner]]
                vertices = np.where(there, instead, vertices)
        return vertices


def within_one(arcs: Arcs) -> NDArray[np.int64]:
    """Return the closed arcs (rows) in the middle of what one constraint alone closes.

    Where that constraint closes every arc at both ends of an arc, whoever comes there has met it
    already, so driving on costs nothing more. A flood of ten thousand roads is a few parts so.
    """
    rows = np.flatnonzero(arcs.closed)
    sole = arcs.sole_owner[rows]
    least, most = np.full(arcs.vertex_count, _MANY, np.int64), np.full(arcs.vertex_count, -1)
    for ends in (arcs.tail, arcs.head):
        np.minimum.at(least, ends[rows], sole)
        np.maximum.at(most, ends[rows], sole)
    inside = least == most
    inside[arcs.tail[~arcs.closed]] = inside[arcs.head[~arcs.closed]] = False
    inside[-2:] = False  # a way starts here without having met anything
    within: NDArray[np.int64] = rows[
        (sole < _MANY) & inside[arcs.tail[rows]] & inside[arcs.head[rows]]
    ]
    return within


_MANY = np.iinfo(np.int64).max
"""Stands for several constraints on one arc."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Arcs that the vehicle may drive by law, with the parts at both ends of the way.

    The last two vertices are the origin and the destination; ``ends`` are the arcs at these, with
    the stretch of the segment that each drives. ``sole_owner`` is who closes a closed arc alone.
    """

    vertex_count: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    arc: NDArray[np.int64]
    closed: NDArray[np.bool_]
    sole_owner: NDArray[np.int64]
    inner: int
    ends: tuple[tuple[int, float, float], ...]

    @classmethod
    def between(
        cls,
        roads: VehicleRoads,
        effects: ArcEffects,
        origin: Snap,
        destination: Snap,
        metric: Metric | None,
    ) -> Arcs:
        """Return those between two positions; ``metric`` as in ``closures_between``."""
        network = roads.network
        blocked = np.zeros(len(roads.usable), np.bool_)
        blocked[effects.blocked_arcs] = True
        vertices = network.topology.vertex_count
        start, goal = vertices, vertices + 1
        ends = [(start, end.vertex, end.arc, *end.on_segment()) for end in leaving(network, origin)]
        ends += [
            (end.vertex, goal, end.arc, *end.on_segment()) for end in reaching(network, destination)
        ]
        if origin.segment == destination.segment:
            low, high = sorted((origin.fraction, destination.fraction))
            arc = 2 * origin.segment + int(origin.fraction > destination.fraction)
            ends.append((start, goal, arc, low, high))
        ends = [end for end in ends if end[3] >= end[4] or roads.usable[end[2]]]
        closers = [
            effects.blockers(arc, low, high) if low < high else NOBODY
            for _, _, arc, low, high in ends
        ]
        alone = [next(iter(owners)) if len(owners) == 1 else _MANY for owners in closers]
        known = _Known.of(roads, effects, ends, metric)
        inner = known.between(roads.usable, network.arc_tail, network.arc_head)
        tails, heads, arcs = (np.array([end[i] for end in ends], np.int64) for i in range(3))
        tails = np.concatenate([network.arc_tail[inner].astype(np.int64), tails])
        heads = np.concatenate([network.arc_head[inner].astype(np.int64), heads])
        return cls(
            *_renumbered(known.merged(tails), known.merged(heads), vertices),
            np.concatenate([inner, arcs]),
            np.concatenate([blocked[inner], np.array([*map(bool, closers)], np.bool_)]),
            np.concatenate([_sole_owner(effects, inner), np.array(alone, np.int64)]),
            len(inner),
            tuple(end[2:] for end in ends),
        )

    def owners(self, effects: ArcEffects, row: int) -> Owners:
        """Return who closes an arc."""
        if row < self.inner:
            return effects.blockers(int(self.arc[row]))
        return effects.blockers(*self.ends[row - self.inner])


def _renumbered(
    tail: NDArray[np.int64], head: NDArray[np.int64], start: int
) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """Return how many vertices have arcs, and the arcs' ends by their numbers; start and goal last."""
    there = np.zeros(start + 2, np.bool_)
    there[tail] = there[head] = there[-2:] = True
    number = np.cumsum(there) - 1
    return int(number[-1]) + 1, number[tail], number[head]


def _sole_owner(effects: ArcEffects, arcs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return who closes each of some arcs alone."""
    closed, owners = effects.sole_blockers()
    if not len(closed):
        return np.full(len(arcs), _MANY)
    place = np.minimum(closed.searchsorted(arcs), len(closed) - 1)
    return np.where(closed[place] == arcs, owners[place], _MANY)
