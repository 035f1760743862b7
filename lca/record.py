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
from shapely.geometry import LineString, Point, Polygon
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
    as_is: type | None
    """The type of which a value is taken as it stands, without a conversion."""


@lru_cache(maxsize=64)
def _slots(record_class: type) -> tuple[_Slot, ...]:
    hints = _hints(record_class)
    return tuple(
        _Slot(
            field.name,
            kind,
            _converter(kind),
            kind == tuple[str, ...],
            kind if kind in _TAKEN_AS_THEY_ARE else None,
        )
        for field in dataclasses.fields(record_class)
        for kind in (_bare(hints[field.name]),)
    )


class _Blank(NamedTuple):
    """The names and defaults of a class's fields, and which of them must be stated."""

    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    required: tuple[int, ...]


@lru_cache(maxsize=64)
def _blank(record_class: type) -> _Blank:
    declared = dataclasses.fields(record_class)
    defaults = tuple(field.default for field in declared)
    required = tuple(at for at, one in enumerate(defaults) if one is dataclasses.MISSING)
    return _Blank(tuple(field.name for field in declared), defaults, required)


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
    kinds = set(map(type, values))
    if kinds <= _ROW_TYPES:  # of eighty columns most are empty in any one file
        return values
    if _is_coded(slot.kind):
        words = {value: _plain(value, slot) for value in set(values)}
        return [words[value] for value in values]
    return [_plain(value, slot) for value in values]


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
    slots, blank = _slots(record_class), _blank(record_class)  # type: ignore[arg-type]
    values = list(blank.defaults)
    for at, value in enumerate(map(row.get, blank.names)):
        if value is None:  # of eighty fields most are empty in any one row
            continue
        _, _, convert, _, as_is = slots[at]
        if type(value) is as_is and value == value:  # noqa: PLR0124 - NaN alone differs from itself
            values[at] = value
        elif not is_missing(value):
            try:
                values[at] = convert(value)
            except _UNFIT as error:
                _require(blank, values, row, before=at)
                raise _refused(slots[at], value, row) from error
    _require(blank, values, row, before=len(values))
    return made_of(record_class, values)


def made_of(record_class: type[Record], values: Sequence[Any]) -> Record:
    """Return a record with the value of each field, in their order, as its class makes it.

    A third of the time of a call with eighty names; ``__post_init__`` judges it as ever.
    """
    setters = setters_of(record_class)  # type: ignore[arg-type]
    made = object.__new__(record_class)
    for put, value in zip(setters.values(), values, strict=True):
        put(made, value)
    judged = getattr(made, "__post_init__", None)
    if judged is not None:
        judged()
    return made


@lru_cache(maxsize=64)
def setters_of(record_class: type) -> Mapping[str, Callable[[Any, Any], None]]:
    """Return what sets each field of a record, frozen or not."""
    names = [field.name for field in dataclasses.fields(record_class)]
    return MappingProxyType({name: _setter(record_class, name) for name in names})


def _setter(record_class: type, name: str) -> Callable[[Any, Any], None]:
    slot = next((cls.__dict__[name] for cls in record_class.__mro__ if name in cls.__dict__), None)
    if isinstance(slot, types.MemberDescriptorType):
        return slot.__set__
    return lambda record, value: object.__setattr__(record, name, value)


def _require(blank: _Blank, values: Sequence[Any], row: Mapping[str, Any], *, before: int) -> None:
    """Refuse a row that lacks what it must state, naming the first; as far as a field."""
    for at in blank.required:
        if at < before and values[at] is dataclasses.MISSING:
            msg = f"{blank.names[at]} is missing."
            raise InvalidInput(msg, where=str(row.get("id", "")), do_next="Fill it in.")


@lru_cache(maxsize=256)
def all_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that reads some attributes of a record at once, in this order."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, NaN, NaT or blank text."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN alone differs from itself
    if type(value) in NEVER_MISSING:
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


def _refused(slot: _Slot, value: Any, row: Mapping[str, Any]) -> InvalidInput:
    name, kind = slot.name, slot.kind
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


NEVER_MISSING = frozenset({type(None), bool, int, tuple, datetime, Point, LineString, Polygon})
"""Types of which a whole column needs no look at each value: None is missing already."""
_TAKEN_AS_THEY_ARE = frozenset({bool, int, float})
# What a record holds as a row does.
_ROW_TYPES = frozenset({type(None), bool, int, float, str, datetime, Point, LineString, Polygon})
_BOOLEAN_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    datetime: _moment,
    bool: _boolean,
    BaseGeometry: _geometry,
    str: lambda value: str(value).strip(),
}
