"""The guide to the workbook and its reference name every sheet, column and word that is read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from lca.ingest.cover import COVER_KEYS
from lca.ingest.headings import LOCATION_TITLES, heading_of
from lca.ingest.sheets import COVER_SHEET, TABLE_KINDS
from lca.record import fields_of
from scripts.workbook_page import PAGE, page_of

REPO = Path(__file__).resolve().parents[2]
GUIDE = (REPO / "docs" / "how-to" / "assessment-workbook.md").read_text(encoding="utf-8")
MODEL = (REPO / "docs" / "reference" / "model.md").read_text(encoding="utf-8")
EXAMPLE = "data/demo/coquimbo/assessment.xlsx"


def documented(sheet):
    """Return what the reference says of each column that a sheet may have."""
    rows = {}
    for section in re.split(r"^### ", MODEL, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        if sheet in title.split(", ") or title == "On every sheet":
            body = body.partition("\n## ")[0]
            rows.update(re.findall(r"^\| (.+?) \| (.*) \|$", body, re.MULTILINE)[1:])
    return rows


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.layer)
def test_the_reference_has_exactly_the_columns_that_are_read(kind):
    rows = documented(kind.sheet)
    fields = fields_of(kind.record_class)
    assert rows.keys() == {heading_of(field) for field in fields}
    for field in fields:
        told = rows[heading_of(field)]
        assert all(f"`{code}`" in told for code in field.codes), field.name
        if field.required and field.name != "id":
            assert "**required**" in told, field.name


def test_the_pages_are_those_of_the_records_and_code_lists():
    done = subprocess.run(
        [sys.executable, "-m", "scripts.make_model_page", "--check"], cwd=REPO, check=False
    )
    assert done.returncode == 0, "run: python -m scripts.make_model_page"


@pytest.mark.parametrize("kind", TABLE_KINDS, ids=lambda kind: kind.layer)
def test_the_guide_names_the_sheet(kind):
    table = GUIDE.partition("| sheets | what |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    assert kind.sheet in ", ".join(named).split(", ")


def test_the_guide_has_the_cover_and_the_location():
    assert f"sheet *{COVER_SHEET}*" in GUIDE
    for key in COVER_KEYS:
        assert f"\n| {key} | " in GUIDE
    for title in LOCATION_TITLES.values():
        assert title in GUIDE


def squeezed(text):
    """Return a text without the padding of its columns and the ends of its lines."""
    return " ".join(text.split())


def test_the_report_in_the_guide_is_the_one_that_is_printed(lca, tmp_path):
    book = openpyxl.load_workbook(REPO / EXAMPLE)
    for title, heading, value in (
        ("Storage", "Latitude", 29.9535),
        ("Constraints", "Gross mass limit (t)", "1.200"),
        ("Constraints", "Review by", "03/04/2026"),
    ):
        sheet = book[title]
        sheet.cell(2, next(cell.column for cell in sheet[1] if cell.value == heading)).value = value
    path = tmp_path / "assessment.xlsx"
    book.save(path)
    printed = squeezed(lca("import", path).err)
    report = GUIDE.partition("```text\n")[2].partition("\n```")[0].splitlines()
    assert len(report) >= 5
    for line in report:
        assert squeezed(line) in printed


def test_the_help_points_to_the_example_and_the_guide(lca):
    said = " ".join(lca("import", "--help").out.split())
    assert EXAMPLE in said
    assert "docs/how-to/assessment-workbook.md" in said
    assert (REPO / EXAMPLE).is_file()


def test_the_page_of_the_workbook_has_its_sheets_and_tags():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page_of(text)
    assert "| `ports` | Ports | Ports | Puertos | الموانئ |" in text
    assert "| `#geo+lat` | `latitude` |" in text
