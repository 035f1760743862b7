"""Exports carry their terms inside, hold every row that may be seen, and run no formula."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pyogrio
import pytest
import shapely
from shapely import LineString, Point, Polygon
from support.exports import in_words
from support.rows import INFORMED, constraint, constraints, ids, port, ports

from layers.export import ExportFormat, export, file_name, inert, write_export
from layers.operation import Operation
from layers.store import Store
from lca.errors import NotAllowed, UsageError, Withdrawn
from lca.table import frame_of_rows, rows_of
from lca.vocab import EffectKind, Sensitivity

CLEARED = Sensitivity.STRICTLY_CONFIDENTIAL


@pytest.fixture
def published(store, publish):
    store.set_operation(
        Operation("CHL-EX", "Coquimbo exercise", exercise=True, time_zone="America/Santiago")
    )
    return publish(
        "constraints",
        constraints(
            constraint("area", geometry=Polygon([(0, 0), (0, 1), (1, 1)]), osm_way_ids=(4, 5)),
            constraint("line", geometry=LineString([(0, 0), (2, 1)]), valid_from=INFORMED),
            constraint("none", geometry=None, max_gross_t=10.0),
            constraint("point", name='=HYPERLINK("http://x")', description='\tÑu, "a"\nb'),
            constraint("secret", sensitivity=Sensitivity.RESTRICTED),
        ),
    )


def publish_vehicles(store):
    row = {
        "id": "lorry", "name": "Lorry", "source_org": "Us", "date_of_information": INFORMED,
        "gross_t": 18.0, "payload_t": 10.0, "axles": 2, "axle_load_t": 10.0,
        "length_m": 9.0, "width_m": 2.5, "height_m": 3.5, "drive": "4x2", "practicability": 5,
        "top_speed_kmh": 90.0,
    }  # fmt: skip
    frame = frame_of_rows(store.specs["vehicle_classes"].fields, [row])
    draft = store.draft("vehicle_classes", frame, author="Ana", message="x")
    return store.publish(draft.id, author="Ana")


def terms(store, release, sensitivity="public"):
    return {
        "title": "Access constraints",
        "operation": "Coquimbo exercise",
        "layer": "constraints",
        "version": release.version,
        "number": 1,
        "as_of": "2026-11-18T15:01:00Z",
        "licence": store.specs["constraints"].licence,
        "attribution": store.specs["constraints"].attribution,
        "caveat": store.specs["constraints"].caveat,
        "sensitivity": sensitivity,
        "exercise": True,
    }


def test_geojson_has_its_terms_and_the_rows(store, published):
    body = json.loads(export(store, published, "geojson"))
    told = terms(store, published)
    assert {name: body[name] for name in told} == told
    assert [item["id"] for item in body["features"]] == ["area", "line", "none", "point"]
    area, line, none, point = body["features"]
    assert shapely.is_ccw(shapely.geometry.shape(area["geometry"]).exterior)
    assert line["properties"]["valid_from"] == "2026-11-14T09:30:00Z"
    assert (none["geometry"], none["properties"]["max_gross_t"]) == (None, 10.0)
    assert point["geometry"] == {"type": "Point", "coordinates": [-71.25, -29.9]}
    assert area["properties"]["osm_way_ids"] == [4, 5]
    assert area["properties"]["max_height_m"] is None


@pytest.mark.parametrize("fmt", list(ExportFormat))
def test_export_reaches_as_far_as_the_clearance_and_says_so(store, published, fmt):
    public = in_words(fmt, export(store, published, fmt))
    cleared = in_words(fmt, export(store, published, fmt, CLEARED))
    assert "secret" not in public
    assert "secret" in cleared
    assert "restricted" in cleared
    for term in terms(store, published).values():
        assert isinstance(term, bool) or str(term) in public, term


@pytest.mark.parametrize("fmt", list(ExportFormat))
def test_export_again_is_the_same_bytes(store, published, fmt, clock):
    once = export(store, published, fmt)
    clock.tick(days=3)
    assert export(store, published, fmt) == once


def test_withdrawn_release_is_not_exported(store, published):
    store.withdraw("constraints", "1", "Ana", "x", {"area", "line", "none", "point", "secret"})
    for fmt in ExportFormat:
        with pytest.raises(Withdrawn):
            export(store, published, fmt)


def test_layer_that_may_not_be_downloaded_is_not(store, published, clock, tmp_path):
    spec = store.specs["constraints"].model_copy(update={"download_allowed": False})
    with (
        Store.open(tmp_path / "store", clock=clock, specs={"constraints": spec}) as closed,
        pytest.raises(NotAllowed, match="may not be downloaded"),
    ):
        export(closed, published, "csv", CLEARED)


def test_csv_runs_no_formula_and_repeats_its_terms(store, published):
    rows = list(
        csv.DictReader(io.StringIO(export(store, published, "csv").decode("utf-8-sig"), newline=""))
    )
    assert ids(rows) == ["area", "line", "none", "point"]
    area, line, none, point = rows
    assert point["name"] == '\'=HYPERLINK("http://x")'
    assert point["description"] == 'Ñu, "a"\nb'
    assert (point["longitude"], point["latitude"]) == ("-71.25", "-29.9")
    assert line["wkt"] == "LINESTRING (0 0, 2 1)"
    assert (none["wkt"], none["max_gross_t"], none["max_height_m"]) == ("", "10.0", "")
    assert area["osm_way_ids"] == "4;5"
    for row in rows:
        told = {f"dataset_{name}": value for name, value in terms(store, published).items()}
        told |= {"dataset_exercise": "yes", "dataset_number": "1"}
        assert {name: row[name] for name in told} == told


def test_csv_says_that_it_is_utf_8_for_excel_to_see(store, publish):
    release = publish("ports", ports(port("a", name="Peñuelas")))
    written = export(store, release, "csv")
    assert written.startswith(b"\xef\xbb\xbfid,name")
    assert "Peñuelas" in written.decode("utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_no_cell_of_csv_starts_like_a_formula(store, publish, start):
    text = f"{start}cmd|' /C calc'!A0"
    release = publish("ports", ports(port("a", name=text, operator_name=text)))
    rows = list(
        csv.reader(io.StringIO(export(store, release, "csv").decode("utf-8-sig"), newline=""))
    )
    cells = [cell for row in rows[1:] for cell in row]
    assert f"'{text}" in cells
    signs = tuple("=@\t\r＝")
    assert not [cell for cell in cells if cell.strip(" ").startswith(signs)]
    numbers = [cell for cell in cells if cell.startswith(("-", "+"))]
    assert all(float(cell) for cell in numbers)


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "  =1", "\n＝1"])
def test_white_space_does_not_hide_a_formula(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["", " ", "1-2", None, -1.5])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert inert(cell) == cell


@pytest.fixture
def gpkg(store, published, tmp_path):
    path = tmp_path / "out.gpkg"
    path.write_bytes(export(store, published, "gpkg"))
    return path


def test_geopackage_opens_with_gdal_as_it_was(store, published, gpkg):
    frame = pyogrio.read_dataframe(gpkg, layer="constraints", fid_as_index=True)
    assert frame.crs.to_epsg() == 4326
    expected = [r for r in rows_of(store.frame(published.version)) if r["id"] != "secret"]
    assert frame["id"].tolist() == ids(expected)
    assert list(frame.geometry) == [row["geometry"] for row in expected]
    assert frame["max_gross_t"].fillna(0).tolist() == [0, 0, 10, 0]
    assert frame["valid_from"].dt.tz_convert("UTC").iloc[1].to_pydatetime() == INFORMED
    assert frame["exercise"].tolist() == [True] * 4
    assert frame["osm_way_ids"].iloc[0] == "4;5"
    assert frame["effect"].tolist() == [EffectKind.BLOCKED.value] * 4


def test_geopackage_index_serves_gdals_box_filter(gpkg):
    hits = pyogrio.read_dataframe(gpkg, layer="constraints", bbox=(-72, -30, -71, -29))
    assert hits["id"].tolist() == ["point"]
    info = pyogrio.read_info(gpkg, layer="constraints")
    assert info["capabilities"]["fast_spatial_filter"]
    assert info["layer_name"] == "constraints"


def test_geopackage_carries_its_terms(store, published, gpkg):
    connection = sqlite3.connect(gpkg)
    try:
        readme = dict(connection.execute("SELECT item, value FROM readme"))
        (description,) = connection.execute(
            "SELECT description FROM gpkg_contents WHERE table_name = 'constraints'"
        ).fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    finally:
        connection.close()
    told = {**terms(store, published), "number": "1", "exercise": "yes"}
    assert readme == told
    assert told["version"] in description
    assert "exercise: yes" in description


def test_geopackage_stays_right_when_gdal_edits_it(gpkg):
    frame = pyogrio.read_dataframe(gpkg, layer="constraints")
    extra = frame.iloc[[3]].assign(id="extra", geometry=[Point(10, 10)])
    pyogrio.write_dataframe(extra, gpkg, layer="constraints", append=True)
    hits = pyogrio.read_dataframe(gpkg, layer="constraints", bbox=(9, 9, 11, 11))
    assert hits["id"].tolist() == ["extra"]


def test_empty_layer_can_be_exported(store, publish):
    release = publish("ports", ports())
    for fmt in ExportFormat:
        assert export(store, release, fmt)


@pytest.mark.parametrize("fmt", list(ExportFormat))
def test_a_file_may_be_named_from_the_folder_that_one_is_in(
    store, publish, tmp_path, monkeypatch, fmt
):
    release = publish("ports", ports(port("a")))
    monkeypatch.chdir(tmp_path)
    path = Path(file_name(release, fmt))
    write_export(store, release, fmt, path, Sensitivity.PUBLIC)
    assert path.read_bytes() == export(store, release, fmt)


def test_a_table_has_no_place_to_show_on_a_map(store, clock):
    vehicles = publish_vehicles(store)
    for fmt in ("fgb", "kml", "shp"):
        with pytest.raises(UsageError, match="has no places"):
            export(store, vehicles, fmt)
    for fmt in ("csv", "xlsx", "parquet", "geojson", "gpkg"):
        assert "lorry" in in_words(fmt, export(store, vehicles, fmt))
