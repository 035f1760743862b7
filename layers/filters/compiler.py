"""Compile a filter to SQL with bound values, by a white list of operators and the layer's columns.

What it means, wherever it is asked:

* **Not known.** A comparison with a value that is not known is neither true nor false, ``NOT`` of
  it neither; only what is true is found. ``IS NULL`` asks for it.
* **Time.** Instants are floored to the millisecond, as stored. ``DATE('2026-11-14')`` is the whole
  day in UTC: ``= DATE(…)`` means within it, ``<=`` includes it, ``>`` begins the day after.
  Both bounds of an interval of literals belong to it, one of columns is half-open as a record's
  is, and a bound not known is open. ``t_during`` is strict, ``t_intersects`` is not.
* **Text.** Comparison is by code point; ``LIKE`` is exact in case, ``%`` any text, ``_`` one
  character, a backslash makes the next one literal; ``casei`` and ``accenti`` fold.
* **Codes.** A word that a coded column cannot hold is refused: a misspelt one would find nothing.
* **Lists of numbers** are compared as sets (``a_contains``, ``a_containedBy``, ``a_equals``,
  ``a_overlaps``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from layers.spec import LayerSpec
from lca.geo import BBox

from . import arrays, comparing, spatial, temporal
from .reading import read_filter, refused, too_deep
from .terms import Columns, Sql, call_of

DEEPEST = 16
MOST_TERMS = 64


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of one layer's rows: a condition in SQL on the table ``t``, and its values.

    ``key`` is the same for the same question, ``boxes`` are boxes of which a row must touch every
    one to be found at all.
    """

    sql: str
    values: tuple[Any, ...]
    key: str
    boxes: tuple[BBox, ...] = ()


def parse_filter(text_or_json: str | Mapping[str, Any], spec: LayerSpec) -> Filter:
    """Return a CQL2 filter, text or JSON, as a condition on a layer's rows.

    Raises
    ------
    UsageError
        If it cannot be read, is too large, names a column that the layer does not have, or uses
        an operator or function that is not on the list.
    """
    tree = read_filter(text_or_json)
    columns = Columns(spec)
    compiled = _Walk(columns).condition(tree, 1)
    key = orjson.dumps(tree, option=orjson.OPT_SORT_KEYS).decode()
    return Filter(compiled.sql, compiled.values, key, tuple(_boxes(tree)))


def all_of(filters: Iterable[Filter | None]) -> Filter | None:
    """Return the filter of what fulfils each of some filters; None if there are none."""
    given = [item for item in filters if item is not None]
    if len(given) < 2:
        return given[0] if given else None
    joined = Sql.joined(" AND ", [Sql(item.sql, item.values) for item in given])
    key = "[" + ",".join(item.key for item in given) + "]"
    return Filter(
        joined.sql, joined.values, key, tuple(box for item in given for box in item.boxes)
    )


class _Walk:
    """One walk over a tree, counting its terms."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._terms = 0

    def condition(self, node: Any, depth: int) -> Sql:
        """Compile what is true, false or not known of a row."""
        if depth > DEEPEST:
            raise too_deep()
        if isinstance(node, bool):
            return self._term(Sql("1" if node else "0"))
        if isinstance(node, Mapping) and set(node) == {"property"}:
            return self._term(comparing.flag(self._columns, node))
        word, args = call_of(node)
        if word in {"and", "or"} and args:
            parts = [self.condition(arg, depth + 1) for arg in args]
            return Sql.joined(f" {word.upper()} ", parts)
        if word == "not" and len(args) == 1:
            inner = self.condition(args[0], depth + 1)
            return Sql(f"(NOT {inner.sql})", inner.values)
        compiler = _OPERATORS.get(word)
        if compiler is None:
            raise refused(
                f"The operator or function {word!r} is not known here.",
                "Known are and, or, not, " + ", ".join(_OPERATORS) + ", casei and accenti.",
            )
        return self._term(compiler(self._columns, word, args))

    def _term(self, compiled: Sql) -> Sql:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise refused(f"The filter has more than {MOST_TERMS} terms.", "Ask in parts.")
        return compiled


_Compiler = Callable[[Columns, str, Sequence[Any]], Sql]

_OPERATORS: dict[str, _Compiler] = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), comparing.comparison),
    "between": comparing.between,
    "in": comparing.membership,
    "like": comparing.like,
    "isNull": comparing.is_null,
    "s_intersects": spatial.intersects,
    **dict.fromkeys(("t_after", "t_before", "t_during", "t_intersects"), temporal.relation),
    **dict.fromkeys(("a_contains", "a_containedBy", "a_equals", "a_overlaps"), arrays.relation),
}


def _boxes(node: Any) -> list[BBox]:
    """Return the boxes that every row found must touch; only what is joined by *and* binds it."""
    word, args = call_of(node) if isinstance(node, Mapping) and "op" in node else ("", ())
    if word == "and":
        return [box for arg in args for box in _boxes(arg)]
    return spatial.necessary_boxes(args[1]) if word == "s_intersects" else []
