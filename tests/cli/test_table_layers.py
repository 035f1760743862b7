"""Tables without a place at the terminal: imported, reviewed, published, exported, rolled back."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from datetime import date

import openpyxl
import pytest

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest import tablefile
from lca.ingest.instructions import Instructions
from lca.ingest.tablefile import StatedBy, read_table_file

STATED = StatedBy("Exercise cell", date(2026, 11, 1))
VEHICLES = """\
code,name,axles,gross_t,payload_t,axle_load_t,height_m,width_m,length_m,practicability,drive,top_speed_kmh
lorry,Our lorry,2,18,10,11,3.5,2.5,9,5,4x4,70
pickup,Our pick-up,2,3.5,1,2.2,2,2,5.5,3,4x4,90
"""


@pytest.fixture
def vehicles(tmp_path):
    path = tmp_path / "vehicles.csv"
    path.write_text(VEHICLES, encoding="utf-8")
    return path


def publish(lca, file, layer):
    imported = lca("import", file, "--layer", layer, "--author", "Ana", "--json")
    assert imported.code == 0, imported.err
    (draft,) = imported.json["drafts"]
    published = lca("layer", "publish", layer, "--draft", draft["id"], "--json")
    assert published.code == 0, published.err
    return draft


def test_what_the_user_says_of_a_table_holds_for_its_rows(lca, vehicles, tmp_path):
    said = ("--source", "Exercise cell", "--date", "2026-11-01", "--exercise")
    report = tmp_path / "report.xlsx"
    imported = lca(
        *("import", vehicles, "--layer", "vehicle_classes", "--author", "Ana"),
        *(*said, "--report", report, "--json"),
    )
    (draft,) = imported.json["drafts"]
    assert lca("layer", "publish", "vehicle_classes", "--draft", draft["id"]).code == 0
    out = tmp_path / "vehicles.geojson"
    assert lca("layer", "export", "vehicle_classes", "--out", out).code == 0
    rows = [one["properties"] for one in json.loads(out.read_text())["features"]]
    stated = {(row["source_org"], row["date_of_information"][:10], row["exercise"]) for row in rows}
    assert stated == {("Exercise cell", "2026-11-01", True)}
    assert "Our lorry" in [
        cell.value for row in openpyxl.load_workbook(report)["vehicle_classes"] for cell in row
    ]


def test_vehicle_classes_of_an_operation_from_a_spreadsheet(lca, vehicles):
    before = lca("vehicle", "list", "--json").json
    assert "truck_heavy_3" in [one["code"] for one in before["vehicles"]]
    assert set(before["source"]) == {"sha256"}
    draft = publish(lca, vehicles, "vehicle_classes")
    assert draft["report"]["issues"] == []
    assert draft["diff"]["counts"] == {"added": 2, "removed": 0, "changed": 0}
    after = lca("vehicle", "list", "--json").json
    assert [one["code"] for one in after["vehicles"]] == ["lorry", "pickup"]
    assert after["source"]["number"] == 1
    text = lca("vehicle", "list")
    assert "Our lorry" in text.out
    assert "Version 1 of the layer vehicle_classes." in text.err
    shown = lca("vehicle", "show", "lorry,gross_t=16", "--json")
    assert (shown.json["gross_t"], shown.json["payload_t"]) == (16, 10)
    (row, _) = lca("layer", "show", "vehicle_classes", "--json").json["features"]
    assert (row["source_org"], row["date_of_information"][:10]) == ("Ana", "2026-11-18")


def test_a_table_is_diffed_and_rolled_back_as_any_layer(lca, vehicles):
    publish(lca, vehicles, "vehicle_classes")
    vehicles.write_text(VEHICLES.replace("3.5,1,", "3.5,1.2,"), encoding="utf-8")
    draft = publish(lca, vehicles, "vehicle_classes")
    (change,) = draft["diff"]["changed"]
    assert change["id"] == "pickup"
    assert {"name": "payload_t", "before": 1.0, "after": 1.2} in change["fields"]
    diff = lca("layer", "diff", "vehicle_classes", "1", "2")
    assert diff.code == 0, diff.err
    assert "Our pick-up" in diff.out
    back = lca("layer", "rollback", "vehicle_classes", "1", "--message", "as it was")
    assert back.code == 0, back.err
    (pickup,) = [
        one for one in lca("vehicle", "list", "--json").json["vehicles"] if one["code"] == "pickup"
    ]
    assert pickup["payload_t"] == 1.0


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_exported_or_kept_in_a_workbook_comes_back_without_a_change(
    lca, vehicles, tmp_path, suffix
):
    publish(lca, vehicles, "vehicle_classes")
    out = tmp_path / "export.csv"
    assert lca("layer", "export", "vehicle_classes", "--out", out).code == 0
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert not {"longitude", "latitude", "wkt"} & set(rows[0])
    if suffix == "xlsx":
        book = openpyxl.Workbook()
        book.active.title = "vehicle_classes"
        for row in rows:
            book.active.append(row)
        out = tmp_path / "export.xlsx"
        book.save(out)
    again = lca("import", out, "--layer", "vehicle_classes", "--json")
    assert again.code == 0, again.err
    assert again.json["report"]["issues"] == []
    (draft,) = again.json["drafts"]
    assert draft["diff"]["counts"] == {"added": 0, "removed": 0, "changed": 0}, draft["diff"]


def test_a_geopackage_has_an_attribute_table_and_no_geometry(lca, vehicles, tmp_path):
    publish(lca, vehicles, "vehicle_classes")
    out = tmp_path / "vehicles.gpkg"
    assert lca("layer", "export", "vehicle_classes", "--out", out).code == 0
    with sqlite3.connect(out) as file:
        kinds = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert kinds == {"vehicle_classes": "attributes", "readme": "attributes"}
        assert file.execute("SELECT count(*) FROM gpkg_geometry_columns").fetchone() == (0,)
        assert file.execute("SELECT id, gross_t FROM vehicle_classes ORDER BY id").fetchall() == [
            ("lorry", 18.0),
            ("pickup", 3.5),
        ]


def test_speeds_are_known_by_their_road_and_group(lca, tmp_path):
    path = tmp_path / "speeds.csv"
    path.write_text("highway;group;speed_kmh\nprimary;truck;31,5\n", encoding="utf-8")
    draft = publish(lca, path, "speeds")
    (added,) = draft["diff"]["added"]
    assert (added["id"], added["name"], added["speed_kmh"]) == (
        "primary:truck",
        "primary, truck",
        31.5,
    )


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (VEHICLES.replace("18,10", "18,20"), 4, "payload of 20 t is not below"),
        (VEHICLES.replace("18,10", "heavy,10"), 4, "not a number"),
        (VEHICLES.replace("18,10", "900,10"), 4, "Gross mass is 900"),
        (VEHICLES.replace("pickup", "lorry"), 4, "same id"),
        (VEHICLES.replace("gross_t", "weight"), 4, "Gross mass (t)' is missing"),
        ('code,name\n"lorry', 4, "does not end"),
        ("", 4, "empty"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_told_row_by_row(lca, vehicles, text, code, words):
    vehicles.write_text(text, encoding="utf-8")
    imported = lca("import", vehicles, "--layer", "vehicle_classes")
    assert imported.code == code
    assert words in imported.err
    assert "vehicles.csv" in imported.err


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_a_table_is_read_in_the_encodings_of_every_other_file(vehicles, encoding):
    text = VEHICLES.replace("Our lorry", "Camión à nous").replace(",", ";")
    vehicles.write_bytes(text.encode(encoding))
    reading = read_table_file(vehicles, "vehicle_classes", STATED)
    table = reading.tables["vehicle_classes"]
    assert list(table["name"]) == ["Camión à nous", "Our pick-up"]
    guessed = [one.rule for one in reading.report.issues]
    assert guessed == (["file.noted"] if encoding == "latin-1" else [])


def test_a_table_is_read_by_no_parser_of_this_process(vehicles, monkeypatch):
    jobs = []
    monkeypatch.setattr(tablefile, "read_in_child", lambda job, *_: jobs.append(job) or ())
    for suffix in (".csv", ".tsv", ".xlsx"):
        file = vehicles.with_suffix(suffix)
        file.write_bytes(b"PK\x03\x04" if suffix == ".xlsx" else VEHICLES.encode())
        with pytest.raises(InvalidInput, match="no sheet vehicle_classes"):
            read_table_file(file, "vehicle_classes", STATED)
    assert [job.kind for job in jobs] == ["csv", "csv", "workbook"]
    drawn = vehicles.with_suffix(".kml")
    drawn.write_text("<kml/>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="hold no table"):
        read_table_file(drawn, "vehicle_classes", STATED)


def test_whoever_asks_a_table_for_repairs_is_told_that_there_are_none(vehicles):
    asked = Instructions(fix=True)
    report = read_table_file(vehicles, "vehicle_classes", STATED, asked=asked).report
    assert [one.rule for one in report.issues] == ["table.unrepaired"]
    assert read_table_file(vehicles, "vehicle_classes", STATED).report.issues == ()


def test_bytes_that_are_no_text_are_told(lca, vehicles):
    vehicles.write_bytes(bytes(range(256)) * 40)
    assert lca("import", vehicles, "--layer", "vehicle_classes").code == 4


def test_a_table_too_large_is_refused_in_bounded_time(lca, vehicles):
    vehicles.write_text(VEHICLES + "a,b\n" * 200_000, encoding="utf-8")
    assert "more than 20000 rows" in lca("import", vehicles, "--layer", "vehicle_classes").err
    vehicles.write_text("x" * 1_000_000, encoding="utf-8")
    assert lca("import", vehicles, "--layer", "vehicle_classes").code == 4


def test_a_table_is_on_no_map(lca, vehicles, tmp_path):
    publish(lca, vehicles, "vehicle_classes")
    made = lca("map", "constraints", "vehicle_classes", "--out", tmp_path / "map.svg")
    assert made.code == 4
    assert "rows without a place" in made.err
    assert lca("map", "constraints", "--out", tmp_path / "map.svg").code == 0
