"""A layer as a workbook to be edited in Excel: one sheet of rows, their words, and the ticket.

Cells of texts are texts, whatever they begin with, also once they are edited. Words of a
vocabulary are chosen from lists, units stand in the headings, a location is WKT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from layers.exports.extract import Extract
from lca.record import Field

from .cells import cell_of
from .ticket import ITEM, Ticket

WKT = "wkt"
TICKET_SHEET = ITEM
_WORDS_SHEET = "words"
_BOOLEAN = ("yes", "no")
_LAST_ROW = 1_048_576
_LONGEST_TITLE = 31
_NAME = re.compile(r"\[([a-z][a-z0-9_]*)\]\s*$")
_TEXTS = frozenset({"text", "code", "integers"})


def write_book(extract: Extract, ticket: Ticket, path: Path) -> None:
    """Write the rows of an extract (EPSG:4326) as a workbook."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet_title(extract.name))
    page.freeze_panes = "C2"
    fields = extract.fields
    columns = [*fields, Field(WKT, "text", "Location (WKT, longitude latitude)")]
    columns = columns if extract.placed else list(fields)
    page.append([_bold(page, heading_of(field)) for field in columns])
    for _, row in extract.rows():
        page.append([_cell(page, field, row) for field in columns])
    _offer_words(book, page, columns)
    told = book.create_sheet(TICKET_SHEET)
    told.append([ITEM, ticket.line()])
    for name, text in extract.told.items():
        told.append([_plain(told, name), _plain(told, text)])
    book.save(path)


def sheet_title(layer: str) -> str:
    """Return the title of the sheet that holds a layer's rows; Excel takes 31 letters."""
    return layer[:_LONGEST_TITLE]


def heading_of(field: Field) -> str:
    """Return a column's heading: what people call it, its unit, and the name it is read by."""
    unit = ", UTC" if field.type == "instant" else f", {field.unit}" if field.unit else ""
    return f"{field.title}{unit} [{field.name}]"


def name_in(heading: str) -> str:
    """Return the field that a heading means: what stands in its brackets, else the whole."""
    match = _NAME.search(heading)
    return match[1] if match else heading.strip()


def _cell(page: Any, field: Field, row: dict[str, Any]) -> Any:
    value = cell_of(row.get("geometry" if field.name == WKT else field.name))
    if field.type not in _TEXTS:
        return value if not isinstance(value, str) else _plain(page, value)
    cell = _plain(page, value) if value is not None else WriteOnlyCell(page)
    # As text, Excel keeps 007, 1E5 and =A1 as they are typed.
    cell.number_format = "@"
    return cell


def _plain(page: Any, text: Any) -> Any:
    cell = WriteOnlyCell(page, str(text))
    # openpyxl takes a leading "=" for a formula; quotePrefix keeps it text when it is edited.
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _bold(page: Any, text: str) -> Any:
    cell = _plain(page, text)
    cell.font = Font(bold=True)
    return cell


def _offer_words(book: Any, page: Any, columns: list[Field]) -> None:
    """Let Excel offer the words of each vocabulary, from a sheet because a list may be long."""
    words = book.create_sheet(_WORDS_SHEET)
    lists = list(_lists(columns))
    for number in range(max((len(item) for _, item in lists), default=0)):
        words.append(
            [_plain(words, item[number]) if number < len(item) else None for _, item in lists]
        )
    for place, (column, item) in enumerate(lists, start=1):
        letter, own = get_column_letter(place), get_column_letter(column)
        rule = DataValidation(
            type="list", formula1=f"={_WORDS_SHEET}!${letter}$1:${letter}${len(item)}"
        )
        rule.add(f"{own}2:{own}{_LAST_ROW}")
        page.data_validations.append(rule)


def _lists(columns: list[Field]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, field in enumerate(columns, start=1):
        words = field.codes or (_BOOLEAN if field.type == "boolean" else ())
        if words and field.type != "integer":
            yield number, words
