"""Time in a filter: comparisons with instants and dates, and relations of intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from layers.gpkgrows import instant_text
from lca.errors import UsageError
from lca.instant import parse_instant

from .interval import Interval, day, floor_ms, is_date, lower_bound, upper_bound
from .reading import refused
from .terms import Column, Columns, Sql, arguments, shown

_EXAMPLE = "Write TIMESTAMP('2026-11-21T08:00:00Z'), DATE('2026-11-21') or INTERVAL('…', '..')."
_FIRST, _LAST = "", "~"
"""Texts before and after every instant, for bounds that are open."""


def compared(column: Column, word: str, node: Any) -> Sql:
    """Compile the comparison of a column with an instant, or with a date: the whole day."""
    value = _literal(node)
    if value.start is None or value.end is None or "interval" in node:
        raise refused("An interval is no single time.", "Use t_intersects, t_before or t_after.")
    start, end = instant_text(value.start), instant_text(value.end)
    name = column.sql
    if word in {"=", "<>"}:
        inside = f"({name} >= ? AND {name} <= ?)"
        return Sql(inside if word == "=" else f"(NOT {inside})", (start, end))
    return Sql(f"({name} {word} ?)", (start if word in {"<", ">="} else end,))


def relation(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``t_after``, ``t_before``, ``t_during`` or ``t_intersects`` of columns and a time."""
    subject, time = arguments(word, args, 2)
    value = _literal(time)
    start = _FIRST if value.start is None else instant_text(value.start)
    end = _LAST if value.end is None else instant_text(value.end)
    if isinstance(subject, Mapping) and "interval" in subject:
        return _of_interval(*_bounds(columns, subject), word, start, end)
    name = columns.of(subject, "instant").sql
    sql, values = {
        "t_after": (f"({name} > ?)", (end,)),
        "t_before": (f"({name} < ?)", (start,)),
        "t_during": (f"({name} > ? AND {name} < ?)", (start, end)),
        "t_intersects": (f"({name} >= ? AND {name} <= ?)", (start, end)),
    }[word]
    return Sql(sql, values)


def _of_interval(first: str, last: str, word: str, start: str, end: str) -> Sql:
    """Relate ``[first, last)``, a record's own interval, to ``[start, end]``."""
    sql, values = {
        "t_after": (f"({first} > ?)", (end,)),
        "t_before": (f"({last} <= ?)", (start,)),
        "t_during": (f"({first} > ? AND {last} <= ?)", (start, end)),
        "t_intersects": (f"({first} <= ? AND {last} > ?)", (end, start)),
    }[word]
    return Sql(sql, values)


def _bounds(columns: Columns, node: Mapping[str, Any]) -> tuple[str, str]:
    listed = node["interval"]
    if len(node) != 1 or not isinstance(listed, list) or len(listed) != 2:
        raise refused("An interval has two bounds.", _EXAMPLE)
    first, last = (columns.of(bound, "instant").sql for bound in listed)
    return f"coalesce({first}, '{_FIRST}')", f"coalesce({last}, '{_LAST}')"


def _literal(node: Any) -> Interval:
    """Return an instant, a date or an interval of them."""
    kinds = list(node) if isinstance(node, Mapping) else []
    if len(kinds) != 1 or kinds[0] not in _READERS:
        raise refused(f"A date and time is expected, not {shown(node)}.", _EXAMPLE)
    try:
        return _READERS[kinds[0]](node[kinds[0]])
    except UsageError as error:
        raise refused(error.what, error.do_next) from None


def _timestamp(value: Any) -> Interval:
    return Interval.at(_moment(value))


def _date(value: Any) -> Interval:
    if not isinstance(value, str) or not is_date(value):
        raise refused(f"{shown(value)} is not a date.", _EXAMPLE)
    return day(value)


def _interval(value: Any) -> Interval:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(isinstance(bound, str) for bound in value)
    ):
        raise refused("An interval of literals has two bounds.", _EXAMPLE)
    return Interval(lower_bound(value[0]), upper_bound(value[1]))


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise refused(f"{shown(value)} is not a date and time.", _EXAMPLE)
    return floor_ms(parse_instant(value))


_READERS = {"timestamp": _timestamp, "date": _date, "interval": _interval}
