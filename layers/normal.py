"""Bring a table of any origin into the normal form that a version stores (see ``canonical``)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.errors import InvalidInput
from lca.geo import STORAGE_CRS, require_crs
from lca.record import Field, is_missing

COORDINATE_DECIMALS = 7

_GEOMETRY_TYPES = [
    kind.value
    for kind in shapely.GeometryType
    if kind.name.removeprefix("MULTI") in {"POINT", "LINESTRING", "POLYGON"}
]


def normalise(frame: gpd.GeoDataFrame, fields: Sequence[Field], *, where: str) -> gpd.GeoDataFrame:
    """Return the rows in normal form: typed, NFC, finite, rounded, sorted by id.

    Parameters
    ----------
    frame : GeoDataFrame
        Rows in any order and CRS; columns that the fields do not name are dropped, columns that
        it lacks are *not known*.
    fields : sequence of Field
        The columns to keep, with their types.
    where : str
        What errors name as the place.

    Raises
    ------
    InvalidInput
        With every row concerned named.
    MissingCrs
        If the table does not say its CRS.
    """
    located = require_crs(frame, where=where).reset_index(drop=True)
    columns = {field.name: _column(field, located, where) for field in fields}
    _check_ids(columns["id"], where)
    for field in fields:
        _check_words(field, columns[field.name], columns["id"], where)
    geometry = _geometry(located.geometry.to_numpy(), columns["id"], where)
    result = gpd.GeoDataFrame(
        columns, geometry=gpd.GeoSeries(geometry, crs=STORAGE_CRS), crs=STORAGE_CRS
    )
    order = np.argsort(columns["id"].to_numpy(), kind="stable")
    if (order[1:] > order[:-1]).all():  # in order already, as each of few rows is
        return result
    return result.iloc[order].reset_index(drop=True)


def normal_order(
    frame: gpd.GeoDataFrame, fields: Sequence[Field], *, where: str
) -> tuple[NDArray[np.intp], list[str]]:
    """Return the positions of the rows in the order of their normal ids, and those ids.

    Raises
    ------
    InvalidInput
        If rows have no id, or the same.
    MissingCrs
        If the table does not say its CRS.
    """
    if frame.crs is None:
        require_crs(frame, where=where)
    field = next(field for field in fields if field.name == "id")
    ids = _column(field, frame.reset_index(drop=True), where)
    _check_ids(ids, where)
    order = np.argsort(ids.to_numpy(dtype=object), kind="stable")
    return order, ids.to_numpy(dtype=object)[order].tolist()


def _column(field: Field, frame: gpd.GeoDataFrame, where: str) -> pd.Series[Any]:
    values = (
        frame[field.name]
        if field.name in frame.columns
        else pd.Series([None] * len(frame), dtype=object)
    )
    try:
        return _typed(field, values)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            f"{field.name} holds a value that is not of type {field.type}: {error}.",
            where=where,
            do_next="Mend the value, or leave it empty if it is not known.",
        ) from error


def _typed(field: Field, values: pd.Series[Any]) -> pd.Series[Any]:
    if field.type == "number":
        numbers = pd.to_numeric(values).to_numpy(dtype="float64", na_value=np.nan) + 0.0
        if np.isinf(numbers).any():
            msg = "infinity"
            raise ValueError(msg)
        return pd.Series(numbers, dtype="float64")
    if field.type == "integer":
        return pd.to_numeric(values).astype("Int64")
    if field.type == "boolean":
        return values.astype("boolean")
    if field.type == "instant":
        return _instants(values)
    if field.type == "integers":
        return pd.Series([_integers(value) for value in values], dtype=object)
    return _texts(values)


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts in normal form; a text that many rows share is brought into it once."""
    if values.isna().all():
        return pd.Series([None] * len(values), dtype=object)
    if pd.api.types.infer_dtype(values, skipna=True) != "string":
        return pd.Series([normal_text(value) for value in values], dtype=object)
    codes, unique = pd.factorize(values)
    known = np.array([*(normal_text(text) for text in unique), None], dtype=object)
    return pd.Series(known[codes], dtype=object)


def _instants(values: pd.Series[Any]) -> pd.Series[Any]:
    if values.dtype == object and any(
        getattr(value, "tzinfo", True) is None for value in values if not is_missing(value)
    ):
        msg = "a date and time without an offset from UTC"
        raise ValueError(msg)
    if getattr(values.dtype, "kind", "") == "M" and not isinstance(
        values.dtype, pd.DatetimeTZDtype
    ):
        msg = "dates and times without an offset from UTC"
        raise ValueError(msg)
    moments = pd.to_datetime(values, utc=True).dt.floor("ms")
    return moments.astype("datetime64[us, UTC]")


def normal_text(value: Any) -> str | None:
    """Return a text without white space around it, in Unicode NFC; None for *not known*."""
    if not isinstance(value, str) and is_missing(value):
        return None
    text = str(value).strip()
    if text.isascii():
        return text or None
    normal = unicodedata.normalize("NFC", text)
    normal.encode()  # half a surrogate pair is no text: no file could hold it
    return normal


def _integers(value: Any) -> tuple[int, ...] | None:
    if is_missing(value) or len(value) == 0:
        return None
    return tuple(int(item) for item in value)


def _check_ids(ids: pd.Series[Any], where: str) -> None:
    if ids.isna().any():
        raise InvalidInput(
            f"{int(ids.isna().sum())} row(s) have no id.",
            where=where,
            do_next="Give each feature a stable id.",
        )
    repeated = sorted(set(ids[ids.duplicated()]))
    if repeated:
        raise InvalidInput(
            f"Several rows have the same id: {_listed(repeated)}.",
            where=where,
            do_next="Give each feature its own id.",
            details={"ids": repeated},
        )


def _check_words(field: Field, column: pd.Series[Any], ids: pd.Series[Any], where: str) -> None:
    if not field.required and not field.codes:
        return
    known = column.notna()
    if field.required and not known.all():
        raise InvalidInput(
            f"{field.name} is missing in {_listed(ids[~known])}.",
            where=where,
            do_next="Fill it in.",
        )
    if not field.codes:
        return
    strange = [word for word in column[known].unique() if str(word) not in field.codes]
    if strange:
        wrong = known & column.isin(strange)
        first = column[wrong].iloc[0]
        raise InvalidInput(
            f"{field.name} {first!r} is not a word of its vocabulary, in {_listed(ids[wrong])}.",
            where=where,
            do_next="Use one of " + ", ".join(field.codes) + ".",
        )


def _geometry(
    geometries: NDArray[np.object_], ids: pd.Series[Any], where: str
) -> NDArray[np.object_]:
    present = ~shapely.is_missing(geometries)
    _refuse(
        present & ~np.isin(shapely.get_type_id(geometries), _GEOMETRY_TYPES),
        ids,
        where,
        "is neither a point, a line nor an area",
        "Give one kind of geometry a feature.",
    )
    _refuse(
        present & shapely.is_empty(geometries),
        ids,
        where,
        "has an empty geometry",
        "Draw it, or leave the location out.",
    )
    _refuse(
        _unplaced(geometries),
        ids,
        where,
        "has a coordinate that is not a number or lies outside ±180, ±90",
        "Correct it; longitude comes first.",
    )
    rounded = _rounded(geometries)
    # What is kept is judged: an outline that only the rounding makes cross itself would come
    # back with every later edit of the layer, and be refused then.
    _refuse(
        present & ~shapely.is_valid(rounded),
        ids,
        where,
        "has an area that crosses or touches itself within about 1 cm",
        "Draw its outline again without crossing.",
    )
    return rounded


def _unplaced(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which geometries have a coordinate that is no position on Earth."""
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    # A comparison with NaN is false, so it counts as outside.
    outside = ~((np.abs(xy[:, 0]) <= 180.0) & (np.abs(xy[:, 1]) <= 90.0))
    unplaced = np.zeros(len(geometries), dtype=bool)
    unplaced[owner[outside]] = True
    return unplaced


def _rounded(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Two dimensions, 7 decimals without negative zeros, outer rings anticlockwise."""
    flat = shapely.transform(
        shapely.force_2d(geometries), lambda xy: np.round(xy, COORDINATE_DECIMALS) + 0.0
    )
    return np.asarray(shapely.orient_polygons(flat), dtype=object)


def _refuse(wrong: Any, ids: pd.Series[Any], where: str, what: str, do_next: str) -> None:
    mask = np.asarray(wrong, dtype=bool)
    if mask.any():
        raise InvalidInput(f"{_listed(ids[mask])} {what}.", where=where, do_next=do_next)


def _listed(ids: Iterable[Any], most: int = 5) -> str:
    listed = [str(item) for item in ids]
    tail = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + tail
