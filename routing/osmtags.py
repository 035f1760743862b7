"""What the tags of an OSM way say about a road, with every value that cannot be interpreted kept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from .access_table import Passing, values
from .conditional import parse_conditional
from .osmaccess import ONEWAY, read_access
from .osmunits import COUNT, KMH, LIMIT_SIZES, Quantity, quantity, span_s
from .segment_rules import FERRY, IMPASSABLE

ROADS = values("highway", "highway", Passing.PASS, Passing.NO)
"""Values of ``highway`` that are roads; a vehicle could physically drive all of them. Those under
construction, proposed, abandoned or razed carry other values."""

ROAD_TAGS = (*(("highway", value) for value in sorted(ROADS)), ("route", "ferry"))
"""Every road carries one of these tags; what carries none is nobody's road and is not looked at."""

Unread = Counter[tuple[str, str]]

_LIMITS = (
    ("max_gross_t", ("maxweight", "maxweightrating")),
    ("max_axle_t", ("maxaxleload",)),
    ("max_height_m", ("maxheight", "maxheight:physical")),
    ("max_width_m", ("maxwidth", "maxwidth:physical")),
    ("max_length_m", ("maxlength", "maxlength:physical")),
)
"""Column, and keys of which the lowest counts."""

REVERSIBLE = "reversible"
"""Value of ``oneway`` of a road whose direction changes by the hour; kept among the rules."""
_FASTEST_KMH = 160.0
_MOST_LANES = 20.0
_LONGEST_FERRY_S = 14 * 86400.0

_AS_TAGGED = ("surface", "smoothness", "tracktype", "toll", "junction", "barrier")
_AS_TAGGED_BUT_NO = {"four_wd_only": "4wd_only", "ford": "ford"}
_STATUS = ("status", "operational_status")
STATUS_FLAGS = (
    *("impassable", "destroyed", "collapsed", "washed_out", "razed", "demolished", "blocked"),
    *("abandoned", "disused", "construction", "damaged"),
)
"""Keys that say something of a road's state by any value but ``no``."""
_BRIDGE_STATES = frozenset({"collapsed", "destroyed", "washed_out", "demolished", "damaged"})
_BURIED = frozenset({"debris", "block"})
"""Values of ``barrier`` on a way that lie on the road; a kerb or a guard rail stands beside it."""
_WINTER = ("winter_road", "ice_road")

KEYS = frozenset(
    {"highway", "route", "area", "oneway", "access", "motor_vehicle", "vehicle", "hgv", "duration"}
    | {"bridge", "tunnel", "lanes", "maxspeed", "maxspeed:forward", "maxspeed:backward"}
    | {key for _, keys in _LIMITS for key in keys}
    | {"seasonal", *_AS_TAGGED, *_AS_TAGGED_BUT_NO.values(), *_STATUS, *STATUS_FLAGS, *_WINTER}
)
"""Keys that :func:`attributes_of` reads, besides those of rules for some vehicles or times."""

_OTHER_VEHICLES = ("goods", "motorcar", "motorcycle", "hazmat")
_RULE = re.compile(
    r"(?:maxweight|maxweightrating|maxaxleload|maxheight|maxwidth|maxlength|maxspeed|oneway"
    r"|access|vehicle|motor_vehicle|hgv|goods|motorcar|motorcycle|hazmat)"
    r"(?::(?:vehicle|motor_vehicle|hgv|goods|motorcar|motorcycle))?"
    r"(?::(?:forward|backward))?(?::conditional)?"
)
_UNREAD_KEY = re.compile(
    r"(?:.+:)?(?:max_?(?:weight|weightrating|axleload|axles|bogieweight|height|width|length|speed)"
    r"|weight_limit|height_limit|oneway|access|vehicle|motor_vehicle|hgv|hgv_articulated|goods"
    r"|motorcar|motorcycle|hazmat|trailer|impassable)(?::.+)?"
)
_SAYS_NOTHING = frozenset(
    {"source", "note", "comment", "description", "fixme", "survey", "check_date", "type", "sign"}
    | {"signed", "was", "old", "proposed", "planned", "construction", "disused", "abandoned"}
    | {"razed", "demolished", "removed", "historic", "advisory", "practical", "variable", "zone"}
    | {"bicycle", "foot", "horse", "bus", "psv", "taxi", "moped", "mofa", "coach", "tourist_bus"}
    | {"emergency", "electric_bicycle", "electric_scooter", "kick_scooter", "ski", "boat", "ship"}
    | {"canoe", "carriage", "inline_skates", "wheelchair", "motorboat", "snowmobile", "atv"}
    | {"minibus", "share_taxi", "school_bus", "disabled", "tram", "train", "light_rail", "toilets"}
    | {"parking", "cycleway", "sidewalk", "footway", "railway", "toll", "ref", "name", "turn"}
    | {"change", "overtaking", "national_network", "state_network"}
)
"""Parts of a key that make it no rule, or one for others than the vehicles of a convoy."""


def is_read(key: str) -> bool:
    """Tell whether :func:`attributes_of` looks at a key: to interpret it, or to list it."""
    return key in KEYS or is_rule(key) or _is_listed(key)


@lru_cache(maxsize=8192)
def _is_listed(key: str) -> bool:
    """Tell whether a key sounds like a rule or limit for vehicles, but is interpreted by nothing."""
    if key in KEYS or is_rule(key) or not _UNREAD_KEY.fullmatch(key):
        return False
    return _SAYS_NOTHING.isdisjoint(key.split(":"))


@lru_cache(maxsize=8192)
def is_rule(key: str) -> bool:
    """Tell whether a tag is a rule for some vehicles, one direction or some times only."""
    if key in _OTHER_VEHICLES:
        return True
    return ":" in key and key not in KEYS and _RULE.fullmatch(key) is not None


def is_road(tags: Mapping[str, str]) -> bool:
    """Tell whether the way is a road or a ferry line for vehicles, and not an area."""
    if tags.get("area") == "yes":
        return False
    if tags.get("highway") in ROADS:
        return True
    motor = tags.get("motor_vehicle", tags.get("vehicle"))
    return tags.get("route") == "ferry" and motor != "no"


def attributes_of(tags: Mapping[str, str], unread: Unread) -> dict[str, Any]:
    """Return a way's attribute columns; text is None and a number NaN where it is not tagged.

    Names are no attributes here: they are read as columns of their own.

    Parameters
    ----------
    tags : mapping
        The tags of a way for which :func:`is_road` holds.
    unread : Counter
        Gets one count for each tag that is not wholly interpreted; what is not interpreted counts
        as not tagged.
    """
    unread.update((key, value) for key, value in tags.items() if _is_listed(key))
    highway = tags["highway"] if tags.get("highway", "") in ROADS else FERRY
    speed = _quantity(tags, "maxspeed", KMH, _FASTEST_KMH, unread)
    forward = _quantity(tags, "maxspeed:forward", KMH, _FASTEST_KMH, unread)
    backward = _quantity(tags, "maxspeed:backward", KMH, _FASTEST_KMH, unread)
    duration = span_s(tags.get("duration") if highway == FERRY else None, _LONGEST_FERRY_S)
    return {
        "highway": highway,
        "oneway": _oneway(tags, highway, unread),
        "access": _access(tags, "access", unread),
        "motor_vehicle": _motor_vehicle(tags, unread),
        "hgv": _access(tags, "hgv", unread),
        **{key: tags.get(key) for key in _AS_TAGGED},
        **{column: _unless_no(tags.get(key)) for column, key in _AS_TAGGED_BUT_NO.items()},
        "seasonal": _seasonal(tags),
        "status": _status(tags),
        "conditional": _rules(tags, unread),
        "bridge": tags.get("bridge", "no") != "no",
        "tunnel": tags.get("tunnel", "no") != "no",
        "lanes": _quantity(tags, "lanes", COUNT, _MOST_LANES, unread),
        "maxspeed_kmh": speed if math.isnan(forward) else forward,
        "maxspeed_backward_kmh": speed if math.isnan(backward) else backward,
        **{
            column: _lowest(_quantity(tags, key, *LIMIT_SIZES[column], unread) for key in keys)
            for column, keys in _LIMITS
        },
        "duration_s": _noted(duration, "duration", tags, unread),
    }


def _oneway(tags: Mapping[str, str], highway: str, unread: Unread) -> str:
    stated = tags.get("oneway")
    if stated is not None:
        if found := ONEWAY.get(stated.strip().lower()):
            return found
        unread["oneway", stated] += 1
    implied = tags.get("junction") in {"roundabout", "circular"} or highway == "motorway"
    return "forward" if implied else "no"


def _access(tags: Mapping[str, str], key: str, unread: Unread) -> str | None:
    if key not in tags:
        return None
    found, whole = read_access(tags[key])
    if not whole:
        unread[key, tags[key]] += 1
    return found


def _motor_vehicle(tags: Mapping[str, str], unread: Unread) -> str | None:
    """Return what holds for motor vehicles, if need be of all vehicles.

    Where all vehicles have rules of their own, their plain tag stands among these
    (:func:`_rules`): here it would come before them.
    """
    own, every = _access(tags, "motor_vehicle", unread), _access(tags, "vehicle", unread)
    return own or (None if _has_vehicle_rules(tags) else every)


def _has_vehicle_rules(tags: Mapping[str, str]) -> bool:
    return any(key.startswith(("vehicle:", "access:vehicle")) and is_rule(key) for key in tags)


def _unless_no(stated: str | None) -> str | None:
    return None if stated == "no" else stated


def _seasonal(tags: Mapping[str, str]) -> str | None:
    seasonal = _unless_no(tags.get("seasonal"))
    if seasonal is None and any(_unless_no(tags.get(key)) for key in _WINTER):
        return "winter"
    return seasonal


def _status(tags: Mapping[str, str]) -> str | None:
    """Return the state of a road; of several the one with which nobody gets through."""
    states = [key for key in STATUS_FLAGS if _unless_no(tags.get(key))]
    states += [tags[key].strip().lower().replace(" ", "_") for key in _STATUS if key in tags]
    states += _BRIDGE_STATES & {tags.get("bridge", "")}
    if tags.get("smoothness") == "impassable":
        states.append("impassable")
    if tags.get("barrier") in _BURIED:
        states.append("blocked")
    return next((state for state in states if state in IMPASSABLE), next(iter(states), None))


def _rules(tags: Mapping[str, str], unread: Unread) -> str | None:
    """Return the rules for some vehicles, one direction or some times, one a line, ascending."""
    lines = [f"{key}={' '.join(tags[key].split())}" for key in tags if is_rule(key)]
    every = _access(tags, "vehicle", Counter())
    if every and _has_vehicle_rules(tags):
        lines.append(f"vehicle={every}")
    unread.update(parse_conditional("\n".join(lines)).unread)
    if tags.get("oneway") == REVERSIBLE:
        # Listed already, as a value of oneway that is not understood.
        lines.append(f"oneway={REVERSIBLE}")
    return "\n".join(sorted(lines)) or None


def _quantity(
    tags: Mapping[str, str], key: str, units: Mapping[str, float], most: float, unread: Unread
) -> float:
    return _noted(quantity(tags.get(key), units, most), key, tags, unread)


def _noted(found: Quantity, key: str, tags: Mapping[str, str], unread: Unread) -> float:
    if not found.whole:
        unread[key, tags[key]] += 1
    return found.value


def _lowest(values: Iterable[float]) -> float:
    return min((value for value in values if not math.isnan(value)), default=math.nan)
