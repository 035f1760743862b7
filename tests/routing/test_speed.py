"""Travel times: the class table, the legal limit and the vehicle's own top speed."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from importlib import resources

import numpy as np
import pytest
from support.asciimap import draw
from support.demoroads import demo_network

from lca.errors import InvalidInput
from lca.vehicle import vehicle_class, vehicle_classes
from routing.engine import INFINITE
from routing.legality import FERRY, NOT_FOR_MOTOR_VEHICLES
from routing.osmtags import ROADS
from routing.speed import arc_speeds, class_speeds, travel_time_ms

TABLE = resources.files("data").joinpath("reference", "speeds.csv")

# Road attributes; vehicle; km/h forward; km/h back.
SPEEDS = [
    ({"highway": "primary"}, "truck_heavy_3", 50, 50),
    ({"highway": "primary"}, "lv_4wd", 70, 70),
    ({"highway": "primary", "maxspeed_kmh": 30.0}, "truck_heavy_3", 30, 50),
    ({"highway": "primary", "maxspeed_backward_kmh": 30.0}, "truck_heavy_3", 50, 30),
    ({"highway": "primary", "maxspeed_kmh": 100.0}, "truck_heavy_3", 50, 50),
    ({"highway": "motorway"}, "motorbike", 80, 80),
    ({"highway": "track"}, "truck_6x6", 15, 15),
    ({"highway": "corridor"}, "truck_heavy_3", 15, 15),
]


@pytest.mark.parametrize(("attributes", "vehicle", "out", "back"), SPEEDS)
def test_the_least_of_class_limit_and_vehicle_counts(attributes, vehicle, out, back):
    network = draw("A---B", {"AB": attributes}).network
    speeds = arc_speeds(network, vehicle_class(vehicle))
    assert speeds.tolist() == [out, back]
    expected = [round(100 * 3600 / speed) for speed in (out, back)]
    assert travel_time_ms(network, vehicle_class(vehicle)).tolist() == expected


def test_a_hundred_metres_at_fifty_take_seven_seconds_and_a_fifth():
    network = draw("A---B", {"AB": {"highway": "primary"}}).network
    assert travel_time_ms(network, vehicle_class("truck_heavy_3"))[0] == 7_200


def test_an_arc_that_may_not_be_driven_weighs_infinite():
    network = draw("A---B", {"AB": {"oneway": "forward"}}).network
    weights = travel_time_ms(network, vehicle_class("truck_light"))
    assert weights[0] < INFINITE
    assert weights[1] == INFINITE
    assert weights.dtype == np.uint32


def test_speed_factors_make_arcs_slower_and_never_free():
    network = draw("A---B---C", {"ABC": {"highway": "primary"}}).network
    factors = np.array([0.5, 1.0, 1e9, 1e-9])
    weights = travel_time_ms(network, vehicle_class("truck_heavy_3"), factors)
    assert weights.tolist() == [14_400, 7_200, 1, INFINITE - 1]
    for factor in (0.0, -1.0, np.nan):
        with pytest.raises(InvalidInput, match="factor"):
            travel_time_ms(
                network, vehicle_class("truck_heavy_3"), np.array([1.0, 1.0, 1.0, factor])
            )


def test_every_arc_of_the_demo_takes_some_time_for_every_vehicle():
    network = demo_network()
    for vehicle in vehicle_classes().values():
        weights = travel_time_ms(network, vehicle)
        legal = network.legal_arcs(vehicle)
        assert ((weights < INFINITE) == legal).all()
        assert weights.min() >= 1
        hours = weights[legal].sum(dtype=np.int64) / 3.6e6
        km = np.repeat(network.segments.length_m, 2)[legal].sum() / 1000
        assert 15 < km / hours < 50


def test_the_table_names_every_class_that_a_vehicle_may_drive():
    named = {highway for highway, _ in class_speeds()}
    assert ROADS - NOT_FOR_MOTOR_VEHICLES - {FERRY} <= named


def test_every_figure_says_what_it_rests_on():
    with TABLE.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["basis"].startswith(("LCA", "project assumption")) for row in rows)
    assert any(row["basis"].startswith("LCA") for row in rows)
    assert {row["group"] for row in rows} == {"light", "truck"}
    assert len({(row["highway"], row["group"]) for row in rows}) == len(rows)


def test_no_truck_is_faster_than_a_light_vehicle_on_the_same_road():
    speeds = class_speeds()
    assert all(speeds[highway, "truck"] <= speeds[highway, "light"] for highway, _ in speeds)


def test_the_sidecar_belongs_to_the_table():
    sidecar = tomllib.loads(
        resources.files("data").joinpath("reference", "speeds.csv.toml").read_text("utf-8")
    )
    assert sidecar["sha256"] == hashlib.sha256(TABLE.read_bytes()).hexdigest()
    assert sidecar["licence"]
