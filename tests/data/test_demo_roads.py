"""The demo's roads are those of the source: what is known about them holds."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from support.linkgraph import AIRPORT_NODE, PORT_NODE, LinkGraph, demo_file

from lca.geo import GEOD

COSTANERA, RUTA_5_EAST, RUTA_5_WEST = 29899, 5372, 5374
"""Links whose closure parts port and airport."""


@pytest.fixture(scope="module")
def graph() -> LinkGraph:
    return LinkGraph.of_demo()


def test_links_and_nodes_are_all_there_and_no_connector_is(graph: LinkGraph) -> None:
    assert len(graph.links) == 19_846
    assert len(graph.node_ids) == 15_591
    assert graph.links["link_id"].is_unique
    assert "centroid_connector" not in set(graph.links["highway"])
    ends = {*graph.links["a_node"], *graph.links["b_node"]}
    assert ends == set(graph.node_ids)


def test_nearly_all_nodes_reach_each_other(graph: LinkGraph) -> None:
    assert graph.strong_components()[0] == 15_492


def test_length_of_the_shortest_way_out_and_back(graph: LinkGraph) -> None:
    out = graph.way(PORT_NODE, AIRPORT_NODE, graph.metres)
    back = graph.way(AIRPORT_NODE, PORT_NODE, graph.metres)
    assert graph.metres[out].sum() == pytest.approx(18_373, abs=0.5)
    assert graph.metres[back].sum() == pytest.approx(17_964, abs=0.5)


def test_three_closed_links_part_port_and_airport(graph: LinkGraph) -> None:
    closed = (COSTANERA, RUTA_5_EAST, RUTA_5_WEST)
    ways = graph.links.set_index("link_id")["osm_way_id"]
    assert ways[list(closed)].tolist() == [90843088, 704109639, 704109637]
    assert graph.way(PORT_NODE, AIRPORT_NODE, graph.metres, without=closed) is None
    assert graph.way(AIRPORT_NODE, PORT_NODE, graph.metres, without=closed) is None
    parts = graph.weak_components(without=closed)
    assert parts[:2].tolist() == [11_721, 3_854]
    assert (len(parts[2:]), parts[2:].sum()) == (5, 16)


@pytest.mark.parametrize("open_link", [COSTANERA, RUTA_5_EAST])
def test_no_two_of_the_three_links_part_them_on_the_way_out(
    graph: LinkGraph, open_link: int
) -> None:
    closed = {COSTANERA, RUTA_5_EAST, RUTA_5_WEST} - {open_link}
    assert graph.way(PORT_NODE, AIRPORT_NODE, graph.metres, without=closed)


def test_geometry_runs_from_a_to_b_and_has_the_stated_length(graph: LinkGraph) -> None:
    nodes = gpd.read_parquet(demo_file("nodes.parquet")).set_index("node_id").geometry
    lines = graph.links.geometry
    for end, column in ((0, "a_node"), (-1, "b_node")):
        at = shapely.get_point(lines.to_numpy(), end)
        assert shapely.equals(at, nodes[graph.links[column]].to_numpy()).all()
    measured = [GEOD.geometry_length(line) for line in lines]
    assert measured == pytest.approx(graph.links["distance_m"].tolist(), abs=0.01)


def test_osm_ids_are_whole_although_they_exceed_32_bits() -> None:
    nodes = gpd.read_parquet(demo_file("nodes.parquet"))
    assert nodes["osm_node_id"].min() > 0
    assert nodes["osm_node_id"].max() > 2**31


def test_zones_hold_their_people_and_their_labels() -> None:
    zones = gpd.read_parquet(demo_file("zones.parquet"))
    assert len(zones) == 133
    assert zones["population"].sum() == 451_899
    assert zones["name"].tolist() == [f"Zone {zone_id}" for zone_id in zones["zone_id"]]
    labels = shapely.points(zones["label_lon"], zones["label_lat"])
    assert shapely.contains(zones.geometry.to_numpy(), labels).all()
    assert zones.geometry.is_valid.all()
