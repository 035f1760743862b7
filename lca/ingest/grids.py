"""Read positions on grids of metres: MGRS, and UTM as easting, northing and zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import mgrs
import pyproj
from mgrs.core import MGRSError

from lca.errors import InvalidInput
from lca.geo import STORAGE_CRS, LonLat

from .cells import parse_number
from .countries import country_boxes, lies_in
from .texts import clean_text, one_line
from .wire import Cell

EASTINGS = (100_000.0, 900_000.0)
NORTHINGS = (0.0, 10_000_000.0)
_MGRS = re.compile(r"([1-9]|[0-5]\d|60)([C-HJ-NP-X])([A-HJ-NP-Z][A-HJ-NP-V])((?:\d\d){0,5})")
_ZONE = re.compile(r"(?:UTM|ZONE|EPSG:?|WGS ?84|[\s/:.,-])*([1-9]|[0-5]\d|60)\s*([C-HJ-NP-X])?")
_EPSG = re.compile(r"(?:EPSG:?)?\s*32([67])(\d\d)")
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_ZONES = 60
_DEGREES_A_ZONE = 6


def parse_mgrs(cell: Cell) -> LonLat:
    """Return the position of an MGRS reference, as ``36Q YJ 12345 67890``.

    Raises
    ------
    InvalidInput
        If it is none.
    """
    text = re.sub(r"[\s.,-]+", "", clean_text(str(cell)).upper())
    match = _MGRS.fullmatch(text) if len(text) < 20 else None
    try:
        lat, lon = mgrs.MGRS().toLatLon(text) if match else (None, None)
    except (MGRSError, RuntimeWarning) as error:  # the library warns where the band does not fit
        raise _no_mgrs(cell) from error
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        raise _no_mgrs(cell)
    if match and not _lies_in_band(lat, match[2]):
        raise _no_mgrs(cell)
    return LonLat(lon, lat)


def _lies_in_band(lat: float, band: str) -> bool:
    """Tell whether a latitude lies in its band of 8 degrees, or a square's width beside it."""
    south = -80 + 8 * _BANDS.index(band)
    return south - 1 <= lat <= south + (12 if band == "X" else 8) + 1


def parse_utm(easting: Cell, northing: Cell, zone: Cell, country: str | None = None) -> LonLat:
    """Return the position of UTM coordinates (WGS 84), in metres.

    ``36S`` may be the southern half of zone 36 or its band S in the north: the country tells.

    Raises
    ------
    InvalidInput
        If a value is none, or the zone can be read in two ways.
    """
    east, north = _metres(easting, EASTINGS), _metres(northing, NORTHINGS)
    places = [
        from_utm(east, north, number, south=south)
        for number, south in _zones_of(clean_text(str(zone)))
    ]
    if len(places) > 1 and country:
        places = [place for place in places if place and lies_in(place, country)] or places
    if len(places) != 1 or places[0] is None:
        raise InvalidInput(
            f"The UTM zone {one_line(str(zone), 20)!r} can be read in two ways."
            if len(places) > 1
            else f"{one_line(str(zone), 20)!r} is not the UTM zone of a place at {east:g}, {north:g}.",
            do_next="Write it as 36N for the north, or EPSG:32736 for the south of the equator.",
        )
    return places[0]


def from_utm(easting: float, northing: float, zone: int, *, south: bool) -> LonLat | None:
    """Return the position of UTM coordinates; None if they lie in no such zone."""
    lon, lat = _to_degrees(zone, south).transform(easting, northing)
    if not (abs(lat) <= 85 and abs(lon) <= 180):
        return None
    return LonLat(float(lon), float(lat))


def look_like_metres(x: float, y: float) -> bool:
    """Tell whether two numbers may be an easting and a northing, in either order."""
    return any(
        EASTINGS[0] <= one <= EASTINGS[1] and 1_000 < other <= NORTHINGS[1]
        for one, other in ((x, y), (y, x))
    )


def utm_readings(x: float, y: float, country: str) -> Iterator[tuple[str, LonLat]]:
    """Yield each zone in which two metric numbers would lie in a country, and where that is."""
    for easting, northing in ((x, y), (y, x)):
        if not (EASTINGS[0] <= easting <= EASTINGS[1] and 1_000 < northing <= NORTHINGS[1]):
            continue
        for zone in _zones_over(country):
            for south in (False, True):
                place = from_utm(easting, northing, zone, south=south)
                if place and lies_in(place, country, margin_degrees=0):
                    yield f"{zone}{'S' if south else 'N'}", place


def _zones_over(country: str) -> list[int]:
    found = set()
    for box in country_boxes().get(country, ()):
        west, east = (int((lon + 180) // _DEGREES_A_ZONE) + 1 for lon in (box.west, box.east))
        found |= set(range(west, min(east, _ZONES) + 1))
    return sorted(found)


def _zones_of(text: str) -> list[tuple[int, bool]]:
    """Return what a zone's name may mean: its number, and whether it lies in the south."""
    by_code = _EPSG.fullmatch(text.upper())
    if by_code:
        return [(int(by_code[2]), by_code[1] == "7")] if 1 <= int(by_code[2]) <= _ZONES else []
    match = _ZONE.fullmatch(text.upper().removesuffix(".0")) if len(text) < 30 else None
    if match is None:
        return []
    number, letter = int(match[1]), match[2]
    if letter is None or letter == "S":
        return [(number, False), (number, True)]
    return [(number, letter < "N")]


def _metres(cell: Cell, bounds: tuple[float, float]) -> float:
    value = parse_number(cell, unit="m")
    if not bounds[0] <= value <= bounds[1]:
        raise InvalidInput(
            f"{value:g} is no {'easting' if bounds is EASTINGS else 'northing'} in metres of UTM.",
            do_next="Write eastings of 100000 to 900000 and northings of 0 to 10000000.",
        )
    return value


@lru_cache(maxsize=128)
def _to_degrees(zone: int, south: bool) -> pyproj.Transformer:  # noqa: FBT001 - a key of the cache
    return pyproj.Transformer.from_crs(
        32700 + zone if south else 32600 + zone, STORAGE_CRS, always_xy=True
    )


def _no_mgrs(cell: Cell) -> InvalidInput:
    return InvalidInput(
        f"{one_line(str(cell), 40)!r} is not an MGRS reference.",
        do_next="Write it as 36QYJ1234567890: zone, band, square, then as many digits east as north.",
    )
