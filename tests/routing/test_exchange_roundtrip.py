"""What goes to osmnx and comes back is the same network, to the digest."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.baregraph import bellman_ford
from support.demoroads import demo_network

from lca.vehicle import vehicle_class
from routing.build import build_from_osm
from routing.engine import INFINITE
from routing.exchange import to_osmnx_graph
from routing.exchange_in import network_of_osmnx_graph
from routing.roads import Source

HELSINKI = Path(__file__).resolve().parents[1] / "data" / "osm" / "helsinki.osm.pbf"
SOURCE = Source("back", "a graph of osmnx")

ART = """
A---B---C---D
|   |   |   |
E---F---G---H
|   |       |
I---J---K---L
"""
NEIGHBOURS = {
    "A": "BE",
    "B": "ACF",
    "C": "BDG",
    "D": "CH",
    "E": "AFI",
    "F": "BEGJ",
    "G": "CFH",
    "H": "DGL",
    "I": "EJ",
    "J": "FIK",
    "K": "JL",
    "L": "HK",
}


def number(*values):
    return st.one_of(st.none(), st.sampled_from(values))


ATTRIBUTES = st.fixed_dictionaries(
    {
        "highway": st.sampled_from(
            ["residential", "primary", "track", "motorway_link", "pedestrian", "ferry"]
        ),
        "oneway": st.sampled_from(["no", "forward", "backward"]),
    },
    optional={
        "name": st.sampled_from(["Calle [vieja]", "nan ", "Mannerheimintie; Länsi", "7"]),
        "ref": st.sampled_from(["5", "R-41"]),
        "surface": st.sampled_from(["asphalt", "gravel"]),
        "access": st.sampled_from(["yes", "destination", "private", "no"]),
        "hgv": st.sampled_from(["yes", "no", "destination"]),
        "motor_vehicle": st.sampled_from(["yes", "private"]),
        "four_wd_only": st.just("yes"),
        "ford": st.just("stepping_stones"),
        "seasonal": st.sampled_from(["winter", "yes"]),
        "toll": st.sampled_from(["yes", "no"]),
        "junction": st.sampled_from(["roundabout"]),
        "status": st.sampled_from(["impassable", "construction", "damaged"]),
        "conditional": st.sampled_from(
            [
                "maxweight:hgv=7.5",
                "access:conditional=no @ (Mo-Fr 07:00-09:00)\nhgv:forward=no",
            ]
        ),
        "bridge": st.booleans(),
        "tunnel": st.booleans(),
        "lanes": number(1.0, 2.0, 3.5),
        "maxspeed_kmh": number(30.0, 50.0, 80.467),
        "maxspeed_backward_kmh": number(30.0, 50.0),
        "max_gross_t": number(3.5, 12.0, 0.907),
        "max_axle_t": number(8.0),
        "max_height_m": number(3.2, 2.9),
        "max_width_m": number(2.5),
        "max_length_m": number(12.0),
        "duration_s": number(60.0, 5400.0),
    },
)


@st.composite
def towns(draw_):
    """Networks of ways that walk over the drawing, some of them over the same streets."""
    ways = {}
    for mark in range(draw_(st.integers(1, 5))):
        walk = draw_(st.sampled_from(sorted(NEIGHBOURS)))
        for _ in range(draw_(st.integers(1, 5))):
            walk += draw_(st.sampled_from(NEIGHBOURS[walk[-1]]))
        attributes = draw_(ATTRIBUTES)
        if attributes["highway"] != "ferry":
            attributes.pop("duration_s", None)
        ways[walk + "'" * mark] = attributes
    return draw(ART, ways).network


def costs(network, vehicle=None):
    """Return the lengths of the shortest ways between all nodes, by OSM node id, in mm."""
    length_mm = np.rint(np.repeat(network.segments.length_m, 2) * 1000).astype(np.int64)
    legal = network.legal_arcs(vehicle)[: network.segment_arc_count]
    ids = network.node_ids.tolist()
    ends = (network.arc_tail.tolist(), network.arc_head.tolist())
    arcs = [
        (ids[tail], ids[head], weight if open_ else INFINITE)
        for tail, head, weight, open_ in zip(*ends, length_mm.tolist(), legal, strict=True)
    ]
    return {source: bellman_ford(arcs, source) for source in ids}


@settings(deadline=None, max_examples=50)
@given(towns())
def test_the_whole_network_comes_back_to_the_digest(network):
    graph = to_osmnx_graph(network, closed=True)
    back = network_of_osmnx_graph(graph, SOURCE)
    pd.testing.assert_frame_equal(back.segments.frame(), network.segments.frame())
    assert back.digest == network.digest
    assert not back.info.report.left_out


@settings(deadline=None, max_examples=50)
@given(towns())
def test_what_a_vehicle_may_drive_comes_back_with_the_same_costs(network):
    """Its own graph is enough for a vehicle: the rest it could not drive anyway."""
    vehicle = vehicle_class("truck_heavy_3")
    legal = network.legal_arcs(vehicle)
    if not legal.any():
        return
    back = network_of_osmnx_graph(to_osmnx_graph(network, vehicle), SOURCE)
    there, here = costs(back, vehicle), costs(network, vehicle)
    for source, found in here.items():
        assert there.get(source, {source: 0}) == found
    lengths = dict(
        nx.all_pairs_dijkstra_path_length(to_osmnx_graph(network, vehicle), weight="length")
    )
    for source, found in lengths.items():
        assert {n: round(m * 1000) for n, m in found.items()} == here[source]


@pytest.mark.parametrize("simplify", [True, False])
def test_the_demo_comes_back_to_the_digest(simplify):
    network = demo_network(simplify=simplify)
    back = network_of_osmnx_graph(to_osmnx_graph(network, closed=True), SOURCE)
    assert back.digest == network.digest
    assert back.info.report.mainland_nodes == network.info.report.mainland_nodes


def test_an_osm_extract_comes_back_but_for_its_turn_rules():
    network = build_from_osm(HELSINKI, "helsinki")
    back = network_of_osmnx_graph(to_osmnx_graph(network, closed=True), SOURCE)
    assert network.info.report.ruled_turns > 0
    assert back.info.report.ruled_turns == 0
    pd.testing.assert_frame_equal(back.segments.frame(), network.segments.frame())
