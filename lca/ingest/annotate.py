"""Give a file back as a workbook that says, row by row, what is wrong and what to do.

The received file is never opened for it: the copy is made of the cells that the limited child
read, so nothing of a hostile file can act here. Styles, formulas and pictures are lost; values,
headings, their order and their places stay.

>>> reading = read_assessment(path, instructions=Instructions(keep_sheets=True))
>>> annotate(reading, Path("errors.xlsx"))
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from lca.codelists import LANGUAGES
from lca.issues import Issue, Severity, errors_first

from .annotatedsheet import Layout, Notes, write_sheet
from .assessment import Reading, ReadTable
from .bookrules import WordLists
from .folding import fold
from .offered import offer, spans
from .qasheet import write_qa
from .sheets import is_companion, is_cover
from .steadybook import save
from .texts import one_line
from .translations import RIGHT_TO_LEFT, forms, keys, said
from .wire import Sheet

_LONGEST_TITLE = 31
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_RED = "C00000"


def annotate(reading: Reading, path: Path, language: str | None = None) -> None:
    """Write the copy of a file with its report.

    Each sheet that was read gets a column of errors at its end, which also says which rows were
    set aside; the cells concerned are coloured, with a note, and those of codes offer their words.
    The first sheet counts and lists everything. Once mended the workbook can be read
    again: neither the column nor the first sheet is read.

    Parameters
    ----------
    reading : Reading
        What :func:`~lca.ingest.read_assessment` gave with ``Instructions(keep_sheets=True)``.
    path : Path
        The .xlsx file to make or replace.
    language : str, optional
        One of :data:`lca.codelists.LANGUAGES`; by default that of the file's sheets. Messages
        are in English.
    """
    sheets = [sheet for sheet in reading.sheets if sheet.rows and not is_companion(sheet.name)]
    language = language or _language_of(sheets)
    book = Workbook(write_only=True)
    _write_report(book, reading, sheets, language)
    told = _by_sheet(reading, sheets)
    notes, lists = Notes(), WordLists(book, language)
    titles = {said(one, language).casefold() for one in ("sheet.qa", "sheet.lists")}
    for sheet, issues in zip(sheets, told, strict=True):
        page = book.create_sheet(_title(sheet.name, titles))
        page.sheet_view.rightToLeft = language in RIGHT_TO_LEFT
        if any(issue.severity is Severity.ERROR for issue in issues):
            page.sheet_properties.tabColor = _RED
        tables = [one for one in reading.read_tables if one.sheet == sheet.name]
        aside = {number: why for one in tables for number, why in one.aside.items()}
        layout = Layout.of(sheet, _heads_of(sheet, tables), aside)
        placed = write_sheet(page, layout, issues, language, notes)
        rows = spans(layout.heads, placed)
        for table in tables:
            if table.head_row in rows:
                offer(page, table.coded, rows[table.head_row], lists, language)
    lists.write()
    save(book, path)


def _write_report(book: Workbook, reading: Reading, sheets: Sequence[Sheet], language: str) -> None:
    shapes = any(row.geometry is not None for sheet in sheets for row in sheet.rows)
    told = ("what", "kept", "no_geometry" if shapes else "mend")
    page = book.create_sheet(said("sheet.qa", language))
    page.sheet_view.rightToLeft = language in RIGHT_TO_LEFT
    write_qa(page, reading.report, language, [said(f"qa.{name}", language) for name in told])


def _language_of(sheets: Sequence[Sheet]) -> str:
    """Return the language in which most sheets of our workbook are named; English at a tie."""
    found: Counter[str] = Counter({LANGUAGES[0]: 0})
    titles = {fold(sheet.name) for sheet in sheets}
    for key in keys("sheet."):
        for language, words in forms(key).items():
            found[language] += any(fold(word) in titles for word in words)
    return max(found, key=lambda one: (found[one], one == LANGUAGES[0]))


def _heads_of(sheet: Sheet, tables: Sequence[ReadTable]) -> list[int]:
    """Return the rows that hold a sheet's headings, a table's each; the cover has none."""
    if is_cover(sheet.name):
        return []
    return sorted({one.head_row for one in tables} or {sheet.rows[0].number})


def _by_sheet(reading: Reading, sheets: Sequence[Sheet]) -> list[list[Issue]]:
    """Return the issues of each sheet; an issue of no sheet stands in the report alone.

    An issue of geodata names the layer that the file fills, and tables of a document may share a
    name: of several sheets it is that which has the row.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for number, sheet in enumerate(sheets):
        layers = {one.layer for one in reading.read_tables if one.sheet == sheet.name}
        for name in {sheet.name, *layers}:
            places[name].append(number)
    rows = [{row.number for row in sheet.rows} for sheet in sheets]
    told: list[list[Issue]] = [[] for _ in sheets]
    for issue in errors_first(reading.report.issues):
        at = places.get(issue.sheet or "", [])
        best = [one for one in at if issue.row in rows[one]] or at
        if best:
            told[best[0]].append(issue)
    return told


def _title(name: str, taken: set[str]) -> str:
    """Return a name as a sheet may have it, unlike those that are taken."""
    words = " ".join(_NOT_IN_A_TITLE.sub(" ", one_line(name)).split())
    bare = words[:_LONGEST_TITLE].strip(" '") or "Sheet"
    title, count = bare, 1
    while title.casefold() in taken:
        count += 1
        title = f"{bare[: _LONGEST_TITLE - 6]} ({count})"
    taken.add(title.casefold())
    return title
