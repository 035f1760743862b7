"""Values as cells of a workbook that come back the same, and cells as values, strictly.

Unlike the reader of assessments nothing is guessed: what is not of the field's type is an error
of its row, so that no edit is bent on its way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput, UsageError
from lca.ingest.wire import Cell, CellFault
from lca.instant import format_instant, parse_instant
from lca.record import Field, FieldType

KEPT = "[longer than a cell can hold: it stays as it was]"
"""What stands for a text or an outline that a workbook cannot hold."""
_LONGEST_CELL = 32_767
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})


def cell_of(value: Any) -> str | int | float | None:
    """Return a value of a row as a cell of a workbook: text, number or nothing."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        # openpyxl writes 16 digits; the few numbers that need a 17th travel as text.
        return value if float(f"{value:.16g}") == value else repr(value)
    return _text(_told(value))


def value_of(field: Field, cell: Cell | None) -> Any:
    """Return what a cell says of a field; None for *not known*.

    Raises
    ------
    InvalidInput
        If it is not of the field's type.
    """
    if isinstance(cell, CellFault):
        raise InvalidInput(
            f"The cell holds no value: {cell.word}.", do_next="Write the value itself into it."
        )
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        return _READERS[field.type](cell)
    except (ValueError, OverflowError, UsageError) as error:
        raise InvalidInput(
            f"{str(cell)[:60]!r} is not {_WORDS[field.type]}.", do_next="Correct the cell."
        ) from error


def geometry_of(cell: Cell | None) -> BaseGeometry | None:
    """Return the geometry that a cell of WKT says (EPSG:4326); InvalidInput if it says none."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        return shapely.from_wkt(str(cell))
    except (ShapelyError, ValueError, TypeError) as error:
        raise InvalidInput(
            f"{str(cell)[:60]!r} is no location in WKT.",
            do_next="Write it as POINT (longitude latitude), or draw it in QGIS.",
        ) from error


def _text(text: str) -> str:
    """Return a text as a workbook holds it: what XML cannot hold as Excel writes it, ``_x000D_``."""
    escaped = _NOT_XML.sub(
        lambda found: f"_x{ord(found[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text)
    )
    return escaped if len(escaped) <= _LONGEST_CELL else KEPT


def _told(value: Any) -> str:
    if isinstance(value, BaseGeometry):
        # 7 decimals are what the store keeps, so nothing is lost.
        return str(shapely.to_wkt(value, rounding_precision=7, trim=True))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return format_instant(value)
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(cell: Cell) -> float:
    if isinstance(cell, bool | datetime | time | CellFault):
        msg = "not a number"
        raise ValueError(msg)  # noqa: TRY004 - told like every other unfit cell
    return float(cell)


def _whole(cell: Cell) -> int:
    if isinstance(cell, str):
        return int(cell)
    number = _number(cell)
    if isinstance(cell, int):
        return cell
    if number != int(number):
        msg = "not whole"
        raise ValueError(msg)
    return int(number)


def _boolean(cell: Cell) -> bool:
    # GDAL gives a column of booleans with gaps as numbers.
    word = f"{cell:g}" if isinstance(cell, float) else str(cell).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    msg = "neither yes nor no"
    raise ValueError(msg)


def _instant(cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC)
    if not isinstance(cell, str):
        msg = "a number may count anything"
        raise ValueError(msg)  # noqa: TRY004 - told like every other unfit cell
    return parse_instant(cell)


def _integers(cell: Cell) -> tuple[int, ...]:
    if isinstance(cell, str):
        return tuple(int(part) for part in cell.split(";") if part.strip())
    return (_whole(cell),)


def _words(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell.isoformat() if isinstance(cell, datetime | time) else str(cell)


_READERS: dict[FieldType, Callable[[Cell], Any]] = {
    "text": _words,
    "code": _words,
    "integer": _whole,
    "number": _number,
    "boolean": _boolean,
    "instant": _instant,
    "integers": _integers,
}
_WORDS: dict[FieldType, str] = {
    "text": "a text",
    "code": "a word",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "instant": "a date and time in UTC, as 2026-11-21T08:00Z",
    "integers": "whole numbers separated by ;",
}
