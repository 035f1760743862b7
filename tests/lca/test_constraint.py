"""The life of a constraint, and the records that contradict themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from support.constraints import NOON, a_constraint, constraints, moments

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
