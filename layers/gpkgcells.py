"""Cells of a GeoPackage that ``layers.geopackage`` wrote, read many at once."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from lca.record import Field, FieldType

_BOX = struct.Struct("<4d")
_BOX_AT = 8
_HEADER_BYTES = _BOX_AT + _BOX.size

Box = tuple[float, float, float, float]


def header_box(blob: bytes) -> Box:
    """Return west, south, east, north of a geometry's blob in degrees, from its header."""
    west, east, south, north = _BOX.unpack_from(blob, _BOX_AT)
    return west, south, east, north


def shape_of(blob: bytes) -> Any:
    """Return the geometry of a blob."""
    return shapely.from_wkb(blob[_HEADER_BYTES:])


class RowReader:
    """Turns rows of cells, the geometry first, into rows as :func:`lca.table.rows_of` gives them."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._names = [field.name for field in fields]
        self._coded = [
            (field.name, _READERS[field.type]) for field in fields if field.type in _READERS
        ]

    def rows(self, found: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Return rows of values."""
        blobs = np.empty(len(found), dtype=object)
        blobs[:] = [cells[0] and cells[0][_HEADER_BYTES:] for cells in found]
        shapes = shapely.from_wkb(blobs).tolist()
        rows = []
        for cells, shape in zip(found, shapes, strict=True):
            row = dict(zip(self._names, cells[1:], strict=True))
            for name, read in self._coded:
                if row[name] is not None:
                    row[name] = read(row[name])
            row["geometry"] = shape
            rows.append(row)
        return rows


def _integers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(";")))


_READERS: dict[FieldType, Callable[[Any], Any]] = {
    "boolean": bool,
    "instant": datetime.fromisoformat,
    "integers": _integers,
}
