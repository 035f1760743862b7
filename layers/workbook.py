"""Sheets of plain values as an ``.xlsx`` file, row by row, in which every text stays text.

The same sheets and moment give the same bytes: openpyxl stamps a file with the time of its
making, so its parts are packed again with the time that is given.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from lca.errors import UsageError

from .cells import plain_cell, starts_a_formula

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heading (Excel specifications and limits)."""
_LONGEST_CELL = 32_767
_LONGEST_TITLE = 31
_NO_TITLE = re.compile(r"[\\/*?:\[\]]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBERS = frozenset({int, float})
_PROPERTIES = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, its headings, and rows of values (None is an empty cell)."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()


def write_workbook(path: Path, sheets: Iterable[Sheet], *, made_at: datetime) -> None:
    """Write sheets as a workbook; rows are taken one at a time.

    Parameters
    ----------
    made_at : datetime
        What the file states as the moment of its making.

    Raises
    ------
    UsageError
        If a sheet has more rows than a workbook can hold.
    """
    book = Workbook(write_only=True)
    for sheet in sheets:
        _append(book, sheet)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.xlsx"
        book.save(draft)
        stamp = made_at.astimezone(UTC).replace(tzinfo=None)
        book.properties.created = book.properties.modified = stamp
        book.properties.creator = "LCA Access Map"
        _pack_again(draft, path, tostring(book.properties.to_tree()), stamp)


def _append(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(_NO_TITLE.sub(" ", sheet.title)[:_LONGEST_TITLE])
    page.freeze_panes = "A2"
    for index, width in enumerate(sheet.widths):
        page.column_dimensions[get_column_letter(index + 1)].width = width
    try:
        page.append([_bold(page, _cell(page, heading)) for heading in sheet.headings])
        for number, row in enumerate(sheet.rows):
            _require_room(sheet, number)
            page.append([_cell(page, value) for value in row])
    except BaseException:
        page.close()  # else its half-written part stays open
        raise


def _require_room(sheet: Sheet, number: int) -> None:
    if number >= MOST_ROWS:
        raise UsageError(
            f"A sheet holds {MOST_ROWS:,} rows, and there are more.",
            where=sheet.title,
            do_next="Take a GeoPackage or CSV.",
        )


def _cell(page: Any, value: Any) -> Any:
    """Return a value as openpyxl writes it; a text is text whatever it begins with."""
    if value is None or type(value) in _NUMBERS:
        # Most cells of a wide layer are empty, and this is called for each.
        return value
    plain = plain_cell(value)
    if not isinstance(plain, str):
        return plain
    text = plain[:_LONGEST_CELL]
    if not text.isprintable():
        text = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    if not starts_a_formula(text):
        return text
    cell = WriteOnlyCell(page, text)
    # openpyxl takes a leading "=" for a formula; quotePrefix keeps it text when it is edited.
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _bold(page: Any, heading: Any) -> Any:
    cell = WriteOnlyCell(page, getattr(heading, "value", heading))
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell


def _pack_again(draft: Path, path: Path, properties: bytes, stamp: datetime) -> None:
    moment = max(stamp, datetime(1980, 1, 1)).timetuple()[:6]  # noqa: DTZ001 - zip knows no zone
    with (
        zipfile.ZipFile(draft) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with target.open(entry, "w") as sink:
                if name == _PROPERTIES:
                    sink.write(properties)
                    continue
                with source.open(name) as part:
                    while block := part.read(1 << 20):
                        sink.write(block)
