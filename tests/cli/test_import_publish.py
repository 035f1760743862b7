"""Files come in, versions go out: bad input changes nothing, closures are not lifted unasked."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

WORKBOOK = Path(__file__).resolve().parents[2] / "data" / "demo" / "coquimbo" / "assessment.xlsx"


def column(sheet, heading):
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def row_of(sheet, name_part):
    name = column(sheet, "Name")
    return next(
        row for row in range(2, sheet.max_row + 1) if name_part in str(sheet.cell(row, name).value)
    )


@pytest.fixture
def edited(tmp_path):
    """Write a copy of the demo's workbook after a change."""

    def write(change):
        book = openpyxl.load_workbook(WORKBOOK)
        change(book)
        path = tmp_path / "edited.xlsx"
        book.save(path)
        return path

    return write


def heads(lca):
    return {entry["layer"]: entry["head"] for entry in lca("layer", "list", "--json").json}


def closure(lca, **wanted):
    found = lca("constraint", "list", "--json").json
    return next(c for c in found if all(c[key] == value for key, value in wanted.items()))


def test_an_import_makes_drafts_and_publishing_is_one_more_step(lca, edited):
    def rename(book):
        sheet = book["Ports"]
        sheet.cell(2, column(sheet, "Comment on the status")).value = "Berth 2 only"

    before = heads(lca)
    imported = lca("import", edited(rename), "--layer", "ports", "--json")
    assert imported.code == 0
    assert [draft["layer"] for draft in imported.json["drafts"]] == ["ports"]
    assert heads(lca) == before, "a draft is not published"

    published = lca("layer", "publish", "ports", "--message", "Berth 2", "--json")
    assert published.code == 0
    assert published.json["number"] == before["ports"]["number"] + 1
    difference = lca("layer", "diff", "ports", "1", "2")
    assert "Berth 2 only" in difference.out


@pytest.mark.parametrize(
    ("heading", "value", "says"),
    [
        ("Latitude", 91, "91"),
        ("Name", None, "ame"),
        ("Operational status", "half open", "half open"),
    ],
)
def test_a_bad_row_is_told_with_its_cell_and_changes_nothing(lca, edited, heading, value, says):
    def spoil(book):
        sheet = book["Ports"]
        sheet.cell(2, column(sheet, heading)).value = value

    before = heads(lca)
    imported = lca("import", edited(spoil))
    assert imported.code == 4
    assert "Ports row 2" in imported.err
    assert says in imported.err
    assert heads(lca) == before
    assert lca("layer", "publish", "ports").code == 3, "there is no draft"


@pytest.mark.parametrize(("options", "removed"), [([], 0), (["--replace"], 1), (["--add"], 0)])
def test_a_rejected_row_is_not_one_that_is_gone(lca, edited, options, removed):
    def spoil(book):
        sheet = book["Storage"]
        sheet.cell(2, column(sheet, "Latitude")).value = 91

    ran = lca("import", edited(spoil), "--layer", "storage", "--skip-rejected", *options, "--json")
    assert ran.code == 0, ran.err
    (draft,) = ran.json["drafts"]
    assert draft["diff"]["counts"]["removed"] == removed


def test_swapped_coordinates_are_pointed_out(lca, edited):
    def swap(book):
        sheet = book["Storage"]
        lat, lon = (
            sheet.cell(2, column(sheet, "Latitude")),
            sheet.cell(2, column(sheet, "Longitude")),
        )
        lat.value, lon.value = lon.value, lat.value

    imported = lca("import", edited(swap))
    assert imported.code == 4
    assert "swap" in imported.err.lower()


def test_an_end_before_its_start_is_pointed_out(lca, edited):
    def spoil(book):
        sheet = book["Constraints"]
        sheet.cell(2, column(sheet, "Valid from")).value = date(2026, 11, 20)
        sheet.cell(2, column(sheet, "Valid to")).value = date(2026, 11, 10)

    imported = lca("import", edited(spoil))
    assert imported.code == 4
    assert "Constraints row 2" in imported.err


def test_a_workbook_with_none_of_our_sheets_is_refused(lca, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    path = tmp_path / "budget.xlsx"
    book.save(path)
    imported = lca("import", path)
    assert imported.code == 4
    assert "Constraints" in imported.err, "it says which sheets it expects"


def test_an_empty_file_is_refused(lca, tmp_path):
    path = tmp_path / "empty.xlsx"
    path.touch()
    imported = lca("import", path, "--json")
    assert imported.code == 4
    assert imported.out == ""
    assert json.loads(imported.err)["do_next"]


def test_geodata_without_a_crs_is_refused(lca, tmp_path):
    folder = tmp_path / "shape"
    folder.mkdir()
    import geopandas as gpd  # noqa: PLC0415 - heavy, and only this test needs it
    import shapely  # noqa: PLC0415

    frame = gpd.GeoDataFrame(
        {"name": ["Warehouse"], "source_org": ["WFP"]}, geometry=[shapely.Point(-71.3, -29.9)]
    )
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "stores.shp")
    archive = shutil.make_archive(str(tmp_path / "stores"), "zip", folder)
    imported = lca("import", archive, "--layer", "storage")
    assert imported.code == 4
    assert ".prj" in imported.err


def test_a_closure_missing_from_a_file_stands(lca, edited):
    standing = closure(lca, effect="blocked", standing="holds")

    def drop(book):
        sheet = book["Constraints"]
        sheet.delete_rows(row_of(sheet, standing["name"]))

    assert lca("import", edited(drop), "--layer", "constraints").code == 0
    lca("layer", "publish", "constraints")
    assert closure(lca, id=standing["id"])["standing"] == "holds"


def test_a_closure_weakened_by_a_file_needs_a_confirmation(lca, edited):
    standing = closure(lca, effect="blocked", standing="holds")

    def weaken(book):
        sheet = book["Constraints"]
        row = row_of(sheet, standing["name"])
        sheet.cell(row, column(sheet, "Effect on traffic")).value = "advisory"

    imported = lca("import", edited(weaken), "--layer", "constraints")
    assert imported.code == 0
    assert f"--confirm-lift {standing['id']}" in imported.err

    refused = lca("layer", "publish", "constraints")
    assert refused.code == 5
    assert standing["id"] in refused.err
    assert closure(lca, id=standing["id"])["effect"] == "blocked"

    assert lca("layer", "publish", "constraints", "--confirm-lift", standing["id"]).code == 0
    assert closure(lca, id=standing["id"])["effect"] == "advisory"


@pytest.mark.parametrize(
    "undo",
    [
        ("layer", "rollback", "constraints", "1", "--message", "wrong file"),
        ("layer", "withdraw", "constraints", "2", "--reason", "wrong file"),
    ],
)
def test_undoing_a_publication_does_not_reopen_a_road_unasked(lca, undo):
    added = lca(
        "constraint", "add", "--json", "--name", "Landslide", "--effect", "blocked",
        "--source", "Convoy 7", "--lat", "-29.96", "--lon", "-71.33",
    )  # fmt: skip
    refused = lca(*undo)
    assert refused.code == 5
    assert added.json["id"] in refused.err
    assert closure(lca, id=added.json["id"])["standing"] == "holds"
    assert lca(*undo, "--confirm-lift", added.json["id"]).code == 0
    assert (
        heads(lca)["constraints"]["version"]
        == lca("layer", "log", "constraints", "--json").json[-1]["version"]
    )


def test_a_draft_is_published_only_under_its_own_layer(lca, edited):
    def rename(book):
        sheet = book["Ports"]
        sheet.cell(2, column(sheet, "Comment on the status")).value = "Berth 2 only"

    (draft,) = lca("import", edited(rename), "--layer", "ports", "--json").json["drafts"]
    before = heads(lca)
    ran = lca("layer", "publish", "constraints", "--draft", draft["id"])
    assert ran.code == 2
    assert "layer ports" in ran.err
    assert heads(lca) == before


def test_a_way_beside_segments_is_not_silently_left_out(lca):
    told = ("--name", "x", "--effect", "blocked", "--source", "MOP")
    ran = lca("constraint", "add", *told, "--segment", "90843088-1-2", "--way", 704109639)
    assert ran.code == 2
    assert "more than one form" in ran.err


def test_a_stale_draft_is_a_conflict_that_shows_what_changed(lca, edited):
    def change(book):
        sheet = book["Constraints"]
        sheet.cell(2, column(sheet, "Description")).value = "seen again"

    path = edited(change)
    assert lca("import", path, "--layer", "constraints").code == 0
    lca(
        "constraint", "add", "--name", "Landslide at km 12", "--effect", "blocked",
        "--source", "Convoy 7", "--lat", "-29.96", "--lon", "-71.33",
    )  # fmt: skip
    refused = lca("layer", "publish", "constraints")
    assert refused.code == 5
    assert "Landslide at km 12" in refused.err


def test_the_report_can_be_kept_as_a_file(lca, edited, tmp_path):
    def spoil(book):
        sheet = book["Ports"]
        sheet.cell(2, column(sheet, "Latitude")).value = 91

    path = edited(spoil)
    lca("import", path, "--report", tmp_path / "report.json")
    lca("import", path, "--report", tmp_path / "report.xlsx")
    issues = json.loads((tmp_path / "report.json").read_text())["issues"]
    assert [(issue["sheet"], issue["row"]) for issue in issues] == [("Ports", 2)]
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    told = [str(cell) for row in book["Ports"].values for cell in row if cell is not None]
    assert any("outside -90" in text for text in told)
    assert "QA report" in book.sheetnames
    before = path.read_bytes()
    refused = lca("import", path, "--report", path)
    assert refused.code == 2
    assert path.read_bytes() == before, "the file itself is never written over"


def test_exports_say_what_they_are(lca, tmp_path):
    for suffix in ("geojson", "gpkg", "csv"):
        assert lca("layer", "export", "ports", "--out", tmp_path / f"ports.{suffix}").code == 0
    rows = list(
        csv.DictReader(io.StringIO((tmp_path / "ports.csv").read_text(encoding="utf-8-sig")))
    )
    assert rows[0]["id"] == "CLCQQ"
    assert lca("layer", "export", "ports", "--out", tmp_path / "ports.docx").code == 2


@pytest.mark.parametrize("suffix", ["png", "svg", "html"])
def test_a_map_is_written(lca, tmp_path, suffix):
    out = tmp_path / f"access.{suffix}"
    made = lca("map", "constraints", "ports", "airports", "--out", out)
    assert made.code == 0
    assert out.stat().st_size > 10_000
    if suffix != "png":
        assert "EXERCISE" in out.read_text(encoding="utf-8")


def test_a_hypothesis_is_marked_and_publishes_nothing(lca, tmp_path):
    what_if = tmp_path / "what-if.geojson"
    cut = {
        "type": "Polygon",
        "coordinates": [
            [[-71.36, -29.95], [-71.2, -29.95], [-71.2, -29.94], [-71.36, -29.94], [-71.36, -29.95]]
        ],
    }
    properties = {
        "name": "Second wave", "effect": "blocked", "source_org": "Planner",
        "date_of_information": "2026-11-18T12:00:00Z", "location_precision": "accurate",
    }  # fmt: skip
    what_if.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"type": "Feature", "properties": properties, "geometry": cut}],
            }
        )
    )
    before = heads(lca)
    ask = ("route", "CLCQQ", "SCSE", "--vehicle", "truck_heavy_3")
    answer = lca(*ask, "--what-if", what_if, "--json")
    assert answer.code == 6
    assert answer.json["hypothetical"] is True
    assert lca(*ask, "--what-if", what_if).out.lower().count("hypothe") >= 1
    assert heads(lca) == before


def test_publishing_without_naming_a_draft_never_takes_one_of_several(lca, edited):
    for number in (1, 2):

        def comment(book, number=number):
            sheet = book["Ports"]
            sheet.cell(2, column(sheet, "Comment on the status")).value = f"Berth {number}"

        assert lca("import", edited(comment), "--layer", "ports").code == 0
    refused = lca("layer", "publish", "ports")
    assert refused.code == 2
    assert "2 drafts" in refused.err


def test_rolling_back_to_the_head_says_that_nothing_changed(lca):
    assert (
        "Nothing changed" in lca("layer", "rollback", "ports", "latest", "--message", "why not").out
    )


def test_a_layer_that_declares_its_columns_is_filled_from_a_file(lca, tmp_path):
    path = tmp_path / "corridors.geojson"
    place = {"type": "LineString", "coordinates": [[-71.33, -29.95], [-71.25, -29.9]]}
    told = {
        "id": "COAST-1",
        "name": "Coast corridor",
        "corridor": "Coast",
        "route_type": "road",
        "status": "restricted",
        "length_km": 12.5,
        "source_org": "Exercise control",
        "date_of_information": "2026-11-17T15:00:00Z",
    }

    def bring(**properties):
        feature = {"type": "Feature", "properties": told | properties, "geometry": place}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
        return lca("import", path, "--layer", "corridors", "--author", "Ana", "--json")

    assert "route_type" in bring(route_type="camel").err
    made = bring()
    assert made.code == 0, made.err
    (draft,) = made.json["drafts"]
    assert draft["diff"]["counts"]["added"] == 1
    lca("draft", "submit", draft["id"], "--author", "Ana")
    accepted = [f"--accept={item['code']}" for item in draft["findings"]]
    assert lca("draft", "approve", draft["id"], "--author", "Ben", *accepted).code == 0
    assert lca("layer", "publish", "corridors", "--draft", draft["id"]).code == 0
    (row,) = lca("layer", "show", "corridors", "--json").json["features"]
    assert (row["status"], row["length_km"]) == ("restricted", 12.5)
    assert lca("import", "data/demo/coquimbo/assessment.xlsx", "--layer", "corridors").code == 2
    ids = [
        bring(id=None, portion="1", name=name).json["drafts"][0]["diff"]["added"][0]["id"]
        for name in ("Coast, first part", "Coast 1")
    ]
    assert ids[0] == ids[1], "its natural key is the corridor and the portion of it"


def test_codes_of_places_come_from_a_file_of_boundaries(lca, tmp_path):
    ring = [[-71.5, -30.1], [-71.2, -30.1], [-71.2, -29.8], [-71.5, -29.8], [-71.5, -30.1]]
    unit = {
        "type": "Feature",
        "properties": {"ADM2_PCODE": "EX0401", "ADM2_EN": "Elqui (exercise)"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    units = tmp_path / "adm2.geojson"
    units.write_text(json.dumps({"type": "FeatureCollection", "features": [unit]}))
    rows = "name,latitude,longitude,source_org,date_of_information,exercise\n"
    ports = tmp_path / "ports.csv"
    ports.write_text(rows + "Exercise pier,-29.95,-71.33,Survey,2026-11-17,yes\n")
    words = ("import", ports, "--layer", "ports", "--add", "--boundaries", units, "--json")
    made = lca(*words)
    assert made.code == 0, made.err
    (draft,) = made.json["drafts"]
    published = lca("layer", "publish", "ports", "--draft", draft["id"])
    assert published.code == 0, published.err
    shown = lca("layer", "show", "ports", "--q", "Exercise pier", "--json").json["features"]
    assert shown[0]["admin2_pcode"] == "EX0401"
    nothing = tmp_path / "points.geojson"
    nothing.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    assert lca(*words[:6], nothing).code == 2
