"""Build a row's location from its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.geo import LonLat

from .cells import is_null_word
from .coordinates import parse_coordinate
from .texts import clean_text
from .wire import Cell

LATITUDE, LONGITUDE = "latitude", "longitude"
TO_LATITUDE, TO_LONGITUDE = "to_latitude", "to_longitude"
AREA = "area"

LOCATION_TARGETS = frozenset(
    {
        *(LATITUDE, LONGITUDE, TO_LATITUDE, TO_LONGITUDE, AREA),
        *("latlon", "geopoint", "geotrace", "geoshape", "wkt", "mgrs"),
        *("easting", "northing", "utm_zone"),
    }
)
"""The columns that may say where a row lies, in the words of profiles."""

_NOWHERE = LonLat(0.0, 0.0)


def location_of(cells: Mapping[str, Cell]) -> BaseGeometry | None:
    """Return the geometry (EPSG:4326) that a row's location cells describe.

    An area wins over a point, a second point makes a line from the first to the second. None if
    all are empty, or hold 0, 0, which nobody means.

    Raises
    ------
    InvalidInput
        If a coordinate is unreadable or missing, or the corners make no area. Its
        ``details["target"]`` names the location column concerned.
    """
    filled = {target: cell for target, cell in cells.items() if not is_null_word(cell)}
    first = _position(filled, LATITUDE, LONGITUDE)
    second = _position(filled, TO_LATITUDE, TO_LONGITUDE)
    if AREA in filled:
        return _area(filled[AREA])
    if second is None:
        return first.point if first else None
    if first is None:
        raise _problem(
            "The stretch has an end but no start.", "Fill in Latitude and Longitude.", LATITUDE
        )
    if first == second:
        return first.point
    return shapely.LineString([first.point, second.point])


def _position(cells: Mapping[str, Cell], lat: str, lon: str) -> LonLat | None:
    if lat not in cells and lon not in cells:
        return None
    for target, other in ((lat, lon), (lon, lat)):
        if target not in cells:
            message = f"The {_words(other)} has no {_words(target)}."
            raise _problem(message, "Fill in both, or neither.", target)
    values: dict[str, float] = {}
    for target, axis in ((lat, "latitude"), (lon, "longitude")):
        try:
            values[axis] = parse_coordinate(cells[target], axis)  # type: ignore[arg-type]
        except InvalidInput as error:
            raise _problem(error.what, error.do_next, target) from error
    position = LonLat(values["longitude"], values["latitude"])
    return None if position == _NOWHERE else position


def _area(cell: Cell) -> BaseGeometry:
    corners = [_corner(part) for part in clean_text(str(cell)).split(";") if part.strip()]
    if len(set(corners)) < 3:
        raise _problem(
            "The area has fewer than three corners.", "Write each as lat lon, separated by ;.", AREA
        )
    polygon = shapely.Polygon([corner.point for corner in corners])
    if not polygon.is_valid or polygon.area == 0:
        raise _problem(
            "The outline of the area crosses itself.",
            "List the corners in the order in which one walks around it.",
            AREA,
        )
    return polygon


def _corner(text: str) -> LonLat:
    parts = text.split() if len(text.split()) == 2 else re.split(r",\s*", text.strip())
    if len(parts) != 2:
        raise _problem(
            f"The corner {text.strip()!r} is not a pair.", "Write it as -29.95 -71.33.", AREA
        )
    try:
        lat = parse_coordinate(parts[0].rstrip(","), "latitude")
        lon = parse_coordinate(parts[1], "longitude")
    except InvalidInput as error:
        raise _problem(
            f"In the corner {text.strip()!r}: {error.what}", error.do_next, AREA
        ) from error
    return LonLat(lon, lat)


def _words(target: str) -> str:
    return target.replace("_", " ")


def _problem(what: str, do_next: str, target: str) -> InvalidInput:
    return InvalidInput(what, do_next=do_next, details={"target": target})
