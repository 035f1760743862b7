"""Rules for some vehicles, one direction or some hours: judged alike for one arc and for all."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.asciimap import draw

from lca.vehicle import vehicle_class, vehicle_classes
from routing.legality import legal_arcs, road_rules
from routing.special_rows import next_change_on, special_rows
from routing.speed import arc_speeds, travel_time_ms

NOON, NIGHT = datetime(2026, 11, 18, 12), datetime(2026, 11, 18, 23)  # noqa: DTZ001 - local clocks
NIGHT_BAN = "hgv:conditional=no @ (22:00-06:00)"

# Tags of A-B besides the vehicle's; vehicle; moment; open A->B; open B->A; words of the reason.
RULES = [
    ({"conditional": NIGHT_BAN}, "truck_heavy_3", NOON, True, True, ""),
    ({"conditional": NIGHT_BAN}, "truck_heavy_3", NIGHT, False, False, "22:00-06:00"),
    ({"conditional": NIGHT_BAN}, "truck_heavy_3", None, False, False, "22:00-06:00"),
    ({"conditional": NIGHT_BAN}, "lv_4wd", NIGHT, True, True, ""),
    ({"conditional": "hgv:forward=no"}, "truck_light", None, False, True, "hgv:forward=no"),
    ({"conditional": "motorcar=no"}, "lv_4wd", None, False, False, "motorcar=no"),
    ({"conditional": "motorcar=no"}, "truck_light", None, True, True, ""),
    (
        {"access": "no", "conditional": "access:conditional=yes @ (08:00-18:00)"},
        "truck_light",
        NOON,
        True,
        True,
        "",
    ),
    (
        {"access": "no", "conditional": "access:conditional=yes @ (08:00-18:00)"},
        "truck_light",
        None,
        False,
        False,
        "access=no",
    ),
    ({"conditional": "maxweight:hgv=10"}, "truck_medium", None, False, False, "10 t < 18.8 t"),
    ({"conditional": "maxweight:hgv=10"}, "lv_4wd", None, True, True, ""),
    (
        {"oneway": "forward", "conditional": "oneway:conditional=no @ (22:00-06:00)"},
        "lv_4wd",
        NIGHT,
        True,
        True,
        "",
    ),
    (
        {"oneway": "forward", "conditional": "oneway:conditional=no @ (22:00-06:00)"},
        "lv_4wd",
        NOON,
        True,
        False,
        "one-way",
    ),
]


@pytest.mark.parametrize(("attributes", "vehicle", "moment", "out", "back", "words"), RULES)
def test_rules_for_some(attributes, vehicle, moment, out, back, words):
    town = draw("A---B---C", {"AB": attributes, "BC": {}})
    network, who = town.network, vehicle_class(vehicle)
    legal = network.legal_arcs(who, moment)
    assert (legal[town.arc("AB")], legal[town.arc("BA")]) == (out, back)
    assert legal[town.arc("BC")]
    for ends, is_open in (("AB", out), ("BA", back)):
        rules = road_rules(network.segments, network.turns, town.arc(ends), who, moment)
        assert bool(rules) != is_open
        assert all(words in rule.reason for rule in rules)


def test_many_rows_of_few_kinds_are_judged_as_each_alone():
    tags = [item[0] for item in RULES]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ways = {letters[at : at + 2]: tags[at % len(tags)] for at in range(25)}
    network = draw("--".join(letters), ways).network
    assert len(special_rows(network.segments).rows) == 25
    assert len(special_rows(network.segments).samples) < 12
    for vehicle in (None, *vehicle_classes().values()):
        for moment in (None, NOON, NIGHT):
            legal = legal_arcs(network.segments, network.turns, vehicle, moment)
            alone = [
                not road_rules(network.segments, network.turns, arc, vehicle, moment)
                for arc in range(network.arc_count)
            ]
            assert legal.tolist() == alone


def test_a_moment_of_the_same_rules_has_the_same_epoch():
    network = draw("A---B", {"AB": {"conditional": NIGHT_BAN}}).network
    special = special_rows(network.segments)
    assert special.epoch(NOON) == special.epoch(NOON.replace(hour=13))
    assert len({special.epoch(moment) for moment in (NOON, NIGHT, None)}) == 3
    assert special.next_change(NOON) == NOON.replace(hour=22)
    assert next_change_on(network.segments, special.rows, NIGHT) == datetime(2026, 11, 19, 6)  # noqa: DTZ001
    assert next_change_on(network.segments, special.rows[:0], NIGHT) is None


def test_a_speed_limit_for_trucks_or_for_some_hours_slows_those_only():
    tags = "maxspeed:conditional=20 @ (22:00-06:00)\nmaxspeed:hgv=30"
    network = draw("A---B", {"AB": {"highway": "primary", "conditional": tags}}).network
    car, truck = vehicle_class("lv_4wd"), vehicle_class("truck_heavy_3")
    assert arc_speeds(network, car, NOON).tolist() == [70, 70]
    assert arc_speeds(network, truck, NOON).tolist() == [30, 30]
    assert arc_speeds(network, truck, NIGHT).tolist() == [20, 20]
    assert arc_speeds(network, car).tolist() == [20, 20]
    assert travel_time_ms(network, truck, at_local=NOON).tolist() == [12_000, 12_000]


def test_a_road_closed_for_some_hours_still_connects():
    town = draw("A---B---C", {"AB": {}, "BC": {"conditional": NIGHT_BAN}})
    assert town.network.segments.mainland.all()
    town = draw("A---B---C", {"AB": {}, "BC": {"conditional": "hgv:forward=no\nhgv:backward=no"}})
    assert not town.network.segments.mainland[town.segment("BC")]
