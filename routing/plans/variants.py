"""The same state of the store seen by another vehicle, at another time, or on one given way only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import numpy as np

from lca.constraint import Constraint
from lca.vehicle import VehicleClass
from lca.vocab import EffectKind, Verdict
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import INFINITE
from routing.finding import Finding
from routing.localtime import LocalTime
from routing.outlook import Outlook
from routing.passage import Passage
from routing.place import ResolvedPlace
from routing.special_rows import next_change_on
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


def _blocking(item: Placed) -> Constraint:
    return replace(
        item.constraint,
        effect=EffectKind.BLOCKED,
        permitted_until=None,
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
    """Return the finding for a given way, every constraint judged as in any other answer.

    Where one of the road's own rules of time begins or ends on the way, all count as in force.
    """
    passage = passage_on(outlook, origin, destination, way)
    finding = outlook.judge(passage, origin, destination).finding()
    if outlook.local is None or finding.way is None:
        return finding
    rows = finding.way.segments
    change = outlook.local.instant(
        next_change_on(outlook.network.segments, rows, outlook.local.naive)
    )
    arrival = finding.way.arrival(outlook.at)
    if change is not None and change <= arrival:
        every = outlook.shelf.roads(
            outlook.network, outlook.inputs.build.engine, outlook.vehicle, None
        )
        strict = replace(passage, roads=_only(every, way))
        finding = outlook.judge(strict, origin, destination).finding()
    there = LocalTime(outlook.local.zone, arrival)
    later = there.instant(next_change_on(outlook.network.segments, rows, there.naive))
    known = [
        finding.valid_until,
        change,
        None if later is None else later - (arrival - outlook.at),
    ]
    return replace(finding, valid_until=min((one for one in known if one), default=None))


def blocking_on(way: Way, effects: ArcEffects) -> tuple[int, ...]:
    """Return the constraints (indices) that block a vehicle somewhere on a way."""
    found: set[int] = set()
    for part in way.touched(effects.coverage):
        found |= effects.blockers(part.arc, part.low, part.high)
    return tuple(sorted(found))


def _only(roads: VehicleRoads, way: Way) -> VehicleRoads:
    arcs = np.unique(np.concatenate([way.trip.arcs, way.trip.turns]))
    on_way = np.zeros(len(roads.usable), np.bool_)
    on_way[arcs] = True
    weight_ms = np.where(on_way, roads.weight_ms, INFINITE).astype(np.uint32)
    metric = roads.engine.customise(weight_ms)
    name = ("only", arcs.tobytes())
    return replace(
        roads,
        weight_ms=metric.weight_ms,
        usable=roads.usable & on_way,
        metric=metric,
        key=(roads.key, *name),
        weights_key=(roads.weights_key, *name),
    )
