"""Graphs in files: what osmnx saves we read, what we write osmnx loads, and hostile files do nothing."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmnx as ox
import pandas as pd
import pytest
from support.asciimap import draw

from lca.errors import InvalidInput, LcaError, MissingCrs, NotFound, UnreadableFile, UsageError
from lca.geo import BBox
from lca.vehicle import vehicle_class
from routing import exchange_files, graphml, graphpackage
from routing.assemble import assemble
from routing.build import build_from_file, build_from_osm
from routing.exchange import to_osmnx_graph
from routing.exchange_files import GRAPH_SUFFIXES, read_graph_file, write_graph_file
from routing.exchange_in import network_of_osmnx_graph
from routing.exchange_tags import values_of
from routing.graphml import read_graphml
from routing.roads import Source

HELSINKI = Path(__file__).resolve().parents[1] / "data" / "osm" / "helsinki.osm.pbf"
SOURCE = Source("file", "a file")
CENTRE = BBox.parse("24.94,60.165,24.95,60.17")


@pytest.fixture(scope="module")
def helsinki():
    return build_from_osm(HELSINKI, "helsinki")


@pytest.fixture
def town():
    return draw(
        """
        A---B---C
        |       |
        D-------E
        """,
        {
            "ABC": {"highway": "primary", "name": 'Høje & <Lav> "vej"', "max_gross_t": 7.5},
            "CBA'": {"oneway": "forward", "bridge": True},
            "ADEC": {"access": "private", "conditional": "hgv:conditional=no @ (22:00-06:00)"},
        },
        turns=[("B", None, None, "barrier=gate access=private")],
    ).network


def read(path):
    return assemble(read_graph_file(path), SOURCE)


@pytest.mark.parametrize("suffix", GRAPH_SUFFIXES)
def test_a_network_comes_back_from_a_file_as_from_the_graph(helsinki, tmp_path, suffix):
    path = tmp_path / f"roads{suffix}"
    written = write_graph_file(path, helsinki)
    back = read(path)
    pd.testing.assert_frame_equal(back.segments.frame(), helsinki.segments.frame())
    assert written.edges == to_osmnx_graph(helsinki, closed=True).number_of_edges()
    assert written.nodes == back.node_count
    assert written.turns_left_out == helsinki.info.report.ruled_turns > 0
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", GRAPH_SUFFIXES)
def test_text_of_every_kind_comes_back(town, tmp_path, suffix):
    path = tmp_path / f"town{suffix}"
    assert write_graph_file(path, town).turns_left_out == town.info.report.ruled_turns
    pd.testing.assert_frame_equal(read(path).segments.frame(), town.segments.frame())


def test_characters_that_xml_cannot_hold_do_not_spoil_the_file(tmp_path):
    town = draw("A---B", {"AB": {"name": "Ca\x0blle\x00 1"}}).network
    write_graph_file(tmp_path / "town.graphml", town)
    assert read(tmp_path / "town.graphml").segments.attributes(0)["name"] == "Calle 1"


def test_osmnx_loads_what_we_write(town, tmp_path):
    write_graph_file(tmp_path / "town.graphml", town)
    graph = ox.io.load_graphml(tmp_path / "town.graphml")
    ours = to_osmnx_graph(town, closed=True)
    assert set(graph.edges) == set(ours.edges)
    for u, v, key, data in ours.edges(keys=True, data=True):
        assert graph.edges[u, v, key]["length"] == data["length"]
        assert graph.edges[u, v, key]["oneway"] == data["oneway"]
        assert graph.edges[u, v, key]["geometry"] == data["geometry"]
    write_graph_file(tmp_path / "town.gpkg", town)
    nodes = gpd.read_file(tmp_path / "town.gpkg", layer="nodes").set_index("osmid")
    edges = gpd.read_file(tmp_path / "town.gpkg", layer="edges").set_index(["u", "v", "key"])
    assert set(ox.convert.graph_from_gdfs(nodes, edges).edges) == set(ours.edges)


def test_a_graph_that_osmnx_simplified_and_saved_is_read_as_osmnx_reads_it(helsinki, tmp_path):
    graph = to_osmnx_graph(helsinki)
    for *_, data in graph.edges(keys=True, data=True):
        del data["geometry"], data["segment_id"]  # as an unsimplified graph, each edge straight
    graph.graph["simplified"] = False
    simplified = ox.simplify_graph(graph)
    assert any(isinstance(osmid, list) for *_, osmid in simplified.edges(data="osmid"))
    path = tmp_path / "graph.graphml"
    ox.io.save_graphml(simplified, path)
    nodes, edges = read_graphml(path)
    loaded = ox.io.load_graphml(path)
    nodes_there, edges_there = ox.convert.graph_to_gdfs(loaded, fill_edge_geometry=False)
    assert nodes.index.astype(int).tolist() == nodes_there.index.tolist()
    for column in edges_there.columns.difference(["geometry", "length"]):
        assert [values_of(cell) for cell in edges[column]] == [
            values_of(cell) for cell in edges_there[column]
        ]
    assert read(path).digest == network_of_osmnx_graph(simplified, SOURCE).digest


@pytest.mark.parametrize("directed", [True, False])
def test_a_geopackage_of_osmnx_gives_the_network_of_its_graph(helsinki, tmp_path, directed):
    graph = to_osmnx_graph(helsinki)
    path = tmp_path / "graph.gpkg"
    ox.io.save_graph_geopackage(graph, path, directed=directed)
    back, there = read(path), network_of_osmnx_graph(graph, SOURCE)
    pd.testing.assert_frame_equal(
        back.segments.frame().drop(columns="length_m"),
        there.segments.frame().drop(columns="length_m"),
    )
    np.testing.assert_allclose(back.segments.length_m, there.segments.length_m, atol=0.0011)


def test_a_box_and_a_vehicle_take_a_part(helsinki, tmp_path):
    path = tmp_path / "centre.graphml"
    write_graph_file(path, helsinki, box=CENTRE)
    part = read(path)
    touches = helsinki.index.search(CENTRE.west, CENTRE.south, CENTRE.east, CENTRE.north)
    assert set(part.segments.ids()) == set(helsinki.segments.ids(touches))
    write_graph_file(path, helsinki, box=CENTRE, vehicle=vehicle_class("truck_heavy_3"))
    heavy = read(path)
    assert set(heavy.segments.ids()) < set(part.segments.ids())


def test_what_cannot_be_written_is_refused(helsinki, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"roads\.txt"):
        write_graph_file(tmp_path / "roads.txt", helsinki)
    with pytest.raises(NotFound, match="no road"):
        write_graph_file(tmp_path / "roads.gpkg", helsinki, box=BBox(0, 0, 1, 1))
    monkeypatch.setattr(exchange_files, "MOST_EDGES", 1000)
    with pytest.raises(UsageError, match="--box"):
        write_graph_file(tmp_path / "roads.gpkg", helsinki)
    assert not list(tmp_path.iterdir())


ROOT = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = "".join(
    f'<key id="{key}" for="{of}" attr.name="{name}" attr.type="string"/>'
    for key, of, name in [
        ("c", "graph", "crs"), ("x", "node", "x"), ("y", "node", "y"),
        ("o", "edge", "osmid"), ("h", "edge", "highway"), ("g", "edge", "geometry"),
    ]
)  # fmt: skip
NODES = "".join(
    f'<node id="{node}"><data key="x">{x}</data><data key="y">60</data></node>'
    for node, x in ((1, 24), (2, 25))
)


def graphml_of(edge="", *, crs="epsg:4326", nodes=NODES, before=""):
    return (
        f'<?xml version="1.0"?>{before}{ROOT}{KEYS}<graph edgedefault="directed">'
        f'<data key="c">{crs}</data>{nodes}'
        f'<edge source="1" target="2" id="0"><data key="o">7</data>'
        f'<data key="h">track</data>{edge}</edge></graph></graphml>'
    )


def test_the_plain_graph_of_the_hostile_ones_is_read(tmp_path):
    path = tmp_path / "g.graphml"
    path.write_text(graphml_of())
    assert read(path).segments.ids() == ["7-1-2"]


BOMB = (
    '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in ("ab", "bc", "cd", "de", "ef"))
    + "]>"
)
NESTED = "GEOMETRYCOLLECTION(" * 100_000
HOSTILE = {
    "entities that grow": graphml_of('<data key="h">&f;</data>', before=BOMB),
    "an entity from outside": graphml_of(
        before='<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>', crs="&x;"
    ),
    "elements in elements": graphml_of("<data>" * 10_000 + "</data>" * 10_000),
    "an endless element": graphml_of(f'<data key="g">{"1 " * 9_000_000}</data>'),
    "geometries in geometries": graphml_of(f'<data key="g">{NESTED}</data>'),
    "too many values": graphml_of('<data key="h">a</data>' * 1000),
    "an unknown key": graphml_of('<data key="zz">a</data>'),
    "an unknown element": graphml_of().replace("<graph ", "<hyperedge/><graph "),
    "a cut file": graphml_of()[:-30],
    "no XML": "nodes and edges",
    "nothing": "",
    "a CRS that names a file": graphml_of(crs="+proj=longlat +nadgrids=/etc/passwd"),
    "a CRS that nobody has": graphml_of(crs="epsg:99999"),
    "a position that is no number": graphml_of(nodes=NODES.replace("24", "east")),
    "a position that is infinite": graphml_of(nodes=NODES.replace("24", "inf")),
    "a line that is cut": graphml_of('<data key="g">LINESTRING (24 60, 25)</data>'),
    "an id of many digits": graphml_of().replace('id="1"', f'id="{"9" * 5000}"'),
    "a list without end": graphml_of().replace(">7<", f">[{'-' * 15_000}1]<"),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_graphml_is_refused(tmp_path, body):
    path = tmp_path / "g.graphml"
    path.write_text(body)
    with pytest.raises((UnreadableFile, InvalidInput)) as refused:
        read(path)
    assert isinstance(refused.value, LcaError)
    assert "root:" not in str(refused.value)


def test_a_graphml_of_more_edges_than_a_region_has_is_refused(town, tmp_path, monkeypatch):
    write_graph_file(tmp_path / "town.graphml", town)
    monkeypatch.setattr(graphml, "MOST_EDGES", 5)
    with pytest.raises(UnreadableFile, match="more than 5 edges"):
        read(tmp_path / "town.graphml")


@pytest.fixture
def package(town, tmp_path):
    path = tmp_path / "town.gpkg"
    write_graph_file(path, town)
    return path


def without_triggers(connection):
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')


ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i AS osmid, i AS geom FROM n"
)
CHANGES = {
    "a view": ["ALTER TABLE nodes RENAME TO n", f"CREATE VIEW nodes AS {ENDLESS}"],
    "a virtual table": ["DROP TABLE edges", "CREATE VIRTUAL TABLE edges USING fts5(u, v, key)"],
    "a computed column": [
        "ALTER TABLE edges ADD COLUMN x AS (hex(zeroblob(400000000))) VIRTUAL",
    ],
    "no edges": ["DROP TABLE edges"],
    "no CRS": ["DELETE FROM gpkg_geometry_columns"],
    "a CRS of one's own": ["UPDATE gpkg_spatial_ref_sys SET organization = 'NONE'"],
    "a CRS that nobody has": ["UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 99999"],
    "geometries that are none": ["UPDATE edges SET geom = x'00'"],
    "a geometry of geometries": ["UPDATE edges SET geom = x'4750000100000000010700000001000000'"],
    "a line of a billion points": ["UPDATE edges SET geom = x'47500001000000000102000000FFFFFF7F'"],
    "text for a geometry": ["UPDATE nodes SET geom = 'POINT (1 2)'"],
    "points for lines": ["UPDATE edges SET geom = (SELECT geom FROM nodes LIMIT 1)"],
    "ids that are none": ["UPDATE edges SET u = 'x'"],
    "text that is no text": ["UPDATE edges SET highway = CAST(x'ff' AS TEXT)"],
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
def test_a_hostile_geopackage_is_refused(package, changes):
    connection = sqlite3.connect(package, isolation_level=None)
    without_triggers(connection)
    for statement in changes:
        connection.execute(statement)
    connection.close()
    with pytest.raises((UnreadableFile, InvalidInput, MissingCrs)):
        read(package)


def test_a_damaged_geopackage_is_refused(package):
    whole = package.read_bytes()
    for body in (b"", b"SQLite format 3\0", whole[: len(whole) // 2], whole[:4096] * 9):
        package.write_bytes(body)
        with pytest.raises((UnreadableFile, InvalidInput)):
            read(package)


def test_a_geopackage_that_makes_the_database_toil_is_stopped(package, monkeypatch):
    monkeypatch.setattr(graphpackage, "_MOST_ROUNDS", 20)
    connection = sqlite3.connect(package, isolation_level=None)
    connection.execute("DROP TABLE gpkg_geometry_columns")
    connection.execute(
        "CREATE VIEW gpkg_geometry_columns AS "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 'geom' AS column_name, 4326 AS srs_id, 'none' || i AS table_name FROM n"
    )
    connection.close()
    with pytest.raises(UnreadableFile, match="OperationalError"):
        read(package)


@pytest.mark.parametrize("suffix", GRAPH_SUFFIXES)
def test_a_build_is_made_of_such_a_file(town, tmp_path, suffix):
    path = tmp_path / f"TOWN{suffix.upper()}"
    write_graph_file(path, town)
    build = build_from_file(path, "town")
    assert build.segments.ids() == town.segments.ids()
    assert build.info.source == path.name
    assert build.info.source_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
