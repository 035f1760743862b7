"""What keeps a vehicle from its destination: constraints whose lifting reopens it, or road rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lca.effect import Excess

from .closures import Owners, closures_between, smallest_sets
from .effects import ArcEffects
from .engine import INFINITE
from .engine.journey import Trip, best_trip
from .legality import road_rules
from .passage import Passage
from .vehicle_roads import PENALTY_S
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
    would do; without it, only that none of these can be left out.
    """

    owners: tuple[int, ...]
    rules: tuple[RuleOnWay, ...]
    effects: ArcEffects
    exact: bool = False

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

    Parameters
    ----------
    passage : Passage
        Who wants to get where.
    effects : ArcEffects
        The effects under which no way was found, with those that begin before arrival. What opens
        by itself, so that it only has to be waited for, must not block in them.
    """
    if passage.plain is None:
        return _physical(passage, effects)
    roads, proven = passage.roads, 0
    while True:
        graph = closures_between(roads, effects, passage.origin, passage.destination)
        if graph is None:
            msg = "a way without constraints was found where the roads do not connect"
            raise RuntimeError(msg)
        smallest = smallest_sets(graph)
        # What is added below only ever makes the sets larger: the first proof stays one.
        proven = proven or max(1, smallest.least)
        opened, settled = _quickest(passage, effects, smallest.sets)
        if opened is not None:
            exact = len(opened) <= proven
            return Blockers(tuple(sorted(opened)), (), effects, exact)
        later = sorted(settled.blocking - effects.blocking)
        if not later:
            return _too_slow(passage, effects, settled, tuple(sorted(smallest.sets[0])))
        # What opens the road now lets the vehicle run into a rule that begins later: that one
        # blocks too, so it is added and the search for the smallest set repeated.
        effects = effects.changed({owner: settled.effects[owner] for owner in later})


def _quickest(
    passage: Passage, effects: ArcEffects, sets: list[Owners]
) -> tuple[Owners | None, ArcEffects]:
    """Return the set that opens the quickest way, and the effects that the first one met."""
    opened: list[tuple[float, list[int], Owners]] = []
    met: ArcEffects | None = None
    for owners in sets:
        way, settled = passage.settled(effects.without(owners))
        met = met or settled
        if way is not None:
            opened.append((way.duration_h, sorted(owners), owners))
    return (min(opened)[2] if opened else None), met or effects


def _too_slow(
    passage: Passage, effects: ArcEffects, settled: ArcEffects, lifted: tuple[int, ...]
) -> Blockers:
    """Name also the delays with which no way costs less than the engines' range of 24 days."""
    slowed = effects.changed(
        {owner: settled.effects[owner] for owner in settled.slowing if owner not in lifted}
    )
    candidates = list(dict.fromkeys([*lifted, *sorted(slowed.slowing)]))
    return Blockers(_minimal(passage, slowed, candidates), (), slowed)


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


def needed_only(passage: Passage, found: Blockers) -> Blockers:
    """Return blockers without those that a vehicle that waits could leave in place."""
    owners = list(found.owners)
    for owner in found.owners:
        others = [other for other in owners if other != owner]
        if others and passage.settled(found.effects.without(others))[0] is not None:
            owners = others
    return replace(found, owners=tuple(owners), exact=len(owners) == 1)
