"""What an export of ours says of itself in cells: whether its data is invented, what explains it.

A workbook has a sheet of terms and one that explains the columns, a CSV the terms in columns
beside each row (``layers.exports``). The columns of an export profile have no place for the
exercise mark, so that it stands nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from .wire import COVER_SHEET, Cell, Sheet, SheetRow

_TERMS = ("What", "Value")
_COLUMNS = ("Column", "Heading", "Type", "Unit", "Words it may hold")
_MARK, _MARK_OF_ROWS = "exercise", "dataset_exercise"
_BOTH = "yes and no"
# As layers.cells protects a text of CSV; what it puts before a whole text the reader takes off.
_PROTECTED = re.compile(r"(?<=[;\t\r\n])(\s*)'(?=[=+\-@＝＋－＠])")
_EITHER = re.compile(r"[+-]?\d{1,3}\.\d{3}")


def parted(sheets: Sequence[Sheet]) -> tuple[Sheet | None, list[Sheet]]:
    """Return what a file says of itself, and its layers."""
    stated = next((sheet for sheet in sheets if sheet.name == COVER_SHEET), None)
    rest = [sheet for sheet in sheets if sheet is not stated and not explains(sheet)]
    if stated is None and (marks := {str(cell) for cell in _marks(sheets)}):
        mark = marks.pop() if len(marks) == 1 else _BOTH
        stated = Sheet(COVER_SHEET, rows=(SheetRow(1, {0: "Exercise", 1: mark}),))
    return stated, rest


def marked(sheet: Sheet) -> Sheet:
    """Return a table that we have written as it was: marked as pointed, its texts unprotected."""
    if not sheet.rows or _MARK_OF_ROWS not in sheet.rows[0].cells.values():
        return sheet
    return replace(sheet, pointed=True, rows=tuple(map(_unprotected, sheet.rows)))


def _unprotected(row: SheetRow) -> SheetRow:
    """Return a row without the apostrophes that keep a formula behind a separator from running."""
    cells = {
        index: _PROTECTED.sub(r"\1", cell)
        for index, cell in row.cells.items()
        if isinstance(cell, str) and "'" in cell
    }
    return replace(row, cells={**row.cells, **cells}) if cells else row


def spelt_out(row: SheetRow, columns: Collection[int]) -> SheetRow:
    """Return a row in which no number could have thousands: 4.125 is 4.1250."""
    cells = {
        index: f"{cell}0"
        for index, cell in row.cells.items()
        if index in columns and isinstance(cell, str) and _EITHER.fullmatch(cell)
    }
    return replace(row, cells={**row.cells, **cells}) if cells else row


def explains(sheet: Sheet) -> bool:
    """Tell whether a sheet holds an export's terms, or explains its columns."""
    return _has_terms(sheet) or _begins_with(sheet, _COLUMNS)


def _marks(sheets: Iterable[Sheet]) -> Iterable[Cell]:
    """Yield each exercise mark of a sheet of terms, or of the rows of a table."""
    for sheet in sheets:
        if _has_terms(sheet):
            yield from (row.cells[1] for row in sheet.rows[1:] if row.cells.get(0) == _MARK)
        elif sheet.rows:
            head, *rows = sheet.rows
            at = next((one for one, cell in head.cells.items() if cell == _MARK_OF_ROWS), None)
            if at is not None:
                yield from (row.cells.get(at, "") for row in rows)


def _has_terms(sheet: Sheet) -> bool:
    return _begins_with(sheet, _TERMS) and any(row.cells.get(0) == "layer" for row in sheet.rows)


def _begins_with(sheet: Sheet, headings: Sequence[str]) -> bool:
    return bool(sheet.rows) and tuple(sheet.rows[0].cells.values()) == tuple(headings)
