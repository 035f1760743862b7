"""Figures, dates and texts that cannot be meant; administrative units joined and compared."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from shapely import box
from support.judging import INFORMED, NOW, judged, record, rules, table

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.contact import Contact
from lca.facility import Airport, Port, Storage
from lca.ingest.assessment import report_on
from lca.ingest.cover import Cover
from lca.ingest.rows import read_rows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Sheet, SheetRow
from lca.issues import Severity
from lca.plausible import PLAUSIBLE
from lca.table import frame_of
from lca.vocab import ConstraintType


@pytest.mark.parametrize(
    ("cls", "layer", "field", "value", "meant"),
    [
        (Port, "ports", "max_draft_m", 39.0, 11.8872),
        (Airport, "airports", "runway_length_m", 9_800.0, 2_987.04),
        (Airport, "airports", "runway_length_m", 2.5, 2_500.0),
        (Storage, "storage", "area_m2", 1.5, 15_000.0),
    ],
)
def test_a_figure_that_fits_in_one_other_unit_is_read_in_it_on_request(
    cls, layer, field, value, meant
):
    others = [record(cls, f"{n}", **{field: PLAUSIBLE[field].low * 9}) for n in range(9)]
    wrong = record(cls, "wrong", **{field: value})
    (issue,) = judged(table(layer, wrong, *others))
    assert (issue.rule, issue.severity, issue.repaired) == (
        "figures.range",
        Severity.WARNING,
        False,
    )
    rows = table(layer, wrong, *others)
    (issue,) = judged(rows, fix=True)
    assert issue.repaired
    assert issue.value == f"{value:,g}"
    assert getattr(rows.records[0], field) == pytest.approx(meant)


def test_what_may_be_kilograms_or_pounds_is_proposed_both_ways_and_left():
    rows = table("constraints", record(Constraint, "Bridge", 15.1234, 32.5, max_gross_t=20_000.0))
    (issue,) = judged(rows, fix=True)
    assert issue.proposal == "20 t (read in kg) or 9.07185 t (read in lb)"
    assert rows.records[0].max_gross_t == 20_000.0


def test_a_column_in_feet_is_told_once_and_no_figure_of_it_is_changed():
    drafts = [28.0, 33.0, 36.0, 40.0, 42.0]
    rows = table("ports", *(record(Port, f"{d:g}", max_draft_m=d) for d in drafts))
    (issue,) = judged(rows, fix=True)
    assert (issue.rule, issue.row) == ("figures.unit", None)
    assert "4 of 5" in issue.message
    assert issue.proposal == "read the column in ft"
    assert [one.max_draft_m for one in rows.records] == drafts


@pytest.mark.parametrize("field", sorted(PLAUSIBLE))
def test_bounds_themselves_are_meant(field):
    bounds = PLAUSIBLE[field]
    assert bounds.low < bounds.high


def informed(moment, **values):
    return record(Storage, "Store", date_of_information=moment, **values)


def test_a_date_in_the_future_is_told_with_the_year_that_was_meant():
    rows = table("storage", informed(datetime(2062, 11, 14, tzinfo=UTC)))
    found = {one.rule: one for one in judged(rows, now=NOW, fix=True)}
    issue = found["dates.future"]
    assert issue.repaired
    assert issue.proposal == "2026-11-14 (two digits of the year exchanged)"
    assert rows.records[0].date_of_information == datetime(2026, 11, 14, tzinfo=UTC)


def test_a_workbook_of_1904_is_recognised_by_its_four_years_and_a_day():
    rows = table("storage", informed(INFORMED + timedelta(days=1462)))
    issue = next(one for one in judged(rows, now=NOW) if one.rule == "dates.future")
    assert issue.proposal == "2026-11-14 (a workbook's years counted from 1904)"
    assert rows.records[0].date_of_information.year == 2030, "proposed, not applied"


def test_what_is_twenty_years_old_is_asked_about_and_tomorrow_is_not():
    old = informed(datetime(1999, 5, 1, tzinfo=UTC))
    assert "dates.old" in rules(judged(table("storage", old), now=NOW))
    soon = informed(NOW + timedelta(hours=20))
    assert "dates.future" not in rules(judged(table("storage", soon), now=NOW))
    assert judged(table("storage", old)) == [], "nothing is judged by its age without a clock"


def test_a_constraint_that_ended_before_it_was_stated_is_told():
    over = record(Constraint, "Cut", 15.1234, 32.5, valid_to=INFORMED - timedelta(days=2))
    assert rules(judged(table("constraints", over))) == ["dates.order"]


def test_review_dates_are_taken_from_the_kind_and_told_once_a_layer():
    stores = [record(Storage, f"S{n}", 12 + n / 7, 24.9) for n in range(3)]
    floods = [record(Constraint, "F", 15.1234, 32.5, constraint_type=ConstraintType.FLOOD)]
    one, two = table("storage", *stores), table("constraints", *floods)
    found = judged(one, two, now=NOW)
    assert rules(found) == ["dates.review_by", "dates.review_by", "dates.overdue"]
    assert {store.review_by - INFORMED for store in one.records} == {timedelta(days=90)}
    assert two.records[0].review_by - INFORMED == timedelta(days=3)
    assert "1 of 1" in found[2].message


def test_what_is_in_force_is_not_made_another_row():
    known = record(Storage, "Store", 12.1, 24.9)
    frame = frame_of(Storage, [known])
    rows = table("storage", known)
    assert judged(rows, now=NOW + timedelta(days=900), published={"storage": frame}) == []
    assert rows.records == [known]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call +56 51 222 3344 at the gate", "Call […] at the gate"),
        ("ask j.perez@example.org, shift A", "ask […], shift A"),
        ("Tel: 0912 345 678", "Tel: […]"),
        ("Teléfono 51-222-3344", "Teléfono […]"),
        ("هاتف: 0912345678", "هاتف: […]"),
    ],
)
def test_addresses_of_people_are_told_and_blanked_on_request(text, left):
    rows = table("storage", record(Storage, "Store", status_comment=text))
    (issue,) = judged(rows, fix=True)
    assert (issue.rule, issue.repaired) == ("privacy.contact", True)
    assert rows.records[0].status_comment == left
    assert text not in issue.text()


@pytest.mark.parametrize(
    "text",
    [
        "Between km 12 and km 18, 2,000 m2, opened 2024-05-01 08:00",
        "12 docks of 3.5 m; pallets 1200 x 1000",
        "Plot 4455667788 of the cadastre",
        "Lat -29.95335, Lon -71.33946",
        "Works on 01.02.2026-15.03.2026 (phase 2)",
        "fuel @ 1.20 USD",
    ],
)
def test_figures_in_a_text_are_no_telephone(text):
    assert judged(table("storage", record(Storage, "Store", status_comment=text))) == []


def test_contacts_keep_their_numbers():
    person = Contact(
        id="p", name="Desk", phone="+56 51 222 3344", source_org="X", date_of_information=INFORMED
    )
    assert judged(table("contacts", person), now=NOW) == []


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("<b>Store</b> 1", "text.markup"),
        ("=HYPERLINK(1)", "text.formula"),
        ("@SUM(A1)", "text.formula"),
        ("Store < 5 km", None),
        ("-", None),
        ("+ store", None),
    ],
)
def test_markup_and_formulas_in_names_are_told_once(name, rule):
    rows = table("storage", *(record(Storage, name, id=f"s{n}") for n in range(3)))
    assert rules(judged(rows)) == ([rule] if rule else [])


def unit(pcode, *bounds, level=1, edition="2025-06-01"):
    return Boundary(
        id=pcode,
        name=f"Unit {pcode}",
        pcode=pcode,
        level=level,
        iso3="SDN",
        edition=edition,
        source_org="Exercise cell",
        date_of_information=INFORMED,
        geometry=box(*bounds),
    )


UNITS = (
    unit("SD01", 24, 12, 25, 13),
    unit("SD02", 25, 12, 26, 13),
    unit("SD0101", 24, 12, 24.5, 13, level=2),
    unit("SD0102", 24.5, 12, 25, 13, level=2),
)


def test_rows_get_the_codes_of_the_units_in_which_they_lie():
    rows = table("storage", record(Storage, "S", 12.2, 24.7), record(Storage, "T", 12.2, 25.7))
    (issue,) = judged(rows, country="SDN", boundaries=UNITS)
    assert issue.rule == "admin.joined"
    assert "2 rows" in issue.message
    first, second = rows.records
    assert (first.admin1_pcode, first.admin2_pcode, first.admin_edition) == (
        "SD01",
        "SD0102",
        "2025-06-01",
    )
    assert (second.admin1_pcode, second.admin2_pcode) == ("SD02", None)


def test_a_code_that_the_boundaries_contradict_is_told_and_changed_only_on_request():
    wrong = record(Storage, "S", 12.2, 25.7, admin1_pcode="SD01", admin_edition="2020")
    rows = table("storage", wrong)
    (issue,) = judged(rows, country="SDN", boundaries=UNITS)
    assert (issue.rule, issue.proposal) == ("admin.pcode", "the P-code SD02")
    assert "76 km" in issue.message
    assert rows.records[0].admin1_pcode == "SD01"
    rows = table("storage", wrong)
    judged(rows, country="SDN", boundaries=UNITS, fix=True)
    assert rows.records[0].admin1_pcode == "SD02"


def test_a_place_on_the_line_may_lie_in_either_and_an_unknown_code_is_told():
    line = record(Storage, "S", 12.2, 25.01, admin1_pcode="SD01", admin_edition="2020")
    lost = record(Storage, "T", 12.7, 25.5, admin1_pcode="SD99", admin_edition="2020")
    found = judged(table("storage", line, lost), country="SDN", boundaries=UNITS)
    assert [(one.row, one.rule) for one in found] == [(3, "admin.unknown")]


def ports_under(heading, *drafts):
    kind = kind_of_layer("ports")
    head = SheetRow(1, {0: "Name", 1: heading})
    rows = [SheetRow(n, {0: f"Port {n}", 1: draft}) for n, draft in enumerate(drafts, start=2)]
    cover = Cover(organisation="Exercise cell", assessed_on=date(2026, 11, 14))
    return read_rows(Sheet("Ports", rows=(head, *rows)), kind, cover)


def test_a_heading_in_another_unit_converts_its_column_and_says_so_once():
    rows = ports_under("Maximum draft (ft)", 40, "33,5", "n/a", "30 ft")
    (issue,) = rows.issues
    assert (issue.rule, issue.severity) == ("figures.converted", Severity.WARNING)
    drafts = [one.max_draft_m for one in rows.records]
    assert drafts == pytest.approx([12.192, 10.2108, None, 9.144])


def test_a_unit_that_cannot_be_converted_is_an_error_of_the_sheet():
    rows = ports_under("Maximum draft (t)", 40)
    (issue,) = rows.issues
    assert issue.severity is Severity.ERROR
    assert rows.accepted == ()


def test_a_place_that_its_code_moves_gets_the_codes_of_where_it_lies_then():
    # Port Sudan's aerodrome with a digit slipped, into an area that has boundaries of its own.
    moved = record(Airport, "Port Sudan", 19.4336, 34.2341, icao="HSPN")
    areas = (unit("SD01", 33, 18, 35, 21), unit("SD02", 36, 18, 39, 21))
    rows = table("airports", moved)
    issues = judged(rows, country="SDN", boundaries=areas, fix=True)
    assert "codes.elsewhere" in rules(issues)
    (mended,) = rows.records
    assert round(mended.geometry.x) == 37
    assert mended.admin1_pcode == "SD02"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Form of ali@example.org", True),
        ("0012345678901", False),
        ("https://example.org/@15.5,32.5,12z", False),
    ],
)
def test_addresses_are_looked_for_in_references_too_and_numbers_are_not(text, told):
    issues = judged(table("storage", record(Storage, "S", source_ref=text)), fix=True)
    assert ("privacy.contact" in rules(issues)) is told


def test_numbers_of_people_are_looked_for_in_the_source():
    rows = table("storage", record(Storage, "S", source_org="Exercise cell, tel. 091 234 5678"))
    (issue,) = judged(rows, fix=True)
    assert issue.rule == "privacy.contact"
    assert rows.records[0].source_org == "Exercise cell, tel. […]"


def test_an_id_in_two_tables_of_a_layer_is_one_row_too_many_and_told():
    one, other = (
        table("storage", record(Storage, name, id="7", exercise=True)) for name in ("A", "B")
    )
    (issue,) = judged(one, other)
    assert (issue.rule, issue.severity) == ("ids.repeated", Severity.ERROR)
    assert "'A' of" in issue.message
    assert (len(one.accepted), len(other.accepted)) == (1, 0)


def test_a_report_does_not_say_what_cells_about_people_hold():
    kind = kind_of_layer("contacts")
    head = ("Name", "Organisation", "Telephone", "Consent")
    cells = ("Exercise person", "Exercise cell", "+00 000 000 000", "+00 111 111 111", "+00 222")
    rows = tuple(SheetRow(at, dict(enumerate(one))) for at, one in enumerate((head, cells), 1))
    cover = Cover(organisation="Exercise cell", assessed_on=date(2026, 11, 14))
    report = report_on([read_rows(Sheet(kind.sheet, rows=rows), kind, cover)], [])
    assert report.rows_rejected == {"contacts": 1}
    assert "+00" not in repr(report)
