"""Rule 3 of truth: no change reopens a road unseen."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.constraints import BRIDGE, NOON, RAIN_BARRIER, a_constraint, constraints, moments

from lca.effect import Outcome, effect_on
from lca.errors import InvalidInput
from lca.lifting import lifted_closures, weakened
from lca.vehicle import vehicle_classes
from lca.vocab import (
    ConstraintStatus,
    Direction,
    Drive,
    EffectKind,
    LocationPrecision,
    Practicability,
)

LIMITED = {"effect": EffectKind.RESTRICTED, "max_gross_t": 10.0}
RESTRICTED = {"effect": EffectKind.RESTRICTED}
NOWHERE = {"geometry": None}
IN_WORDS = {
    **NOWHERE,
    "road_name": "RN5",
    "chainage_from_km": 12.0,
    "chainage_to_km": 15.0,
    "chainage_from_place": "Vicuña",
}
BETWEEN = {**NOWHERE, "place_from": "Vicuña", "place_to": "Rivadavia"}
OFF = {**NOWHERE, "place_from": "Vicuña", "offset_km": 15.0, "offset_bearing": "n"}
TEXT = {**NOWHERE, "location_text": "15 km north of Vicuña on the road to Rivadavia"}
DAY = timedelta(days=1)


def lifted(old, new):
    after = {} if new is None else {new.id: new}
    return [item.id for item in lifted_closures({old.id: old}, after, at=NOON)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"effect": EffectKind.RESTRICTED}),
        ({}, {"status": ConstraintStatus.REJECTED}),
        ({}, {"status": ConstraintStatus.RESOLVED, "ended_at": NOON - DAY, "ended_by": "MOP"}),
        ({}, {"valid_to": NOON + DAY}),
        ({}, {"valid_from": NOON + DAY}),
        ({}, {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "America/Santiago"}),
        ({}, {"permitted_until": NOON + DAY}),
        ({}, {"location_precision": LocationPrecision.BAD}),
        ({}, {"direction": Direction.FORWARD}),
        ({}, {"geometry": shapely.Point(-71.24, -29.9)}),
        ({}, {"geometry": None}),
        ({"osm_way_ids": (1, 2)}, {"osm_way_ids": (1,)}),
        ({"direction": Direction.FORWARD}, {"direction": Direction.BACKWARD}),
        (LIMITED, {**LIMITED, "max_gross_t": 12.0}),
        (LIMITED, {**LIMITED, "max_gross_t": None}),
        (
            {"effect": EffectKind.RESTRICTED, "practicability_cap": Practicability.LIGHT_TRUCK},
            {"effect": EffectKind.RESTRICTED, "practicability_cap": Practicability.UNSPECIFIED},
        ),
        (
            {"effect": EffectKind.RESTRICTED, "drive_required": Drive.D6X6},
            {"effect": EffectKind.RESTRICTED, "drive_required": Drive.D4X4},
        ),
        (
            {"effect": EffectKind.ADVISORY, "permitted_until": NOON + DAY},
            {"effect": EffectKind.ADVISORY},
        ),
        (
            {"valid_to": NOON - DAY, "last_confirmed_at": NOON},
            {"valid_to": NOON - DAY, "last_confirmed_at": None},
        ),
        # vehicles under a permission are still held by the limits
        (
            {"permitted_until": NOON + DAY, "max_gross_t": 10.0},
            {"permitted_until": NOON + DAY},
        ),
        # whom it concerns, what it forbids and how long it holds after rain
        ({}, {"applies_to_cargo": ("fuel",)}),
        ({"applies_to_actor": ("un", "ngo")}, {"applies_to_actor": ("un",)}),
        ({}, {"applies_to_vehicles": ("artic_6",)}),
        ({}, {"applies_to_min_practicability": Practicability.HEAVY_TRUCK}),
        ({}, {"applies_to_max_practicability": Practicability.HEAVY_TRUCK}),
        ({"effect": EffectKind.RESTRICTED, "hazmat_forbidden": True}, RESTRICTED),
        (RAIN_BARRIER, {**RAIN_BARRIER, "rain_hold_heavy_h": 5.0}),
        (RAIN_BARRIER, {**RAIN_BARRIER, "rain_hold_threshold_t": 10.0}),
        ({**RAIN_BARRIER, "last_rain_at": NOON}, {**RAIN_BARRIER, "last_rain_at": NOON - DAY}),
        (RESTRICTED | {"dry_days_required": 2}, RESTRICTED | {"dry_days_required": 1}),
        ({}, {"season_months": (8, 9, 10), "time_zone": "Africa/Juba"}),
        ({}, {"time_rule": "Mo-Fr 06:00-18:00", "time_zone": "Africa/Juba"}),
        # words say where it lies, where nothing else does
        (IN_WORDS, {**IN_WORDS, "chainage_from_km": 13.0}),
        (IN_WORDS, {**IN_WORDS, "chainage_to_km": 14.0}),
        (IN_WORDS, {**IN_WORDS, "chainage_from_place": "Ovalle"}),
        (IN_WORDS, {**IN_WORDS, "toward_place": "Ovalle"}),
        (IN_WORDS, {**IN_WORDS, "road_name": "Ruta 5"}),
        (IN_WORDS, {**IN_WORDS, "geometry": BRIDGE}),
        (IN_WORDS, {**IN_WORDS, "osm_way_ids": (1,)}),
        (BETWEEN, {**BETWEEN, "place_to": "Ovalle"}),
        (OFF, {**OFF, "offset_km": 20.0}),
        (OFF, {**OFF, "offset_bearing": "s"}),
        (TEXT, {**TEXT, "location_text": "15 km south of Vicuña on the road to Ovalle"}),
        (TEXT, {**TEXT, "location_text": None}),
        # the same point is put on another road, or on a piece of what was a whole one
        ({"road_name": "Ruta 5"}, {"road_name": "Costanera"}),
        ({"location_precision": LocationPrecision.APPROXIMATE}, {}),
        ({"geometry": None, "osm_way_ids": (1,)}, {"osm_way_ids": (1,)}),
        # also one that is paused, has lapsed or starts later is not lifted unseen
        ({"valid_to": NOON - DAY}, {"effect": EffectKind.ADVISORY, "valid_to": NOON - DAY}),
        ({"valid_from": NOON + DAY}, None),
        ({}, None),
    ],
)
def test_weaker_in_any_way_is_lifted(before, after):
    old = a_constraint(**before)
    assert lifted(old, None if after is None else a_constraint(**after)) == ["bridge"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"description": "Deck gone", "name": "Bridge"}),
        ({}, {"status": ConstraintStatus.DISPUTED}),
        ({}, {"last_confirmed_at": NOON, "confirmed_by": "WFP"}),
        ({}, {"max_gross_t": 10.0}),
        ({}, {"geometry": shapely.Point(BRIDGE.x + 1e-9, BRIDGE.y)}),  # a file format's rounding
        (LIMITED, {**LIMITED, "max_gross_t": 7.5}),
        (LIMITED, {"effect": EffectKind.BLOCKED}),
        ({"valid_to": NOON + DAY}, {"valid_to": None}),
        ({"direction": Direction.FORWARD}, {"direction": Direction.BOTH}),
        (IN_WORDS, IN_WORDS),
        (
            {"location_text": "at the bridge"},
            {"location_text": "at the old bridge"},
        ),  # a point says it
        ({"effect": EffectKind.DIFFICULT}, None),  # it stopped nobody
        ({"applies_to_cargo": ("fuel",)}, {}),
        ({"applies_to_actor": ("un",)}, {"applies_to_actor": ("un", "ngo")}),
        (RAIN_BARRIER, {**RAIN_BARRIER, "last_rain_at": NOON}),
        (RAIN_BARRIER, {**RAIN_BARRIER, "rain_hold_light_h": 6.0, "rain_hold_threshold_t": 2.0}),
        (RAIN_BARRIER, {}),
        ({"season_months": (8,), "time_zone": "Africa/Juba"}, {}),
        ({"status": ConstraintStatus.REJECTED}, None),
        ({"status": ConstraintStatus.RESOLVED, "ended_at": NOON, "ended_by": "MOP"}, None),
    ],
)
def test_equal_stronger_or_over_is_not(before, after):
    old = a_constraint(**before)
    assert lifted(old, None if after is None else a_constraint(**after)) == []


def test_each_closure_is_named_with_its_reasons():
    old = a_constraint(max_gross_t=10.0, effect=EffectKind.RESTRICTED)
    new = a_constraint(max_gross_t=12.5, effect=EffectKind.RESTRICTED, valid_to=NOON + DAY)
    (closure,) = lifted_closures({old.id: old}, {new.id: new}, at=NOON)
    assert closure.as_json() == {
        "id": "bridge",
        "name": "Puente Fiscal",
        "reasons": ["max_gross_t 10 -> 12.5", "it ends earlier"],
    }


@st.composite
def changed(draw):
    """Draw a closure with up to three marks, and what an editor made of it by one change."""
    start = draw(st.sampled_from([a_constraint(), a_constraint(**LIMITED)]))
    donor, other = draw(constraints()), draw(constraints())
    marks = draw(st.sets(st.sampled_from(_EDITABLE), max_size=3))
    old = _taking(start, donor, [name for group in marks for name in group])
    return old, _taking(old, other, draw(st.sampled_from(_EDITABLE)))


def _taking(constraint, donor, names):
    try:
        return dataclasses.replace(constraint, **{name: getattr(donor, name) for name in names})
    except InvalidInput:
        return constraint


_EDITABLE = [
    ("status", "ended_at", "ended_by"),
    ("daily_from", "daily_to", "time_zone"),
    ("time_rule", "time_zone"),
    ("season_months", "time_zone"),
    ("rain_hold_heavy_h", "rain_hold_light_h", "rain_hold_threshold_t"),
    *(
        (name,)
        for name in (
            "effect",
            "constraint_type",
            "location_precision",
            "max_gross_t",
            "max_payload_t",
            "max_axle_t",
            "max_height_m",
            "practicability_cap",
            "drive_required",
            "valid_from",
            "valid_to",
            "permitted_until",
            "last_confirmed_at",
            "dry_days_required",
            "last_rain_at",
            "hazmat_forbidden",
            "applies_to_vehicles",
            "applies_to_max_practicability",
            "applies_to_cargo",
            "applies_to_actor",
        )
    ),
]


@settings(max_examples=300)
@given(
    changed(),
    st.sampled_from(sorted(vehicle_classes().values(), key=lambda item: item.code)),
    st.lists(moments, min_size=4, max_size=12),
)
def test_whatever_stops_blocking_some_vehicle_at_some_time_is_reported(pair, vehicle, times):
    """The law behind the table: silence means that nothing which was stopped can pass."""
    old, new = pair
    for later in (time for time in times if time >= NOON):
        stopped = effect_on(old, vehicle, later).outcome is Outcome.BLOCKS
        passes = effect_on(new, vehicle, later).outcome is not Outcome.BLOCKS
        if stopped and passes:
            assert weakened(old, new, at=NOON)


@given(constraints())
def test_nothing_is_weaker_than_itself(constraint):
    assert weakened(constraint, constraint, at=NOON) == []
