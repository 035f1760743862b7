"""Every rule of the road that keeps a vehicle off one direction of one segment, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lca.effect import Excess, carries_hazmat
from lca.vehicle import VehicleClass
from lca.vocab import Drive, Practicability

from .access_table import Passing, judged, values
from .conditional import ConditionalTags, parse_conditional
from .road_rule import CLOSED_ACCESS, LOCAL_ACCESS, RoadRule, access_keys
from .season_state import NO_SEASON, SeasonState
from .surface import surface_group

NOT_FOR_MOTOR_VEHICLES = values("highway", "highway", Passing.NO)
FERRY = "ferry"
IMPASSABLE = values("status", "status", Passing.NO)
"""Values of ``status`` with which nobody gets through; ``impassable=yes``, ``bridge=collapsed`` and
the like are kept as one. A ford, a seasonal road or a damaged one is not closed by its tag: that is
for the constraints to say."""

HAZMAT = "hazmat"
DRIVE = "4wd_only"
CONDITIONS = ("smoothness", "tracktype", "surface", "ford")
"""Columns that say what state a road is in."""

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
    lenient: bool = False,
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
    lenient : bool
        Whether a rule of time whose moment is open is read so that the most may pass.
    """
    tags = parse_conditional(row["conditional"] or "")
    judge = _Judge(row, tags, vehicle, at_local, forward, lenient)
    rules = [*_nature(row, vehicle, ferry_open=ferry_open), *_access(judge)]
    if not tags.open_ways(row["oneway"], vehicle, at_local, lenient=lenient)[0 if forward else 1]:
        rules.insert(0, RoadRule("one_way", "one-way street"))
    if vehicle is not None:
        if lacks_drive(vehicle, row["four_wd_only"]):
            excess = Excess("drive", Drive.D4X4.value, vehicle.drive.value, "")
            rules.append(RoadRule("drive", "4wd_only=yes: four-wheel drive is needed", excess))
        rules += season_rules(row, vehicle, season)
        rules += _limits(judge, vehicle)
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class _Judge:
    """One direction of one segment, who asks, and when."""

    row: Mapping[str, Any]
    tags: ConditionalTags
    vehicle: VehicleClass | None
    at_local: datetime | None
    forward: bool
    lenient: bool

    def access(self, keys: tuple[str, ...]) -> tuple[str, str | None]:
        """Return the first of some access keys that says something, and what it says."""
        for key in keys:
            value = self.tags.access(
                key,
                self.row.get(key),
                self.vehicle,
                self.at_local,
                forward=self.forward,
                lenient=self.lenient,
            )
            if value is not None:
                return key, value
        return keys[-1], None

    def limit(self, column: str) -> float | None:
        """Return the limit of a column."""
        return self.tags.limit(
            column,
            self.row[column],
            self.vehicle,
            self.at_local,
            forward=self.forward,
            lenient=self.lenient,
        )


def local_only(row: Mapping[str, Any], vehicle: VehicleClass | None, *, forward: bool) -> bool:
    """Tell whether one direction of a segment is open only to places on it, at some time."""
    tags = parse_conditional(row["conditional"] or "")
    judge = _Judge(row, tags, vehicle, None, forward, lenient=False)
    return any(judge.access(keys)[1] in LOCAL_ACCESS for keys in _all_keys(vehicle))


def _all_keys(vehicle: VehicleClass | None) -> tuple[tuple[str, ...], ...]:
    """Return the keys that govern together: those of access, and that of hazardous goods."""
    hazmat = vehicle is not None and carries_hazmat(vehicle)
    return (access_keys(vehicle), (HAZMAT,)) if hazmat else (access_keys(vehicle),)


def lacks_drive(vehicle: VehicleClass, four_wd_only: str | None) -> bool:
    """Tell whether a road demands more driven wheels than the vehicle has."""
    return four_wd_only is not None and condition(DRIVE, four_wd_only, vehicle) is Passing.NO


def condition(key: str, value: str, vehicle: VehicleClass | None) -> Passing:
    """Return whether a tag of a road's condition lets the vehicle pass."""
    row = judged("condition", key, value, vehicle)
    return Passing.PASS if row is None else row.verdict


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


def _nature(
    row: Mapping[str, Any], vehicle: VehicleClass | None, *, ferry_open: bool
) -> Iterator[RoadRule]:
    if row["highway"] in NOT_FOR_MOTOR_VEHICLES:
        yield RoadRule("highway", f"highway={row['highway']}: not for motor vehicles")
    if row["highway"] == FERRY and not ferry_open:
        yield RoadRule("ferry", "ferry: used only where its service is known")
    if row["status"] in IMPASSABLE:
        yield RoadRule("status", f"OpenStreetMap marks it as {row['status'].replace('_', ' ')}")
    for key in CONDITIONS:
        value = row.get(key)
        found = None if value is None else judged("condition", key, value, vehicle)
        # A status already says that it is impassable.
        if found and found.verdict is Passing.NO and row["status"] != value:
            yield RoadRule("condition", f"{key}={value}: {found.reason}")


def _access(judge: _Judge) -> Iterator[RoadRule]:
    for keys in _all_keys(judge.vehicle):
        key, value = judge.access(keys)
        if value in CLOSED_ACCESS:
            stated = f"{key}={value}"
            source = stated if value == judge.row.get(key) else _source(judge.tags, key, value)
            yield RoadRule(HAZMAT if key == HAZMAT else "access", source)


def _limits(judge: _Judge, vehicle: VehicleClass) -> Iterator[RoadRule]:
    for column, attribute, key, label, unit in LIMITS:
        stated, value = judge.row[column], float(getattr(vehicle, attribute))
        limit = judge.limit(column)
        if limit is not None and limit < value:
            reason = f"{key} {limit:g} {unit} < {value:g} {unit}"
            if limit != stated:
                reason = f"{reason} ({_source(judge.tags, column, limit)})"
            yield RoadRule("limit", reason, Excess(label, limit, value, unit))


def _source(tags: ConditionalTags, key: str, value: str | float) -> str:
    """Return the tag that says so, with its conditions."""
    said = (rule.tag for rule in tags.rules if rule.key == key and rule.value == value)
    return next(said, f"{key}={value}")
