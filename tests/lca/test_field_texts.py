"""What field texts say of roads (domain 1.6), each as a constraint, and what it does to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.constraints import NOON, RAIN_BARRIER, a_constraint

from lca.effect import Outcome, effect_on
from lca.vehicle import vehicle_class
from lca.vocab import (
    Actor,
    Bypass,
    Cargo,
    ConstraintType,
    EffectKind,
    Practicability,
    RepairState,
    SecurityCategory,
)

OPEN, NOTED, CONDITION, SHUT = Outcome.NONE, Outcome.NOTES, Outcome.CONDITIONS, Outcome.BLOCKS
HOUR = timedelta(hours=1)
TRUCK, CAR = vehicle_class("truck_heavy_3"), vehicle_class("lv_4wd")
RESTRICTED = {"effect": EffectKind.RESTRICTED}
JUBA = {"time_zone": "Africa/Juba"}


def on(vehicle, at=NOON, **changes):
    return effect_on(a_constraint(**changes), vehicle, at)


class TestRainBarriers:
    """Heavier than 3.5 t: 6 hours after rain; all others: 3 hours."""

    @pytest.mark.parametrize(
        ("hours_after_rain", "truck", "car"),
        [
            (0, SHUT, SHUT),
            (2.999, SHUT, SHUT),
            (3, SHUT, CONDITION),
            (5.999, SHUT, CONDITION),
            (6, CONDITION, CONDITION),
            (24, CONDITION, CONDITION),
            (-1, SHUT, SHUT),  # it is still raining
        ],
    )
    def test_a_barrier_opens_for_each_mass_after_its_own_hold(self, hours_after_rain, truck, car):
        rained = {**RAIN_BARRIER, "last_rain_at": NOON - hours_after_rain * HOUR}
        assert on(TRUCK, **rained).outcome is truck
        assert on(CAR, **rained).outcome is car

    def test_the_threshold_is_of_gross_mass_and_is_not_heavy_itself(self):
        rained = {**RAIN_BARRIER, "last_rain_at": NOON - 4 * HOUR}
        assert CAR.gross_t == 3.5
        assert on(CAR, **rained).outcome is CONDITION
        # Its payload of 1 t would be light; its gross mass of 3.6 t is not.
        assert on(replace(CAR, gross_t=3.6), **rained).outcome is SHUT
        assert on(replace(CAR, gross_t=3.6), **rained, rain_hold_threshold_t=5.0).outcome is (
            CONDITION
        )

    def test_once_open_it_says_that_no_rain_may_have_fallen_since(self):
        rained = on(TRUCK, **RAIN_BARRIER, last_rain_at=NOON - 9 * HOUR)
        assert rained.reason == (
            "passable only if it has not rained since 18 Nov 2026 03:00 UTC "
            "(closed until 6 h after rain)"
        )

    def test_without_a_known_rain_it_conditions_and_says_so(self):
        effect = on(TRUCK, **RAIN_BARRIER)
        assert effect.outcome is CONDITION
        assert effect.reason == "passable only 6 h after rain; when it last rained is not known"

    def test_a_barrier_for_heavy_vehicles_only_lets_light_ones_pass(self):
        barrier = {**RESTRICTED, "rain_hold_heavy_h": 12.0, "last_rain_at": NOON}
        assert on(TRUCK, **barrier).outcome is SHUT
        assert on(CAR, **barrier).outcome is NOTED

    def test_passable_only_after_two_dry_days(self):
        road = {"effect": EffectKind.DIFFICULT, "dry_days_required": 2}
        wet = {**road, "last_rain_at": NOON - 47 * HOUR}
        dry = {**road, "last_rain_at": NOON - 48 * HOUR}
        assert on(TRUCK, **wet).outcome is SHUT
        assert on(TRUCK, **wet).reason == "closed after rain until 18 Nov 2026 13:00 UTC"
        assert on(TRUCK, **dry).outcome is CONDITION
        assert "(closed until 2 dry days after rain)" in on(TRUCK, **dry).reason


@pytest.mark.parametrize(
    ("changes", "vehicle", "expected"),
    [
        # "may not be passable during the peak of the rainy season (August to October)"
        ({"season_months": (8, 9, 10), **JUBA}, {}, OPEN),
        ({"season_months": (11,), **JUBA}, {}, SHUT),
        ({"season_months": (11, 12, 1), **JUBA}, {}, SHUT),
        # "accessible to light vehicles and trucks up to 20 mt"
        ({**RESTRICTED, "max_payload_t": 20.0}, {}, NOTED),
        # a ban for trucks only; one for a class; one for what is above 3
        ({"applies_to_min_practicability": Practicability.HEAVY_TRUCK}, {}, SHUT),
        ({"applies_to_max_practicability": Practicability.LIGHT_TRUCK}, {}, OPEN),
        ({"applies_to_vehicles": ("Truck_Heavy_3",)}, {}, SHUT),
        ({"applies_to_vehicles": ("artic_5",)}, {}, OPEN),
        # a class that nobody here knows may be any vehicle
        ({"applies_to_vehicles": ("truck_heavy3",)}, {}, CONDITION),
        ({"applies_to_vehicles": ("truck_heavy3", "truck_heavy_3")}, {}, SHUT),
        # the road is closed to commercial cargo only
        ({"applies_to_cargo": ("commercial",)}, {"cargo": Cargo.COMMERCIAL}, SHUT),
        ({"applies_to_cargo": ("commercial",)}, {"cargo": Cargo.HUMANITARIAN}, OPEN),
        ({"applies_to_cargo": ("commercial",)}, {}, CONDITION),
        # no passage for the UN
        ({"applies_to_actor": ("un",)}, {"actor": Actor.UN}, SHUT),
        ({"applies_to_actor": ("un",)}, {"actor": Actor.NGO}, OPEN),
        ({"applies_to_actor": ("un",)}, {}, CONDITION),
        # both have to fit, and one that does not decides
        (
            {"applies_to_actor": ("un",), "applies_to_cargo": ("fuel",)},
            {"actor": Actor.NGO},
            OPEN,
        ),
        # tunnels and ferries
        ({**RESTRICTED, "hazmat_forbidden": True}, {"hazmat": True}, SHUT),
        ({**RESTRICTED, "hazmat_forbidden": True}, {"cargo": Cargo.FUEL}, SHUT),
        ({**RESTRICTED, "hazmat_forbidden": True}, {}, NOTED),
        ({**RESTRICTED, "hazmat_forbidden": False}, {"hazmat": True}, CONDITION),
        # Wednesdays are market days (the eighteenth is one), nights are closed
        ({"time_rule": "We", **JUBA}, {}, SHUT),
        ({"time_rule": "Th", **JUBA}, {}, OPEN),
        ({"time_rule": "22:00-05:00", **JUBA}, {}, OPEN),
        ({"time_rule": "sunset-sunrise", **JUBA}, {}, CONDITION),
        # every rule of time that is given has to hold
        ({"time_rule": "We", "season_months": (8, 9), **JUBA}, {}, OPEN),
        # what must be had, whatever the effect is called
        ({"effect": EffectKind.ADVISORY, "convoy_required": True}, {}, CONDITION),
        ({"effect": EffectKind.ADVISORY, "escort_required": False}, {}, NOTED),
        ({"effect": EffectKind.ADVISORY, "permit_lead_days": 7.0}, {}, CONDITION),
        # a security category blocks nobody by itself
        ({"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.E}, {}, NOTED),
        # a repair that is done ends nothing, and a bypass opens nothing
        ({"repair_state": RepairState.DONE, "bypass": Bypass.YES}, {}, SHUT),
    ],
)
def test_at_noon_in_november_for_a_heavy_truck(changes, vehicle, expected):
    assert on(replace(TRUCK, **vehicle), **changes).outcome is expected


def test_a_season_begins_and_ends_at_local_midnight():
    # Juba is two hours ahead of UTC.
    peak = a_constraint(season_months=(8, 9, 10), **JUBA)
    begins, ends = datetime(2026, 7, 31, 22, tzinfo=UTC), datetime(2026, 10, 31, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert [
        effect_on(peak, TRUCK, at).outcome for at in (begins - second, begins, ends - second, ends)
    ] == [OPEN, SHUT, SHUT, OPEN]
    assert peak.next_change(NOON) == begins.replace(year=2027)
    assert peak.next_change(begins) == ends


def test_requirements_are_named_with_lead_time_and_issuer():
    effect = on(
        TRUCK,
        **RESTRICTED,
        permit_name="Travel notification",
        permit_issued_by="HAC",
        permit_lead_days=3.0,
        convoy_required=True,
        escort_required=True,
    )
    assert effect.outcome is CONDITION
    assert effect.requirements == (
        "a permit (Travel notification, issued by HAC, 3 days ahead)",
        "a convoy",
        "an escort",
    )
    assert effect.reason.endswith("a convoy is required; an escort is required")


@pytest.mark.parametrize(
    ("kind", "need"),
    [
        (ConstraintType.CONVOY_ESCORT_REQUIRED, "a convoy or escort"),
        (ConstraintType.PERMIT_REQUIRED, "a permit"),
    ],
)
def test_the_type_alone_says_what_is_needed(kind, need):
    effect = on(TRUCK, effect=EffectKind.ADVISORY, constraint_type=kind)
    assert (effect.outcome, effect.requirements) == (CONDITION, (need,))


def test_a_delay_has_a_shortest_and_a_longest():
    crossing = {"effect": EffectKind.DELAY_ONLY, "delay_min": 5760.0, "delay_max_min": 7200.0}
    effect = on(TRUCK, **crossing)  # "four to five days to cross"
    assert (effect.delay_s / 86400, effect.delay_max_s / 86400) == (4, 5)
    assert effect.reason == "causes a delay (5760 to 7200 min)"
    assert on(TRUCK, effect=EffectKind.DELAY_ONLY, delay_min=30.0).delay_max_s == 1800
    unsure = on(TRUCK, effect=EffectKind.DELAY_ONLY, delay_max_min=60.0)
    assert (unsure.delay_s, unsure.delay_max_s) == (0, 3600)


def test_the_security_category_is_told_while_it_holds_only():
    tense = {"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.D}
    assert on(TRUCK, **tense).security is SecurityCategory.D
    assert on(TRUCK, security_category=SecurityCategory.D).security is SecurityCategory.D
    assert on(TRUCK, **tense, valid_from=NOON + HOUR).security is None


def test_a_permission_with_an_expiry_still_waits_for_dry_ground():
    border = {"permitted_until": NOON + 90 * 24 * HOUR, "dry_days_required": 2}
    assert on(TRUCK, **border, last_rain_at=NOON - HOUR).outcome is SHUT
    effect = on(TRUCK, **border)
    assert effect.outcome is CONDITION
    assert effect.reason.startswith("passage under a permission that expires; passable only 2 dry")


def test_who_says_nothing_of_the_cargo_is_told_whom_it_concerns():
    effect = on(TRUCK, applies_to_cargo=("fuel", "commercial"))
    assert effect.reason == (
        "closed; it concerns fuel and commercial only, and what it carries is not said"
    )
