"""Rows as an Arrow table and as a GeoParquet file, and back.

The bytes differ between writers, so they never enter a version's identity; the catalogue keeps
the file's own sha256. ``row_digest`` holds each row's canonical digest, which makes a diff of two
versions a comparison of two short columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
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
    return packed(table_of(frame, row_digests, fields), compression=compression)


def decode(content: bytes, fields: Sequence[Field]) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the typed table (EPSG:4326) and the row digests that :func:`encode` wrote."""
    table = unpacked(content)
    return frame_of_table(table, fields), tuple(table.column("row_digest").to_pylist())


def table_of(frame: gpd.GeoDataFrame, row_digests: Sequence[str], fields: Sequence[Field]) -> Any:
    """Return normalised rows (EPSG:4326) as an Arrow table with their digests."""
    columns = {
        field.name: pa.array(frame[field.name], type=_ARROW_TYPES[field.type], from_pandas=True)
        for field in fields
    }
    columns["geometry"] = pa.array(
        shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1), type=pa.binary()
    )
    columns["row_digest"] = pa.array(list(row_digests), type=pa.string())
    return pa.table(columns)


def packed(table: Any, *, compression: str = "zstd") -> bytes:
    """Return an Arrow table of rows as GeoParquet 1.1 bytes."""
    sink = pa.BufferOutputStream()
    described = table.replace_schema_metadata({"geo": json.dumps(_geo_metadata(table))})
    pq.write_table(described, sink, compression=compression)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(content: bytes, columns: Sequence[str] | None = None) -> Any:
    """Return the Arrow table of GeoParquet bytes, or only some of its columns."""
    return pq.read_table(pa.BufferReader(content), columns=columns)


def frame_of_table(table: Any, fields: Sequence[Field]) -> gpd.GeoDataFrame:
    """Return an Arrow table as a typed table (EPSG:4326)."""
    columns = {field.name: _series(field, _arrow_column(table, field)) for field in fields}
    geometry = shapely.from_wkb(_objects(table.column("geometry")))
    return gpd.GeoDataFrame(
        columns, geometry=gpd.GeoSeries(geometry, crs=STORAGE_CRS), crs=STORAGE_CRS
    )


def rows_of_table(table: Any, fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return the rows of an Arrow table as :func:`lca.table.rows_of` gives them."""
    columns = {field.name: _plain(field, _arrow_column(table, field)) for field in fields}
    columns["geometry"] = shapely.from_wkb(_objects(table.column("geometry"))).tolist()
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def differing(
    table: Any, columns: Mapping[str, list[Any]], fields: Sequence[Field]
) -> frozenset[int]:
    """Return the numbers of the rows of an Arrow table that plain values differ from.

    Parameters
    ----------
    columns : mapping of str to list
        As :func:`lca.record.columns_of` gives them, row by row; of ``geometry`` only whether there
        is one is compared.
    """
    found: set[int] = set()
    for field in fields:
        held = _arrow_column(table, field)
        given = columns.get(field.name, [None] * table.num_rows)
        if not _same(held, given, field):
            mine = _plain(field, held)
            found.update(at for at, value in enumerate(given) if value != mine[at])
    placed = pc.is_valid(table.column("geometry")).to_pylist()
    shapes = columns.get("geometry", [None] * table.num_rows)
    found.update(at for at, shape in enumerate(shapes) if (shape is not None) != placed[at])
    return frozenset(found)


def _same(held: Any, given: list[Any], field: Field) -> bool:
    """Tell whether a whole column holds what is given; False also if that is not of its type."""
    if held.null_count == len(held) or given.count(None) == len(given):
        return bool(held.null_count == len(held) and given.count(None) == len(given))
    try:
        array = pa.array(given, type=_ARROW_TYPES[field.type])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return False
    return bool(pa.chunked_array([array]).equals(held))


def fits(schema: Mapping[str, FieldType], fields: Sequence[Field]) -> bool:
    """Tell whether rows that were digested under a schema have the same digests under another.

    A column that the schema has gained since is unknown, and what is not known is left out of a
    digest; one that it has lost, or whose type is another, enters it.
    """
    wanted = {field.name: _ARROW_TYPES[field.type] for field in fields}
    return all(wanted.get(name) == _ARROW_TYPES.get(kind) for name, kind in schema.items())


def completed(table: Any, fields: Sequence[Field]) -> Any:
    """Return a fitting table with every column of the schema, in its order."""
    columns = {field.name: _arrow_column(table, field) for field in fields}
    return pa.table(
        {
            **columns,
            "geometry": table.column("geometry"),
            "row_digest": table.column("row_digest"),
        }
    )


def _arrow_column(table: Any, field: Field) -> Any:
    """Return a column; one that the schema has gained since the file was written is unknown."""
    if field.name in table.column_names:
        return table.column(field.name)
    return pa.nulls(table.num_rows, type=_ARROW_TYPES[field.type])


def _objects(column: Any) -> Any:
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    return values


def _plain(field: Field, column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if field.type == "integers":
        return [None if items is None else tuple(items) for items in values]
    if field.type == "instant":
        return [None if moment is None else moment.astimezone(UTC) for moment in values]
    return values


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


def _geo_metadata(table: Any) -> dict[str, Any]:
    """Return the ``geo`` member; without ``crs`` GeoParquet means OGC:CRS84, longitude first."""
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {"encoding": "WKB", "geometry_types": _geometry_types(table)},
        },
    }


def _geometry_types(table: Any) -> list[str]:
    """Return the names of the types; little-endian WKB says them in its bytes 1 to 4."""
    codes = pc.unique(pc.binary_slice(table.column("geometry"), 1, 5).drop_null())
    return sorted(_WKB_TYPES[int.from_bytes(code, "little")] for code in codes.to_pylist())


_WKB_TYPES = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}
