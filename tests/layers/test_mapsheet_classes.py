"""What a map calls closed, restricted, unverified or a note: the table a logistician can check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from support.constraints import a_constraint, constraints, moments

from layers.mapclass import access_class, effect_words, source_words
from layers.palette import AccessClass
from lca.constraint import Standing
from lca.effect import Outcome, effect_on
from lca.vehicle import vehicle_classes
from lca.vocab import ConstraintStatus, Direction, EffectKind, LocationPrecision

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NIGHT = {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "UTC"}
CLOSED, RESTRICTED, UNVERIFIED, NOTE = AccessClass

TABLE = [
    (CLOSED, "closed", {}),
    (CLOSED, "closed, disputed", {"status": ConstraintStatus.DISPUTED}),
    (CLOSED, "closed, review overdue", {"review_by": NOON - DAY}),
    (CLOSED, "a permission that has expired", {"permitted_until": NOON}),
    (RESTRICTED, "a permission that still holds", {"permitted_until": NOON + DAY}),
    (RESTRICTED, "a limit", {"effect": EffectKind.RESTRICTED, "max_gross_t": 10.0}),
    (RESTRICTED, "an advisory with a limit", {"effect": EffectKind.ADVISORY, "max_height_m": 3.0}),
    (
        CLOSED,
        "a permission that has expired, of unknown effect",
        {"effect": EffectKind.UNKNOWN, "permitted_until": NOON},
    ),
    (RESTRICTED, "a limit, of unknown effect", {"effect": EffectKind.UNKNOWN, "max_gross_t": 10.0}),
    (RESTRICTED, "difficult", {"effect": EffectKind.DIFFICULT}),
    (RESTRICTED, "a delay", {"effect": EffectKind.DELAY_ONLY, "delay_min": 30.0}),
    (RESTRICTED, "closed at night, by day", NIGHT),
    (UNVERIFIED, "lapsed", {"valid_to": NOON - DAY}),
    (UNVERIFIED, "badly located", {"location_precision": LocationPrecision.BAD}),
    (UNVERIFIED, "located nobody knows how", {"location_precision": LocationPrecision.UNKNOWN}),
    (UNVERIFIED, "of unknown effect", {"effect": EffectKind.UNKNOWN}),
    (NOTE, "an advisory", {"effect": EffectKind.ADVISORY}),
    (NOTE, "announced", {"valid_from": NOON + DAY}),
    (None, "rejected", {"status": ConstraintStatus.REJECTED}),
    (
        None,
        "ended",
        {"status": ConstraintStatus.RESOLVED, "ended_at": NOON, "ended_by": "MOP"},
    ),
]


@pytest.mark.parametrize(("expected", "case", "fields"), TABLE, ids=[row[1] for row in TABLE])
def test_a_constraint_shows_as(expected, case, fields):
    assert access_class(a_constraint(**fields), NOON) is expected


def test_a_night_closure_shows_as_closed_at_night():
    assert access_class(a_constraint(**NIGHT), NOON.replace(hour=23)) is CLOSED


@given(constraints(), moments)
def test_what_the_map_calls_closed_blocks_every_vehicle(constraint, at):
    if access_class(constraint, at) is CLOSED:
        for vehicle in vehicle_classes().values():
            assert effect_on(constraint, vehicle, at).outcome is Outcome.BLOCKS


@given(constraints(), moments)
def test_what_no_road_was_found_for_is_never_closed(constraint, at):
    shown = access_class(constraint, at, matched=False)
    assert shown in {None, UNVERIFIED, NOTE}
    assert (shown is None) is (access_class(constraint, at) is None)


@given(constraints(), moments)
def test_only_what_has_ended_leaves_the_map(constraint, at):
    gone = access_class(constraint, at) is None
    assert gone is (constraint.standing(at) is Standing.ENDED)


def test_the_words_name_direction_limits_hours_and_end():
    constraint = a_constraint(
        effect=EffectKind.RESTRICTED,
        direction=Direction.FORWARD,
        max_gross_t=10.0,
        max_height_m=3.8,
        delay_min=20.0,
        valid_to=NOON + DAY,
        **NIGHT,
    )
    assert effect_words(constraint, NOON) == (
        "restricted in one direction (forward) · max 10 t gross · max 3.8 m height · about 20 min"
        " · daily 22:00–05:00 UTC · until 19 Nov 2026"
    )


def test_an_overdue_review_comes_first():
    words = source_words(a_constraint(review_by=NOON - DAY), NOON)
    assert words == "Review overdue; verified by Logistics Cluster, 17 Nov 2026, F6"
