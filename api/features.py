"""GeoJSON features as rows, and rows as features with what is computed of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from layers.geojson import feature
from lca.errors import InvalidInput
from lca.record import Field

COMPUTED = "computed_"
"""Properties that begin so say something about a record at a moment, and are no part of it."""
_LONGEST_TEXT = 5_000
_LARGEST_INTEGER = 2**53


def feature_of(row: Mapping[str, Any], computed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as a GeoJSON feature, with what was computed of it among its properties."""
    body = feature(row)
    for name, value in (computed or {}).items():
        body["properties"][COMPUTED + name] = value
    return body


def row_values(properties: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return a feature's properties as columns of a row; computed ones are left out.

    Raises
    ------
    InvalidInput
        For a property that the layer does not have (a misspelt one must not vanish), or a value
        that cannot be kept as it was given.
    """
    known = {field.name for field in fields} - {"id"}
    given = {name: value for name, value in properties.items() if not name.startswith(COMPUTED)}
    unknown = sorted(given.keys() - known)
    if unknown:
        raise InvalidInput(
            f"The layer has no property {', '.join(unknown)}.",
            where="properties",
            do_next="It has " + ", ".join(sorted(known)) + ".",
        )
    for name, value in given.items():
        for part in value if isinstance(value, list) else (value,):
            if wrong := _unfit(part):
                raise InvalidInput(
                    f"{name} {wrong}.", where=f"properties.{name}", do_next="Correct the value."
                )
    return given


def _unfit(value: Any) -> str | None:
    """Say why a JSON value cannot be one of a record, or None.

    Python's JSON reader takes more than JSON: NaN would become *not known*, and a limit vanish.
    """
    if isinstance(value, dict | list):
        return "holds a structure, not a value"
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            return f"is longer than {_LONGEST_TEXT} characters"
        if any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in value):
            return "holds characters that are no text"
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST_INTEGER:
        return "is not a number that can be kept"
    return None


def geometry_from(body: Mapping[str, Any] | None) -> BaseGeometry | None:
    """Read a GeoJSON geometry in longitude, latitude (EPSG:4326).

    Raises
    ------
    InvalidInput
        If it is no geometry, is empty or not valid, or lies outside the world.
    """
    if body is None:
        return None
    try:
        geometry = shapely.force_2d(shapely.from_geojson(orjson.dumps(body)))
    except (ShapelyError, TypeError, ValueError):
        raise _bad_geometry("It is not a GeoJSON geometry.") from None
    if geometry.is_empty or geometry.geom_type == "GeometryCollection":
        raise _bad_geometry("It has no place, or is a collection of geometries.")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_geometry("It lies outside longitude -180…180, latitude -90…90.")
    if not geometry.is_valid:
        raise _bad_geometry(f"It is not valid: {shapely.is_valid_reason(geometry)}.")
    return geometry


def _bad_geometry(what: str) -> InvalidInput:
    return InvalidInput(
        what,
        where="geometry",
        do_next="Give a GeoJSON geometry with longitude first, in decimal degrees.",
    )
