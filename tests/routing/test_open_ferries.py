"""Ferries whose service is known are roads; roads open for some hours only; what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from support.asciimap import draw

from lca.vehicle import vehicle_class, vehicle_classes
from routing.engine import INFINITE
from routing.legality import legal_arcs, road_rules, with_other_times
from routing.segment_rules import segment_rules
from routing.speed import travel_time_ms
from routing.unknown_practicability import control_points, unknown_practicability

TRUCK, CAR = vehicle_class("truck_heavy_3"), vehicle_class("lv_4wd")
RIVER = """
A---B---C---D
"""
FERRY = {"highway": "ferry", "duration_s": 900.0}


def river(**tags):
    """Two ferries between two banks."""
    return draw(RIVER, {"AB": {**FERRY, **tags}, "BC": {"highway": "primary"}, "CD": FERRY})


def test_a_ferry_is_closed_until_its_service_is_known_and_then_takes_its_crossing_time():
    town = river()
    network, row = town.network, town.segment("AB")
    assert (travel_time_ms(network, TRUCK)[[2 * row, 2 * row + 1]] == INFINITE).all()
    weights = travel_time_ms(network, TRUCK, open_ferries=frozenset({row}))
    assert weights[[2 * row, 2 * row + 1]].tolist() == [900_000, 900_000]
    # The other ferry is no better known for that.
    other = town.segment("CD")
    assert (weights[[2 * other, 2 * other + 1]] == INFINITE).all()


def test_a_ferry_without_a_tagged_crossing_time_takes_some():
    town = draw(RIVER, {"ABCD": {"highway": "ferry"}})
    weights = travel_time_ms(town.network, TRUCK, open_ferries=frozenset({0, 1, 2}))
    assert weights.tolist() == [36_000] * 6


@pytest.mark.parametrize(
    ("tags", "codes"),
    [
        ({"max_gross_t": 10.0}, ["limit"]),
        ({"hgv": "no"}, ["access"]),
        ({"status": "closed"}, ["status"]),
        ({"oneway": "forward"}, []),
        ({"conditional": "hgv:forward=no"}, ["access"]),
        ({"conditional": "hazmat=no"}, []),
        ({"conditional": "maxweight:hgv=10"}, ["limit"]),
    ],
)
def test_what_a_ferry_does_not_carry_it_does_not_carry_when_it_runs(tags, codes):
    town = river(**tags)
    network, arc = town.network, town.arc("AB")
    both = frozenset({town.segment("AB"), town.segment("CD")})
    rules = road_rules(network.segments, network.turns, arc, TRUCK, open_ferries=both)
    assert [rule.code for rule in rules] == codes
    weights = travel_time_ms(network, TRUCK, open_ferries=both)
    assert (weights[arc] < INFINITE) == (not codes)
    assert weights[town.arc("CD")] < INFINITE
    without = road_rules(network.segments, network.turns, arc, TRUCK)
    assert [rule.code for rule in without] == ["ferry", *codes]


def test_a_road_is_not_opened_by_being_named_among_the_ferries():
    network = draw(RIVER, {"ABCD": {"highway": "primary", "access": "no"}}).network
    assert not network.legal_arcs(TRUCK, None, frozenset({0, 1})).any()


def clock(hour):
    return datetime(2026, 11, 18, hour)  # noqa: DTZ001 - local clocks


# Tags; open at 12:00; open at 23:00; open at some time.
HOURS = [
    ({"access": "no", "conditional": "access:conditional=yes @ (08:00-18:00)"}, True, False, True),
    ({"access": "no", "conditional": "hgv:conditional=yes @ (08:00-18:00)"}, True, False, True),
    ({"conditional": "hgv:conditional=no @ (22:00-06:00)"}, True, False, True),
    ({"conditional": "hgv=no\nhgv:conditional=destination @ (08:00-18:00)"}, True, False, True),
    ({"access": "no", "conditional": "motorcar:conditional=yes @ (08:00-18:00)"}, *[False] * 3),
    ({"conditional": "maxweight:conditional=7.5 @ (22:00-06:00)"}, True, False, True),
    ({"max_gross_t": 7.5, "conditional": "maxweight:conditional=none @ (08:00-18:00)"}, 1, 0, 1),
    ({"conditional": "maxweight:conditional=7.5 @ (weight>10)"}, False, False, False),
    ({"access": "no", "conditional": "access:conditional=yes @ (weight>90)"}, *[False] * 3),
    ({"status": "closed", "conditional": "access:conditional=yes @ (08:00-18:00)"}, *[False] * 3),
]


@pytest.mark.parametrize(("tags", "noon", "night", "ever"), HOURS)
def test_a_road_that_is_open_at_some_hour_may_start_or_end_a_way_at_every_hour(
    tags, noon, night, ever
):
    network = draw("A---B", {"AB": tags}).network
    for hour, is_open in ((12, noon), (23, night)):
        legal = network.legal_arcs(TRUCK, clock(hour))
        assert legal.tolist() == [bool(is_open)] * 2
        usable = with_other_times(network.segments, legal, TRUCK)
        assert usable.tolist() == [bool(ever)] * 2


@pytest.mark.parametrize(
    ("tags", "ways"),
    [
        ("oneway:conditional=no @ (22:00-06:00)", (True, True)),
        ("oneway:hgv:conditional=no @ (22:00-06:00)", (True, True)),
        ("oneway:motorcar:conditional=no @ (22:00-06:00)", (True, False)),
        ("oneway:conditional=-1 @ (22:00-06:00)", (True, True)),
    ],
)
def test_a_one_way_street_that_turns_round_at_night_is_open_both_ways_at_some_time(tags, ways):
    network = draw("A---B", {"AB": {"oneway": "forward", "conditional": tags}}).network
    legal = network.legal_arcs(TRUCK, clock(12))
    assert legal.tolist() == [True, False]
    assert tuple(with_other_times(network.segments, legal, TRUCK)) == ways


def test_the_lenient_reading_never_closes_what_is_open_at_some_hour():
    hours = [clock(hour) for hour in range(24)]
    for tags, *_ in HOURS:
        network = draw("A---B", {"AB": tags}).network
        row = network.segments.attributes(0)
        for vehicle in vehicle_classes().values():
            lenient = not segment_rules(row, vehicle, None, forward=True, lenient=True)
            some = [not segment_rules(row, vehicle, hour, forward=True) for hour in hours]
            strict = not segment_rules(row, vehicle, None, forward=True)
            assert strict <= all(some)
            assert any(some) <= lenient


def test_what_nobody_knows_is_told_for_the_segments_asked_about():
    ways = {
        "AB": {"ford": "yes"},
        "BC": {"highway": "primary", "hgv": "destination"},
        "CD": {"conditional": "oneway=reversible"},
    }
    town = draw(RIVER, ways)
    rows = np.array([town.segment(ends) for ends in ("CD", "BC", "AB", "BC")])
    assert unknown_practicability(town.network, TRUCK, rows).tolist() == [True] * 4
    assert unknown_practicability(town.network, CAR, rows).tolist() == [True, False, True, False]
    assert unknown_practicability(town.network, TRUCK).sum() == 3


def test_rules_for_some_vehicles_leave_open_what_plain_ones_would():
    town = draw("A---B", {"AB": {"conditional": "hgv:backward=destination"}})
    assert unknown_practicability(town.network, TRUCK).tolist() == [True]
    assert unknown_practicability(town.network, CAR).tolist() == [False]
    town = draw("A---B", {"AB": {"access": "destination", "conditional": "hgv:backward=yes"}})
    assert unknown_practicability(town.network, TRUCK).tolist() == [True]
    town = draw("A---B", {"AB": {"access": "destination", "hgv": "yes"}})
    assert unknown_practicability(town.network, TRUCK).tolist() == [False]
    assert unknown_practicability(town.network, CAR).tolist() == [True]


def test_hazardous_goods_are_stopped_alone_and_by_the_hour():
    tags = {"conditional": "hazmat:conditional=no @ (06:00-20:00)"}
    network = draw("A---B", {"AB": tags}).network
    tanker = replace(TRUCK, hazmat=True)
    assert network.legal_arcs(TRUCK, clock(12)).all()
    assert not network.legal_arcs(tanker, clock(12)).any()
    assert network.legal_arcs(tanker, clock(22)).all()
    assert not network.legal_arcs(tanker).any()
    (rule,) = road_rules(network.segments, network.turns, 0, tanker, clock(12))
    assert (rule.code, "hazmat:conditional=no" in rule.reason) == ("hazmat", True)


def test_gates_that_the_build_keeps_are_told_and_barriers_that_stop_everybody_are_none():
    turns = [
        ("B", None, None, "barrier=gate access=private hgv=yes"),
        ("C", None, None, "barrier=bollard"),
    ]
    town = draw(RIVER, {"AB": {}, "BC": {}, "CD": {}}, turns=turns)
    control = control_points(town.network)
    assert control.node.tolist() == [town.node("B")]
    assert control.kind.take(np.array([0])) == ["gate"]
    nothing = control_points(draw("A---B", {"AB": {}}).network)
    assert (len(nothing.node), len(nothing.kind)) == (0, 0)


def test_for_all_vehicles_the_mask_and_the_words_agree_with_ferries_open():
    town = river(hgv="destination", conditional="maxweight:hgv=20")
    both = frozenset({town.segment("AB"), town.segment("CD")})
    for vehicle in (*vehicle_classes().values(), None):
        legal = legal_arcs(town.network.segments, town.network.turns, vehicle, open_ferries=both)
        named = [
            not road_rules(
                town.network.segments, town.network.turns, arc, vehicle, open_ferries=both
            )
            for arc in range(town.network.arc_count)
        ]
        assert legal.tolist() == named
