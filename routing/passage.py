"""The earliest arrival of one vehicle between two positions, each road judged when it is entered.

Rule of truth 6 and decision 0014. The quickest way as everything holds at departure serves where
nothing changes before its arrival, or where it keeps its time and no way could be quicker if time
opened every road; else a search in which waiting is allowed finds the earliest arrival.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.effect import Effect, Outcome, effect_on

from .clock import Clock
from .effects import ArcEffects
from .engine.journey import PartCost, best_trip
from .engine.metric import INFINITE, Metric
from .snap import Snap
from .timed_hours import NO_HOURS, Hours
from .timed_rules import TimedRules, state_of, timed_owners
from .timed_trip import timed_trip
from .timing import worst_effect
from .vehicle_roads import MetricShelf, VehicleRoads
from .way import Visit, Way

SHORT_MS = 138_240_000
"""Driving ms of two days: as far as rules of time are looked at first."""
REACHES_MS = (SHORT_MS, INFINITE - 1)
_JUST = timedelta(microseconds=1)


@dataclass(frozen=True, eq=False)
class Passage:
    """One vehicle that leaves one position for another at a moment.

    ``moves`` tells when it may move, day and night without it; without ``zone`` the roads' own
    rules of time count as always in force.
    """

    roads: VehicleRoads
    shelf: MetricShelf
    origin: Snap
    destination: Snap
    departure: datetime
    moves: Clock | None = None
    zone: ZoneInfo | None = None

    @cached_property
    def clock(self) -> Clock:
        """The journey's clock."""
        return self.moves or Clock(self.departure)

    @cached_property
    def plain(self) -> Way | None:
        """The quickest way without any constraint as the roads' rules hold at departure, if any."""
        return self._searched(self.roads, ArcEffects.none())

    def way(self, effects: ArcEffects) -> Way | None:
        """Return the quickest way with the effects as they are, None if there is none.

        No effect makes a road quicker: where there is no way without constraints there is none
        with them, and the quickest without them stays so if none of them acts on it.
        """
        plain = self.plain
        if plain is None:
            return None
        acted_on = bool(plain.touched(effects.coverage)) and effects.act_on(plain.trip.arcs)
        way = self._searched(self.roads, effects) if acted_on else plain
        if way is not None:
            _check_law(way, effects)
        return way

    def settled(self, effects: ArcEffects) -> tuple[Way | None, ArcEffects]:
        """Return the way of the earliest arrival, on which nothing blocks when it is passed.

        Where nothing arrives within 24.8 days of driving, the effects returned hold what closes
        for good as closed, and where that was done before, each constraint that time changes at
        its most restrictive; else they are those given.
        """
        way = self.way(effects)
        rules = None
        for reach_ms in REACHES_MS:
            if way is not None and self._unchanged(way, effects):
                return way, effects
            rules = self.rules(effects, reach_ms)
            if not rules and (way is None or way.trip.total_ms <= reach_ms):
                if way is not None:
                    return way, effects
                continue
            found = self._arrival(rules, way, reach_ms)
            if found is not None:
                return found, effects
        return None, effects if rules is None else rules.worst()

    def waited_for(self, effects: ArcEffects) -> ArcEffects:
        """Return the effects with what opens by itself as open: what :func:`find_blockers` takes."""
        return self.rules(effects, REACHES_MS[-1]).waited_for()

    def rules(self, effects: ArcEffects, reach_ms: int) -> TimedRules:
        """Return what time changes from the departure until some driving ms have passed."""
        until = self.clock.wall(reach_ms, late=True)
        owners = timed_owners(effects, self.roads.vehicle, self.departure, until - self.departure)
        return TimedRules(
            effects,
            self.roads.vehicle,
            self.clock,
            until,
            owners,
            self._hours(until),
            self.roads.weight_ms,
        )

    def open_roads(self, rules: TimedRules) -> VehicleRoads:
        """Return the roads with each of their own rules of time as it lets pass most quickly."""
        return self.shelf.with_weights(self.roads, rules.hours.arcs, rules.hours.least_ms())

    def met(self, way: Way, effects: ArcEffects) -> dict[int, Effect]:
        """Return the worst that each constraint on the way does while the vehicle passes it.

        Where the vehicle waits within a constraint's stretch, only what it drives counts.
        """
        met: dict[int, Effect] = {}
        for visit in way.visits(effects.coverage):
            effect = self._met(way, visit, effects)
            before = met.get(visit.owner)
            met[visit.owner] = effect if before is None or _harsher(effect, before) else before
        return met

    def delayed(self, way: Way, effects: ArcEffects) -> Way:
        """Return the way with the delays at the moments at which its parts are entered."""
        delays = np.zeros(len(way.trip.arcs))
        coverage, vehicle = effects.coverage, self.roads.vehicle
        for place, part in way.touched_at(coverage):
            at = self.clock.wall(part.start_ms, late=True)
            for row in coverage.rows(part.arc, part.low, part.high).tolist():
                owner = int(coverage.owner[row])
                constraint = coverage.placed[owner].constraint
                if not constraint.delay_min or owner in effects.lifted:
                    continue
                delay_s = effect_on(constraint, vehicle, at).delay_s
                delays[place] = max(delays[place], delay_s * float(coverage.delay_share[row]))
        return replace(way, delay_s=delays) if delays.any() else way

    def _met(self, way: Way, visit: Visit, effects: ArcEffects) -> Effect:
        own = effects.effects[visit.owner]
        if visit.owner in effects.lifted or visit.owner in effects.forced:
            return own
        constraint = effects.coverage.placed[visit.owner].constraint
        worst: Effect | None = None
        for start, end in self._driven(way, visit, effects):
            effect = worst_effect(constraint, self.roads.vehicle, start, end)
            worst = effect if worst is None or _harsher(effect, worst) else worst
        return own if worst is None else worst

    def _driven(
        self, way: Way, visit: Visit, effects: ArcEffects
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield when the vehicle drives within a visit: all at once where it does not wait."""
        if not way.waiting:
            yield way.passing(visit, self.departure)
            return
        for part in way.touched(effects.coverage):
            inside = part.start_ms <= visit.to_ms and part.end_ms >= visit.from_ms
            rows = effects.coverage.rows(part.arc, part.low, part.high)
            if inside and visit.owner in effects.coverage.owner[rows].tolist():
                yield self.clock.wall(part.start_ms, late=True), self.clock.wall(part.end_ms)

    def _unchanged(self, way: Way, effects: ArcEffects) -> bool:
        """Tell whether time changes nothing anywhere before a way's arrival."""
        arrival = self.clock.wall(way.trip.total_ms)
        change = effects.coverage.timetable.next_change(self.departure)
        if change is not None and change < arrival:
            return False
        if self.zone is None:
            return True
        local = self.departure.astimezone(self.zone)
        rule = self.shelf.next_rule_change(self.roads.network, local.replace(tzinfo=None))
        # Clocks that jump may bring a change forward by as much.
        return rule is None or rule.replace(tzinfo=self.zone) - timedelta(hours=3) >= arrival

    def _arrival(self, rules: TimedRules, way: Way | None, reach_ms: int) -> Way | None:
        """Return the way of the earliest arrival within a reach, None if nothing arrives."""
        roads, effects = self.open_roads(rules), rules.effects.opened(rules.owners)
        metric = self.shelf.metric(roads, effects)
        cost = _part_cost(metric, roads, effects)
        least = best_trip(roads.network, metric, self.origin, self.destination, cost)
        if least is None or least.total_ms > reach_ms:
            return None
        if (
            way is not None
            and way.trip.total_ms == least.total_ms
            and self._keeps_its_time(way, rules)
        ):
            return way
        found = timed_trip(
            roads, metric, cost, self.origin, self.destination, rules, horizon_ms=reach_ms
        )
        if found is None:
            return None
        timed = Way(
            roads.network,
            found.trip,
            self.origin,
            self.destination,
            self.clock,
            slack_ms=found.slack_ms,
        )
        self._check_times(timed, rules.effects)
        return timed

    def _keeps_its_time(self, way: Way, rules: TimedRules) -> bool:
        """Tell whether nothing on a way changes from the departure until it is passed."""
        for visit in way.visits(rules.effects.coverage):
            if visit.owner in rules.owners:
                start, end = way.passing(visit, self.departure)
                own = state_of(rules.effects.effects[visit.owner])
                for phase in rules.phases_of(visit.owner):
                    until = phase.end or rules.until
                    during = phase.start < max(end, start + _JUST) and until > start
                    if during and state_of(phase.effect) != own:
                        return False
        return not self._hours_change_on(way, rules.hours)

    def _hours_change_on(self, way: Way, hours: Hours) -> bool:
        """Tell whether a road on the way has other times before it is passed than at departure."""
        begins = [self.clock.tau_ms(moment) for moment in hours.begins]
        now = max(0, bisect_right(begins, 0) - 1)
        for part in way.some_parts(np.flatnonzero(np.isin(way.trip.arcs, hours.arcs))):
            until = max(now + 1, bisect_left(begins, part.end_ms))
            during = hours.weight_ms[now:until, int(hours.arcs.searchsorted(part.arc))]
            if (during != self.roads.weight_ms[part.arc]).any():
                return True
        return False

    def _searched(self, roads: VehicleRoads, effects: ArcEffects) -> Way | None:
        metric = self.shelf.metric(roads, effects)
        cost = _part_cost(metric, roads, effects)
        trip = best_trip(roads.network, metric, self.origin, self.destination, cost)
        if trip is None:
            return None
        return Way(roads.network, trip, self.origin, self.destination, self.clock)

    def _hours(self, until: datetime) -> Hours:
        if self.zone is None:
            return NO_HOURS
        return self.shelf.hours(self.roads, self.zone, self.departure, until)

    def _check_times(self, way: Way, effects: ArcEffects) -> None:
        """Refuse to hand on a way that passes a closure while it holds (law 1)."""
        for owner, effect in self.met(way, effects).items():
            if effect.outcome is Outcome.BLOCKS:
                name = effects.coverage.placed[owner].constraint.id
                msg = f"a way was found through {name} while it is closed"
                raise RuntimeError(msg)


def _part_cost(metric: Metric, roads: VehicleRoads, effects: ArcEffects) -> PartCost:
    """Return the cost of parts of arcs, of which only a stretch may be closed."""
    weight_ms: NDArray[np.uint32] = roads.weight_ms

    def cost(arc: int, from_fraction: float, to_fraction: float) -> int:
        if from_fraction == 0.0 and to_fraction == 1.0:
            return int(metric.weight_ms[arc])
        if arc % 2:
            from_fraction, to_fraction = 1.0 - to_fraction, 1.0 - from_fraction
        return effects.time_ms(weight_ms, arc, from_fraction, to_fraction)

    return cost


def _harsher(effect: Effect, than: Effect) -> bool:
    """Tell whether an effect restricts more than another one of the same constraint."""
    if effect.outcome is not than.outcome:
        return effect.outcome > than.outcome
    return effect.speed_factor < than.speed_factor or effect.delay_s > than.delay_s


def _check_law(way: Way, effects: ArcEffects) -> None:
    """Refuse to hand on a way over a closure, whatever went wrong before (law 1)."""
    for part in way.touched(effects.coverage):
        if effects.blockers(part.arc, part.low, part.high):
            msg = f"a way was found over segment {part.segment}, which a constraint closes"
            raise RuntimeError(msg)
