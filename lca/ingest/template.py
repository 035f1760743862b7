"""Write a workbook in the layout that the reader reads: the template, and tests' input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lca.errors import UsageError
from lca.instant import end_of_local_day, format_instant
from lca.record import Field, fields_of

from .cells import LAST_DAYS
from .cover import COVER_KEYS, Cover
from .headings import LOCATION_TITLES, heading_of, location_targets
from .sheets import COVER_SHEET, TABLE_KINDS, TableKind, kind_of_layer

_ROWS_WITH_DROP_DOWNS = 2_000
_COVER_FIELDS = dict(
    zip(COVER_KEYS, (field.name for field in dataclass_fields(Cover)), strict=False)
)


def write_workbook(
    path: Path, cover: Cover, tables: Mapping[str, Iterable[Mapping[str, Any]]]
) -> None:
    """Write rows as an assessment workbook.

    Parameters
    ----------
    path : Path
        The file to make or replace.
    cover : Cover
        The cover sheet's values.
    tables : mapping of str to rows
        Rows by layer name, as :func:`lca.table.rows_of` gives them; an empty list makes a sheet
        with headings only. A line keeps its first and last point.

    Raises
    ------
    UsageError
        If no sheet holds a layer of that name.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(COVER_SHEET)
    for key in COVER_KEYS:
        sheet.append([key, _cover_cell(getattr(cover, _COVER_FIELDS[key]))])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 60
    for layer, rows in tables.items():
        kind = kind_of_layer(layer)
        if kind is None:
            layers = ", ".join(kind.layer for kind in TABLE_KINDS)
            raise UsageError(f"No sheet holds the layer {layer!r}.", do_next=f"Choose of {layers}.")
        _write_sheet(book.create_sheet(kind.sheet), kind, rows, cover.zone)
    book.save(path)


def _write_sheet(
    sheet: Worksheet, kind: TableKind, rows: Iterable[Mapping[str, Any]], zone: ZoneInfo | None
) -> None:
    fields, targets = fields_of(kind.record_class), location_targets(kind)
    head = [heading_of(field) for field in fields]
    # Location next to the name, where people look for it.
    place = 2
    headings = [*head[:place], *(LOCATION_TITLES[target] for target in targets), *head[place:]]
    sheet.append(headings)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6EE")
    sheet.freeze_panes = "C2"
    for number, row in enumerate(rows, start=2):
        values = [
            _last_day(row.get(field.name), zone)
            if field.name in LAST_DAYS
            else _cell(row.get(field.name), zone)
            for field in fields
        ]
        location = _location_cells(row.get("geometry"), targets)
        sheet.append([*values[:place], *location, *values[place:]])
        for cell in sheet[number]:
            if cell.data_type == "f":  # a text that begins with = is a text
                cell.data_type = "s"
    for index, field in enumerate(fields):
        column = index + 1 if index < place else index + 1 + len(targets)
        _drop_down(sheet, column, field)


def _drop_down(sheet: Worksheet, column: int, field: Field) -> None:
    words = field.codes or (("yes", "no") if field.type == "boolean" else ())
    listed = f'"{",".join(words)}"'
    # Excel refuses a longer list; such a field is typed by hand and checked on reading.
    if not words or len(listed) > 255:
        return
    rule = DataValidation(type="list", formula1=listed, allow_blank=True)
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{_ROWS_WITH_DROP_DOWNS}")
    sheet.add_data_validation(rule)


def _location_cells(geometry: Any, targets: tuple[str, ...]) -> list[Any]:
    cells: dict[str, Any] = {}
    if geometry is None:
        pass
    elif geometry.geom_type == "Polygon":
        corners = list(geometry.exterior.coords)[:-1]
        cells["area"] = "; ".join(f"{lat!r} {lon!r}" for lon, lat in corners)
    else:
        coordinates = list(geometry.coords)
        cells["longitude"], cells["latitude"] = coordinates[0]
        if len(coordinates) > 1:
            cells["to_longitude"], cells["to_latitude"] = coordinates[-1]
    return [cells.get(target) for target in targets]


def _cell(value: Any, zone: ZoneInfo | None) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _local(value, zone) or format_instant(value)
    if isinstance(value, tuple):
        return "; ".join(str(item) for item in value)
    return value


def _last_day(moment: datetime | None, zone: ZoneInfo | None) -> Any:
    """Return an end as a cell; the first moment of a local day is written as the day before it."""
    written = _cell(moment, zone)
    if not isinstance(written, datetime) or written.time() != time.min or moment is None:
        return written
    day = written - timedelta(days=1)
    return day if end_of_local_day(day.date(), zone or UTC) == moment else format_instant(moment)


def _local(moment: datetime, zone: ZoneInfo | None) -> datetime | None:
    """Return the local time of a moment if it means that moment alone (no hour of a clock change)."""
    if zone is None:
        return None
    local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    return local if local.replace(tzinfo=zone).astimezone(UTC) == moment else None


def _cover_cell(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
