"""Boundaries and places as their publishers make them become our records, row by row."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from lca.errors import InvalidInput, UnreadableFile, UsageError
from lca.ingest.limits import Limits
from lca.ingest.reference import About, read_reference

ABOUT = About(source_org="OCHA", stated_on=date(2026, 11, 20), iso3="FIN", licence="CC-BY-3.0-IGO")


def districts(level, count=2, **more):
    """Areas of one level in the columns of a COD-AB, side by side in Finland."""
    columns = {
        f"ADM{level}_EN": [f"District {n}" for n in range(count)],
        f"ADM{level}_FI": [f"Piiri {n}" for n in range(count)],
        f"ADM{level}_PCODE": [f"FI{level}{n:02d}" for n in range(count)],
    }
    if level:
        columns[f"ADM{level - 1}_PCODE"] = ["FI" if level == 1 else f"FI{level - 1}00"] * count
    columns["validOn"] = ["2024-03-27"] * count
    areas = [box(24 + n, 60, 25 + n, 61) for n in range(count)]
    return gpd.GeoDataFrame({**columns, **more}, geometry=areas, crs=4326)


def zipped(path, *members):
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, member.name)
    return path


def shapefiles(tmp_path, **frames):
    """One zip with a Shapefile a keyword, as OCHA and its mirrors send them."""
    for name, frame in frames.items():
        frame.to_file(tmp_path / f"{name}.shp")
    parts = [path for path in sorted(tmp_path.iterdir()) if path.stem in frames]
    return zipped(tmp_path / "fin.shp.zip", *parts)


def check(reading, layer):
    """No row is lost: what came is what was accepted and what was rejected with a reason."""
    report = reading.report
    accepted = len(reading.tables.get(layer, ()))
    assert report.rows_in[layer] == accepted + report.rows_rejected[layer]
    return report


def test_every_level_of_a_zip_of_shapefiles_is_one_layer(tmp_path):
    path = shapefiles(
        tmp_path, fin_adm0=districts(0, 1), fin_adm1=districts(1), fin_adm2=districts(2)
    )
    reading = read_reference(path, "boundaries", ABOUT)
    assert check(reading, "boundaries").errors == ()
    found = reading.tables["boundaries"].set_index("pcode")
    assert dict(found["level"]) == {"FI000": 0, "FI100": 1, "FI101": 1, "FI200": 2, "FI201": 2}
    assert found.loc["FI201", "parent_pcode"] == "FI100"
    assert found.loc["FI101", ["name", "name_alt"]].tolist() == ["District 1", "Piiri 1"]
    assert found.loc["FI100", "date_of_information"] == datetime(2024, 3, 27, tzinfo=UTC)
    assert set(found["edition"]) == {"2024-03-27"}
    assert set(found["iso3"]) == {"FIN"}
    assert set(found["source_org"]) == {"OCHA"}
    assert set(found["licence"]) == {"CC-BY-3.0-IGO"}
    assert found.loc["FI201"].geometry.equals(box(25, 60, 26, 61))


@pytest.mark.parametrize("packed", [False, True])
def test_a_geopackage_of_several_levels_also_in_a_zip(tmp_path, packed):
    path = tmp_path / "fin.gpkg"
    for level in (1, 2):
        districts(level).to_file(path, layer=f"fin_adm{level}", driver="GPKG")
    path = zipped(tmp_path / "fin.gpkg.zip", path) if packed else path
    reading = read_reference(path, "boundaries", ABOUT)
    assert sorted(reading.tables["boundaries"]["level"]) == [1, 1, 2, 2]


def test_the_newer_lower_case_columns_and_lines_beside_the_areas(tmp_path):
    frame = districts(1).rename(columns=str.lower)
    frame = frame.rename(columns={"adm1_en": "adm1_name", "adm1_fi": "adm1_name1"})
    lines = gpd.GeoDataFrame(
        {"adm1_pcode": ["FI100"]}, geometry=[LineString([(24, 60), (25, 61)])], crs=4326
    )
    path = tmp_path / "fin.gpkg"
    frame.to_file(path, layer="fin_admin1", driver="GPKG")
    lines.to_file(path, layer="fin_adminlines", driver="GPKG")
    reading = read_reference(path, "boundaries", ABOUT)
    assert reading.tables["boundaries"]["name"].tolist() == ["District 0", "District 1"]
    assert reading.tables["boundaries"]["name_alt"].tolist() == ["Piiri 0", "Piiri 1"]
    (issue,) = reading.report.issues
    assert "fin_adminlines" in issue.message


@pytest.mark.parametrize("shape", [LineString([(24, 60), (25, 61)]), Point(24, 60)])
def test_lines_and_points_are_told_by_what_they_are_not_by_their_name(tmp_path, shape):
    """OCHA calls them fin_admbndl_…_2019 and fin_admbndp_…; rows of errors would hide the rest."""
    beside = gpd.GeoDataFrame({"ADM0_PCODE": ["FI"] * 3}, geometry=[shape] * 3, crs=4326)
    path = shapefiles(tmp_path, fin_admbnda_adm1_2019=districts(1), fin_admbndx_all_2019=beside)
    reading = read_reference(path, "boundaries", ABOUT)
    assert len(reading.tables["boundaries"]) == 2
    (issue,) = reading.report.issues
    assert "fin_admbndx_all_2019" in issue.message


@pytest.mark.parametrize("people", ["about 500", "99999999999", "1e9", "-5", "9" * 400])
def test_a_population_that_cannot_be_meant_counts_as_not_known(tmp_path, people):
    rows = [{"name": "A", "population": people}, {"name": "B", "population": "2500"}]
    for osm in (False, True):
        named = [{**row, **({"osm_id": 7 + at} if osm else {})} for at, row in enumerate(rows)]
        reading = read_reference(osm_places(tmp_path, named), "places", ABOUT)
        assert reading.tables["places"]["population"].tolist()[1] == 2500
        assert reading.tables["places"]["population"].isna().tolist() == [True, False]
        assert any("population of 1 rows" in issue.message for issue in reading.report.issues)


def test_geoboundaries(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "shapeName": ["Uusimaa"],
            "shapeISO": ["FI-18"],
            "shapeID": ["75B1"],
            "shapeType": ["ADM1"],
        },
        geometry=[box(24, 60, 25, 61)],
        crs=4326,
    )
    path = tmp_path / "geoBoundaries-FIN-ADM1.geojson"
    frame.to_file(path, driver="GeoJSON")
    (row,) = read_reference(path, "boundaries", ABOUT).tables["boundaries"].to_dict("records")
    assert (row["id"], row["pcode"], row["level"], row["name"]) == ("75B1", "FI-18", 1, "Uusimaa")


def test_another_crs_is_brought_to_degrees(tmp_path):
    path = tmp_path / "fin.gpkg"
    districts(1).to_crs(3067).to_file(path, driver="GPKG")
    found = read_reference(path, "boundaries", ABOUT).tables["boundaries"]
    assert found.total_bounds.tolist() == pytest.approx([24, 60, 26, 61], abs=1e-4)


def test_the_same_p_code_twice_is_rejected_once_and_told(tmp_path):
    path = shapefiles(tmp_path, fin_adm1=districts(1), fin_adm1_old=districts(1))
    reading = read_reference(path, "boundaries", ABOUT)
    report = check(reading, "boundaries")
    assert report.rows_rejected["boundaries"] == 2
    assert {issue.message for issue in report.errors} == {
        "Another layer of the file has the same id."
    }


def test_a_boundary_without_an_area_or_a_name_is_rejected(tmp_path):
    frame = districts(1, 3)
    frame.loc[1, "geometry"] = Point(24, 60)
    frame.loc[2, ["ADM1_EN", "ADM1_FI"]] = None
    path = tmp_path / "fin.geojson"
    frame.to_file(path, driver="GeoJSON")
    reading = read_reference(path, "boundaries", ABOUT)
    assert reading.tables["boundaries"]["pcode"].tolist() == ["FI100"]
    assert check(reading, "boundaries").rows_rejected["boundaries"] == 2


def osm_places(tmp_path, rows):
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {"type": "Point", "coordinates": [25, 60]},
        }
        for row in rows
    ]
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_places_of_an_openstreetmap_export(tmp_path):
    rows = [
        {
            "osm_id": 11,
            "osm_type": "nodes",
            "name": "Espoo",
            "population": "292796",
            "place": "city",
        },
        {"osm_id": 12, "osm_type": "nodes", "name": None, "name:en": "Vantaa", "population": "~9"},
        {"osm_id": 13, "osm_type": "nodes", "name": None, "population": None, "place": "hamlet"},
    ]
    reading = read_reference(osm_places(tmp_path, rows), "places", ABOUT)
    report = check(reading, "places")
    found = reading.tables["places"].set_index("id")
    assert list(found.index) == ["osm-node-11", "osm-node-12"]
    assert found.loc["osm-node-11", ["name", "population"]].tolist() == ["Espoo", 292796]
    assert found["population"].isna().tolist() == [False, True]
    assert report.rows_rejected["places"] == 1
    assert any("population of 1 rows" in issue.message for issue in report.issues)


def test_places_in_our_own_columns(tmp_path):
    path = osm_places(tmp_path, [{"name": "Espoo", "population": 292796, "pcode": "FI101"}])
    (row,) = read_reference(path, "places", ABOUT).tables["places"].to_dict("records")
    assert (row["name"], row["pcode"], row["population"]) == ("Espoo", "FI101", 292796)
    assert row["source_org"] == "OCHA"


def test_exercise_data_says_so(tmp_path):
    path = osm_places(tmp_path, [{"name": "Espoo"}])
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "exercise": True}))
    reading = read_reference(path, "places", ABOUT)
    assert reading.exercise
    assert reading.tables["places"]["exercise"].tolist() == [True]


@pytest.mark.parametrize(
    ("name", "layer", "error"),
    [
        ("b.xlsx", "boundaries", UsageError),
        ("b.csv", "boundaries", UsageError),
        ("b.geojson", "ports", UsageError),
        ("b.geojson", "boundaries", UnreadableFile),
        ("b.zip", "boundaries", UnreadableFile),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, name, layer, error):
    (tmp_path / name).write_text("neither")
    with pytest.raises(error) as caught:
        read_reference(tmp_path / name, layer, ABOUT)
    assert caught.value.do_next


def test_a_file_beyond_the_limits_is_refused(tmp_path):
    path = tmp_path / "fin.gpkg"
    districts(1).to_file(path, driver="GPKG")
    with pytest.raises(InvalidInput, match="corners"):
        read_reference(path, "boundaries", ABOUT, limits=Limits(vertices=5))
