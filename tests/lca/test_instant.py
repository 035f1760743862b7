"""Moments, and windows of local time through every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.constraints import NOON

from lca.errors import UsageError
from lca.instant import (
    DailyWindow,
    end_of_local_day,
    format_instant,
    format_local,
    next_clock_change,
    parse_instant,
    parse_local_time,
    utc_now,
    zone,
)

aware = st.datetimes(
    min_value=datetime(1950, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(aware)
def test_an_instant_survives_its_own_text(moment):
    assert parse_instant(format_instant(moment)) == moment


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-21", "2026-11-21T00:00:00Z"),
        (" 2026-11-21T08:00:00Z ", "2026-11-21T08:00:00Z"),
        ("2026-11-21T08:00:00.250-03:00", "2026-11-21T11:00:00.25Z"),
        ("2026-11-21 08:00+05:45", "2026-11-21T02:15:00Z"),
    ],
)
def test_instants_are_read_with_their_offset(text, written):
    assert format_instant(parse_instant(text)) == written


@pytest.mark.parametrize(
    "text", ["", "yesterday", "21/11/2026", "2026-13-01", "2026-W47-6", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(UsageError) as caught:
        parse_instant(text)
    assert "2026-11-21T08:00:00Z" in caught.value.do_next


def test_a_time_without_an_offset_is_refused_because_it_is_many_moments():
    with pytest.raises(UsageError, match="no offset"):
        parse_instant("2026-11-21T08:00:00")


def test_format_turns_any_offset_into_utc():
    local = datetime(2026, 11, 21, 8, tzinfo=timezone(timedelta(hours=-3)))
    assert format_instant(local) == "2026-11-21T11:00:00Z"


def test_now_is_aware_and_in_utc():
    assert utc_now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "name",
    [
        "Santiago",
        "",
        "../../etc/passwd",
        "America/",
        pytest.param("1/" * 9_000 + "1", id="parts beyond the stack"),
    ],
)
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(UsageError, match="IANA"):
        zone(name)


@pytest.mark.parametrize(
    ("text", "read"), [("5:00", time(5)), ("22:30", time(22, 30)), ("22:30:00", time(22, 30))]
)
def test_times_of_day(text, read):
    assert parse_local_time(text) == read


@pytest.mark.parametrize("text", ["24:00", "12:60", "noon", "22", "22:30:15"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(UsageError):
        parse_local_time(text)


# Santiago moves its clocks at midnight, New York at 02:00, Lord Howe by half an hour.
zones = st.sampled_from(
    ["America/Santiago", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
windows = st.builds(
    DailyWindow,
    st.times().map(lambda item: item.replace(second=0, microsecond=0)),
    st.times().map(lambda item: item.replace(second=0, microsecond=0)),
    zones,
)


@given(windows, aware, st.floats(0, 1, exclude_max=True))
def test_a_window_stays_as_it_is_until_its_next_change_and_then_changes(window, moment, part):
    change = window.next_change(moment)
    if change is None:
        assert window.start == window.end
        return
    assert moment < change <= moment + timedelta(hours=50)
    between = min(moment + (change - moment) * part, change - timedelta(microseconds=1))
    assert window.holds(between) == window.holds(moment)
    assert window.holds(change) != window.holds(moment)


@pytest.mark.parametrize(
    ("start", "end", "moment", "change"),
    [
        # 2026-09-06: Santiago's clocks jump from 00:00 to 01:00, so 00:30 never comes
        (time(0, 30), time(5), "2026-09-06T03:00:00Z", "2026-09-06T04:00:00Z"),
        # 2026-04-05: they go back from 24:00 to 23:00, so 23:30 comes twice
        (time(23, 30), time(5), "2026-04-05T02:45:00Z", "2026-04-05T03:00:00Z"),
        (time(23, 30), time(5), "2026-04-05T03:00:00Z", "2026-04-05T03:30:00Z"),
    ],
)
def test_a_change_of_the_clocks_opens_and_closes_windows(start, end, moment, change):
    window = DailyWindow(start, end, "America/Santiago")
    assert window.next_change(parse_instant(moment)) == parse_instant(change)


def test_a_window_over_the_whole_day_always_holds():
    window = DailyWindow(time(6), time(6), "UTC")
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)
    assert window.holds(noon)
    assert window.holds(noon.replace(hour=6))
    assert window.next_change(noon) is None


def test_a_window_is_half_open():
    window = DailyWindow(time(22), time(5), "UTC")
    at = datetime(2026, 11, 18, tzinfo=UTC)
    assert [window.holds(at.replace(hour=hour)) for hour in (21, 22, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]
    assert window.text() == "22:00–05:00 UTC"


@pytest.mark.parametrize(
    ("name", "day", "end"),
    [
        ("UTC", date(2026, 11, 15), "2026-11-16T00:00:00Z"),
        ("Africa/Juba", date(2024, 2, 29), "2024-02-29T22:00:00Z"),
        # the clocks skip midnight
        ("America/Santiago", date(2026, 9, 5), "2026-09-06T04:00:00Z"),
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T22:00:00Z"),
        # they skip from half past eleven to half past midnight
        ("America/Toronto", date(1919, 3, 30), "1919-03-31T04:30:00Z"),
        # midnight comes twice: the day has ended when it comes first
        ("America/Havana", date(2026, 10, 31), "2026-11-01T04:00:00Z"),
        # Samoa had no thirtieth
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00:00Z"),
        ("Africa/Monrovia", date(1904, 2, 29), "1904-03-01T00:43:08Z"),
    ],
)
def test_a_day_ends_when_the_next_one_begins(name, day, end):
    found = end_of_local_day(day, zone(name))
    assert format_instant(found) == end
    assert found.astimezone(zone(name)).date() > day
    assert (found - timedelta(seconds=1)).astimezone(zone(name)).date() <= day


def test_a_change_of_the_clocks_is_found_to_the_second():
    spring = next_clock_change("America/Santiago", NOON, NOON + timedelta(days=400))
    assert format_instant(spring) == "2027-04-04T03:00:00Z"
    assert next_clock_change("America/Santiago", spring, spring + timedelta(days=30)) is None
    assert next_clock_change("UTC", NOON, NOON + timedelta(days=400)) is None


def test_a_moment_by_the_clocks_of_a_place_names_the_day_in_utc_where_it_is_another():
    santiago, evening = zone("America/Santiago"), datetime(2026, 11, 19, 1, 30, tzinfo=UTC)
    assert format_local(evening, santiago) == "18 Nov 2026 22:30 -03:00 [19 Nov 01:30 UTC]"
    noon = evening + timedelta(hours=12)
    assert format_local(noon, santiago) == "19 Nov 2026 10:30 -03:00 [13:30 UTC]"
    assert format_local(noon, zone("Asia/Kathmandu")) == "19 Nov 2026 19:15 +05:45 [13:30 UTC]"
