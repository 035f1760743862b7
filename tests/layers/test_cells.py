"""No text of ours is ever run as a formula, whatever it hides behind."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from support.exports import in_words

from layers.cells import comma_cell, inert, plain_cell
from layers.workbook import Sheet, write_workbook
from lca.errors import UsageError

MADE = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "=-",
    "@SUM(",
    "=cmd|'/C calc'!A0",
]
HIDING = [
    "",
    " ",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\t",
    "\r\n",
    "\u2003",
    "\x1f",
    "x;",
    'a";',
    "1\t",
    "é\n",
    ",",
    ";;",
]
TAILS = ["1+1", 'HYPERLINK("http://x")', "", "A1", '"', "'", ";", "x\ny=1", "\N{BRIDGE AT NIGHT}"]
# What Excel, LibreOffice and Google's sheets take for the start of a formula.
RUN = re.compile(r"[\s\u200b\ufeff\x00-\x1f]*[=+\-@＝＋－＠]")


def fuzzed(count: int) -> list[str]:
    rng = random.Random(7)
    return [
        rng.choice(HIDING) + rng.choice(HIDING) + rng.choice(STARTS) + rng.choice(TAILS)
        for _ in range(count)
    ]


def test_ten_thousand_cells_of_csv_are_inert_at_home_and_abroad():
    texts = fuzzed(10_000)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["id", comma_cell(text), "end"] for text in texts])
    rows = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert len(rows) == len(texts)
    for text, row in zip(texts, rows, strict=True):
        assert not RUN.match(row[1]), text
        # A spreadsheet of a country that separates by ; or tab cuts the cell there.
        for piece in re.split(r"[;\t\r\n]", row[1]):
            assert not RUN.match(piece), (text, piece)
        assert row[1].replace("'", "") == text.replace("'", ""), "only apostrophes are added"


def test_ten_thousand_cells_of_a_workbook_are_texts_as_they_were(tmp_path):
    texts = fuzzed(10_000)
    path = tmp_path / "x.xlsx"
    write_workbook(path, [Sheet("=1", ["=HEAD"], ([text] for text in texts))], made_at=MADE)
    page = openpyxl.load_workbook(path).worksheets[0]
    cells = [line[0] for line in page.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    printable = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
    for text, cell in zip(["=HEAD", *texts], cells, strict=True):
        kept = (
            printable.sub("\N{REPLACEMENT CHARACTER}", text)
            .replace("\r\n", "\n")
            .replace("\r", "\n")
        )
        assert cell.value.replace("\r\n", "\n").replace("_x000D_", "\n").replace("\r", "\n") == kept
    assert "<f>" not in in_words("xlsx", path.read_bytes())


def test_a_workbook_is_the_same_bytes_again_and_names_its_moment(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [Sheet("s", ["h"], [[1], [None], ["x"]])], made_at=MADE)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    stated = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert stated.created == stated.modified == MADE.replace(tzinfo=None)


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("layers.workbook.MOST_ROWS", 3)
    with pytest.raises(UsageError, match="rows"):
        write_workbook(tmp_path / "x", [Sheet("s", ["h"], [[1]] * 4)], made_at=MADE)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None), (True, "yes"), (0, 0), (1.5, 1.5), ("a", "a"), ((4, 5), "4;5"),
        (datetime(2026, 11, 14, 9, 30, tzinfo=UTC), "2026-11-14T09:30:00Z"),
    ],
)  # fmt: skip
def test_values_as_cells(value, cell):
    assert plain_cell(value) == cell


@pytest.mark.parametrize("cell", ["", " ", "1-2", None, -1.5, "a; b", "x-1"])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert inert(cell) == cell
    assert comma_cell(cell) == ("" if cell is None else cell)
