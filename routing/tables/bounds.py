"""How quick and how slow the roads can be between a departure and any arrival (decision 0019).

Rules of time may begin or end while vehicles drive. One metric has everything that time changes
lifted, another has it in force: where both agree on a time it is exact, elsewhere a table asks for
the single answer or says that the result depends on the departure. What changes only after the
last arrival of a table changes nothing in it, so both look no further than that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.effects import ArcEffects
from routing.engine.metric import INFINITE, Metric
from routing.outlook import Outlook
from routing.policy import DEFAULT_POLICY, Policy
from routing.timed_hours import NO_HOURS
from routing.timed_rules import TimedRules, state_of, timed_owners
from routing.vehicle_roads import VehicleRoads

LONGEST_MS = INFINITE - 1
"""No search looks further: the engines' range of driving time."""
_STEP_MS = 3_600_000
"""Reaches are whole hours of driving, so that tables of alike places share their metrics."""
_HARMLESS = frozenset({"driving_day_h", "day_from", "day_to"})
"""What a policy says that moves no vehicle to another way (with driving at night allowed)."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sight:
    """The roads of one vehicle under some effects, with the metric of both."""

    roads: VehicleRoads
    effects: ArcEffects
    metric: Metric

    def parts_ms(
        self,
        arcs: NDArray[np.int64],
        from_fraction: NDArray[np.float64],
        to_fraction: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return the time on parts of arcs, each judged as :class:`Passage` judges it.

        Fractions run along the arc; a part without length costs nothing, even on a closed arc,
        because a place at a junction may use all of its roads.
        """
        base, whole = self.roads.weight_ms[arcs].astype(np.int64), self.metric.weight_ms[arcs]
        backward = (arcs & 1).astype(np.bool_)
        low = np.where(backward, 1.0 - to_fraction, from_fraction)
        high = np.where(backward, 1.0 - from_fraction, to_fraction)
        times: NDArray[np.int64] = np.rint(base * (high - low)).astype(np.int64)
        times[base >= INFINITE] = INFINITE
        entire = (from_fraction == 0.0) & (to_fraction == 1.0)
        times[entire] = whole[entire]
        touched = self.effects.coverage.touches(arcs) & ~entire & (from_fraction < to_fraction)
        for i in np.flatnonzero(touched).tolist():
            times[i] = self.effects.time_ms(
                self.roads.weight_ms, int(arcs[i]), float(low[i]), float(high[i])
            )
        times[from_fraction >= to_fraction] = 0
        return times


@dataclass(frozen=True, eq=False)
class Bounds:
    """The quickest and the slowest that the roads can be until some driving time has passed.

    An arrival within that time is not before the one by ``lower``, and one by ``upper`` within that
    time is not before the true one. ``upper`` is None where nobody knows: under a policy that
    prefers some ways to others no metric bounds a time from above, for a way that the policy likes
    may be slower than any other.
    """

    lower: Sight
    upper: Sight | None

    @property
    def exact(self) -> bool:
        """Whether nothing of it changes with time, so that every time is exact."""
        return self.upper is self.lower


@dataclass(frozen=True, eq=False)
class Horizon:
    """What an outlook's roads are at departure, and their bounds as far as a table looks."""

    outlook: Outlook

    @cached_property
    def now(self) -> Sight:
        """The roads and constraints as they hold at departure."""
        outlook = self.outlook
        return Sight(outlook.roads, outlook.effects, outlook.metric)

    @cached_property
    def settled_by_time(self) -> bool:
        """Whether the earliest arrival is all that the policy looks at."""
        return is_static(self.outlook.policy)

    def within(self, reach_ms: int) -> Bounds:
        """Return the bounds of all arrivals within some driving time.

        A season that begins before may slow a way or close it, and never makes it quicker.
        """
        rules = self._rules(reach_ms)
        lower = self._sight(rules.hours.least_ms(), rules, rules.effects.opened(rules.owners))
        if not self.settled_by_time:
            return Bounds(lower, None)
        later = self._in_later_seasons(reach_ms)
        if later is not None:
            return Bounds(lower, Horizon(later).within(reach_ms).upper)
        if not rules:
            return Bounds(lower, lower)
        return Bounds(lower, self._sight(rules.hours.most_ms(), rules, rules.closed()))

    def times(self, ask: Callable[[Sight], Ints]) -> tuple[Ints, Ints]:
        """Return the least and the most that each of many ways can take, INFINITE for no way.

        ``ask`` gives the times of all of them on some roads. They are asked as of the departure,
        then within the longest of these times, and what is not settled there without an end.
        """
        quick = ask(self.now)
        if not self.settled_by_time:
            return self._asked(ask, self.within(LONGEST_MS).lower, quick), np.full_like(
                quick, INFINITE
            )
        finite = quick[quick < INFINITE]
        steps = -(-int(finite.max(initial=0)) // _STEP_MS)
        reach = min(steps * _STEP_MS, LONGEST_MS)
        near = self.within(reach)
        least = self._asked(ask, near.lower, quick)
        most = least if near.exact else self._asked(ask, _known(near.upper), quick)
        # Beyond its reach a bound says only that the arrival is beyond it.
        settled = (least == most) & (least <= reach)
        if settled.all():
            return least, most
        least, most = np.minimum(least, reach), np.where(most <= reach, most, INFINITE)
        far = self.within(LONGEST_MS)
        least = np.maximum(least, self._asked(ask, far.lower, quick))
        if far.exact:
            return quick, quick
        if (~settled & (least < INFINITE)).any():
            most = np.minimum(most, self._asked(ask, _known(far.upper), quick))
        return least, most

    def _in_later_seasons(self, reach_ms: int) -> Outlook | None:
        """Return the outlook with the seasons that begin within some driving time, if any does."""
        outlook, until = self.outlook, self.outlook.clock.wall(reach_ms, late=True)
        begun = outlook.seasons_until
        while (start := outlook.year.next_start(begun)) is not None and start <= until:
            begun = start
        if begun == outlook.seasons_until:
            return None
        return replace(outlook, seasons_until=begun)

    def _asked(self, ask: Callable[[Sight], Ints], sight: Sight, quick: Ints) -> Ints:
        """Return what is asked of a sight; that of the departure has been asked already."""
        return quick if sight is self.now else ask(sight)

    def _rules(self, reach_ms: int) -> TimedRules:
        """Return what time changes from the departure until some driving time has passed."""
        outlook = self.outlook
        if reach_ms >= LONGEST_MS:
            return outlook.rules
        until, local = outlook.clock.wall(reach_ms, late=True), outlook.local
        every = NO_HOURS
        if local is not None:
            every = outlook.shelf.hours(outlook.roads, local.zone, outlook.at, until)
        rules = TimedRules(
            outlook.effects,
            outlook.vehicle,
            outlook.clock,
            until,
            timed_owners(outlook.effects, outlook.vehicle, outlook.at, until - outlook.at),
            every.between(outlook.at, until),
            outlook.roads.weight_ms,
        )
        changing = {
            owner
            for owner in rules.owners
            if len({state_of(phase.effect) for phase in rules.phases_of(owner)}) > 1
        }
        return replace(rules, owners=frozenset(changing))

    def _sight(self, hours_ms: NDArray[np.uint32], rules: TimedRules, effects: ArcEffects) -> Sight:
        """Return the roads with some weights for their own rules of time, under effects."""
        shelf, own = self.outlook.shelf, self.outlook.roads
        roads = shelf.with_weights(own, rules.hours.arcs, hours_ms)
        if roads is own and effects.states == self.now.effects.states:
            return self.now
        return Sight(roads, effects, shelf.metric(roads, effects))


def plain(outlook: Outlook) -> Sight:
    """Return the roads without any constraint."""
    return Sight(outlook.roads, ArcEffects.none(), outlook.roads.metric)


def _known(sight: Sight | None) -> Sight:
    """Return a bound that a policy which looks at time alone always has."""
    if sight is None:
        msg = "a policy that looks at time alone has no upper bound"
        raise RuntimeError(msg)
    return sight


def is_static(policy: Policy) -> bool:
    """Tell whether a policy leaves every vehicle on the way of its earliest arrival, at any hour."""
    return all(
        getattr(policy, field.name) == getattr(DEFAULT_POLICY, field.name)
        for field in fields(policy)
        if field.name not in _HARMLESS
    )
