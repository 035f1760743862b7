"""What a CQL2 filter means for a row, told again in plain Python, from its JSON tree.

Written from the standard and the docstring of ``layers.filters.compiler``, without a look at the
SQL: None stands for *not known*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely import GeometryCollection, MultiPoint
from shapely.geometry import shape

Row = Mapping[str, Any]
EVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


def holds(tree: Any, row: Row) -> bool | None:
    """Tell whether a filter is true, false or not known of a row."""
    if isinstance(tree, bool):
        return tree
    if "property" in tree:
        known: bool | None = row[tree["property"]]
        return known
    word, args = tree["op"], tree["args"]
    if word in _COMBINED:
        return _COMBINED[word]([holds(arg, row) for arg in args])
    if word[:2] == "a_":
        return _lists(word, row[args[0]["property"]], {int(item) for item in args[1]})
    meaning = _MEANINGS.get(word)
    return meaning(args, row) if meaning else _compared(word, args, row)


def _between(args: list[Any], row: Row) -> bool | None:
    value, low, high = args
    return _all([_compared(">=", [value, low], row), _compared("<=", [value, high], row)])


def _among(args: list[Any], row: Row) -> bool | None:
    return _any([_compared("=", [args[0], item], row) for item in args[1]])


def _like(args: list[Any], row: Row) -> bool | None:
    text = _value(args[0], row)
    return None if text is None else bool(_pattern(_value(args[1], row)).fullmatch(text))


def _touches(args: list[Any], row: Row) -> bool | None:
    place = row["geometry"]
    return None if place is None else bool(place.intersects(_place(args[1])))


def _not(parts: list[bool | None]) -> bool | None:
    return None if parts[0] is None else not parts[0]


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


_COMBINED = {"not": _not, "and": _all, "or": _any}
_MEANINGS = {
    "isNull": lambda args, row: row[args[0]["property"]] is None,
    "between": _between,
    "in": _among,
    "like": _like,
    "s_intersects": _touches,
}


def _compared(word: str, args: list[Any], row: Row) -> bool | None:
    if word[:2] == "t_":
        return _times(word, args[0], args[1], row)
    left, right = (_value(arg, row) for arg in args)
    if left is None or right is None:
        return None
    if isinstance(left, tuple) or isinstance(right, tuple):
        flip = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        if isinstance(left, tuple):
            left, right, word = right, left, flip.get(word, word)
        start, end = right
        return {
            "=": start <= left <= end,
            "<>": not start <= left <= end,
            "<": left < start,
            ">=": left >= start,
            ">": left > end,
            "<=": left <= end,
        }[word]
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[word]


def _value(node: Any, row: Row) -> Any:
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return row[node["property"]]
    if "op" in node:
        inner = _value(node["args"][0], row)
        return None if inner is None else _fold(node["op"], inner)
    return _span(node)


def _fold(word: str, text: str) -> str:
    if word == "casei":
        return unicodedata.normalize("NFC", text.casefold())
    marks = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in marks if unicodedata.combining(c) == 0))


def _times(word: str, subject: Any, time: Any, row: Row) -> bool | None:
    start, end = _span(time)
    if "interval" in subject:
        first, last = (row[bound["property"]] for bound in subject["interval"])
        first, last = first or NEVER, last or EVER
        return {
            "t_after": first > end,
            "t_before": last <= start,
            "t_during": first > start and last <= end,
            "t_intersects": first <= end and last > start,
        }[word]
    moment = row[subject["property"]]
    if moment is None:
        return None
    return {
        "t_after": moment > end,
        "t_before": moment < start,
        "t_during": start < moment < end,
        "t_intersects": start <= moment <= end,
    }[word]


def _span(node: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """The first and the last millisecond that a literal means."""
    ((kind, value),) = node.items()
    if kind == "interval":
        return _bound(value[0])[0], _bound(value[1])[1]
    return _bound(value)


def _bound(text: str) -> tuple[datetime, datetime]:
    if text == "..":
        return NEVER, EVER
    moment = datetime.fromisoformat(text)
    if "T" not in text:
        moment = moment.replace(tzinfo=UTC)
        return moment, moment + timedelta(days=1) - timedelta(milliseconds=1)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return moment, moment


def _lists(word: str, have: tuple[int, ...] | None, want: set[int]) -> bool | None:
    if have is None:
        return None
    held = set(have)
    return {
        "a_contains": held >= want,
        "a_containedBy": held <= want,
        "a_equals": held == want,
        "a_overlaps": bool(held & want),
    }[word]


def _place(node: Any) -> Any:
    if "bbox" not in node:
        return shape(node)
    west, south, east, north = node["bbox"]
    sides = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    # A hull knows a point, a line and an area apart.
    return GeometryCollection(
        [MultiPoint([(w, south), (w, north), (e, south), (e, north)]).convex_hull for w, e in sides]
    )


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", text, flags=re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.compile(
        "".join(wild.get(part) or re.escape(part[-1]) for part in parts), flags=re.DOTALL
    )
