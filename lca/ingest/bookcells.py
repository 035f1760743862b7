"""Write cells that were read, so that they come back the same and no text becomes a formula."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.worksheet.worksheet import Worksheet

from .wire import Cell, CellFault

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_VALUE = "#VALUE!"


def is_plain(cell: Cell) -> bool:
    """Tell whether a cell can be written as it is, which is what most can, and ten times faster."""
    if isinstance(cell, str):
        return cell.isascii() and cell.isprintable() and cell[:1].isalnum() and "_x" not in cell
    return isinstance(cell, int | float)


def written(sheet: Worksheet, cell: Cell) -> BookCell:
    """Return a cell with the value of one that was read.

    A text stays a text, whatever it begins with. A fault stays one: what was no value must not
    become a text that is read as a name. Characters that no spreadsheet can hold are left out.
    """
    if isinstance(cell, CellFault):
        made = WriteOnlyCell(sheet, cell.word if cell.word in ERROR_CODES else _NO_VALUE)
        made.data_type = "e"
        return made
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        cell = cell.isoformat()
    if not isinstance(cell, str):
        value: Any = cell
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    made = WriteOnlyCell(sheet, _LOOKS_ESCAPED.sub("_x005F_", text))
    made.data_type = "s"
    if text[:1] in {"=", "+", "-", "@"}:
        made.quotePrefix = True  # a text also to whoever edits the cell
    return made
