"""Geodata files: read in any CRS that they state, and never taken for what they are not."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InvalidInput, MissingCrs, UnreadableFile, UsageError
from lca.ingest import Limits, read_assessment
from lca.ingest.child import _PACKAGE, _WORKER
from lca.ingest.drawing import drawing_of
from lca.ingest.shapes import shape_of
from lca.ingest.sheets import kind_of_layer
from lca.issues import Severity

CONSTRAINTS = kind_of_layer("constraints")
BRIDGE = shapely.Point(-71.25, -29.9)
ROAD = shapely.LineString([(-71.25, -29.9), (-71.24, -29.91)])


def frame(*geometries, crs="EPSG:4326", **columns):
    count = len(geometries)
    return gpd.GeoDataFrame(
        {
            "name": [f"C{number}" for number in range(count)],
            "effect": ["restricted"] * count,
            "location_precision": ["accurate"] * count,
            "source_org": ["WFP"] * count,
            "date_of_information": ["2026-11-16"] * count,
            **columns,
        },
        geometry=list(geometries),
        crs=crs,
    )


def save(folder, data, name):
    path = folder / name
    if name.endswith(".zip"):
        cut = {name: name[:10] for name in data.columns}  # as the format does with a warning
        data.rename(columns=cut).to_file(folder / "roads.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(folder.glob("roads.*")):
                archive.write(part, f"export/{part.name}")
    else:
        data.to_file(path)
    return path


def read(path, layer="constraints", **options):
    return read_assessment(path, layer=layer, **options)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.zip"])
def test_each_format_is_read_into_degrees(tmp_path, name):
    data = frame(ROAD, ROAD.reverse(), max_gross_t=[10.0, None])
    if name != "a.geojson":
        data = data.to_crs("EPSG:32719")
    reading = read(save(tmp_path, data, name))
    assert reading.report.issues == ()
    table = reading.tables["constraints"]
    assert table.geometry[0].equals_exact(ROAD, 1e-7)
    assert table.max_gross_t.tolist()[0] == 10.0
    assert table.max_gross_t.isna().tolist() == [False, True]
    assert table.id.is_unique
    assert not reading.exercise


def test_a_latitude_first_crs_is_read_the_right_way_round(tmp_path):
    """EPSG:5360 is Chile's own geographic CRS; its axes are latitude, longitude."""
    table = read(save(tmp_path, frame(BRIDGE).to_crs("EPSG:5360"), "a.gpkg")).tables["constraints"]
    assert table.geometry[0].distance(BRIDGE) < 1e-4


def test_a_geodata_file_needs_the_name_of_its_layer(tmp_path):
    with pytest.raises(UsageError, match="which layer"):
        read(save(tmp_path, frame(BRIDGE), "a.geojson"), layer=None)


def test_what_has_no_crs_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        path = save(tmp_path, frame(BRIDGE, crs=None), "a.gpkg")
    with pytest.raises(MissingCrs) as caught:
        read(path)
    assert caught.value.where == "a.gpkg"
    path = save(tmp_path, frame(BRIDGE), "a.zip")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "b.zip", "w") as part:
        for name in whole.namelist():
            if not name.endswith(".prj"):
                part.writestr(name, whole.read(name))
    with pytest.raises(MissingCrs, match=r"no \.prj"):
        read(tmp_path / "b.zip")


def test_degrees_beyond_the_globe_are_row_errors(tmp_path):
    reading = read(save(tmp_path, frame(shapely.Point(-29.9, -171.0), BRIDGE), "a.geojson"))
    (issue,) = reading.report.issues
    assert (issue.severity, issue.row) == (Severity.ERROR, 1)
    assert "90 degrees of latitude" in issue.message
    assert reading.report.rows_accepted == {"constraints": 1}


def test_a_shape_that_the_layer_cannot_have_is_a_row_error(tmp_path):
    data = frame(BRIDGE, ROAD, shapely.GeometryCollection([BRIDGE]))
    reading = read(save(tmp_path, data, "a.geojson"), layer="ports")
    assert [issue.row for issue in reading.report.errors] == [2, 3]
    assert reading.report.rows_accepted == {"ports": 1}


def test_an_outline_that_crosses_itself_is_mended_only_if_its_kind_stays(tmp_path):
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    two = shapely.MultiPolygon([bow_tie, shapely.box(3, 3, 4, 4)])
    reading = read(save(tmp_path, frame(bow_tie, two), "a.geojson"))
    assert [(issue.row, issue.severity) for issue in reading.report.issues] == [
        (1, Severity.ERROR),
        (2, Severity.WARNING),
    ]
    assert reading.tables["constraints"].geometry[0].is_valid


def test_a_feature_without_geometry_is_a_constraint_without_location(tmp_path):
    reading = read(save(tmp_path, frame(None, BRIDGE), "a.geojson"))
    assert reading.tables["constraints"].geometry.isna().tolist() == [True, False]


def test_several_layers_are_named_unless_one_is_called_like_the_target(tmp_path):
    path = save(tmp_path, frame(BRIDGE), "a.gpkg")
    frame(ROAD).to_file(path, layer="roads")
    with pytest.raises(InvalidInput, match=r"2 layers \(a, roads\)") as caught:
        read(path)
    assert "'constraints'" in caught.value.do_next
    frame(ROAD, ROAD.reverse()).to_file(path, layer="constraints")
    assert read(path).report.rows_in == {"constraints": 2}


def test_a_table_without_geometry_beside_the_layer_is_no_layer(tmp_path):
    path = save(tmp_path, frame(BRIDGE), "a.gpkg")
    pyogrio.write_dataframe(pd.DataFrame({"note": ["call Ana"]}), path, layer="constraints")
    assert read(path).report.rows_accepted == {"constraints": 1}


SHAPES = [
    BRIDGE,
    shapely.MultiPoint([BRIDGE, (-71.2, -29.8)]),
    ROAD,
    shapely.MultiLineString([ROAD, [(-71.2, -29.9), (-71.21, -29.91)]]),
    shapely.box(-71.3, -30, -71.2, -29.9),
    shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]),
]


def test_a_shape_that_qgis_made_a_collection_of_one_keeps_its_id(tmp_path):
    plain, promoted = (
        read(save(tmp_path, frame(shape), "a.gpkg")).tables["constraints"].id.tolist()
        for shape in (ROAD, shapely.MultiLineString([ROAD]))
    )
    assert plain == promoted


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.geom_type)
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg"])
def test_any_shape_of_a_constraint_passes(tmp_path, shape, name):
    reading = read(save(tmp_path, frame(shape), name))
    assert reading.report.issues == ()
    assert reading.tables["constraints"].geometry[0].equals(shape)


def collection(path, *changes, **members):
    """Write bridges as GeoJSON, as other programs do, each with its changes of the properties."""
    properties = frame(BRIDGE).drop(columns="geometry").to_dict("records")[0]
    geometry = shapely.geometry.mapping(BRIDGE)
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {**properties, "name": f"C{number}", **change},
        }
        for number, change in enumerate(changes or ({},))
    ]
    body = {"type": "FeatureCollection", **members, "features": features}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("given", "kept"),
    [([5372, 5374], (5372, 5374)), ([5372], (5372,)), ([], None), (5372, (5372,))],
)
def test_a_list_in_a_property_is_read(tmp_path, given, kept):
    path = collection(tmp_path / "a.geojson", {"osm_way_ids": given}, {"osm_way_ids": [1]})
    reading = read(path)
    assert reading.report.issues == ()
    assert reading.tables["constraints"].osm_way_ids.tolist() == [kept, (1,)]


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg"])
def test_yes_and_no_are_read_beside_a_gap(tmp_path, name):
    data = frame(BRIDGE, BRIDGE, BRIDGE, diesel_available=pd.array([True, False, None], "boolean"))
    reading = read(save(tmp_path, data.drop(columns="effect"), name), layer="fuel")
    assert reading.report.issues == ()
    assert reading.tables["fuel"].diesel_available.tolist() == [True, False, pd.NA]


def test_a_text_that_looks_like_a_date_stays_that_text(tmp_path):
    path = collection(tmp_path / "a.geojson", {"source_ref": "2026/11/16", "daily_from": None})
    assert read(path).tables["constraints"].source_ref.tolist() == ["2026/11/16"]


def test_what_is_computed_or_said_of_the_whole_is_ignored_without_a_word(tmp_path):
    beside = {"computed_standing": "holds", "dataset_version": "1a", "wkt": "POINT (1 1)"}
    assert read(collection(tmp_path / "a.geojson", beside)).report.issues == ()


@pytest.mark.parametrize(
    ("members", "marks", "exercise"),
    [
        ({"exercise": True}, [{}], True),
        ({"exercise": True}, [{"exercise": False}], True),
        ({"exercise": False}, [{}], False),
        ({}, [{"exercise": True}, {"exercise": True}], True),
        ({}, [{"exercise": False}], False),
        ({}, [{}], False),
    ],
)
def test_whether_a_file_is_an_exercise_is_taken_from_itself(tmp_path, members, marks, exercise):
    reading = read(collection(tmp_path / "a.geojson", *marks, **members))
    assert reading.report.issues == ()
    assert reading.exercise is exercise
    assert reading.tables["constraints"].exercise.tolist() == [exercise] * len(marks)


@pytest.mark.parametrize("members", [{}, {"exercise": False}])
def test_an_exercise_row_among_real_ones_is_refused(tmp_path, members):
    path = collection(tmp_path / "a.geojson", {"exercise": True}, {"exercise": False}, **members)
    reading = read(path)
    (issue,) = reading.report.errors
    assert (issue.row, issue.place()) == (1, "constraints row 1, exercise")
    assert "files of their own" in issue.do_next
    assert reading.tables["constraints"].exercise.tolist() == [False]


def test_an_exercise_mark_that_says_neither_is_never_guessed(tmp_path):
    with pytest.raises(InvalidInput, match="neither yes nor no"):
        read(collection(tmp_path / "a.geojson", exercise="perhaps"))


def test_nothing_that_is_said_of_a_gis_file_speaks_of_sheets(tmp_path):
    change = {
        "exercise": True, "sport": 1, "effect": "shut", "valid_to": "03/04/2026",
        "last_confirmed_at": "2026-11-16 08:00", "max_gross_t": "1.200", "direction": "n",
    }  # fmt: skip
    reading = read(collection(tmp_path / "a.geojson", change, {}))
    without = tmp_path / "b.geojson"
    without.write_text((tmp_path / "a.geojson").read_text().replace('"source_org"', '"source"'))
    issues = [*reading.report.issues, *read(without).report.issues]
    assert len(issues) >= 8
    for issue in issues:
        assert not re.search("sheet|template|row 1 ", f"{issue.message} {issue.do_next}"), issue


def test_too_much_is_told(tmp_path):
    path = save(tmp_path, frame(*[BRIDGE] * 5), "a.geojson")
    with pytest.raises(UnreadableFile, match="5 features"):
        read(path, limits=Limits(rows=4))
    with pytest.raises(UnreadableFile, match="too many cells"):
        read(path, limits=Limits(cells=9))
    long = shapely.LineString([(n / 1000, 0) for n in range(500)])
    with pytest.raises(UnreadableFile, match="corners"):
        read(save(tmp_path, frame(long), "b.geojson"), limits=Limits(vertices=100))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=20,
)


@given(
    st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "x"]),
    json_values,
)
def test_a_geometry_is_usable_or_refused_whatever_the_child_says(kind, coordinates):
    try:
        geometry, _ = shape_of(drawing_of(kind, coordinates), CONSTRAINTS)
    except InvalidInput as error:
        assert error.do_next  # noqa: PT017 - either outcome is lawful
        return
    assert geometry is None or (
        geometry.is_valid and shapely.box(-180, -90, 180, 90).covers(geometry)
    )


class _Listener(BaseHTTPRequestHandler):
    hits: list[str] = []  # noqa: RUF012 - one listener, one test

    def do_GET(self):
        self.hits.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_):
        """Stay silent."""


@pytest.fixture
def listener():
    _Listener.hits.clear()
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", _Listener.hits
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.json", "a.kml", "a.fgb"])
@pytest.mark.parametrize("kind", ["file", "network", "pipe"])
def test_a_virtual_source_in_disguise_reads_nothing(tmp_path, name, kind, listener):
    address, hits = listener
    (tmp_path / "secret.csv").write_text("name,lat\ns3cret,1\n", encoding="ascii")
    source = {
        "file": str(tmp_path / "secret.csv"),
        "network": f"/vsicurl/{address}/x.geojson",
        "pipe": f"GDALG:{address}",
    }[kind]
    path = tmp_path / name
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="ascii",
    )
    with pytest.raises(UnreadableFile, match="not a readable"):
        read(path)
    assert hits == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b"hello"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": ['),
        ("a.geojson", b'{"type": "Topology"}'),
        ("a.geojson", b"[" * 100_000),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(4_000)),
        ("a.gpkg", b"hello"),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_what_is_no_geodata_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        read(path)
    assert "stopped unexpectedly" not in caught.value.what
    assert caught.value.do_next


def test_a_geopackage_whose_table_is_a_view_is_refused(tmp_path):
    path = save(tmp_path, frame(BRIDGE), "a.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW trap AS SELECT * FROM sqlite_master")
    connection.close()
    with pytest.raises(UnreadableFile, match="'trap'"):
        read(path)


@pytest.mark.parametrize("evil", ["../evil.shp", "/evil.shp", "..\\evil.shp", "C:\\evil.shp"])
def test_a_shapefile_that_climbs_out_is_refused(tmp_path, evil):
    path = save(tmp_path, frame(BRIDGE), "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(evil, b"x")
    with pytest.raises(UnreadableFile, match="outside"):
        read(path)
    assert not list(tmp_path.parent.glob("evil*"))


def test_two_shapefiles_in_one_archive_are_refused(tmp_path):
    path = save(tmp_path, frame(BRIDGE), "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other.shp", b"x")
    with pytest.raises(UnreadableFile, match="2 Shapefiles"):
        read(path)


def test_a_newer_gdal_with_more_drivers_is_held_to_the_same_three(tmp_path):
    """The list of drivers to switch off is this GDAL's; the reader starts again with a longer one."""
    source = tmp_path / "a.geojson"
    source.write_text("<OGRVRTDataSource/>", encoding="ascii")
    job = {
        "root": str(_PACKAGE.parent),
        "kind": "geojson",
        "input": str(source),
        "output": str(tmp_path / "result.jsonl"),
        "known_sheets": [],
        "layer": None,
        "limits": Limits().as_json(),
        "limited": False,
    }
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-I", "-B", str(_WORKER), str(tmp_path / "job.json")]
    short_list = {"PATH": "/usr/bin:/bin", "GDAL_SKIP": "PCIDSK"}
    subprocess.run(command, env=short_list, check=True, timeout=60)
    # OGR_VRT would have opened it and found no layer; a GDAL that could not be held says so.
    failure = json.loads((tmp_path / "result.jsonl").read_text())
    assert failure["what"] == "The file is not a readable GeoJSON file."
