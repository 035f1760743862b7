"""Frozen records as flat rows, and the fields that a row has.

A record class is a frozen dataclass whose fields carry their title and unit. A row is a mapping
from field name to a plain value (text, int, float, bool, date-time in UTC, or None for *not
known*), which is what a table, a Parquet part or a GeoJSON feature holds.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import pandas as pd
from shapely.geometry.base import BaseGeometry

from .errors import InvalidInput
from .instant import parse_instant

_UNFIT = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
FieldType = Literal["text", "integer", "number", "boolean", "instant", "code", "integers"]
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table: its name, type, unit and, for a code, the words it may hold."""

    name: str
    type: FieldType
    title: str
    unit: str | None = None
    codes: tuple[str, ...] = ()
    required: bool = False


def described(title: str, *, unit: str | None = None, default: Any = dataclasses.MISSING) -> Any:
    """Declare a dataclass field with the title and unit that people see."""
    metadata = {"title": title, "unit": unit}
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def fields_of(record_class: type) -> tuple[Field, ...]:
    """Return the columns of a record class, its own first and those of its root class last.

    ``geometry`` is not among them.
    """
    return _fields(record_class)


@lru_cache(maxsize=64)
def _hints(record_class: type) -> Mapping[str, Any]:
    return MappingProxyType(get_type_hints(record_class))


class _Slot(NamedTuple):
    """One attribute of a record class: its type, and what makes a row's value one of it."""

    name: str
    kind: Any
    convert: Callable[[Any], Any]
    in_words: bool
    """Whether it is a tuple of words, which a row holds as one text."""


@lru_cache(maxsize=64)
def _slots(record_class: type) -> tuple[_Slot, ...]:
    hints = _hints(record_class)
    return tuple(
        _Slot(field.name, kind, _converter(kind), kind == tuple[str, ...])
        for field in dataclasses.fields(record_class)
        for kind in (_bare(hints[field.name]),)
    )


@lru_cache(maxsize=64)
def _defaults(record_class: type) -> Mapping[str, Any]:
    return {
        field.name: field.default
        for field in dataclasses.fields(record_class)
        if field.default is not dataclasses.MISSING
    }


def _is_coded(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum | IntEnum)


@lru_cache(maxsize=64)
def _fields(record_class: type) -> tuple[Field, ...]:
    hints = _hints(record_class)
    root = [base for base in record_class.__mro__ if dataclasses.is_dataclass(base)][-1]
    last = {field.name for field in dataclasses.fields(root)} if root is not record_class else set()
    ordered = sorted(dataclasses.fields(record_class), key=lambda field: field.name in last)
    return tuple(_field(field, hints[field.name]) for field in ordered if field.name != "geometry")


def to_row(record: Any) -> dict[str, Any]:
    """Return a record as a flat row; enums become their words, numbers in tuples stay tuples.

    A tuple of words becomes one text, as ``un; ngo``.
    """
    row: dict[str, Any] = {}
    for slot in _slots(type(record)):  # type: ignore[arg-type]
        row[slot.name] = _plain(getattr(record, slot.name), slot)
    return row


def columns_of(record_class: type[Record], records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return records as columns of plain values, as :func:`to_row` has them."""
    return {slot.name: _column(records, slot) for slot in _slots(record_class)}  # type: ignore[arg-type]


def _column(records: Sequence[Any], slot: _Slot) -> list[Any]:
    values = list(map(attrgetter(slot.name), records))
    # Of eighty columns most are empty in any one file.
    empty = values.count(None) == len(values)
    return values if empty else [_plain(value, slot) for value in values]


def _plain(value: Any, slot: _Slot) -> Any:
    if value is None:
        return None
    if isinstance(value, StrEnum | IntEnum):
        return value.value
    return "; ".join(value) or None if slot.in_words else value


def from_row(record_class: type[Record], row: Mapping[str, Any]) -> Record:
    """Build a record from a row; unknown columns are ignored, missing ones take the default.

    Raises
    ------
    InvalidInput
        If a value is not of its field's type, naming the field, the value and what is allowed.
    """
    values: dict[str, Any] = dict(_defaults(record_class))  # type: ignore[arg-type]
    slots = _slots(record_class)  # type: ignore[arg-type]
    stated = row.get
    # Of eighty fields most are empty in any one row.
    for slot in [slot for slot in slots if stated(slot[0]) is not None]:
        name, kind, convert, _ = slot
        value = row[name]
        if is_missing(value):
            continue
        try:
            values[name] = convert(value)
        except _UNFIT as error:
            _require(slots[: slots.index(slot)], values, row)
            raise _refused(name, value, kind, row) from error
    if len(values) < len(slots):
        _require(slots, values, row)
    return record_class(**values)


def _require(slots: Sequence[_Slot], values: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """Refuse a row that lacks a value of any of some slots, naming the first of them."""
    for slot in slots:
        if slot.name not in values:
            msg = f"{slot.name} is missing."
            raise InvalidInput(msg, where=str(row.get("id", "")), do_next="Fill it in.")


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, NaN, NaT or blank text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN alone differs from itself
    if type(value) in _NEVER_MISSING:
        return False
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _bare(hint: Any) -> Any:
    """Strip ``| None`` from a type."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _field(field: dataclasses.Field[Any], hint: Any) -> Field:
    bare = _bare(hint)
    codes: tuple[str, ...] = ()
    kind: FieldType
    if _is_coded(bare):
        kind, codes = "code", tuple(str(word.value) for word in bare)
        if issubclass(bare, IntEnum):
            kind = "integer"
    elif get_origin(bare) is tuple:
        kind = "text" if bare == tuple[str, ...] else "integers"
    else:
        kind = _PLAIN[bare]
    return Field(
        name=field.name,
        type=kind,
        title=field.metadata.get("title", field.name),
        unit=field.metadata.get("unit"),
        codes=codes,
        required=field.default is dataclasses.MISSING,
    )


_PLAIN: dict[Any, FieldType] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "instant",
}

_KIND_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "yes or no",
    datetime: "a date and time with its offset, as 2026-11-21T08:00:00Z",
    tuple[int, ...]: "whole numbers separated by ;",
    tuple[str, ...]: "words separated by ;",
    BaseGeometry: "a geometry",
}


def _refused(name: str, value: Any, kind: Any, row: Mapping[str, Any]) -> InvalidInput:
    allowed = (
        "one of " + ", ".join(str(word.value) for word in kind)
        if _is_coded(kind)
        else _KIND_WORDS.get(kind, "a value of its kind")
    )
    msg = f"{name} {value!r} is not valid."
    return InvalidInput(msg, where=str(row.get("id", "")), do_next=f"It must be {allowed}.")


def _converter(kind: Any) -> Callable[[Any], Any]:
    if kind == tuple[str, ...]:
        return _words
    if get_origin(kind) is tuple:
        return _integers
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return lambda value: kind(int(value))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        words = {word.value: word for word in kind}  # ten times as fast as to ask the class
        return lambda value: words.get(value) or kind(value)
    converter: Callable[[Any], Any] = _CONVERTERS.get(kind, kind)
    return converter


def _integers(value: Any) -> tuple[int, ...]:
    parts = value.replace(",", ";").split(";") if isinstance(value, str) else value
    return tuple(int(part) for part in parts if str(part).strip())


def _words(value: Any) -> tuple[str, ...]:
    parts = value.replace(",", ";").split(";") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        return _BOOLEAN_WORDS[value.strip().lower()]
    return bool(value)


def _geometry(value: Any) -> BaseGeometry:
    if not isinstance(value, BaseGeometry):
        msg = "not a geometry"
        raise TypeError(msg)
    return value


def _moment(value: Any) -> datetime:
    if type(value) is datetime and value.tzinfo is not None:
        return value
    if isinstance(value, str):
        return parse_instant(value)
    if isinstance(value, int | float):
        # A bare number may count seconds, milliseconds or days, and from any beginning.
        msg = "a number, not a date and time"
        raise TypeError(msg)
    moment: datetime = pd.Timestamp(value).to_pydatetime()
    if moment.tzinfo is None:
        msg = "a date and time without an offset"
        raise ValueError(msg)
    return moment


_NEVER_MISSING = frozenset({bool, int, tuple, datetime})
_BOOLEAN_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    datetime: _moment,
    bool: _boolean,
    BaseGeometry: _geometry,
    str: lambda value: str(value).strip(),
}
