"""The network in osmnx's own conventions, judged by osmnx and networkx."""

from __future__ import annotations

import networkx as nx
import osmnx as ox
import pytest
from support.asciimap import draw
from support.demoroads import AIRPORT_NODE, PORT_NODE, demo_network, node_at

from lca.vehicle import vehicle_class
from routing.exchange import to_osmnx_frames


@pytest.fixture(scope="module")
def graph():
    return ox.convert.graph_from_gdfs(*to_osmnx_frames(demo_network(simplify=False)))


def test_osmnx_gives_back_the_frames_that_it_was_given():
    nodes, edges = to_osmnx_frames(demo_network())
    nodes_back, edges_back = ox.convert.graph_to_gdfs(ox.convert.graph_from_gdfs(nodes, edges))
    nodes, nodes_back = nodes.sort_index(), nodes_back.sort_index()
    assert (nodes.index == nodes_back.index).all()
    assert nodes_back.geometry.geom_equals(nodes.geometry).all()
    edges, edges_back = edges.sort_index(), edges_back.sort_index()
    assert (edges.index == edges_back.index).all()
    assert edges_back.geometry.geom_equals(edges.geometry).all()
    for column in ("osmid", "segment_id", "highway", "oneway", "length"):
        assert (edges_back[column] == edges[column]).all()


def test_its_strong_components_are_those_that_networkx_finds(graph):
    report = demo_network(simplify=False).info.report
    found = sorted(map(len, nx.strongly_connected_components(graph)), reverse=True)
    isolated = report.nodes - graph.number_of_nodes()
    assert [*found, *[1] * isolated] == [report.mainland_nodes, *report.islands]
    mainland = ox.truncate.largest_component(graph, strongly=True)
    network = demo_network(simplify=False)
    assert set(mainland) == set(network.node_ids[network.mainland].tolist())


def test_networkx_finds_the_known_shortest_ways(graph):
    network = demo_network(simplify=False)
    port, airport = (
        int(network.node_ids[node_at(network, node)]) for node in (PORT_NODE, AIRPORT_NODE)
    )
    for ends, km in (((port, airport), 18.373), ((airport, port), 17.964)):
        length = nx.shortest_path_length(graph, *ends, weight="length")
        assert length / 1000 == pytest.approx(km, abs=0.0005)


def test_osmnx_measures_the_same_street_length(graph):
    stats = ox.stats.edge_length_total(graph)
    network = demo_network(simplify=False)
    directions = 1 + network.segments.texts["oneway"].isin({"no"})
    assert stats == pytest.approx((network.segments.length_m * directions).sum())


def test_a_one_way_road_drawn_backwards_runs_from_its_true_start():
    town = draw("A---B", {"AB": {"oneway": "backward", "maxspeed_backward_kmh": 30.0}})
    nodes, edges = to_osmnx_frames(town.network)
    ((u, v, key),) = edges.index
    assert (chr(u), chr(v), key) == ("B", "A", 0)
    (edge,) = edges.itertuples()
    assert edge.geometry.coords[0] == (nodes.x[u], nodes.y[u])
    assert edge.geometry.coords[-1] == (nodes.x[v], nodes.y[v])
    assert (edge.oneway, edge.reversed, edge.maxspeed) == (True, True, 30.0)


def test_parallel_edges_have_keys_and_a_vehicle_gets_its_own_edges():
    town = draw("A---B", {"AB": {"max_gross_t": 10.0}, "AB'": {}, "BA''": {"oneway": "forward"}})
    _, edges = to_osmnx_frames(town.network)
    assert sorted((chr(u), chr(v), key) for u, v, key in edges.index) == [
        ("A", "B", 0),
        ("A", "B", 1),
        ("B", "A", 0),
        ("B", "A", 1),
        ("B", "A", 2),
    ]
    _, heavy = to_osmnx_frames(town.network, vehicle_class("truck_heavy_3"))
    assert set(heavy["osmid"]) == {2, 3}
