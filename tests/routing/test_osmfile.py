"""OSM extracts: ways split at junctions, rules at nodes, and osmnx's opinion of a real one."""

from __future__ import annotations

import bz2
import gzip
import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import osmnx as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.osmxml import write_osm

from lca.geo import GEOD
from lca.vehicle import vehicle_class
from routing.build import build_from_osm
from routing.build_info import MOST_ISLANDS
from routing.exchange import to_osmnx_frames
from routing.legality import road_rules
from routing.osmfile import read_osm
from routing.osmtags import ROADS
from routing.segment_rules import NOT_FOR_MOTOR_VEHICLES

HELSINKI = Path(__file__).parents[1] / "data" / "osm" / "helsinki.osm.pbf"

#  1---2---3---4
#      |
#      5
CROSS = {1: (0.0, 10.0), 2: (0.001, 10.0), 3: (0.002, 10.0), 4: (0.003, 10.0), 5: (0.001, 9.999)}
ROAD = {"highway": "primary"}


def read(tmp_path, nodes, ways, **more):
    return read_osm(write_osm(tmp_path / "x.osm", nodes, ways, **more)).roads


def names(roads):
    ends = zip(roads.osm_way_id, roads.from_id, roads.to_id, strict=True)
    return sorted("-".join(map(str, one)) for one in ends)


def row(roads, name):
    way, start, end = map(int, name.split("-"))
    found = (roads.osm_way_id == way) & (roads.from_id == start) & (roads.to_id == end)
    (only,) = np.flatnonzero(found)
    return int(only)


# --- splitting ------------------------------------------------------------------------------


def test_ways_are_split_where_they_meet_and_nowhere_else(tmp_path):
    roads = read(tmp_path, CROSS, {10: ((1, 2, 3, 4), ROAD), 11: ((2, 5), ROAD)})
    assert names(roads) == ["10-1-2", "10-2-4", "11-2-5"]
    long = row(roads, "10-2-4")
    assert roads.lines.points(long).tolist() == [[*CROSS[2]], [*CROSS[3]], [*CROSS[4]]]
    assert roads.length_m[long] == pytest.approx(219.3, abs=0.1)
    assert roads.node_ids.tolist() == [1, 2, 3, 4, 5]
    assert roads.left_out == {}


def test_a_footpath_makes_no_junction(tmp_path):
    ways = {10: ((1, 2, 3), ROAD), 11: ((2, 5), {"highway": "footway"})}
    roads = read(tmp_path, CROSS, ways)
    assert names(roads) == ["10-1-3"]
    assert roads.left_out == {}


def test_an_area_is_no_road(tmp_path):
    ways = {10: ((1, 2), ROAD), 11: ((2, 3, 5, 2), {"highway": "service", "area": "yes"})}
    roads = read(tmp_path, CROSS, ways)
    assert names(roads) == ["10-1-2"]
    assert roads.left_out == {"squares and other areas, which are no roads": 1}


def test_a_closed_way_and_a_way_that_crosses_itself(tmp_path):
    roundabout = read(tmp_path, CROSS, {10: ((1, 2, 5, 1), {**ROAD, "junction": "roundabout"})})
    assert names(roundabout) == ["10-1-1"]
    assert roundabout.texts["oneway"].at(0) == "forward"
    eight = read(tmp_path, CROSS, {10: ((1, 2, 3, 4, 2, 5), ROAD)})
    assert names(eight) == ["10-1-2", "10-2-2", "10-2-5"]


def test_a_repeated_node_and_a_way_of_one_node_do_no_harm(tmp_path):
    roads = read(tmp_path, CROSS, {10: ((1, 2, 2, 3), ROAD), 11: ((4,), ROAD), 12: ((), ROAD)})
    assert names(roads) == ["10-1-3"]


def test_names_with_every_sign_come_through(tmp_path):
    name = "a,b=c %20% d\"<>&'é日本 @#"
    roads = read(tmp_path, CROSS, {10: ((1, 2), {**ROAD, "name": name, "ref": "5"})})
    assert roads.texts["name"].at(0) == name
    assert roads.texts["ref"].at(0) == "5"


def test_a_bridge_is_a_way_of_its_own_and_stays_one(tmp_path):
    ways = {
        10: ((1, 2), ROAD),
        11: ((2, 3), {**ROAD, "bridge": "yes", "maxweight": "10"}),
        12: ((3, 4), ROAD),
    }
    network = build_from_osm(write_osm(tmp_path / "x.osm", CROSS, ways), "x")
    assert network.segments.flags["bridge"].tolist() == [False, True, False]
    assert network.segments.numbers["max_gross_t"].take(np.arange(3)) == [None, 10.0, None]
    assert network.info.report.absent_columns == ()


def test_the_same_roads_in_another_file_order_have_the_same_digest(tmp_path):
    ways = {10: ((1, 2, 3, 4), ROAD), 11: ((2, 5), {**ROAD, "name": "B"}), 9: ((4, 5), ROAD)}
    one = build_from_osm(write_osm(tmp_path / "x.osm", CROSS, ways), "x")
    turned = dict(reversed(CROSS.items())), dict(reversed(ways.items()))
    other = build_from_osm(write_osm(tmp_path / "y.osm", *turned), "y")
    assert one.digest == other.digest


def test_every_format_gives_the_same_roads(tmp_path):
    plain = write_osm(tmp_path / "x.osm", CROSS, {10: ((1, 2, 3), ROAD), 11: ((2, 5), ROAD)})
    (tmp_path / "x.osm.bz2").write_bytes(bz2.compress(plain.read_bytes()))
    (tmp_path / "x.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with osmium.SimpleWriter(str(tmp_path / "x.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    digests = {build_from_osm(path, "x").digest for path in tmp_path.iterdir()}
    assert len(digests) == 1


def test_the_date_of_the_data_is_taken_from_the_file(tmp_path):
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-19T21:20:00Z")
    with osmium.SimpleWriter(str(tmp_path / "dated.osm.pbf"), header=header) as writer:
        for number, location in CROSS.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=location))
        writer.add_way(osmium.osm.mutable.Way(id=10, nodes=[1, 2], tags=ROAD))
    assert read_osm(tmp_path / "dated.osm.pbf").osm_date == "2026-11-19T21:20:00Z"
    assert read_osm(HELSINKI).osm_date is None


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.integers(1, 7), max_size=7), min_size=1, max_size=5), st.data())
def test_split_roads_are_the_ways_they_were_cut_from(tmp_path, refs, data):
    """Joined again, the pieces of each way visit its nodes in order, and nothing else."""
    there = data.draw(st.sets(st.integers(1, 6), min_size=1))
    nodes = {node: (node * 0.001, (node % 3) * 0.001) for node in sorted(there)}
    by_place = {place: node for node, place in nodes.items()}
    roads = read(tmp_path, nodes, {10 + at: (each, ROAD) for at, each in enumerate(refs)})
    hops, expected = Counter(), Counter()
    for at, each in enumerate(refs):
        for one, other in itertools.pairwise(each):
            if one != other and {one, other} <= there:
                expected[10 + at, one, other] += 1
    for at in range(len(roads)):
        passed = [by_place[tuple(point)] for point in roads.lines.points(at).tolist()]
        assert (passed[0], passed[-1]) == (roads.from_id[at], roads.to_id[at])
        way = int(roads.osm_way_id[at])
        hops.update((way, one, other) for one, other in itertools.pairwise(passed))
        for inner in passed[1:-1]:
            ends = {*roads.from_id.tolist(), *roads.to_id.tolist()}
            assert inner not in ends, "a road passes through a junction"
        x, y = np.array([nodes[node] for node in passed]).T
        assert roads.length_m[at] == pytest.approx(GEOD.line_length(x, y), abs=1e-6)
    assert hops == expected


# --- rules at nodes, and ferries ------------------------------------------------------------


def test_ways_are_split_at_a_barrier_and_at_a_turn_restriction(tmp_path):
    roads = read(
        tmp_path,
        CROSS,
        {10: ((1, 2, 3, 4), ROAD), 11: ((2, 5), ROAD)},
        node_tags={3: {"barrier": "bollard"}, 1: {"highway": "stop"}},
        relations=[
            (
                [("way", 10, "from"), ("node", 2, "via"), ("way", 11, "to")],
                {"type": "restriction", "restriction": "no_right_turn"},
            ),
            ([("way", 10, "")], {"type": "route", "restriction": "no_right_turn"}),
        ],
    )
    assert names(roads) == ["10-1-2", "10-2-3", "10-3-4", "11-2-5"]
    found = [(rule.node_id, rule.from_way, rule.to_way, rule.rule) for rule in roads.turn_rules]
    assert found == [(2, 10, 11, "no_right_turn"), (3, None, None, "barrier=bollard")]
    assert roads.kept_nodes.tolist() == [2, 3]


def test_a_barrier_inside_a_road_stops_a_truck_there(tmp_path):
    path = write_osm(
        tmp_path / "x.osm",
        CROSS,
        {10: ((1, 2, 3, 4), ROAD)},
        node_tags={3: {"barrier": "bollard"}, 2: {"barrier": "gate"}},
    )
    network = build_from_osm(path, "x")
    assert network.segments.ids() == ["10-1-3", "10-3-4"]
    legal = network.legal_arcs(vehicle_class("truck_heavy_3"))
    assert legal[:4].all()
    assert not legal[4:].all()


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"barrier": "height_restrictor", "maxheight": "2.1 m"}, "maxheight 2.1 m < 4 m"),
        ({"maxheight": "2.1"}, "this point of the road, maxheight 2.1 m < 4 m"),
        ({"barrier": "toll_booth", "hgv": "yes", "maxweight": "10"}, "maxweight 10 t < 26 t"),
        ({"barrier": "gate", "access": "residents"}, "gate, access=residents"),
        ({"barrier": "gate", "access": "delivery;Private"}, "gate, access=delivery;Private"),
        ({"entrance": "yes", "access": "private"}, "this point of the road, access=private"),
    ],
)
def test_a_point_of_a_road_that_a_truck_may_not_pass_cuts_it(tmp_path, tags, reason):
    path = write_osm(
        tmp_path / "x.osm", CROSS, {10: ((1, 2, 3, 4), ROAD)}, node_tags={3: tags, 99: {}}
    )
    network = build_from_osm(path, "x")
    closed = np.flatnonzero(~network.legal_arcs(vehicle_class("truck_heavy_3"))).tolist()
    assert len(closed) == 2
    assert min(closed) >= network.segment_arc_count
    for arc in closed:
        (rule,) = road_rules(network.segments, network.turns, arc, vehicle_class("truck_heavy_3"))
        assert reason in rule.reason


@pytest.mark.parametrize(
    ("tags", "legal"),
    [
        ({"vehicle": "yes", "vehicle:conditional": "no @ (22:00-06:00)"}, (False, False)),
        ({"vehicle": "destination", "vehicle:forward": "no"}, (False, True)),
        ({"vehicle": "no", "vehicle:backward": "yes"}, (False, True)),
        ({"vehicle": "no", "motor_vehicle": "yes", "vehicle:forward": "no"}, (True, True)),
        ({"vehicle": "no", "vehicle:forward": "yes", "hgv": "yes"}, (True, True)),
        ({"access": "no", "vehicle": "yes", "vehicle:forward": "yes"}, (True, True)),
        ({"highway": "track", "bridge": "collapsed"}, (False, False)),
    ],
)
def test_what_holds_for_all_vehicles_keeps_its_own_exceptions(tmp_path, tags, legal):
    path = write_osm(tmp_path / "x.osm", CROSS, {10: ((1, 2), {**ROAD, **tags})})
    truck = vehicle_class("truck_heavy_3")
    assert tuple(build_from_osm(path, "x").legal_arcs(truck).tolist()) == legal


def test_of_very_many_islands_the_largest_are_listed_and_all_are_counted(tmp_path):
    count = MOST_ISLANDS + 5
    nodes = {at: (at * 0.001, 10.0) for at in range(1, 2 * count + 2)}
    ways = {10 + at: ((2 * at - 1, 2 * at), ROAD) for at in range(1, count)}
    ways |= {9: ((2 * count - 1, 2 * count), ROAD), 8: ((2 * count, 2 * count + 1), ROAD)}
    report = build_from_osm(write_osm(tmp_path / "x.osm", nodes, ways), "x").info.report
    assert report.mainland_nodes == 3
    assert report.islands == (2,) * MOST_ISLANDS
    assert report.island_count == count - 1
    assert f"on {count - 1} islands" in report.text()


def test_an_unrelated_way_leaves_ids_and_digests_of_the_others_alone(tmp_path):
    ways = {10: ((1, 2, 3), ROAD), 12: ((2, 5), ROAD)}
    plain = build_from_osm(write_osm(tmp_path / "x.osm", CROSS, ways), "x")
    nodes = {**CROSS, 8: (0.5, 10.0), 9: (0.6, 10.0)}
    more = build_from_osm(write_osm(tmp_path / "y.osm", nodes, {**ways, 11: ((8, 9), ROAD)}), "y")
    assert set(more.segments.ids()) - set(plain.segments.ids()) == {"11-8-9"}
    again = build_from_osm(write_osm(tmp_path / "z.osm", nodes, ways), "z")
    assert again.digest == plain.digest != more.digest


def test_points_of_roads_that_close_nothing_are_counted_or_listed(tmp_path):
    tags = {
        1: {"amenity": "parking", "maxheight": "2"},
        2: {"ford": "yes"},
        3: {"barrier": "gate", "access:conditional": "no @ (20:00-06:00)", "hgv": "unsuitable"},
        4: {"barrier": "cattle_grid", "maxheight": "below_default"},
    }
    roads = read(tmp_path, CROSS, {10: ((1, 2, 3, 4), ROAD)}, node_tags=tags)
    assert [rule.rule for rule in roads.turn_rules] == [
        "barrier=cattle_grid maxheight=below_default"
    ]
    assert sorted(roads.left_out.values()) == [1, 1]
    assert {(tag.key, tag.value) for tag in roads.unread_tags} == {
        ("access:conditional", "no @ (20:00-06:00)"),
        ("hgv", "unsuitable"),
        ("maxheight", "below_default"),
    }


def test_a_ferry_is_in_the_network_and_its_time_is_shared_out_by_length(tmp_path):
    ferry = {"route": "ferry", "name": "Cruce", "duration": "00:30"}
    nodes = {**CROSS, 6: (0.003, 9.999)}
    ways = {10: ((1, 2), ROAD), 11: ((2, 3, 4), ferry), 12: ((3, 6), ROAD)}
    roads = read(tmp_path, nodes, ways)
    assert names(roads) == ["10-1-2", "11-2-3", "11-3-4", "12-3-6"]
    times = [roads.numbers["duration_s"].at(row(roads, name)) for name in ("11-2-3", "11-3-4")]
    assert times == pytest.approx([900.0, 900.0], abs=0.2)
    assert roads.texts["highway"].at(row(roads, "11-2-3")) == "ferry"
    assert roads.numbers["duration_s"].at(row(roads, "10-1-2")) is None


def test_a_ferry_for_people_on_foot_is_counted(tmp_path):
    foot = {"route": "ferry", "motor_vehicle": "no"}
    roads = read(
        tmp_path, CROSS, {10: ((1, 2), ROAD), 11: ((2, 3), foot), 12: ((3, 4), {"route": "bus"})}
    )
    assert names(roads) == ["10-1-2"]
    assert roads.left_out == {"ferry lines that carry no motor vehicles": 1}


# --- a real extract, and a second opinion ---------------------------------------------------


def test_a_real_extract_is_read_with_its_tags():
    roads = read_osm(HELSINKI).roads
    assert (len(roads), len(roads.turn_rules)) == (1153, 64)
    assert roads.texts["name"].present().mean() > 0.4
    assert roads.texts["surface"].present().any()
    speeds = roads.numbers["maxspeed_kmh"].floats()
    assert ((speeds[~np.isnan(speeds)] >= 5) & (speeds[~np.isnan(speeds)] <= 120)).all()
    keys = {tag.key.partition(":")[0] for tag in roads.unread_tags}
    assert keys == {"access", "goods", "hgv", "hazmat", "trailer"}
    assert ("access", "service", 1) in [(tag.key, tag.value, tag.ways) for tag in roads.unread_tags]


def test_a_plain_reading_of_the_real_extract_finds_the_same_roads():
    """Way by way in Python, without any of the columns: same splits, tags and restrictions."""
    refs, tags, places, restrictions = _plainly(HELSINKI)
    roads = read_osm(HELSINKI).roads
    pieces = _pieces(refs, places, set(roads.kept_nodes.tolist()))
    ours = zip(roads.osm_way_id, roads.from_id, roads.to_id, strict=True)
    assert Counter((int(a), int(b), int(c)) for a, b, c in ours) == pieces
    for at in range(len(roads)):
        own = tags[int(roads.osm_way_id[at])]
        for key in ("highway", "name", "ref", "surface"):
            assert roads.texts[key].at(at) == own.get(key)
        assert bool(roads.flags["bridge"][at]) == (own.get("bridge", "no") != "no")
    for node, place in zip(roads.node_ids.tolist(), roads.node_e7.tolist(), strict=True):
        assert places[node] == tuple(place)
    # In this extract every relation holds one restriction, and each of them one from and one to.
    applied = sum(rule.from_way is not None for rule in roads.turn_rules)
    counted = sum(count for reason, count in roads.left_out.items() if "turn restr" in reason)
    assert applied + counted == restrictions


def test_osmnx_reads_the_same_roads_from_the_same_extract(tmp_path):
    """Nodes, edges and lengths of the drivable ways; osmnx measures on a sphere (0.3 % here)."""
    path = tmp_path / "helsinki.osm"
    _write_roads(HELSINKI, path)
    theirs = ox.graph_from_xml(path, simplify=False, retain_all=True)
    roads = read_osm(HELSINKI).roads
    motor = ~roads.texts["highway"].isin(NOT_FOR_MOTOR_VEHICLES)
    by_way = Counter()
    for at in np.flatnonzero(motor).tolist():
        both = 2 if roads.texts["oneway"].at(at) == "no" else 1
        by_way[int(roads.osm_way_id[at])] += both * roads.length_m[at]
    expected = Counter()
    for *_, data in theirs.edges(data=True):
        expected[data["osmid"]] += data["length"]
    assert by_way.keys() == expected.keys()
    for way, length in expected.items():
        assert by_way[way] == pytest.approx(length, rel=0.005, abs=0.01)


def test_networkx_finds_the_same_components_in_the_real_extract():
    network = build_from_osm(HELSINKI, "helsinki")
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(network.vertex_node)))
    legal = network.legal_arcs()
    graph.add_edges_from(
        zip(network.arc_tail[legal].tolist(), network.arc_head[legal].tolist(), strict=True)
    )
    largest = max(nx.strongly_connected_components(graph), key=len)
    on_mainland = {int(network.vertex_node[vertex]) for vertex in largest}
    assert network.info.report.mainland_nodes == len(on_mainland)
    ours = nx.Graph(ox.convert.graph_from_gdfs(*to_osmnx_frames(network)))
    assert set(ours) <= set(network.node_ids.tolist())


def _plainly(path):
    """Return node references and tags by way, positions by node, and the number of restrictions."""
    refs, tags, places = {}, {}, {}
    restrictions = 0
    for item in osmium.FileProcessor(str(path)):
        if item.is_node():
            places[item.id] = (item.location.x, item.location.y)
        elif item.is_way() and item.tags.get("highway") in ROADS and "area" not in item.tags:
            refs[item.id] = [node.ref for node in item.nodes]
            tags[item.id] = dict(item.tags)
        elif item.is_relation():
            restrictions += 1
    return refs, tags, places, restrictions


def _pieces(refs, places, kept):
    """Return way, first and last node of the roads between junctions, found by walking."""
    use = Counter(node for each in refs.values() for node in each if node in places)
    pieces = Counter()
    for way, each in refs.items():
        start = None
        for node, following in itertools.pairwise([*each, None]):
            if node not in places:
                start = None
            elif start is None:
                start = node
            elif use[node] > 1 or node in kept or following not in places:
                pieces[way, start, node] += 1
                start = node
    return pieces


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
