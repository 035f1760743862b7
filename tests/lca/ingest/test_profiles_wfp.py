"""Roads of WFP and UNSDI-T, and the access constraints that are published in the same columns.

Every row is invented; only the headings and code words are those of the sources.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import geopandas as gpd
import pytest
import shapely
from support.readtables import EXERCISE, line, read_sheets, sheet_of
from support.wfpextract import HEADINGS

from lca.errors import InvalidInput
from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from lca.issues import Report
from lca.vocab import EffectKind, LocationPrecision, RoadClass, RoadStatus, RoadSurface

ALONG = line((-71.30, -29.95), (-71.29, -29.96))


def road(**cells):
    """One row of the extract in which nothing is known but the way."""
    bare = dict.fromkeys(HEADINGS, "Unspecified") | {
        "id": 1,
        "osm_id": 5001,
        "sourceid": "OpenStreetMap",
        "ntlclass": "primary",
        "fclass": 2,
        "numlanes": 0,
        "gnralspeed": 0,
        "rdwidthm": 0,
        "notes": "",
        "onme": "",
        "rtenme": "",
        "iselevated": 0,
        "iso3": "CHL",
        "country": "Chile",
        "last_update": "2026-11-18",
        "status": "Unknown",
    }
    return bare | cells


def extract(*rows, cut=False):
    """The extract as a sheet, each row along a road of its own; ``cut`` as a Shapefile has it."""
    named = [{(key[:10] if cut else key): cell for key, cell in row.items()} for row in rows]
    shapes = [line((-71.3 + n / 100, -29.95), (-71.29 + n / 100, -29.96)) for n in range(len(rows))]
    return sheet_of("MAR_trs_roads_wfp", named, shapes=shapes, first=0)


def test_the_extract_does_not_say_whether_it_is_roads_or_constraints():
    with pytest.raises(InvalidInput, match="wfp-access-constraints for constraints") as refused:
        read_sheets(extract(road()), container="geojson")
    assert "wfp-roads for road_assessments" in refused.value.what
    assert "--profile" in refused.value.do_next


@pytest.mark.parametrize("cut", [False, True])
def test_a_road_of_the_extract_is_an_assessment(cut):
    row = road(
        onme="Ruta de prueba",
        rtenme="D-43",
        fclass=7,
        numlanes=2,
        srftpe="concrete:plates",
        srfcond="Rough",
        isseasonal="Yes",
        curntprac="Heavy Truck(<20mt)",
        gnralspeed=40,
        rdwidthm=6.5,
        status="Restricted",
        iselevated=1,
    )
    read = read_sheets(
        extract(row, cut=cut), container="shapefile" if cut else "csv", layer="road_assessments"
    )
    found = read.one("road_assessments")
    assert read.profile == "wfp-roads"
    assert (found.id, found.name, found.road_name) == ("osm-5001", "Ruta de prueba", "D-43")
    assert (found.osm_way_ids, found.lanes) == ((5001,), 2)
    assert found.functional_class is RoadClass.PATHWAY
    assert found.surface_type is RoadSurface.PAVED
    assert found.current_practicability == 5
    assert (found.general_speed_kmh, found.road_width_m) == (40, 6.5)
    assert (found.is_seasonal, found.elevated) == (True, True)
    assert found.op_status is RoadStatus.RESTRICTED
    assert found.date_of_information == datetime(2026, 11, 18, tzinfo=UTC)
    assert found.exercise
    assert not read.report.issues


def test_what_the_extract_leaves_unspecified_is_not_known():
    found = read_sheets(extract(road()), layer="road_assessments").one("road_assessments")
    assert found.name == "primary way 5001"
    assert found.op_status is RoadStatus.UNKNOWN
    assert (found.lanes, found.general_speed_kmh, found.road_width_m) == (None, None, None)
    assert (found.surface_type, found.current_practicability) == (None, None)
    assert found.elevated is False, "0 says no there, not that nobody knows"


def test_closures_are_taken_open_roads_set_aside_and_every_row_counted():
    rows = [
        road(osm_id=1, status="Closed", onme="Cuesta de prueba", notes="Landslide"),
        road(osm_id=2, status="Restricted", curntprac="4WD<3.5mt"),
        road(osm_id=3, status="Open"),
        road(osm_id=4, status="open "),
        road(osm_id=5, status=""),
        road(osm_id=6, status="Passable with a lot of luck"),
        road(osm_id=7, status="Closed", last_update="when it rained"),
    ]
    read = read_sheets(extract(*rows), container="gpkg", layer="constraints")
    report = read.report
    assert report.rows_in == {"constraints": 7}
    assert report.rows_accepted == {"constraints": 3}
    assert report.rows_rejected == {"constraints": 1}
    assert report.rows_set_aside == {"constraints": 3}
    closed, restricted, odd = read["constraints"]
    assert (closed.id, closed.name) == ("wfp-1", "Cuesta de prueba")
    assert (closed.effect, closed.description) == (EffectKind.BLOCKED, "Landslide")
    assert closed.location_precision is LocationPrecision.ACCURATE
    assert isinstance(closed.geometry, shapely.LineString)
    assert (restricted.effect, restricted.practicability_cap) == (EffectKind.RESTRICTED, 3)
    assert odd.effect is EffectKind.UNKNOWN, "what nobody can read blocks nothing and is no leave"
    assert odd.description == "Status as published: Passable with a lot of luck"
    assert report.unmapped == {"constraints.effect": {"Passable with a lot of luck": 1}}
    told = [issue.message for issue in read.issues("rows.set_aside")]
    assert told[0].startswith("2 rows were set aside: The road is said to be open")
    assert told[1].startswith("1 row was set aside: The status is not known")


def test_a_row_that_is_neither_accepted_nor_rejected_nor_set_aside_stops_the_report():
    whole = Report(
        rows_in={"constraints": 3},
        rows_accepted={"constraints": 2},
        rows_set_aside={"constraints": 1},
    )
    assert Report.from_json(whole.as_json()) == whole
    with pytest.raises(ValueError, match="3 rows were read, but 2 accounted for"):
        Report(rows_in={"constraints": 3}, rows_accepted={"constraints": 2})


@pytest.mark.parametrize(
    ("word", "effect"),
    [
        ("CLOSED", "blocked"),
        ("Fermée", "blocked"),
        ("Intransitável", "blocked"),
        ("مغلق", "blocked"),
        ("3", "blocked"),
        ("Open with restrictions", "restricted"),
        ("Transitável com dificuldade", "difficult"),
        ("Open with delays", "delay_only"),
        ("Abandoned/Disused", "unknown"),
    ],
)
def test_words_of_status_in_several_languages(word, effect):
    read = read_sheets(extract(road(status=word)), layer="constraints")
    assert read.one("constraints").effect == effect
    assert not read.report.unmapped


def test_a_table_of_way_and_status_names_roads_without_drawing_them():
    table = sheet_of(
        "status", [{"osm_id": 11, "status": "Closed"}, {"osm_id": 12, "status": "Open"}]
    )
    read = read_sheets(table, container="workbook")
    assert read.profile == "wfp-access-constraints"
    found = read.one("constraints")
    assert (found.osm_way_ids, found.geometry) == ((11,), None)
    assert (found.id, found.name) == ("wfp-11", "way 11")
    assert (found.source_org, read.report.rows_set_aside) == ("Exercise cell", {"constraints": 1})


def test_parts_of_one_way_stay_apart_and_the_same_row_twice_does_not():
    parts = read_sheets(
        extract(road(status="Closed"), road(status="Restricted")), layer="constraints"
    )
    first, second = parts["constraints"]
    assert first.id == "wfp-5001"
    assert second.id.startswith("wfp-5001-")
    again = sheet_of("s", [{"osm_id": 11, "status": "Closed"}, {"osm_id": 11, "status": "Closed"}])
    assert read_sheets(again).report.rows_rejected == {"constraints": 1}


def test_without_a_source_the_table_is_refused_once_with_the_option_to_give():
    rows = [{"osm_id": number, "status": "Closed"} for number in range(1, 4)]
    report = read_sheets(sheet_of("s", rows), asked=Instructions(exercise=True)).report
    assert report.rows_rejected == {"constraints": 3}
    assert [issue.do_next for issue in report.errors] == ["Give --source.", "Give --date."]


def test_arcgis_writes_dates_in_milliseconds():
    table = sheet_of("s", [{"osm_id": 1, "status": "Closed", "last_update": 1_792_281_600_000}])
    found = read_sheets(table).one("constraints")
    assert found.date_of_information == datetime(2026, 10, 18, tzinfo=UTC)


@pytest.mark.parametrize("far", [10**300, 1e299, -1e299, 10**15, -99_999_999_999_999])
def test_milliseconds_beyond_the_calendar_are_no_date(far):
    table = sheet_of("s", [{"osm_id": 1, "status": "Closed", "last_update": far}])
    assert read_sheets(table).report.rows_rejected == {"constraints": 1}


UNSDI_T = {
    "FID": 3,
    "SOURCEID": "Exercise",
    "EXS": 1,
    "NOTES": "Invented",
    "ROADID": "R 7/a",
    "ONME": "Camino de prueba",
    "RTENME": "A1",
    "NTLCLASS": "N1",
    "FCLASS": 7,
    "NUMLANES": 2,
    "LNEWIDTHM": 3.0,
    "RDWIDTHM": 6.0,
    "AXLELOADMT": 11.5,
    "TOTLOADMT": 45,
    "SRFTPE": 3,
    "SRFCOND": 4,
    "SRFPREP": 3,
    "ISSEASONAL": 2,
    "CURNTPRAC": 4,
    "GDWTHRPRAC": 6,
    "BDWTHRPRAC": 0,
    "SPEEDLIMIT": 60,
    "CURNTSPEED": 0,
    "GNRALSPEED": 45,
    "ISUNDRCSTR": 1,
    "SEC": 4,
    "ISELEVATED": 2,
    "OPSTATUS": 2,
    "FCLASSNAME": "Private",
}


def test_unsdi_t_in_upper_case_and_figures():
    read = read_sheets(
        sheet_of("MAR_WFP_TRS_Roads_LC", [UNSDI_T], shapes=[ALONG]), container="gpkg"
    )
    found = read.one("road_assessments")
    assert read.profile == "unsdi-t"
    assert found.id == "R-7-a"
    assert found.functional_class is RoadClass.PRIVATE, "7 is private here, a pathway at WFP"
    assert (found.surface_type, found.surface_condition) == ("dirt_sand", "mud")
    assert found.surface_preparation == "engineered"
    assert (found.max_axle_t, found.max_gross_t, found.is_seasonal) == (11.5, 45, False)
    assert found.current_practicability == 4
    assert found.good_weather_practicability == 6
    assert (found.bad_weather_practicability, found.current_speed_kmh) == (None, None)
    assert (found.under_construction, found.elevated) == (True, False)
    assert (found.security_category, found.op_status) == ("D", "restricted")
    assert not read.report.issues


def test_unsdi_t_in_words_gives_the_same():
    words = UNSDI_T | {
        "SRFTPE": "Dirt/Sand",
        "SRFCOND": "Mud",
        "SRFPREP": "Engineered compaction",
        "ISSEASONAL": "No",
        "CURNTPRAC": "Light truck <10MT",
        "GDWTHRPRAC": "Truck+trailer >20MT",
        "BDWTHRPRAC": "Unspecified",
        "FCLASS": "Private",
        "SEC": "D high",
        "OPSTATUS": "Restricted",
        "ISUNDRCSTR": "Yes",
        "ISELEVATED": "No",
    }
    figures, spelled = (
        read_sheets(sheet_of("roads", [row], shapes=[ALONG])).one("road_assessments")
        for row in (UNSDI_T, words)
    )
    assert spelled == figures


def test_through_the_child_from_a_table_and_from_a_shapefile(tmp_path):
    """What a user has on disk: a CSV of two columns, and the extract as WFP zips it."""
    table = tmp_path / "closed.csv"
    table.write_text("osm_id;status\n11;Fermée\n12;Ouverte\n", encoding="utf-8")
    from_table = read_assessment(table, instructions=EXERCISE)
    assert (from_table.profile, from_table.adds) == ("wfp-access-constraints", True)
    assert from_table.tables["constraints"]["effect"].tolist() == ["blocked"]
    assert from_table.report.rows_set_aside == {"constraints": 1}

    rows = [road(osm_id=1, status="Closed"), road(osm_id=2, status="Open")]
    frame = gpd.GeoDataFrame(
        [{key[:10]: cell for key, cell in row.items()} for row in rows],
        geometry=[shapely.geometry.shape(ALONG)] * 2,
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "roads.shp")
    with zipfile.ZipFile(tmp_path / "roads.zip", "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"roads.{part}", f"roads.{part}")
    closed = read_assessment(tmp_path / "roads.zip", layer="constraints", instructions=EXERCISE)
    assert closed.tables["constraints"]["id"].tolist() == ["wfp-1"]
    assert closed.report.rows_set_aside == {"constraints": 1}
