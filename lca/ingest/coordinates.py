"""Read latitudes and longitudes as people write them: decimal degrees, or degrees and minutes."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from lca.errors import InvalidInput
from lca.geo import LonLat

from .cells import parse_number
from .texts import clean_text, one_line
from .wire import Cell, CellFault

Axis = Literal["latitude", "longitude"]
BOUND: dict[Axis, float] = {"latitude": 90.0, "longitude": 180.0}
_LETTERS: dict[Axis, str] = {"latitude": "NS", "longitude": "EW"}

_LONGEST = 80
"""No coordinate is written longer; what is, is not looked at."""
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SIGNED = re.compile(r"([NSEW]?)\s*([+-]?)\s*([^NSEW+-]+?)\s*([NSEW]?)")
# The marks of degrees, minutes and seconds, also as typewriters and OCR leave them.
_MARKS = re.compile(r"(?:\s|[°º˚:`'’′‘´”″“\"])+")
# 19.36.57 is degrees, minutes and seconds: no number has two points.
_POINTED = re.compile(r"(\d{1,3})\.(\d{1,2})\.(\d{1,2}(?:,\d+)?)")
# 1936N, 193657N, 03713E: UN/LOCODE and aeronautical lists write them without marks.
_PACKED = re.compile(r"(\d{2}|\d{3})([0-5]\d)([0-5]\d(?:\.\d+)?)?([NSEW])")
_PACKED_DIGITS = {"N": 2, "S": 2, "E": 3, "W": 3}
_WORDS = (
    (re.compile(r"\b(?:LATITUDE?|LONGITUDE?|LATITUD|LONGITUD|LAT|LONG?|LNG)\b\s*[.:=]?"), " "),
    (re.compile(r"\b(?:NORTH|NORD|NORTE)\b"), "N"),
    (re.compile(r"\b(?:SOUTH|SUD|SUR|SUL)\b"), "S"),
    (re.compile(r"\b(?:EAST|EST|ESTE|LESTE)\b"), "E"),
    (re.compile(r"\b(?:WEST|OUEST|OESTE)\b"), "W"),
    # French and Spanish write O for west; after a mark only, so that it is no slipped 0 and no º.
    (re.compile(r"(?<=['’′‘´”″“\"])\s*O(?![\w'’′‘´”″“\"])"), "W"),
    (re.compile(r"(?<=[\d\s])(?:DEGREES?|DEGRÉS?|GRADOS?|DEG)\b\.?"), "°"),
    (re.compile(r"(?<=[\d\s])(?:MINUTES?|MINUTOS?|MIN)\b\.?"), "'"),
    (re.compile(r"(?<=[\d\s])(?:SECONDS?|SECONDES?|SEGUNDOS?|SEC)\b\.?"), '"'),
)


def parse_coordinate(cell: Cell, axis: Axis) -> float:
    """Return a latitude or longitude in degrees.

    Raises
    ------
    InvalidInput
        If it is none, is out of range, or its letter belongs to the other axis. Of a number that
        is out of range, ``details["degrees"]`` is the number.
    """
    if isinstance(cell, CellFault):
        raise InvalidInput("The cell holds no value.", do_next="Write the value itself into it.")
    degrees = _from_text(cell, axis) if isinstance(cell, str) else parse_number(cell)
    if abs(degrees) > BOUND[axis]:
        hint = (
            "Latitude and longitude look swapped; put each in its own column."
            if axis == "latitude" and abs(degrees) <= BOUND["longitude"]
            else "Write decimal degrees, such as -29.9533."
        )
        raise InvalidInput(
            f"The {axis} {degrees:g} is outside -{BOUND[axis]:g}…{BOUND[axis]:g}.",
            do_next=hint,
            details={"degrees": degrees},
        )
    return degrees


def parse_position(cell: Cell) -> LonLat:
    """Return the position of a text that holds both coordinates, latitude first.

    The letters of the hemispheres say which is which, if it has them: ``37°13'E 19°36'57"N``.

    Raises
    ------
    InvalidInput
        If it cannot be parted into a latitude and a longitude.
    """
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        raise _no_pair(cell)
    text = _plain(cell)
    one, other = _parted(text) or (None, None)
    if one is None or other is None:
        raise _no_pair(cell)
    if re.search("[EW]", one) and re.search("[NS]", other):
        one, other = other, one
    return LonLat(parse_coordinate(other, "longitude"), parse_coordinate(one, "latitude"))


def _parted(text: str) -> tuple[str, str] | None:
    """Part a text into its two coordinates, by its letters or by what stands between them."""
    if len(re.findall("[NSEW]", text)) > 2:
        return None
    for pattern in (
        r"(.*\d.*?[NSEW])\s*[,;/|]?\s*(.*\d.*[NSEW])",
        r"([NSEW].*\d.*?)\s*[,;/|]?\s*([NSEW].*\d.*)",
        r"([^;/|]+)[;/|]([^;/|]+)",
        r"([^,]*\d)\s*,\s+([^,]*\d.*)",
        r"([^,]+),([^,]+)",
        r"([+-]?\d+,\d+)\s*,\s*([+-]?\d+,\d+)",
        r"(\S+)\s+(\S+)",
        r"(\S+\s+\S+)\s+(\S+\s+\S+)",
        r"(\S+\s+\S+\s+\S+)\s+(\S+\s+\S+\s+\S+)",
    ):
        match = re.fullmatch(pattern, text)
        if match:
            return match[1].strip(" ,;"), match[2].strip(" ,;")
    return None


def _plain(text: str) -> str:
    """Return a text in capitals, with words of directions and units as their signs."""
    plain = clean_text(text).replace("−", "-").replace("–", "-").upper()
    # Arabic, Persian and others write digits and the decimal comma in signs of their own.
    plain = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in plain.replace("٫", ".")
    )
    for pattern, sign in _WORDS:
        plain = pattern.sub(sign, plain)
    return " ".join(plain.split())


def _from_text(text: str, axis: Axis) -> float:
    """Read 29.95 S, -29,95, 29°57'12.5"S, S 29 57 12 and their kin."""
    if len(text) > _LONGEST:
        raise _unreadable(axis)
    if _DECIMAL.fullmatch(text):
        return float(text)
    plain = _plain(text)
    packed = _PACKED.fullmatch(plain.replace(" ", ""))
    if packed and len(packed[1]) == _PACKED_DIGITS[packed[4]]:
        plain = f"{packed[1]} {packed[2]} {packed[3] or '0'} {packed[4]}"
    parts = _SIGNED.fullmatch(_POINTED.sub(r"\1 \2 \3", plain))
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


def _no_pair(cell: Cell) -> InvalidInput:
    return InvalidInput(
        f"{one_line(str(cell), 40)!r} is not a latitude and a longitude.",
        do_next="Write it as -29.9533, -71.3394, or 29°57'12\" S, 71°20'22\" W.",
    )
