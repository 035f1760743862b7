"""Records as rows and tables, there and back without loss."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from support.constraints import NOON, a_constraint, constraints

from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import FACILITY_CLASSES, Airport, Port
from lca.facilitypart import Berth, HandlingEquipment, Runway
from lca.place import Place
from lca.record import fields_of, from_row, is_missing, to_row
from lca.roadassessment import RoadAssessment
from lca.table import frame_of, frame_of_rows, records_of, rows_of
from lca.travelleg import TravelLeg
from lca.vehicle import VehicleClass
from lca.vocab import Credibility, Direction, FacilityType

SOURCE = {"source_org": "WFP", "date_of_information": NOON}
TABLES = [
    *(Constraint, Place, *FACILITY_CLASSES.values()),
    *(RoadAssessment, TravelLeg, Berth, Runway, HandlingEquipment),
]


@given(st.lists(constraints(), max_size=4))
def test_constraints_survive_row_and_table(records):
    assert [from_row(Constraint, to_row(record)) for record in records] == records
    assert records_of(Constraint, frame_of(Constraint, records)) == records


@pytest.mark.parametrize("kind", TABLES)
def test_an_empty_table_has_the_types_of_a_full_one(kind):
    frame = frame_of(kind, [])
    assert list(frame.columns) == [*(field.name for field in fields_of(kind)), "geometry"]
    assert frame.crs == "EPSG:4326"
    dtypes = {field.type: str(frame[field.name].dtype) for field in fields_of(kind)}
    expected = {
        "number": "float64",
        "integer": "Int64",
        "boolean": "boolean",
        "instant": "datetime64[us, UTC]",
    }
    assert {name: dtypes[name] for name in dtypes if name in expected} == {
        name: dtype for name, dtype in expected.items() if name in dtypes
    }
    assert records_of(kind, frame) == []


def test_not_known_stays_not_known_and_nought_stays_nought():
    ports = [
        Port(id="a", name="A", berths=0, max_draft_m=None, **SOURCE),
        Port(
            id="b", name="B", berths=None, max_draft_m=10.5, geometry=shapely.Point(1, 2), **SOURCE
        ),
    ]
    frame = frame_of(Port, ports)
    assert frame.berths.tolist() == [0, pd.NA]
    assert [row["max_draft_m"] for row in rows_of(frame)] == [None, 10.5]
    assert records_of(Port, frame) == ports


def test_a_list_column_that_a_file_gave_back_as_an_array_is_read():
    frame = frame_of(Constraint, [a_constraint(osm_way_ids=(5372, 5374)), a_constraint()])
    frame["osm_way_ids"] = pd.Series([np.array([5372, 5374]), None], dtype=object)
    first, second = rows_of(frame)
    assert first["osm_way_ids"] == (5372, 5374)
    assert second["osm_way_ids"] is None


def test_rows_of_text_are_read_as_a_csv_gives_them():
    row = {
        "id": "LSC",
        "name": " La Florida ",
        "jet_fuel": "yes",
        "runway_length_m": "1938",
        "source_org": "WFP",
        "date_of_information": "2026-11-18T12:00:00Z",
        "credibility": "2",
        "exercise": "False",
        "unheard_of": "x",
    }
    airport = from_row(Airport, row)
    assert (airport.name, airport.jet_fuel, airport.runway_length_m) == ("La Florida", True, 1938.0)
    assert airport.credibility is Credibility.PROBABLY_TRUE
    assert airport.date_of_information == NOON
    assert airport.exercise is False


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [
        ("direction", "sideways", "both, forward, backward"),
        ("credibility", 7, "1, 2, 3, 4, 5, 6"),
        ("max_gross_t", "ten", "a number"),
        ("exercise", "perhaps", "yes or no"),
        ("valid_from", "2026-11-18T12:00:00", "with its offset"),
        ("valid_from", datetime(2026, 11, 18), "with its offset"),  # noqa: DTZ001
        ("geometry", "POINT (1 2)", "a geometry"),
        ("osm_way_ids", "one;two", "whole numbers"),
    ],
)
def test_a_value_of_the_wrong_kind_names_its_field_and_what_is_allowed(column, value, allowed):
    with pytest.raises(InvalidInput, match=column) as caught:
        from_row(Constraint, {**to_row(a_constraint()), column: value})
    assert allowed in caught.value.do_next
    assert caught.value.where == "bridge"


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), pd.NA, pd.NaT])
def test_a_required_field_that_is_missing_is_named(value):
    with pytest.raises(InvalidInput, match="name is missing"):
        from_row(Port, {**SOURCE, "id": "x", "name": value})
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, False, (), [], np.array([1, 2]), shapely.Point(), "0"])
def test_what_is_there_is_not_missing(value):
    assert not is_missing(value)


def test_columns_that_nobody_named_are_dropped():
    frame = frame_of_rows(fields_of(Place), [{"id": "a", "name": "A", "colour": "red"}])
    assert "colour" not in frame


@pytest.mark.parametrize("kind", [*TABLES, VehicleClass])
def test_every_field_has_a_title_of_its_own_and_physical_ones_a_unit(kind):
    fields = fields_of(kind)
    titles = [field.title.casefold() for field in fields]
    assert len(set(titles)) == len(titles)
    suffixes = {
        "_t_m2": "t/m²",
        "_t_day": "t/day",
        "_m": "m",
        "_m2": "m²",
        "_m3": "m³",
        "_mm": "mm",
        "_km": "km",
        "_t": "t",
        "_l": "l",
        "_c": "°C",
        "_deg": "°",
        "_pct": "%",
        "_h": "h",
        "_min": "min",
        "_kmh": "km/h",
    }
    for field in fields:
        unit = next((unit for end, unit in suffixes.items() if field.name.endswith(end)), None)
        if unit is not None and field.type == "number":
            assert field.unit == unit, field.name


def test_a_field_knows_its_words_and_whether_it_must_be_filled():
    fields = {field.name: field for field in fields_of(Constraint)}
    assert fields["direction"].codes == tuple(Direction)
    assert fields["credibility"].type == "integer"
    assert [name for name, field in fields.items() if field.required] == [
        "id",
        "name",
        "source_org",
        "date_of_information",
    ]


def test_every_facility_type_has_its_class():
    assert set(FACILITY_CLASSES) == set(FacilityType)


def test_moments_are_kept_to_the_microsecond_in_utc():
    moment = datetime(2026, 11, 18, 12, 0, 0, 123456, tzinfo=UTC)
    (row,) = rows_of(frame_of(Constraint, [a_constraint(last_confirmed_at=moment)]))
    assert row["last_confirmed_at"] == moment
    assert row["last_confirmed_at"].utcoffset().total_seconds() == 0
