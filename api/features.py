"""Rows as GeoJSON features, and features as rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import geopandas as gpd
import orjson
import shapely
import shapely.geometry
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.instant import format_instant
from lca.record import Field
from lca.vocab import Sensitivity

COMPUTED = "computed_"
"""What begins so is said about a record at a moment, and is no part of it."""


def feature_of(row: Mapping[str, Any], computed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as a GeoJSON feature: instants as text in UTC, None for not known, no NaN."""
    properties = {
        key: json_value(value) for key, value in row.items() if key not in {"id", "geometry"}
    }
    for key, value in (computed or {}).items():
        properties[COMPUTED + key] = json_value(value)
    return {
        "type": "Feature",
        "id": str(row["id"]),
        "geometry": geometry_of(row.get("geometry")),
        "properties": properties,
    }


def geometry_of(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a geometry as GeoJSON; an empty one is no location."""
    if geometry is None or geometry.is_empty:
        return None
    mapped: dict[str, Any] = shapely.geometry.mapping(geometry)
    return mapped


def json_value(value: Any) -> Any:
    """Return a cell as JSON knows it."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def row_values(properties: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return the properties as columns of a row.

    Raises
    ------
    InvalidInput
        For a property that the layer does not have: a typing error must not vanish.
    """
    known = {field.name for field in fields} - {"id"}
    given = {key: value for key, value in properties.items() if not key.startswith(COMPUTED)}
    unknown = sorted(set(given) - known)
    if unknown:
        msg = f"The layer has no property {', '.join(unknown)}."
        raise InvalidInput(msg, where="properties", do_next="It has " + ", ".join(sorted(known)) + ".")
    return given


def geometry_from(body: Mapping[str, Any] | None) -> BaseGeometry | None:
    """Read a GeoJSON geometry in longitude, latitude.

    Raises
    ------
    InvalidInput
        If it is no geometry, lies outside the world, or is empty or not valid.
    """
    if body is None:
        return None
    try:
        geometry = shapely.force_2d(shapely.from_geojson(orjson.dumps(body).decode()))
    except (ShapelyError, TypeError, ValueError):
        raise _bad_geometry("It is not a GeoJSON geometry.") from None
    if geometry.is_empty or geometry.geom_type == "GeometryCollection":
        raise _bad_geometry(f"A {geometry.geom_type} without a place cannot be used.")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_geometry("It lies outside -180…180, -90…90.")
    if not geometry.is_valid:
        raise _bad_geometry(f"It is not valid: {shapely.is_valid_reason(geometry)}.")
    return geometry


def _bad_geometry(what: str) -> InvalidInput:
    return InvalidInput(
        what,
        where="geometry",
        do_next="Give a GeoJSON geometry with longitude first, in decimal degrees.",
    )


def visible(frame: gpd.GeoDataFrame, clearance: Sensitivity) -> gpd.GeoDataFrame:
    """Return the rows that a clearance may see."""
    allowed = {level.value for level in Sensitivity if level.rank <= clearance.rank}
    return frame[frame["sensitivity"].isin(allowed)]
