"""A timetable of many constraints gives the change that asking each of them gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.rows import constraint

from lca.constraint import Standing
from lca.vocab import ConstraintStatus
from routing.timetable import Timetable

START = datetime(2026, 11, 18, 6, tzinfo=UTC)
MOMENTS = st.integers(0, 60).map(lambda hours: START + timedelta(hours=hours))
DATES = st.none() | MOMENTS
WINDOWS = st.sampled_from(
    [
        {},
        {"daily_from": "09:00", "daily_to": "17:00", "time_zone": "UTC"},
        {"time_rule": "Th 06:00-18:00", "time_zone": "Africa/Juba"},
        {"season_months": (11,), "daily_from": "22:00", "daily_to": "02:00", "time_zone": "UTC"},
        {"rain_hold_heavy_h": 6.0, "rain_hold_light_h": 3.0, "last_rain_at": START},
    ]
)


@st.composite
def constraints(draw):
    begins = draw(DATES)
    after = st.integers(1, 40).map(lambda hours: (begins or START) + timedelta(hours=hours))
    ended = draw(st.none() | after)
    return constraint(
        "one",
        valid_from=begins,
        valid_to=draw(st.none() | after),
        permitted_until=draw(DATES),
        review_by=draw(DATES),
        ended_at=ended,
        status=ConstraintStatus.RESOLVED
        if ended
        else draw(st.sampled_from([ConstraintStatus.VERIFIED, ConstraintStatus.REJECTED])),
        ended_by="Ministry" if ended else None,
        **draw(WINDOWS),
    )


@given(st.lists(constraints(), max_size=5), MOMENTS, st.integers(0, 30))
def test_the_next_change_is_that_of_the_standing_constraint_that_changes_first(
    several, since, hours
):
    after = since + timedelta(hours=hours)
    changes = [
        item.next_change(after) for item in several if item.standing(since) is not Standing.ENDED
    ]
    expected = min((change for change in changes if change is not None), default=None)
    assert Timetable.of(several).next_change(after, since=since) == expected


def test_microseconds_are_not_lost():
    moment = START + timedelta(microseconds=1)
    table = Timetable.of([constraint("one", review_by=moment)])
    assert table.next_change(START) == moment
    assert table.next_change(moment) is None
