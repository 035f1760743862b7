"""Read the cells of one table: each as :func:`.cells.parse_cell` does, what repeats only once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from lca.record import Field, fields_of

from .cells import TIMES_OF_DAY, Value, parse_cell
from .lists import LISTED
from .wire import Cell

_LONGEST_KEPT = 64
_MOST_KEPT = 20_000
# A float holds every whole number up to here; beyond, a number is read as the float nearest to it.
_EXACT = 2**53


class CellReader:
    """Reads cells for the fields of a record class; one serves all rows of a table.

    Attributes
    ----------
    fields : mapping of str to Field
        The fields of the class by name, in the order in which a row is read.
    """

    def __init__(self, record_class: type, zone: ZoneInfo | None) -> None:
        self.fields = fields_by_name(record_class)
        self._zone = zone
        self._figures = _named(self.fields, "number")
        self._counts = _named(self.fields, "integer")
        self._kept: dict[tuple[str, str | datetime], Value] = {}

    def read(self, name: str, cell: Cell) -> Value:
        """Return the value of a cell for a field; None if it says that nothing is known.

        Raises
        ------
        InvalidInput
            If the cell does not hold a value of the field's type.
        """
        kind = type(cell)
        if kind is str:
            if len(cell) <= _LONGEST_KEPT:  # type: ignore[arg-type]
                return self._again(name, cell)  # type: ignore[arg-type]
        # Moments with an offset may be equal and yet be written in other hours.
        elif kind is datetime and cell.tzinfo is None:  # type: ignore[union-attr]
            return self._again(name, cell)  # type: ignore[arg-type]
        if kind is float and name in self._figures:
            return cell  # type: ignore[return-value]
        if kind is int and -_EXACT <= cell <= _EXACT:  # type: ignore[operator]
            if name in self._figures:
                return float(cell)  # type: ignore[arg-type]
            if name in self._counts:
                return cell  # type: ignore[return-value]
        return parse_cell(self.fields[name], cell, self._zone)

    def _again(self, name: str, cell: str | datetime) -> Value:
        """Return the value of a word or a date: a column repeats a few, and each is read once."""
        found = self._kept.get((name, cell), _NOT_KEPT)
        if found is not _NOT_KEPT:
            return found
        value = parse_cell(self.fields[name], cell, self._zone)
        if len(self._kept) < _MOST_KEPT:
            self._kept[name, cell] = value
        return value


@lru_cache(maxsize=64)
def fields_by_name(record_class: type) -> Mapping[str, Field]:
    """Return the fields of a record class by their names."""
    return MappingProxyType({field.name: field for field in fields_of(record_class)})


def _named(fields: Mapping[str, Field], kind: str) -> frozenset[str]:
    """Return the names of the fields whose cells hold plain numbers."""
    return frozenset(
        name
        for name, field in fields.items()
        if field.type == kind
        and not field.codes
        and name not in LISTED
        and name not in TIMES_OF_DAY
    )


_NOT_KEPT: Value = datetime.min  # noqa: DTZ901 - no cell gives this very object
