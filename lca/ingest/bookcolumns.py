"""The columns of a sheet of our workbook, in the order in which people fill them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lca.codelists import load
from lca.plausible import PLAUSIBLE
from lca.record import Field, fields_of

from .codewords import WORDS_OF_LISTS, label
from .headings import heading_in, location_heading, location_targets
from .sheets import TableKind
from .translations import said, units

_ENGLISH = "en"
_BESIDE_THE_NAME = 2
"""Location columns come after id and name, where people look for them."""
_OR_ON_THE_COVER = frozenset({"source_org", "date_of_information"})
_MOST_CODES_IN_A_NOTE = 40


@dataclass(frozen=True, slots=True)
class BookColumn:
    """One column: what it holds, its heading, and its field (None for a location)."""

    target: str
    heading: str
    field: Field | None = None

    @property
    def required(self) -> bool:
        """Whether a row cannot do without it; an id is made where it is missing."""
        return self.field is not None and self.field.required and self.field.name != "id"


def columns_of(kind: TableKind, language: str = _ENGLISH) -> tuple[BookColumn, ...]:
    """Return the columns of a kind's sheet with their headings in a language."""
    columns = [
        BookColumn(field.name, heading_in(field, kind.layer, language), field)
        for field in fields_of(kind.record_class)
    ]
    places = [
        BookColumn(target, location_heading(target, language)) for target in location_targets(kind)
    ]
    return (*columns[:_BESIDE_THE_NAME], *places, *columns[_BESIDE_THE_NAME:])


def words_of(column: BookColumn, language: str) -> tuple[str, ...]:
    """Return the words that a column's drop-down offers; empty if it has none."""
    if column.field is None:
        return ()
    if column.field.type == "boolean":
        return said("word.yes", language), said("word.no", language)
    codes = column.field.codes
    return tuple(label(codes, code, language) for code in codes)


def usual_range(column: BookColumn) -> tuple[float, float] | None:
    """Return the bounds between which a column's number is plausible, in its unit."""
    bounds = PLAUSIBLE.get(column.target)
    return (bounds.low, bounds.high) if bounds else None


def note_on(column: BookColumn, language: str) -> str:
    """Return what to write in a column: whether it must be, its type, unit, range and words."""
    return "\n".join(_lines(column, language))


def _lines(column: BookColumn, language: str) -> Iterator[str]:
    field = column.field
    if column.required:
        either = "note.required_or_cover" if column.target in _OR_ON_THE_COVER else "note.required"
        yield said(either, language)
    if field is None:
        kind = column.target.removeprefix("to_")
        yield said(f"note.{kind}", language)
    elif field.name == "id":
        yield said("note.id", language)
    elif field.codes:
        yield said("note.code", language)
        yield from _coded(field.codes, language)
    elif field.name in WORDS_OF_LISTS:
        yield said("note.codes", language)
        yield from (one.code for one in load()[WORDS_OF_LISTS[field.name]])
    else:
        yield said(f"note.{field.type}", language)
    if field is not None and field.unit:
        yield f"{said('note.unit', language)} {units(field.unit)[language][0]}"
    bounds = usual_range(column)
    if bounds and field is not None and not field.codes:
        yield f"{said('note.usual', language)} {range_in_words(bounds, language)}"
    if not column.required and (field is None or field.name != "id"):
        yield said("note.empty", language)


def _coded(codes: tuple[str, ...], language: str) -> Iterator[str]:
    for code in codes[:_MOST_CODES_IN_A_NOTE]:
        shown = label(codes, code, language)
        yield code if shown == code else f"{code}: {shown}"


def range_in_words(bounds: tuple[float, float], language: str) -> str:
    """Return two bounds in words, as ``from 0.5 to 30``."""
    low, high = (f"{bound:,.10g}".replace(",", "\u202f") for bound in bounds)
    return said("rule.range", language).format(low=low, high=high)
