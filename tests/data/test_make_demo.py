"""The conversions that made the demo's files do what they say, without the network."""

from __future__ import annotations

import sqlite3
import struct
import tomllib
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from support.linkgraph import demo_file

from scripts import sources
from scripts.demo_roads import read_links, read_nodes, read_zones, whole_numbers, wkb_of
from scripts.exercise import COVER
from scripts.exercise_constraints import constraints
from scripts.exercise_terms import local
from scripts.sidecar import Sidecar, sidecar_of, write_sidecar
from scripts.workbook import write_workbook

LINE = shapely.LineString([(-71.34, -29.95), (-71.33, -29.94)])
ZONE = shapely.MultiPolygon([shapely.box(-71.3, -30.0, -71.2, -29.9)])
BIG_OSM_ID = 10_261_085_850
SIDECAR = Sidecar(
    title='Roads of "Coquimbo"',
    source="here",
    source_version="1",
    url="https://example.org/",
    licence="ODbL-1.0",
    attribution="© OpenStreetMap contributors",
    accessed="2026-11-21",
    processing="none\nat all",
    exercise=True,
)


def spatialite(shape: BaseGeometry) -> bytes:
    """A SpatiaLite blob as the format's description has it."""
    wkb = shapely.to_wkb(shape, byte_order=1)
    west, south, east, north = shape.bounds
    head = b"\x00\x01" + struct.pack("<i4d", 4326, west, south, east, north) + b"\x7c"
    return head + wkb[1:] + b"\xfe"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project database with one road, one connector, and one zone with its centroid."""
    path = tmp_path / "project.sqlite"
    ends = [shapely.Point(xy) for xy in LINE.coords]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            create table links (link_id, a_node, b_node, direction, distance, link_type, name,
                speed_ab, speed_ba, lanes_ab, lanes_ba, osm_id, geometry);
            create table nodes (node_id, is_centroid, osm_id, geometry);
            create table zones (zone_id, population, geometry);
            """
        )
        shared = (80.0, None, 2, None)
        database.executemany(
            "insert into links values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (9, 500, 501, 1, 1469.0, "primary", "Ruta 41", *shared, 77, spatialite(LINE)),
                (8, 1, 500, 0, 10.0, "centroid_connector", None, *shared, None, spatialite(LINE)),
                (3, 501, 500, 0, 12.0, "residential", None, *shared, 78, spatialite(LINE)),
            ],
        )
        database.executemany(
            "insert into nodes values (?,?,?,?)",
            [
                (501, 0, BIG_OSM_ID, spatialite(ends[1])),
                (500, 0, 44, spatialite(ends[0])),
                (1, 1, None, spatialite(shapely.Point(-71.25, -29.95))),
            ],
        )
        database.execute("insert into zones values (?,?,?)", (1, 1234.4, spatialite(ZONE)))
        database.commit()
    return path


@pytest.mark.parametrize("shape", [LINE, ZONE, shapely.Point(-71.2, -29.9)])
def test_wkb_comes_out_of_a_spatialite_blob(shape: BaseGeometry) -> None:
    assert shapely.from_wkb(wkb_of(spatialite(shape))) == shape


@pytest.mark.parametrize("blob", [b"", shapely.to_wkb(LINE), spatialite(LINE)[:-1]])
def test_what_is_no_spatialite_blob_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match="not a SpatiaLite geometry"):
        wkb_of(blob)


def test_links_come_without_connectors_and_in_order(project: Path) -> None:
    links = read_links(project)
    assert links["link_id"].tolist() == [3, 9]
    road = links.set_index("link_id").loc[9]
    assert (road["highway"], road["direction"], road["osm_way_id"]) == ("primary", 1, 77)
    assert road["maxspeed_ab_kmh"] == 80
    assert np.isnan(road["maxspeed_ba_kmh"])
    assert road["geometry"] == LINE
    assert links.crs == "EPSG:4326"


def test_node_ids_of_osm_are_not_cut_to_32_bits(project: Path) -> None:
    nodes = read_nodes(project)
    assert nodes["node_id"].tolist() == [500, 501]
    assert nodes["osm_node_id"].tolist() == [44, BIG_OSM_ID]


def test_a_zone_gets_a_name_and_the_point_of_its_centroid(project: Path) -> None:
    (zone,) = read_zones(project).to_dict("records")
    assert (zone["name"], zone["population"]) == ("Zone 1", 1234)
    assert (zone["label_lon"], zone["label_lat"]) == (-71.25, -29.95)
    assert zone["geometry"] == ZONE


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ([0.4, 0.4, 0.4], [1, 0, 0]),
        ([1.5, 2.6, 0.9], [1, 3, 1]),
        ([2.0, 3.0], [2, 3]),
    ],
)
def test_whole_numbers_keep_the_total(values: list[float], whole: list[int]) -> None:
    assert whole_numbers(np.array(values)).tolist() == whole


def test_a_sidecar_is_toml_and_holds_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "roads.parquet"
    path.write_bytes(b"abc")
    write_sidecar(path, SIDECAR)
    stated = tomllib.loads(sidecar_of(path).read_text(encoding="utf-8"))
    assert stated["title"] == SIDECAR.title
    assert stated["processing"] == SIDECAR.processing
    assert stated["exercise"] is True
    assert stated["sha256"].startswith("ba7816bf")


def test_the_same_rows_make_the_same_workbook(tmp_path: Path) -> None:
    paths = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for path in paths:
        write_workbook(path, COVER, {"Constraints": constraints()})
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as book:
        core = book.read("docProps/core.xml")
    assert core.count(b"2026-11-16T12:00:00Z") == 2


def test_the_committed_workbook_is_the_exercise(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.xlsx"
    write_workbook(fresh, COVER, {"Constraints": constraints()})

    def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
        return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))

    for sheet in ("Assessment", "Constraints"):
        assert cells(demo_file("assessment.xlsx"), sheet) == cells(fresh, sheet)


def test_dates_are_dates_and_coded_cells_offer_their_words(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(demo_file("assessment.xlsx"))["Constraints"]
    column = {cell.value: cell.column for cell in sheet[1]}
    moment = sheet.cell(2, column["Date of information"])
    assert moment.value == local(14, 11)
    assert moment.is_date
    offered = {
        str(rule.sqref).split(":")[0][:-1]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    effect = sheet.cell(1, column["Effect on traffic"]).column_letter
    kind = sheet.cell(1, column["Type"]).column_letter
    assert "blocked,restricted" in offered[effect]
    assert offered[kind].startswith("Assessment!$D$2")


def test_a_misspelt_column_stops_the_writing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Constraints has no column for max_gros_t"):
        write_workbook(
            tmp_path / "x.xlsx", COVER, {"Constraints": [{"name": "x", "max_gros_t": 10}]}
        )


def test_another_file_than_the_known_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "airportsdata-20260905-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("airportsdata/airports.csv", "tampered")
    monkeypatch.setattr(sources, "_download", lambda _source, _folder: wheel)
    with pytest.raises(ValueError, match=r"airports\.csv of airportsdata 20260905 has sha256"):
        sources.fetch(sources.AIRPORTS, tmp_path)
