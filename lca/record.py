"""Frozen records as flat rows, and the fields that a row has.

A record class is a frozen dataclass whose fields carry their title and unit. A row is a mapping
from field name to a plain value (text, int, float, bool, date-time in UTC, or None for *not
known*), which is what a table, a Parquet part or a GeoJSON feature holds.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pandas as pd
from shapely.geometry.base import BaseGeometry

from .errors import InvalidInput
from .instant import parse_instant

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
    hints = _hints(type(record))  # type: ignore[arg-type]
    row: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, StrEnum | IntEnum):
            value = value.value
        elif value is not None and _bare(hints[field.name]) == tuple[str, ...]:
            value = "; ".join(value) or None
        row[field.name] = value
    return row


def from_row(record_class: type[Record], row: Mapping[str, Any]) -> Record:
    """Build a record from a row; unknown columns are ignored, missing ones take the default.

    Raises
    ------
    InvalidInput
        If a value is not of its field's type, naming the field, the value and what is allowed.
    """
    hints = _hints(record_class)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for field in dataclasses.fields(record_class):  # type: ignore[arg-type]
        value = row.get(field.name)
        if is_missing(value):
            if field.default is dataclasses.MISSING:
                msg = f"{field.name} is missing."
                raise InvalidInput(msg, where=str(row.get("id", "")), do_next="Fill it in.")
            values[field.name] = field.default
            continue
        values[field.name] = _coerce(value, _bare(hints[field.name]), field.name, row)
    return record_class(**values)


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, NaN, NaT or blank text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
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
    if isinstance(bare, type) and issubclass(bare, StrEnum | IntEnum):
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


def _coerce(value: Any, kind: Any, name: str, row: Mapping[str, Any]) -> Any:
    try:
        return _convert(value, kind)
    except (ValueError, TypeError, KeyError) as error:
        allowed = (
            "one of " + ", ".join(str(word.value) for word in kind)
            if isinstance(kind, type) and issubclass(kind, StrEnum | IntEnum)
            else _KIND_WORDS.get(kind, "a value of its kind")
        )
        msg = f"{name} {value!r} is not valid."
        raise InvalidInput(
            msg, where=str(row.get("id", "")), do_next=f"It must be {allowed}."
        ) from error


def _convert(value: Any, kind: Any) -> Any:
    if kind == tuple[str, ...]:
        return _words(value)
    if get_origin(kind) is tuple:
        return _integers(value)
    if isinstance(kind, type) and issubclass(kind, IntEnum):
        return kind(int(value))
    converter = _CONVERTERS.get(kind, kind)
    return converter(value)


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


_BOOLEAN_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    datetime: _moment,
    bool: _boolean,
    BaseGeometry: _geometry,
    str: lambda value: str(value).strip(),
}
