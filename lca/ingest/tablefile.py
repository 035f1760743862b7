"""Read a CSV file or a workbook into the rows of a table that an operation edits.

Such a table has no dates of its own and no places, so that CSV is safe to take here: whoever
imports it states it, on that day, unless its columns say otherwise. CSV is read by this process
with the standard library, within limits; a workbook goes through the limited child as any other.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lca.emission import EmissionFactor
from lca.errors import InvalidInput, UnreadableFile, UsageError
from lca.season import Season
from lca.table import frame_of
from lca.tablerow import SeasonFactorRow, SpeedRow, SurfaceFactorRow, VehicleRow

from .assessment import Reading, report_on
from .child import Job, read_in_child
from .cover import cover_of_geodata
from .folding import fold
from .headings import map_headings
from .instructions import Instructions
from .limits import Limits
from .receiving import receive, with_place
from .rows import cells_under, read_rows
from .sheets import TableKind
from .wire import Cell, Sheet, SheetRow

_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class _Key:
    """The columns that a row of a table is known by where it states no id."""

    record_class: type[Any]
    columns: tuple[str, ...] = ()


_TABLES: Mapping[str, _Key] = MappingProxyType(
    {
        "vehicle_classes": _Key(VehicleRow),
        "speeds": _Key(SpeedRow, ("highway", "group")),
        "speeds_by_surface": _Key(SurfaceFactorRow, ("surface_group", "group")),
        "speeds_by_season": _Key(SeasonFactorRow, ("season", "surface_group", "group")),
        "seasons": _Key(Season),
        "emission_factors": _Key(EmissionFactor),
    }
)


@dataclass(frozen=True, slots=True)
class StatedBy:
    """Who states the rows that name no source, and on which day."""

    organisation: str
    day: date


def is_table(layer: str) -> bool:
    """Tell whether a layer is a table that :func:`read_table_file` reads."""
    return layer in _TABLES


def read_table_file(
    path: Path,
    layer: str,
    stated: StatedBy,
    *,
    limits: Limits | None = None,
    asked: Instructions | None = None,
) -> Reading:
    """Read a ``.csv`` or ``.xlsx`` file of one table.

    Parameters
    ----------
    layer : str
        The table's layer; a workbook has its rows on the sheet of that name.
    stated : StatedBy
        The source of rows that name none.
    asked : Instructions, optional
        What the user says of the file, before ``stated``.

    Raises
    ------
    UsageError
        If there is no such table.
    UnreadableFile
        If the file is not of these kinds, damaged, or exceeds the limits.
    ReaderUnavailable
        If no reader of workbooks can be limited on this machine.
    """
    if layer not in _TABLES:
        raise UsageError(f"{layer!r} is no table.", do_next="Choose of " + ", ".join(_TABLES) + ".")
    limits, asked = limits or Limits(), asked or Instructions()
    kind = TableKind(layer, layer, _TABLES[layer].record_class, geodata=True)
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        source = Path(folder) / f"input{path.suffix.lower()}"
        sha256 = receive(path, source, limits)
        try:
            given, profile = _sheet(source, layer, Path(folder), limits)
            sheet = _with_keys(given, kind, _TABLES[layer].columns)
            marks = cells_under(sheet, kind, "exercise")
            said = asked.completed(cover_of_geodata(None, marks))
            cover = replace(
                said,
                organisation=said.organisation or stated.organisation,
                assessed_on=said.assessed_on or stated.day,
            )
            table = read_rows(sheet, kind, cover, date_order=asked.date_order)
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    return Reading(
        tables={layer: frame_of(kind.record_class, table.records)} if table.rows_in else {},
        report=report_on([table], []),
        profile=profile,
        profile_reason=f"the file's name ends in {path.suffix.lower()}",
        cover=cover,
        filename=path.name,
        sha256=sha256,
        sheets=(given,) if asked.keep_sheets else (),
    )


def _sheet(source: Path, layer: str, scratch: Path, limits: Limits) -> tuple[Sheet, str]:
    if source.suffix == ".csv":
        return _csv_sheet(source, layer), "csv"
    if source.suffix not in {".xlsx", ".xlsm"}:
        raise UnreadableFile(
            f"Files of the kind {source.suffix or 'without an ending'!r} hold no table.",
            do_next="Save it as .csv or .xlsx.",
        )
    sheets = read_in_child(Job("workbook", source, (fold(layer),)), scratch, limits)
    named = [sheet for sheet in sheets if sheet.known]
    if not named:
        raise InvalidInput(
            f"The workbook has no sheet {layer}.", do_next=f"Name the sheet of the rows {layer}."
        )
    return replace(named[0], name=layer), "workbook"


def _csv_sheet(source: Path, layer: str) -> Sheet:
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "The CSV file is not UTF-8.", do_next="Save it as CSV UTF-8, or as .xlsx."
        ) from error
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows: list[SheetRow] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for line in reader:
            cells: dict[int, Cell] = {
                index: cell for index, cell in enumerate(line) if cell.strip()
            }
            if len(line) > _MOST_COLUMNS or len(rows) > _MOST_ROWS:
                raise UnreadableFile(
                    f"The table has more than {_MOST_ROWS:,} rows or {_MOST_COLUMNS} columns.",
                    do_next="Leave out what is not of this table.",
                )
            if cells:
                rows.append(SheetRow(reader.line_num, cells))
    except csv.Error as error:
        raise UnreadableFile(
            f"The CSV file cannot be read: {error}.",
            where=f"line {reader.line_num}",
            do_next="Save it again from the spreadsheet as CSV UTF-8.",
        ) from error
    return Sheet(layer, rows=tuple(rows))


def _with_keys(sheet: Sheet, kind: TableKind, key: Sequence[str]) -> Sheet:
    """Return the sheet with the ids and names of its rows, where the key's columns give them."""
    if not key or not sheet.rows:
        return sheet
    head, *rows = sheet.rows
    columns, _ = map_headings(head.cells, kind, row=head.number)
    place = {column.target: index for index, column in columns.items()}
    if any(name not in place for name in key):
        return sheet
    free = max(head.cells, default=0) + 1
    own = {
        name: index for index, name in enumerate(("id", "name"), start=free) if name not in place
    }
    return replace(
        sheet,
        rows=(
            replace(head, cells={**head.cells, **{own[name]: name for name in own}}),
            *(replace(row, cells={**row.cells, **_made(row, key, place, own)}) for row in rows),
        ),
    )


def _made(
    row: SheetRow, key: Sequence[str], place: Mapping[str, int], own: Mapping[str, int]
) -> dict[int, Cell]:
    words = [str(row.cells.get(place[name], "")).strip() for name in key]
    if not all(words):
        return {}
    made = {"id": ":".join(words).replace(" ", "_"), "name": ", ".join(words)}
    return {index: made[name] for name, index in own.items()}
