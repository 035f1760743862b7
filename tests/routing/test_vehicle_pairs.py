"""Each attribute of a vehicle works alone and beside every other one (openrouteservice #262, #75, #1006)."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from support.asciimap import draw

from lca.vehicle import vehicle_class
from lca.vocab import Drive, Practicability
from routing.engine import INFINITE
from routing.legality import road_rules
from routing.osmtags import attributes_of
from routing.speed import travel_time_ms

VEHICLE = replace(
    vehicle_class("lv_4wd"),
    gross_t=7.0,
    payload_t=3.0,
    axle_load_t=4.0,
    height_m=3.0,
    width_m=2.2,
    length_m=6.0,
    drive=Drive.D4X4,
)
# Name: tag; what exceeds it, just; what just does not; words of the reason.
ATTRIBUTES = {
    "gross mass": ("maxweight", "7.5", {"gross_t": 7.51}, {"gross_t": 7.5}, "maxweight 7.5 t"),
    "axle load": ("maxaxleload", "5", {"axle_load_t": 5.1}, {"axle_load_t": 5.0}, "maxaxleload"),
    "height": ("maxheight", "3.5", {"height_m": 3.51}, {"height_m": 3.5}, "maxheight 3.5 m"),
    "width": ("maxwidth", "2.3", {"width_m": 2.4}, {"width_m": 2.3}, "maxwidth 2.3 m"),
    "length": ("maxlength", "7", {"length_m": 7.01}, {"length_m": 7.0}, "maxlength 7 m"),
    "rank": (
        "smoothness",
        "very_horrible",
        {"practicability": Practicability.LIGHT_TRUCK},
        {"practicability": Practicability.FOUR_WHEEL_DRIVE},
        "smoothness=very_horrible",
    ),
    "drive": ("4wd_only", "yes", {"drive": Drive.D4X2}, {"drive": Drive.D4X4}, "4wd_only=yes"),
    "hazmat": ("hazmat", "no", {"hazmat": True}, {"hazmat": False}, "hazmat=no"),
}
PAIRS = [(name, name) for name in ATTRIBUTES] + list(itertools.combinations(ATTRIBUTES, 2))
TWO_ROADS = """
A-----B
|     |
C-----D
"""


def roads(*names):
    """A short road with the tags of some attributes, and a longer one without."""
    tags = {ATTRIBUTES[name][0]: ATTRIBUTES[name][1] for name in names}
    columns = attributes_of({"highway": "primary", **tags}, Counter())
    return draw(TWO_ROADS, {"AB": columns, "ACDB": {"highway": "primary"}}, row_m=2_000.0)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_road_is_closed_by_exactly_what_the_vehicle_exceeds(first, second):
    town = roads(first, second)
    network = town.network
    for exceeds in itertools.product((False, True), repeat=2):
        vehicle, expected = VEHICLE, set()
        for name, over in zip((first, second), exceeds, strict=True):
            vehicle = replace(vehicle, **ATTRIBUTES[name][2 if over else 3])
            expected = (expected - {name}) | ({name} if over else set())
        weights = travel_time_ms(network, vehicle)
        closed = weights == INFINITE
        for ends in ("AB", "BA"):
            assert closed[town.arc(ends)] == bool(expected)
            reasons = [
                rule.reason
                for rule in road_rules(network.segments, network.turns, town.arc(ends), vehicle)
            ]
            assert len(reasons) == len(expected)
            for name in expected:
                assert any(ATTRIBUTES[name][4] in reason for reason in reasons)
        # The way round has none of the tags, so it is open to everybody.
        assert not closed[[town.arc(ends) for ends in ("AC", "CD", "DB", "BD", "DC", "CA")]].any()


def test_a_limit_counts_whatever_else_is_not_tagged_and_payload_never_does():
    """A limit of mass speaks of the gross mass; a truck of 20 t payload is no lighter for it."""
    town = roads("gross mass")
    heavy = replace(VEHICLE, gross_t=40.0, payload_t=1.0)
    light = replace(VEHICLE, gross_t=7.0, payload_t=20.0)
    assert travel_time_ms(town.network, heavy)[town.arc("AB")] == INFINITE
    assert travel_time_ms(town.network, light)[town.arc("AB")] < INFINITE


def test_a_missing_limit_is_not_a_limit_of_nothing():
    network = roads().network
    giant = replace(VEHICLE, gross_t=60.0, axle_load_t=20.0, height_m=6.0, length_m=30.0)
    assert (travel_time_ms(network, giant) < INFINITE).all()


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_decides_between_the_two_roads(name):
    """A vehicle that just fits takes the short road, one that just does not the long one."""
    town = roads(name)
    for over in (False, True):
        vehicle = replace(VEHICLE, **ATTRIBUTES[name][2 if over else 3])
        weights = travel_time_ms(town.network, vehicle).astype(np.int64)
        direct = int(weights[town.arc("AB")])
        round_about = sum(int(weights[town.arc(ends)]) for ends in ("AC", "CD", "DB"))
        assert (direct > round_about) == over
