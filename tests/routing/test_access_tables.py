"""The access truth tables and the code say the same, row by row, for every vehicle that matters."""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.asciimap import draw

from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import Drive, Practicability
from routing.access_table import ANY, TABLES, VEHICLES, Passing, access_rows, judged
from routing.legality import legal_arcs, road_rules
from routing.osmaccess import ACCESS
from routing.osmtags import ROADS, attributes_of, is_road
from routing.osmturns import read_barriers
from routing.road_rule import CLOSED_ACCESS, LOCAL_ACCESS
from routing.segment_rules import IMPASSABLE, NOT_FOR_MOTOR_VEHICLES
from routing.turn_legality import PASSABLE_BARRIERS
from routing.unknown_practicability import control_points, unknown_practicability

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reference" / "access"
# Every combination of what the column ``vehicles`` asks about.
ASKED = [
    replace(vehicle_class("lv_4wd"), practicability=rank, drive=drive, hazmat=hazmat)
    for rank in (Practicability.FOUR_WHEEL_DRIVE, Practicability.LIGHT_TRUCK)
    for drive in Drive
    for hazmat in (False, True)
]
ANYTHING = "something-nobody-listed"


def lines(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def meant(word, vehicle):
    """Whom the column means, written down once more."""
    truck = vehicle.practicability >= 4
    return {
        "all": True,
        "trucks": truck,
        "without_4x4": vehicle.drive == "4x2",
        "trucks_without_6x6": truck and vehicle.drive != "6x6",
        "hazmat": vehicle.hazmat,
    }[word]


def verdict(rows, value, vehicle):
    """What a file says of a value: its own rows before those of ``*``, no before unknown."""
    own = [row for row in rows if row["value"] == value] or [
        row for row in rows if row["value"] == "*"
    ]
    said = {row["verdict"] for row in own if meant(row["vehicles"], vehicle)}
    return next((word for word in ("left_out", "no", "unknown") if word in said), "pass")


def street(tags, **columns):
    """A street of a way's tags, as the reader of OSM makes it."""
    return draw("A---B", {"AB": {**attributes_of(tags, Counter()), **columns}}).network


def passing(network, vehicle, open_ferries=frozenset()):
    """What the program makes of the street: pass, no or unknown; one arc and all agree."""
    legal = legal_arcs(network.segments, network.turns, vehicle, open_ferries=open_ferries)
    for arc in range(2):
        rules = road_rules(network.segments, network.turns, arc, vehicle, open_ferries=open_ferries)
        assert bool(rules) != legal[arc]
    assert legal[0] == legal[1]
    if not legal[0]:
        return "no"
    return "unknown" if unknown_practicability(network, vehicle)[0] else "pass"


def cases(name, key=None):
    """Each key and value of a file, and of ``*`` one that is not listed; each once."""
    rows = lines(name)
    pairs = {(row["key"], row["value"].replace("*", ANYTHING)): None for row in rows}
    return [(one, value) for one, value in pairs if key is None or one == key]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_complete_and_said_once(name):
    rows = lines(name)
    assert rows
    for row in rows:
        assert all(row[column].strip() for column in ("key", "value", "reason", "source"))
        assert row["verdict"] in set(Passing)
        assert row["vehicles"] in VEHICLES
    keys = [(row["key"], row["value"], row["vehicles"]) for row in rows]
    assert len(keys) == len(set(keys))
    assert len(access_rows(name)) == len(rows)


@pytest.mark.parametrize("name", TABLES)
def test_the_program_reads_what_the_file_says(name):
    rows = lines(name)
    for key, value in cases(name):
        mine = [row for row in rows if row["key"] == key]
        for vehicle in ASKED:
            row = judged(name, key, value, vehicle)
            found = "pass" if row is None else row.verdict.value
            assert found == verdict(mine, value, vehicle)


@pytest.mark.parametrize(("key", "value"), cases("condition"))
def test_a_condition_closes_counts_or_passes_as_its_row_says(key, value):
    mine = [row for row in lines("condition") if row["key"] == key]
    network = street({"highway": "unclassified", key: value})
    for vehicle in ASKED:
        assert passing(network, vehicle) == verdict(mine, value, vehicle)


@pytest.mark.parametrize(("key", "value"), cases("status"))
def test_a_status_closes_counts_or_passes_as_its_row_says(key, value):
    network = street({"highway": "unclassified", key: value})
    for vehicle in ASKED:
        assert passing(network, vehicle) == verdict(lines("status"), value, vehicle)


@pytest.mark.parametrize(("key", "value"), cases("highway"))
def test_a_class_is_a_road_or_not_as_its_row_says(key, value):
    said = verdict([row for row in lines("highway") if row["key"] == key], value, ASKED[0])
    assert is_road({key: value}) == (said != "left_out")
    if said == "left_out":
        return
    for vehicle in ASKED:
        assert passing(street({key: value, "oneway": "no"}), vehicle) == said
    if value == "ferry":
        assert passing(street({key: value}), ASKED[0], frozenset({0})) == "pass"


@pytest.mark.parametrize(("key", "value"), cases("access"))
@pytest.mark.parametrize("tagged", ["access", "vehicle", "motor_vehicle"])
def test_an_access_word_opens_counts_or_closes_as_its_row_says(tagged, key, value):
    mine = [row for row in lines("access") if row["key"] == key]
    network = street({"highway": "unclassified", tagged if key == "access" else key: value})
    for vehicle in ASKED:
        expected = verdict(mine, value, vehicle)
        assert passing(network, vehicle) == expected


@pytest.mark.parametrize(
    "value", [row["value"] for row in lines("access") if row["key"] == "access"]
)
def test_a_word_for_trucks_or_for_hazardous_goods_says_nothing_to_others(value):
    mine = [row for row in lines("access") if row["key"] == "access"]
    for key, concerned in (
        ("hgv", lambda vehicle: vehicle.practicability >= 4),
        ("motorcar", lambda vehicle: vehicle.practicability < 4),
        ("hazmat", lambda vehicle: vehicle.hazmat),
    ):
        network = street({"highway": "unclassified", key: value})
        for vehicle in ASKED:
            expected = verdict(mine, value, vehicle) if concerned(vehicle) else "pass"
            assert passing(network, vehicle) == expected


@pytest.mark.parametrize(("key", "value"), cases("oneway"))
def test_a_one_way_word_leaves_the_direction_open_that_its_row_says(key, value):
    (row,) = [
        row for row in lines("oneway") if row["value"] == (value if value != ANYTHING else "*")
    ]
    network = street({"highway": "unclassified", key: value})
    forward, backward = legal_arcs(network.segments, network.turns, ASKED[0])
    assert forward == (row["reads_as"] != "backward")
    assert backward == (row["reads_as"] != "forward")
    assert unknown_practicability(network, ASKED[0])[0] == (row["verdict"] == "unknown")


def at_a_node(tags):
    """A road with a barrier on it; whether it is kept, and the network."""
    reading = read_barriers([(ord("B"), tags)], np.array([ord("B")]))
    turns = [("B", None, None, rule.rule) for rule in reading.rules]
    return draw("A---B---C", {"AB": {}, "BC": {}}, turns=turns)


@pytest.mark.parametrize(("key", "value"), cases("barriers"))
def test_a_barrier_stops_or_lets_pass_as_its_row_says(key, value):
    tags = {"barrier": value} if key == "barrier" else {"barrier": "gate", key: value}
    said = verdict([row for row in lines("barriers") if row["key"] == key], value, ASKED[0])
    town = at_a_node(tags)
    for vehicle in ASKED:
        turns = town.network.legal_arcs(vehicle)[town.network.segment_arc_count :]
        assert bool(turns.all()) == (said != "no")
    # What says that a gate is open to somebody is known to lie there, and may be shut.
    guarded = at_a_node({**tags, "hgv": "no", "access": "yes"})
    control = control_points(guarded.network)
    kept = said == "unknown" or key == "locked"
    assert control.node.tolist() == ([guarded.node("B")] if kept else [])
    assert list(control.kind.values) == ([tags["barrier"]] if kept else [])


def test_the_sets_of_the_program_are_those_of_the_files():
    """Written down once more, so that an edit of a file is a decision."""
    assert {"no", "private"} == CLOSED_ACCESS
    assert {"destination"} == LOCAL_ACCESS
    assert {"pedestrian", "busway"} == NOT_FOR_MOTOR_VEHICLES
    assert {
        *("impassable", "closed", "blocked", "abandoned", "destroyed", "collapsed"),
        *("washed_out", "razed", "demolished"),
    } == IMPASSABLE
    assert set(ACCESS.values()) == {"yes", "destination", "private", "no", None}
    assert len(ROADS) == 18
    assert len(PASSABLE_BARRIERS) == 20
    stops_trucks = {
        (row.key, row.value)
        for row in access_rows("condition")
        if row.verdict is Passing.NO and row.concerns(vehicle_class("truck_heavy_3"))
    }
    assert stops_trucks == {
        ("4wd_only", "yes"),
        ("smoothness", "very_horrible"),
        ("smoothness", "impassable"),
    }


def test_no_tag_at_all_closes_nothing_and_leaves_nothing_open():
    """Rule of truth 5: what is missing never changes the verdict, and is not counted here."""
    network = street({"highway": "track"})
    assert all(math.isnan(column.floats()[0]) for column in network.segments.numbers.values())
    for vehicle in vehicle_classes().values():
        assert passing(network, vehicle) == "pass"
        assert passing(network, replace(vehicle, hazmat=True)) == "pass"


def test_the_word_for_every_other_value_is_no_value_itself():
    assert ANY not in ACCESS
    assert ANY not in PASSABLE_BARRIERS
    assert not {row.value for row in access_rows("condition")} & {""}
