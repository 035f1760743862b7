"""The same state of the store seen by another vehicle, at another time, or on one given way only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from lca.concern import Concern, concern
from lca.constraint import Constraint
from lca.vehicle import VehicleClass
from lca.vocab import EffectKind, Verdict
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import INFINITE, Weights
from routing.finding import Finding
from routing.network import RoadNetwork
from routing.outlook import Outlook
from routing.passage import Passage
from routing.place import ResolvedPlace
from routing.vehicle_roads import VehicleRoads
from routing.way import Way

BEST_FIRST = (
    Verdict.VIABLE,
    Verdict.VIABLE_WITH_CONDITIONS,
    Verdict.UNKNOWN,
    Verdict.NOT_VIABLE,
)


def worst(verdicts: Collection[Verdict]) -> Verdict:
    """Return the verdict of a whole from those of its parts."""
    return max(verdicts, key=BEST_FIRST.index)


def for_vehicle(outlook: Outlook, vehicle: VehicleClass) -> Outlook:
    """Return the same roads and constraints as another vehicle finds them."""
    return replace(outlook, terms=replace(outlook.terms, vehicle=vehicle), vehicle=vehicle)


def leaving_at(outlook: Outlook, at: datetime) -> Outlook:
    """Return the same roads and constraints for another departure."""
    terms, notary = replace(outlook.terms, at=at), replace(outlook.notary, at=at)
    return replace(outlook, terms=terms, at=at, notary=notary)


def with_blocked(outlook: Outlook, owners: Collection[int]) -> Outlook:
    """Return the outlook in which some constraints (indices) block its vehicle while they hold.

    When they hold is theirs; whom they concern and how much they bear no longer matters.
    """
    placed = tuple(
        replace(item, constraint=_blocking(item)) if owner in owners else item
        for owner, item in enumerate(outlook.coverage.placed)
    )
    return replace(outlook, coverage=Coverage.of(placed))


def with_slowed(outlook: Outlook, vehicles: Collection[VehicleClass]) -> Outlook:
    """Return the outlook in which what slows any of some vehicles slows its own, whom it names or not."""
    own = outlook.vehicle
    slow = {
        owner
        for owner, item in enumerate(outlook.coverage.placed)
        if (item.constraint.delay_min or item.constraint.speed_factor)
        and item.constraint.effect is not EffectKind.BLOCKED
        and concern(item.constraint, own)[0] is Concern.NO
        and any(concern(item.constraint, one)[0] is not Concern.NO for one in vehicles)
    }
    if not slow:
        return outlook
    placed = tuple(
        replace(item, constraint=_for_all(item.constraint)) if owner in slow else item
        for owner, item in enumerate(outlook.coverage.placed)
    )
    return replace(outlook, coverage=Coverage.of(placed))


def _blocking(item: Placed) -> Constraint:
    return replace(_for_all(item.constraint), effect=EffectKind.BLOCKED, permitted_until=None)


def _for_all(constraint: Constraint) -> Constraint:
    return replace(
        constraint,
        applies_to_vehicles=None,
        applies_to_min_practicability=None,
        applies_to_max_practicability=None,
        applies_to_cargo=None,
        applies_to_actor=None,
    )


def passage_on(
    outlook: Outlook, origin: ResolvedPlace, destination: ResolvedPlace, way: Way
) -> Passage:
    """Return the passage that has no other roads than those of a way."""
    passage = outlook.passage(origin, destination)
    return replace(passage, roads=_only(passage.roads, way))


def judged_on(
    outlook: Outlook, origin: ResolvedPlace, destination: ResolvedPlace, way: Way
) -> Finding:
    """Return the finding for a given way, judged as any other answer, waits included.

    A season that begins before the arrival on this way counts, not only one before the best way's.
    """
    while True:
        passage = passage_on(outlook, origin, destination, way)
        finding = outlook.judge(passage, origin, destination).finding()
        later = outlook.before_arrival(finding.way)
        if later is None:
            return finding
        outlook = later


def blocking_on(way: Way, effects: ArcEffects) -> tuple[int, ...]:
    """Return the constraints (indices) that block a vehicle somewhere on a way."""
    found: set[int] = set()
    for part in way.touched(effects.coverage):
        found |= effects.blockers(part.arc, part.low, part.high)
    return tuple(sorted(found))


@dataclass(frozen=True, eq=False)
class _OneWayOnly(VehicleRoads):
    """The roads of one way; their own rules of time open no other."""

    on_way: NDArray[np.bool_] = field(kw_only=True)

    def costs(self, part: RoadNetwork, rows: NDArray[np.int64], at_local: datetime) -> Weights:
        """Return the weights of a part of the network; arcs off the way stay closed."""
        weight_ms = super().costs(part, rows, at_local)
        arcs = (2 * np.repeat(rows, 2) + np.tile([0, 1], len(rows))).astype(np.int64)
        weight_ms[: len(arcs)][~self.on_way[arcs]] = INFINITE
        return weight_ms


def _only(roads: VehicleRoads, way: Way) -> VehicleRoads:
    arcs = np.unique(np.concatenate([way.trip.arcs, way.trip.turns]))
    on_way = np.zeros(len(roads.usable), np.bool_)
    on_way[arcs] = True
    weight_ms = np.where(on_way, roads.weight_ms, INFINITE).astype(np.uint32)
    metric = roads.engine.customise(weight_ms)
    name = ("only", arcs.tobytes())
    own = {each.name: getattr(roads, each.name) for each in fields(roads)}
    changed = {
        "weight_ms": metric.weight_ms,
        "usable": roads.usable & on_way,
        "metric": metric,
        "key": (roads.key, *name),
        "weights_key": (roads.weights_key, *name),
    }
    return _OneWayOnly(**{**own, **changed}, on_way=on_way)
