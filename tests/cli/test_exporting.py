"""Files, profiles and metadata at the terminal."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest
from support.exports import in_words

from layers.export import ExportFormat


@pytest.fixture
def folder(tmp_path):
    """A folder that holds nothing else, not even the store."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def test_the_suffix_says_the_format_and_json_says_what_was_written(lca, folder):
    for fmt in ExportFormat:
        out = folder / f"ports{fmt.suffix}"
        made = lca("layer", "export", "ports", "--out", out, "--json")
        assert made.code == 0, made.err
        assert made.json["format"] == fmt.value
        assert made.json["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
        assert made.json["release"]["layer"] == "ports"
        assert "CLCQQ" in in_words(fmt.value, out.read_bytes())
    assert sorted(folder.iterdir()) == sorted(folder / f"ports{one.suffix}" for one in ExportFormat)


def test_into_a_folder_the_file_names_itself(lca, folder):
    made = lca(
        "layer", "export", "ports", "--out", folder, "--format", "xlsx", "--profile", "sdi-t"
    )
    assert made.code == 0, made.err
    assert (folder / "ports_v1_sdi-t.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("ports", "--out", "x.docx"), 2, ".shp.zip"),
        (("ports", "--out", "nowhere/x.csv"), 2, "There is no folder nowhere"),
        (("ports", "--profile", "esri"), 3, "sdi-t, unsdi-t, wfp-roads"),
        (("fuel", "--profile", "sdi-t"), 2, "ports, airports, bridges"),
    ],
)
def test_what_cannot_be_exported_says_what_can(lca, folder, monkeypatch, arguments, code, told):
    monkeypatch.chdir(folder)
    refused = lca("layer", "export", *arguments)
    assert refused.code == code
    assert told in " ".join(refused.err.split())
    assert not list(folder.iterdir())


def test_the_edition_of_a_geopackage_and_hashtags_can_be_asked_for(lca, folder):
    out = folder / "x.gpkg"
    assert lca("layer", "export", "ports", "--out", out, "--gpkg-version", "1.2").code == 0
    with sqlite3.connect(out) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (10200,)
    made = lca("layer", "export", "ports", "--out", folder / "x.csv", "--hxl")
    assert made.code == 0
    assert "#geo+lat" in (folder / "x.csv").read_text(encoding="utf-8-sig").splitlines()[1]


def test_profiles_are_listed(lca):
    listed = {one["profile"]: one["layers"] for one in lca("layer", "profiles", "--json").json}
    assert listed["wfp-roads"] == ["road_status"]
    assert "constraints" in listed["sdi-t"]


def test_a_version_is_described(lca):
    item = lca("layer", "metadata", "ports", "--base", "https://example.org/").json
    assert item["stac_version"] == "1.1.0"
    assert item["links"][0]["href"].startswith("https://example.org/collections/ports/")
    assert item["assets"]["gpkg"]["file:checksum"].startswith("1220")
    dataset = json.loads(lca("layer", "metadata", "ports", "--format", "dcat").out)
    assert dataset["@type"] == "dcat:Dataset"
