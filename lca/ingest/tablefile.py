"""Read a CSV file or a workbook into the rows of a table that an operation edits.

Such a table has no dates of its own and no places: whoever imports it states it, on that day,
unless its columns say otherwise. It goes through the limited child as any other file, in any of
its encodings.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lca.emission import EmissionFactor
from lca.errors import InvalidInput, UnreadableFile, UsageError
from lca.issues import Issue, Severity
from lca.season import Season
from lca.table import frame_of
from lca.tablerow import SeasonFactorRow, SpeedRow, SurfaceFactorRow, VehicleRow

from .assessment import Reading, report_on
from .child import Job, read_in_child
from .containers import SHEETS, container_of, require_content
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
    """Read a file of one table: delimited text, or a workbook.

    Parameters
    ----------
    layer : str
        The table's layer; a workbook has its rows on the sheet of that name.
    stated : StatedBy
        The source of rows that name none.
    asked : Instructions, optional
        What the user says of the file, before ``stated``. There is nothing in such a table that
        could be repaired; the report says so to whoever asked for repairs.

    Raises
    ------
    UsageError
        If there is no such table.
    UnreadableFile
        If the file is not of these kinds, damaged, or exceeds the limits.
    ReaderUnavailable
        If no reader can be limited on this machine.
    """
    if layer not in _TABLES:
        raise UsageError(f"{layer!r} is no table.", do_next="Choose of " + ", ".join(_TABLES) + ".")
    limits, asked = limits or Limits(), asked or Instructions()
    kind = TableKind(layer, layer, _TABLES[layer].record_class, geodata=True)
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        source = Path(folder) / f"input{path.suffix.lower()}"
        sha256 = receive(path, source, limits)
        try:
            given, profile = _sheet(source, layer, limits)
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
        report=report_on([table], _nothing_to_repair(layer) if asked.fix else []),
        profile=profile,
        profile_reason=f"the file's name ends in {path.suffix.lower()}",
        cover=cover,
        filename=path.name,
        sha256=sha256,
        sheets=(given,) if asked.keep_sheets else (),
    )


def _sheet(source: Path, layer: str, limits: Limits) -> tuple[Sheet, str]:
    container = container_of(source)
    if container not in SHEETS:
        raise UnreadableFile(
            f"Files of the kind {source.suffix!r} hold no table.",
            do_next="Save it as .csv or .xlsx.",
        )
    require_content(source, container)
    small = replace(
        limits, rows=min(limits.rows, _MOST_ROWS), columns=min(limits.columns, _MOST_COLUMNS)
    )
    sheets = read_in_child(Job(container, source, (fold(layer),)), source.parent, small)
    named = [sheet for sheet in sheets if sheet.known]
    if not named:
        raise InvalidInput(
            f"The workbook has no sheet {layer}.", do_next=f"Name the sheet of the rows {layer}."
        )
    return replace(named[0], name=layer), container


def _nothing_to_repair(layer: str) -> list[Issue]:
    return [
        Issue(
            Severity.WARNING,
            "Repairs were asked for; this table has no coordinates or dates that could be repaired.",
            "Correct the rows that are told, and import it again.",
            layer,
            rule="table.unrepaired",
        )
    ]


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
