"""A network's arcs, and which of them road rules leave to which vehicle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.asciimap import draw
from support.demoroads import demo_network

from lca.errors import NotFound
from lca.vehicle import vehicle_class, vehicle_classes
from routing.coded import Coded
from routing.legality import legal_arcs, road_rules
from routing.turns import Turns

SQUARE = """
A-------B
|       |
C-------D
"""


def test_a_segment_has_an_arc_each_way_whatever_the_rules():
    town = draw(SQUARE, {"ABDC": {"oneway": "forward"}})
    network = town.network
    assert network.arc_count == 2 * network.segment_count == 6
    ends = zip(network.segments.u, network.segments.v, strict=True)
    for segment, (u, v) in enumerate(ends):
        assert (network.arc_tail[2 * segment], network.arc_head[2 * segment]) == (u, v)
        assert (network.arc_tail[2 * segment + 1], network.arc_head[2 * segment + 1]) == (v, u)


def test_lengths_of_a_drawing_are_round():
    town = draw(SQUARE, {"ABDC": {}})
    assert town.network.segments.length_m.tolist() == [200.0, 200.0, 200.0]
    assert town.place("A").distance_m(town.place("B")) == pytest.approx(200, abs=0.02)
    assert town.place("A").distance_m(town.between("AB", 0.25)) == pytest.approx(50, abs=0.02)


def test_nobody_can_write_into_a_shared_network():
    network = draw(SQUARE, {"ABDC": {"name": "A"}}, turns=[("B", None, None, "gate")]).network
    segments = network.segments
    for array in (
        *(network.arc_tail, network.arc_head, network.mainland, network.vertex_node),
        *(network.node_ids, network.node_lon, network.index.buffer, network.turns.rule.codes),
        *(segments.length_m, segments.mainland, segments.u, segments.flags["bridge"]),
        *(segments.lines.e7, segments.lines.offsets, segments.texts["name"].codes),
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_segments_are_found_by_their_id():
    network = draw(SQUARE, {"ABDC": {}}).network
    assert [network.segments.row_of(name) for name in network.segments.ids()] == [0, 1, 2]


@pytest.mark.parametrize(
    "unknown", ["9-9-9", "1-65-66~2", "1-65-66~0", "1-65-66~x", "1-65", "", "a-b-c", "1-65-66-67"]
)
def test_an_id_that_no_segment_has_is_not_found(unknown):
    network = draw(SQUARE, {"ABDC": {}}).network
    assert network.segments.row_of("1-65-66") == 0
    with pytest.raises(NotFound, match="no road segment"):
        network.segments.row_of(unknown)


# Attributes of the road A-B; the vehicle; may it go A->B, may it go B->A; the reason named.
RULES = [
    ({}, "truck_heavy_3", True, True, None),
    ({"oneway": "forward"}, "truck_heavy_3", True, False, "one-way street"),
    ({"oneway": "backward"}, "truck_heavy_3", False, True, "one-way street"),
    ({"highway": "pedestrian"}, "motorbike", False, False, "highway=pedestrian"),
    ({"highway": "ferry"}, "lv_4wd", False, False, "ferry"),
    ({"access": "no"}, "lv_4wd", False, False, "access=no"),
    ({"access": "private"}, "truck_light", False, False, "access=private"),
    ({"access": "destination"}, "truck_light", True, True, None),
    ({"access": "no", "motor_vehicle": "yes"}, "truck_light", True, True, None),
    ({"motor_vehicle": "no", "hgv": "yes"}, "truck_light", True, True, None),
    ({"motor_vehicle": "no", "hgv": "yes"}, "lv_4wd", False, False, "motor_vehicle=no"),
    ({"hgv": "no"}, "truck_light", False, False, "hgv=no"),
    ({"hgv": "no"}, "lv_4wd", True, True, None),
    ({"max_gross_t": 10.0}, "lv_4wd", True, True, None),
    ({"max_gross_t": 10.0}, "truck_light", True, True, None),
    ({"max_gross_t": 10.0}, "truck_medium", False, False, "maxweight 10 t < 18.8 t"),
    ({"max_gross_t": 7.5}, "truck_heavy_3", False, False, "maxweight 7.5 t < 26 t"),
    ({"max_gross_t": 26.0}, "truck_heavy_3", True, True, None),
    ({"max_axle_t": 9.0}, "truck_heavy_3", False, False, "maxaxleload 9 t < 9.5 t"),
    ({"max_height_m": 3.9}, "truck_heavy_3", False, False, "maxheight 3.9 m < 4 m"),
    ({"max_width_m": 2.4}, "truck_heavy_3", False, False, "maxwidth 2.4 m < 2.5 m"),
    ({"max_length_m": 12.0}, "artic_5", False, False, "maxlength 12 m < 16.5 m"),
]


@pytest.mark.parametrize(("attributes", "vehicle", "out", "back", "reason"), RULES)
def test_rules_of_the_road(attributes, vehicle, out, back, reason):
    town = draw("A---B", {"AB": attributes})
    legal = town.network.legal_arcs(vehicle_class(vehicle))
    assert (legal[town.arc("AB")], legal[town.arc("BA")]) == (out, back)
    closed = [arc for arc in ("AB", "BA") if not legal[town.arc(arc)]]
    for arc in closed:
        (rule,) = road_rules(
            town.network.segments, town.network.turns, town.arc(arc), vehicle_class(vehicle)
        )
        assert reason in rule.reason
    assert bool(closed) == (reason is not None)


def test_every_rule_that_closes_an_arc_is_named():
    town = draw("A---B", {"AB": {"oneway": "forward", "hgv": "no", "max_gross_t": 7.5}})
    rules = road_rules(
        town.network.segments, town.network.turns, town.arc("BA"), vehicle_class("truck_heavy_3")
    )
    assert [rule.code for rule in rules] == ["one_way", "access", "limit"]
    excess = rules[2].excess
    assert (excess.limit, excess.limit_value, excess.vehicle_value) == ("gross mass", 7.5, 26.0)


def test_an_arc_is_legal_exactly_if_no_rule_closes_it():
    rng = np.random.default_rng(2026)
    network = demo_network()
    rows = np.sort(rng.choice(network.segment_count, 150, replace=False))
    tagged = {
        "highway": ["primary", "busway", "ferry", "track"],
        "access": [None, "no", "private", "yes"],
        "motor_vehicle": [None, "no", "yes"],
        "hgv": [None, "no", "destination"],
        "max_gross_t": [None, 3.5, 20.0],
        "max_height_m": [None, 2.2, 4.0],
    }
    drawn = {
        name: Coded.of([values[index] for index in rng.integers(len(values), size=len(rows))])
        for name, values in tagged.items()
    }
    whole = network.segments
    sample = replace(
        whole,
        u=whole.u[rows],
        v=whole.v[rows],
        texts={name: drawn.get(name, column.select(rows)) for name, column in whole.texts.items()},
        numbers={
            name: drawn.get(name, column.select(rows)) for name, column in whole.numbers.items()
        },
        flags={name: column[rows] for name, column in whole.flags.items()},
    )
    for vehicle in (None, *vehicle_classes().values()):
        legal = legal_arcs(sample, Turns.none(), vehicle)
        named = [not road_rules(sample, Turns.none(), arc, vehicle) for arc in range(len(legal))]
        assert legal.tolist() == named
        assert 0 < legal.sum() < len(legal)


def test_the_mainland_is_the_largest_part_that_a_truck_can_circulate_in():
    town = draw(
        """
        A---B   E---F---G
        |   |
        C---D---H
        """,
        {
            "ABDCA": {"oneway": "forward"},
            "DH": {"oneway": "forward"},  # no way back from H
            "EFG": {},
        },
    )
    mainland = {letter for letter in "ABCDEFGH" if town.network.mainland[town.node(letter)]}
    assert mainland == set("ABCD")
    assert town.network.info.report.islands == (3, 1)
    assert not town.network.segments.mainland[town.segment("DH")]
    assert town.network.segments.mainland[town.segment("AB")]


def test_of_parallel_ways_each_is_its_own_segment():
    town = draw("A---B", {"AB": {"oneway": "forward"}, "BA'": {"oneway": "forward"}})
    legal = town.network.legal_arcs(vehicle_class("truck_light"))
    assert town.network.segment_count == 2
    assert legal[town.arc("AB", way=1)]
    assert legal[town.arc("BA", way=2)]
    assert not legal[town.arc("BA", way=1)]
    assert not legal[town.arc("AB", way=2)]
