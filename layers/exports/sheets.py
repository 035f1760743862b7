"""XLSX: a sheet that says what the file is, a sheet of rows with units in the headings, and one
that explains the columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layers.workbook import Sheet, write_workbook
from lca.record import Field

from .comma import location_columns, location_of
from .extract import Extract

_LOCATION_HEADINGS = {
    "longitude": "Longitude (°, WGS 84)",
    "latitude": "Latitude (°, WGS 84)",
    "wkt": "Geometry (WKT, WGS 84)",
}
_NARROW, _WIDE = 14, 28


def write(extract: Extract, path: Path) -> None:
    """Write the rows as a workbook.

    No sheet bears the name of a sheet of the assessment workbook, so that nobody imports as an
    assessment what has lost the corners of its lines.
    """
    located = location_columns(extract)
    own = [field.name if extract.profiled else _heading(field) for field in extract.fields]
    headings = [*own, *(_LOCATION_HEADINGS[name] for name in located)]
    number = extract.terms["number"]
    sheets = [
        Sheet("readme", ("What", "Value"), list(extract.told.items()), (18, 100)),
        Sheet(
            f"{extract.name} v{number}",
            headings,
            _rows(extract),
            [_WIDE if field.type == "text" else _NARROW for field in extract.fields],
        ),
        Sheet(
            "columns",
            ("Column", "Heading", "Type", "Unit", "Words it may hold"),
            [_explained(field) for field in extract.fields],
            (26, 40, 10, 10, 80),
        ),
    ]
    write_workbook(path, sheets, made_at=extract.released_at)


def _rows(extract: Extract) -> Iterator[tuple[Any, ...]]:
    for chunk in extract.chunks():
        columns = [*chunk.columns.values(), *location_of(extract, chunk).values()]
        yield from zip(*columns, strict=True)


def _heading(field: Field) -> str:
    return f"{field.title} ({field.unit})" if field.unit else field.title


def _explained(field: Field) -> tuple[str | None, ...]:
    return (field.name, field.title, field.type, field.unit, ", ".join(field.codes) or None)
