"""Trips between positions within segments, told as drawings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.baregraph import ENGINE_NAMES, bare_networks, bellman_ford, weighted_arcs

from lca.geo import LonLat
from lca.vehicle import vehicle_class
from routing.engine import INFINITE, make_engine
from routing.engine.journey import best_trip, proportional
from routing.snap import Snap, snap
from routing.speed import travel_time_ms

TRUCK = vehicle_class("truck_heavy_3")

BLOCK = """
A---B---C
|       |
D-------E
"""


def trip(town, start, end, *, closed=(), engine=None):
    """The best trip between two (ends, fraction) positions."""
    weights = travel_time_ms(town.network, TRUCK).copy()
    weights[[town.arc(ends) for ends in closed]] = INFINITE
    metric = make_engine(town.network, engine).customise(weights)
    legal = town.network.legal_arcs(TRUCK)
    snaps = [snap(town.network, town.between(*place), legal) for place in (start, end)]
    return best_trip(town.network, metric, *snaps)


# ways, start, end -> letters passed by whole or part arcs, metres; None: no way
STORIES = {
    "along two roads": ({"ABC": {}}, ("AB", 0.5), ("BC", 0.5), "ABC", 100),
    "back over two roads": ({"ABC": {}}, ("BC", 0.5), ("AB", 0.5), "CBA", 100),
    "within one road": ({"ABC": {}}, ("AB", 0.2), ("AB", 0.7), "AB", 50),
    "back within one road": ({"ABC": {}}, ("AB", 0.7), ("AB", 0.2), "BA", 50),
    "back within a one-way road, round the block": (
        {"ABCEDA": {"oneway": "forward"}},
        ("AB", 0.75),
        ("AB", 0.25),
        "ABCEDAB",
        750,
    ),
    "back within a one-way road without a block": (
        {"ABC": {"oneway": "forward"}},
        ("AB", 0.75),
        ("AB", 0.25),
        None,
        None,
    ),
    "from a junction": ({"ABC": {}, "AD": {}}, ("AB", 0.0), ("BC", 0.5), "ABC", 150),
    "to where it already is": ({"ABC": {}}, ("AB", 0.5), ("AB", 0.5), "", 0),
    "out of a one-way road against its direction": (
        {"AB": {"oneway": "forward"}, "BC": {}, "AD": {}, "CED": {}},
        ("AB", 0.25),
        ("AD", 0.25),
        "ABCEDA",
        75 + 100 + 200 + 200 + 150,
    ),
}


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("story", STORIES)
def test_trips(story, engine):
    ways, start, end, letters, metres = STORIES[story]
    town = draw(BLOCK, ways)
    found = trip(town, start, end, engine=engine)
    if letters is None:
        assert found is None
        return
    assert town.way_of(found.arcs) == letters
    assert found.total_m == pytest.approx(metres, abs=0.01)
    assert found.total_ms == found.part_ms.sum()
    assert found.part_m.sum() == pytest.approx(found.total_m)
    # Only the first and the last arc may be partial, and each is driven forwards.
    assert (found.from_fraction < found.to_fraction).all()
    assert (found.from_fraction[1:] == 0).all()
    assert (found.to_fraction[:-1] == 1).all()


def test_time_is_the_share_of_each_arc():
    town = draw(BLOCK, {"AB": {"highway": "primary"}, "BC": {"highway": "track"}})
    found = trip(town, ("AB", 0.5), ("BC", 0.5))
    weights = travel_time_ms(town.network, TRUCK)
    expected = [weights[town.arc("AB")] / 2, weights[town.arc("BC")] / 2]
    assert found.part_ms.tolist() == pytest.approx(expected, abs=1)


def test_a_start_on_a_closed_road_has_no_way_out_unless_it_stands_at_its_end():
    town = draw(BLOCK, {"ABC": {}, "ADEC": {}})
    closed = ("AB", "BA")
    assert trip(town, ("AB", 0.5), ("EC", 0.5), closed=closed) is None
    assert trip(town, ("EC", 0.5), ("AB", 0.5), closed=closed) is None
    assert trip(town, ("AB", 0.5), ("AB", 0.6), closed=closed) is None
    at_the_end = trip(town, ("AD", 0.0), ("EC", 0.5), closed=closed)
    assert town.way_of(at_the_end.arcs) == "ADEC"


def test_a_closure_of_one_direction_only_bars_that_direction():
    town = draw(BLOCK, {"ABC": {}, "ADEC": {}})
    assert trip(town, ("AD", 0.5), ("EC", 0.5), closed=("AB", "DE")) is None
    back = trip(town, ("EC", 0.5), ("AD", 0.5), closed=("AB", "DE"))
    assert back.total_m == pytest.approx(400, abs=0.01)


def test_the_way_round_is_taken_within_one_road_if_it_is_faster():
    town = draw("A-----------B", {"AB": {"highway": "track"}, "AB'": {"highway": "primary"}})
    network = town.network
    weights = travel_time_ms(network, TRUCK)
    metric = make_engine(network).customise(weights)
    slow_only = np.zeros(network.arc_count, bool)
    slow_only[:2] = True
    ends = [snap(network, town.between("AB", fraction), slow_only) for fraction in (0.05, 0.95)]
    found = best_trip(network, metric, *ends)
    assert found.arcs.tolist() == [1, 2, 1]
    assert found.total_m == pytest.approx(330, abs=0.01)


def test_a_caller_who_knows_that_half_a_road_is_closed_may_use_the_other_half():
    town = draw(BLOCK, {"ABC": {}, "ADEC": {}})
    network = town.network
    weights = travel_time_ms(network, TRUCK).copy()
    weights[[town.arc("AB"), town.arc("BA")]] = INFINITE
    metric = make_engine(network).customise(weights)
    open_metric = make_engine(network).customise(travel_time_ms(network, TRUCK))
    share = proportional(open_metric)

    def first_half_open(arc, begin, end):
        if arc == town.arc("AB") and end > 0.5:
            return INFINITE
        if arc == town.arc("BA") and begin < 0.5:
            return INFINITE
        return share(arc, begin, end)

    legal = network.legal_arcs(TRUCK)
    start = snap(network, town.between("AB", 0.25), legal)
    end = snap(network, town.between("BC", 0.5), legal)
    assert best_trip(network, metric, start, end) is None
    found = best_trip(network, metric, start, end, first_half_open)
    assert town.way_of(found.arcs) == "BADECB"
    assert found.total_m == pytest.approx(25 + 200 + 200 + 200 + 50, abs=0.01)


def test_the_best_of_several_starts_and_ends_is_found():
    town = draw(BLOCK, {"ABC": {}, "ADEC": {}})
    metric = make_engine(town.network).customise(
        np.repeat(town.network.segments.length_m, 2).astype(np.uint32)
    )
    node = town.node
    starts, ends = [(node("A"), 10), (node("D"), 0)], [(node("C"), 5), (node("E"), 0)]
    best = metric.best(starts, ends)
    every = [
        (offset + metric.distance(source, target) + arrival, start, end)
        for (start, (source, offset)), (end, (target, arrival)) in itertools.product(
            enumerate(starts), enumerate(ends)
        )
    ]
    assert (best.total_ms, best.start, best.end) == min(every)
    assert town.way_of(best.arcs) == "DE"
    assert metric.best([(node("A"), INFINITE)], ends) is None
    assert metric.best([], ends) is None


QUARTERS = st.sampled_from([0.0, 0.25, 0.5, 1.0])
IN_FOURS = st.one_of(st.integers(0, 25).map(lambda weight: 4 * weight), st.just(INFINITE))


def split_at(network, weights, origin, destination):
    """Arcs of the network with the two positions as nodes of their own, named from and to."""
    arcs = weighted_arcs(network, weights)
    for name, place in (("from", origin), ("to", destination)):
        for arc in (2 * place.segment, 2 * place.segment + 1):
            tail, head, weight = weighted_arcs(network, weights)[arc]
            along = place.along(arc)
            for start, end, share in ((tail, name, along), (name, head, 1 - along)):
                if share == 0:
                    arcs.append((start, end, 0))
                elif weight < INFINITE:
                    arcs.append((start, end, int(weight * share)))
    if origin.segment == destination.segment:
        for arc in (2 * origin.segment, 2 * origin.segment + 1):
            share = destination.along(arc) - origin.along(arc)
            if share == 0:
                arcs.append(("from", "to", 0))
            elif share > 0 and weights[arc] < INFINITE:
                arcs.append(("from", "to", int(weights[arc] * share)))
    return arcs


@settings(max_examples=150, deadline=None)
@given(bare_networks(), st.data())
def test_a_trip_costs_what_it_costs_when_its_ends_are_junctions(network, data):
    count = network.arc_count
    weights = np.array(data.draw(st.lists(IN_FOURS, min_size=count, max_size=count)), np.uint32)

    def position():
        segment = data.draw(st.integers(0, network.segment_count - 1))
        return Snap(segment, data.draw(QUARTERS), LonLat(0, 0), 0.0, True, False)

    origin, destination = position(), position()
    cost = bellman_ford(split_at(network, weights, origin, destination), "from").get("to")
    for name in ENGINE_NAMES:
        metric = make_engine(network, name).customise(weights)
        found = best_trip(network, metric, origin, destination)
        assert (found.total_ms if found else None) == cost
        if found and len(found.arcs):
            heads, tails = network.arc_head[found.arcs], network.arc_tail[found.arcs]
            assert heads[:-1].tolist() == tails[1:].tolist()
            assert (found.part_ms < INFINITE).all()
