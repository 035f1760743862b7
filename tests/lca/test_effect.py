"""Which vehicle may pass which constraint, as a table that a logistician can check."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.constraints import NOON, a_constraint, constraints, moments

from lca.concern import Concern, concern, names_some_only
from lca.constraint import Standing
from lca.effect import Outcome, effect_on, exceeded_limits
from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import (
    ConstraintStatus,
    ConstraintType,
    Drive,
    EffectKind,
    LocationPrecision,
    Practicability,
)

OPEN, NOTED, CONDITION, SHUT = Outcome.NONE, Outcome.NOTES, Outcome.CONDITIONS, Outcome.BLOCKS
vehicles = st.sampled_from(sorted(vehicle_classes().values(), key=lambda item: item.code))


def outcome(constraint, vehicle="truck_heavy_3", at=NOON):
    return effect_on(constraint, vehicle_class(vehicle), at).outcome


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        # gross masses: 4WD 3.5 t, light truck 7.5 t, heavy truck 26 t, articulated 40 t
        ({"max_gross_t": 10.0}, {"lv_4wd": NOTED, "truck_light": NOTED, "truck_heavy_3": SHUT}),
        ({"max_gross_t": 26.0}, {"truck_heavy_3": NOTED, "artic_5": SHUT}),
        # payloads: light truck 3.5 t, heavy truck 18 t
        ({"max_payload_t": 10.0}, {"truck_light": NOTED, "truck_heavy_3": SHUT}),
        ({"max_axle_t": 10.0}, {"truck_heavy_4": NOTED, "truck_medium": SHUT}),
        ({"max_height_m": 3.5}, {"truck_light": NOTED, "truck_6x6": SHUT}),
        ({"max_width_m": 2.45}, {"truck_light": NOTED, "truck_medium": SHUT}),
        ({"max_length_m": 12.0}, {"truck_medium": NOTED, "artic_3": SHUT}),
        (
            {"practicability_cap": Practicability.LIGHT_TRUCK},
            {"lv_4wd": NOTED, "truck_light": NOTED, "truck_medium": SHUT},
        ),
        (
            {"drive_required": Drive.D4X4},
            {"lv_4wd": NOTED, "truck_6x6": NOTED, "truck_light": SHUT},
        ),
    ],
)
def test_a_limit_stops_what_exceeds_it_and_lets_the_equal_pass(limit, expected):
    constraint = a_constraint(effect=EffectKind.RESTRICTED, **limit)
    assert {code: outcome(constraint, code) for code in expected} == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"effect": EffectKind.BLOCKED}, SHUT),
        ({"effect": EffectKind.RESTRICTED}, CONDITION),
        ({"effect": EffectKind.DIFFICULT}, CONDITION),
        ({"effect": EffectKind.DELAY_ONLY}, CONDITION),
        ({"effect": EffectKind.ADVISORY}, NOTED),
        ({"effect": EffectKind.UNKNOWN}, CONDITION),
        (
            {
                "effect": EffectKind.ADVISORY,
                "constraint_type": ConstraintType.CONVOY_ESCORT_REQUIRED,
            },
            CONDITION,
        ),
        ({"status": ConstraintStatus.REPORTED}, SHUT),
        ({"status": ConstraintStatus.DISPUTED}, SHUT),
        ({"status": ConstraintStatus.REJECTED}, OPEN),
        ({"location_precision": LocationPrecision.APPROXIMATE}, SHUT),
        ({"location_precision": LocationPrecision.BAD}, CONDITION),
        ({"location_precision": LocationPrecision.UNKNOWN}, CONDITION),
        ({"review_by": NOON - timedelta(days=9)}, SHUT),  # an overdue review still blocks
        ({"valid_from": NOON + timedelta(hours=1)}, OPEN),
        ({"valid_to": NOON}, CONDITION),  # half-open: it has just lapsed, nobody ended it
        ({"valid_to": NOON + timedelta(seconds=1)}, SHUT),
        ({"permitted_until": NOON + timedelta(hours=1)}, CONDITION),
        ({"permitted_until": NOON}, SHUT),  # a permission that lapses closes
        ({"effect": EffectKind.ADVISORY, "permitted_until": NOON}, SHUT),
    ],
)
def test_rules_1_to_3_at_noon_for_a_heavy_truck(changes, expected):
    assert outcome(a_constraint(**changes)) is expected


def test_a_permission_does_not_carry_a_truck_over_a_bridge_that_is_too_weak_for_it():
    bridge = a_constraint(
        effect=EffectKind.RESTRICTED, max_gross_t=10.0, permitted_until=NOON + timedelta(days=1)
    )
    assert outcome(bridge, "truck_heavy_3") is SHUT
    assert outcome(bridge, "truck_light") is CONDITION


def test_an_explicit_end_opens_the_road_from_its_moment_on():
    ended = a_constraint(status=ConstraintStatus.RESOLVED, ended_at=NOON, ended_by="MOP")
    assert outcome(ended, at=NOON - timedelta(seconds=1)) is SHUT
    assert outcome(ended, at=NOON) is OPEN


def test_a_night_ban_closes_by_local_time():
    ban = a_constraint(daily_from="22:00", daily_to="05:00", time_zone="America/Santiago")
    # Santiago is three hours behind UTC in November.
    assert outcome(ban, at=NOON.replace(hour=0, minute=59)) is OPEN
    assert outcome(ban, at=NOON.replace(hour=1)) is SHUT
    assert outcome(ban, at=NOON.replace(hour=7, minute=59)) is SHUT
    assert outcome(ban, at=NOON.replace(hour=8)) is OPEN


def test_the_excess_says_both_numbers():
    (excess,) = exceeded_limits(a_constraint(max_gross_t=10.0), vehicle_class("truck_heavy_3"))
    assert (excess.limit, excess.limit_value, excess.vehicle_value, excess.unit) == (
        "gross mass",
        10.0,
        26.0,
        "t",
    )


def test_what_a_passable_constraint_costs_is_kept():
    effect = effect_on(
        a_constraint(effect=EffectKind.DELAY_ONLY, delay_min=45.0, speed_factor=0.5),
        vehicle_class("lv_4wd"),
        NOON,
    )
    assert (effect.delay_s, effect.speed_factor) == (2700.0, 0.5)


@given(constraints(), vehicles, moments)
def test_only_what_holds_and_can_be_placed_ever_blocks(constraint, vehicle, at):
    effect = effect_on(constraint, vehicle, at)
    if effect.outcome is SHUT:
        assert constraint.standing(at) is Standing.HOLDS
        assert constraint.location_precision.locates
        assert concern(constraint, vehicle)[0] is Concern.YES
    if constraint.standing(at) is Standing.LAPSED:
        assert effect.outcome in {OPEN, NOTED, CONDITION}


@given(constraints(), moments)
def test_a_vehicle_that_is_smaller_in_everything_is_never_worse_off(constraint, at):
    assume(not names_some_only(constraint))
    small, large = vehicle_class("truck_heavy_3"), vehicle_class("artic_6")
    assert small.payload_t <= large.payload_t
    if small.axle_load_t <= large.axle_load_t:
        assert effect_on(constraint, small, at).outcome <= effect_on(constraint, large, at).outcome


@given(constraints(), vehicles, moments)
def test_outcomes_change_only_at_the_moments_that_are_announced(constraint, vehicle, at):
    """An answer's ``valid_until`` rests on this (rule 6)."""
    change = constraint.next_change(at) or at + timedelta(days=400)
    now = effect_on(constraint, vehicle, at).outcome
    for part in (0.25, 0.5, 0.999):
        assert effect_on(constraint, vehicle, at + (change - at) * part).outcome is now
