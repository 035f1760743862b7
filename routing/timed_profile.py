"""The profiles of the arcs and parts that time changes, for the search of the earliest arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .ascending import changes
from .effects import ArcEffects, Coverage
from .engine.journey import Part
from .engine.metric import INFINITE, Arcs
from .engine.timed_search import BEFORE, Profiles
from .timed_rules import Source, TimedRules

_HOURS = -1
"""The place of a road's own rules among the sources of its phases."""


@dataclass(frozen=True, slots=True)
class _Phases:
    """The phases of one group, and for each of its states which number each source has."""

    begins_ms: list[int]
    state: list[int]
    states: list[dict[int, int]]


@dataclass(slots=True)
class _Table:
    """Profiles in the making."""

    group: list[NDArray[np.int64]] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0])
    begins_ms: list[int] = field(default_factory=list)
    state: list[int] = field(default_factory=list)

    def add(self, found: _Phases) -> int:
        """Add the phases of a group and return its number."""
        self.begins_ms += found.begins_ms
        self.state += found.state
        self.first.append(len(self.begins_ms))
        return len(self.first) - 2


def profiles(rules: TimedRules, parts: Sequence[Part]) -> Profiles:
    """Return the profiles of all arcs that time changes, and after them those of some parts."""
    arcs = _timed_arcs(rules)
    members = _groups(rules, arcs)
    table = _Table()
    group, weight_first = np.empty(len(arcs), np.int64), np.empty(len(arcs), np.int64)
    laid: list[tuple[NDArray[np.int64], _Phases]] = []
    count = 0
    for own in members:
        found = _merged(_sources(rules, int(arcs[own[0]])))
        group[own] = table.add(found)
        weight_first[own] = count + len(found.states) * np.arange(len(own))
        count += len(found.states) * len(own)
        laid.append((own, found))
    weights = [_weights(rules, arcs, weight_first, laid, count)]
    firsts, groups = weight_first.tolist(), group.tolist()
    for part in parts:
        found = _merged(_sources(rules, part[0], *_along(part)))
        groups.append(table.add(found))
        firsts.append(count)
        weights.append(_part_weights(rules, part, found))
        count += len(found.states)
    return Profiles(
        arcs,
        np.array(groups, np.int64),
        np.array(table.first, np.int64),
        np.array(table.begins_ms, np.int64),
        np.array(table.state, np.int64),
        np.array(firsts, np.int64),
        np.concatenate(weights).astype(np.int64),
    )


def _timed_arcs(rules: TimedRules) -> Arcs:
    coverage = rules.effects.coverage
    chosen = np.zeros(len(coverage.placed), np.bool_)
    chosen[list(rules.owners)] = True
    arcs = coverage.arc[chosen[coverage.owner]]
    arcs = arcs[rules.base_ms[arcs] < INFINITE]
    return np.union1d(arcs, rules.hours.arcs).astype(np.int64)


def _groups(rules: TimedRules, arcs: Arcs) -> list[NDArray[np.int64]]:
    """Return places among the arcs: together those that the same rules change at the same times."""
    if not len(arcs):
        return []
    coverage, alike = rules.effects.coverage, np.zeros(len(arcs), np.int64)
    if len(rules.hours):
        differs = rules.hours.weight_ms[1:] != rules.hours.weight_ms[:-1]
        kinds = np.unique(differs, axis=1, return_inverse=True)[1].ravel()
        alike[np.searchsorted(arcs, rules.hours.arcs)] = kinds + 1
    timed = np.zeros(len(coverage.placed), np.bool_)
    timed[list(rules.owners)] = True
    rows = np.flatnonzero(timed[coverage.owner] & np.isin(coverage.arc, arcs))
    # Sorted by arc and owner: a repeated pair follows the first.
    pair = changes(coverage.arc[rows]) | changes(coverage.owner[rows])
    place, owner = np.searchsorted(arcs, coverage.arc[rows][pair]), coverage.owner[rows][pair]
    nth = np.arange(len(place)) - np.searchsorted(place, place)
    for number in range(int(nth.max(initial=-1)) + 1):
        at = nth == number
        mixed = alike * (len(coverage.placed) + 1)
        mixed[place[at]] += owner[at] + 1
        alike = np.unique(mixed, return_inverse=True)[1].ravel().astype(np.int64)
    order = np.argsort(alike, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(alike[order])) + 1)


def _sources(rules: TimedRules, arc: int, low: float = 0.0, high: float = 1.0) -> dict[int, Source]:
    """Return what changes a stretch of an arc: by owner, and its own rules."""
    coverage = rules.effects.coverage
    owners = set(coverage.owner[coverage.rows(arc, low, high)].tolist()) & rules.owners
    found = {owner: rules.numbered[0][owner] for owner in sorted(owners)}
    place = int(rules.hours.arcs.searchsorted(arc))
    if place < len(rules.hours) and rules.hours.arcs[place] == arc:
        found[_HOURS] = _hours_source(rules, rules.hours.weight_ms[:, place])
    return found


def _hours_source(rules: TimedRules, weight_ms: NDArray[np.uint32]) -> Source:
    source: Source = [(BEFORE, 0)]
    for number in (np.flatnonzero(weight_ms[1:] != weight_ms[:-1]) + 1).tolist():
        opens = weight_ms[number] < weight_ms[number - 1]
        begins = rules.clock.tau_ms(rules.hours.begins[number], up=bool(opens))
        source.append((max(begins, source[-1][0]), number))
    return source


def _merged(sources: dict[int, Source]) -> _Phases:
    """Return the phases of several sources together, each state once."""
    events = sorted(
        (begins, order, key, number)
        for key, source in sources.items()
        for order, (begins, number) in enumerate(source)
        if order
    )
    now = {key: source[0][1] for key, source in sources.items()}
    states, place = [dict(now)], {tuple(now.items()): 0}
    begins_ms, state = [BEFORE], [0]
    for begins, _, key, number in events:
        now[key] = number
        known = tuple(now.items())
        if known not in place:
            place[known] = len(states)
            states.append(dict(now))
        begins_ms.append(begins)
        state.append(place[known])
    return _Phases(begins_ms, state, states)


def _weights(
    rules: TimedRules,
    arcs: Arcs,
    weight_first: NDArray[np.int64],
    laid: list[tuple[NDArray[np.int64], _Phases]],
    count: int,
) -> NDArray[np.int64]:
    """Return what each arc costs in each state of its group.

    Each arc in each state counts as an arc of its own, with the constraints as they are then.
    """
    coverage, hours = rules.effects.coverage, rules.hours
    _, effects = rules.numbered
    base_ms = np.empty(count, np.uint32)
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    for own, found in laid:
        rows, member = _rows_on(coverage, arcs[own])
        for number, state in enumerate(found.states):
            virtual = weight_first[own] + number
            if _HOURS in state:
                base_ms[virtual] = hours.weight_ms[
                    state[_HOURS], np.searchsorted(hours.arcs, arcs[own])
                ]
            else:
                base_ms[virtual] = rules.base_ms[arcs[own]]
            effect_of = np.arange(len(coverage.placed))
            for key, effect in state.items():
                if key != _HOURS:
                    effect_of[key] = effect
            pieces.append((virtual[member], rows, effect_of[coverage.owner[rows]]))
    empty = np.empty(0, np.int64)
    arc, row, owner = (
        np.concatenate([empty, *column]) for column in zip((empty,) * 3, *pieces, strict=True)
    )
    order = np.argsort(arc, kind="stable")
    row = row[order]
    virtual_coverage = Coverage(
        (),
        arc[order],
        coverage.from_fraction[row],
        coverage.to_fraction[row],
        owner[order],
        coverage.delay_share[row],
    )
    changed, times = ArcEffects(virtual_coverage, effects).changed_weights(base_ms)
    base_ms[changed] = times
    return base_ms.astype(np.int64)


def _rows_on(
    coverage: Coverage, arcs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the coverage's rows on some arcs, and of each the place of its arc among them."""
    low, high = (np.searchsorted(coverage.arc, arcs, side) for side in ("left", "right"))
    counts = high - low
    member = np.repeat(np.arange(len(arcs)), counts)
    within = np.arange(len(member)) - np.repeat(np.cumsum(counts) - counts, counts)
    return low[member] + within, member


def _along(part: Part) -> tuple[float, float]:
    """Return the ends of a part as fractions of its segment."""
    arc, start, end = part
    return (1.0 - end, 1.0 - start) if arc % 2 else (start, end)


def _part_weights(rules: TimedRules, part: Part, found: _Phases) -> NDArray[np.int64]:
    arc, (low, high) = part[0], _along(part)
    if low >= high:
        return np.zeros(len(found.states), np.int64)
    coverage, (_, effects) = rules.effects.coverage, rules.numbered
    rows = coverage.rows(arc, low, high)
    weights = []
    for state in found.states:
        base = int(rules.base_ms[arc])
        if _HOURS in state:
            place = int(rules.hours.arcs.searchsorted(arc))
            base = int(rules.hours.weight_ms[state[_HOURS], place])
        own = [effects[state.get(owner, owner)] for owner in coverage.owner[rows].tolist()]
        here = Coverage(
            (),
            np.zeros(len(rows), np.int64),
            coverage.from_fraction[rows],
            coverage.to_fraction[rows],
            np.arange(len(rows)),
            coverage.delay_share[rows],
        )
        weights.append(
            ArcEffects(here, tuple(own)).time_ms(np.array([base], np.uint32), 0, low, high)
        )
    return np.array(weights, np.int64)
