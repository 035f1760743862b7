"""Seeded faults: each rule of access and speed is broken in turn, and a few examples must see it."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from support.asciimap import draw

from lca.vehicle import vehicle_class
from lca.vocab import Cargo, Drive
from routing.engine import INFINITE
from routing.osmtags import attributes_of
from routing.season_state import ActiveSeason, SeasonState

TRUCK = replace(vehicle_class("truck_light"), gross_t=7.5, payload_t=3.5, height_m=3.2)
CAR = vehicle_class("lv_4wd")
TANKER = replace(TRUCK, hazmat=True)
RAINY = SeasonState.of([ActiveSeason("rainy")])
CAPPED = SeasonState.of([ActiveSeason.of("rainy", caps={"dirt": 3})])

# Tags; vehicle; season; open A->B; open B->A.
OPEN = [
    ({}, TRUCK, None, True, True),
    ({"oneway": "yes"}, TRUCK, None, True, False),
    ({"oneway": "-1"}, TRUCK, None, False, True),
    ({"oneway:hgv": "yes"}, TRUCK, None, True, False),
    ({"maxweight": "7.5"}, TRUCK, None, True, True),
    ({"maxweight": "7.4"}, TRUCK, None, False, False),
    ({"maxweight": "5000 kg"}, TRUCK, None, False, False),
    ({"maxweight": "15000 lbs"}, TRUCK, None, False, False),
    ({"maxweight": "8 st"}, TRUCK, None, False, False),
    ({"maxweight:hgv": "7.5"}, TRUCK, None, True, True),
    ({"maxweight:hgv": "5"}, TRUCK, None, False, False),
    ({"maxheight": "3.2"}, TRUCK, None, True, True),
    ({"maxheight": "10'"}, TRUCK, None, False, False),
    ({"maxaxleload": "4.9"}, TRUCK, None, False, False),
    ({"access": "private"}, TRUCK, None, False, False),
    ({"access": "no", "hgv": "yes"}, TRUCK, None, True, True),
    ({"access": "yes", "hgv": "no"}, TRUCK, None, False, False),
    ({"hgv": "no"}, CAR, None, True, True),
    ({"hgv:forward": "no"}, TRUCK, None, False, True),
    ({"hgv:backward": "private"}, TRUCK, None, True, False),
    ({"hazmat": "no"}, TANKER, None, False, False),
    ({"hazmat": "no"}, TRUCK, None, True, True),
    # fuel is hazardous goods, whether or not the asker ticks it; medicines are none
    ({"hazmat": "no"}, replace(TRUCK, cargo=Cargo.FUEL), None, False, False),
    ({"hazmat": "no"}, replace(TRUCK, cargo=Cargo.MEDICAL), None, True, True),
    ({"4wd_only": "yes"}, TRUCK, None, False, False),
    ({"4wd_only": "yes"}, replace(TRUCK, drive=Drive.D4X4), None, True, True),
    ({"4wd_only": "recommended"}, TRUCK, None, True, True),
    ({"smoothness": "very_horrible"}, TRUCK, None, False, False),
    ({"smoothness": "very_horrible"}, CAR, None, True, True),
    ({"tracktype": "grade5"}, TRUCK, None, True, True),
    ({"ford": "yes"}, TRUCK, None, True, True),
    ({"status": "closed"}, CAR, None, False, False),
    ({"surface": "dirt"}, TRUCK, CAPPED, False, False),
    ({"surface": "dirt"}, CAR, CAPPED, True, True),
    ({}, TRUCK, CAPPED, True, True),
]
# Tags; vehicle; season; km/h A->B; km/h B->A.
SPEEDS = [
    ({}, TRUCK, None, 50, 50),
    ({}, CAR, None, 70, 70),
    ({"surface": "dirt"}, TRUCK, None, 30, 30),
    ({"surface": "dirt"}, TRUCK, RAINY, 9.9, 9.9),
    ({"surface": "gravel", "smoothness": "bad"}, TRUCK, None, 30, 30),
    ({"highway": "track", "surface": "dirt"}, TRUCK, None, 15, 15),
    ({"maxspeed": "20 mph"}, TRUCK, None, 32.187, 32.187),
    ({"maxspeed:backward": "20"}, TRUCK, None, 50, 20),
    ({"maxspeed": "100"}, TRUCK, None, 50, 50),
    ({"maxspeed:hgv": "30"}, TRUCK, None, 30, 30),
    ({"ford": "yes"}, TRUCK, None, 25, 25),
    ({"ford": "yes"}, TRUCK, RAINY, 8.25, 8.25),
]

# module, what stands there, what a tired person might have written
FAULTS = {
    "one-way streets are ignored": ("legality", "against.__eq__", "'never'.__eq__"),
    "one-way streets are turned round": (
        "legality",
        '((0, "backward"), (1, "forward"))',
        '((1, "backward"), (0, "forward"))',
    ),
    "a limit that is just met stops": ("legality", "operator.gt", "operator.ge"),
    "a limit is compared the wrong way": ("legality", "operator.gt", "operator.lt"),
    "limits of mass look at the payload": (
        "legality",
        "float(getattr(vehicle, attribute))",
        "float(getattr(vehicle, attribute.replace('gross', 'payload')))",
    ),
    "the general access key governs": ("legality", "reversed(access_keys", "tuple(access_keys"),
    "ferries run": ("legality", "closed |= ferries", "pass"),
    "a state of the road is ignored": ("legality", "IMPASSABLE.__contains__", "().__contains__"),
    "a road's condition is ignored": ("legality", "for key in CONDITIONS:", "for key in ():"),
    "unknown counts as closed": (
        "legality",
        "condition(key, value, vehicle) is Passing.NO",
        "condition(key, value, vehicle) is not Passing.PASS",
    ),
    "four-wheel drive is not asked for": (
        "legality",
        "partial(lacks_drive, vehicle)",
        "().__contains__",
    ),
    "a cap of a season is ignored": (
        "legality",
        "closed |= (np.array([*most",
        "_ = (np.array([*most",
    ),
    "an unknown surface is capped": (
        "legality",
        "np.array([*most, _MOST])",
        "np.array([*most, 0])",
    ),
    "with rules, a limit that is just met stops": (
        "segment_rules",
        "limit is not None and limit < value",
        "limit is not None and limit <= value",
    ),
    "with rules, no limit is a limit of nothing": (
        "segment_rules",
        "limit = judge.limit(column)",
        "limit = judge.limit(column) or 0.0",
    ),
    "with rules, the directions are swapped": (
        "segment_rules",
        "[0 if forward else 1]",
        "[1 if forward else 0]",
    ),
    "private roads are open": ("segment_rules", "if value in CLOSED_ACCESS", "if value == 'no'"),
    "everybody carries hazardous goods": (
        "segment_rules",
        "vehicle is not None and carries_hazmat(vehicle)",
        "vehicle is not None",
    ),
    "nobody carries hazardous goods": (
        "segment_rules",
        "vehicle is not None and carries_hazmat(vehicle)",
        "False",
    ),
    "fuel is no hazardous good": (
        "segment_rules",
        "vehicle is not None and carries_hazmat(vehicle)",
        "vehicle is not None and vehicle.hazmat",
    ),
    "kilograms are tonnes": ("osmunits", '"kg": 0.001', '"kg": 1.0'),
    "pounds are kilograms": ("osmunits", "0.00045359237", "0.001"),
    "short tons are tonnes": ("osmunits", "0.90718474", "1.2"),
    "feet are metres": (
        "osmunits",
        '("ft", "feet", "foot"), 0.3048',
        '("ft", "feet", "foot"), 1.0',
    ),
    "miles are kilometres": ("osmunits", '"mph": 1.609344', '"mph": 1.0'),
    "a limit makes roads faster": ("speed", "np.fmin(speed, segments", "np.fmax(speed, segments"),
    "both directions have one limit": (
        "speed",
        "arcs[side::2] =",
        "arcs[:] = np.repeat(0.0, len(arcs)); arcs[:: 2] = arcs[1 :: 2] =",
    ),
    "seasons are ignored": ("speed", "np.array([*factors, 1.0])", "np.ones(len(factors) + 1)"),
    "the rains of a ford are forgotten": (
        "speed",
        "condition(FORD) * model.season_factor(season, FORD, group)",
        "condition(FORD)",
    ),
    "surface and smoothness are multiplied": (
        "speed",
        'np.minimum(dry, np.minimum(condition("smoothness"), condition("tracktype")))',
        'dry * condition("smoothness") * condition("tracktype")',
    ),
    "the usual surface counts twice": (
        "speed",
        "paved_share[surface] / usual_share",
        "paved_share[surface]",
    ),
    "trucks drive like cars": ("speed", "TRUCK if is_truck(vehicle) else LIGHT", "LIGHT"),
}


@lru_cache(maxsize=256)
def network_of(tags, reader):
    """A road with these tags, as one reader of numbers reads them."""
    columns = attributes_of({"highway": "primary", **dict(tags)}, Counter())
    return draw("A---B", {"AB": columns}).network


def examples_that_fail():
    """How many of the examples the modules as they are now in place get wrong."""
    travel_time_ms = importlib.import_module("routing.speed").travel_time_ms
    reader = importlib.import_module("routing.osmunits")
    wrong = 0
    for tags, vehicle, season, *expected in OPEN:
        weights = travel_time_ms(network_of(tuple(tags.items()), reader), vehicle, season=season)
        wrong += (weights < INFINITE).tolist() != expected
    for tags, vehicle, season, *expected in SPEEDS:
        network = network_of(tuple(tags.items()), reader)
        times = travel_time_ms(network, vehicle, season=season)
        kmh = np.repeat(network.segments.length_m, 2) * 3600 / times
        wrong += not np.allclose(kmh, expected, rtol=1e-3)
    # A ferry of which nothing is known.
    weights = travel_time_ms(draw("A---B", {"AB": {"highway": "ferry"}}).network, TRUCK)
    return wrong + int((weights < INFINITE).any())


def test_without_a_fault_every_example_holds():
    assert examples_that_fail() == 0
    assert len(FAULTS) >= 20


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_seen(fault, monkeypatch):
    name, stands, written = FAULTS[fault]
    sound = importlib.import_module(f"routing.{name}")
    source = inspect.getsource(sound)
    assert source.count(stands) == 1, "the fault no longer fits the module"
    broken = types.ModuleType(sound.__name__)
    broken.__dict__.update(__package__="routing", __file__=sound.__file__)
    monkeypatch.setitem(sys.modules, broken.__name__, broken)
    exec(compile(source.replace(stands, written), sound.__file__, "exec"), broken.__dict__)
    # Whoever took something from the sound module takes it from the broken one.
    for user in [one for key, one in sys.modules.items() if key.startswith("routing.")]:
        for word, thing in list(vars(user).items()):
            if user is not broken and vars(sound).get(word) is thing and word in vars(broken):
                monkeypatch.setattr(user, word, vars(broken)[word])
    assert examples_that_fail() > 0
