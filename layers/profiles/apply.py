"""Rows of a layer in the columns and codes of an export profile."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np

from layers.cells import plain_cell
from layers.exports.extract import Chunk, Extract
from layers.operation import Operation
from lca.country import country
from lca.errors import NotFound, UsageError
from lca.geo import GEOD, STORAGE_CRS
from lca.record import is_missing

from .profile import Code, Profile, ProfileColumn


def through_profile(profile: Profile, extract: Extract, operation: Operation | None) -> Extract:
    """Return an extract with the columns of a profile.

    The terms stay, with the profile named among them; the style goes, for its field is gone.

    Raises
    ------
    UsageError
        If the profile has nothing for the layer.
    """
    wanted = profile.layers.get(extract.name)
    if wanted is None:
        raise UsageError(
            f"The profile {profile.name} has no columns for {extract.title}.",
            where=extract.name,
            do_next="It knows " + ", ".join(profile.layers) + ".",
        )
    terms = {**extract.terms, "profile": f"{profile.name} ({profile.title})"}
    lookup = {**terms, **_about(operation)}

    def frames() -> Iterator[gpd.GeoDataFrame]:
        for frame in extract.frames():
            yield _recast(wanted.columns, Chunk.of(frame, extract.fields), lookup)

    return dataclasses.replace(
        extract,
        name=wanted.table,
        fields=tuple(column.field for column in wanted.columns),
        frames=frames,
        terms=terms,
        style=None,
    )


def _recast(
    columns: Iterable[ProfileColumn], chunk: Chunk, lookup: Mapping[str, Any]
) -> gpd.GeoDataFrame:
    values: dict[str, Any] = {
        column.name: [_coded(column, value) for value in _raw(column, chunk, lookup)]
        for column in columns
    }
    shapes = gpd.GeoSeries(chunk.shapes, crs=STORAGE_CRS)
    frame = gpd.GeoDataFrame(values, geometry=shapes, crs=STORAGE_CRS)
    return _typed(frame, columns).set_index(np.asarray(chunk.ids, dtype=object))


def _raw(column: ProfileColumn, chunk: Chunk, lookup: Mapping[str, Any]) -> Iterable[Any]:
    if column.source is not None:
        return chunk.columns[column.source]
    if column.place is not None:
        return [_of_place(column.place, shape) for shape in chunk.shapes]
    value = column.constant if column.term is None else lookup[column.term]
    return [value] * len(chunk.ids)


def _coded(column: ProfileColumn, value: Any) -> Any:
    if is_missing(value):
        return column.unknown
    if column.codes:
        return column.codes.get(str(plain_cell(value)).casefold(), column.otherwise)
    if column.type == "text":
        return str(plain_cell(value))
    number = float(value) * (column.factor or 1.0)
    if column.decimals is not None:
        # Down: a limit must not be stated higher than it is. The nudge is for 2.3 * 10 = 22.999…
        scale = 10**column.decimals
        number = math.floor(number * scale + 1e-9) / scale
    return round(number) if column.type == "integer" else number


def _of_place(what: str, shape: Any) -> float | None:
    """Return a figure of a geometry: a point on it in degrees, or its geodesic length in km."""
    if shape is None:
        return None
    if what == "length_km":
        return float(GEOD.geometry_length(shape)) / 1000.0
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    return float(point.x if what == "longitude" else point.y)


def _typed(frame: gpd.GeoDataFrame, columns: Iterable[ProfileColumn]) -> gpd.GeoDataFrame:
    kinds: dict[str, Any] = {"integer": "Int64", "number": "float64", "text": object}
    return frame.astype({column.name: kinds[column.type] for column in columns})


def _about(operation: Operation | None) -> dict[str, Code | None]:
    """Return what the operation's code says of the country, if it begins with one."""
    if operation is None:
        return {"iso3": None, "country": None}
    try:
        found = country(operation.code[:3])
    except NotFound:
        return {"iso3": None, "country": None}
    return {"iso3": found.iso3, "country": found.name}
