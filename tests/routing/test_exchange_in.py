"""Graphs as osmnx makes them, and as people save them, become roads."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pytest
from shapely import LineString

from lca.errors import InvalidInput, MissingCrs
from lca.geo import GEOD
from routing.assemble import assemble
from routing.exchange_in import network_of_osmnx_graph, roads_of_osmnx_frames
from routing.roads import Source

SOURCE = Source("osmnx", "a graph")
PLACES = {1: (24.90, 60.10), 2: (24.92, 60.10), 3: (24.92, 60.12), 4: (24.90, 60.12)}


def graph_of(*edges, places=PLACES, crs="epsg:4326"):
    """Return a graph of (u, v, attributes); ``osmid`` 7 and ``highway`` residential if not said."""
    graph = nx.MultiDiGraph(crs=crs)
    for node, (x, y) in places.items():
        graph.add_node(node, x=x, y=y)
    for u, v, attributes in edges:
        graph.add_edge(u, v, **{"osmid": 7, "highway": "residential", "length": 1.0} | attributes)
    return graph


def network_of(*edges, **more):
    return network_of_osmnx_graph(graph_of(*edges, **more), SOURCE)


def roads_of(*edges):
    return network_of(*edges).segments.frame()


def both(u, v, **attributes):
    """Return the two edges of a two-way street, as osmnx makes them."""
    there = (u, v, {"reversed": False, "oneway": False} | attributes)
    return there, (v, u, {**there[2], "reversed": True})


def test_two_edges_are_one_road_drawn_as_its_way_and_as_long_as_it_is():
    network = network_of(*both(2, 1))
    (row,) = network.segments.frame().itertuples()
    assert (row.segment_id, row.oneway, row.highway) == ("7-2-1", "no", "residential")
    assert row.geometry.coords[:] == [PLACES[2], PLACES[1]]
    assert row.length_m == pytest.approx(GEOD.inv(*PLACES[2], *PLACES[1])[2], abs=0.0005)
    assert network.info.report.left_out == {
        "stated lengths that are more than 0.5% off their line": 1
    }


def test_an_edge_without_its_opposite_is_a_one_way_road():
    (row,) = roads_of((1, 2, {"reversed": False, "oneway": True})).itertuples()
    assert (row.segment_id, row.oneway) == ("7-1-2", "forward")
    (row,) = roads_of((1, 2, {"reversed": True, "oneway": True})).itertuples()
    assert (row.segment_id, row.oneway) == ("7-2-1", "backward")


def test_the_edges_decide_on_the_direction_not_the_tag():
    (row,) = roads_of(*both(1, 2, oneway=True, highway="motorway")).itertuples()
    assert row.oneway == "no"


def test_carriageways_of_two_ways_stay_two_roads():
    rows = roads_of(*both(1, 2), (1, 2, {"osmid": 8, "reversed": False}))
    assert dict(zip(rows["segment_id"], rows["oneway"], strict=True)) == {
        "7-1-2": "no",
        "8-1-2": "forward",
    }


def test_two_shapes_between_the_same_nodes_are_two_roads_of_the_same_way():
    bow = LineString([PLACES[1], PLACES[4], PLACES[2]])
    rows = roads_of(
        *both(1, 2),
        (1, 2, {"reversed": False, "geometry": bow}),
        (2, 1, {"reversed": True, "geometry": bow.reverse()}),
    )
    assert list(rows["segment_id"]) == ["7-1-2", "7-1-2~2"]
    assert list(rows["oneway"]) == ["no", "no"]


def test_a_ring_road_both_ways_is_one_road():
    ring = LineString([PLACES[1], PLACES[2], PLACES[3], PLACES[1]])
    (row,) = roads_of(
        (1, 1, {"reversed": False, "geometry": ring}),
        (1, 1, {"reversed": True, "geometry": ring.reverse()}),
    ).itertuples()
    assert (row.segment_id, row.oneway, row.geometry) == ("7-1-1", "no", ring)


def test_a_way_that_comes_back_over_itself_has_each_stretch_twice():
    """Way 1-2-1: osmnx makes four edges, of which two run each way."""
    rows = roads_of(*both(1, 2), *both(2, 1), *both(2, 3, osmid=8), *both(1, 4, osmid=9))
    assert sorted(rows["segment_id"]) == ["7-1-2", "7-2-1", "8-2-3", "9-1-4"]
    assert set(rows["oneway"]) == {"no"}


def test_where_osmnx_does_not_say_how_the_way_is_drawn_the_edges_are_paired_all_the_same():
    for mixed in ([True, False], None):
        rows = roads_of((2, 1, {"reversed": mixed}), (1, 2, {"reversed": mixed}))
        assert list(rows["segment_id"]) == ["7-1-2"]
        assert list(rows["oneway"]) == ["no"]
        (row,) = roads_of((2, 1, {"reversed": mixed})).itertuples()
        assert (row.segment_id, row.oneway) == ("7-2-1", "forward")


def test_of_a_merged_edge_the_most_restrictive_values_count_and_are_reported():
    attributes = {
        "osmid": [9, 7],
        "highway": ["primary", "track"],
        "maxweight": ["12", "7.5"],
        "maxspeed": ["80", "50"],
        "access": ["yes", "private"],
        "surface": ["gravel", "asphalt"],
        "bridge": "yes",
        "name": ["Ring", "Alley"],
        "4wd_only": ["no", "yes"],
    }
    network = network_of(*both(1, 2, **attributes))
    row = network.segments.attributes(0)
    assert network.segments.id_at(0) == "7-1-2"
    assert (row["highway"], row["max_gross_t"], row["access"]) == ("track", 7.5, "private")
    assert (row["maxspeed_kmh"], row["maxspeed_backward_kmh"]) == (50.0, 50.0)
    assert (row["surface"], row["bridge"], row["name"]) == (None, True, "Alley; Ring")
    assert row["four_wd_only"] == "yes"
    report = network.info.report
    assert {(tag.key, tag.value) for tag in report.unread_tags} == {
        ("highway", "primary;track"),
        ("maxweight", "12;7.5"),
        ("maxspeed:forward", "50;80"),
        ("maxspeed:backward", "50;80"),
        ("access", "private;yes"),
        ("surface", "asphalt;gravel"),
        ("4wd_only", "no;yes"),
    }
    assert report.left_out["ids of ways that osmnx merged into roads of another way"] == 1


def test_a_value_that_is_no_list_but_looks_like_one_stays_as_it_is():
    (row,) = roads_of(*both(1, 2, name="[unnamed]", ref="['A 1', 'E 18']")).itertuples()
    assert (row.name, row.ref) == ("[unnamed]", "A 1; E 18")


def test_each_direction_has_the_speed_limit_of_its_edge():
    there, back = both(1, 2)
    edges = (there[0], there[1], there[2] | {"maxspeed": "30"}), back
    (row,) = roads_of(*edges).itertuples()
    assert row.maxspeed_kmh == 30.0
    assert np.isnan(row.maxspeed_backward_kmh)


def test_paths_and_areas_are_left_out_and_counted():
    edges = both(2, 3, osmid=8, highway="footway"), both(3, 4, osmid=9, area="yes")
    merged = both(1, 4, osmid=[10, 11], highway=["residential", "steps"])
    network = network_of(*both(1, 2), *edges[0], *edges[1], *merged)
    assert network.segments.osm_way_id.tolist() == [7]
    assert network.info.report.left_out["edges that are not roads for vehicles, or areas"] == 3


def test_a_ferry_that_osmnx_cut_into_edges_takes_its_time_once():
    tags = {"highway": np.nan, "route": "ferry", "duration": "00:30"}
    rows = roads_of(*both(1, 2, **tags), *both(2, 3, **tags), *both(2, 4, osmid=8))
    ferry = rows[rows["highway"] == "ferry"]
    assert len(ferry) == 2
    assert ferry["duration_s"].sum() == pytest.approx(1800, abs=0.2)


def test_columns_that_the_graph_does_not_carry_are_named():
    absent = network_of(*both(1, 2, maxspeed="50")).info.report.absent_columns
    assert {"surface", "max_gross_t", "bridge", "hgv"} <= set(absent)
    assert not {"highway", "maxspeed_kmh", "maxspeed_backward_kmh"} & set(absent)


def test_one_way_streets_of_an_unsimplified_graph_are_merged_as_those_of_an_extract():
    network = network_of(*both(1, 2), *both(2, 3), *both(3, 4))
    assert network.segments.ids() == ["7-1-4"]
    assert network.info.report.segments_before_merging == 3


def test_a_projected_graph_is_taken_back_to_degrees():
    graph = ox.projection.project_graph(graph_of(*both(1, 2)), to_crs="EPSG:32635")
    network = network_of_osmnx_graph(graph, SOURCE)
    np.testing.assert_allclose(network.node_lon, [24.90, 24.92], atol=2e-7)
    assert network.segments.id_at(0) == "7-1-2"


def test_one_row_for_both_directions_as_osmnx_saves_a_geopackage():
    bow = LineString([PLACES[2], PLACES[3], PLACES[4]])
    graph = graph_of(
        *both(1, 2),
        (4, 2, {"osmid": 8, "reversed": False, "oneway": True, "geometry": bow.reverse()}),
    )
    undirected = ox.convert.to_undirected(graph)
    assert undirected.number_of_edges() == 2
    network = assemble(roads_of_osmnx_frames(*ox.convert.graph_to_gdfs(undirected)), SOURCE)
    directed = network_of_osmnx_graph(graph, SOURCE)
    assert network.digest == directed.digest
    assert list(network.segments.frame()["oneway"]) == ["no", "forward"]


def test_a_line_that_runs_the_wrong_way_is_turned():
    bow = LineString([PLACES[1], PLACES[4], PLACES[2]])
    (row,) = roads_of((2, 1, {"reversed": False, "geometry": bow})).itertuples()
    assert (row.segment_id, row.geometry) == ("7-2-1", bow.reverse())


@pytest.mark.parametrize(
    ("edge", "says"),
    [
        ({"geometry": LineString([PLACES[1], PLACES[3]])}, "do not run from node to node"),
        ({"osmid": "seven"}, "no whole number"),
        ({"osmid": -7}, "no whole number"),
        ({"osmid": 7.5}, "no whole number"),
        ({"osmid": [7, None]}, None),
        ({"geometry": LineString([(200, 0), (0, 100)])}, "not on Earth"),
    ],
)
def test_what_is_no_road_graph_is_refused(edge, says):
    if says is None:
        assert list(roads_of((1, 2, edge))["osm_way_id"]) == [7]
        return
    with pytest.raises(InvalidInput, match=says):
        roads_of((1, 2, edge))


def test_tables_must_name_nodes_tags_and_crs():
    nodes, edges = ox.convert.graph_to_gdfs(graph_of(*both(1, 2)))
    with pytest.raises(InvalidInput, match="not listed"):
        roads_of_osmnx_frames(nodes.drop(index=2), edges)
    with pytest.raises(InvalidInput, match="highway"):
        roads_of_osmnx_frames(nodes, edges.drop(columns="highway"))
    with pytest.raises(InvalidInput, match="osmid"):
        roads_of_osmnx_frames(nodes, edges.drop(columns="osmid"))
    with pytest.raises(InvalidInput, match="twice"):
        roads_of_osmnx_frames(gpd.GeoDataFrame(nodes.iloc[[0, 1, 1]]), edges)
    with pytest.raises(MissingCrs):
        roads_of_osmnx_frames(nodes.set_crs(None, allow_override=True), edges)
    with pytest.raises(InvalidInput, match="not on Earth"):
        roads_of_osmnx_frames(nodes.set_geometry(nodes.geometry.translate(xoff=300)), edges)


def test_a_graph_without_edges_or_crs_is_refused():
    with pytest.raises(InvalidInput, match="no edges"):
        network_of()
    graph = graph_of(*both(1, 2))
    del graph.graph["crs"]
    with pytest.raises(MissingCrs):
        network_of_osmnx_graph(graph, SOURCE)
