"""The parts that filters are made of: pieces of SQL, calls, and the columns of a layer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from layers.spec import LayerSpec
from lca.record import Field, FieldType

from .reading import refused

Family = Literal["text", "number", "boolean", "instant", "array", "geometry"]
"""What can be compared with what."""

_FAMILIES: dict[FieldType, Family] = {
    "text": "text",
    "code": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "instant": "instant",
    "integers": "array",
}


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL without any value in it, and the values bound to its marks, in order."""

    sql: str
    values: tuple[Any, ...] = ()

    @classmethod
    def joined(cls, between: str, parts: Sequence[Sql]) -> Sql:
        """Return pieces in brackets, joined by a word."""
        return cls(
            "(" + between.join(part.sql for part in parts) + ")",
            tuple(value for part in parts for value in part.values),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a filter names: its SQL, what it can be compared with, and its field."""

    name: str
    sql: str
    family: Family
    codes: tuple[str, ...] = ()


class Columns:
    """The columns of a layer that may be asked for; ``geometry`` is one of them."""

    def __init__(self, spec: LayerSpec) -> None:
        self.layer = spec.name
        self._found = {field.name: _column(field) for field in spec.fields}
        self._found["geometry"] = Column("geometry", "t.geom", "geometry")

    def column(self, node: Any) -> Column:
        """Return the column that ``{"property": name}`` names."""
        name = node.get("property") if isinstance(node, Mapping) and len(node) == 1 else None
        if not isinstance(name, str):
            raise refused(
                f"A property of the layer is expected, not {shown(node)}.",
                "Write the property first, as status = 'closed'.",
            )
        found = self._found.get(name)
        if found is None:
            raise refused(
                f"The layer {self.layer} has no property {name!r}.",
                "It has " + ", ".join(self._found) + ".",
            )
        return found

    def of(self, node: Any, *families: Family) -> Column:
        """Return a column that is of one of these families."""
        found = self.column(node)
        if found.family not in families:
            raise refused(
                f"{found.name} holds {_WORDS[found.family]}, "
                f"not {' or '.join(_WORDS[family] for family in families)}.",
                "Choose another property or operator (over HTTP, /queryables lists what each holds).",
            )
        return found


_WORDS: dict[Family, str] = {
    "text": "text",
    "number": "a number",
    "boolean": "yes or no",
    "instant": "a date and time",
    "array": "a list of numbers",
    "geometry": "a geometry",
}


def call_of(node: Any) -> tuple[str, Sequence[Any]]:
    """Return the operator and the arguments of ``{"op": …, "args": […]}``."""
    if (
        not isinstance(node, Mapping)
        or set(node) != {"op", "args"}
        or not isinstance(node["op"], str)
        or not isinstance(node["args"], list)
    ):
        raise refused(
            f"A condition is expected, not {shown(node)}.", "Write one as status = 'closed'."
        )
    word: str = node["op"]
    # Text calls functions in any case; the two with a capital in them are named as the standard.
    return _CANONICAL.get(word.lower(), word.lower()), node["args"]


_CANONICAL = {"isnull": "isNull", "a_containedby": "a_containedBy"}


def arguments(word: str, args: Sequence[Any], count: int) -> Sequence[Any]:
    """Return the arguments if there are as many as the operator takes."""
    if len(args) != count:
        raise refused(f"{word} takes {count} arguments, not {len(args)}.", "Correct it.")
    return args


def text_value(value: Any) -> str:
    """Return a text as rows hold it: in Unicode NFC."""
    if not isinstance(value, str) or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
        raise refused(f"A text is expected, not {shown(value)}.", "Write it as 'closed'.")
    return unicodedata.normalize("NFC", value)


def shown(node: Any) -> str:
    """Return a piece of a filter for an error, cut short."""
    text = repr(node)
    return text if len(text) <= 60 else text[:57] + "…"


def _column(field: Field) -> Column:
    return Column(field.name, f't."{field.name}"', _FAMILIES[field.type], field.codes)
