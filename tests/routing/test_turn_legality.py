"""Turn restrictions and barriers: whom they stop, how it is said, and what answers make of them."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.story import Story

from lca.vehicle import vehicle_class
from lca.vocab import Verdict
from routing.legality import legal_arcs, road_rules
from routing.turn_legality import broken_turn_rules

# rule; stops truck_heavy_3; stops lv_4wd; stops motorbike; words
RULES = [
    (None, False, False, False, ""),
    ("no_left_turn", True, True, True, "no left turn here"),
    ("only_straight_on", True, True, True, "only straight on is allowed here"),
    ("no_u_turn", True, True, True, "no U-turn here"),
    ("no_left_turn except hgv", False, True, True, "no left turn"),
    ("no_left_turn except psv;motorcar", True, False, True, "no left turn"),
    ("no_left_turn except motor_vehicle", False, False, False, ""),
    ("restriction:hgv=no_right_turn", True, False, False, "no right turn here for trucks"),
    ("restriction:motorcycle=no_entry", False, False, True, "no entry here for motorcycles"),
    ("restriction:bus=no_right_turn", False, False, False, ""),
    ("barrier=gate", False, False, False, ""),
    ("barrier=gate access=private", True, True, True, "gate, access=private"),
    ("barrier=gate access=no motor_vehicle=yes", False, False, False, ""),
    ("barrier=gate access=private hgv=yes", False, True, True, "gate, access=private"),
    ("barrier=lift_gate hgv=no", True, False, False, "lift gate, hgv=no"),
    ("barrier=gate locked=yes", True, True, True, "gate, locked"),
    ("barrier=bollard", True, True, True, "bollard across the road"),
    ("barrier=bollard motor_vehicle=destination", False, False, False, ""),
    ("barrier=jersey_barrier", True, True, True, "jersey barrier across the road"),
    ("barrier=unheard_of", True, True, True, "unheard of across the road"),
    ("barrier=toll_booth access=unknown", False, False, False, ""),
]


@pytest.mark.parametrize(("rule", "truck", "car", "motorbike", "words"), RULES)
def test_whom_a_rule_stops(rule, truck, car, motorbike, words):
    stopped = {
        code: broken_turn_rules(rule, vehicle_class(code))
        for code in ("truck_heavy_3", "lv_4wd", "motorbike")
    }
    assert [bool(rules) for rules in stopped.values()] == [truck, car, motorbike]
    assert bool(broken_turn_rules(rule)) == truck
    for rules in stopped.values():
        assert all(words in one.reason for one in rules)


@pytest.mark.parametrize(
    ("tag", "stopped"),
    [
        ("maxheight=4", []),
        ("maxheight=3.99", ["truck_heavy_3"]),
        ("maxheight=2.1m", ["truck_heavy_3", "lv_4wd"]),
        ("maxwidth=2.4", ["truck_heavy_3"]),
        ("maxlength=12", []),
        ("maxlength=5", ["truck_heavy_3", "lv_4wd"]),
        ("maxweight=3.4", ["truck_heavy_3", "lv_4wd"]),
        ("maxweight=7.5;3.5", ["truck_heavy_3"]),
        ("maxaxleload=0.1", ["truck_heavy_3", "lv_4wd", "motorbike"]),
        ("maxheight=unsigned", []),
    ],
)
@pytest.mark.parametrize("barrier", ["gate", "bollard access=yes", "no"])
def test_a_limit_at_a_point_holds_for_whom_it_lets_in(barrier, tag, stopped):
    rule = f"barrier={barrier} {tag}"
    found = {
        code: broken_turn_rules(rule, vehicle_class(code))
        for code in ("truck_heavy_3", "lv_4wd", "motorbike")
    }
    assert [code for code, rules in found.items() if rules] == stopped
    assert {one.code for rules in found.values() for one in rules} <= {"limit"}
    assert all(one.excess is not None for rules in found.values() for one in rules)
    assert broken_turn_rules(rule) == ()


def test_of_several_rules_each_that_stops_is_named():
    rules = broken_turn_rules(
        "barrier=bollard\nno_left_turn except hgv\nno_right_turn", vehicle_class("truck_light")
    )
    assert [(one.code, one.reason) for one in rules] == [
        ("barrier", "bollard across the road"),
        ("turn", "no right turn here"),
    ]


GATE = (("B", None, None, "barrier=gate access=private hgv=yes"),)
LONG_WAY_ROUND = """
A---B---C
|       |
D-------E
"""


def test_turn_arcs_are_judged_with_the_arcs_of_roads():
    town = draw("A---B---C", {"AB": {}, "BC": {}}, turns=GATE)
    network = town.network
    for code, is_open in (("truck_light", True), ("lv_4wd", False)):
        legal = network.legal_arcs(vehicle_class(code))
        assert len(legal) == network.arc_count > network.segment_arc_count
        assert bool(legal[town.turn("AB", "BC")]) == is_open
        assert bool(legal[town.turn("CB", "BA")]) == is_open
        assert legal[: network.segment_arc_count].all()
        for arc in range(network.arc_count):
            rules = road_rules(network.segments, network.turns, arc, vehicle_class(code))
            assert bool(rules) != legal[arc]
    assert legal_arcs(network.segments, network.turns).all()


def test_a_way_goes_round_a_gate_that_is_locked_for_the_vehicle(tmp_path):
    town = draw(LONG_WAY_ROUND, {"AB": {}, "BC": {}, "ADEC": {}}, turns=GATE)
    story = Story(tmp_path, town)
    truck, car = story.ask("A", "C"), story.ask("A", "C", vehicle="lv_4wd")
    assert (story.way(truck), story.way(car)) == ("ABC", "ADEC")
    assert truck.way.length_km == pytest.approx(0.2)
    assert len(truck.way.trip.arcs) == 2
    assert len(truck.way.trip.turns) == 1
    assert truck.way.geometry.length == pytest.approx(
        town.network.segments.lines.shapes()[0].length * 2
    )


def test_a_gate_without_a_way_round_is_named_as_what_blocks(tmp_path):
    town = draw("A---B---C", {"AB": {"name": "Mine road"}, "BC": {}}, turns=GATE)
    answer = Story(tmp_path, town).ask("A", "C", vehicle="lv_4wd")
    assert answer.verdict is Verdict.NOT_VIABLE
    (blocker,) = answer.as_json()["blocked_by"]
    assert (blocker["kind"], blocker["name"]) == ("road_rule", "Mine road")
    assert blocker["reason"] == "gate, access=private"


@pytest.mark.parametrize("ends", ["AB", "BA", "BC", "CB", "BB"])
def test_whoever_stands_at_a_gate_may_leave_and_arrive_on_either_side(tmp_path, ends):
    town = draw("A---B---C", {"AB": {}, "BC": {}}, turns=GATE)
    answer = Story(tmp_path, town).ask(*ends, vehicle="lv_4wd")
    assert answer.verdict is Verdict.VIABLE
    assert answer.way.length_km == pytest.approx(0.1 if ends != "BB" else 0.0)


def test_a_forbidden_left_turn_costs_the_way_round_the_block(tmp_path):
    town = draw(
        """
            C
            |
        A---B---F
            |   |
            D---E
        """,
        {"AB": {}, "BC": {}, "BF": {}, "BDEF": {}},
        turns=[("B", "AB", "BC", "no_left_turn except psv")],
    )
    story = Story(tmp_path, town)
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.VIABLE
    assert story.way(answer) in {"ABFBC", "ABDBC"}
    assert story.way(story.ask("C", "A")) == "CBA"
