"""Read latitudes and longitudes as people write them: decimal degrees, or degrees and minutes."""

from __future__ import annotations

import re
from typing import Literal

from lca.errors import InvalidInput

from .cells import parse_number
from .texts import clean_text
from .wire import Cell, CellFault

Axis = Literal["latitude", "longitude"]
_BOUND: dict[Axis, float] = {"latitude": 90.0, "longitude": 180.0}
_LETTERS: dict[Axis, str] = {"latitude": "NS", "longitude": "EW"}

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SIGNED = re.compile(r"([NSEW]?)\s*([+-]?)\s*([^NSEW+-]+?)\s*([NSEW]?)")
# The marks of degrees, minutes and seconds, also as typewriters and OCR leave them.
_MARKS = re.compile(r"(?:\s|[°º:`'’′″”\"])+")


def parse_coordinate(cell: Cell, axis: Axis) -> float:
    """Return a latitude or longitude in degrees.

    Raises
    ------
    InvalidInput
        If it is none, is out of range, or its letter belongs to the other axis.
    """
    if isinstance(cell, CellFault):
        raise InvalidInput("The cell holds no value.", do_next="Write the value itself into it.")
    degrees = _from_text(cell, axis) if isinstance(cell, str) else parse_number(cell)
    if abs(degrees) > _BOUND[axis]:
        hint = (
            "Latitude and longitude look swapped; put each in its own column."
            if axis == "latitude" and abs(degrees) <= _BOUND["longitude"]
            else "Write decimal degrees, such as -29.9533."
        )
        raise InvalidInput(
            f"The {axis} {degrees:g} is outside -{_BOUND[axis]:g}…{_BOUND[axis]:g}.", do_next=hint
        )
    return degrees


def _from_text(text: str, axis: Axis) -> float:
    """Read 29.95 S, -29,95, 29°57'12.5"S, S 29 57 12 and their kin."""
    parts = _SIGNED.fullmatch(clean_text(text).replace("−", "-").upper())
    if not parts:
        raise _unreadable(axis)
    numbers = [number for number in _MARKS.split(parts[3]) if number]
    if not 1 <= len(numbers) <= 3 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise _unreadable(axis)
    if any(not number.isdigit() for number in numbers[:-1]):
        raise _unreadable(axis)
    degrees, *small = (parse_number(number, never_thousands=True) for number in numbers)
    if any(value >= 60 for value in small):
        raise InvalidInput(
            f"The {axis} has {max(small):g} minutes or seconds; there are fewer than 60.",
            do_next="Correct it, or write decimal degrees.",
        )
    size = degrees + sum(value / 60**power for power, value in enumerate(small, start=1))
    return _signed(-size if parts[2] == "-" else size, (parts[1], parts[4]), axis)


def _signed(degrees: float, letters: tuple[str, str], axis: Axis) -> float:
    """Apply the hemisphere's letter."""
    letter = letters[0] or letters[1]
    if not letter:
        return degrees
    if letter not in _LETTERS[axis]:
        raise InvalidInput(
            f"{letter} does not belong to a {axis}.",
            do_next="Latitude and longitude look swapped; put each in its own column.",
        )
    if degrees < 0 or (letters[0] and letters[1]):
        raise InvalidInput(
            "It has two signs for its hemisphere.", do_next="Write either the minus or the letter."
        )
    return -degrees if letter in "SW" else degrees


def _unreadable(axis: Axis) -> InvalidInput:
    return InvalidInput(
        f"It is not a {axis}.",
        do_next="Write decimal degrees, such as -29.9533, or degrees and minutes, such as 29°57'12\" S.",
    )
