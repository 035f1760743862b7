"""Read the numbers with units that OSM tags carry: masses, sizes, speeds and spans of time."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

TONNES: Mapping[str, float] = {
    "": 1.0,
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "mt"), 1.0),
    "kg": 0.001,
    "st": 0.90718474,
    **dict.fromkeys(("lb", "lbs"), 0.00045359237),
}
METRES: Mapping[str, float] = {
    "": 1.0,
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    "cm": 0.01,
    **dict.fromkeys(("ft", "feet", "foot"), 0.3048),
    "in": 0.0254,
}
KMH: Mapping[str, float] = {
    "": 1.0,
    **dict.fromkeys(("km/h", "kmh", "kph"), 1.0),
    "mph": 1.609344,
    **dict.fromkeys(("knots", "knot", "kn"), 1.852),
}
COUNT: Mapping[str, float] = {"": 1.0}

LIMIT_SIZES: Mapping[str, tuple[Mapping[str, float], float]] = {
    "max_gross_t": (TONNES, 500.0),
    "max_axle_t": (TONNES, 100.0),
    "max_height_m": (METRES, 30.0),
    "max_width_m": (METRES, 50.0),
    "max_length_m": (METRES, 200.0),
}
"""Segment column of a limit -> its units, and the largest value that is still believable."""

WALKING_KMH = 5.0
"""What ``maxspeed=walk`` means here."""

_NO_LIMIT = frozenset(
    {"none", "unlimited", "no", "default", "unsigned", "no_sign", "no_indications"}
)
"""Words that state no limit of their own. ``below_default`` is none of them: there is a limit."""

_FEET_AND_INCHES = re.compile(
    r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(?:'|ft|feet)\s*"
    r"(?:([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*(?:\"|''|in))?"
)
_NUMBER_AND_UNIT = re.compile(
    r"([0-9]{1,9}(?:[.,][0-9]{1,9})?|[.,][0-9]{1,9})\s*([a-z/]*)", re.IGNORECASE
)
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}")
_SMALL_UNIT = 0.005
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5]?[0-9])(?::([0-5]?[0-9]))?")
_ISO_SPAN = re.compile(
    r"P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A tag's number in our unit, NaN for none; ``whole`` tells whether all of the tag was read."""

    value: float
    whole: bool


_NONE = Quantity(math.nan, whole=True)
_UNREAD = Quantity(math.nan, whole=False)


def quantity(stated: str | None, units: Mapping[str, float], most: float) -> Quantity:
    """Return what a tag's value says.

    Of a list (``3;4``) the lowest number counts, and the tag is not wholly read.

    Parameters
    ----------
    stated : str or None
        As tagged; None where it is not tagged.
    units : mapping
        Unit in lower case -> its size in our unit; ``""`` for a bare number.
    most : float
        The largest value that is still believable; the least is just above 0.
    """
    if stated is None:
        return _NONE
    parts = [part.strip().lower() for part in re.split(r"[;|]", stated)]
    if len(parts) == 1:
        return _single(parts[0], units, most)
    values = [_single(part, units, most).value for part in parts]
    return Quantity(min((value for value in values if value > 0), default=math.nan), whole=False)


def _single(text: str, units: Mapping[str, float], most: float) -> Quantity:
    if text in _NO_LIMIT:
        return _NONE
    value = WALKING_KMH if text == "walk" and units is KMH else _number(text, units)
    value = round(value, 3)
    return Quantity(value, whole=True) if 0 < value <= most else _UNREAD


def _number(text: str, units: Mapping[str, float]) -> float:
    feet = _FEET_AND_INCHES.fullmatch(text)
    if feet and "ft" in units:
        return (float(feet[1]) + float(feet[2] or 0) / 12) * units["ft"]
    found = _NUMBER_AND_UNIT.fullmatch(text)
    factor = units.get(found[2].lower()) if found else None
    if not found or not factor:
        return math.nan
    # 7,500 kg is seven and a half tonnes: nobody writes thousandths of a kilogram.
    by_thousands = factor < _SMALL_UNIT and _THOUSANDS.fullmatch(found[1])
    return float(found[1].replace(",", "" if by_thousands else ".")) * factor


def span_s(stated: str | None, most_s: float) -> Quantity:
    """Return a span of time in seconds: ``01:30``, ``1:30:00``, ``90`` (minutes) or ``PT1H30M``."""
    if stated is None:
        return _NONE
    text = stated.strip().upper()
    if clock := _CLOCK.fullmatch(text):
        seconds = 3600 * int(clock[1]) + 60 * int(clock[2]) + int(clock[3] or 0)
    elif text.isascii() and text.isdecimal() and len(text) <= 9:
        seconds = 60 * int(text)
    elif span := _ISO_SPAN.fullmatch(text):
        days, hours, minutes, rest = (int(part or 0) for part in span.groups())
        seconds = 86400 * days + 3600 * hours + 60 * minutes + rest
    else:
        seconds = 0
    return Quantity(float(seconds), whole=True) if 0 < seconds <= most_s else _UNREAD
