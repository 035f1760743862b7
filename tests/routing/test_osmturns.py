"""Turn restrictions and barriers: what becomes a rule, and what is counted instead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.osmturns import KINDS, Restriction, read_barriers, read_restrictions

WAYS, NODES = np.array([10, 11, 12]), np.array([1, 2, 3])
FROM, VIA, TO = ("w", 10, "from"), ("n", 2, "via"), ("w", 11, "to")


def read(tags, *members):
    return read_restrictions([Restriction(tags, members or (FROM, VIA, TO))], WAYS, NODES)


def plain(reading):
    return [(rule.node_id, rule.from_way, rule.to_way, rule.rule) for rule in reading.rules]


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"restriction": "no_left_turn"}, "no_left_turn"),
        ({"restriction": "only_straight_on"}, "only_straight_on"),
        ({"restriction:hgv": "no_right_turn"}, "restriction:hgv=no_right_turn"),
        ({"restriction": "no_u_turn", "except": "psv; bicycle"}, "no_u_turn except psv;bicycle"),
        ({"restriction": "no_entry"}, "no_entry"),
    ],
)
def test_a_restriction_becomes_a_rule(tags, rule):
    reading = read({"type": "restriction", **tags})
    assert plain(reading) == [(2, 10, 11, rule)]
    assert not reading.left_out
    assert not reading.unread


def test_a_relation_may_hold_two_restrictions():
    reading = read({"restriction": "no_left_turn", "restriction:hgv": "only_straight_on"})
    assert [rule.rule for rule in reading.rules] == [
        "no_left_turn",
        "restriction:hgv=only_straight_on",
    ]


def test_entries_and_exits_may_name_several_roads():
    other = ("w", 12, "from")
    assert plain(read({"restriction": "no_entry"}, FROM, other, VIA, TO)) == [
        (2, 10, 11, "no_entry"),
        (2, 12, 11, "no_entry"),
    ]
    assert plain(read({"restriction": "no_exit"}, FROM, VIA, TO, ("w", 12, "to"))) == [
        (2, 10, 11, "no_exit"),
        (2, 10, 12, "no_exit"),
    ]


def test_an_only_turn_may_name_several_roads():
    assert plain(read({"restriction": "only_straight_on"}, FROM, VIA, TO, ("w", 12, "to"))) == [
        (2, 10, 11, "only_straight_on"),
        (2, 10, 12, "only_straight_on"),
    ]


def test_a_u_turn_on_one_road_is_a_rule_too():
    assert plain(read({"restriction": "no_u_turn"}, FROM, VIA, ("w", 10, "to"))) == [
        (2, 10, 10, "no_u_turn")
    ]


MEMBERS = [
    ([FROM, ("w", 12, "via"), TO], "turn restrictions over a way"),
    ([FROM, TO], "turn restrictions with missing or too many members"),
    ([VIA, TO], "turn restrictions with missing or too many members"),
    ([FROM, VIA], "turn restrictions with missing or too many members"),
    (
        [FROM, VIA, ("n", 3, "via"), TO],
        "turn restrictions with missing or too many members",
    ),
    (
        [FROM, ("w", 12, "from"), VIA, TO],
        "turn restrictions with missing or too many members",
    ),
    ([], "turn restrictions with missing or too many members"),
    (
        [FROM, ("n", 99, "via"), TO],
        "turn restrictions on ways that are not roads of the extract",
    ),
    (
        [FROM, VIA, ("w", 99, "to")],
        "turn restrictions on ways that are not roads of the extract",
    ),
    (
        [("n", 1, "from"), VIA, TO],
        "turn restrictions on ways that are not roads of the extract",
    ),
]


@pytest.mark.parametrize(("members", "reason"), MEMBERS)
def test_what_cannot_be_applied_is_counted(members, reason):
    tags = {"restriction": "no_left_turn"}
    reading = read_restrictions([Restriction(tags, tuple(members))], WAYS, NODES)
    assert reading.rules == ()
    assert reading.left_out == {reason: 1}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("restriction", "no_fun"),
        ("restriction:conditional", "no_left_turn @ (Mo-Fr)"),
        ("restriction:hgv:conditional", "no_left_turn @ (Mo-Fr)"),
        ("restriction:bicycle", "no_left_turn"),
    ],
)
def test_a_restriction_that_is_not_understood_is_listed(key, value):
    reading = read({key: value})
    assert reading.rules == ()
    assert reading.unread == {(key, value): 1}
    assert reading.left_out == {"turn restrictions that could not be interpreted": 1}


member = st.tuples(
    st.sampled_from("nwr"),
    st.sampled_from([1, 2, 10, 11, 99]),
    st.sampled_from(["from", "via", "to", ""]),
)


@given(
    st.lists(
        st.builds(
            Restriction,
            st.dictionaries(
                st.sampled_from(["restriction", "restriction:hgv", "except"]),
                st.sampled_from([*sorted(KINDS), "nonsense", "psv"]),
            ),
            st.lists(member, max_size=5).map(tuple),
        ),
        max_size=5,
    )
)
def test_every_restriction_is_a_rule_or_counted_and_order_does_not_matter(restrictions):
    reading = read_restrictions(restrictions, WAYS, NODES)
    wanted = sum(
        max(1, sum(value in KINDS for key, value in one.tags.items() if key != "except"))
        for one in restrictions
    )
    assert len(reading.rules) + sum(reading.left_out.values()) <= 25 * wanted
    assert bool(reading.rules) + sum(reading.left_out.values()) >= bool(restrictions)
    assert sum(reading.left_out.values()) <= wanted
    backwards = read_restrictions(restrictions[::-1], WAYS, NODES)
    assert (reading.rules, reading.left_out, reading.unread) == (
        backwards.rules,
        backwards.left_out,
        backwards.unread,
    )
    for rule in reading.rules:
        assert rule.node_id in NODES
        assert {rule.from_way, rule.to_way} <= set(WAYS)


# --- barriers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"barrier": "bollard"}, "barrier=bollard"),
        ({"barrier": "gate", "access": "private"}, "barrier=gate access=private"),
        ({"barrier": "gate", "locked": "yes"}, "barrier=gate locked=yes"),
        ({"barrier": "block", "hgv": "yes", "name": "x"}, "barrier=block hgv=yes"),
        (
            {"barrier": "height_restrictor", "maxheight": "2.1 m"},
            "barrier=height_restrictor maxheight=2.1m",
        ),
    ],
)
def test_a_barrier_that_may_stop_a_vehicle_becomes_a_rule(tags, rule):
    reading = read_barriers([(2, tags)], NODES)
    assert plain(reading) == [(2, None, None, rule)]
    assert not reading.left_out


def test_a_gate_that_stands_open_is_counted_and_one_off_the_road_is_not():
    reading = read_barriers(
        [(1, {"barrier": "gate"}), (2, {"barrier": "cattle_grid"}), (99, {"barrier": "bollard"})],
        NODES,
    )
    assert reading.rules == ()
    assert list(reading.left_out.values()) == [2]


def test_a_value_that_would_break_a_rule_into_words_is_listed_instead():
    tags = {"barrier": "bollard", "access": "yes\nhgv=yes", "maxheight": "2 (about)"}
    reading = read_barriers([(2, tags)], NODES)
    assert plain(reading) == [(2, None, None, "barrier=bollard")]
    assert reading.unread == {("access", tags["access"]): 1, ("maxheight", "2 (about)"): 1}


def test_a_barrier_in_free_words_is_listed():
    reading = read_barriers([(1, {"barrier": "a big stone"})], NODES)
    assert reading.rules == ()
    assert reading.unread == {("barrier", "a big stone"): 1}
