"""Turn rules and barriers: they act on the roads they name, at their node, and nowhere else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from support.asciimap import draw
from support.baregraph import bellman_ford, weighted_arcs
from support.ruledtowns import ART, forbidden_turns, ruled_towns

from lca.vehicle import vehicle_class
from routing import turn_resolution as why
from routing.engine import INFINITE

CROSS = """
    N
    |
W---X---E---F
    |
    S
"""
ROADS = {"WX": {}, "NX": {}, "XE": {}, "SX": {}, "EF": {}}
ARMS = "WNES"
TRUCK, CAR = vehicle_class("truck_medium"), vehicle_class("lv_4wd")


def closed_turns(town, vehicle=TRUCK):
    """The turns at X that the vehicle may not make, as the letters it comes from and goes to."""
    legal = town.network.legal_arcs(vehicle)
    return {
        one + other
        for one, other in itertools.product(ARMS, repeat=2)
        if not legal[town.turn(f"{one}X", f"X{other}")]
    }


def cross(*rules):
    return draw(CROSS, ROADS, turns=[("X", *rule) for rule in rules])


# --- what a rule forbids ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "closed"),
    [
        (("WX", "NX", "no_left_turn"), {"WN"}),
        (("NX", "WX", "no_right_turn"), {"NW"}),
        (("WX", "XE", "no_straight_on"), {"WE"}),
        (("WX", "XE", "only_straight_on"), {"WN", "WS"}),
        (("SX", "NX", "restriction:hgv=only_straight_on"), {"SW", "SE"}),
        (("WX", "NX", "no_u_turn"), {"WN"}),
        (("WX", "WX", "no_u_turn"), {"WW"}),
        ((None, None, "barrier=bollard"), {a + b for a, b in itertools.permutations(ARMS, 2)}),
        ((None, "NX", "no_entry"), {"WN", "EN", "SN"}),
        (("NX", None, "no_exit"), {"NW", "NE", "NS"}),
    ],
)
def test_a_rule_closes_the_turns_it_names_and_no_other(rule, closed):
    town = cross(rule)
    assert closed_turns(town) == closed
    assert town.network.info.report.left_out == {}
    assert town.network.info.report.split_nodes == 1
    assert town.network.info.report.turn_arcs == len(town.network.turns) == 16
    assert town.network.info.report.ruled_turns == len(closed)


def test_the_same_roads_may_be_turned_between_at_another_node():
    """The ways 1 and 2 meet at X and at Y; the rule names X."""
    town = draw(
        """
        X---P
        |   |
        Q---Y
        """,
        {"XPY": {}, "XQY": {}},
        turns=[("X", "XPY", "XQY", "no_left_turn"), ("X", "XPY", "XQY", "no_left_turn")],
    )
    network = town.network
    assert set(network.vertex_node[network.node_count :].tolist()) == {town.node("X")}
    legal = network.legal_arcs(TRUCK)
    assert np.flatnonzero(~legal).tolist() == [town.turn("PX", "XQ")]
    assert legal[town.turn("QX", "XP")]
    assert network.arc_head[town.arc("PY")] == network.arc_tail[town.arc("YQ")] == town.node("Y")


def test_who_is_exempt_may_turn():
    town = cross(("WX", "NX", "no_left_turn except hgv"))
    assert closed_turns(town, TRUCK) == set()
    assert closed_turns(town, CAR) == {"WN"}


def test_a_rule_for_trucks_leaves_others_alone():
    town = cross(("WX", "NX", "restriction:hgv=no_left_turn"))
    assert closed_turns(town, TRUCK) == {"WN"}
    assert closed_turns(town, CAR) == set()


def test_of_two_rules_on_one_turn_each_must_let_the_vehicle_pass():
    rules = ("WX", "NX", "no_left_turn except hgv"), ("WX", "NX", "restriction:hgv=no_left_turn")
    for town in (cross(*rules), cross(*rules[::-1])):
        turns = town.network.turns
        assert [*turns.rule.values] == ["no_left_turn except hgv\nrestriction:hgv=no_left_turn"]
        assert closed_turns(town, TRUCK) == closed_turns(town, CAR) == {"WN"}


def test_several_turns_that_are_the_only_ones_are_all_open():
    rules = ("WX", "NX", "only_left_turn"), ("WX", "XE", "only_straight_on")
    assert closed_turns(cross(*rules)) == closed_turns(cross(*rules[::-1])) == {"WS"}
    town = cross(rules[0], ("WX", "XE", "restriction:hgv=only_straight_on"))
    assert closed_turns(town) == {"WE", "WS", "WN"}
    assert closed_turns(town, CAR) == {"WE", "WS"}
    assert closed_turns(cross(rules[0], ("SX", "XE", "only_right_turn"))) == {
        *("WE", "WS"),
        *("SW", "SN"),
    }


def test_a_locked_gate_cuts_the_road_and_makes_an_island():
    town = draw("A---B---C---D---E", {"ABCDE": {}}, turns=[("D", None, None, "barrier=block")])
    network = town.network
    assert network.info.report.islands == (1,)
    assert town.letters(np.flatnonzero(network.mainland)) == "ABCD"
    assert network.segments.mainland.tolist() == [True, True, True, False]
    assert network.info.report.mainland_nodes == 4


def test_one_may_turn_back_before_a_gate():
    town = draw("A---B---C", {"ABC": {}}, turns=[("B", None, None, "barrier=block")])
    legal = town.network.legal_arcs(TRUCK)
    assert legal[town.turn("AB", "BA")]
    assert legal[town.turn("CB", "BC")]
    assert not legal[town.turn("AB", "BC")]
    assert not legal[town.turn("CB", "BA")]


def test_merging_keeps_the_node_of_a_rule():
    plain = draw("A---B---C", {"ABC": {}}, simplify=True).network
    gated = draw(
        "A---B---C", {"ABC": {}}, simplify=True, turns=[("B", None, None, "barrier=gate")]
    ).network
    assert plain.segments.ids() == ["1-65-67"]
    assert gated.segments.ids() == ["1-65-66", "1-66-67"]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (("X", "WX", "EF", "no_left_turn"), why.NOT_THERE),
        (("X", "EF", "XE", "no_left_turn"), why.NOT_THERE),
        (("F", None, None, "barrier=gate"), why.NO_ROADS),
        (("Q", "WX", "XE", "no_left_turn"), why.NO_ROADS),
        (("X", "NXS'", "WX", "no_left_turn"), why.PASSES),
        (("X", "WX", "NXS'", "only_left_turn"), why.PASSES),
    ],
)
def test_a_rule_that_cannot_be_applied_is_counted_and_splits_nothing(rule, reason):
    town = draw(f"{CROSS}\nQ", {**ROADS, "NXS'": {}}, turns=[rule, ("X", "WX", "XE", "only_x")])
    assert town.network.info.report.left_out == {reason: 1}
    assert town.network.info.report.split_nodes == 1
    assert reason in town.network.info.report.text()
    alone = draw(f"{CROSS}\nQ", {**ROADS, "NXS'": {}}, turns=[rule]).network
    assert len(alone.turns) == alone.info.report.split_nodes == 0


def test_a_road_between_two_barriers_is_no_mainland_but_a_private_one_is():
    """Where no truck may drive at all, the node says where the road lies: cars start there."""
    town = draw(
        "A---B---C---D",
        {"AB": {}, "BC": {}, "CD": {}},
        turns=[("B", None, None, "barrier=block"), ("C", None, None, "barrier=block")],
    )
    assert town.network.segments.mainland.tolist() == [True, False, False]
    assert town.network.info.report.islands == (1, 1)
    town = draw(CROSS, {**ROADS, "XE": {"hgv": "no"}}, turns=[("X", "WX", "NX", "no_left_turn")])
    assert [*town.network.segments.mainland] == [True, True, False, True, False]
    town = draw(CROSS, {"WXE": {}, "NX": {"hgv": "no"}, "NW": {}}, turns=[("X", "NX", None, "no")])
    assert town.network.segments.mainland.all()


# --- laws ---------------------------------------------------------------------------------------


def costs_over_roads(first, cost, barred):
    """Return the least cost of driving on from a road to another, that one included.

    A state is a road with a direction, (way, side that one arrives at); this oracle knows neither
    vertices nor split nodes.
    """
    costs = {}
    relaxed = True
    while relaxed:
        relaxed = False
        for (way, side), before in [(first, 0), *costs.items()]:
            for (onto, towards), length in cost.items():
                turn = (way, side), (onto, 1 - towards)
                if way[side] != onto[1 - towards] or turn in barred:
                    continue
                if before + length < costs.get((onto, towards), INFINITE):
                    costs[onto, towards] = before + length
                    relaxed = True
    return costs


@given(ruled_towns())
def test_every_distance_is_that_of_an_independent_search_over_roads_and_turns(story):
    ways, rules = story
    town = draw(ART, {way: {"oneway": one_way} for way, one_way in ways.items()}, turns=rules)
    network = town.network
    weights = np.zeros(network.arc_count, np.uint32)
    weights[: network.segment_arc_count] = np.repeat(network.segments.length_m, 2) + 1
    weights[~network.legal_arcs(TRUCK)] = INFINITE
    row = {
        way: np.flatnonzero(network.segments.osm_way_id == number)[0]
        for number, way in enumerate(ways, start=1)
    }
    arc = {(way, side): int(2 * row[way] + 1 - side) for way in ways for side in (0, 1)}
    cost = {
        (way, side): int(np.hypot(*np.subtract(town.metres[way[0]], town.metres[way[1]])).round(3))
        + 1
        for way, one_way in ways.items()
        for side in (0, 1)
        if one_way != ("forward", "backward")[side]
    }
    barred, arcs = forbidden_turns(ways, rules), weighted_arcs(network, weights)
    for first in cost:
        expected = costs_over_roads(first, cost, barred)
        found = bellman_ford(arcs, int(network.arc_head[arc[first]]))
        for goal in cost:
            to_goal = found.get(int(network.arc_tail[arc[goal]]), INFINITE)
            total = to_goal + int(weights[arc[goal]]) if to_goal < INFINITE else None
            assert total == expected.get(goal)
    assert (network.info.report.split_nodes > 0) == bool(barred)
