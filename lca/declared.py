"""Record classes out of declared columns: a layer whose schema is data, not code."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from shapely.geometry.base import BaseGeometry

from .provenance import Provenance
from .record import Field, FieldType, described

_TYPES: dict[FieldType, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "instant": datetime,
    "integers": tuple[int, ...],
}


def declared_class(name: str, columns: Sequence[Field]) -> type[Any]:
    """Return the record class of declared columns, with an id, a name and provenance besides.

    The same columns give the same class. A column without ``required`` may be *not known*.
    """
    return _declared_class(name, tuple(columns))


@lru_cache(maxsize=256)
def _declared_class(name: str, columns: tuple[Field, ...]) -> type[Any]:
    members: list[tuple[str, Any, Any]] = [
        ("id", str, described("Id")),
        ("name", str, described("Name")),
    ]
    members += [_member(column) for column in columns]
    members.append(("geometry", BaseGeometry | None, dataclasses.field(default=None)))
    made: type[Any] = dataclasses.make_dataclass(
        _class_name(name), members, bases=(Provenance,), frozen=True, slots=True, kw_only=True
    )
    made.__doc__ = f"A row of the layer {name}, as its spec declares it."
    return made


def _member(column: Field) -> tuple[str, Any, Any]:
    kind = _enumeration(column) if column.codes else _TYPES[column.type]
    if column.required:
        return column.name, kind, described(column.title, unit=column.unit)
    return column.name, kind | None, described(column.title, unit=column.unit, default=None)


def _enumeration(column: Field) -> type[StrEnum]:
    words = {code.upper().replace("-", "_") or "_": code for code in column.codes}
    made: type[StrEnum] = StrEnum(_class_name(column.name), words)  # type: ignore[misc]
    return made


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
