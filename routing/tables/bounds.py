"""How quick and how slow the roads can be between a departure and any arrival (decision 0019).

Rules of time may begin or end while vehicles drive. One metric has the roads as quick as any
vehicle of the outlook can find them, another as slow: where both agree on a time it is exact,
elsewhere a table asks for the single answer or says that the result depends on the departure.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lca.effect import Effect
from routing.effects import ArcEffects
from routing.engine.metric import INFINITE, Metric
from routing.outlook import Outlook
from routing.policy import DEFAULT_POLICY, Policy
from routing.timing import worst_effect
from routing.vehicle_roads import VehicleRoads
from routing.way import REST_SHARE

_HORIZON = timedelta(milliseconds=INFINITE * (1 + REST_SHARE))
"""No search looks further: the engines' range of driving time, with rest."""
_HARMLESS = frozenset({"driving_day_h", "day_from", "day_to"})
"""What a policy says that moves no vehicle to another way (with driving at night allowed)."""


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
    """The quickest and the slowest that the roads can be; ``upper`` is None where nobody knows.

    Under a policy that prefers some ways to others no metric bounds a time from above: a way that
    the policy likes may be slower than any other.
    """

    lower: Sight
    upper: Sight | None

    @property
    def exact(self) -> bool:
        """Whether nothing of it changes with time, so that every time is exact."""
        return self.upper is not None and self.upper.metric is self.lower.metric


def bounds(outlook: Outlook) -> Bounds:
    """Return the bounds of an outlook."""
    lower = Sight(outlook.roads, outlook.effects, outlook.metric)
    if not _is_static(outlook.policy):
        return Bounds(lower, None)
    roads, effects = _strictest_roads(outlook), _worst_effects(outlook)
    if roads is outlook.roads and effects is outlook.effects:
        return Bounds(lower, lower)
    return Bounds(lower, Sight(roads, effects, outlook.shelf.metric(roads, effects)))


def plain(outlook: Outlook) -> Sight:
    """Return the roads without any constraint."""
    return Sight(outlook.roads, ArcEffects.none(), outlook.roads.metric)


def lifted(outlook: Outlook, sight: Sight, owners: frozenset[int]) -> Sight:
    """Return a sight as if some constraints were not there."""
    effects = sight.effects.without(owners)
    return Sight(sight.roads, effects, outlook.shelf.metric(sight.roads, effects))


def _is_static(policy: Policy) -> bool:
    return all(
        getattr(policy, field.name) == getattr(DEFAULT_POLICY, field.name)
        for field in fields(policy)
        if field.name not in _HARMLESS
    )


def _strictest_roads(outlook: Outlook) -> VehicleRoads:
    """Return the roads with every rule of time in force, if any of them changes in time."""
    local, build = outlook.local, outlook.inputs.build
    if local is None:
        return outlook.roads
    change = local.instant(outlook.shelf.next_rule_change(build.network, local.naive))
    if change is None or change > outlook.at + _HORIZON:
        return outlook.roads
    return outlook.shelf.roads(build.network, build.engine, outlook.vehicle, None)


def _worst_effects(outlook: Outlook) -> ArcEffects:
    """Return the effects with each constraint at its worst moment until the last arrival."""
    until = outlook.at + _HORIZON
    change = outlook.coverage.timetable.next_change(outlook.at)
    if change is None or change > until:
        return outlook.effects
    worse: dict[int, Effect] = {}
    for owner, item in enumerate(outlook.coverage.placed):
        moment = item.constraint.next_change(outlook.at)
        if moment is None or moment > until:
            continue
        effect = worst_effect(item.constraint, outlook.vehicle, outlook.at, until)
        if effect != outlook.effects.effects[owner]:
            worse[owner] = effect
    return outlook.effects.changed(worse) if worse else outlook.effects
