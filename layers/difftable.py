"""A difference as a file: a table with one line for each field that changed, or GeoJSON."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from lca.errors import NotAllowed
from lca.instant import format_instant

from .cells import comma_cell, plain_cell
from .change import Row
from .diff import Diff
from .workbook import Sheet, write_workbook

COLUMNS = ("operation", "id", "name", "field", "before", "after", "source", "date")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTHS = (10, 24, 32, 24, 32, 32, 24, 22)


class DiffFormat(StrEnum):
    """The forms of a file, by its suffix."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


def as_file(diff: Diff, fmt: DiffFormat) -> bytes:
    """Return a difference as the bytes of a file.

    Raises
    ------
    NotAllowed
        If the layer's licence does not allow downloads: from nothing to a version, a difference
        is the layer.
    """
    if not diff.spec.download_allowed:
        raise NotAllowed(
            f"{diff.spec.title} may not be downloaded.",
            where=diff.spec.name,
            do_next="Ask the source that the layer names.",
        )
    if fmt is DiffFormat.GEOJSON:
        return json.dumps(diff.as_geojson(), ensure_ascii=False, allow_nan=False).encode()
    return as_csv(diff) if fmt is DiffFormat.CSV else as_xlsx(diff)


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


def as_xlsx(diff: Diff) -> bytes:
    """Return the table as a workbook, with a sheet that says what was compared."""
    spec = diff.spec
    told = [
        (name, "nothing published" if one is None else f"version {one.number} ({one.version})")
        for name, one in (("From", diff.older), ("To", diff.newer))
    ]
    exercise = any(one is not None and one.exercise for one in (diff.older, diff.newer))
    terms = [
        ("Layer", spec.title),
        *told,
        ("Licence", spec.licence),
        ("Attribution", spec.attribution),
        ("Caveat", spec.caveat),
        ("Exercise", "yes" if exercise else "no"),
    ]
    sheets = [
        Sheet("readme", ("What", "Value"), terms, (18, 100)),
        Sheet("changes", COLUMNS, rows_of(diff), _WIDTHS),
    ]
    newest = diff.newer or diff.older
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changes.xlsx"
        write_workbook(path, sheets, made_at=newest.published_at if newest else _EPOCH)
        return path.read_bytes()


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
