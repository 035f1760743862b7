"""The life of a constraint, and the records that contradict themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from support.constraints import NOON, RAIN_BARRIER, a_constraint, constraints, moments

from lca.constraint import Standing
from lca.errors import InvalidInput
from lca.vocab import ConstraintStatus

HOUR = timedelta(hours=1)
NIGHT = {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "America/Santiago"}


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.HOLDS),
        ({"valid_from": NOON}, Standing.HOLDS),
        ({"valid_from": NOON + HOUR}, Standing.NOT_YET),
        ({"valid_to": NOON + HOUR}, Standing.HOLDS),
        ({"valid_to": NOON}, Standing.LAPSED),
        ({"valid_to": NOON - HOUR, "last_confirmed_at": NOON - HOUR}, Standing.HOLDS),
        ({"valid_to": NOON, "last_confirmed_at": NOON - HOUR}, Standing.LAPSED),
        (NIGHT, Standing.PAUSED),
        ({"status": ConstraintStatus.REJECTED}, Standing.ENDED),
        (
            {"status": ConstraintStatus.RESOLVED, "ended_at": NOON, "ended_by": "MOP"},
            Standing.ENDED,
        ),
        (
            {"status": ConstraintStatus.RESOLVED, "ended_at": NOON + HOUR, "ended_by": "MOP"},
            Standing.HOLDS,
        ),
        # who says that it ended, and when, says nothing until its status does
        ({"ended_at": NOON - HOUR}, Standing.HOLDS),
    ],
)
def test_standing_at_noon(changes, standing):
    assert a_constraint(**changes).standing(NOON) is standing


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"valid_from": NOON, "valid_to": NOON}, "valid_to is not after valid_from"),
        ({"speed_factor": 0.0}, "speed_factor"),
        ({"speed_factor": 50.0}, "speed_factor"),
        ({"delay_min": -5.0}, "delay_min"),
        ({"max_gross_t": 0.0}, "max_gross_t"),
        ({"max_height_m": float("nan")}, "max_height_m"),
        ({"daily_from": "22:00", "time_zone": "America/Santiago"}, "Only one of the daily"),
        ({"daily_from": "22:00", "daily_to": "05:00"}, "no time zone"),
        ({**NIGHT, "daily_to": "25:00"}, "daily_to"),
        ({**NIGHT, "time_zone": "Santiago time"}, "time_zone"),
        ({"max_axle_t": -3.0}, "max_axle_t -3.0 is not above 0"),
        ({"valid_to": NOON.replace(year=9999)}, "valid_to lies in the year 9999"),
        ({"valid_from": NOON.replace(year=1853)}, "valid_from lies in the year 1853"),
        ({"delay_min": 30.0, "delay_max_min": 20.0}, "delay_max_min"),
        ({"permit_lead_days": -1.0}, "permit_lead_days"),
        ({"rain_hold_heavy_h": -6.0}, "rain_hold_heavy_h"),
        ({"rain_hold_threshold_t": 3.5}, "no hold is given"),
        ({"season_months": (0, 13), "time_zone": "Africa/Juba"}, "season_months holds 0, 13"),
        ({"season_months": (8,)}, "season_months have no time zone"),
        ({"time_rule": "Su"}, "time_rule has no time zone"),
        ({"time_rule": "at night", "time_zone": "Africa/Juba"}, "'at night' cannot be read"),
        # it holds while its rule says open: one that only says when it is not would never hold
        ({"time_rule": "22:00-05:00 closed", "time_zone": "Africa/Juba"}, "never"),
        ({"time_rule": "Mo-Su off", "time_zone": "Africa/Juba"}, "never"),
        ({"time_rule": "Mo-Fr 08:00-09:00; Mo-Su off", "time_zone": "Africa/Juba"}, "never"),
        ({"applies_to_cargo": ("unstated",)}, "applies_to_cargo 'unstated'"),
        ({"applies_to_actor": ("UN",)}, "applies_to_actor 'UN'"),
        (
            {"applies_to_min_practicability": 5, "applies_to_max_practicability": 4},
            "applies_to_min_practicability is above",
        ),
        ({"chainage_from_km": 40.0, "chainage_to_km": 12.0}, "is before chainage_from_km"),
        ({"chainage_to_km": 12.0}, "has no chainage_from_km"),
        ({"chainage_from_km": -1.0}, "chainage_from_km -1.0 is below 0"),
        ({"offset_bearing": "up"}, "no point of the compass"),
        ({"status": ConstraintStatus.RESOLVED, "ended_at": NOON}, "when it ended and who"),
        ({"status": ConstraintStatus.RESOLVED, "ended_by": "MOP"}, "when it ended and who"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused_with_a_mend(changes, says):
    with pytest.raises(InvalidInput, match=says) as caught:
        a_constraint(**changes)
    assert caught.value.where == "bridge"
    assert caught.value.do_next


def test_an_overdue_review_is_told_from_its_very_moment():
    due = a_constraint(review_by=NOON)
    assert due.review_overdue(NOON)
    assert not due.review_overdue(NOON - HOUR)
    assert not a_constraint().review_overdue(NOON)


def test_the_next_change_is_the_first_of_all_that_time_alone_brings():
    constraint = a_constraint(
        valid_from=NOON - HOUR, valid_to=NOON + 30 * HOUR, review_by=NOON + 20 * HOUR, **NIGHT
    )
    # 22:00 in Santiago is 01:00 UTC.
    assert constraint.next_change(NOON) == NOON.replace(hour=1) + timedelta(days=1)
    assert a_constraint().next_change(NOON) is None


@given(constraints(), moments)
def test_standing_changes_only_at_announced_moments(constraint, at):
    change = constraint.next_change(at)
    if change is None:
        change = at + timedelta(days=100)
    assert change > at
    assert constraint.standing(change - timedelta(microseconds=1)) is constraint.standing(at)


def test_a_date_of_1904_and_a_leap_day_are_dates():
    old = a_constraint(
        valid_from=datetime(1904, 2, 29, tzinfo=UTC), valid_to=datetime(1904, 3, 1, tzinfo=UTC)
    )
    assert old.standing(datetime(1904, 2, 29, 23, 59, 59, tzinfo=UTC)) is Standing.HOLDS
    assert old.standing(datetime(1904, 3, 1, tzinfo=UTC)) is Standing.LAPSED


def test_the_end_of_a_hold_after_rain_is_announced_for_either_mass():
    rained = a_constraint(**RAIN_BARRIER, last_rain_at=NOON)
    assert rained.next_change(NOON) == NOON + 3 * HOUR
    assert rained.next_change(NOON + 3 * HOUR) == NOON + 6 * HOUR
    assert rained.next_change(NOON + 6 * HOUR) is None


def test_rules_of_time_wait_for_each_other():
    """Fridays from noon to two, in August: the first such Friday is found in a step or two."""
    market = a_constraint(time_rule="Fr 12:00-14:00", season_months=(8,), time_zone="Africa/Juba")
    opens = datetime(2027, 8, 6, 10, tzinfo=UTC)
    assert market.next_change(NOON) == opens
    assert market.next_change(opens) == opens + 2 * HOUR


def test_what_no_clock_can_tell_holds_perhaps_and_never_changes():
    dark = a_constraint(time_rule="sunset-sunrise", time_zone="Africa/Juba")
    assert dark.perhaps(NOON)
    assert dark.standing(NOON) is Standing.HOLDS
    assert dark.next_change(NOON) is None
    assert not a_constraint(time_rule="We", time_zone="Africa/Juba").perhaps(NOON)


def test_rules_are_told_in_words():
    everything = a_constraint(**NIGHT, time_rule="Mo-Fr", season_months=(11, 12, 1, 5))
    assert everything.recurrence is not None
    assert everything.recurrence.text() == (
        "daily 22:00–05:00, Mo-Fr, in May, November–January America/Santiago"
    )
