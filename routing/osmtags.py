"""What the tags of an OSM way say about a road, with every value that cannot be interpreted kept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .legality import FERRY, NOT_FOR_MOTOR_VEHICLES

_WITH_LINKS = ("motorway", "trunk", "primary", "secondary", "tertiary")
ROADS = (
    frozenset(_WITH_LINKS)
    | {f"{highway}_link" for highway in _WITH_LINKS}
    | {"unclassified", "residential", "living_street", "service", "track", "road"}
    | NOT_FOR_MOTOR_VEHICLES
)
"""Values of ``highway`` that are roads; a vehicle could physically drive all of them."""

Unread = Counter[tuple[str, str]]

_ONEWAY = {
    **dict.fromkeys(("yes", "true", "1"), "forward"),
    **dict.fromkeys(("-1", "reverse"), "backward"),
    **dict.fromkeys(("no", "false", "0"), "no"),
}
_ACCESS = {
    **dict.fromkeys(("yes", "permissive", "designated", "official", "public"), "yes"),
    **dict.fromkeys(("destination", "delivery", "customers"), "destination"),
    **dict.fromkeys(("private", "permit", "agricultural", "forestry", "military"), "private"),
    **dict.fromkeys(("no", "emergency", "psv", "bus", "foot", "bicycle"), "no"),
    **dict.fromkeys(("unknown", "discouraged"), None),
}
_NO_LIMIT = frozenset(
    {"none", "unlimited", "no", "default", "unsigned", "no_sign", "no_indications"}
)

_TONNES = {
    "": 1.0,
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "mt"), 1.0),
    "kg": 0.001,
    "st": 0.90718474,
    **dict.fromkeys(("lb", "lbs"), 0.00045359237),
}
_METRES = {
    "": 1.0,
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    "cm": 0.01,
    **dict.fromkeys(("ft", "feet", "foot"), 0.3048),
}
_KMH = {
    "": 1.0,
    **dict.fromkeys(("km/h", "kmh", "kph"), 1.0),
    "mph": 1.609344,
    "knots": 1.852,
}
_FEET_AND_INCHES = re.compile(r"(\d+(?:\.\d+)?)\s*'(?:\s*(\d+(?:\.\d+)?)\s*(?:\"|''))?")
_NUMBER_AND_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]*)", re.IGNORECASE)

_LIMITS = (
    ("max_gross_t", "maxweight", _TONNES, 500.0),
    ("max_axle_t", "maxaxleload", _TONNES, 100.0),
    ("max_height_m", "maxheight", _METRES, 30.0),
    ("max_width_m", "maxwidth", _METRES, 50.0),
    ("max_length_m", "maxlength", _METRES, 200.0),
)
"""Column, key, units and the largest value that is still believable."""

_FASTEST_KMH = 160.0
_MOST_LANES = 20.0


def is_road(tags: Mapping[str, str]) -> bool:
    """Tell whether the way is a road or a ferry line, and not an area."""
    if tags.get("area") == "yes":
        return False
    return tags.get("highway") in ROADS or tags.get("route") == "ferry"


def attributes_of(tags: Mapping[str, str], unread: Unread) -> dict[str, Any]:
    """Return a way's attribute columns; text is None and a number NaN where it is not tagged.

    Parameters
    ----------
    tags : mapping
        All tags of a way for which :func:`is_road` holds.
    unread : Counter
        Gets one count for each tag whose value cannot be interpreted; the tag then counts as not
        there.
    """
    highway = tags["highway"] if tags.get("highway") in ROADS else FERRY
    speed = _speed(tags, "maxspeed", unread)
    forward = _speed(tags, "maxspeed:forward", unread)
    backward = _speed(tags, "maxspeed:backward", unread)
    return {
        "highway": highway,
        "name": tags.get("name"),
        "ref": tags.get("ref"),
        "oneway": _oneway(tags, highway, unread),
        "surface": tags.get("surface"),
        "access": _access(tags, "access", unread),
        "motor_vehicle": _access(tags, "motor_vehicle", unread) or _access(tags, "vehicle", unread),
        "hgv": _access(tags, "hgv", unread),
        "bridge": tags.get("bridge", "no") != "no",
        "tunnel": tags.get("tunnel", "no") != "no",
        "lanes": _quantity(tags, "lanes", {"": 1.0}, _MOST_LANES, unread),
        "maxspeed_kmh": speed if math.isnan(forward) else forward,
        "maxspeed_backward_kmh": speed if math.isnan(backward) else backward,
        **{
            column: _quantity(tags, key, units, most, unread)
            for column, key, units, most in _LIMITS
        },
    }


def _oneway(tags: Mapping[str, str], highway: str, unread: Unread) -> str:
    stated = tags.get("oneway")
    if stated in _ONEWAY:
        return _ONEWAY[stated]
    if stated is not None:
        unread["oneway", stated] += 1
    implied = tags.get("junction") in {"roundabout", "circular"} or highway == "motorway"
    return "forward" if implied else "no"


def _access(tags: Mapping[str, str], key: str, unread: Unread) -> str | None:
    stated = tags.get(key)
    if stated is not None and stated not in _ACCESS:
        unread[key, stated] += 1
    return _ACCESS.get(stated or "")


def _speed(tags: Mapping[str, str], key: str, unread: Unread) -> float:
    return _quantity(tags, key, _KMH, _FASTEST_KMH, unread)


def _quantity(
    tags: Mapping[str, str], key: str, units: Mapping[str, float], most: float, unread: Unread
) -> float:
    """Return a tag's value in our unit, NaN if there is none; it must be in (0, most]."""
    stated = tags.get(key)
    if stated is None or stated.strip().lower() in _NO_LIMIT:
        return math.nan
    value = _number(stated.strip(), units)
    if not 0 < value <= most:
        unread[key, stated] += 1
        return math.nan
    return round(value, 3)


def _number(text: str, units: Mapping[str, float]) -> float:
    feet = _FEET_AND_INCHES.fullmatch(text)
    if feet and "ft" in units:
        return (float(feet[1]) + float(feet[2] or 0) / 12) * units["ft"]
    found = _NUMBER_AND_UNIT.fullmatch(text)
    factor = units.get(found[2].lower()) if found else None
    return float(found[1].replace(",", ".")) * factor if found and factor else math.nan
