"""Graph builds of the demo's links: their known truths, merging, digest and keeping."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal as assert_frame_equal
from support.asciimap import draw
from support.demoroads import (
    AIRPORT_NODE,
    PORT_NODE,
    demo_folder,
    demo_network,
    demo_tables,
    node_at,
)

from lca.errors import InvalidInput, MissingCrs, UnreadableFile
from routing.assemble import assemble
from routing.build import (
    build_from_file,
    build_from_links,
)
from routing.build_info import UnreadTag
from routing.components import largest, sizes, strong_components, weak_components
from routing.engine import INFINITE, make_engine
from routing.roads import Roads, Source

CLOSED_LINKS = (29899, 5372, 5374)


def lengths_mm(network, *, closed=()):
    """Weights of lengths, so that the shortest way is the fastest."""
    weights = np.zeros(network.arc_count, np.uint32)
    metres = np.repeat(network.segments.length_m, 2)
    weights[: network.segment_arc_count] = np.rint(metres * 1000)
    weights[~network.legal_arcs()] = INFINITE
    for segment in closed:
        weights[[2 * segment, 2 * segment + 1]] = INFINITE
    return weights


def segments_of_links(network, link_ids):
    links, nodes = demo_tables()
    osm = nodes.set_index("node_id")["osm_node_id"]
    chosen = links.set_index("link_id").loc[list(link_ids)]
    return [
        network.segments.row_of(f"{link.osm_way_id}-{osm[link.a_node]}-{osm[link.b_node]}")
        for link in chosen.itertuples()
    ]


# --- known truths of the demo ---------------------------------------------------------------


def test_the_demo_has_its_known_size_and_mainland():
    report = demo_network(simplify=False).info.report
    assert (report.nodes, report.segments) == (15_591, 19_846)
    assert report.mainland_nodes == 15_492
    assert sum(report.islands) == 99
    assert "99.4%" in report.text()


def test_the_shortest_ways_between_port_and_airport_are_known():
    network = demo_network(simplify=False)
    metric = make_engine(network).customise(lengths_mm(network))
    port, airport = node_at(network, PORT_NODE), node_at(network, AIRPORT_NODE)
    assert metric.distance(port, airport) / 1e6 == pytest.approx(18.373, abs=0.0005)
    assert metric.distance(airport, port) / 1e6 == pytest.approx(17.964, abs=0.0005)


def test_closing_the_three_links_cuts_the_port_from_the_airport():
    network = demo_network(simplify=False)
    closed = segments_of_links(network, CLOSED_LINKS)
    ways = network.segments.osm_way_id[closed].tolist()
    assert ways == [90843088, 704109639, 704109637]
    metric = make_engine(network).customise(lengths_mm(network, closed=closed))
    port, airport = node_at(network, PORT_NODE), node_at(network, AIRPORT_NODE)
    assert metric.distance(port, airport) == INFINITE
    assert metric.distance(airport, port) == INFINITE
    left_open = metric.weight_ms < INFINITE
    ends = network.arc_tail, network.arc_head
    assert sizes(weak_components(network.node_count, *ends, left_open))[:2] == [11_721, 3_854]


def test_the_build_says_what_the_source_does_not_carry():
    absent = demo_network().info.report.absent_columns
    assert {"bridge", "max_gross_t", "surface"} <= set(absent)
    assert not {"highway", "name", "oneway", "lanes", "maxspeed_kmh"} & set(absent)


def test_the_demo_file_builds_with_the_credit_of_its_sidecar():
    network = build_from_file(demo_folder() / "roads.parquet", "coquimbo")
    assert network.digest == demo_network().digest
    assert network.info.attribution == "© OpenStreetMap contributors"
    assert network.info.licence == "ODbL-1.0"
    assert "aequilibrae" in network.info.source.lower()
    assert len(network.info.source_sha256) == 64


# --- merging --------------------------------------------------------------------------------


def test_merging_keeps_every_metre_of_every_way():
    def by_way(network):
        return network.segments.frame().groupby("osm_way_id")["length_m"].sum()

    merged, whole = demo_network(), demo_network(simplify=False)
    assert merged.segment_count < 0.75 * whole.segment_count
    pd.testing.assert_series_equal(by_way(merged), by_way(whole), atol=0.01)
    drawn = [shapely.length(net.segments.lines.shapes()).sum() for net in (merged, whole)]
    assert drawn[0] == pytest.approx(drawn[1])


def test_merging_changes_no_distance_between_the_nodes_that_stay():
    merged, whole = demo_network(), demo_network(simplify=False)
    stay = np.searchsorted(whole.node_ids, merged.node_ids)
    assert (whole.node_ids[stay] == merged.node_ids).all()
    metrics = [make_engine(net).customise(lengths_mm(net)) for net in (merged, whole)]
    pairs = np.random.default_rng(7).integers(merged.node_count, size=(300, 2))
    costs = np.array(
        [
            (metrics[0].distance(a, b), metrics[1].distance(int(stay[a]), int(stay[b])))
            for a, b in pairs.tolist()
        ]
    )
    # Lengths are rounded to the millimetre before and after merging.
    assert np.abs(costs[:, 0] - costs[:, 1]).max() < 100
    assert (costs < INFINITE).all(axis=1).sum() > 250


def chain(*pieces, nodes="ABCDEFG"):
    """Roads A-B-C-… one after another, one piece each, with its attributes; no junction."""
    positions = {letter: (index * 0.001, 10.0) for index, letter in enumerate(nodes)}
    rows = [
        {
            "osm_way_id": 1,
            "highway": "primary",
            "length_m": 100.0,
            **attributes,
            "from_id": ord(start),
            "to_id": ord(end),
            "geometry": shapely.LineString([positions[start], positions[end]]),
        }
        for (start, end), attributes in pieces
    ]
    table = pd.DataFrame(positions.values(), columns=["lon", "lat"], index=map(ord, positions))
    roads = Roads.of_frames(table, gpd.GeoDataFrame(rows, geometry="geometry", crs=4326))
    return assemble(roads, Source("chain", "test"))


def test_a_chain_of_one_way_becomes_one_segment_in_drawing_order():
    network = chain(("CD", {}), ("AB", {}), ("BC", {}))
    assert network.segments.ids() == ["1-65-68"]
    assert network.segments.length_m.tolist() == [300.0]
    xs = [x for x, _ in network.segments.shape(0).coords]
    assert xs == [0.0, 0.001, 0.002, 0.003]
    assert network.info.report.segments_before_merging == 3


@pytest.mark.parametrize(
    "difference",
    [
        {"bridge": True},
        {"max_gross_t": 10.0},
        {"surface": "gravel"},
        {"name": "Other"},
        {"oneway": "forward"},
        {"hgv": "no"},
        {"maxspeed_backward_kmh": 30.0},
        {"lanes": 1.0},
        {"osm_way_id": 2},
    ],
)
def test_nothing_that_a_route_may_decide_on_is_merged_away(difference):
    network = chain(("AB", {}), ("BC", difference), ("CD", {}))
    assert network.segment_count == 3
    assert chain(("AB", {}), ("BC", {}), ("CD", {})).segment_count == 1


def test_pieces_drawn_against_each_other_are_not_merged():
    oneway = {"oneway": "forward"}
    assert chain(("AB", oneway), ("CB", oneway)).segment_count == 2
    assert chain(("BA", oneway), ("BC", oneway)).segment_count == 2


def test_a_junction_is_not_merged_away_even_within_one_way():
    network = chain(("AB", {}), ("BC", {}), ("BD", {"osm_way_id": 2}))
    assert network.segment_count == 3


def test_a_ring_keeps_one_node_and_its_length():
    network = chain(("AB", {}), ("BC", {}), ("CA", {}))
    assert network.segment_count == 1
    assert network.segments.length_m.tolist() == [300.0]
    assert network.segments.shape(0).is_closed
    turned = chain(("CA", {}), ("AB", {}), ("BC", {}))
    assert turned.digest == network.digest


# --- digest ---------------------------------------------------------------------------------


def test_the_same_roads_in_any_order_have_the_same_digest():
    links, nodes = demo_tables()
    shuffled = links.sample(frac=1, random_state=3), nodes.sample(frac=1, random_state=4)
    again = build_from_links(*shuffled, Source("other name", "other file"))
    assert again.digest == demo_network().digest
    assert_frame_equal(again.segments.frame(), demo_network().segments.frame())


def test_the_digest_is_the_same_on_every_machine():
    town = draw("A---B---C", {"ABC": {"name": "Ñandú", "max_gross_t": 7.5, "bridge": True}})
    expected = "1494ecb2019086de973390c10773de733af9f4a3e88d0096af3f4676372d9ea4"
    assert town.network.digest == expected


@pytest.mark.parametrize(
    "change",
    [
        {"name": "B"},
        {"name": None},
        {"bridge": True},
        {"max_gross_t": 7.5},
        {"oneway": "forward"},
        {"osm_way_id": 5},
        {"length_m": 101.0},
    ],
)
def test_any_change_of_content_changes_the_digest(change):
    assert chain(("AB", {"name": "A", **change})).digest != chain(("AB", {"name": "A"})).digest


def test_segment_ids_are_unique_even_for_twins():
    network = chain(("AB", {}), ("AB", {"length_m": 120.0}), ("AB", {}))
    ids = network.segments.ids()
    assert ids == ["1-65-66", "1-65-66~2", "1-65-66~3"]
    assert len(set(demo_network().segments.ids())) == demo_network().segment_count


# --- bad tables -----------------------------------------------------------------------------


def test_bad_tables_are_refused_with_what_to_do():
    links, nodes = demo_tables()
    source = Source("bad", "test")
    with pytest.raises(InvalidInput, match="lacks the columns direction"):
        build_from_links(links.drop(columns="direction"), nodes, source)
    with pytest.raises(InvalidInput, match="not listed"):
        build_from_links(links, nodes[nodes["node_id"] != PORT_NODE], source)
    with pytest.raises(InvalidInput, match="no direction"):
        build_from_links(links.assign(direction=7), nodes, source)
    with pytest.raises(InvalidInput, match="no road"):
        build_from_links(links.iloc[:0], nodes, source)
    with pytest.raises(MissingCrs):
        build_from_links(links.set_crs(None, allow_override=True), nodes, source)


def test_links_against_the_drawing_direction_are_one_way_back():
    links, nodes = demo_tables()
    some = links[links["direction"] == 1].head(5).assign(direction=-1)
    network = build_from_links(some, nodes, Source("back", "test"), simplify=False)
    assert network.segments.texts["oneway"].isin({"backward"}).all()


@pytest.mark.parametrize("name", ["missing.parquet", "roads.txt", "broken.parquet"])
def test_files_that_are_no_roads_are_refused(tmp_path, name):
    if name != "missing.parquet":
        (tmp_path / name).write_text("not a table", encoding="utf-8")
    with pytest.raises(UnreadableFile) as caught:
        build_from_file(tmp_path / name, "x")
    assert caught.value.do_next


# --- report ---------------------------------------------------------------------------------


def test_a_report_for_people_shows_the_most_frequent_tags_and_counts_the_others():
    report = demo_network().info.report
    tags = tuple(UnreadTag("maxspeed", f"odd {place}", 100 - place) for place in range(25))
    lines = replace(report, unread_tags=tags).text().splitlines()
    assert lines[-21:-19] == [
        "not interpreted: maxspeed=odd 0 on 100 ways",
        "not interpreted: maxspeed=odd 1 on 99 ways",
    ]
    assert lines[-1] == "not interpreted: other values on 390 ways"
    assert "other values" not in replace(report, unread_tags=tags[:20]).text()


def test_a_build_says_where_it_comes_from_and_what_made_it():
    info = demo_network().info
    west, south, east, north = info.bbox
    assert (west, south, east, north) == pytest.approx(
        shapely.total_bounds(demo_tables()[0].geometry.to_numpy()), abs=1e-7
    )
    assert {"pyarrow", "geoindex-rs", "numpy", "osmium"} <= set(info.tools)
    assert type(info).from_json(json.loads(json.dumps(info.as_json()))) == info


# --- components -----------------------------------------------------------------------------


def test_components_agree_with_reachability_by_hand():
    town = draw(
        "A---B---C",
        {"AB": {"oneway": "forward"}, "BC": {}},
    )
    ends = town.network.arc_tail, town.network.arc_head
    legal = town.network.legal_arcs()
    strong = strong_components(3, *ends, legal)
    assert sizes(strong) == [2, 1]
    assert town.letters(np.flatnonzero(largest(strong))) == "BC"
    assert sizes(weak_components(3, *ends, legal)) == [3]
    for label_a, label_b in itertools.pairwise(weak_components(3, *ends, legal).tolist()):
        assert label_a == label_b
    assert sizes(strong_components(0, *np.empty((2, 0), np.uint32), np.empty(0, bool))) == []
