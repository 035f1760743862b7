"""A version's rows as a GeoParquet file and back.

The bytes differ between writers, so they never enter a version's identity; the catalogue keeps
the file's own sha256. ``row_digest`` holds each row's canonical digest, which makes a diff of two
versions a comparison of two short columns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from lca.geo import STORAGE_CRS
from lca.record import Field, FieldType

_ARROW_TYPES: dict[FieldType, Any] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "instant": pa.timestamp("us", tz="UTC"),
    "integers": pa.list_(pa.int64()),
}
_PANDAS_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def encode(
    frame: gpd.GeoDataFrame,
    row_digests: Sequence[str],
    fields: Sequence[Field],
    *,
    compression: str = "zstd",
) -> bytes:
    """Return normalised rows (EPSG:4326) as GeoParquet 1.1 bytes."""
    columns = {
        field.name: pa.array(frame[field.name], type=_ARROW_TYPES[field.type], from_pandas=True)
        for field in fields
    }
    columns["geometry"] = pa.array(
        shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1), type=pa.binary()
    )
    columns["row_digest"] = pa.array(list(row_digests), type=pa.string())
    table = pa.table(columns).replace_schema_metadata({"geo": json.dumps(_geo_metadata(frame))})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def decode(content: bytes, fields: Sequence[Field]) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the typed table (EPSG:4326) and the row digests that :func:`encode` wrote."""
    table = pq.read_table(pa.BufferReader(content))
    columns = {field.name: _series(field, _arrow_column(table, field)) for field in fields}
    geometry = shapely.from_wkb(table.column("geometry").to_pylist())
    frame = gpd.GeoDataFrame(
        columns, geometry=gpd.GeoSeries(geometry, crs=STORAGE_CRS), crs=STORAGE_CRS
    )
    return frame, tuple(table.column("row_digest").to_pylist())


def _arrow_column(table: Any, field: Field) -> Any:
    """Return a column; one that the schema has gained since the file was written is unknown."""
    if field.name in table.column_names:
        return table.column(field.name)
    return pa.nulls(table.num_rows, type=_ARROW_TYPES[field.type])


def _series(field: Field, column: Any) -> pd.Series[Any]:
    if field.type in {"text", "code"}:
        return pd.Series(column.to_pylist(), dtype=object)
    if field.type == "integers":
        lists = column.to_pylist()
        return pd.Series([None if items is None else tuple(items) for items in lists], dtype=object)
    series: pd.Series[Any] = column.to_pandas(types_mapper=_PANDAS_TYPES.get)
    if field.type == "instant":
        series = series.astype("datetime64[us, UTC]")
    return series.rename(None)


def _geo_metadata(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the ``geo`` member; without ``crs`` GeoParquet means OGC:CRS84, longitude first."""
    kinds = sorted({shape.geom_type for shape in frame.geometry.dropna()})
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": kinds}},
    }
