"""A file comes back with what is wrong in each row, harmless, and can be read again once mended."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import ANY

import openpyxl
import pytest
from support.workbooks import COVER, save_workbook

from lca.facility import Port
from lca.ingest import read_assessment
from lca.ingest.annotate import annotate
from lca.ingest.assessment import Reading, ReadTable
from lca.ingest.bookcells import written
from lca.ingest.bookrules import WordLists
from lca.ingest.cover import Cover
from lca.ingest.headings import Column
from lca.ingest.instructions import Instructions
from lca.ingest.limits import Limits
from lca.ingest.offered import offer
from lca.ingest.profiles.cellrule import CellRule
from lca.ingest.wire import CellFault, Sheet, SheetRow
from lca.ingest.workbook import read_workbook
from lca.issues import Issue, Report, Severity
from lca.record import fields_of

KEEP = Instructions(keep_sheets=True)
HEADS = ["Name", "Latitude", "Longitude", "Maximum draft (m)", "Operational status"]
GOOD = ["Coquimbo", -29.95, -71.33, 9.5, "operational"]
DRAFT, STATUS = 4, 5


def given_back(tmp_path, sheets, cover=None):
    reading = read_assessment(save_workbook(tmp_path / "in.xlsx", sheets, cover), instructions=KEEP)
    annotate(reading, tmp_path / "out.xlsx")
    return reading, openpyxl.load_workbook(tmp_path / "out.xlsx")


def a_reading(sheets, issues=(), layer="ports"):
    rows = {layer: 0}
    return Reading(
        tables={},
        report=Report(tuple(issues), rows, rows, rows),
        profile="workbook",
        profile_reason="",
        cover=Cover(),
        filename="in.xlsx",
        sha256="",
        sheets=tuple(sheets),
        read_tables=tuple(
            ReadTable(
                sheet=sheet.name,
                layer=layer,
                head_row=1,
                rows=0,
                accepted=0,
                columns=(),
                defaults={},
            )
            for sheet in sheets
        ),
    )


def coloured(sheet):
    return {
        cell.coordinate: cell.fill.fgColor.rgb[2:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type
    }


def test_each_row_says_what_is_wrong_and_keeps_its_place_and_values(tmp_path):
    rows = [HEADS, GOOD, [], ["Arica", -18.47, -70.32, "1.200", "shut"], ["Iquique", -20.2, -70.15]]
    _, book = given_back(tmp_path, {"Ports": rows, "Notes": [["keep out"]]})
    assert book.sheetnames == ["QA report", "Assessment", "Ports"]
    sheet = book["Ports"]
    for number, row in enumerate(rows, start=1):
        assert [cell.value for cell in sheet[number]][: len(row)] == row
    assert sheet["F1"].value == "Errors"
    assert sheet["F2"].value is sheet["F5"].value is None
    assert "Maximum draft (m): The point may separate" in sheet["F4"].value
    assert "Operational status: It is not one of the allowed words" in sheet["F4"].value
    assert coloured(sheet) == {"D4": "FFC7CE", "E4": "FFC7CE"}
    assert "Type 1200 or 1.200" in sheet["D4"].comment.text
    assert {row[0].value: row[1].value for row in book["Assessment"]} == COVER
    told = [[cell.value for cell in row] for row in book["QA report"].iter_rows()]
    assert ["ports", 3, 2, 1, *[None] * 4] in told
    assert ["warning", "Notes", None, None, None, ANY, ANY, None] in told
    assert sum(row[:3] == ["error", "Ports", 4] for row in told) == 2


def test_once_mended_it_is_read_without_a_remark(tmp_path):
    _, book = given_back(
        tmp_path, {"Ports": [HEADS, GOOD, ["Arica", -18.47, -70.32, "1.200", "shut"]]}
    )
    book["Ports"].cell(3, DRAFT, 12)
    book["Ports"].cell(3, STATUS, "restricted")
    book.save(tmp_path / "mended.xlsx")
    reading = read_assessment(tmp_path / "mended.xlsx", instructions=KEEP)
    assert reading.report.issues == ()
    assert list(reading.tables["ports"].max_draft_m) == [9.5, 12]
    # and given back once more it has one column of errors, now empty
    annotate(reading, tmp_path / "again.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "again.xlsx")["Ports"]
    assert [cell.value for cell in sheet[1]] == [*HEADS, "Errors"]
    assert sheet.max_row == 3
    assert sheet["F3"].value is None


def test_it_speaks_the_language_of_the_file(tmp_path):
    rows = [
        ["Nom", "Latitude", "Longitude", "Tirant d'eau maximal (m)"],
        ["Arica", -18.47, -70.32, "dix"],
    ]
    cover = {"Organisation": "PAM", "Date de l'évaluation": "2026-11-16", "Exercice": "non"}
    sheets = {"Évaluation": list(cover.items()), "Aéroports": [["Nom"], ["X"]], "Ports": rows}
    reading, book = given_back(tmp_path, sheets, cover={})
    assert book.sheetnames[0] == "Rapport qualité"
    assert book["Ports"]["E1"].value == "Erreurs"
    assert book["Ports"]["E2"].value.startswith(
        "erreur: Tirant d'eau maximal (m): It is not a number."
    )
    assert len(reading.report.errors) == 1
    again = read_assessment(tmp_path / "out.xlsx")
    assert [one.text() for one in again.report.issues] == [
        one.text() for one in reading.report.issues
    ]


def test_arabic_runs_from_right_to_left(tmp_path):
    _, book = given_back(tmp_path, {"الموانئ": [["الاسم", "خط العرض"], ["عريكة", "x"]]}, cover={})
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    assert book["الموانئ"]["C1"].value == "الأخطاء"


HOSTILE = [
    '=HYPERLINK("http://x")', "+1", "@SUM(1)", "_x0041_", "a\x07b", " lead", "line\nline", "1.200",
    CellFault("#N/A"), CellFault("formula without a value"), True, 0, 1.5, 10**17,
    datetime(2026, 11, 16, 8, 30), datetime(2026, 11, 16),  # noqa: DTZ001 - a workbook's times are local
]  # fmt: skip


def test_no_text_becomes_a_formula_and_every_value_comes_back(tmp_path):
    heads = dict.fromkeys(range(len(HOSTILE)), "h")
    rows = (SheetRow(1, heads), SheetRow(3, dict(enumerate(HOSTILE))))
    annotate(a_reading([Sheet("Ports", rows=rows)]), tmp_path / "out.xlsx")
    told = read_workbook(tmp_path / "out.xlsx", {"ports"}, Limits())
    last = [one for one in told if isinstance(one, SheetRow)][-1]
    expected = dict(enumerate(HOSTILE)) | {4: "ab", 9: CellFault("#VALUE!")}
    assert last == SheetRow(3, expected)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert not [cell for row in book["Ports"].iter_rows() for cell in row if cell.data_type == "f"]
    assert book["Ports"]["A3"].quotePrefix


def test_a_message_is_no_formula_either(tmp_path):
    issue = Issue(Severity.ERROR, "=1+1", "", "Ports", 2, "h", "=cmd|x")
    rows = (SheetRow(1, {0: "h"}), SheetRow(2, {0: "x"}))
    annotate(a_reading([Sheet("Ports", rows=rows)], [issue]), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=1+1" for cell in cells)


def test_a_proposal_and_a_repair_stand_beside_what_is_wrong(tmp_path):
    issues = [
        Issue(Severity.ERROR, "Wrong sign.", "Correct it.", "Ports", 2, "h", proposal="-29.9"),
        Issue(Severity.WARNING, "Swapped.", "Check it.", "Ports", 3, "h", proposal="1, 2", repaired=True),
    ]  # fmt: skip
    rows = tuple(SheetRow(number, {0: "h" if number == 1 else number}) for number in (1, 2, 3))
    annotate(a_reading([Sheet("Ports", rows=rows)], issues), tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Ports"]
    assert sheet["B2"].value == "error: h: Wrong sign. Correct it. Proposed: -29.9."
    assert sheet["B3"].value == "warning: h: Swapped. Check it. Done: 1, 2."
    assert coloured(sheet) == {"A2": "FFC7CE", "A3": "FFEB9C"}


@pytest.mark.parametrize(
    ("numbers", "placed"),
    [((1, 3), (1, 3)), ((0, 1), (1, 2)), ((2, 2), (1, 2)), ((1, 1_048_576), (1, 2))],
    ids=["as they were", "of a GIS file", "of two tables", "a stray cell far below"],
)
def test_rows_keep_their_place_where_a_sheet_can_have_it(tmp_path, numbers, placed):
    rows = tuple(SheetRow(number, {0: f"row {number}"}) for number in numbers)
    annotate(a_reading([Sheet("s", rows=rows)]), tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["s"]
    assert tuple(row[0].row for row in sheet.iter_rows() if row[0].value) == placed


def test_names_that_no_sheet_can_have_and_names_twice(tmp_path):
    row = (SheetRow(1, {0: "h"}),)
    names = ["a/b [1]: what is a very long name of a table", "PORTS", "Ports", "''", "QA report"]
    issue = Issue(Severity.ERROR, "Bad.", "Mend.", "PORTS", 1, "h")
    annotate(a_reading([Sheet(name, rows=row) for name in names], [issue]), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    # what a former copy reported is no part of the next
    assert book.sheetnames == [
        "QA report",
        "a b 1 what is a very long name",
        "PORTS",
        "Ports (2)",
        "Sheet",
    ]
    assert [sheet.title for sheet in book if coloured(sheet)] == ["PORTS"]


def test_shapes_are_said_to_be_left_out(tmp_path):
    path = tmp_path / "in.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A","max_draft_m":"deep",'
        '"source_org":"WFP","date_of_information":"2026-11-16"},"geometry":{"type":"Point","coordinates":[-71,-29]}}]}'
    )
    reading = read_assessment(path, layer="ports", instructions=KEEP)
    annotate(reading, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert "shapes" in book["QA report"]["A3"].value
    sheet = book.worksheets[1]
    assert "max_draft_m: It is not a number" in sheet.cell(2, sheet.max_column).value


def test_sheets_are_kept_only_for_who_asks(tmp_path):
    path = save_workbook(tmp_path / "in.xlsx", {"Ports": [HEADS, GOOD]})
    assert read_assessment(path).sheets == ()


def test_a_moment_with_its_offset_stays_a_text():
    page = openpyxl.Workbook(write_only=True).create_sheet()
    cell = written(page, datetime(2026, 11, 16, tzinfo=UTC))
    assert (cell.value, cell.data_type) == ("2026-11-16T00:00:00+00:00", "s")


def offered(book, sheet):
    """The words that each range of a sheet offers."""
    names = book.defined_names
    found = {}
    for rule in book[sheet].data_validations.dataValidation:
        said = rule.formula1
        if said.startswith('"'):
            words = said.strip('"').split(",")
        else:
            title, _, cells = names[said].attr_text.rpartition("!")
            words = [row[0].value for row in book[title.strip("'")][cells.replace("$", "")]]
        found[str(rule.sqref)] = words
    return found


def test_a_wrong_word_is_mended_by_choosing(tmp_path):
    rows = [HEADS, GOOD, ["Arica", -18.47, -70.32, 12, "shut"]]
    reading, book = given_back(tmp_path, {"Ports": rows})
    words = offered(book, "Ports")["E2:E3"]
    assert [issue.value for issue in reading.report.errors] == ["shut"]
    for word in words:
        book["Ports"].cell(3, STATUS, word)
        book.save(tmp_path / "mended.xlsx")
        assert read_assessment(tmp_path / "mended.xlsx").report.issues == ()


def test_each_table_of_a_sheet_offers_and_colours_by_its_own_headings(tmp_path):
    turned = ["Operational status", *HEADS[:4]]
    rows = [HEADS, GOOD, [], turned, ["shut", "Arica", -18.47, -70.32, "deep"]]
    _, book = given_back(tmp_path, {"Ports": rows})
    assert sorted(offered(book, "Ports")) == ["A5", "E2"]
    assert coloured(book["Ports"]) == {"A5": "FFC7CE", "E5": "FFC7CE"}
    assert [book["Ports"].cell(row, 6).value for row in (1, 4)] == ["Errors", "Errors"]


@pytest.mark.parametrize(("codes", "offers"), [({}, 1), ({"operational": "restricted"}, 0)])
def test_words_that_a_source_means_otherwise_are_not_offered(codes, offers):
    status = next(one for one in fields_of(Port) if one.name == "status")
    rule = CellRule(codes=codes, accepts=frozenset(status.codes), labelled=status.codes)
    book = openpyxl.Workbook()
    coded = [(4, Column("Operational status", "status", status, rule))]
    offer(book.active, coded, (2, 3), WordLists(book, "en"), "en")
    assert len(book.active.data_validations.dataValidation) == offers


def test_a_row_that_was_set_aside_says_so(tmp_path):
    heads = ["osm_id", "status", "curntprac", "last_update", "id", "fclass", "srftpe", "iso3"]
    shut = [5001, "Closed", "Unspecified", "2026-11-18", 1, 2, "Paved", "CHL"]
    path = save_workbook(
        tmp_path / "in.xlsx", {"roads": [heads, shut, [5002, "Open", *shut[2:]]]}, cover={}
    )
    asked = Instructions(keep_sheets=True, source_org="Exercise cell", exercise=True)
    reading = read_assessment(path, layer="constraints", instructions=asked)
    annotate(reading, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    (reason,) = {issue.message for issue in reading.report.issues if issue.rule == "rows.set_aside"}
    mark = book["roads"].cell(3, len(heads) + 1).value
    assert mark.startswith("Set aside: ")
    assert mark.removeprefix("Set aside: ") in reason
    assert not str(book["roads"].cell(2, len(heads) + 1).value).startswith("Set aside")
    told = [[cell.value for cell in row] for row in book["QA report"].iter_rows()]
    assert ["Layer", "Rows read", "Accepted", "Rejected", "Set aside"] in [row[:5] for row in told]
