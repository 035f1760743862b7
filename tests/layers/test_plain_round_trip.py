"""What any layer is exported as, the reader reads: the same rows, nothing lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely
from shapely import LineString, Point, Polygon
from support.exported import SPECS, exported, without_a_child
from support.readall import read_all

from lca.errors import UsageError
from lca.ingest import read_assessment
from lca.ingest.sheets import TABLE_KINDS, kind_of_layer
from lca.ingest.tablefile import is_table
from lca.issues import Severity
from lca.record import Field
from lca.table import rows_of

TOLD = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
READ = [name for name, spec in SPECS.items() if kind_of_layer(name) or spec.declared_kind]
DECLARED = [name for name in READ if not kind_of_layer(name)]
BY_GDAL = [
    *((layer, "geojson") for layer in READ),
    # One of each: points, lines and areas, a part, a table, one that declares its columns.
    *(
        (layer, "gpkg")
        for layer in ("ports", "constraints", "places", "berths", "travel_legs", "corridors")
    ),
]
SHAPES = {
    "point": Point(-71.253, -29.907),
    "line": LineString([(-71.25, -29.9), (-71.2, -29.95), (-71.1, -29.9)]),
    "area": Polygon([(-71.3, -29.9), (-71.2, -29.9), (-71.2, -29.8), (-71.3, -29.9)]),
}
MEASURES = {"speed_factor": 0.5, "latitude": -29.5, "longitude": -71.5, "throughput_year": 2025}
WORDS = {
    "time_zone": "America/Santiago",
    "time_zone_other_side": "America/Argentina/San_Juan",
    "opening_hours": "Mo-Fr 08:00-18:00",
    "opening_hours_other_side": "24/7",
    "time_rule": "Mo-Fr 08:00-18:00",
    "cargo_permitted": "fuel; medical",
    "applies_to_cargo": "fuel; medical",
    "applies_to_actor": "un; ngo",
    "daily_from": "22:00",
    "daily_to": "05:00",
    "iso3": "CHL",
    "iso3_other_side": "ARG",
    "access_modes": "road; sea",
    "clears": "road; sea",
    "suitable_for": "food",
    "payment": "cash",
    "way_round": "-29.9 -71.25; -29.95 -71.2",
    "un_locode": "CLCQQ",
    "icao": "SCSE",
    "iata": "LSC",
    "offset_bearing": "ne",
    "applies_to_vehicles": "truck; truck_6x6",
    "description": "Closed; =1+1; -2 lanes",
}
TOGETHER = {
    "constraints": {"status": "reported", "effect": "restricted", "ended_at": None, "ended_by": None},
    "seasons": {"month_from": 11, "month_to": 4},
}  # fmt: skip


def rows(layer):
    """A row with a value in every field for each shape, and one with those that it cannot do without."""
    spec = SPECS[layer]
    shapes = [SHAPES[name] for name in spec.geometry] or [None, None]
    full = [
        {one.name: _value(one, number) for one in spec.fields}
        | _identity(number, shape)
        | TOGETHER.get(layer, {})
        for number, shape in enumerate(shapes)
    ]
    bare = {one.name: _value(one, 1) for one in spec.fields if one.required}
    bare |= {"facility_id": "x"} if "facility_id" in {one.name for one in spec.fields} else {}
    months = TOGETHER.get(layer, {}) if layer == "seasons" else {}
    return [*full, bare | _identity(len(full), shapes[0]) | months]


def _identity(number, shape):
    return {
        "id": f"x{number}", "name": f"Peñuelas no. {number}, =1+1", "source_org": "MOP",
        "date_of_information": TOLD, "sensitivity": "public", "exercise": True, "geometry": shape,
    }  # fmt: skip


def _value(field: Field, number: int):
    if field.codes:
        word = field.codes[number % len(field.codes)]
        return int(word) if field.type == "integer" else word
    if field.name in WORDS:
        return WORDS[field.name]
    known = next((value for name, value in MEASURES.items() if name in field.name), None)
    return known if known is not None else _of_type(field, number)


def _of_type(field: Field, number: int):
    return {
        "text": f"{field.name} {number}\u2013Ñ; “x”",
        "integer": 3 + number,
        "number": 4.125 + number,
        "boolean": bool(number % 2),
        "instant": TOLD + timedelta(hours=number, days=0 if "from" in field.name else 7),
        "integers": (5, 6 + number),
    }[field.type]


def check(reading, layer, given):
    errors = [one for one in reading.report.issues if one.severity is Severity.ERROR]
    assert errors == []
    unread = [one for one in reading.report.issues if "not read" in one.message]
    assert unread == []
    assert reading.exercise
    for row, back in zip(given, rows_of(reading.tables[layer]), strict=True):
        wrong = {
            name: (row.get(name), back[name])
            for name in back
            if name != "geometry" and not _same(row.get(name), back[name], layer, name)
        }
        assert wrong == {}
        assert back["geometry"] == row["geometry"] or shapely.equals(
            back["geometry"], row["geometry"]
        )


def _same(given, back, layer, name):
    if given is None:
        members = SPECS[layer].record_class.__dataclass_fields__
        default = members[name].default
        return back == getattr(default, "value", default)
    return given == back


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
@pytest.mark.parametrize("layer", READ)
def test_a_table_comes_back(layer, fmt, tmp_path):
    given = rows(layer)
    path = exported(tmp_path, layer, given, fmt)
    declared = SPECS[layer].declared_kind
    with without_a_child():
        if fmt == "xlsx" and layer in DECLARED:
            with pytest.raises(UsageError, match="no sheet for"):
                read_assessment(path, declared=declared)
            return
        reading = read_assessment(path, layer=None if declared else layer, declared=declared)
    check(reading, layer, given)


@pytest.fixture(scope="module")
def geodata(tmp_path_factory):
    """Every layer in both formats, and where their features are as one other process read them."""
    folder = tmp_path_factory.mktemp("geodata")
    files, jobs = {}, []
    for layer, fmt in BY_GDAL:
        path = exported(folder, layer, rows(layer), fmt)
        result = folder / f"{path.name}.jsonl"
        files[layer, fmt] = path, result
        jobs.append({"kind": fmt, "source": str(path), "layer": layer, "result": str(result)})
    for fmt in ("geojson", "gpkg"):
        read_all(job for job in jobs if job["kind"] == fmt)
    return files


@pytest.mark.parametrize(("layer", "fmt"), BY_GDAL)
def test_geodata_comes_back(layer, fmt, geodata):
    path, result = geodata[layer, fmt]
    declared = SPECS[layer].declared_kind
    with without_a_child(result):
        reading = read_assessment(path, layer=None if declared else layer, declared=declared)
    check(reading, layer, rows(layer))


def test_every_layer_is_among_them_but_the_tables_that_have_a_reader_of_their_own():
    others = set(SPECS) - set(READ)
    assert all(is_table(name) for name in others)
    assert {kind.layer for kind in TABLE_KINDS if kind.restricted}.isdisjoint(SPECS)
