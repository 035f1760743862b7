"""Comparisons of a filter: with a value, between two, among several, by a pattern, with nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import temporal
from .folding import without_accents, without_case
from .reading import refused
from .terms import Column, Columns, Family, Sql, arguments, call_of, shown, text_value

_FLIPPED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_FOLDS = {"casei": without_case, "accenti": without_accents}
_SQL_FOLDS = {"casei": "lca_casei", "accenti": "lca_accenti"}
_MOST_FOLDS = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison: a column or a value, folded or not."""

    family: Family
    sql: Sql
    column: Column | None
    codes: tuple[str, ...] = ()
    value: Any = None


def comparison(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``=``, ``<>``, ``<``, ``>``, ``<=`` or ``>=``."""
    left, right = arguments(word, args, 2)
    if not _has_column(left):
        left, right, word = right, left, _FLIPPED[word]
    if isinstance(left, Mapping) and set(left) == {"property"}:
        column = columns.of(left, "text", "number", "boolean", "instant")
        if column.family == "instant" and not _has_column(right):
            return temporal.compared(column, word, right)
    first, second = _side(columns, left), _side(columns, right)
    _require_alike(first, second)
    if first.family == "boolean" and word not in {"=", "<>"}:
        raise refused("Yes and no have no order.", "Compare them with = or <>.")
    if word in {"=", "<>"}:
        _require_code(first, second)
    return Sql(f"({first.sql.sql} {word} {second.sql.sql})", first.sql.values + second.sql.values)


def between(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``between``: both bounds belong to it."""
    value, low, high = arguments(word, args, 3)
    return Sql.joined(
        " AND ",
        [comparison(columns, ">=", (value, low)), comparison(columns, "<=", (value, high))],
    )


def membership(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``in``: equal to one of some values."""
    value, listed = arguments(word, args, 2)
    if not isinstance(listed, list) or not listed:
        raise refused("in needs a list of values.", "Write it as status IN ('open', 'closed').")
    if not _has_column(value):
        raise refused("in compares a property.", "Write it as status IN ('open', 'closed').")
    first = _side(columns, value)
    if first.family == "instant":
        return Sql.joined(" OR ", [comparison(columns, "=", (value, item)) for item in listed])
    sides = [_side(columns, item) for item in listed]
    for side in sides:
        _require_alike(first, side)
        _require_code(first, side)
    marks = ", ".join(side.sql.sql for side in sides)
    values = tuple(each for side in sides for each in side.sql.values)
    return Sql(f"({first.sql.sql} IN ({marks}))", first.sql.values + values)


def like(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``like`` as GLOB, which is exact in case."""
    value, pattern = arguments(word, args, 2)
    first, second = _side(columns, value), _side(columns, pattern)
    if first.family != "text" or first.column is None or second.column is not None:
        raise refused("LIKE compares a text with a pattern.", "Write it as name LIKE 'Bridge%'.")
    _require_alike(first, second)
    return Sql(f"({first.sql.sql} GLOB ?)", (*first.sql.values, _glob(second.value)))


def is_null(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``isNull``: nothing is known of it."""
    (value,) = arguments(word, args, 1)
    return Sql(f"({columns.column(value).sql} IS NULL)")


def flag(columns: Columns, node: Any) -> Sql:
    """Compile a column of yes and no that stands alone."""
    return Sql(columns.of(node, "boolean").sql)


def _has_column(node: Any) -> bool:
    while isinstance(node, Mapping) and set(node) == {"op", "args"} and node["args"]:
        node = node["args"][0]
    return isinstance(node, Mapping) and "property" in node


def _side(columns: Columns, node: Any, folds: int = 0) -> _Side:
    if isinstance(node, Mapping) and "op" in node:
        return _folded(columns, node, folds + 1)
    if isinstance(node, Mapping) and "property" in node:
        column = columns.of(node, "text", "number", "boolean", "instant")
        return _Side(column.family, Sql(column.sql), column, column.codes)
    if isinstance(node, bool):
        return _Side("boolean", Sql("?", (int(node),)), None)
    if isinstance(node, int | float) and math.isfinite(node):
        return _Side("number", Sql("?", (float(node),)), None)
    if isinstance(node, str):
        text = text_value(node)
        return _Side("text", Sql("?", (text,)), None, value=text)
    if node is None:
        raise refused("Nothing equals null.", "Write IS NULL or IS NOT NULL.")
    raise refused(f"{shown(node)} is not a value to compare.", "Give a text, a number or a date.")


def _folded(columns: Columns, node: Any, folds: int) -> _Side:
    word, args = call_of(node)
    if word not in _FOLDS or folds > _MOST_FOLDS:
        raise refused(
            f"The function {word!r} is not known here.", "Known are casei and accenti, once each."
        )
    (inner,) = arguments(word, args, 1)
    side = _side(columns, inner, folds)
    if side.family != "text":
        raise refused(f"{word} takes a text.", "Leave it out here.")
    if side.column is None:
        text = _FOLDS[word](side.value)
        return _Side("text", Sql("?", (text,)), None, value=text)
    return _Side("text", Sql(f"{_SQL_FOLDS[word]}({side.sql.sql})"), side.column)


def _require_alike(first: _Side, second: _Side) -> None:
    if first.column is None:
        raise refused("A comparison without a property.", "Write it as status = 'closed'.")
    if first.family != second.family:
        hint = " Write TIMESTAMP('2026-11-21T08:00:00Z') or DATE('2026-11-21')."
        raise refused(
            f"{first.column.name} is compared with a value of another kind.",
            "Texts stand in quotes, numbers do not." + hint * (first.family == "instant"),
        )


def _require_code(first: _Side, second: _Side) -> None:
    if first.codes and second.column is None and second.value not in first.codes:
        name = first.column.name if first.column else ""
        raise refused(
            f"{name} has no code {second.value!r}.", "It has " + ", ".join(first.codes) + "."
        )


def _glob(pattern: str) -> str:
    """Return a LIKE pattern as one of GLOB."""
    parts = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    return "".join(_WILD.get(part) or _literal(part.removeprefix("\\") or part) for part in parts)


_WILD = {"%": "*", "_": "?"}


def _literal(mark: str) -> str:
    return f"[{mark}]" if mark in "*?[" else mark
