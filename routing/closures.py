"""The parts between which closures lie, and the fewest constraints that join two of them.

Roads that a vehicle can drive to and fro without meeting a closure are one *part*. What is left is
a small graph of parts: its links are open one-way roads, and closed arcs with the constraints that
close them. Every way crosses the links of one path through it, so the smallest set of constraints
whose lifting opens a way is the smallest union of labels along a path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .closed_arcs import NOBODY, Arcs, Owners, within_one
from .effects import ArcEffects
from .engine import Metric
from .snap import Snap
from .vehicle_roads import VehicleRoads


@dataclass(frozen=True, slots=True)
class ClosureGraph:
    """Parts by number, and for each the parts that it leads to, with who closes the link.

    An open link is closed by nobody.
    """

    start: int
    goal: int
    links: dict[int, dict[int, set[Owners]]]

    def owners(self) -> Owners:
        """Return the constraints that close any link."""
        every = (
            label for heads in self.links.values() for labels in heads.values() for label in labels
        )
        return NOBODY.union(*every)

    def opens(self, lifted: Owners) -> bool:
        """Tell whether the goal is reached with some constraints lifted."""
        return self.goal in self._reached(lifted)

    def _reached(self, lifted: Owners) -> set[int]:
        seen, stack = {self.start}, [self.start]
        while stack:
            for to, labels in self.links.get(stack.pop(), {}).items():
                if to not in seen and any(label <= lifted for label in labels):
                    seen.add(to)
                    stack.append(to)
        return seen

    def inclusion_minimal(self) -> Owners:
        """Return a set that opens a way and of which none can be left out.

        It is that of a path on which each step adds the fewest, made smaller one by one.
        """
        needed = self._greedy()
        for owner in sorted(needed):
            if self.opens(needed - {owner}):
                needed -= {owner}
        return needed

    def _greedy(self) -> Owners:
        """Return who closes a path found by always going on where the fewest are needed so far."""
        waiting: list[set[int]] = [{self.start}]
        needed: dict[int, Owners] = {self.start: NOBODY}
        done: set[int] = set()
        size = 0
        while size < len(waiting):
            if not waiting[size]:
                size += 1
                continue
            part = waiting[size].pop()
            if part in done:
                continue
            done.add(part)
            if part == self.goal:
                break
            for to, labels in self.links.get(part, {}).items():
                best = min((needed[part] | label for label in labels), key=_in_order)
                if to not in done and (to not in needed or _in_order(best) < _in_order(needed[to])):
                    needed[to] = best
                    waiting.extend(set() for _ in range(len(best) + 1 - len(waiting)))
                    waiting[len(best)].add(to)
        return needed[self.goal]

    def cuts(self) -> tuple[dict[int, int], dict[int, int]]:
        """Return disjoint sets of constraints that every way must cross, counted from the goal.

        For each part how many of them lie between it and the goal, and for each constraint which
        of them it belongs to. Of each, at least one constraint must be lifted: whoever lifts none
        of those on the edge of what reaches the goal reaches it from nowhere else.
        """
        before: dict[int, list[tuple[int, Owners]]] = defaultdict(list)
        for part, others in self.links.items():
            for to, labels in others.items():
                before[to].extend((part, label) for label in labels)
        between: dict[int, int] = {self.goal: 0}
        member: dict[int, int] = {}
        edge = [self.goal]
        level = 0
        while edge:
            stack = edge
            while stack:
                for part, label in before[stack.pop()]:
                    if part not in between and all(owner in member for owner in label):
                        between[part] = level
                        stack.append(part)
            level += 1
            fresh = {
                owner
                for to in between
                for part, label in before[to]
                if part not in between
                for owner in label
                if owner not in member
            }
            member |= dict.fromkeys(sorted(fresh), level)
            edge = sorted(between) if fresh else []
        return between, member


@dataclass(slots=True)
class SmallestSets:
    """The smallest sets of constraints whose lifting opens a way.

    ``sets`` are in order, some of them if there are very many. ``least`` is the least number that
    is proven to be needed; the sets are the smallest if they are of that size. ``complete`` if
    there are no others of it.
    """

    sets: list[Owners] = field(default_factory=list)
    least: int = 0
    complete: bool = False


MOST_PROVEN = 4
"""Sets of up to this many constraints are looked for exhaustively."""
MOST_STATES = 200_000
"""Parts with what is lifted to reach them that are looked at before the proof is given up."""
MOST_SETS = 8
"""Smallest sets that are returned; all of them would be a list that nobody reads."""
MOST_SINGLES = 16
"""The same where one constraint is enough: whoever may lift one wants to know of each."""


def smallest_sets(graph: ClosureGraph, *, most_states: int = MOST_STATES) -> SmallestSets:
    """Return the smallest sets, proven up to :data:`MOST_PROVEN` constraints.

    Beyond, or where the proof would take too long, one set of which none can be left out.
    """
    upper = graph.inclusion_minimal()
    search = _Search(graph, min(len(upper), MOST_PROVEN), most_states)
    found = search.run()
    if found:
        return SmallestSets(sorted(found, key=_in_order), search.least, search.complete)
    return SmallestSets([upper], search.least)


def _in_order(owners: Owners) -> tuple[int, list[int]]:
    return len(owners), sorted(owners)


class _Search:
    """Goes through parts by how many constraints are lifted to reach them.

    A part that was reached with fewer constraints, all of them among those lifted now, need not
    be looked at again; nor one from which more disjoint cuts remain than may still be lifted.
    """

    def __init__(self, graph: ClosureGraph, most: int, most_states: int) -> None:
        self._graph = graph
        self._most = most
        self._states_left = most_states
        self._kept: dict[int, list[Owners]] = defaultdict(list)
        self._between, self._member = graph.cuts()
        self.least = 0
        self.complete = False

    def run(self) -> list[Owners]:
        """Return the smallest sets, none if they are larger than the most, or too many."""
        by_size: list[list[tuple[int, Owners]]] = [[] for _ in range(self._most + 1)]
        by_size[0].append((self._graph.start, NOBODY))
        for size in range(self._most + 1):
            self.least = size
            found = self._of_size(size, by_size)
            if found:
                return found
            if self._states_left <= 0:
                return []
        self.least = self._most + 1
        return []

    def _of_size(self, size: int, by_size: list[list[tuple[int, Owners]]]) -> list[Owners]:
        stack = by_size[size]
        found: list[Owners] = []
        most = MOST_SINGLES if size == 1 else MOST_SETS
        while stack and self._states_left > 0 and len(found) < most:
            part, lifted = stack.pop()
            if any(kept <= lifted for kept in self._kept[part]):
                continue
            self._states_left -= 1
            self._kept[part].append(lifted)
            if part == self._graph.goal:
                found.append(lifted)
                continue
            for to, owners in self._next(part, lifted):
                by_size[len(owners)].append((to, owners))
        self.complete = not stack
        return found

    def _next(self, part: int, lifted: Owners) -> Iterator[tuple[int, Owners]]:
        for to, labels in self._graph.links.get(part, {}).items():
            for label in labels:
                owners = lifted | label
                if len(owners) + self._still_needed(to, owners) <= self._most:
                    yield to, owners

    def _still_needed(self, part: int, lifted: Owners) -> int:
        """Return how many cuts between a part and the goal nothing lifted lies in, at least."""
        between = self._between[part]
        hit = {self._member[owner] for owner in lifted if owner in self._member}
        return between - sum(cut <= between for cut in hit)


def closures_between(
    roads: VehicleRoads,
    effects: ArcEffects,
    origin: Snap,
    destination: Snap,
    metric: Metric | None = None,
) -> ClosureGraph | None:
    """Return the closures between two positions, None if there is no way even without them.

    A ``metric`` by which nothing is reached that is not reached under the effects makes it
    quicker: on a country almost everything is reached from the origin, or reaches the destination.
    """
    # Costs 0.2 s that an answer with a way need not wait for.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import breadth_first_order, connected_components  # noqa: PLC0415

    arcs = Arcs.between(roads, effects, origin, destination, metric)

    def matrix(
        tail: NDArray[np.int64], head: NDArray[np.int64], size: int
    ) -> coo_array:  # a link is a one, repeated links are summed
        return coo_array((np.ones(len(tail), np.int32), (tail, head)), shape=(size, size)).tocsr()

    free = ~arcs.closed
    free[within_one(arcs)] = True
    size = arcs.vertex_count
    count, part = connected_components(
        matrix(arcs.tail[free], arcs.head[free], size), directed=True, connection="strong"
    )
    tail, head = part[arcs.tail], part[arcs.head]
    start, goal = int(part[size - 2]), int(part[size - 1])
    across = np.flatnonzero(tail != head)
    forward = matrix(tail[across], head[across], count)
    useful = np.zeros((2, count), np.bool_)
    useful[0, breadth_first_order(forward, start, return_predecessors=False)] = True
    useful[1, breadth_first_order(forward.T.tocsr(), goal, return_predecessors=False)] = True
    both = useful[0] & useful[1]
    if not both[goal]:
        return None
    across = across[both[tail[across]] & both[head[across]]]
    links: dict[int, dict[int, set[Owners]]] = defaultdict(lambda: defaultdict(set))
    for row in across.tolist():
        label = arcs.owners(effects, row) if arcs.closed[row] else NOBODY
        links[int(tail[row])][int(head[row])].add(label)
    return ClosureGraph(start, goal, links)
