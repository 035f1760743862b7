"""Rows as the cells of a GeoPackage: blobs of geometries with their boxes, and columns of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.record import Field, FieldType

SRS_ID = 4326
# "GP", edition 0, little endian with an envelope minx maxx miny maxy. The envelope is written for
# points too, so that every header has one length.
_HEADER = np.dtype([("told", "S4"), ("srs", "<i4"), ("box", "<f8", 4)])
_TOLD = b"GP\x00\x03"


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows as a GeoPackage holds them.

    ``boxes`` are minx, maxx, miny, maxy in degrees, shape (rows, 4), NaN where a row has no
    place; ``columns`` has one list of values a field.
    """

    blobs: list[bytes | None]
    boxes: NDArray[np.float64]
    columns: list[list[Any]]

    def rows(self, fids: Sequence[int | None]) -> Iterator[tuple[Any, ...]]:
        """Yield each row with its fid before its geometry and values."""
        return zip(fids, self.blobs, *self.columns, strict=True)


def cells_of_frame(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> Cells:
    """Return the rows of a typed table (EPSG:4326) as cells."""
    shapes = frame.geometry.to_numpy()
    bodies = shapely.to_wkb(shapes, byte_order=1).tolist()
    return _cells(shapes, bodies, [_from_series(field, frame[field.name]) for field in fields])


def cells_of_table(table: Any, fields: Sequence[Field]) -> Cells:
    """Return the rows of an Arrow table with every column (see ``layers.parts``) as cells."""
    bodies = table.column("geometry").to_pylist()
    shapes = shapely.from_wkb(np.array([*bodies, None], dtype=object)[:-1])
    return _cells(
        shapes, bodies, [_from_arrow(field, table.column(field.name)) for field in fields]
    )


def instant_text(moment: datetime) -> str:
    """Return the only form of DATETIME that GeoPackage knows: milliseconds, UTC."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _cells(shapes: Any, bodies: list[bytes | None], columns: list[list[Any]]) -> Cells:
    boxes = shapely.bounds(shapes).reshape(-1, 4)[:, [0, 2, 1, 3]]
    headers = np.empty(len(bodies), dtype=_HEADER)
    headers["told"], headers["srs"], headers["box"] = _TOLD, SRS_ID, boxes
    raw, size = headers.tobytes(), _HEADER.itemsize
    blobs = [
        None if body is None else raw[index * size : (index + 1) * size] + body
        for index, body in enumerate(bodies)
    ]
    return Cells(blobs, boxes, columns)


def _from_series(field: Field, column: pd.Series[Any]) -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return _instants(column)
    values = column.to_numpy(dtype=object).tolist()
    written = _WRITTEN.get(field.type, lambda value: value)
    return [
        None if gone else written(value)
        for value, gone in zip(values, pd.isna(column), strict=True)
    ]


def _from_arrow(field: Field, column: Any) -> list[Any]:
    if field.type == "instant":
        return _instants(column.to_pandas())
    values: list[Any] = column.to_pylist()
    written = _WRITTEN.get(field.type)
    return values if written is None else [value and written(value) for value in values]


def _instants(column: pd.Series[Any]) -> list[str | None]:
    moments = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[ms]")
    texts = np.datetime_as_string(moments).tolist()
    return [None if text == "NaT" else f"{text}Z" for text in texts]


def _integers_text(values: Sequence[int]) -> str:
    return ";".join(map(str, values))


_WRITTEN: dict[FieldType, Callable[[Any], Any]] = {
    "instant": instant_text,
    "integers": _integers_text,
}
