"""Places in a filter: what a geometry must touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from layers.box import Box
from lca.errors import UsageError
from lca.geo import BBox

from .reading import refused
from .terms import Columns, Sql, arguments, shown

_EXAMPLE = "Write BBOX(west,south,east,north) or POLYGON((lon lat, …)) in degrees."


def intersects(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``s_intersects`` of the geometry and a box or a geometry in degrees."""
    subject, place = arguments(word, args, 2)
    name = columns.of(subject, "geometry").sql
    return Sql(f"lca_touches({name}, ?)", (shapely.to_wkb(_shape(place)),))


def necessary_boxes(place: Any) -> list[BBox]:
    """Return the box that whatever touches a place touches too."""
    return [BBox(*map(float, _shape(place).bounds))]


def _shape(node: Any) -> BaseGeometry:
    if isinstance(node, Mapping) and set(node) == {"bbox"}:
        return _box(node["bbox"])
    if not isinstance(node, Mapping) or "coordinates" not in node:
        raise refused(f"A place is expected, not {shown(node)}.", _EXAMPLE)
    try:
        shape = shapely.force_2d(shapely.from_geojson(orjson.dumps(node)))
    except (ShapelyError, TypeError, ValueError):
        raise refused("It holds something that is not a geometry.", _EXAMPLE) from None
    if shape.is_empty or not shape.is_valid:
        raise refused("It holds a geometry that is empty or not valid.", _EXAMPLE)
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise refused("It holds a geometry outside longitude ±180, latitude ±90.", _EXAMPLE)
    return shape


def _box(numbers: Any) -> BaseGeometry:
    if (
        not isinstance(numbers, list)
        or len(numbers) != 4
        or not all(isinstance(item, int | float) for item in numbers)
    ):
        raise refused("A box has four numbers.", _EXAMPLE)
    try:
        return Box(*map(float, numbers)).geometry
    except UsageError as error:
        raise refused(error.what, error.do_next) from None
