"""Hours of a way in the best, the active and the worst season, in days, beside the LCA's rule."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.demoroads import demo_network
from support.tablepage import REPO

from lca.errors import InvalidInput
from lca.vehicle import vehicle_class
from routing.durations import way_durations, working_days
from routing.engine import INFINITE
from routing.season_state import NO_SEASON, ActiveSeason, SeasonState
from routing.speed import travel_time_ms

TRUCK = vehicle_class("truck_heavy_3")
RAINY = SeasonState.of([ActiveSeason("rainy")])
PAGE = (REPO / "docs" / "reference" / "speeds.md").read_text(encoding="utf-8")
REST = 1.25
LCA_KMH = 50.0
"""Average of the logistics capacity assessments on main roads, rest apart."""


def along(ways, arcs, season=NO_SEASON, share=1.0, **asked):
    """The durations over whole arcs, or the same share of each."""
    town = draw("A---B---C---D", ways)
    numbers = np.array([town.arc(arc) for arc in arcs])
    part_m = town.network.segments.length_m[numbers // 2] * share
    return way_durations(town.network, TRUCK, numbers, part_m, None, season, **asked)


def test_port_sudan_to_kadugli_takes_the_hours_and_days_of_the_assessment():
    """2,040 km at 50 km/h and a quarter of rest: 51 hours, five to six days (Sudan, 2.3)."""
    town = draw("A--B", {"AB": {"highway": "primary"}}, column_m=2_040_000 / 3)
    found = way_durations(town.network, TRUCK, np.array([0]), town.network.segments.length_m)
    hours = found.expected_h * REST
    assert hours == pytest.approx(51.0, rel=1e-3)
    assert hours == pytest.approx(2_040 / LCA_KMH * REST, rel=1e-3)
    assert working_days(hours, 10) == pytest.approx(5.1, abs=0.01)
    assert working_days(hours, 8) == pytest.approx(6.4, abs=0.03)
    # The assessment itself says five days.
    assert working_days(hours, 10.2) == pytest.approx(5.0, abs=0.01)


def test_the_season_that_holds_is_expected_and_the_others_are_the_best_and_the_worst():
    ways = {"ABC": {"highway": "unclassified", "surface": "dirt"}}
    dry, wet = along(ways, ["AB", "BC"]), along(ways, ["AB", "BC"], RAINY)
    assert dry.optimistic_h == dry.expected_h == wet.optimistic_h
    assert wet.expected_h == wet.worst_h == dry.worst_h
    assert wet.expected_h / dry.expected_h == pytest.approx(3, abs=0.1)


def test_in_the_worst_case_a_track_without_a_tagged_surface_is_one_of_dirt():
    ways = {"AB": {"highway": "track"}, "BC": {"highway": "track", "surface": "dirt"}}
    plain, dirt = along(ways, ["AB"], RAINY), along(ways, ["BC"], RAINY)
    assert plain.expected_h == plain.optimistic_h == dirt.optimistic_h
    assert plain.worst_h == pytest.approx(dirt.worst_h)


def test_a_calendar_without_rains_knows_no_worse_than_its_seasons():
    ways = {"AB": {"highway": "track", "surface": "dirt"}}
    calendar = [ActiveSeason("dry"), ActiveSeason.of("harmattan", {"dirt": 0.8})]
    found = along(ways, ["AB"], calendar=calendar)
    assert found.worst_h / found.expected_h == pytest.approx(1 / 0.8)
    calm = along(ways, ["AB"], calendar=[ActiveSeason("dry")])
    assert calm.worst_h == calm.expected_h


def test_a_ferry_takes_its_crossing_time_in_every_season_and_a_part_of_it_a_share():
    ways = {"AB": {"highway": "ferry", "duration_s": 1800.0}, "BC": {"highway": "primary"}}
    for season in (NO_SEASON, RAINY):
        found = along(ways, ["AB"], season)
        assert found.optimistic_h == found.expected_h == found.worst_h == pytest.approx(0.5)
    assert along(ways, ["AB"], share=0.5).expected_h == pytest.approx(0.25)


def test_limits_hold_in_their_direction_and_hours():
    ways = {"AB": {"highway": "primary", "maxspeed_backward_kmh": 10.0}}
    assert along(ways, ["BA"]).expected_h == pytest.approx(5 * along(ways, ["AB"]).expected_h)
    ways = {"AB": {"highway": "primary", "conditional": "maxspeed:hgv=20"}}
    assert along(ways, ["AB"]).expected_h == pytest.approx(0.1 / 20)
    assert along(ways, ["BA"]).expected_h == pytest.approx(0.1 / 20)


def test_a_way_of_no_parts_takes_no_time():
    network = draw("A---B", {"AB": {}}).network
    nothing = way_durations(network, TRUCK, np.empty(0, np.int64), np.empty(0))
    assert (nothing.optimistic_h, nothing.expected_h, nothing.worst_h) == (0.0, 0.0, 0.0)


SURFACES = [None, "asphalt", "gravel", "dirt", "mud", "sand"]
FACTORS = st.dictionaries(
    st.sampled_from(["paved", "gravel", "dirt", "mud"]), st.floats(0.05, 1.0), max_size=4
)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(SURFACES), min_size=3, max_size=3),
    st.lists(st.sampled_from(["track", "primary", "unclassified"]), min_size=3, max_size=3),
    st.lists(st.tuples(st.sampled_from(["rainy", "dry", "flood"]), FACTORS), max_size=2),
    st.lists(st.tuples(st.sampled_from(["rainy", "dry", "cold"]), FACTORS), max_size=2),
)
def test_optimistic_is_never_above_expected_nor_expected_above_worst(
    surfaces, classes, active, calendar
):
    ways = {
        ends: {"highway": highway, **({"surface": surface} if surface else {})}
        for ends, highway, surface in zip(("AB", "BC", "CD"), classes, surfaces, strict=True)
    }
    state = SeasonState.of([ActiveSeason.of(*one) for one in active])
    known = [ActiveSeason.of(*one) for one in calendar]
    found = along(ways, ["AB", "BC", "CD"], state, calendar=known)
    assert 0 < found.optimistic_h <= found.expected_h <= found.worst_h
    town = draw("A---B---C---D", ways)
    weights = travel_time_ms(town.network, TRUCK, season=state)
    arcs = [town.arc(ends) for ends in ("AB", "BC", "CD")]
    assert found.expected_h * 3.6e6 == pytest.approx(weights[arcs].sum(), abs=len(arcs))


def test_on_the_demo_the_hours_of_a_way_are_those_that_the_engine_adds_up():
    network = demo_network()
    weights = travel_time_ms(network, TRUCK)[: network.segment_arc_count]
    arcs = np.flatnonzero(weights < INFINITE)[::7]
    part_m = network.segments.length_m[arcs // 2]
    found = way_durations(network, TRUCK, arcs, part_m)
    assert found.expected_h * 3.6e6 == pytest.approx(float(weights[arcs].sum()), rel=1e-4)


def test_the_page_states_our_hours_over_those_of_the_assessments_rule_on_the_demo():
    """Main roads as fast as the assessments say, motorways faster, streets of a town slower."""
    stated = dict(re.findall(r"^\| `?([a-z_ ]+)`? \| ([0-9.]+) \|$", PAGE, re.MULTILINE))
    ratio = {name if name != "all" else "all roads": value for name, value in lca_ratios().items()}
    assert {name: f"{value:.2f}" for name, value in ratio.items()} == stated
    assert ratio["primary"] == pytest.approx(1.0, abs=0.1)
    assert ratio["motorway"] < ratio["trunk"] < ratio["primary"] < ratio["secondary"] < 1.2


def lca_ratios():
    """Our expected hours over the LCA's, both with a quarter of rest, by class of the demo."""
    network = demo_network()
    weights = travel_time_ms(network, TRUCK)[: network.segment_arc_count]
    arcs = np.flatnonzero(weights < INFINITE)
    highway = network.segments.texts["highway"]
    found = {}
    for code, name in [*enumerate(highway.values), (None, "all")]:
        mine = arcs if code is None else arcs[highway.codes[arcs // 2] == code]
        if len(mine):
            part_m = network.segments.length_m[mine // 2]
            ours = way_durations(network, TRUCK, mine, part_m).expected_h * REST
            found[name] = ours / (part_m.sum() / 1000 / LCA_KMH * REST)
    return found


@pytest.mark.parametrize("day", [0, -8, 25, float("nan"), float("inf")])
def test_a_driving_day_that_cannot_be_is_refused(day):
    with pytest.raises(InvalidInput, match="driving day"):
        working_days(10, day)
