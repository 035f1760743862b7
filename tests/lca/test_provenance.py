"""How far a record is believed: grade, age, and the day after which nobody should."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.constraints import NOON, a_constraint

from lca.vocab import Confidence, Credibility, Reliability

DAY = timedelta(days=1)
HIGH, MEDIUM, LOW, NONE = (
    Confidence.HIGH,
    Confidence.MEDIUM,
    Confidence.LOW,
    Confidence.NONE,
)


def graded(grade, **changes):
    return a_constraint(
        reliability=Reliability(grade[0]), credibility=Credibility(int(grade[1])), **changes
    )


@pytest.mark.parametrize(
    ("level", "grades"),
    [
        (HIGH, "A1 A2 B1 B2"),
        (MEDIUM, "A3 A6 B3 C1 C2 C3 C6 F1 F3"),
        (LOW, "A4 A5 B5 C4 D1 D6 E1 E5 F4 F6"),
    ],
)
def test_by_its_grade(level, grades):
    for grade in grades.split():
        assert graded(grade).confidence(NOON) is level, grade


@pytest.mark.parametrize(
    ("days", "a_good_one", "a_fair_one", "a_poor_one"),
    [
        # stated a day before noon, to be reviewed two days after it: a span of three days
        (1.999, HIGH, MEDIUM, LOW),
        (2, MEDIUM, LOW, LOW),
        (8, MEDIUM, LOW, LOW),
        (8.001, NONE, NONE, NONE),
    ],
)
def test_by_its_age(days, a_good_one, a_fair_one, a_poor_one):
    for grade, level in (("A1", a_good_one), ("C3", a_fair_one), ("F6", a_poor_one)):
        record = graded(grade, review_by=NOON + 2 * DAY)
        assert record.confidence(NOON + days * DAY) is level
        assert record.stale(NOON + days * DAY) is (days >= 2)


def test_a_confirmation_shortens_the_span_from_its_own_day():
    record = graded("A1", review_by=NOON + 2 * DAY, last_confirmed_at=NOON + DAY)
    assert record.confidence(NOON + 4 * DAY) is MEDIUM
    assert record.confidence(NOON + 4.5 * DAY) is NONE


def test_a_review_that_was_due_before_anything_was_said_is_no_span():
    record = graded("A1", review_by=NOON - 2 * DAY)
    assert record.confidence(NOON - 2 * DAY) is MEDIUM
    assert record.confidence(NOON) is NONE


def test_without_a_review_date_it_never_grows_stale():
    assert not graded("A1").stale(NOON + 9999 * DAY)
    assert graded("A1").confidence(NOON + 9999 * DAY) is HIGH


def test_levels_have_an_order():
    assert [level.rank for level in (NONE, LOW, MEDIUM, HIGH)] == [0, 1, 2, 3]
