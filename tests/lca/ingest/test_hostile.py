"""Hostile and broken files: each is refused with one clear error, in bounded time and memory."""

from __future__ import annotations

import os
import random
import struct
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from support.workbooks import COVER, HEAD_ROW, PORT_HEADINGS, save_ports, save_raw, save_workbook

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest import Limits, read_assessment
from lca.issues import Severity

MIB = 1024 * 1024
LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a 'ha'>"
    + "".join(
        f"<!ENTITY {this} '{f'&{last};' * 20}'>"
        for last, this in zip("abcdefg", "bcdefgh", strict=True)
    )
    + "]>"
)
STEALS = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def inline(text):
    return f'<row r="2"><c r="A2" t="inlineStr"><is><t>{text}</t></is></c></row>'


def data(*rows):
    return f"<sheetData>{HEAD_ROW}{''.join(rows)}</sheetData>"


def zip_bomb(path):
    return save_raw(path, b"<worksheet>" + b" " * (20 * MIB), extra={})


def text_bomb(path):
    text = b"<sst><si><t>" + b"a" * (20 * MIB) + b"</t></si></sst>"
    return save_raw(path, data(), strings=text)


def many_entries(path):
    return save_raw(path, data(), extra={f"x{number}": b"" for number in range(3_000)})


def million_entries(path):
    """A table of contents that only claims to be huge."""
    save_raw(path, data())
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", raw, at + 8, 65_535, 65_535)
    path.write_bytes(raw)


def truncated(path):
    save_ports(path, ["Coquimbo", -29.9, -71.3])
    path.write_bytes(path.read_bytes()[:-400])


def lying_size(path):
    """The table of contents says that a part is smaller than it is."""
    save_raw(path, data(inline("x" * 5_000)))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    raw = path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 300))
    path.write_bytes(raw)


def deep_xml(path):
    return save_raw(path, "<a>" * 200_000 + "</a>" * 200_000)


HOSTILE = {
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(20_000)),
    "an old .xls": lambda path: path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000)
    ),
    "only the zip's end": lambda path: path.write_bytes(b"PK\x05\x06" + bytes(18)),
    "truncated": truncated,
    "zip bomb": zip_bomb,
    "text bomb": text_bomb,
    "too many entries": many_entries,
    "a table of contents that claims much": million_entries,
    "a lying size": lying_size,
    "an archive in the archive": lambda path: save_raw(path, data(), extra={"a.zip": b"PK"}),
    "an entry outside": lambda path: save_raw(path, data(), extra={"../../evil.py": b"x"}),
    "an absolute entry": lambda path: save_raw(path, data(), extra={"C:\\evil.dll": b"x"}),
    "entries that differ in case": lambda path: save_raw(
        path, data(), extra={"XL/Workbook.xml": b""}
    ),
    "billion laughs": lambda path: save_raw(path, data(inline("&h;")), prolog=LAUGHS),
    "an outside entity": lambda path: save_raw(path, data(inline("&a;")), prolog=STEALS),
    "laughs in the shared texts": lambda path: save_raw(
        path, data(), strings=f"{LAUGHS}<sst><si><t>&h;</t></si></sst>"
    ),
    "broken XML": lambda path: save_raw(path, "<sheetData><row>"),
    "bad UTF-8": lambda path: save_raw(path, b"<worksheet>\xff\xfe\xfd</worksheet>"),
    "deep XML": deep_xml,
    "a far cell": lambda path: save_raw(
        path, data('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "a wide row": lambda path: save_raw(
        path, data('<row r="2">' + "<c><v>1</v></c>" * 100_000 + "</row>")
    ),
    "two cells in one place": lambda path: save_raw(
        path, data('<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>')
    ),
    "a cell that names no place": lambda path: save_raw(
        path, data('<row r="2"><c r="A0"><v>1</v></c></row>')
    ),
    "a cell of another row": lambda path: save_raw(
        path, data('<row r="2"><c r="A9"><v>1</v></c></row>')
    ),
    "a text that is not there": lambda path: save_raw(
        path, data('<row r="2"><c r="A2" t="s"><v>7</v></c></row>'), strings="<sst/>"
    ),
    "a number that is none": lambda path: save_raw(
        path, data('<row r="2"><c r="A2"><v>1e</v></c></row>')
    ),
    "a sheet that is not there": lambda path: zipfile.ZipFile(path, "w").writestr(
        "_rels/.rels", "<Relationships/>"
    ),
}


def worked_s():
    """Return the processor time of this process and its children: waiting for a turn is no work."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_clear_error_within_seconds(tmp_path, name):
    path = tmp_path / "upload.xlsx"
    HOSTILE[name](path)
    before = worked_s()
    with pytest.raises(InvalidInput) as caught:
        read_assessment(path)
    # Far above what it takes (0.1-2 s here), far below what harm would need.
    assert worked_s() - before < 30
    assert caught.value.where == "upload.xlsx"
    assert caught.value.do_next
    assert "stopped unexpectedly" not in caught.value.what
    assert str(tmp_path) not in caught.value.what
    assert len(caught.value.text()) < 400


@pytest.mark.parametrize("seed", range(8))
def test_a_file_that_rotted_is_refused_or_loses_no_row(tmp_path, seed):
    path = save_ports(tmp_path / "a.xlsx", *([f"P{n}", -29.9, -71.3] for n in range(20)))
    chance = random.Random(seed)
    raw = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 30)):
        raw[chance.randrange(len(raw))] ^= chance.randint(1, 255)
    path.write_bytes(raw)
    with suppress(InvalidInput):
        report = read_assessment(path).report
        assert report.rows_in["ports"] == 20
        return
    with pytest.raises(InvalidInput, match=r"^(?!.*stopped unexpectedly)"):
        read_assessment(path)


def test_an_upload_that_is_too_large_is_not_even_copied(tmp_path):
    path = save_ports(tmp_path / "a.xlsx", ["Coquimbo", -29.9, -71.3])
    with pytest.raises(UnreadableFile, match="larger than"):
        read_assessment(path, limits=Limits(upload_bytes=1_000))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(rows=2), "more than 2 rows"),
        (Limits(cells=5), "more than 5 cells"),
        (Limits(columns=2), "column 3"),
        (Limits(unpacked_bytes=1_000), "unpacked content"),
    ],
)
def test_each_limit_says_which_it_was(tmp_path, limits, says):
    path = save_ports(tmp_path / "a.xlsx", *([f"P{n}", -29.9, -71.3] for n in range(3)))
    with pytest.raises(UnreadableFile, match=says):
        read_assessment(path, limits=limits)


def test_a_dimension_that_lies_loses_no_row(tmp_path):
    rows = [
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>Port {n}</t></is></c></row>'
        for n in range(2, 52)
    ]
    path = save_raw(tmp_path / "a.xlsx", f'<dimension ref="A1:B2"/>{data(*rows)}')
    assert read_assessment(path).report.rows_in == {"ports": 50}


def test_rows_and_cells_out_of_order_lose_none_and_keep_their_numbers(tmp_path):
    cell = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
    head = f'<row r="1">{cell.format("B1", "Name")}{cell.format("A1", "Id")}</row>'
    rows = "".join(
        f'<row r="{n}">{cell.format(f"B{n}", f"Port {n}")}{cell.format(f"A{n}", f"p{n}")}</row>'
        for n in (9, 3, 7)
    )
    path = save_raw(tmp_path / "a.xlsx", f"<sheetData>{head}{rows}</sheetData>")
    reading = read_assessment(path)
    assert reading.report.rows_in == {"ports": 3}
    # without a cover, each row lacks its source and date
    assert {issue.row for issue in reading.report.errors} == {1}


def test_a_formula_without_a_value_is_an_error_not_an_empty_cell(tmp_path):
    path = save_workbook(
        tmp_path / "a.xlsx",
        {"Ports": [[*PORT_HEADINGS, "Maximum draft (m)"], ["A", -29.9, -71.3, "=5+5"]]},
    )
    (issue,) = read_assessment(path).report.issues
    assert issue.severity is Severity.ERROR
    assert (issue.row, issue.column) == (2, "Maximum draft (m)")
    assert "formula" in issue.message


def test_merged_cells_are_told(tmp_path):
    path = save_ports(tmp_path / "b.xlsx", ["A", -29.9, -71.3])
    book = openpyxl.load_workbook(path)
    book["Ports"].merge_cells("A2:A5")
    book.save(path)
    (issue,) = read_assessment(path).report.issues
    assert "A2:A5" in issue.message


@pytest.mark.parametrize("decides", ["Effect on traffic", "Gross mass limit (t)"])
def test_a_closure_under_a_merged_effect_or_limit_is_refused_and_not_weakened(tmp_path, decides):
    headings = ["Name", "Effect on traffic", "Gross mass limit (t)", "Latitude", "Longitude"]
    rows = [["A", "restricted", 5, -29.9, -71.3], ["B", "restricted", 5, -29.8, -71.3]]
    path = save_workbook(tmp_path / "b.xlsx", {"Constraints": [headings, *rows]}, COVER)
    book = openpyxl.load_workbook(path)
    letter = "ABCDE"[headings.index(decides)]
    book["Constraints"].merge_cells(f"{letter}2:{letter}3")
    book.save(path)
    reading = read_assessment(path)
    assert reading.tables["constraints"]["name"].tolist() == ["A"]
    assert [one.row for one in reading.report.errors] == [3]


def test_a_closure_under_the_last_of_many_merged_cells_is_refused_too(tmp_path):
    headings = ["Name", "Effect on traffic", "Latitude", "Longitude", "Note"]
    rows = [[name, "blocked", -29.9, -71.3 + at, None] for at, name in enumerate("AB")]
    path = save_workbook(tmp_path / "b.xlsx", {"Constraints": [headings, *rows]}, COVER)
    book = openpyxl.load_workbook(path)
    for row in range(1, 301):
        book["Constraints"].merge_cells(f"G{row}:H{row}")
    book["Constraints"].merge_cells("B2:B3")
    book.save(path)
    reading = read_assessment(path)
    assert reading.tables["constraints"]["name"].tolist() == ["A"]
    assert [one.row for one in reading.report.errors] == [3]
    told = [one.message for one in reading.report.issues if "are merged" in one.message]
    assert (len(told), told[-1][:38]) == (101, "The cells of 201 more ranges are merge")
    with pytest.raises(UnreadableFile, match="more than 300 merged ranges"):
        read_assessment(path, limits=Limits(merged=300))


@pytest.mark.parametrize(
    ("rows", "sheet", "told"),
    [
        ([2], False, "1 row is hidden"),
        ([2, 3], False, "2 rows are hidden"),
        ([], False, None),
        ([2], True, "The sheet is hidden"),
    ],
)
def test_what_excel_hides_is_read_and_told(tmp_path, rows, sheet, told):
    path = save_ports(tmp_path / "b.xlsx", ["A", -29.9, -71.3], ["B", -29.8, -71.3])
    book = openpyxl.load_workbook(path)
    for row in rows:
        book["Ports"].row_dimensions[row].hidden = True
    book["Ports"].sheet_state = "hidden" if sheet else "visible"
    book.save(path)
    reading = read_assessment(path)
    assert len(reading.tables["ports"]) == 2
    hidden = [one.message for one in reading.report.issues if "hidden" in one.message]
    assert [one[: len(told or "")] for one in hidden] == ([told] if told else [])


def test_the_error_never_repeats_a_megabyte(tmp_path):
    path = save_workbook(
        tmp_path / "a.xlsx", {"Ports": [PORT_HEADINGS, ["A", "x" * 30_000, -71.3]]}, COVER
    )
    (issue,) = read_assessment(path).report.issues
    assert len(issue.text()) < 500
