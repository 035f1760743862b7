"""Build and check the geometry of one feature of a geodata file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput

from .sheets import TableKind
from .texts import one_line

_POINTS = frozenset({"Point", "MultiPoint"})
_LINES = frozenset({"LineString", "MultiLineString"})
_AREAS = frozenset({"Polygon", "MultiPolygon"})
_MULTI = frozenset({"MultiPoint", "MultiLineString", "MultiPolygon"})


def shape_of(body: Mapping[str, Any], kind: TableKind) -> tuple[BaseGeometry | None, str]:
    """Return a feature's geometry in EPSG:4326, and what was mended in it, if anything.

    Parameters
    ----------
    body : mapping
        A GeoJSON geometry object with two coordinates a position.
    kind : TableKind
        Which says what shapes its rows may have.

    Raises
    ------
    InvalidInput
        If it is no geometry, of a shape that the kind cannot have, invalid, or out of range.
    """
    allowed = _allowed(kind)
    stated = body.get("type")
    if stated not in allowed:
        raise InvalidInput(
            f"A {one_line(str(stated))} cannot be the location here.",
            do_next="It must be " + " or ".join(sorted(allowed - _MULTI)) + ".",
        )
    geometry = _built(body)
    if geometry.is_empty:
        return None, "The geometry is empty, so the row has no location."
    if stated == "MultiPoint" and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if geometry.geom_type == "MultiPoint" and not kind.stretch:
        raise InvalidInput(
            f"The location has {len(geometry.geoms)} points.", do_next="Make a feature of each."
        )
    _check_range(geometry)
    if geometry.is_valid:
        return geometry, ""
    mended = shapely.make_valid(geometry)
    if mended.geom_type != geometry.geom_type or mended.is_empty:
        raise InvalidInput(
            f"The geometry is not valid: {shapely.is_valid_reason(geometry)}.",
            do_next="Mend it in QGIS (Fix geometries) and export again.",
        )
    return (
        mended,
        f"The geometry was not valid ({shapely.is_valid_reason(geometry)}) and was mended.",
    )


def _allowed(kind: TableKind) -> frozenset[str]:
    lines = _LINES if kind.stretch else frozenset()
    return _POINTS | lines | (_AREAS if kind.area else frozenset())


def _built(body: Mapping[str, Any]) -> Any:
    """Return the shapely geometry of a GeoJSON object that has coordinates, all of them finite."""
    damaged = InvalidInput("The geometry is damaged.", do_next="Draw it again.")
    if body.get("coordinates") is None:
        raise damaged
    try:
        geometry = shape(dict(body))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, ShapelyError) as error:
        raise damaged from error
    if not geometry.is_empty and not all(map(math.isfinite, geometry.bounds)):
        raise damaged
    return geometry


def _check_range(geometry: BaseGeometry) -> None:
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180):
        raise InvalidInput(
            "The geometry reaches beyond 180 degrees of longitude.",
            do_next="Check the layer's CRS; cut what crosses the antimeridian in two.",
        )
    if not (-90 <= south <= north <= 90):
        raise InvalidInput(
            "The geometry reaches beyond 90 degrees of latitude.",
            do_next="Latitude and longitude may be swapped; check the layer's CRS and axes.",
        )
