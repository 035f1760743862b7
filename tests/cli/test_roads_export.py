"""``lca roads export``: the current graph as a file for osmnx, and such a file as a graph."""

from __future__ import annotations

from pathlib import Path

import osmnx as ox
import pytest

from cli import roads, roads_export

HELSINKI = Path(__file__).resolve().parents[1] / "data" / "osm" / "helsinki.osm.pbf"


@pytest.fixture
def helsinki(empty_lca):
    if roads_export.export not in {command.callback for command in roads.app.registered_commands}:
        roads.app.command("export")(roads_export.export)
    empty_lca("roads", "build", HELSINKI, "--name", "helsinki")
    return empty_lca


@pytest.mark.parametrize("suffix", [".graphml", ".gpkg"])
def test_a_graph_goes_to_a_file_and_becomes_a_graph_again(helsinki, tmp_path, suffix):
    path = tmp_path / f"roads{suffix}"
    written = helsinki("roads", "export", path, "--json")
    assert written.code == 0, written.err
    assert "turn rules are not in it" in written.err
    assert written.json["credit"] == "© OpenStreetMap contributors (ODbL-1.0)"
    built = helsinki("roads", "build", path, "--name", "again", "--json")
    assert built.code == 0, built.err
    assert built.json["info"]["report"]["nodes"] == written.json["nodes"]
    assert built.json["digest"] != written.json["digest"], "without its turn rules"


def test_a_box_and_a_vehicle_give_what_osmnx_may_route_on(helsinki, tmp_path):
    path = tmp_path / "centre.graphml"
    box = "24.94,60.165,24.95,60.17"
    written = helsinki("roads", "export", path, "--box", box, "--vehicle", "lv_4wd", "--json")
    assert written.code == 0, written.err
    graph = ox.io.load_graphml(path)
    assert graph.number_of_edges() == written.json["edges"] > 50
    assert {highway for *_, highway in graph.edges(data="highway")}.isdisjoint({"pedestrian"})


def test_what_cannot_be_written_is_said(helsinki, tmp_path):
    refused = helsinki("roads", "export", tmp_path / "roads.shp")
    assert refused.code == 2
    assert ".graphml" in refused.err
    refused = helsinki("roads", "export", tmp_path / "roads.gpkg", "--box", "0,0,1,1")
    assert refused.code == 3
    assert not (tmp_path / "roads.gpkg").exists()


def test_a_store_without_roads_has_nothing_to_export(helsinki, tmp_path, capsys):
    empty = type(helsinki)(tmp_path / "other", capsys)
    assert empty("roads", "export", tmp_path / "roads.gpkg").code == 3
