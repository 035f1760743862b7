"""Exports in other organisations' columns and codes, read back from the files that they exchange."""

from __future__ import annotations

import io
import math
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from shapely import LineString, Point
from support import wfpextract
from support.rows import constraint, constraints, port, ports

from layers.export import ExportFormat, export, file_name
from layers.operation import Operation
from layers.profiles.page import page
from layers.profiles.profile import load_profiles
from layers.spec import load_specs
from layers.store import Store
from lca.errors import NotFound, UsageError
from lca.table import frame_of_rows
from lca.vocab import ConstraintType, LocationPrecision, OperationalStatus, Practicability

SPECS = load_specs()
PROFILES = load_profiles()
COLUMNS = [
    pytest.param(profile, layer, column, id=f"{profile.name}-{layer}-{column.name}")
    for profile in PROFILES.values()
    for layer, wanted in profile.layers.items()
    for column in wanted.columns
]
ROADS = [
    {
        "id": "s1", "name": "Ruta 5", "status": "closed", "constraints": "C-01", "osm_way_id": 2**33,
        "road_class": "trunk", "route_ref": "5", "surface": "asphalt", "lanes": 2.0,
        "speed_kmh": 80.0, "bridge": True, "seasonal": False, "length_km": 1.5,
    },
    {"id": "s2", "name": "Track", "status": "no_known_constraint", "road_class": "track",
     "surface": "Sandbags", "bridge": False, "seasonal": True},
    {"id": "s3", "name": "Nobody knows", "status": "unverified"},
]  # fmt: skip


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    roads = SPECS["road_status"].model_copy(update={"derived": False})
    folder = tmp_path_factory.mktemp("profiles")
    with Store.open(folder, specs={**SPECS, "road_status": roads}) as store:
        store.set_operation(
            Operation("CHL-EX", "Coquimbo", exercise=True, time_zone="America/Santiago")
        )

        def publish(layer, frame):
            draft = store.draft(layer, frame, author="Ana", message="m")
            return store.publish(draft.id, author="Ana")

        common = {
            "vehicle": "truck", "source_org": "Us",
            "date_of_information": datetime(2026, 11, 14, 9, tzinfo=UTC),
            "geometry": LineString([(-71, -30), (-71, -29)]),
        }  # fmt: skip
        yield (
            store,
            publish,
            publish("road_status", frame_of_rows(roads.fields, [common | r for r in ROADS])),
        )


@pytest.mark.parametrize(("profile", "layer", "column"), COLUMNS)
def test_each_column_is_made_of_what_there_is(profile, layer, column):
    fields = {field.name: field for field in SPECS[layer].fields}
    assert column.source is None or column.source in fields
    if column.codes and column.source and fields[column.source].codes:
        words = set(fields[column.source].codes)
        assert set(column.codes) <= words
        assert set(column.codes) == words or column.otherwise is not None, "a code is lost"


def test_codes_agree_with_the_vocabulary():
    """The product knows SDI-T's words already; the profile must not say otherwise."""
    layers = PROFILES["sdi-t"].layers

    def column(layer, name):
        return next(one for one in layers[layer].columns if one.name == name)

    for layer in ("ports", "airports", "bridges", "corridors"):
        assert column(layer, "status").codes == {
            word.value: word.sdi_t for word in OperationalStatus
        }
    kind = column("constraints", "obstype")
    assert {word.value: word.sdi_t for word in ConstraintType} == {
        word.value: kind.codes.get(word.value, kind.otherwise) for word in ConstraintType
    }
    for layer in layers:
        if layer != "corridors":
            assert column(layer, "locprecision").codes == {
                word.value: word.value.capitalize() for word in LocationPrecision
            }


def test_the_page_says_what_the_profiles_do():
    written = Path(__file__).parents[2] / "docs" / "reference" / "export-profiles.md"
    assert written.read_text(encoding="utf-8") == page(), "run scripts/make_profile_page.py"


def test_wfps_road_extract_is_a_shapefile_of_its_twenty_columns(exercise, tmp_path):
    store, _, release = exercise
    assert len(wfpextract.HEADINGS) == 20
    columns = PROFILES["wfp-roads"].layers["road_status"].columns
    assert tuple(one.name for one in columns) == wfpextract.HEADINGS
    path = tmp_path / file_name(release, ExportFormat.SHP, "wfp-roads")
    assert path.name == "road_status_v1_wfp-roads.shp.zip"
    path.write_bytes(export(store, release, "shp", profile="wfp-roads"))
    found = pyogrio.read_dataframe(path)
    assert [*found.columns] == [*(name[:10] for name in wfpextract.HEADINGS), "geometry"]
    assert found.columns[19] == "last_updat"
    closed, track, unknown = found.drop(columns="geometry").to_dict("records")
    assert (closed["id"], closed["osm_id"], closed["fclass"], closed["status"]) == (
        "s1",
        2**33,
        1,
        "Closed",
    )
    assert (closed["iso3"], closed["country"], closed["iselevated"]) == ("CHL", "Chile", 1)
    assert (closed["numlanes"], closed["gnralspeed"], closed["srftpe"]) == (2, 80.0, "asphalt")
    assert (track["fclass"], track["isseasonal"], track["iselevated"]) == (6, "Yes", 0)
    assert (unknown["fclass"], unknown["isseasonal"], unknown["curntprac"]) == (
        0,
        "Unspecified",
        "Unspecified",
    )
    assert math.isnan(unknown["gnralspeed"]), "not known is no speed of 0"
    with zipfile.ZipFile(path) as archive:
        assert "profile: wfp-roads" in archive.read("readme.txt").decode()


@pytest.mark.parametrize(
    ("profile", "column", "open_word"),
    [("wfp-roads", "status", "Open"), ("unsdi-t", "OpStatus", 1)],
)
def test_a_road_that_nobody_declared_open_is_never_told_open(
    exercise, profile, column, open_word, tmp_path
):
    store, _, release = exercise
    (tmp_path / "x.gpkg").write_bytes(export(store, release, "gpkg", profile=profile))
    layer = PROFILES[profile].layers["road_status"].table
    found = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer=layer)
    assert open_word not in set(found[column])
    assert found[column].nunique() == 2


def test_unsdi_t_has_the_codebooks_columns_and_zero_for_the_unspecified(exercise):
    store, _, release = exercise
    book = openpyxl.load_workbook(io.BytesIO(export(store, release, "xlsx", profile="unsdi-t")))
    heading, *lines = book["trs_roads_unsdi_t v1"].iter_rows(values_only=True)
    closed, track, unknown = (dict(zip(heading, line, strict=True)) for line in lines)
    assert heading[:9] == (
        "SourceID",
        "RoadID",
        "Notes",
        "Exs",
        "ONme",
        "RteNme",
        "NtlClass",
        "FClass",
        "Crgway",
    )
    assert (closed["FClass"], closed["SrfTpe"], closed["OpStatus"], closed["IsSeasonal"]) == (
        1,
        1,
        3,
        2,
    )
    assert closed["Length_KM"] == pytest.approx(110.84, abs=0.01)
    assert (track["FClass"], track["SrfTpe"], track["IsElevated"]) == (6, 0, 2)
    assert (unknown["FClass"], unknown["SrfTpe"], unknown["TotLoadMT"], unknown["GnralSpeed"]) == (
        0,
        0,
        None,
        None,
    )


def test_sdi_t_rounds_limits_down_and_converts_units(exercise, tmp_path):
    store, publish, _ = exercise
    release = publish("ports", ports(
        port("a", max_draft_m=12.39, status=OperationalStatus.DESTROYED),
        port("b", max_draft_m=2.3, geometry=Point(-71, -30)), port("c", name="=x"),
    ))  # fmt: skip
    (tmp_path / "x.fgb").write_bytes(export(store, release, "fgb", profile="sdi-t"))
    found = pyogrio.read_dataframe(tmp_path / "x.fgb").set_index("lca_id").sort_index()
    assert found["maxdepth"].tolist()[:2] == [12.3, 2.3]
    assert math.isnan(found.loc["c", "maxdepth"])
    assert found["status"].tolist() == ["Closed", "Unknown", "Unknown"]
    assert (found.loc["b", "longitude"], found.loc["b", "latitude"]) == (-71, -30)
    text = export(store, release, "csv", profile="sdi-t").decode("utf-8-sig")
    assert "'=x" in text


def test_an_obstacle_that_ended_says_so(exercise):
    store, publish, _ = exercise
    ended = datetime(2026, 11, 20, tzinfo=UTC)
    records = [
        constraint("a", practicability_cap=Practicability.LIGHT_TRUCK, max_gross_t=9.99),
        constraint("b", status="resolved", ended_at=ended, ended_by="MOP"),
    ]
    text = export(store, publish("constraints", constraints(*records)), "csv", profile="sdi-t")
    first, second = text.decode("utf-8-sig").splitlines()[1:]
    assert "9.9," in first
    assert ",resolved," in second
    assert "2026-11-20T00:00:00Z" in second
    drawn = export(store, store.head("constraints"), "kml").decode()
    assert drawn.count("<styleUrl>#over</styleUrl>") == 1
    assert (
        "styleUrl" not in export(store, store.head("constraints"), "kml", profile="sdi-t").decode()
    )


def test_a_profile_that_has_nothing_for_a_layer_says_what_it_has(exercise):
    store, _, release = exercise
    with pytest.raises(UsageError, match="ports, airports, bridges, constraints, corridors"):
        export(store, release, "csv", profile="sdi-t")
    with pytest.raises(NotFound, match="sdi-t, unsdi-t, wfp-roads"):
        export(store, release, "csv", profile="esri")
