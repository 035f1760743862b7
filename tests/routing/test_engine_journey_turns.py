"""Trips over nodes where some turns are forbidden, from and to places between and at junctions."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.baregraph import ENGINE_NAMES
from support.ruledtowns import ART, forbidden_turns, ruled_towns

from lca.geo import LonLat
from lca.vehicle import vehicle_class
from routing.engine import INFINITE, make_engine
from routing.engine.journey import best_trip
from routing.snap import Snap

TRUCK = vehicle_class("truck_medium")
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
COSTS = (0, 4, 8, 20, 400, INFINITE)


def least_cost(cost, barred, origin, destination):
    """Return the cost of the best trip between two (way, fraction), None if there is none.

    This oracle knows neither vertices nor split nodes. ``cost[way, side]`` is that of driving the
    whole way to a side.
    """
    (first, begin), (last, end) = origin, destination
    found, out, back = [], {}, {}
    for side, share in ((1, 1 - begin), (0, begin)):
        if share > 0 and cost[first, side] < INFINITE:
            out[first, side] = int(cost[first, side] * share)
    for side, share in ((1, end), (0, 1 - end)):
        if share > 0 and cost[last, side] < INFINITE:
            back[last, side] = int(cost[last, side] * share)
    here = first[int(begin)] if begin in {0, 1} else None
    there = last[int(end)] if end in {0, 1} else None
    if here is not None:
        # Whoever sets out or arrives at a junction makes no turn there.
        whole = {state: spent for state, spent in cost.items() if state[0][1 - state[1]] == here}
        out |= whole
        found += [spent for (way, side), spent in back.items() if way[1 - side] == here]
        found += [0] * (here == there)
    if first == last:
        share = abs(end - begin)
        whole_ms = cost[first, int(begin <= end)] if share else 0
        found += [int(whole_ms * share)] * (whole_ms < INFINITE)
    arrived = driven_on(cost, barred, out)
    for (way, side), spent in arrived.items():
        found += [spent] * (way[side] == there)
        found += [
            spent + onward
            for (onto, to), onward in back.items()
            if way[side] == onto[1 - to] and ((way, side), (onto, 1 - to)) not in barred
        ]
    return min(found, default=None)


def driven_on(cost, barred, out):
    """Return the least cost of driving each way to a side, from those that are driven first."""
    arrived, before = {state: spent for state, spent in out.items() if spent < INFINITE}, None
    while arrived != before:
        before = dict(arrived)
        for ((way, side), spent), (onto, to) in itertools.product(before.items(), cost):
            turn, total = ((way, side), (onto, 1 - to)), spent + cost[onto, to]
            if way[side] == onto[1 - to] and turn not in barred:
                arrived[onto, to] = min(arrived.get((onto, to), INFINITE), total)
        arrived = {state: spent for state, spent in arrived.items() if spent < INFINITE}
    return arrived


@settings(max_examples=100, deadline=None)
@given(ruled_towns(), st.data())
def test_a_trip_costs_what_an_independent_search_over_roads_and_turns_says(story, data):
    ways, rules = story
    town = draw(ART, {way: {"oneway": one_way} for way, one_way in ways.items()}, turns=rules)
    network = town.network
    rows = {
        way: int(np.flatnonzero(network.segments.osm_way_id == number)[0])
        for number, way in enumerate(ways, start=1)
    }
    name = {row: way for way, row in rows.items()}
    weights = np.zeros(network.arc_count, np.uint32)
    for arc in range(network.segment_arc_count):
        weights[arc] = data.draw(st.sampled_from(COSTS))
    weights[~network.legal_arcs(TRUCK)] = INFINITE
    cost = {(way, side): int(weights[2 * rows[way] + 1 - side]) for way in ways for side in (0, 1)}
    barred = forbidden_turns(ways, rules)
    metrics = [make_engine(network, engine).customise(weights) for engine in ENGINE_NAMES]
    for _ in range(6):
        ends = [
            (data.draw(st.sampled_from(sorted(ways))), data.draw(st.sampled_from(QUARTERS)))
            for _ in range(2)
        ]
        snaps = [Snap(rows[way], share, LonLat(0, 0), 0.0, True, False) for way, share in ends]
        for metric in metrics:
            trip = best_trip(network, metric, *snaps)
            assert (None if trip is None else trip.total_ms) == least_cost(cost, barred, *ends)
            if trip is not None:
                assert trip.part_ms.sum() == trip.total_ms
                driven = [(name[arc // 2], 1 - arc % 2) for arc in trip.arcs.tolist()]
                for (way, side), (onto, to) in itertools.pairwise(driven):
                    assert way[side] == onto[1 - to]
                    assert ((way, side), (onto, 1 - to)) not in barred
