"""What lies beyond closures, and which of it is reached when some of them are lifted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.ascending import is_among
from routing.effects import ArcEffects
from routing.engine.metric import INFINITE

from .bounds import Sight
from .costs import vertices_ms
from .ends import Ends, arriving, direct, leaving
from .stops import Stops

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Owners = frozenset[int]


@dataclass(frozen=True, eq=False)
class Gates:
    """Roads or parts of roads by number: who closes each; open ones are closed by nobody.

    ``kind`` indexes ``closers``, the different sets of constraints.
    """

    kind: Ints
    closers: tuple[Owners, ...]

    @classmethod
    def of(cls, closers: list[Owners]) -> Gates:
        """Return them with the different sets numbered."""
        number = {owners: place for place, owners in enumerate(dict.fromkeys(closers))}
        return cls(np.array([number[owners] for owners in closers], np.int64), tuple(number))

    def open(self, lifted: Owners) -> Flags:
        """Tell which are open with some constraints lifted."""
        each = np.array([owners <= lifted for owners in self.closers], np.bool_)
        return each[self.kind] if len(each) else np.zeros(0, np.bool_)


@dataclass(frozen=True, eq=False)
class Beyond:
    """The roads that no hub reaches: few, so that hundreds of suppositions take no time.

    Attributes
    ----------
    sight : Sight
        The roads under constraints.
    there : bool[v]
        The vertices that a hub reaches.
    tail, head : int64[a]
        The ends of the arcs that lead to where no hub gets, by numbers of ``size`` vertices, the
        last of which stands for all that is reached.
    gates : Gates
        Who closes each of these arcs.
    """

    sight: Sight
    hubs: Stops
    there: Flags
    number: Ints
    size: int
    tail: Ints
    head: Ints
    gates: Gates

    @classmethod
    def of(cls, sight: Sight, hubs: Stops) -> Beyond:
        """Find what the hubs do not reach."""
        network, effects = sight.roads.network, sight.effects
        there = vertices_ms(sight, hubs) < INFINITE
        arcs = np.flatnonzero(sight.roads.usable & ~there[network.arc_head])
        number = np.cumsum(~there) - 1
        count = int(number[-1]) + 1 if len(number) else 0
        number[there] = count
        blocked = is_among(arcs, effects.blocked_arcs)
        nobody: Owners = frozenset()
        closers = [
            effects.blockers(arc) if shut else nobody
            for arc, shut in zip(arcs.tolist(), blocked.tolist(), strict=True)
        ]
        tail, head = network.arc_tail[arcs], network.arc_head[arcs]
        return cls(
            sight, hubs, there, number, count + 1, number[tail], number[head], Gates.of(closers)
        )

    def vertices(self, lifted: Owners) -> Flags:
        """Tell which vertices of the roads are reached with some constraints lifted."""
        nowhere = self.hubs.chosen([])
        return self.there | self._vertices(lifted, _Ways.to(self, nowhere))[self.number]

    def reached(self, lifted: Owners, stops: Stops) -> Flags:
        """Tell which stops are reached with some constraints lifted."""
        ways = self._ways.get(stops) or self._ways.setdefault(stops, _Ways.to(self, stops))
        vertices = self._vertices(lifted, ways)
        found = np.zeros(len(stops), np.bool_)
        ends = ways.ends
        come = ways.may_end & ways.end_gates.open(lifted) & vertices[self.number[ends.vertex]]
        np.logical_or.at(found, ends.stop, come)
        np.logical_or.at(found, ways.direct, ways.direct_gates.open(lifted) & ways.may_go_straight)
        return found

    @cached_property
    def _ways(self) -> dict[Stops, _Ways]:
        return {}

    def _vertices(self, lifted: Owners, ways: _Ways) -> Flags:
        """Tell which vertices are reached, by their numbers."""
        # Costs 0.2 s that a table without anybody cut off need not wait for.
        from scipy.sparse import coo_array  # noqa: PLC0415
        from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415

        open_ = self.gates.open(lifted)
        begun = ways.may_start & ways.start_gates.open(lifted)
        first = self.number[ways.starts.vertex[begun]]
        source = self.size - 1
        tail = np.concatenate([self.tail[open_], np.full(len(first), source)])
        head = np.concatenate([self.head[open_], first])
        links = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(self.size, self.size))
        found = np.zeros(self.size, np.bool_)
        found[breadth_first_order(links.tocsr(), source, return_predecessors=False)] = True
        found[source] = bool(self.there.any())
        return found


@dataclass(frozen=True, eq=False)
class _Ways:
    """How ways begin at hubs and end at stops, and who closes these parts of roads."""

    starts: Ends
    start_gates: Gates
    may_start: Flags
    ends: Ends
    end_gates: Gates
    may_end: Flags
    direct: Ints
    direct_gates: Gates
    may_go_straight: Flags

    @classmethod
    def to(cls, beyond: Beyond, stops: Stops) -> _Ways:
        sight, effects = beyond.sight, beyond.sight.effects
        free = Sight(sight.roads, ArcEffects.none(), sight.roads.metric)
        starts, ends = leaving(free, beyond.hubs), arriving(free, stops)
        _, columns, parts = direct(beyond.hubs, stops)
        straight_ms = free.parts_ms(parts.arc, parts.begin, parts.end)
        return cls(
            starts,
            Gates.of(starts.parts.blockers(effects)),
            starts.offset_ms < INFINITE,
            ends,
            Gates.of(ends.parts.blockers(effects)),
            ends.offset_ms < INFINITE,
            columns,
            Gates.of(parts.blockers(effects)),
            straight_ms < INFINITE,
        )
