"""Rules for some vehicles, one direction or some times: strict while a moment is not named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.vehicle import vehicle_class
from routing.conditional import parse_conditional

TRUCK = replace(vehicle_class("truck_medium"), gross_t=16.0, axle_load_t=9.0, height_m=3.6)
VAN = replace(TRUCK, gross_t=3.0)
CAR = vehicle_class("lv_4wd")

THURSDAY_NOON = datetime.fromisoformat("2026-01-01T12:00")
NIGHT = datetime.fromisoformat("2026-01-01T23:00")
SUNDAY = datetime.fromisoformat("2026-01-04T12:00")
JULY = datetime.fromisoformat("2026-07-01T12:00")


def access(text, key, stated=None, vehicle=TRUCK, at=None, forward=True):
    return parse_conditional(text).access(key, stated, vehicle, at, forward=forward)


def limit(text, column, stated=None, vehicle=TRUCK, at=None, forward=True):
    return parse_conditional(text).limit(column, stated, vehicle, at, forward=forward)


# --- times ------------------------------------------------------------------------------------

# A tag; the plain value; moment; what holds then.
ACCESS = [
    ("access:conditional=no @ (22:00-06:00)", None, None, "no"),
    ("access:conditional=no @ (22:00-06:00)", None, THURSDAY_NOON, None),
    ("access:conditional=no @ (22:00-06:00)", None, NIGHT, "no"),
    ("access:conditional=no @ (22:00-06:00)", "yes", None, "no"),
    ("access:conditional=no @ 22:00-06:00", "yes", NIGHT, "no"),
    ("access:conditional=yes @ (06:00-22:00)", "no", None, "no"),
    ("access:conditional=yes @ (06:00-22:00)", "no", THURSDAY_NOON, "yes"),
    ("access:conditional=yes @ (06:00-22:00)", "no", NIGHT, "no"),
    ("access:conditional=yes @ (06:00-22:00)", None, None, None),
    ("access:conditional=destination @ (Mo-Fr)", "yes", None, "destination"),
    ("access:conditional=no @ (Nov-Apr)", None, JULY, None),
    ("access:conditional=no @ (Nov-Apr)", None, THURSDAY_NOON, "no"),
    ("access:conditional=no @ (Nov-Apr AND 10:00-14:00)", None, THURSDAY_NOON, "no"),
    ("access:conditional=no @ (Nov-Apr AND 10:00-14:00)", None, NIGHT, None),
    ("access:conditional=no @ (Mo-Fr); private @ (Sa,Su)", None, SUNDAY, "private"),
    ("access:conditional=no @ (Mo-Fr); private @ (Sa,Su)", None, None, "no"),
    ("access:conditional=no @ Mo-Fr 10:00-14:00; Su 10:00-14:00", None, SUNDAY, "no"),
    ("access:conditional=no @ (sunset-sunrise)", None, THURSDAY_NOON, "no"),
    ("access:conditional=yes @ (sunrise-sunset)", "no", THURSDAY_NOON, "no"),
    ("access:conditional=no @ (PH)", None, THURSDAY_NOON, "no"),
]


@pytest.mark.parametrize(("text", "stated", "at", "expected"), ACCESS)
def test_a_time_closes_unless_the_moment_is_known_to_lie_outside(text, stated, at, expected):
    assert parse_conditional(text).unread == ()
    assert access(text, "access", stated, at=at) == expected


def test_without_a_moment_nothing_is_more_open_than_at_any_moment():
    order = ["yes", "destination", None, "private", "no"]
    for text, stated, *_ in ACCESS:
        strict = order.index(access(text, "access", stated))
        for hours in range(0, 24 * 366, 7):
            at = datetime.fromisoformat("2026-01-01") + timedelta(hours=hours)
            assert order.index(access(text, "access", stated, at=at)) <= strict


@given(start=st.integers(0, 23), hours=st.integers(1, 23), minute=st.integers(0, 7 * 24 * 60 - 1))
def test_a_daily_window_is_half_open_and_runs_over_midnight(start, hours, minute):
    end = (start + hours) % 24
    at = datetime.fromisoformat("2026-03-02") + timedelta(minutes=minute)
    inside = (at.hour * 60 + at.minute - start * 60) % (24 * 60) < hours * 60
    text = f"hgv:conditional=no @ ({start:02}:00-{end:02}:00)"
    assert access(text, "hgv", at=at) == ("no" if inside else None)


@given(minute=st.integers(0, 14 * 24 * 60 - 1))
def test_until_the_next_change_nothing_changes_and_then_something_does(minute):
    tags = parse_conditional("hgv:conditional=no @ (Mo-Fr 07:00-09:00,16:00-18:00)")
    at = datetime.fromisoformat("2026-03-02") + timedelta(minutes=minute)
    change = tags.next_change(at)
    assert change > at
    now, just_before, then = (
        tags.access("hgv", None, TRUCK, moment, forward=True)
        for moment in (at, change - timedelta(minutes=1), change)
    )
    assert now == just_before != then


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-01T08:00", "no"),  # a Thursday: by the letter of the grammar nothing holds
        ("2026-01-01T17:00", "no"),
        ("2026-01-01T12:00", None),
        ("2026-01-04T08:00", None),
        ("2026-01-04T17:00", "no"),
    ],
)
def test_a_later_time_of_a_list_does_not_lift_an_earlier_one(at, expected):
    text = "hgv:conditional=no @ (Mo-Fr 07:00-09:00; 16:00-18:00)"
    assert access(text, "hgv", at=datetime.fromisoformat(at)) == expected
    permission = "hgv:conditional=yes @ (Mo-Fr 07:00-09:00; 16:00-18:00)"
    allowed = access(permission, "hgv", "no", at=datetime.fromisoformat(at)) == "yes"
    assert allowed == (expected == "no" and at.endswith("17:00"))


def test_an_exception_in_a_list_lifts_what_it_names_and_every_change_is_seen():
    text = "hgv:conditional=no @ (22:00-24:00; Su off)"
    assert access(text, "hgv", at=NIGHT) == "no"
    assert access(text, "hgv", at=SUNDAY.replace(hour=23)) is None
    tags = parse_conditional("hgv:conditional=no @ (Mo-Fr 07:00-09:00; 16:00-18:00)")
    assert tags.next_change(datetime.fromisoformat("2026-01-01T06:00")).hour == 7
    assert tags.next_change(datetime.fromisoformat("2026-01-01T08:00")).hour == 9


def test_times_are_named_once_and_constant_rules_never_change():
    text = "access:conditional=no @ (22:00-06:00)\nmaxspeed:conditional=30 @ (22:00-06:00)"
    assert parse_conditional(text).times == ("22:00-06:00",)
    constant = parse_conditional("maxspeed:hgv=60\naccess:conditional=no @ (sunset-sunrise)")
    assert constant.next_change(THURSDAY_NOON) is None


# --- vehicles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "vehicle", "expected"),
    [
        ("hgv:conditional=no @ (weight>7.5)", TRUCK, "no"),
        ("hgv:conditional=no @ (weight > 7.5 t)", TRUCK, "no"),
        ("hgv:conditional=no @ (weight>16)", TRUCK, None),
        ("hgv:conditional=no @ (weight>=16)", TRUCK, "no"),
        ("hgv:conditional=no @ (weight>7.5)", None, None),
        ("hgv:conditional=no @ (height>3.5 AND axleload<10)", TRUCK, "no"),
        ("hgv:conditional=no @ (height>3.5 AND axleload<8)", TRUCK, None),
        ("hgv:conditional=no @ (length>12000 cm)", TRUCK, None),
    ],
)
def test_a_size_is_compared_with_the_vehicle(text, vehicle, expected):
    assert access(text, "hgv", vehicle=vehicle) == expected


@pytest.mark.parametrize(
    ("text", "stated", "vehicle", "at", "expected"),
    [
        ("maxweight:hgv=12", None, TRUCK, None, 12.0),
        ("maxweight:hgv=12", 20.0, TRUCK, None, 12.0),
        ("maxweight:hgv=12", 7.5, TRUCK, None, 7.5),
        ("maxweight:hgv=12", 20.0, CAR, None, 20.0),
        ("maxweight:hgv=12", None, None, None, 12.0),
        ("maxweight:goods=2", None, VAN, None, 2.0),
        ("maxweight:goods=2", None, TRUCK, None, None),
        ("maxweightrating:hgv=7.5", None, TRUCK, None, 7.5),
        ("maxweight:conditional=7.5 @ (Oct-Mar)", 20.0, TRUCK, None, 7.5),
        ("maxweight:conditional=7.5 @ (Oct-Mar)", 20.0, TRUCK, JULY, 20.0),
        ("maxweight:conditional=none @ (Apr-Sep)", 7.5, TRUCK, None, 7.5),
        ("maxweight:conditional=none @ (Apr-Sep)", 7.5, TRUCK, JULY, None),
        ("maxweight:hgv=12\nmaxweight:hgv:conditional=20 @ (Jul)", None, TRUCK, JULY, 20.0),
        ("maxweight:hgv=12\nmaxweight:hgv:conditional=20 @ (Jul)", None, TRUCK, None, 12.0),
    ],
)
def test_limits(text, stated, vehicle, at, expected):
    assert limit(text, "max_gross_t", stated, vehicle, at) == expected


def test_other_limits_and_speeds_do_not_mix():
    tags = parse_conditional("maxheight:forward=3\nmaxspeed:hgv=60\nmaxspeed:hgv:backward=40")
    assert tags.limit("max_gross_t", None, TRUCK, forward=True) is None
    assert tags.limit("max_height_m", None, TRUCK, forward=True) == 3.0
    assert tags.limit("max_height_m", None, TRUCK, forward=False) is None
    assert tags.speed_kmh(100.0, TRUCK, forward=True) == 60.0
    assert tags.speed_kmh(100.0, TRUCK, forward=False) == 40.0
    assert tags.speed_kmh(100.0, CAR, forward=False) == 100.0


def test_one_direction_only():
    text = "hgv:forward=no"
    assert access(text, "hgv", "yes") == "no"
    assert access(text, "hgv", "yes", forward=False) == "yes"
    assert access("access:hgv=no", "hgv") == "no"


@pytest.mark.parametrize(
    ("text", "stated", "vehicle", "at", "expected"),
    [
        ("oneway:conditional=yes @ (07:00-13:00)", "no", TRUCK, None, (True, False)),
        ("oneway:conditional=yes @ (07:00-13:00)", "no", TRUCK, THURSDAY_NOON, (True, False)),
        ("oneway:conditional=yes @ (07:00-13:00)", "no", TRUCK, NIGHT, (True, True)),
        (
            "oneway:conditional=yes @ (07:00-13:00); -1 @ (16:00-24:00)",
            "no",
            TRUCK,
            None,
            (False, False),
        ),
        (
            "oneway:conditional=yes @ (07:00-13:00); -1 @ (16:00-24:00)",
            "no",
            TRUCK,
            NIGHT,
            (False, True),
        ),
        ("oneway:conditional=no @ (20:00-24:00)", "forward", TRUCK, None, (True, False)),
        ("oneway:conditional=no @ (20:00-24:00)", "forward", TRUCK, NIGHT, (True, True)),
        ("oneway:hgv=yes", "no", TRUCK, None, (True, False)),
        ("oneway:hgv=yes", "no", CAR, None, (True, True)),
        ("oneway:hgv=no", "forward", TRUCK, None, (True, True)),
    ],
)
def test_one_way_streets(text, stated, vehicle, at, expected):
    assert parse_conditional(text).open_ways(stated, vehicle, at) == expected


def test_a_segment_without_such_tags_has_no_rule():
    tags = parse_conditional("")
    assert (tags.rules, tags.unread, tags.times) == ((), (), ())


# --- what is not understood -------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "access:conditional=no @ (wet)",
        "access:conditional=no @ (snow)",
        "access:conditional=no @ (winter)",
        "access:conditional=no @ (Mo-Fr AND snow)",
        "access:conditional=no @ (weight>heavy)",
        "access:conditional=no @ (axles>4)",
        "access:conditional=no",
        "access:conditional=no @ ",
        "access:conditional=@",
        "access:conditional=sometimes @ (Mo-Fr)",
        "access:conditional=no @ (25:99-26:00 Xx)",
        "maxspeed:conditional=fast @ (Mo-Fr)",
        "maxweight:hgv=below_default",
        "oneway:conditional=reversible @ (Mo-Fr)",
    ],
)
def test_what_cannot_be_interpreted_is_listed_and_counts_as_not_tagged(line):
    tags = parse_conditional(line)
    assert tags.unread == (tuple(line.split("=", 1)),)
    assert tags.rules == ()


def test_what_can_be_interpreted_of_a_tag_holds_and_the_tag_is_listed():
    tags = parse_conditional("maxspeed:conditional=30 @ (wet); 50 @ (22:00-06:00)")
    assert tags.unread
    assert tags.speed_kmh(80.0, TRUCK, NIGHT, forward=True) == 50.0


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("maxweight:hgv=7.5;3.5", "max_gross_t", 3.5),
        ("maxheight:conditional=3|4 @ (Mo-Su)", "max_height_m", 3.0),
    ],
)
def test_of_a_list_the_lowest_counts_and_the_tag_is_listed(text, column, expected):
    assert limit(text, column) == expected
    assert parse_conditional(text).unread == (tuple(text.split("=")),)


def test_of_a_list_of_permissions_the_most_closed_counts():
    assert access("hgv:forward=private;delivery", "hgv") == "private"
    assert parse_conditional("hgv:forward=private;delivery").unread


@given(st.sampled_from(["yes", "no", "private", "destination"]), st.text(max_size=9))
def test_whatever_a_source_calls_its_access_a_closure_for_some_hours_closes(value, stated):
    text = f"hgv:conditional={value} @ (22:00-06:00)"
    found = access(text, "hgv", stated)
    closed = value in {"no", "private"} or stated in {"no", "private"}
    assert (found in {"no", "private"}) == closed


KEYS = ["access:conditional", "maxweight:conditional", "oneway:conditional"]
WORDS = [
    "no",
    "7.5",
    "@",
    "(",
    ")",
    ";",
    "Mo-Fr",
    "22:00-06:00",
    "AND",
    "weight>",
    "PH",
    "week",
    "1-53/2",
    "2026",
    "sunset",
]
WORDS += ["Feb 30", '"x"', "Su[1]", "24/7", "off", ",", "+", "-"]


@given(
    st.sampled_from(KEYS),
    st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join),
)
def test_any_text_is_read_or_listed_and_can_be_judged(key, value):
    value = " ".join(value.split())
    tags = parse_conditional(f"{key}={value}")
    assert tags.rules or tags.unread
    for at in (None, THURSDAY_NOON):
        tags.access("access", None, TRUCK, at, forward=True)
        tags.limit("max_gross_t", None, TRUCK, at, forward=True)
        tags.open_ways("no", TRUCK, at)
    change = tags.next_change(THURSDAY_NOON)
    assert change is None or change > THURSDAY_NOON
