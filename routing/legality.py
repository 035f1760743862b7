"""Which arcs road rules and tagged limits let a vehicle drive, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.effect import Excess
from lca.vehicle import VehicleClass
from lca.vocab import Practicability

from .segments import Segments
from .turns import Turns

NOT_FOR_MOTOR_VEHICLES = frozenset({"pedestrian", "busway"})
FERRY = "ferry"
CLOSED_ACCESS = frozenset({"no", "private"})

_LIMITS = (
    ("max_gross_t", "gross_t", "maxweight", "gross mass", "t"),
    ("max_axle_t", "axle_load_t", "maxaxleload", "axle load", "t"),
    ("max_height_m", "height_m", "maxheight", "height", "m"),
    ("max_width_m", "width_m", "maxwidth", "width", "m"),
    ("max_length_m", "length_m", "maxlength", "length", "m"),
)


@dataclass(frozen=True, slots=True)
class RoadRule:
    """One rule of the road, as OSM states it, that keeps a vehicle off an arc.

    ``code`` is one_way, highway, ferry, access or limit; ``reason`` says it in words;
    ``excess`` is the limit that the vehicle exceeds, for a rule of that kind.
    """

    code: str
    reason: str
    excess: Excess | None = None


def is_truck(vehicle: VehicleClass | None) -> bool:
    """Tell whether rules for goods vehicles apply; None stands for any truck."""
    return vehicle is None or vehicle.practicability >= Practicability.LIGHT_TRUCK


def legal_arcs(
    segments: Segments,
    turns: Turns,
    vehicle: VehicleClass | None = None,
    at_local: datetime | None = None,
) -> NDArray[np.bool_]:
    """Return for each arc (two a segment, then those of turns) whether the vehicle may drive it.

    Without a vehicle: whether a truck may, whatever its mass and size.
    """
    del at_local
    texts = segments.texts
    allowed = ~texts["highway"].isin(NOT_FOR_MOTOR_VEHICLES | {FERRY})
    allowed &= ~_closed(segments, vehicle)
    if vehicle is not None:
        for column, attribute, *_ in _LIMITS:
            limits, value = segments.numbers[column], getattr(vehicle, attribute)
            allowed &= ~limits.each(partial(_exceeds, value), np.bool_)
    arcs = np.repeat(allowed, 2)
    arcs[0::2] &= ~texts["oneway"].isin({"backward"})
    arcs[1::2] &= ~texts["oneway"].isin({"forward"})
    may_turn = turns.rule.each(lambda rule: _may_turn(rule, vehicle), np.bool_)
    return np.concatenate([arcs, may_turn])


def road_rules(
    segments: Segments, arc: int, vehicle: VehicleClass | None = None
) -> tuple[RoadRule, ...]:
    """Return every rule that keeps the vehicle off one arc; none means that it may drive it."""
    row = segments.attributes(arc // 2)
    rules: list[RoadRule] = []
    if row["oneway"] == ("forward" if arc % 2 else "backward"):
        rules.append(RoadRule("one_way", "one-way street"))
    if row["highway"] in NOT_FOR_MOTOR_VEHICLES:
        rules.append(RoadRule("highway", f"highway={row['highway']}: not for motor vehicles"))
    if row["highway"] == FERRY:
        rules.append(RoadRule("ferry", "ferry: used only where its service is known"))
    for key in _access_keys(vehicle):
        if row[key] is not None:
            if row[key] in CLOSED_ACCESS:
                rules.append(RoadRule("access", f"{key}={row[key]}"))
            break
    if vehicle is not None:
        rules.extend(_broken_limits(row, vehicle))
    return tuple(rules)


def _access_keys(vehicle: VehicleClass | None) -> tuple[str, ...]:
    """OSM's access keys for the vehicle; the most specific one that is tagged governs."""
    keys = ("motor_vehicle", "access")
    return ("hgv", *keys) if is_truck(vehicle) else keys


def _closed(segments: Segments, vehicle: VehicleClass | None) -> NDArray[np.bool_]:
    """Mark the segments whose governing access key closes them."""
    closed = np.zeros(len(segments), np.bool_)
    for key in reversed(_access_keys(vehicle)):
        column = segments.texts[key]
        closed = np.where(column.present(), column.isin(CLOSED_ACCESS), closed)
    return closed


def _exceeds(value: float, limit: float | None) -> bool:
    return limit is not None and limit < value


def _may_turn(rule: str | None, vehicle: VehicleClass | None) -> bool:
    if rule is None:
        return True
    what, _, exempt = rule.partition(" except ")
    if is_truck(vehicle) and "hgv" in exempt.split(";"):
        return True
    return what.startswith("restriction:hgv") and not is_truck(vehicle)


def _broken_limits(row: Mapping[str, Any], vehicle: VehicleClass) -> list[RoadRule]:
    rules: list[RoadRule] = []
    for column, attribute, key, label, unit in _LIMITS:
        limit, value = row[column], float(getattr(vehicle, attribute))
        if _exceeds(value, limit):
            reason = f"{key} {limit:g} {unit} < {value:g} {unit}"
            rules.append(RoadRule("limit", reason, Excess(label, limit, value, unit)))
    return rules
