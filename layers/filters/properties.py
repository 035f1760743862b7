"""Filters out of plain texts by property, as an address holds them: ``status=closed``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layers.spec import LayerSpec
from lca.errors import UsageError

from .compiler import Filter, parse_filter
from .interval import is_date
from .terms import Column, Columns

_FLAGS = {"true": True, "false": False}


def filter_by_properties(given: Mapping[str, Sequence[str]], spec: LayerSpec) -> Filter | None:
    """Return the filter of rows of which each property has one of its values; None for none.

    Texts and codes are equal, numbers too; an instant lies in the day or the interval
    (``2026-11-01/..``), a list of numbers holds the number.

    Raises
    ------
    UsageError
        If the layer has no such property, or a value is not of its kind.
    """
    columns = Columns(spec)
    terms = []
    for name, texts in given.items():
        column = columns.of({"property": name}, "text", "number", "boolean", "instant", "array")
        anyof = [_term(column, text) for text in texts]
        terms.append(anyof[0] if len(anyof) == 1 else {"op": "or", "args": anyof})
    return parse_filter({"op": "and", "args": terms}, spec) if terms else None


def _term(column: Column, text: str) -> dict[str, Any]:
    name = {"property": column.name}
    try:
        match column.family:
            case "number":
                return _call("=", name, float(text))
            case "boolean":
                return _call("=", name, _FLAGS[text.lower()])
            case "array":
                return _call("a_contains", name, [int(text)])
            case "instant":
                return _in_time(name, text)
            case _:
                return _call("=", name, text)
    except (ValueError, KeyError):
        raise UsageError(
            f"{text!r} is no value of {column.name}.",
            where=column.name,
            do_next="/queryables says what each property holds.",
        ) from None


def _in_time(name: Any, text: str) -> dict[str, Any]:
    if "/" in text:
        return _call("t_intersects", name, {"interval": [part or ".." for part in text.split("/")]})
    return _call("=", name, {"date" if is_date(text) else "timestamp": text})


def _call(word: str, *args: Any) -> dict[str, Any]:
    return {"op": word, "args": list(args)}
