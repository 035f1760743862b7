"""An extract as Arrow record batches, for the writers that take a file by columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from lca.record import Field, FieldType

from .extract import Extract

GEOMETRY = "geometry"
BBOX = "bbox"
_BATCH = 20_000
_TYPES: Mapping[FieldType, Any] = MappingProxyType(
    {
        "text": pa.string(),
        "code": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "instant": pa.timestamp("us", tz="UTC"),
        "integers": pa.list_(pa.int64()),
    }
)
_BOX = pa.struct([(side, pa.float64()) for side in ("xmin", "ymin", "xmax", "ymax")])


def schema_of(extract: Extract, *, lists: bool, boxes: bool) -> Any:
    """Return the columns; ``lists`` keeps several numbers as a list, else they are one text."""
    columns = [
        pa.field(field.name, _type(field, lists=lists), metadata=_told(field))
        for field in extract.fields
    ]
    if extract.placed:
        columns.append(pa.field(GEOMETRY, pa.binary()))
    if extract.placed and boxes:
        columns.append(pa.field(BBOX, _BOX))
    return pa.schema(columns)


def batches_of(extract: Extract, schema: Any) -> Iterator[Any]:
    """Yield the rows as record batches of a schema of :func:`schema_of`."""
    fields = {field.name: field for field in extract.fields}
    for part in _pieces(extract.frames()):
        shapes = part.geometry.to_numpy()
        columns = []
        for column in schema:
            if column.name == GEOMETRY:
                columns.append(pa.array(shapely.to_wkb(shapes, byte_order=1), type=pa.binary()))
            elif column.name == BBOX and column.name not in fields:
                columns.append(_boxes(shapes))
            else:
                columns.append(_column(part[column.name], column.type))
        yield pa.record_batch(columns, schema=schema)


def _pieces(frames: Iterable[gpd.GeoDataFrame]) -> Iterator[gpd.GeoDataFrame]:
    for frame in frames:
        for start in range(0, len(frame), _BATCH):
            yield frame.iloc[start : start + _BATCH]


def _type(field: Field, *, lists: bool) -> Any:
    return pa.string() if field.type == "integers" and not lists else _TYPES[field.type]


def _told(field: Field) -> dict[str, str]:
    return {"title": field.title} | ({"unit": field.unit} if field.unit else {})


def _column(values: Any, kind: Any) -> Any:
    if pa.types.is_string(kind):
        texts = [
            ";".join(map(str, value)) if isinstance(value, tuple) else value for value in values
        ]
        return pa.array(texts, type=kind, from_pandas=True)
    return pa.array(values, type=kind, from_pandas=True)


def _boxes(shapes: Any) -> Any:
    box = shapely.bounds(shapes)
    sides = [pa.array(box[:, side]) for side in range(4)]
    nowhere = pa.array(np.isnan(box[:, 0]))
    return pa.StructArray.from_arrays(sides, fields=list(_BOX), mask=nowhere)
