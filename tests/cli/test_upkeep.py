"""Backups, the doctor, garbage, bundles and notes at a terminal, on the demo store."""

from __future__ import annotations

import csv
import json
from xml.etree import ElementTree as ET


def damage(path):
    """Change one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_store_is_backed_up_restored_and_says_the_same(lca, tmp_path):
    assert lca("backup", tmp_path / "b.zip").code == 0
    made = lca("restore", tmp_path / "b.zip", tmp_path / "again", "--json")
    assert made.code == 0
    assert made.json["builds"] == 1
    assert "lca token list" in made.err
    before = lca("layer", "list", "--json").json
    lca.store = tmp_path / "again"
    assert lca("layer", "list", "--json").json == before
    assert lca("doctor").code == 0
    assert lca("backup", tmp_path / "b.zip").code == 2, "nothing is overwritten"
    assert lca("restore", tmp_path / "b.zip", tmp_path / "again").code == 2
    damage(tmp_path / "b.zip")
    refused = lca("restore", tmp_path / "b.zip", tmp_path / "third")
    assert refused.code == 4
    assert not (tmp_path / "third").exists()


def test_the_doctor_says_what_is_damaged_and_who_uses_it(lca):
    sound = lca("doctor", "--json")
    assert (sound.code, sound.json["clean"]) == (0, True)
    assert sound.json["examined"]["graph builds"] == 1
    damage(max((lca.store / "objects").glob("??/*"), key=lambda path: path.stat().st_size))
    sick = lca("doctor")
    assert sick.code == 1
    assert "Used by" in sick.out
    assert "version 1" in sick.out
    assert "lca restore" not in lca("doctor", "--quick", "--json").err


def test_the_doctor_reads_the_graph_build_too(lca):
    damage(next((lca.store / "builds").glob("*/segments.arrow")))
    sick = lca("doctor", "--json")
    assert sick.code == 1
    (found,) = sick.json["findings"]
    assert "graph build" in found["where"]
    assert "lca roads build" in found["do_next"]


def test_what_can_be_made_again_is_deleted_and_made_again(lca):
    shown = lca("layer", "show", "ports", "--json").json
    (file,) = (lca.store / "artefacts").glob("*/layer.gpkg")
    file.write_bytes(file.read_bytes()[:5000])
    assert lca("doctor").code == 1
    assert lca("doctor", "--repair").code == 0
    assert not file.exists()
    assert lca("layer", "show", "ports", "--json").json["features"] == shown["features"]


def test_garbage_is_named_before_it_is_deleted(lca):
    stray = lca.store / "objects" / "aa" / f".{'a' * 16}.0123456789abcdef.tmp"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"half")
    assert lca("gc", "--json").json["deleted"]["temporary files"] == 0, "its writer may live"
    assert "Would delete" in lca("gc", "--dry-run", "--hours", "0").out
    assert stray.exists()
    assert lca("gc", "--hours", "0", "--json").json["deleted"]["temporary files"] == 1
    assert not stray.exists()
    assert lca("doctor").code == 0


def test_to_examine_a_place_without_a_store_makes_none(lca, tmp_path):
    lca.store = tmp_path / "nothing"
    for command in (("doctor",), ("backup", tmp_path / "b.zip")):
        assert lca(*command).code == 3
    assert list(tmp_path.glob("nothing*")) == []
    assert not (tmp_path / "b.zip").exists()


def test_a_layer_travels_to_another_store(lca, tmp_path):
    assert lca("layer", "verify", "ports").code == 0
    bundled = lca("layer", "bundle", "ports", "--out", tmp_path / "p.zip", "--json")
    assert bundled.code == 0
    version = bundled.json["releases"][0]["version"]
    checked = lca("layer", "unbundle", tmp_path / "p.zip", "--check", "--json")
    assert list(checked.json["rows"]) == [version]
    lca.store = tmp_path / "other"
    done = lca("layer", "unbundle", tmp_path / "p.zip", "--as-release", "--json")
    assert [one["version"] for one in done.json] == [version]
    assert lca("layer", "verify", "ports", "--json").json["version"] == version
    again = lca("layer", "unbundle", tmp_path / "p.zip", "--as-release")
    assert again.code == 5
    draft = lca("layer", "unbundle", tmp_path / "p.zip")
    assert "nothing" in draft.out


def test_what_changed_is_noted_listed_fed_and_tabled(lca, tmp_path):
    lca("constraint", "end", "EX-C01", "--source", "MOP Vialidad", "--reason", "cleared")
    note = lca("layer", "notes", "constraints", "--json").json
    assert note["counts"] == {"Opened": 1}
    assert note["text"].startswith("EXERCISE. Access constraints, version 1")
    first = lca("layer", "changes", "--json").json[0]
    assert (first["layer"], first["summary"]) == ("constraints", "1 opened")
    since = lca("layer", "changes", "constraints", "--since", first["at"], "--json")
    assert since.json == []
    feed = lca("layer", "feed", "constraints", "--out", tmp_path / "feed.atom")
    assert feed.code == 0
    assert ET.parse(tmp_path / "feed.atom").getroot().tag.endswith("}feed")
    table = lca("layer", "diff", "constraints", "1", "--out", tmp_path / "t.csv")
    assert table.code == 0
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {"status", "ended_at", "ended_by"} <= {row["field"] for row in rows}
    assert lca("layer", "diff", "constraints", "1", "--out", tmp_path / "t.geojson").code == 0
    assert json.loads((tmp_path / "t.geojson").read_text())["features"][0]["operation"] == "update"
    assert lca("layer", "diff", "constraints", "1", "--out", tmp_path / "t.doc").code == 2
