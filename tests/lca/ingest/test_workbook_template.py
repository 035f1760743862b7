"""The empty workbook: what it offers and says, and that what is filled in comes back."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
import shapely
from support.constraints import NOON, a_constraint

from lca.codelists import LANGUAGES, load
from lca.errors import UsageError
from lca.facility import Port
from lca.ingest import Cover, read_assessment, write_workbook
from lca.ingest.sheets import TABLE_KINDS
from lca.ingest.template import write_template
from lca.record import fields_of, to_row
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
FILLED_COVER = ["X", "SDN", "Médair", "2026-11-16", "Africa/Khartoum", None, "oui"]


def heading_cells(sheet):
    return {str(cell.value).removesuffix(" *"): cell for cell in sheet[1] if cell.value}


def rules_by_column(sheet):
    return {
        str(cells).partition(":")[0].rstrip("0123456789"): rule
        for rule in sheet.data_validations.dataValidation
        for cells in rule.sqref.ranges
    }


def test_a_template_has_a_sheet_a_kind_and_a_note_on_every_heading(tmp_path):
    path = tmp_path / "t.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    wanted = ["Assessment", "Instructions", *(kind.sheet for kind in TABLE_KINDS), "Lists"]
    assert book.sheetnames == wanted
    assert book["Lists"].sheet_state == "hidden"
    for kind in TABLE_KINDS:
        sheet = book[kind.sheet]
        assert sheet.freeze_panes == "C2"
        assert all(cell.comment for cell in sheet[1])
        starred = {str(cell.value) for cell in sheet[1] if str(cell.value).endswith(" *")}
        required = {one.title for one in fields_of(kind.record_class) if one.required} - {"Id"}
        assert starred == {f"{title} *" for title in required}
    draft = heading_cells(book["Ports"])["Maximum draft (m)"].comment.text
    assert "Unit: m" in draft
    assert "from 0.5 to 30" in draft
    assert (
        "not_operational: Not operational"
        in heading_cells(book["Ports"])["Operational status"].comment.text
    )
    assert "personal data" in book["Contacts"]["A1"].comment.text
    assert read_assessment(path).tables == {}


def test_drop_downs_offer_the_words_and_ranges_say_what_is_usual(tmp_path):
    path = tmp_path / "t.xlsx"
    write_template(path, layers=["ports", "constraints"], language="fr")
    book = openpyxl.load_workbook(path)
    sheet, ports = book["Contraintes d'accès"], book["Ports"]
    rules = rules_by_column(ports)
    letters = {heading: cell.column_letter for heading, cell in heading_cells(ports).items()}
    assert rules[letters["Statut opérationnel"]].formula1.startswith('"Opérationnel,')
    assert rules[letters["Conforme au code ISPS"]].formula1 == '"oui,non"'
    draft = rules[letters["Tirant d'eau maximal (m)"]]
    assert (draft.type, draft.formula1, draft.formula2) == ("decimal", "0.5", "30")
    assert "de 0.5 à 30" in draft.error
    assert rules[letters["Latitude"]].formula2 == "90"
    assert rules[letters["Date de l'information"]].type == "date"
    # too long for a rule, so it stands on the hidden sheet under a name
    types = rules_by_column(sheet)[heading_cells(sheet)["Type"].column_letter]
    place = book.defined_names[types.formula1].attr_text
    title, _, cells = place.replace("'", "").replace("$", "").partition("!")
    offered = [cell.value for (cell,) in book[title][cells]]
    assert offered == [one.labels["fr"] for one in load()["constraint_type"]]
    every = [rule for page in book for rule in page.data_validations.dataValidation]
    assert all(len(rule.formula1) <= 255 and len(rule.error) <= 225 for rule in every)
    assert all(len(rule.errorTitle) <= 32 for rule in every)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_that_is_filled_in_comes_back_with_the_same_values(tmp_path, language):
    path = tmp_path / "t.xlsx"
    write_template(path, layers=["storage", "contacts"], language=language, hxl=True)
    book = openpyxl.load_workbook(path)
    front, _, storage, _ = book.worksheets[:4]
    for number, value in enumerate(FILLED_COVER, start=1):
        front.cell(number, 2, value)
    assert front.sheet_view.rightToLeft == storage.sheet_view.rightToLeft == (language == "ar")
    column = {cell.value: cell.column for cell in storage[2]}
    filled = {
        "#loc+name": "Depot 1",
        "#geo+lat": 15.5,
        "#geo+lon": 32.5,
        "#indicator+num+area_m2": 1250,
    }
    for tag, value in filled.items():
        storage.cell(3, column[tag], value)
    label = next(one for one in load()["operational_status"] if one.code == "restricted").labels[
        language
    ]
    storage.cell(3, column["#status"], label)
    book.save(path)
    reading = read_assessment(path)
    assert [one.rule for one in reading.report.issues if one.rule is None] == []
    assert reading.report.rows_in["storage"] == reading.report.rows_accepted["storage"] == 1
    (row,) = reading.tables["storage"].to_dict("records")
    assert (row["name"], row["status"], row["area_m2"]) == ("Depot 1", "restricted", 1250)
    assert (row["iso3"], row["source_org"], row["exercise"]) == ("SDN", "Médair", True)
    assert row["geometry"].coords[0] == (32.5, 15.5)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_rows_written_in_another_language_are_the_same_records(tmp_path, language):
    port = Port(
        id="p1",
        name="ميناء / Port",
        status=OperationalStatus.NOT_OPERATIONAL,
        night_operations=False,
        iso3="CHL",
        geometry=shapely.Point(-71.3366, -29.9498),
        **SOURCE,
    )
    closed = a_constraint(
        season_months=(8, 9), time_zone=COVER.time_zone, applies_to_cargo=("fuel",), **SOURCE
    )
    path = tmp_path / "out.xlsx"
    tables = {"ports": [to_row(port)], "constraints": [to_row(closed)]}
    write_workbook(path, COVER, tables, language=language, hxl=True)
    written = openpyxl.load_workbook(path).worksheets[1]
    assert "not_operational" not in {cell.value for cell in written[3]}
    reading = read_assessment(path)
    assert reading.cover == COVER
    assert records_of(Port, reading.tables["ports"]) == [port]
    assert records_of(type(closed), reading.tables["constraints"]) == [closed]


def test_the_same_choices_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (first, second):
        write_template(path, layers=["contacts"], language="es", hxl=True)
    assert first.read_bytes() == second.read_bytes()


def test_what_is_no_layer_or_no_language_of_ours_is_refused(tmp_path):
    with pytest.raises(UsageError, match="roads"):
        write_template(tmp_path / "t.xlsx", layers=["roads"])
    with pytest.raises(UsageError, match="'de'"):
        write_template(tmp_path / "t.xlsx", language="de")
    assert not list(tmp_path.iterdir())
