"""Build and check the geometry of one feature of a geodata file."""

from __future__ import annotations

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput

from .drawing import Drawing
from .mending import TANGLED, is_tangled, mended
from .sheets import TableKind
from .texts import one_line

_POINTS = frozenset({"Point", "MultiPoint"})
_LINES = frozenset({"LineString", "MultiLineString"})
_AREAS = frozenset({"Polygon", "MultiPolygon"})
_MULTI = frozenset({"MultiPoint", "MultiLineString", "MultiPolygon"})


def shape_of(drawing: Drawing, kind: TableKind) -> tuple[BaseGeometry | None, str]:
    """Return a feature's geometry in EPSG:4326, and what was mended in it, if anything.

    Parameters
    ----------
    drawing : Drawing
        As the child process has judged and perhaps mended it; that it is valid is not believed.
    kind : TableKind
        Which says what shapes its rows may have.

    Raises
    ------
    InvalidInput
        If it is no geometry, of a shape that the kind cannot have, invalid, or out of range.
    """
    _check_kind(drawing.kind, kind)
    geometry = geometry_in(drawing)
    if geometry.is_empty:
        return None, "The geometry is empty, so the row has no location."
    geometry = _placed(geometry, kind)
    if drawing.fault and not drawing.mended:
        raise _invalid(drawing.fault)
    if not geometry.is_valid:
        raise _invalid(shapely.is_valid_reason(geometry))
    if not drawing.mended:
        return geometry, ""
    return geometry, f"The geometry was not valid ({drawing.fault}) and was mended."


def fitting(geometry: BaseGeometry, kind: TableKind) -> BaseGeometry:
    """Return a geometry that was written into a cell, mended if that is needed.

    Raises
    ------
    InvalidInput
        As :func:`shape_of`.
    """
    _check_kind(geometry.geom_type, kind)
    geometry = _placed(geometry, kind)
    if geometry.geom_type in _AREAS and is_tangled(geometry):
        raise _invalid(TANGLED)
    if geometry.is_valid:
        return geometry
    made: BaseGeometry | None = mended(geometry)
    if made is None:
        raise _invalid(shapely.is_valid_reason(geometry))
    return made


def _check_kind(stated: str, kind: TableKind) -> None:
    allowed = _allowed(kind)
    if stated not in allowed:
        raise InvalidInput(
            f"A {one_line(stated)} cannot be the location here.",
            do_next="It must be " + " or ".join(sorted(allowed - _MULTI)) + ".",
        )


def _allowed(kind: TableKind) -> frozenset[str]:
    lines = _LINES if kind.stretch else frozenset()
    return _POINTS | lines | (_AREAS if kind.area else frozenset())


def _placed(geometry: BaseGeometry, kind: TableKind) -> BaseGeometry:
    """Return a geometry of which the row lies on Earth; of one point in several, that point."""
    if geometry.geom_type == "MultiPoint":
        points = shapely.get_parts(geometry)
        if len(points) == 1:
            geometry = points[0]
        elif not kind.stretch:
            raise InvalidInput(
                f"The location has {len(points)} points.", do_next="Make a feature of each."
            )
    _check_range(geometry)
    return geometry


def _invalid(why: str) -> InvalidInput:
    return InvalidInput(
        f"The geometry is not valid: {why}.",
        do_next="Mend it in QGIS (Fix geometries) and export again.",
    )


def geometry_in(drawing: Drawing) -> BaseGeometry:
    """Return the geometry of a drawing, which holds finite numbers only.

    Raises
    ------
    InvalidInput
        If it has none, or none that can be built.
    """
    damaged = InvalidInput("The geometry is damaged.", do_next="Draw it again.")
    if drawing.wkb is None:
        raise damaged
    if not drawing.wkb:
        return shapely.Point()
    try:
        geometry: BaseGeometry = shapely.from_wkb(drawing.wkb)
    except (ShapelyError, ValueError) as error:
        raise damaged from error
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
