"""Lists of numbers in a filter, compared as sets; a row holds one as ``1;2;3``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from .reading import refused
from .terms import Columns, Sql, arguments, shown

_MOST = 64


def relation(columns: Columns, word: str, args: Sequence[Any]) -> Sql:
    """Compile ``a_contains``, ``a_containedBy``, ``a_equals`` or ``a_overlaps``."""
    subject, listed = arguments(word, args, 2)
    name = columns.of(subject, "array").sql
    items = [f";{number};" for number in _numbers(listed)]
    # Each item stands between two separators of its own, so that neighbours can both be taken out.
    apart = f"(';' || replace({name}, ';', ';;') || ';')"
    found = [f"instr({apart}, ?) > 0"] * len(items)
    rest = reduce(lambda text, _: f"replace({text}, ?, '')", items, apart)
    contains = Sql("(" + " AND ".join(found) + ")", tuple(items))
    within = Sql(f"({rest} = '')", tuple(items))
    if word == "a_overlaps":
        return Sql("(" + " OR ".join(found) + ")", tuple(items))
    if word == "a_equals":
        return Sql.joined(" AND ", [contains, within])
    return contains if word == "a_contains" else within


def _numbers(listed: Any) -> list[int]:
    if not isinstance(listed, list) or not listed or len(listed) > _MOST:
        raise refused("A list of numbers is expected.", "Write it as (1, 2, 3).")
    return [_whole(item) for item in listed]


def _whole(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, int | float) or item != item // 1:
        raise refused(f"{shown(item)} is not a whole number.", "Write it as (1, 2, 3).")
    return int(item)
