"""What the template writes, the reader reads: the same table, the same ids, nothing to remark."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.constraints import NOON, a_constraint, constraints

from lca.constraint import Constraint
from lca.errors import UsageError
from lca.facility import Airport, Port
from lca.ingest import Cover, read_assessment, write_workbook
from lca.issues import Severity
from lca.place import Place
from lca.record import to_row
from lca.table import records_of
from lca.vocab import OperationalStatus

COVER = Cover(
    operation="CHL-EX",
    country="CHL",
    organisation="WFP",
    assessed_on=date(2026, 11, 16),
    time_zone="America/Santiago",
    licence="CC BY 4.0",
    exercise=True,
)
SOURCE = {"source_org": "MOP", "date_of_information": NOON, "licence": "ODbL", "exercise": True}
CLOSED = shapely.Polygon([(-71.35, -29.95), (-71.34, -29.95), (-71.34, -29.94)])


def rows(*records):
    return [to_row(record) for record in records]


def test_every_kind_of_value_comes_back(tmp_path):
    port = Port(
        id="CLCQQ",
        name='=HYPERLINK("x")',
        status=OperationalStatus.RESTRICTED,
        berths=0,
        max_draft_m=10.5,
        iso3="CHL",
        geometry=shapely.Point(-71.3366, -29.9498),
        # half past eleven at night comes twice when Santiago's clocks go back
        review_by=datetime(2026, 4, 5, 3, 30, tzinfo=UTC),
        **SOURCE,
    )
    airport = Airport(id="SCSE", name="La Florida", iso3="CHL", jet_fuel=False, **SOURCE)
    place = Place(id="z1", name="Zone 1", population=0, geometry=CLOSED, **SOURCE)
    bridge = a_constraint(
        osm_way_ids=(5372, 5374),
        daily_from="22:00",
        daily_to="05:00",
        time_zone="America/Santiago",
        geometry=shapely.LineString([(-71.25, -29.9), (-71.24, -29.91)]),
        **SOURCE,
    )
    path = tmp_path / "out.xlsx"
    tables = {"ports": [port], "airports": [airport], "places": [place], "constraints": [bridge]}
    write_workbook(path, COVER, {layer: rows(*records) for layer, records in tables.items()})
    reading = read_assessment(path)
    # a formula as a name, and a port without berths, deserve a second look
    assert {issue.rule for issue in reading.report.issues} == {"text.formula", "figures.range"}
    assert reading.cover == COVER
    for kind, layer in (
        (Port, "ports"),
        (Airport, "airports"),
        (Place, "places"),
        (Constraint, "constraints"),
    ):
        assert records_of(kind, reading.tables[layer]) == tables[layer]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(constraints(), min_size=1, max_size=5))
def test_any_constraints_come_back(tmp_path, drawn):
    records = [
        Constraint(**{**_fields(record), **SOURCE, "id": f"c{number}"})
        for number, record in enumerate(drawn)
    ]
    path = tmp_path / "out.xlsx"
    write_workbook(path, COVER, {"constraints": rows(*records)})
    reading = read_assessment(path)
    assert all(issue.severity is Severity.WARNING for issue in reading.report.issues)
    assert records_of(Constraint, reading.tables["constraints"]) == records


def _fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_the_template_offers_the_words_and_its_headings_read_without_remark(tmp_path):
    path = tmp_path / "template.xlsx"
    write_workbook(path, Cover(exercise=False, time_zone="UTC"), {"ports": [], "constraints": []})
    sheet = openpyxl.load_workbook(path)["Constraints"]
    offered = " ".join(rule.formula1 for rule in sheet.data_validations.dataValidation)
    assert "blocked,restricted,difficult" in offered
    reading = read_assessment(path)
    assert reading.report.issues == ()
    assert reading.tables == {}


def test_a_layer_that_no_sheet_holds_is_refused(tmp_path):
    with pytest.raises(UsageError, match="roads"):
        write_workbook(tmp_path / "x.xlsx", COVER, {"roads": []})


def test_dates_of_a_1904_workbook_are_read_by_its_own_calendar(tmp_path):
    path = tmp_path / "mac.xlsx"
    write_workbook(path, COVER, {"constraints": rows(a_constraint(valid_to=NOON, **SOURCE))})
    book = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(path)
    assert list(read_assessment(path).tables["constraints"].valid_to) == [NOON]


def test_the_exercise_workbook_is_read_without_a_remark():
    with resources.as_file(resources.files("data") / "demo" / "coquimbo") as folder:
        reading = read_assessment(Path(folder) / "assessment.xlsx")
    assert reading.report.issues == ()
    assert reading.exercise
    assert reading.cover.time_zone == "America/Santiago"
    assert "CLCQQ" in set(reading.tables["ports"].id)
    assert "SCSE" in set(reading.tables["airports"].id)
    assert reading.report.rows_rejected == dict.fromkeys(reading.report.rows_in, 0)
