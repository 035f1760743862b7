"""Typed tables: rows of one record class as a GeoDataFrame in EPSG:4326, and back.

Column types: text, codes -> object (None for not known); integer -> Int64; number -> float64
(NaN); boolean -> boolean; instant -> datetime64[us, UTC]; integers -> object (tuple of int).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from .geo import STORAGE_CRS
from .record import (
    NEVER_MISSING,
    Field,
    FieldType,
    columns_of,
    fields_of,
    from_row,
    is_missing,
)

Record = TypeVar("Record")

_DTYPES: dict[FieldType, Any] = {"integer": "Int64", "boolean": "boolean"}
_WORDS = frozenset({str, type(None)})
_FIGURES = frozenset({float, int, type(None)})


def frame_of_rows(fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Build a typed table from rows; columns that the fields do not name are dropped."""
    listed = list(rows)
    names = [*(field.name for field in fields), "geometry"]
    columns = {name: [row.get(name) for row in listed] for name in names}
    return _frame_of_columns(fields, columns)


def frame_of(record_class: type[Record], records: Iterable[Record]) -> gpd.GeoDataFrame:
    """Build a typed table from records of one class."""
    return _frame_of_columns(fields_of(record_class), columns_of(record_class, list(records)))


def _frame_of_columns(fields: Sequence[Field], values: Mapping[str, list[Any]]) -> gpd.GeoDataFrame:
    columns = {field.name: _array(field, values[field.name]) for field in fields}
    shapes = values.get("geometry", [None] * len(next(iter(values.values()))))
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = _without_missing(shapes)
    return gpd.GeoDataFrame(
        columns, geometry=gpd.GeoSeries(geometry, crs=STORAGE_CRS), crs=STORAGE_CRS
    )


def rows_of(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values: None for not known, datetimes in UTC."""
    names = [str(name) for name in frame.columns]
    columns = [[_plain(value) for value in frame[name]] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def records_of(record_class: type[Record], frame: gpd.GeoDataFrame) -> list[Record]:
    """Return the rows of a table as records.

    Raises
    ------
    InvalidInput
        If a row does not make a valid record.
    """
    return [from_row(record_class, row) for row in rows_of(frame)]


def _array(field: Field, values: list[Any]) -> Any:
    """Return a column as an array or series of its type."""
    cleaned = _without_missing(values)
    if field.type == "instant":
        moments = pd.to_datetime(pd.Series(cleaned, dtype=object), utc=True)
        return moments.astype("datetime64[us, UTC]").array
    if field.type == "number":
        if set(map(type, cleaned)) <= _FIGURES:
            return np.array(cleaned, dtype=float)
        return np.array([np.nan if value is None else float(value) for value in cleaned], float)
    if field.type in _DTYPES:
        return pd.array(cleaned, dtype=_DTYPES[field.type])
    # As a series: of a bare array pandas would guess another type for texts.
    return pd.Series(np.fromiter(cleaned, dtype=object, count=len(cleaned)), dtype=object)


def _without_missing(values: list[Any]) -> list[Any]:
    """Return the values with None for each that is missing; a whole column is of a type or two."""
    kinds = set(map(type, values))
    if kinds <= NEVER_MISSING:
        return values
    if kinds <= _WORDS:
        return [None if not value or value.isspace() else value for value in values]
    return [None if is_missing(value) else value for value in values]


def _plain(value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime().astimezone(UTC)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray | list):
        return tuple(int(item) for item in value)
    return value
