"""What keeps a vehicle from its destination: constraints whose lifting reopens it, or road rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from lca.effect import Excess

from .closed_arcs import Owners
from .closures import (
    MOST_PROVEN,
    MOST_SETS,
    MOST_SINGLES,
    ClosureGraph,
    closures_between,
    smallest_sets,
)
from .effects import ArcEffects
from .engine import INFINITE
from .engine.journey import Trip, best_trip
from .legality import road_rules
from .passage import REACHES_MS, Passage
from .vehicle_roads import PENALTY_S, VehicleRoads
from .way import Way


@dataclass(frozen=True, slots=True)
class RuleOnWay:
    """A rule of the road that bars a stretch, with the street's name and where it starts."""

    segment_id: str
    street: str | None
    reason: str
    excess: tuple[Excess, ...]


@dataclass(frozen=True, slots=True)
class Blockers:
    """Constraints (indices) and road rules, and the effects under which they block.

    Without either, there is no road at all. ``exact`` says that no smaller number of constraints
    would do; without it, only that none of these can be left out. ``others`` are further sets of as
    few, each of which would do instead, the quickest ways first; ``all_others`` says that there
    are no more of them.
    """

    owners: tuple[int, ...]
    rules: tuple[RuleOnWay, ...]
    effects: ArcEffects
    exact: bool = False
    others: tuple[tuple[int, ...], ...] = ()
    all_others: bool = False

    def in_words(self) -> str:
        """Return what is known of the size of the set."""
        if self.rules or not self.owners:
            return ""
        if self.exact:
            return "No smaller set of constraints would reopen a way."
        return "None of these can be left out; another set may be smaller."


def find_blockers(passage: Passage, effects: ArcEffects) -> Blockers:
    """Return the smallest set of constraints whose lifting reopens a way.

    It is the smallest for certain up to four constraints; beyond, or where the proof would take
    too long, one of which none can be left out (:attr:`Blockers.exact`). Of several smallest sets
    the one that opens the quickest way, among the first few.

    Every set that opens a way opens one, too, where all that opens by itself is open; and every
    set that does so where each constraint is closed as long as it ever is opens a way. Between
    those two bounds sets are tried one by one, by the search that waits.

    Parameters
    ----------
    passage : Passage
        Who wants to get where.
    effects : ArcEffects
        The effects under which no way was found. What time changes is judged anew.
    """
    quest = _Quest.of(passage, effects)
    if quest.opened(frozenset(range(len(effects.coverage.placed)))) is None:
        return _physical(passage, quest.open)
    loosest = quest.graph(quest.open)
    few = smallest_sets(loosest)
    opening = quest.opening(few.sets)
    if opening:
        exact = len(opening[0]) <= max(1, few.least)
        return quest.blockers(opening, exact=exact, complete=few.complete)
    strictest = quest.graph(quest.shut)
    enough = smallest_sets(strictest)
    candidates = sorted(strictest.owners())
    sizes = range(max(1, few.least), min(len(enough.sets[0]), MOST_PROVEN + 1))
    fewer = quest.between(loosest, candidates, sizes)
    if fewer.opening:
        return quest.blockers(fewer.opening, exact=True, complete=fewer.complete)
    opening = quest.opening(enough.sets)
    if not opening:
        return _too_slow(passage, quest.shut, tuple(sorted(enough.sets[0])))
    # The bound may still hold some that a vehicle that waits could leave in place.
    needed = quest.needed(opening[0])
    exact = fewer.all_smaller and len(needed) <= MOST_PROVEN + 1
    opening = [needed, *(owners for owners in opening if len(owners) == len(needed))]
    if len(needed) > 1:
        return quest.blockers(opening, exact=exact, complete=False)
    singles = quest.between(loosest, candidates, range(1, 2))
    return quest.blockers([needed, *singles.opening], exact=exact, complete=singles.complete)


@dataclass(frozen=True, slots=True)
class _Tried:
    """The sets of the smallest size that open a way, the quickest way first.

    ``complete`` if there are no others of that size; ``all_smaller`` if each smaller was tried.
    """

    opening: list[Owners]
    complete: bool = False
    all_smaller: bool = True


@dataclass(frozen=True, eq=False)
class _Quest:
    """What sets of constraints are tried on: the effects now, at their least, and at their most."""

    passage: Passage
    roads: VehicleRoads
    now: ArcEffects
    open: ArcEffects
    shut: ArcEffects
    ways: dict[Owners, Way | None] = field(default_factory=dict)

    @classmethod
    def of(cls, passage: Passage, effects: ArcEffects) -> _Quest:
        rules = passage.rules(effects, REACHES_MS[-1])
        first = {owner: rules.phases_of(owner)[0].effect for owner in rules.owners}
        roads = passage.open_roads(rules)
        return cls(passage, roads, effects.changed(first), rules.waited_for(), rules.closed())

    def graph(self, effects: ArcEffects) -> ClosureGraph:
        """Return the closures between the ends under some effects."""
        passage = self.passage
        # What is reached at departure is reached where all that opens by itself is open.
        metric = passage.shelf.metric(passage.roads, self.now) if effects is self.open else None
        graph = closures_between(self.roads, effects, passage.origin, passage.destination, metric)
        if graph is None:
            msg = "a way without constraints was found where the roads do not connect"
            raise RuntimeError(msg)
        return graph

    def opened(self, owners: Owners) -> Way | None:
        """Return the way of the earliest arrival with some constraints lifted."""
        if owners not in self.ways:
            self.ways[owners] = self.passage.settled(self.now.without(owners))[0]
        return self.ways[owners]

    def opening(self, sets: Iterable[Owners]) -> list[Owners]:
        """Return those of some sets that open a way, the quickest way first."""
        ways = [(self.opened(owners), owners) for owners in sets]
        found = [(way.elapsed, sorted(owners), owners) for way, owners in ways if way is not None]
        return [owners for _, _, owners in sorted(found)]

    def between(self, loosest: ClosureGraph, candidates: list[int], sizes: range) -> _Tried:
        """Return the smallest sets of some sizes that open a way.

        Once one does, a few more are tried of those that may do instead of it.
        """
        left = MOST_TRIED
        for size in sizes:
            hopeful: list[Owners] = []
            for looked_at, chosen in enumerate(itertools.combinations(candidates, size)):
                if looked_at >= MOST_LOOKED_AT:
                    return _Tried([], all_smaller=False)
                if loosest.opens(frozenset(chosen)):
                    hopeful.append(frozenset(chosen))
            for start in range(0, len(hopeful), MOST_SETS):
                if left <= 0:
                    return _Tried([], all_smaller=False)
                left -= MOST_SETS
                until = start + MOST_SETS
                opening = self.opening(hopeful[start:until])
                if opening:
                    more = self.opening(hopeful[until : until + MOST_SINGLES])
                    return _Tried([*opening, *more], until + MOST_SINGLES >= len(hopeful))
        return _Tried([], complete=True)

    def needed(self, owners: Owners) -> Owners:
        """Return a set that opens a way without those of which the rest does without."""
        needed = owners
        for owner in sorted(owners):
            if len(needed) > 1 and self.opened(needed - {owner}) is not None:
                needed -= {owner}
        return needed

    def blockers(self, opening: list[Owners], *, exact: bool, complete: bool) -> Blockers:
        """Return the first of some sets, and those which would do instead if none is smaller."""
        first, *others = dict.fromkeys(opening)
        return Blockers(
            tuple(sorted(first)),
            (),
            self.shut,
            exact,
            tuple(tuple(sorted(owners)) for owners in others) if exact else (),
            exact and complete,
        )


MOST_LOOKED_AT = 20_000
"""Sets of one size that are looked at where time decides which of them opens a way."""
MOST_TRIED = 160
"""Of those, how many are tried by the search that waits: one takes up to 0.1 s on a country."""


def _too_slow(passage: Passage, effects: ArcEffects, lifted: tuple[int, ...]) -> Blockers:
    """Name also the delays with which no way costs less than the engines' range of 24 days."""
    candidates = list(dict.fromkeys([*lifted, *sorted(effects.slowing)]))
    return Blockers(_minimal(passage, effects, candidates), (), effects)


def _minimal(passage: Passage, effects: ArcEffects, candidates: list[int]) -> tuple[int, ...]:
    needed = list(candidates)
    for owner in candidates:
        others = [other for other in needed if other != owner]
        if passage.way(effects.without(others)) is not None:
            needed = others
    return tuple(needed)


def _owners_on(way: Way, effects: ArcEffects) -> list[int]:
    return sorted(
        {
            owner
            for part in way.touched(effects.coverage)
            for owner in effects.blockers(part.arc, part.low, part.high)
        }
    )


def _physical(passage: Passage, effects: ArcEffects) -> Blockers:
    """Look for a way that breaks the fewest rules of the road, and name them."""
    trip = _least_broken(passage, effects)
    if trip is None:
        return Blockers((), (), effects)
    way = Way(passage.roads.network, trip, passage.origin, passage.destination)
    return Blockers(tuple(_owners_on(way, effects)), _rules_on(passage, way), effects)


def _least_broken(passage: Passage, effects: ArcEffects) -> Trip | None:
    """Return the way that breaks the fewest rules and crosses the fewest closures."""
    roads, shelf = passage.roads, passage.shelf
    open_s = shelf.least_closed(roads, ArcEffects.none(), breaking_rules=True).weight_ms
    metric = shelf.least_closed(roads, effects, breaking_rules=True)

    def part_cost(arc: int, start: float, end: float) -> int:
        whole = int(open_s[arc])
        if whole >= INFINITE:
            return INFINITE
        low, high = (1.0 - end, 1.0 - start) if arc % 2 else (start, end)
        penalty = 0 if roads.usable[arc] else PENALTY_S
        closures = PENALTY_S * len(effects.blockers(arc, low, high))
        return int((whole - penalty) * (end - start)) + penalty + closures

    return best_trip(roads.network, metric, passage.origin, passage.destination, part_cost)


def _rules_on(passage: Passage, way: Way) -> tuple[RuleOnWay, ...]:
    """Return the rules that the way breaks, each once for neighbouring stretches of a street.

    A turn is named after the street that it leaves.
    """
    roads = passage.roads
    segments, turns = roads.network.segments, roads.network.turns
    arcs = np.concatenate([way.trip.arcs, way.trip.turns])
    found: list[RuleOnWay] = []
    for arc in arcs[~roads.usable[arcs]].tolist():
        turn = arc - roads.network.segment_arc_count
        row = arc // 2 if turn < 0 else int(turns.segment[turns.tail[turn]])
        for rule in road_rules(
            segments,
            turns,
            arc,
            roads.vehicle,
            roads.at_local,
            open_ferries=roads.setting.open_ferries,
            season=roads.setting.season,
        ):
            excess = (rule.excess,) if rule.excess is not None else ()
            street = segments.texts["name"].at(row)
            item = RuleOnWay(segments.id_at(row), street, rule.reason, excess)
            if not any((item.street, item.reason) == (old.street, old.reason) for old in found):
                found.append(item)
    return tuple(found)


def needed_only(_: Passage, found: Blockers) -> Blockers:
    """Return blockers as they are: :func:`find_blockers` names none that waiting makes needless."""
    return found
