"""A table as files: workbook, CSV and GeoJSON, in which no text is ever run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import orjson
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from layers.export import inert
from layers.geojson import geometry_of, plain
from lca.errors import UsageError
from lca.table import rows_of

from .heading import Heading

SUFFIXES = (".xlsx", ".csv", ".geojson")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDEST = 40
_LONGEST_CELL = 32_767
"""What a cell of a workbook holds (Excel specifications and limits)."""
_LONGEST_TITLE = 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its title, its columns, and rows of plain values (None is an empty cell)."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


class Table(Protocol):
    """What every planner's table can do, so that one writer serves them all."""

    @property
    def heading(self) -> Heading:
        """What the table says of itself."""

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""

    def as_text(self) -> str:
        """Return it as text."""

    def sheets(self) -> list[Sheet]:
        """Return its sheets; the first is what a CSV file holds."""

    def frame(self) -> gpd.GeoDataFrame:
        """Return its rows with geometry, EPSG:4326."""


def write(table: Table, path: Path) -> None:
    """Write a table to a file, in the format of its suffix.

    Raises
    ------
    UsageError
        If the suffix is none of :data:`SUFFIXES`.
    """
    makers = {".xlsx": workbook, ".csv": comma_separated, ".geojson": geojson}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError(
            f"{path.name} is no file that a table can be written to.",
            do_next=f"End its name with {', '.join(SUFFIXES)}.",
        )
    path.write_bytes(maker(table))


def workbook(table: Table) -> bytes:
    """Return the table as an .xlsx file: a title above its first sheet, and a last one of notes."""
    book = Workbook(write_only=True)
    notes = Sheet("notes", ("what", "value"), table.heading.rows())
    # On each tab and each printed page: a sheet is looked at, and sent on, without its notes.
    mark = "HYPOTHETICAL " if table.heading.hypothetical else ""
    for number, sheet in enumerate((*table.sheets(), notes)):
        page = book.create_sheet(f"{mark}{sheet.title}"[:_LONGEST_TITLE])
        page.oddHeader.center.text = " · ".join(table.heading.marks) or None
        page.freeze_panes = "B2" if number else "B3"
        for index, column in enumerate(sheet.columns):
            letters = max([len(column), *(len(str(row[index])) for row in sheet.rows[:200])])
            name = _letters(index)
            page.column_dimensions[name].width = min(_WIDEST, letters + 2)
        if number == 0:
            page.append([_cell(page, table.heading.title, bold=True)])
        page.append([_cell(page, column, bold=True) for column in sheet.columns])
        for row in sheet.rows:
            page.append([_cell(page, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_separated(table: Table) -> bytes:
    """Return the first sheet as CSV, UTF-8 with a byte-order mark; marks stand in every row."""
    sheet, heading = table.sheets()[0], table.heading
    told = {
        "dataset_hypothetical": heading.hypothetical,
        "dataset_exercise": heading.exercise,
        "dataset_caveat": heading.caveat,
    }
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([inert(column) for column in (*sheet.columns, *told)])
    for row in sheet.rows:
        writer.writerow([_comma_cell(value) for value in (*row, *told.values())])
    return stream.getvalue().encode("utf-8-sig")


def geojson(table: Table) -> bytes:
    """Return the table as a GeoJSON feature collection, marks in every feature."""
    heading, features = table.heading, []
    for row in rows_of(table.frame()):
        geometry = row.pop("geometry")
        properties = {name: plain(value) for name, value in row.items()}
        properties |= {"hypothetical": heading.hypothetical, "exercise": heading.exercise}
        features.append(
            {"type": "Feature", "geometry": geometry_of(geometry), "properties": properties}
        )
    body = {"type": "FeatureCollection", "features": features, **heading.as_json()}
    return orjson.dumps(body)


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a cell whose text is text, whatever it begins with."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    is_text = isinstance(value, str)
    if is_text:
        value = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST_CELL]
    cell = WriteOnlyCell(page, value)
    if is_text:
        # openpyxl takes a leading "=" for a formula; quotePrefix keeps it text when it is edited.
        cell.data_type = "s"
        cell.quotePrefix = value.lstrip(" ") != inert(value).lstrip(" ")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _comma_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return inert(value)


def _letters(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
