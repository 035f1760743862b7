"""What is exported in another standard's columns comes back as it was, but for what they cannot hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from shapely import LineString, Point
from support.exported import SPECS, exported, without_a_child

from layers.profiles.profile import load_profiles
from lca.errors import InvalidInput, UsageError
from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from lca.issues import Severity
from lca.table import rows_of

PROFILES = load_profiles()
TOLD = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
LINE = LineString([(-71.25, -29.9), (-71.2, -29.95), (-71.1, -29.9)])
ASKED = Instructions(date_of_information=date(2026, 11, 14))
IN_PROCESS = ("csv", "dbf.csv", "xlsx")
BY_GDAL = (("ports", "gpkg"), ("airports", "geojson"), ("constraints", "shp"), ("corridors", "shp"))

OPERATIONAL = {"destroyed": "not_operational"}
NOT_KNOWN = {"unknown": None}
LOST = {
    "ports": {
        "status": OPERATIONAL,
        "port_type": {**NOT_KNOWN, "beach": None, "bank": None, "pier": None},
        "size": NOT_KNOWN,
        "max_draft_m": {10.39: 10.3},
        "max_vessel_length_m": {10.39: 10.3},
    },
    "airports": {
        "status": OPERATIONAL,
        "aerodrome_type": {**NOT_KNOWN, "helipad_improvised": "helipad_established"},
        "aerodrome_class": NOT_KNOWN,
        "authority_type": NOT_KNOWN,
        "runway_surface": {
            **NOT_KNOWN,
            **dict.fromkeys(("gravel", "dirt_sand", "grass", "laterite", "water"), "other"),
            "other": None,
        },
        "elevation_m": {10.39: 10.0},
        "runway_length_m": {10.39: 10.0},
    },
    "bridges": {
        "status": OPERATIONAL,
        "damage": {"destroyed": "damaged"},
        "bridge_kind": {"Bailey": None},
        "has_bypass": NOT_KNOWN,
        "max_gross_t": {10.39: 10.3},
    },
    "constraints": {
        "constraint_type": {
            "tsunami": "flood",
            **dict.fromkeys(
                (
                    "mud", "weight_limit", "height_limit", "rain_barrier", "seasonal_closure",
                    "curfew_night_ban", "convoy_escort_required", "permit_required",
                    "border_closure", "port_closure", "airspace_notam", "fuel_shortage",
                    "active_hostilities", "insecurity_incident", "contamination", "works",
                    "information_gap",
                ),
                "other",
            ),
        },
        "max_gross_t": {10.39: 10.3},
    },
    "corridors": {"status": OPERATIONAL, "route_class": NOT_KNOWN},
}  # fmt: skip
"""What SDI-T cannot hold: by layer and field, each value and what comes back instead."""

WORDS = {
    "un_locode": ["CLCQQ", *[None] * 40],
    "icao": ["SCSE", *[None] * 40],
    "iata": ["LSC", *[None] * 40],
    "iso3": ["CHL"],
    "countries": ["CHL; ARG"],
    "bridge_kind": ["arch", "beam", "truss", "floating", "suspension", "culvert", "Bailey"],
}
MEASURES = [10.39, 12.0, 30.0]
INSTANTS = ["date_of_information", "valid_from", "ended_at", "valid_to"]


def rich(layer: str) -> list[dict]:
    """Rows that have every word and a measure with decimals in every field, and one without any."""
    spec = SPECS[layer]
    wanted = {one.source for one in PROFILES["sdi-t"].layers[layer].columns} & {
        field.name for field in spec.fields
    }
    fields = [field for field in spec.fields if field.name in wanted]
    most = max(7, *(len(field.codes) for field in fields))
    rows = [
        {field.name: _value(field, number) for field in fields} | _always(layer, number)
        for number in range(most)
    ]
    bare = {field.name: _value(field, most) for field in fields if field.required}
    return [_consistent(row) for row in [*rows, bare | _always(layer, most)]]


def _value(field, number):
    if field.codes:
        return field.codes[number % len(field.codes)]
    if field.name in WORDS:
        return WORDS[field.name][number % len(WORDS[field.name])]
    if field.type == "number":
        return MEASURES[number % len(MEASURES)]
    if field.type == "instant":
        return TOLD + timedelta(hours=number, days=INSTANTS.index(field.name))
    return f"Peñuelas, {field.name} {number}"


def _always(layer, number):
    place = LINE if layer == "corridors" else Point(-71.0 + number / 50, -29.9 - number / 100)
    return {
        "id": f"x{number}", "name": f"Name no. {number}", "source_org": "MOP", "exercise": True,
        "date_of_information": TOLD, "sensitivity": "public", "geometry": place,
    }  # fmt: skip


def _consistent(row):
    """Leave out what no careful person would say together: limits of a closure, ends that are none."""
    if row.get("effect") == "blocked":
        row = row | {"max_gross_t": None}
    if row.get("status") in {"reported", "verified", "disputed"}:
        row = row | {"ended_at": None, "ended_by": None}
    return row


def read(path, layer, profile):
    declared = SPECS[layer].declared_kind if layer == "corridors" else None
    with without_a_child():
        reading = read_assessment(
            path,
            layer=layer if declared else None,
            declared=declared,
            # WFP publishes access constraints in the same columns: nobody but the user can tell.
            profile=profile if profile == "wfp-roads" else None,
            instructions=ASKED if profile == "unsdi-t" else None,
        )
    assert reading.profile == profile
    assert reading.exercise
    assert [one for one in reading.report.issues if one.severity is Severity.ERROR] == []
    assert reading.report.rows_in == reading.report.rows_accepted
    # Roads that are not open are told to be closed by nothing there, which is so before and after.
    of_the_row = {"doubles.near", "figures.range", "status.closes_nothing"}
    assert [
        one
        for one in reading.report.issues
        if one.rule not in of_the_row
        and one.column != "Location precision"
        and (one.rule, one.value) != ("code.unmapped", UNHEARD_OF)
    ] == []
    (table,) = reading.tables.values()
    return list(reading.tables), rows_of(table)


@pytest.mark.parametrize(
    ("layer", "fmt"),
    [
        *((layer, fmt) for layer in LOST for fmt in IN_PROCESS if (layer, fmt) != ("corridors", "xlsx")),
        *BY_GDAL,
    ],
)  # fmt: skip
def test_sdi_t_gives_back_all_that_it_holds(layer, fmt, tmp_path):
    rows = rich(layer)
    held = {one.source for one in PROFILES["sdi-t"].layers[layer].columns if one.source}
    layers, found = read(exported(tmp_path, layer, rows, fmt, "sdi-t"), layer, "sdi-t")
    assert layers == [layer]
    back = {row["id"]: row for row in found}
    assert list(back) == [row["id"] for row in rows]
    lost: dict = {}
    for row in rows:
        other = back[row["id"]]
        assert other["exercise"] is True
        assert other["geometry"].equals(row["geometry"])
        for name in held:
            if other[name] != row.get(name) and not _default(layer, name, row, other):
                lost.setdefault(name, {})[row.get(name)] = other[name]
    assert lost == LOST[layer]


def _default(layer, name, row, other):
    """Tell whether a field that the row leaves empty has what its record class begins with."""
    if row.get(name) is not None:
        return False
    members = SPECS[layer].record_class.__dataclass_fields__
    return other[name] == getattr(members[name].default, "value", None)


def test_all_that_a_layer_loses_is_told_of_all_layers():
    assert set(LOST) == set(PROFILES["sdi-t"].layers)


def test_a_workbook_of_corridors_is_refused_with_the_formats_that_are_read(tmp_path):
    path = exported(tmp_path, "corridors", rich("corridors"), "xlsx", "sdi-t")
    with pytest.raises(UsageError, match="no sheet for corridors"):
        read(path, "corridors", "sdi-t")


CLASSES = {
    "motorway": "highway", "motorway_link": "highway", "trunk": "highway", "trunk_link": "highway",
    "primary": "primary", "primary_link": "primary", "secondary": "secondary",
    "secondary_link": "secondary", "tertiary": "tertiary", "tertiary_link": "tertiary",
    "unclassified": "local", "residential": "local", "living_street": "local", "service": "local",
    "road": "local", "track": "trail", "path": "trail", "footway": "trail", "cycleway": "trail",
    "bridleway": "trail", "pedestrian": "trail", "steps": "trail", "raceway": None, None: None,
}  # fmt: skip
PATHWAYS = {"path", "footway", "cycleway", "bridleway", "pedestrian", "steps"}
UNHEARD_OF = "carpet"
SURFACES = {
    **dict.fromkeys(
        ("paved", "asphalt", "chipseal", "concrete", "concrete:lanes", "concrete:plates",
         "paving_stones", "sett", "cobblestone", "unhewn_cobblestone", "bricks"),
        "paved",
    ),
    **dict.fromkeys(("gravel", "fine_gravel", "compacted", "pebblestone"), "gravel"),
    **dict.fromkeys(("dirt", "earth", "ground", "sand", "mud", "clay"), "dirt_sand"),
    "metal": "steel", "metal_grid": "steel", "wood": "wood", "grass": "grass",
    "grass_paver": "grass", UNHEARD_OF: None, None: None,
}  # fmt: skip
STATES = {
    "closed": "closed", "restricted": "restricted", "unverified": "unknown",
    "no_known_constraint": "unknown",
}  # fmt: skip


def road_rows():
    """Segments with every class, surface and status, some of one way, the last without a name."""
    rows = []
    for number in range(len(SURFACES)):
        road_class = list(CLASSES)[number % len(CLASSES)]
        rows.append(
            {
                "id": f"w{100 + number // 2}-{number}",
                "name": f"Ruta {number}",
                "vehicle": "truck",
                "status": list(STATES)[number % len(STATES)],
                "constraints": f"C-{number}",
                "osm_way_id": 2**33 + number // 2,
                "road_class": road_class,
                "route_ref": None if number % 3 else f"R-{number}",
                "surface": list(SURFACES)[number],
                "lanes": [2.0, 1.0, None][number % 3],
                "speed_kmh": [80.0, 62.5, None][number % 3],
                "bridge": [True, False, None][number % 3],
                "seasonal": [False, True, None][number % 3],
                "source_org": "Us",
                "sensitivity": "public",
                "date_of_information": TOLD,
                "exercise": True,
                "geometry": LINE,
            }
        )
    return rows


@pytest.mark.parametrize("profile", ["unsdi-t", "wfp-roads"])
@pytest.mark.parametrize("fmt", IN_PROCESS)
def test_a_road_status_comes_back_as_assessments_of_the_roads(profile, fmt, tmp_path):
    rows = road_rows()
    layers, found = read(
        exported(tmp_path, "road_status", rows, fmt, profile), "road_status", profile
    )
    assert layers == ["road_assessments"]
    assert len({back["id"] for back in found}) == len(rows)
    for row, back in zip(rows, found, strict=True):
        assert {name: back[name] for name in _expected(row, profile)} == _expected(row, profile)
        assert back["geometry"].equals(LINE)


def _expected(row, profile):
    functional = CLASSES[row["road_class"]]
    told = {
        "name": row["name"],
        "road_name": row["route_ref"] or row["name"],
        "description": row["constraints"],
        "national_class": row["road_class"],
        "functional_class": functional,
        "surface_type": SURFACES[row["surface"]],
        "lanes": row["lanes"],
        "general_speed_kmh": row["speed_kmh"],
        "elevated": row["bridge"],
        "is_seasonal": row["seasonal"],
        "op_status": STATES[row["status"]],
        "exercise": True,
        "source_ref": "OpenStreetMap",
    }
    if profile == "unsdi-t":
        # What the standard has no column for: the way, the vehicle, the date, who says so.
        return told | {"id": row["id"], "source_org": "UNSDI-T road data set", "osm_way_ids": None}
    if row["surface"] == UNHEARD_OF:
        told |= {"surface_type": "unknown"}
    return told | {
        "functional_class": "pathway" if row["road_class"] in PATHWAYS else functional,
        "osm_way_ids": (row["osm_way_id"],),
        "iso3": "CHL",
        "source_org": "WFP road extract from OpenStreetMap",
        "date_of_information": datetime(2026, 11, 15, tzinfo=UTC),
    }


@pytest.mark.parametrize(("profile", "fmt"), [("unsdi-t", "geojson"), ("wfp-roads", "shp")])
def test_roads_come_back_from_geodata(profile, fmt, tmp_path):
    test_a_road_status_comes_back_as_assessments_of_the_roads(profile, fmt, tmp_path)


def test_real_data_stays_real_and_rows_of_both_kinds_are_refused(tmp_path):
    real = [{**row, "exercise": False} for row in rich("ports")]
    path = exported(tmp_path, "ports", real, "csv", "sdi-t", exercise=False)
    with without_a_child():
        assert not read_assessment(path).exercise
        text = path.read_text(encoding="utf-8-sig")
        rest, last = text.rsplit(",public,no,", 1)
        path.write_text(f"{rest},public,yes,{last}", encoding="utf-8")
        with pytest.raises(InvalidInput, match="neither yes nor no"):
            read_assessment(path)


@pytest.mark.parametrize("fmt", ["fgb", "parquet", "kml"])
def test_an_exercise_stays_one_in_formats_that_say_it_in_their_metadata(fmt, tmp_path):
    """The columns of the profile have no place for the mark."""
    path = exported(tmp_path, "airports", rich("airports"), fmt, "sdi-t")
    about = Instructions(source_org="MOP", date_of_information=date(2026, 11, 15))
    assert read_assessment(path, layer="airports", profile="sdi-t", instructions=about).exercise
    real = [{**row, "exercise": False} for row in rich("airports")]
    path = exported(tmp_path, "airports", real, fmt, "sdi-t", exercise=False)
    asked = read_assessment(path, layer="airports", profile="sdi-t", instructions=about)
    assert not asked.exercise
