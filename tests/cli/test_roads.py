"""Road graphs from files, at a terminal."""

from __future__ import annotations

from pathlib import Path

HELSINKI = Path(__file__).resolve().parents[1] / "data" / "osm" / "helsinki.osm.pbf"


def test_an_osm_extract_becomes_the_current_graph(empty_lca):
    built = empty_lca("roads", "build", HELSINKI, "--name", "helsinki", "--json")
    assert built.code == 0
    assert built.json["info"]["name"] == "helsinki"
    assert built.json["info"]["report"]["segments"] > 1000
    listed = empty_lca("roads", "list", "--json")
    assert listed.json["digest"] == built.json["digest"]


def test_roads_without_an_assessment_give_unknown(empty_lca):
    empty_lca("roads", "build", HELSINKI, "--name", "helsinki")
    answer = empty_lca(
        "route", "lat=60.1695,lon=24.9354", "lat=60.1750,lon=24.9500",
        "--vehicle", "lv_4wd", "--json",
    )  # fmt: skip
    assert answer.code == 7
    assert answer.json["verdict"] == "unknown"


def test_a_file_that_is_no_road_source_is_refused(empty_lca, tmp_path):
    path = tmp_path / "roads.txt"
    path.write_text("not roads")
    refused = empty_lca("roads", "build", path, "--name", "x")
    assert refused.code == 4
    assert ".osm.pbf" in refused.err


def test_a_damaged_extract_is_refused_and_changes_nothing(lca, tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(HELSINKI.read_bytes()[:20_000])
    before = lca("roads", "list", "--json").json
    assert lca("roads", "build", path, "--name", "cut").code == 4
    assert lca("roads", "list", "--json").json == before
