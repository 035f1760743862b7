"""A difference as a table: one line for each field that changed, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from lca.instant import format_instant

from .cells import comma_cell, plain_cell
from .change import Row
from .diff import Diff
from .workbook import Sheet, write_workbook

COLUMNS = ("operation", "id", "name", "field", "before", "after", "source", "date")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTHS = (10, 24, 32, 24, 32, 32, 24, 22)


def rows_of(diff: Diff) -> Iterator[tuple[Any, ...]]:
    """Yield the lines: ``insert`` and ``delete`` with each known field, ``update`` with each changed.

    ``before`` and ``after`` are plain values, None for *not known*; a geometry is WKT.
    """
    names = [*(field.name for field in diff.spec.fields), "geometry"]
    for row in diff.added:
        for name in names:
            if row.get(name) is not None:
                yield _line("insert", row, name, None, row[name])
    for item in diff.changed:
        for field in item.fields:
            yield _line("update", item.after, field.name, field.before, field.after)
    for row in diff.removed:
        for name in names:
            if row.get(name) is not None:
                yield _line("delete", row, name, row[name], None)


def as_csv(diff: Diff) -> bytes:
    """Return the table as CSV: UTF-8 with a byte-order mark, no cell that a spreadsheet runs."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([comma_cell(cell) for cell in line] for line in rows_of(diff))
    return stream.getvalue().encode("utf-8-sig")


def write_xlsx(diff: Diff, path: Path) -> None:
    """Write the table as a workbook, with a sheet that says what was compared."""
    told = [
        (name, None if release is None else f"{release.number} ({release.version})")
        for name, release in (("From version", diff.older), ("To version", diff.newer))
    ]
    spec = diff.spec
    terms = [("Layer", spec.title), ("Licence", spec.licence), ("Attribution", spec.attribution)]
    sheets = [
        Sheet("readme", ("What", "Value"), [*terms, *told], (18, 100)),
        Sheet("changes", COLUMNS, rows_of(diff), _WIDTHS),
    ]
    newest = diff.newer or diff.older
    write_workbook(path, sheets, made_at=newest.published_at if newest else _EPOCH)


def _line(operation: str, row: Row, field: str, before: Any, after: Any) -> tuple[Any, ...]:
    return (
        operation,
        row["id"],
        row["name"],
        field,
        _cell(before),
        _cell(after),
        row.get("source_org"),
        row.get("date_of_information") and format_instant(row["date_of_information"]),
    )


def _cell(value: Any) -> Any:
    return value.wkt if isinstance(value, BaseGeometry) else plain_cell(value)
