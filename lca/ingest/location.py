"""Build a row's location from its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.geo import LonLat

from .cells import is_null_word, parse_number
from .coordinates import parse_coordinate, parse_position
from .countries import lies_in
from .grids import look_like_metres, parse_mgrs, parse_utm, utm_readings
from .mending import is_tangled
from .shapes import fitting
from .sheets import TableKind
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
_MOST_WKT_CHARS = 200_000
_MOST_CORNERS = 20_000
_WKT = re.compile(
    r"\s*(?:SRID=4326;\s*)?((?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:Z\s*)?\([-+.,()\deE\s]*\))\s*"
)


def location_of(
    cells: Mapping[str, Cell], kind: TableKind | None = None, country: str | None = None
) -> BaseGeometry | None:
    """Return the geometry (EPSG:4326) that a row's location cells describe.

    An area wins over a line, a line over a point, and a pair of degrees over the other ways to
    write a point; a second point makes a line from the first to the second. None if all are empty,
    or hold 0, 0, which nobody means.

    Parameters
    ----------
    kind : TableKind, optional
        Which says what shapes its rows may have.
    country : str, optional
        ISO 3166-1 alpha-3, to tell between two readings of a UTM zone.

    Raises
    ------
    InvalidInput
        If a coordinate is unreadable or missing, or the corners make no area. Its
        ``details["target"]`` names the location column concerned; ``details["rule"]``,
        ``details["proposal"]`` and ``details["meant"]`` (a geometry) say what was probably meant.
    """
    filled = {target: cell for target, cell in cells.items() if not is_null_word(cell)}
    for target, read in _SHAPES.items():
        if target in filled:
            return _told(target, read, filled[target], kind)
    first = _position(filled, LATITUDE, LONGITUDE, country)
    second = _position(filled, TO_LATITUDE, TO_LONGITUDE, country)
    if second is not None and first is None:
        raise _problem(
            "The stretch has an end but no start.", "Fill in Latitude and Longitude.", LATITUDE
        )
    if second is not None and first is not None and first != second:
        return shapely.LineString([(first.lon, first.lat), (second.lon, second.lat)])
    if first is None and LATITUDE not in filled:
        first = _other_point(filled, country)
    return first.point if first else None


def _other_point(cells: Mapping[str, Cell], country: str | None) -> LonLat | None:
    """Return the point that is written in another way than as two columns of degrees."""
    for target, read in _POINTS.items():
        if target in cells:
            try:
                position = read(cells[target])
            except InvalidInput as error:
                raise _at(error, target) from error
            return None if position == _NOWHERE else position
    if not {"easting", "northing"} & cells.keys():
        return None
    for target in ("easting", "northing", "utm_zone"):
        if target not in cells:
            raise _problem(
                f"The {_words(target)} is missing.",
                "Give easting, northing and zone, or degrees.",
                target,
            )
    try:
        return parse_utm(cells["easting"], cells["northing"], cells["utm_zone"], country)
    except InvalidInput as error:
        raise _at(error, "easting") from error


def _position(cells: Mapping[str, Cell], lat: str, lon: str, country: str | None) -> LonLat | None:
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
            # A stretch is repaired at neither end: one end that is guessed makes another road.
            meant = None if TO_LATITUDE in cells else _meant(cells[lat], cells[lon], country)
            raise _at(error, target, meant) from error
    position = LonLat(values["longitude"], values["latitude"])
    return None if position == _NOWHERE else position


def _meant(lat: Cell, lon: Cell, country: str | None) -> dict[str, object] | None:
    """Return what two cells that are no degrees were probably meant to be, if it can be told."""
    numbers = []
    for cell in (lat, lon):
        try:
            numbers.append(parse_number(cell))
        except InvalidInput:
            return _meant_by_letters(lat, lon)
    y, x = numbers
    if look_like_metres(x, y):
        return _meant_on_a_grid(x, y, country)
    if abs(x) <= 90 and abs(y) <= 180:
        return _exchanged(LonLat(y, x), country)
    return None


def _exchanged(position: LonLat, country: str | None) -> dict[str, object]:
    """Return two exchanged coordinates as what was meant; abroad they are proposed only.

    A latitude of 156 may as well be 15.6: exchanged, the row would close a road in another ocean.
    """
    meant = _as_meant("coordinates.swapped", position, "the two columns exchanged")
    if country is not None and lies_in(position, country) is False:
        del meant["meant"]
    return meant


def _meant_by_letters(lat: Cell, lon: Cell) -> dict[str, object] | None:
    """Return the position if each column holds the other's coordinate, as its letter says."""
    try:
        position = LonLat(parse_coordinate(lat, "longitude"), parse_coordinate(lon, "latitude"))
    except InvalidInput:
        return None
    return _as_meant("coordinates.swapped", position, "the two columns exchanged")


def _meant_on_a_grid(x: float, y: float, country: str | None) -> dict[str, object]:
    found = list(utm_readings(x, y, country)) if country else []
    if len(found) == 1:
        return _as_meant("coordinates.projected", found[0][1], f"metres of UTM zone {found[0][0]}")
    zones = " or ".join(zone for zone, _ in found[:4])
    proposal = f"read as metres of UTM zone {zones}" if zones else "read as metres of a grid"
    return {"rule": "coordinates.projected", "proposal": proposal}


def _as_meant(rule: str, position: LonLat, how: str) -> dict[str, object]:
    proposal = f"{position.lat:g}, {position.lon:g} ({how})"
    return {"rule": rule, "proposal": proposal, "meant": position.point}


def _told(
    target: str,
    read: Callable[[Cell], BaseGeometry | None],
    cell: Cell,
    kind: TableKind | None,
) -> BaseGeometry | None:
    """Return the geometry of a column that holds a whole shape, if the kind may have it."""
    try:
        geometry = read(cell)
        if geometry is None or kind is None or target == AREA:
            return geometry
        return None if geometry.is_empty else fitting(geometry, kind)
    except InvalidInput as error:
        raise _at(error, target) from error


def _area(cell: Cell) -> BaseGeometry:
    parts = [part for part in clean_text(str(cell)).split(";") if part.strip()]
    return _polygon([_corner(part) for part in parts[:_MOST_CORNERS]], AREA)


def _polygon(corners: list[LonLat], target: str) -> BaseGeometry:
    if len(set(corners)) < 3:
        raise _problem(
            "The area has fewer than three corners.",
            "Write each as lat lon, separated by ;.",
            target,
        )
    polygon = shapely.Polygon([corner.point for corner in corners])
    if is_tangled(polygon) or not polygon.is_valid or polygon.area == 0:
        raise _problem(
            "The outline of the area crosses itself.",
            "List the corners in the order in which one walks around it.",
            target,
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


def _geopoint(cell: Cell) -> LonLat:
    """Return the position of an ODK point: latitude, longitude, and perhaps altitude, accuracy."""
    parts = clean_text(str(cell)).split()
    if not 2 <= len(parts) <= 4:
        return parse_position(cell)
    return LonLat(
        parse_coordinate(parts[1].rstrip(","), "longitude"),
        parse_coordinate(parts[0].rstrip(","), "latitude"),
    )


def _odk_points(cell: Cell) -> list[LonLat]:
    parts = [part for part in clean_text(str(cell)).split(";") if part.strip()]
    if len(parts) > _MOST_CORNERS:
        raise InvalidInput(
            f"The line has {len(parts)} points.",
            do_next=f"Draw it with at most {_MOST_CORNERS}.",
        )
    return [_geopoint(part) for part in parts]


def _geotrace(cell: Cell) -> BaseGeometry | None:
    points = [position for position in _odk_points(cell) if position != _NOWHERE]
    if len(set(points)) < 2:
        return points[0].point if points else None
    return shapely.LineString([position.point for position in points])


def _geoshape(cell: Cell) -> BaseGeometry:
    return _polygon(_odk_points(cell), "geoshape")


def _wkt(cell: Cell) -> BaseGeometry | None:
    text = str(cell)
    match = _WKT.fullmatch(text.upper()) if len(text) <= _MOST_WKT_CHARS else None
    if match is None:
        raise _no_wkt()
    try:
        geometry: BaseGeometry = shapely.force_2d(shapely.from_wkt(match[1]))
    except (ShapelyError, ValueError) as error:
        raise _no_wkt() from error
    return None if geometry.equals(_NOWHERE.point) else geometry


def _no_wkt() -> InvalidInput:
    return InvalidInput(
        "It is not a geometry in degrees as WKT.",
        do_next="Write it as POINT (37.22 19.61): longitude first, in EPSG:4326.",
    )


_SHAPES: dict[str, Callable[[Cell], BaseGeometry | None]] = {
    AREA: _area,
    "wkt": _wkt,
    "geoshape": _geoshape,
    "geotrace": _geotrace,
}
_POINTS: dict[str, Callable[[Cell], LonLat]] = {
    "latlon": parse_position,
    "geopoint": _geopoint,
    "mgrs": parse_mgrs,
}


def _words(target: str) -> str:
    return target.replace("_", " ")


def _at(
    error: InvalidInput, target: str, meant: Mapping[str, object] | None = None
) -> InvalidInput:
    details = {**error.details, "target": error.details.get("target", target), **(meant or {})}
    return InvalidInput(error.what, do_next=error.do_next, details=details)


def _problem(what: str, do_next: str, target: str) -> InvalidInput:
    return InvalidInput(what, do_next=do_next, details={"target": target})
