"""Every rule of the road that keeps a vehicle off one direction of one segment, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lca.effect import Excess
from lca.vehicle import VehicleClass
from lca.vocab import Drive, Practicability

from .conditional import ConditionalTags, parse_conditional
from .road_rule import CLOSED_ACCESS, RoadRule, access_keys
from .season_state import NO_SEASON, SeasonState
from .surface import surface_group

NOT_FOR_MOTOR_VEHICLES = frozenset({"pedestrian", "busway"})
FERRY = "ferry"
IMPASSABLE = frozenset(
    {"impassable", "closed", "blocked", "abandoned", "destroyed", "collapsed", "washed_out"}
    | {"razed", "demolished"}
)
"""Values of ``status`` with which nobody gets through; ``impassable=yes``, ``bridge=collapsed`` and
the like are kept as one. A ford, a seasonal road or a damaged one is not closed by its tag: that is
for the constraints to say."""

LIMITS = (
    ("max_gross_t", "gross_t", "maxweight", "gross mass", "t"),
    ("max_axle_t", "axle_load_t", "maxaxleload", "axle load", "t"),
    ("max_height_m", "height_m", "maxheight", "height", "m"),
    ("max_width_m", "width_m", "maxwidth", "width", "m"),
    ("max_length_m", "length_m", "maxlength", "length", "m"),
)
"""Segment column, the vehicle's attribute, OSM's key, what it limits, unit."""


def segment_rules(
    row: Mapping[str, Any],
    vehicle: VehicleClass | None,
    at_local: datetime | None,
    *,
    forward: bool,
    ferry_open: bool = False,
    season: SeasonState = NO_SEASON,
) -> tuple[RoadRule, ...]:
    """Return the rules that keep the vehicle off; none means that it may drive there.

    Parameters
    ----------
    row : mapping
        The segment's attributes, as :meth:`routing.segments.Segments.attributes` gives them.
    vehicle : VehicleClass or None
        Who drives; any truck without it.
    at_local : datetime or None
        When, in local time; without it, every rule of time counts as in force.
    forward : bool
        Whether in the drawing direction.
    ferry_open : bool
        Whether the service of a ferry is known, and runs.
    season : SeasonState
        The seasons that hold, for what roads carry in them.
    """
    tags = parse_conditional(row["conditional"] or "")
    rules = [
        *_nature(row, ferry_open=ferry_open),
        *_access(row, tags, vehicle, at_local, forward=forward),
    ]
    if not tags.open_ways(row["oneway"], vehicle, at_local)[0 if forward else 1]:
        rules.insert(0, RoadRule("one_way", "one-way street"))
    if vehicle is not None:
        if lacks_drive(vehicle, row["four_wd_only"]):
            excess = Excess("drive", Drive.D4X4.value, vehicle.drive.value, "")
            rules.append(RoadRule("drive", "4wd_only=yes: four-wheel drive is needed", excess))
        rules += season_rules(row, vehicle, season)
        rules += _limits(row, tags, vehicle, at_local, forward=forward)
    return tuple(rules)


def lacks_drive(vehicle: VehicleClass, four_wd_only: str | None) -> bool:
    """Tell whether a road demands more driven wheels than the vehicle has."""
    return four_wd_only == "yes" and vehicle.drive.rank < Drive.D4X4.rank


def season_rules(
    row: Mapping[str, Any], vehicle: VehicleClass, season: SeasonState
) -> Iterator[RoadRule]:
    """Return the rule by which a season's cap on the tagged surface keeps the vehicle off."""
    caps = season.caps()
    group = surface_group(row["surface"], row["tracktype"]) if caps else None
    if group is not None and group in caps:
        rank, name = caps[group]
        if vehicle.practicability > rank:
            most = Practicability(rank).label
            excess = Excess("practicability", most, vehicle.practicability.label, "")
            yield RoadRule("season", f"{name} season: {group} roads carry at most {most}", excess)


def _nature(row: Mapping[str, Any], *, ferry_open: bool) -> Iterator[RoadRule]:
    if row["highway"] in NOT_FOR_MOTOR_VEHICLES:
        yield RoadRule("highway", f"highway={row['highway']}: not for motor vehicles")
    if row["highway"] == FERRY and not ferry_open:
        yield RoadRule("ferry", "ferry: used only where its service is known")
    if row["status"] in IMPASSABLE:
        yield RoadRule("status", f"OpenStreetMap marks it as {row['status'].replace('_', ' ')}")


def _access(
    row: Mapping[str, Any],
    tags: ConditionalTags,
    vehicle: VehicleClass | None,
    at_local: datetime | None,
    *,
    forward: bool,
) -> Iterator[RoadRule]:
    for key in access_keys(vehicle):
        stated = row.get(key)
        value = tags.access(key, stated, vehicle, at_local, forward=forward)
        if value is None:
            continue
        if value in CLOSED_ACCESS:
            source = f"{key}={value}" if value == stated else _source(tags, key, value)
            yield RoadRule("access", source)
        return


def _limits(
    row: Mapping[str, Any],
    tags: ConditionalTags,
    vehicle: VehicleClass,
    at_local: datetime | None,
    *,
    forward: bool,
) -> Iterator[RoadRule]:
    for column, attribute, key, label, unit in LIMITS:
        stated, value = row[column], float(getattr(vehicle, attribute))
        limit = tags.limit(column, stated, vehicle, at_local, forward=forward)
        if limit is not None and limit < value:
            reason = f"{key} {limit:g} {unit} < {value:g} {unit}"
            if limit != stated:
                reason = f"{reason} ({_source(tags, column, limit)})"
            yield RoadRule("limit", reason, Excess(label, limit, value, unit))


def _source(tags: ConditionalTags, key: str, value: str | float) -> str:
    """Return the tag that says so, with its conditions."""
    said = (rule.tag for rule in tags.rules if rule.key == key and rule.value == value)
    return next(said, f"{key}={value}")
