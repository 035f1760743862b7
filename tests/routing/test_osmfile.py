"""OSM extracts: ways split at junctions, tags read, damage refused, and osmnx's opinion."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import networkx as nx
import osmium
import osmnx as ox
import pytest
from support.osmxml import write_osm

from lca.errors import InvalidInput, UnreadableFile
from lca.vehicle import vehicle_class
from routing.build import build_from_file, build_from_osm
from routing.exchange import to_osmnx_frames
from routing.legality import NOT_FOR_MOTOR_VEHICLES, legal_arcs
from routing.osmtags import ROADS, attributes_of

HELSINKI = Path(__file__).parents[1] / "data" / "osm" / "helsinki.osm.pbf"

#  1---2---3---4
#      |
#      5
CROSS = {1: (0.0, 10.0), 2: (0.001, 10.0), 3: (0.002, 10.0), 4: (0.003, 10.0), 5: (0.001, 9.999)}
ROAD = {"highway": "primary"}


def build(tmp_path, nodes, ways, *, simplify=False):
    return build_from_osm(write_osm(tmp_path / "x.osm", nodes, ways), "x", simplify=simplify)


def segment_ids(network):
    return sorted(network.segments["segment_id"])


# --- splitting ------------------------------------------------------------------------------


def test_ways_are_split_where_they_meet_and_nowhere_else(tmp_path):
    network = build(tmp_path, CROSS, {10: ((1, 2, 3, 4), ROAD), 11: ((2, 5), ROAD)})
    assert segment_ids(network) == ["10-1-2", "10-2-4", "11-2-5"]
    long = network.segments.geometry[network.segment_number("10-2-4")]
    assert list(long.coords) == [CROSS[2], CROSS[3], CROSS[4]]
    assert network.length_m[network.segment_number("10-2-4")] == pytest.approx(219.3, abs=0.1)


def test_a_footpath_makes_no_junction(tmp_path):
    ways = {10: ((1, 2, 3), ROAD), 11: ((2, 5), {"highway": "footway"})}
    network = build(tmp_path, CROSS, ways)
    assert segment_ids(network) == ["10-1-3"]
    assert network.info.report.left_out == {"ways that are not roads for vehicles, or areas": 1}


def test_a_closed_way_and_a_way_that_crosses_itself(tmp_path):
    roundabout = build(tmp_path, CROSS, {10: ((1, 2, 5, 1), {**ROAD, "junction": "roundabout"})})
    assert segment_ids(roundabout) == ["10-1-1"]
    assert roundabout.segments["oneway"].tolist() == ["forward"]
    eight = build(tmp_path, CROSS, {10: ((1, 2, 3, 4, 2, 5), ROAD)})
    assert segment_ids(eight) == ["10-1-2", "10-2-2", "10-2-5"]


def test_a_way_that_leaves_the_extract_is_cut_there(tmp_path):
    ways = {10: ((1, 2, 99, 3, 4), ROAD), 11: ((98, 5, 97), ROAD)}
    network = build(tmp_path, CROSS, ways)
    assert segment_ids(network) == ["10-1-2", "10-3-4"]
    assert network.info.report.left_out == {"node references outside the extract": 3}


def test_a_repeated_node_and_a_way_of_one_node_do_no_harm(tmp_path):
    network = build(tmp_path, CROSS, {10: ((1, 2, 2, 3), ROAD), 11: ((4,), ROAD), 12: ((), ROAD)})
    assert segment_ids(network) == ["10-1-3"]


def test_a_bridge_is_a_way_of_its_own_and_stays_one(tmp_path):
    ways = {
        10: ((1, 2), ROAD),
        11: ((2, 3), {**ROAD, "bridge": "yes", "maxweight": "10"}),
        12: ((3, 4), ROAD),
    }
    network = build(tmp_path, CROSS, ways, simplify=True)
    assert network.segments["bridge"].tolist() == [False, True, False]
    assert network.segments["max_gross_t"].fillna(0).tolist() == [0, 10, 0]
    assert network.info.report.absent_columns == ()


def test_the_same_roads_in_another_file_order_have_the_same_digest(tmp_path):
    ways = {10: ((1, 2, 3, 4), ROAD), 11: ((2, 5), ROAD)}
    backwards = dict(reversed(ways.items()))
    assert build(tmp_path, CROSS, ways).digest == build(tmp_path, CROSS, backwards).digest


def test_the_date_of_the_data_is_taken_from_the_file(tmp_path):
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-19T21:20:00Z")
    with osmium.SimpleWriter(str(tmp_path / "dated.osm.pbf"), header=header) as writer:
        for number, location in CROSS.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=location))
        writer.add_way(osmium.osm.mutable.Way(id=10, nodes=[1, 2], tags=ROAD))
    dated = build_from_osm(tmp_path / "dated.osm.pbf", "dated")
    assert dated.info.osm_date == "2026-11-19T21:20:00Z"
    assert build_from_osm(HELSINKI, "helsinki").info.osm_date is None


# --- tags -----------------------------------------------------------------------------------

# Tags; column; value (None: not tagged).
TAGS = [
    ({"oneway": "yes"}, "oneway", "forward"),
    ({"oneway": "-1"}, "oneway", "backward"),
    ({"oneway": "no", "junction": "roundabout"}, "oneway", "no"),
    ({"junction": "roundabout"}, "oneway", "forward"),
    ({"highway": "motorway"}, "oneway", "forward"),
    ({"highway": "motorway_link"}, "oneway", "no"),
    ({}, "oneway", "no"),
    ({"maxweight": "7.5"}, "max_gross_t", 7.5),
    ({"maxweight": "7,5 t"}, "max_gross_t", 7.5),
    ({"maxweight": "7.5t"}, "max_gross_t", 7.5),
    ({"maxweight": "3500 kg"}, "max_gross_t", 3.5),
    ({"maxweight": "20000 lbs"}, "max_gross_t", 9.072),
    ({"maxweight": "none"}, "max_gross_t", None),
    ({"maxweight": "unsigned"}, "max_gross_t", None),
    ({"maxaxleload": "9 t"}, "max_axle_t", 9.0),
    ({"maxheight": "3.8"}, "max_height_m", 3.8),
    ({"maxheight": "16'3\""}, "max_height_m", 4.953),
    ({"maxheight": "14'"}, "max_height_m", 4.267),
    ({"maxheight": "12 ft"}, "max_height_m", 3.658),
    ({"maxheight": "default"}, "max_height_m", None),
    ({"maxwidth": "250 cm"}, "max_width_m", 2.5),
    ({"maxlength": "12 m"}, "max_length_m", 12.0),
    ({"maxspeed": "50"}, "maxspeed_kmh", 50.0),
    ({"maxspeed": "30 mph"}, "maxspeed_kmh", 48.28),
    ({"maxspeed": "none"}, "maxspeed_kmh", None),
    ({"maxspeed": "50", "maxspeed:backward": "30"}, "maxspeed_backward_kmh", 30.0),
    ({"maxspeed": "50", "maxspeed:backward": "30"}, "maxspeed_kmh", 50.0),
    ({"maxspeed": "50"}, "maxspeed_backward_kmh", 50.0),
    ({"bridge": "viaduct"}, "bridge", True),
    ({"bridge": "no"}, "bridge", False),
    ({"tunnel": "yes"}, "tunnel", True),
    ({"access": "permissive"}, "access", "yes"),
    ({"access": "customers"}, "access", "destination"),
    ({"access": "agricultural"}, "access", "private"),
    ({"vehicle": "no"}, "motor_vehicle", "no"),
    ({"vehicle": "no", "motor_vehicle": "yes"}, "motor_vehicle", "yes"),
    ({"hgv": "no"}, "hgv", "no"),
    ({"surface": "gravel"}, "surface", "gravel"),
    ({"lanes": "2"}, "lanes", 2.0),
    ({"name": "Ruta 5", "ref": "5"}, "ref", "5"),
    ({}, "name", None),
]


@pytest.mark.parametrize(("tags", "column", "value"), TAGS)
def test_tags(tags, column, value):
    unread = Counter()
    found = attributes_of({"highway": "primary", **tags}, unread)[column]
    if isinstance(found, float) and math.isnan(found):
        found = None
    assert found == value
    assert not unread


UNREADABLE = [
    ("maxweight", "heavy"),
    ("maxweight", "-5"),
    ("maxweight", "0"),
    ("maxweight", "99999"),
    ("maxweight", "10;20"),
    ("maxheight", "3.5 parsec"),
    ("maxheight", "16'3"),
    ("maxspeed", "RU:urban"),
    ("maxspeed", "-10"),
    ("maxspeed", "9999"),
    ("oneway", "reversible"),
    ("access", "maybe"),
    ("lanes", "two"),
]


@pytest.mark.parametrize(("key", "value"), UNREADABLE)
def test_what_cannot_be_interpreted_counts_as_not_tagged_and_is_listed(tmp_path, key, value):
    plain = build(tmp_path, CROSS, {10: ((1, 2), ROAD), 11: ((2, 3), ROAD)})
    tagged = {**ROAD, key: value}
    network = build(tmp_path, CROSS, {10: ((1, 2), tagged), 11: ((2, 3), tagged)})
    (unread,) = network.info.report.unread_tags
    assert (unread.key, unread.value, unread.ways) == (key, value, 2)
    assert f"{key}={value} on 2 ways" in network.info.report.text()
    assert network.digest == plain.digest


def test_a_ferry_is_in_the_network_but_no_truck_is_sent_over_it(tmp_path):
    ferry = {"route": "ferry", "name": "Cruce"}
    network = build(tmp_path, CROSS, {10: ((1, 2), ROAD), 11: ((2, 3), ferry), 12: ((3, 4), ROAD)})
    number = network.segment_number("11-2-3")
    assert network.segments["highway"][number] == "ferry"
    legal = network.legal_arcs(vehicle_class("truck_heavy_3"))
    assert not legal[[2 * number, 2 * number + 1]].any()
    assert legal.sum() == 4


def test_an_area_is_no_road(tmp_path):
    ways = {10: ((1, 2), ROAD), 11: ((2, 3, 5, 2), {"highway": "service", "area": "yes"})}
    assert segment_ids(build(tmp_path, CROSS, ways)) == ["10-1-2"]


# --- damage ---------------------------------------------------------------------------------


def test_a_truncated_extract_is_refused(tmp_path):
    whole = HELSINKI.read_bytes()
    for share in (0.3, 0.9):
        part = tmp_path / "part.osm.pbf"
        part.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UnreadableFile, match="cannot be read") as caught:
            build_from_file(part, "part")
        assert "checksum" in caught.value.do_next


@pytest.mark.parametrize("name", ["x.osm.pbf", "x.osm", "x.osm.bz2"])
@pytest.mark.parametrize("content", [b"", b"These are not the roads you look for.\n" * 40])
def test_another_file_named_like_an_extract_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((UnreadableFile, InvalidInput)) as caught:
        build_from_file(tmp_path / name, "x")
    assert caught.value.where == name


def test_an_extract_without_roads_is_refused(tmp_path):
    path = write_osm(tmp_path / "sea.osm", CROSS, {10: ((1, 2), {"natural": "coastline"})})
    with pytest.raises(InvalidInput, match="no road"):
        build_from_file(path, "sea")


# --- a real extract, and a second opinion ---------------------------------------------------


def test_a_real_extract_is_read_with_its_tags():
    network = build_from_osm(HELSINKI, "helsinki", simplify=False)
    segments, report = network.segments, network.info.report
    assert report.segments > 1_000
    assert segments["segment_id"].is_unique
    assert segments["name"].notna().mean() > 0.4
    assert segments["surface"].notna().any()
    assert segments["maxspeed_kmh"].dropna().between(5, 120).all()
    assert network.info.source == "helsinki.osm.pbf"
    assert network.info.source_sha256


def test_osmnx_reads_the_same_roads_from_the_same_extract(tmp_path):
    """Nodes, edges and lengths of the drivable ways; osmnx measures on a sphere (0.3 % here)."""
    path = tmp_path / "helsinki.osm"
    _write_roads(HELSINKI, path)
    theirs = ox.graph_from_xml(path, simplify=False, retain_all=True)
    network = build_from_osm(HELSINKI, "helsinki", simplify=False)
    kept = legal_arcs(network.segments.assign(access=None, motor_vehicle=None, hgv=None))
    by_way = Counter()
    for arc in kept.nonzero()[0].tolist():
        by_way[int(network.segments["osm_way_id"][arc // 2])] += network.length_m[arc // 2]
    expected = Counter()
    for *_, data in theirs.edges(data=True):
        expected[data["osmid"]] += data["length"]
    assert by_way.keys() == expected.keys()
    for way, length in expected.items():
        assert by_way[way] == pytest.approx(length, rel=0.005, abs=0.01)
    ours = ox.convert.graph_from_gdfs(*to_osmnx_frames(network))
    assert set(ours) <= set(theirs)


def test_networkx_finds_the_same_components_in_the_real_extract():
    network = build_from_osm(HELSINKI, "helsinki")
    graph = ox.convert.graph_from_gdfs(*to_osmnx_frames(network))
    found = sorted(map(len, nx.strongly_connected_components(graph)), reverse=True)
    isolated = network.node_count - graph.number_of_nodes()
    report = network.info.report
    assert [*found, *[1] * isolated] == [report.mainland_nodes, *report.islands]


def _write_roads(source, target):
    """Copy the motor roads of an extract to a file that osmnx can read."""
    with osmium.SimpleWriter(str(target)) as writer:
        positions = set()
        for item in osmium.FileProcessor(str(source)):
            if item.is_node():
                writer.add_node(item)
                positions.add(item.id)
            elif item.is_way() and _is_motor_road(item.tags):
                refs = [node.ref for node in item.nodes if node.ref in positions]
                writer.add_way(item.replace(nodes=refs))


def _is_motor_road(tags):
    return tags.get("highway") in ROADS - NOT_FOR_MOTOR_VEHICLES and tags.get("area") != "yes"
