"""The tags of a road in osmnx's tables: written from a segment's columns, and read back as one value each."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coded import Coded
from .osmtags import ROADS, STATUS_FLAGS, Unread
from .segment_rules import FERRY, IMPASSABLE, NOT_FOR_MOTOR_VEHICLES
from .segments import Segments
from .speed import class_speeds

Values = tuple[str, ...]
"""What an edge states under one key: nothing, one value, or those of the roads it was merged of."""

_TEXTS = {
    "highway": "highway",
    **{name: name for name in ("name", "ref", "surface", "smoothness", "tracktype", "access")},
    **{name: name for name in ("motor_vehicle", "hgv", "ford", "seasonal", "toll", "junction")},
    "barrier": "barrier",
    "status": "status",
    "four_wd_only": "4wd_only",
}
_NUMBERS = {
    "lanes": "lanes",
    "max_gross_t": "maxweight",
    "max_axle_t": "maxaxleload",
    "max_height_m": "maxheight",
    "max_width_m": "maxwidth",
    "max_length_m": "maxlength",
}
_FLAGS = {"bridge": "bridge", "tunnel": "tunnel"}
_OTHER_KEYS: Mapping[str, tuple[str, ...]] = {
    "maxspeed_kmh": ("maxspeed", "maxspeed:forward"),
    "maxspeed_backward_kmh": ("maxspeed", "maxspeed:backward"),
    "duration_s": ("duration",),
}

_LOWEST_COUNTS = ("max", "lanes", "duration")
_CLOSEST_COUNTS = frozenset({"access", "vehicle", "motor_vehicle", "hgv"})
_ONE_IS_ENOUGH = frozenset(
    {"bridge", "tunnel", "area", "ford", "toll", "seasonal", "4wd_only", "winter_road", "ice_road"}
    | {*STATUS_FLAGS}
)
_STATUS = frozenset({"status", "operational_status"})
_LONGEST_LIST = 20_000


def osm_columns(segments: Segments, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the tags of some segments under OSM's keys, but for one-way rules and speed limits.

    Returns
    -------
    dict of str to array
        Texts (None where not tagged) and numbers (NaN), in the order of ``rows``; only keys that
        a segment of the network carries, and always ``highway``, ``name`` and ``ref``.
    """
    columns: dict[str, NDArray[Any]] = {}
    for name, key in _TEXTS.items():
        if segments.texts[name].values or name in {"highway", "name", "ref"}:
            columns[key] = _objects(segments.texts[name].take(rows))
    ferry = columns["highway"] == FERRY
    if ferry.any():
        columns["highway"][ferry] = None
        columns["route"] = _where(ferry, FERRY)
        seconds = segments.numbers["duration_s"].floats()[rows]
        columns["duration"] = _objects([_span_text(value) for value in seconds.tolist()])
    for name, key in _FLAGS.items():
        columns[key] = _where(segments.flags[name][rows], "yes")
    for name, key in _NUMBERS.items():
        if segments.numbers[name].values:
            columns[key] = segments.numbers[name].floats()[rows]
    return columns | _rule_columns(segments.texts["conditional"], rows)


def absent_columns(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the segment columns that no edge says anything about."""
    keys = set(keys)
    sources: dict[str, tuple[str, ...]] = {
        name: (key,) for name, key in (_TEXTS | _NUMBERS | _FLAGS).items()
    }
    sources["motor_vehicle"] = ("motor_vehicle", "vehicle")
    return tuple(
        name for name, wanted in {**sources, **_OTHER_KEYS}.items() if not keys.intersection(wanted)
    )


def values_of(cell: Any) -> Values:
    """Return what a cell states, as tagged; a text ``['a', 'b']`` is a list that was saved."""
    if isinstance(cell, list | tuple | set | np.ndarray):
        return tuple(sorted({text for item in cell for text in values_of(item)}))
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ()
    if isinstance(cell, bool | np.bool_) or cell in ("True", "False"):
        return ("yes",) if str(cell) == "True" else ("no",)
    if isinstance(cell, int | float | np.number):
        return (format(cell, ".15g"),)
    text = str(cell)
    if text.startswith("[") and text.endswith("]") and (items := _saved_list(text)) is not None:
        return values_of(items)
    return (text,) if text not in {"", "nan"} else ()


def merged(tags: Mapping[str, Values], unread: Unread) -> dict[str, str]:
    """Return one value for each key of an edge that may have been merged of several roads.

    Where they differ the most restrictive counts: the lowest limit, the most closed access, the
    slowest class. What has no such order, as a surface, counts as not tagged. ``unread`` gets a
    count for each key that differs.
    """
    found: dict[str, str] = {}
    for key, values in tags.items():
        if len(values) == 1:
            found[key] = values[0]
        elif values:
            chosen = _chosen(key, values)
            if chosen is not None:
                found[key] = chosen
            unread[key, ";".join(values)] = 1
    return found


def _chosen(key: str, values: Values) -> str | None:
    if (key.startswith(_LOWEST_COUNTS) and ":conditional" not in key) or key in _CLOSEST_COUNTS:
        return ";".join(values)  # of which the lowest, or the most closed, is taken
    if key == "highway":
        return _slowest(values)
    if key in _STATUS:
        return next((value for value in values if value in IMPASSABLE), None)
    if key == "route":
        return FERRY if FERRY in values else None
    if key in _ONE_IS_ENOUGH:
        return "yes" if "yes" in values else next(value for value in values if value != "no")
    return None


def _slowest(values: Values) -> str:
    """Return the class that is no road, or is closed to motor vehicles, or is the slowest."""
    speeds = class_speeds()

    def rank(highway: str) -> tuple[bool, bool, float, str]:
        speed = speeds.get((highway, "truck"), speeds["other", "truck"])
        return highway in ROADS, highway not in NOT_FOR_MOTOR_VEHICLES, speed, highway

    return min(values, key=rank)


def _saved_list(text: str) -> list[Any] | None:
    """Return a list that was saved as text; None for a text that only looks like one."""
    if len(text) > _LONGEST_LIST:
        return None
    try:
        items = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    flat = isinstance(items, list) and all(isinstance(item, str | int | float) for item in items)
    return items if flat else None


def _rule_columns(rules: Coded[str], rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the rules for some vehicles or times, each under its own key."""
    read = [dict(line.split("=", 1) for line in text.split("\n")) for text in rules.values]
    codes = rules.codes[rows]
    return {
        key: _objects([*(tags.get(key) for tags in read), None])[codes]
        for key in sorted({key for tags in read for key in tags})
    }


def _span_text(seconds: float) -> str | None:
    if math.isnan(seconds):
        return None
    whole = max(round(seconds), 1)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _where(chosen: NDArray[np.bool_], value: str) -> NDArray[Any]:
    found = np.full(len(chosen), None, dtype=object)
    found[chosen] = value
    return found


def _objects(values: list[Any]) -> NDArray[Any]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
