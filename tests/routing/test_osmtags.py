"""What the tags of a way say, one by one; what is not understood counts as not tagged."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.osmtags import KEYS, attributes_of, is_read, is_road, is_rule
from routing.segments import ATTRIBUTE_COLUMNS

# Tags; column; value (None: not tagged).
TAGS = [
    ({"oneway": "yes"}, "oneway", "forward"),
    ({"oneway": "-1"}, "oneway", "backward"),
    ({"oneway": "alternating"}, "oneway", "no"),
    ({"oneway": "no", "junction": "roundabout"}, "oneway", "no"),
    ({"junction": "roundabout"}, "oneway", "forward"),
    ({"highway": "motorway"}, "oneway", "forward"),
    ({"highway": "motorway_link"}, "oneway", "no"),
    ({}, "oneway", "no"),
    ({"maxweight": "7.5"}, "max_gross_t", 7.5),
    ({"maxweightrating": "7.5"}, "max_gross_t", 7.5),
    ({"maxweight": "10", "maxweightrating": "7.5"}, "max_gross_t", 7.5),
    ({"maxweight": "none", "maxweightrating": "7.5"}, "max_gross_t", 7.5),
    ({"maxweight": "unsigned"}, "max_gross_t", None),
    ({"maxaxleload": "9 t"}, "max_axle_t", 9.0),
    ({"maxheight": "16'3\""}, "max_height_m", 4.953),
    ({"maxheight": "4", "maxheight:physical": "3.8"}, "max_height_m", 3.8),
    ({"maxheight": "default"}, "max_height_m", None),
    ({"maxwidth": "250 cm"}, "max_width_m", 2.5),
    ({"maxlength": "12 m"}, "max_length_m", 12.0),
    ({"maxspeed": "30 mph"}, "maxspeed_kmh", 48.28),
    ({"maxspeed": "none"}, "maxspeed_kmh", None),
    ({"maxspeed": "50", "maxspeed:backward": "30"}, "maxspeed_backward_kmh", 30.0),
    ({"maxspeed": "50", "maxspeed:backward": "30"}, "maxspeed_kmh", 50.0),
    ({"maxspeed:forward": "40"}, "maxspeed_kmh", 40.0),
    ({"maxspeed:forward": "40"}, "maxspeed_backward_kmh", None),
    ({"maxspeed": "50"}, "maxspeed_backward_kmh", 50.0),
    ({"bridge": "viaduct"}, "bridge", True),
    ({"bridge": "no"}, "bridge", False),
    ({"tunnel": "yes"}, "tunnel", True),
    ({"access": "permissive"}, "access", "yes"),
    ({"access": "customers"}, "access", "destination"),
    ({"access": "agricultural"}, "access", "private"),
    ({"vehicle": "no"}, "motor_vehicle", "no"),
    ({"vehicle": "no", "motor_vehicle": "yes"}, "motor_vehicle", "yes"),
    ({"vehicle": "no", "vehicle:bicycle": "yes"}, "motor_vehicle", "no"),
    ({"vehicle": "yes", "vehicle:conditional": "no @ (Su)"}, "motor_vehicle", None),
    (
        {"vehicle": "yes", "vehicle:conditional": "no @ (Su)"},
        "conditional",
        "vehicle:conditional=no @ (Su)\nvehicle=yes",
    ),
    ({"access": " No "}, "access", "no"),
    ({"oneway": "Yes"}, "oneway", "forward"),
    ({"hgv": "no"}, "hgv", "no"),
    ({"surface": "gravel"}, "surface", "gravel"),
    ({"smoothness": "very_bad"}, "smoothness", "very_bad"),
    ({"tracktype": "grade4"}, "tracktype", "grade4"),
    ({"4wd_only": "yes"}, "four_wd_only", "yes"),
    ({"4wd_only": "no"}, "four_wd_only", None),
    ({"ford": "yes"}, "ford", "yes"),
    ({"seasonal": "wet_season"}, "seasonal", "wet_season"),
    ({"seasonal": "no"}, "seasonal", None),
    ({"winter_road": "yes"}, "seasonal", "winter"),
    ({"ice_road": "yes", "seasonal": "no"}, "seasonal", "winter"),
    ({"toll": "yes"}, "toll", "yes"),
    ({"barrier": "gate"}, "barrier", "gate"),
    ({"impassable": "yes"}, "status", "impassable"),
    ({"impassable": "no"}, "status", None),
    ({"status": "damaged"}, "status", "damaged"),
    ({"status": "Washed out"}, "status", "washed_out"),
    ({"bridge": "collapsed"}, "status", "collapsed"),
    ({"bridge": "damaged", "status": "closed"}, "status", "closed"),
    ({"bridge": "movable"}, "status", None),
    ({"destroyed": "yes"}, "status", "destroyed"),
    ({"disused": "yes", "status": "closed"}, "status", "closed"),
    ({"smoothness": "impassable"}, "status", "impassable"),
    ({"barrier": "debris"}, "status", "blocked"),
    ({"abandoned": "yes"}, "status", "abandoned"),
    ({"lanes": "2"}, "lanes", 2.0),
    (
        {"hgv:conditional": "no @  (22:00-06:00)"},
        "conditional",
        "hgv:conditional=no @ (22:00-06:00)",
    ),
    (
        {"maxweight:hgv": "7.5", "access:forward": "no"},
        "conditional",
        "access:forward=no\nmaxweight:hgv=7.5",
    ),
    ({"motorcar": "no"}, "conditional", "motorcar=no"),
    (
        {"maxspeed:forward": "40", "maxspeed:bus": "30", "source:maxspeed": "sign"},
        "conditional",
        None,
    ),
    ({"highway": "", "route": "ferry", "duration": "01:30"}, "duration_s", 5400.0),
    ({"highway": "", "route": "ferry"}, "highway", "ferry"),
    ({"duration": "nonsense"}, "duration_s", None),
]


@pytest.mark.parametrize(("tags", "column", "value"), TAGS)
def test_tags(tags, column, value):
    unread = Counter()
    found = attributes_of({"highway": "primary", **tags}, unread)[column]
    if isinstance(found, float) and math.isnan(found):
        found = None
    assert found == value
    assert not unread


UNREADABLE = [
    ("maxweight", "heavy"),
    ("maxweight", "-5"),
    ("maxweight", "0"),
    ("maxweight", "99999"),
    ("maxheight", "below_default"),
    ("maxheight", "3.5 parsec"),
    ("maxheight", "16'3"),
    ("maxspeed", "RU:urban"),
    ("maxspeed", "-10"),
    ("maxspeed", "9999"),
    ("oneway", "perhaps"),
    ("access", "maybe"),
    ("lanes", "two"),
]


@pytest.mark.parametrize(("key", "value"), UNREADABLE)
def test_what_cannot_be_interpreted_counts_as_not_tagged_and_is_listed(key, value):
    unread = Counter()
    found = attributes_of({"highway": "primary", key: value}, unread)
    plain = attributes_of({"highway": "primary"}, Counter())
    assert unread == {(key, value): 1}
    assert repr(found) == repr(plain)


@pytest.mark.parametrize(
    ("key", "value", "column", "expected"),
    [
        ("maxweight", "10;20", "max_gross_t", 10.0),
        ("maxspeed", "60|40", "maxspeed_kmh", 40.0),
        ("access", "destination;private", "access", "private"),
        ("access", "yes;maybe", "access", None),
    ],
)
def test_of_a_list_the_most_restrictive_counts_and_it_is_listed(key, value, column, expected):
    unread = Counter()
    assert attributes_of({"highway": "primary", key: value}, unread)[column] == expected
    assert unread == {(key, value): 1}


def test_a_reversible_road_is_open_both_ways_listed_and_kept_among_the_rules_to_be_counted():
    unread = Counter()
    found = attributes_of({"highway": "primary", "oneway": "reversible"}, unread)
    assert (found["oneway"], found["conditional"]) == ("no", "oneway=reversible")
    assert unread == {("oneway", "reversible"): 1}


def test_a_conditional_that_is_not_understood_is_kept_and_listed():
    unread = Counter()
    tags = {"highway": "primary", "access:conditional": "no @ (wet)"}
    assert attributes_of(tags, unread)["conditional"] == "access:conditional=no @ (wet)"
    assert unread == {("access:conditional", "no @ (wet)"): 1}


# What the vocabulary of OSM knows of access and limits, made of its own parts.
_BASES = ["access", "vehicle", "motor_vehicle", "hgv", "goods", "motorcar", "hazmat", "trailer"]
_BASES += ["maxweight", "maxheight", "maxwidth", "maxlength", "maxaxleload", "maxbogieweight"]
_BASES += ["maxspeed", "oneway", "maxweightrating", "max_weight", "hgv_articulated", "impassable"]
_PARTS = ["forward", "backward", "conditional", "hgv", "lanes", "legal", "hgv_articulated", "A"]
_PARTS += ["motor_vehicle", "physical", "trailer", "wet"]


@given(
    st.lists(st.sampled_from(["bridge", "tunnel"]), max_size=1),
    st.sampled_from(_BASES),
    st.lists(st.sampled_from(_PARTS), max_size=3),
    st.sampled_from(["no", "3.5", "no @ (Mo-Fr)", "2 @ (Su)", "perhaps", "-1", "30;40"]),
)
def test_every_tag_that_sounds_like_a_rule_is_in_a_column_or_listed(before, base, after, value):
    key = ":".join([*before, base, *after])
    unread = Counter()
    found = attributes_of({"highway": "primary", key: value}, unread)
    plain = attributes_of({"highway": "primary"}, Counter())
    assert is_read(key)
    says_no_limit = value == "no" and base.startswith(("max", "oneway", "impassable"))
    assert unread or repr(found) != repr(plain) or says_no_limit


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "track"}, True),
        ({"highway": "footway"}, False),
        ({"highway": "construction", "construction": "primary"}, False),
        ({"highway": "proposed", "proposed": "primary"}, False),
        ({"abandoned:highway": "primary"}, False),
        ({"highway": "service", "area": "yes"}, False),
        ({"route": "ferry"}, True),
        ({"route": "ferry", "motor_vehicle": "yes"}, True),
        ({"route": "ferry", "motor_vehicle": "no"}, False),
        ({"route": "ferry", "vehicle": "no"}, False),
        ({"route": "ferry", "vehicle": "no", "motor_vehicle": "yes"}, True),
        ({"route": "bus"}, False),
        ({}, False),
    ],
)
def test_what_is_a_road(tags, expected):
    assert is_road(tags) is expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("access:conditional", True),
        ("maxspeed:hgv:conditional", True),
        ("hgv:forward", True),
        ("oneway:hgv", True),
        ("goods", True),
        ("maxspeed:forward", False),
        ("maxheight:physical", False),
        ("maxspeed:type", False),
        ("name:fi", False),
        ("oneway:bicycle", False),
        ("access", False),
        ("source:maxspeed", False),
    ],
)
def test_which_tags_are_rules_of_their_own(key, expected):
    assert is_rule(key) is expected


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.text(max_size=20)))
def test_any_tags_give_every_column(tags):
    unread = Counter()
    found = attributes_of({**tags, "highway": "primary"}, unread)
    assert {*found, "name", "ref"} == set(ATTRIBUTE_COLUMNS)
    assert set(unread) <= set(tags.items())
