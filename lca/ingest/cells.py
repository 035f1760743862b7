"""Turn one cell into one value of a field's type, or say why it cannot be.

Every problem is an :class:`~lca.errors.InvalidInput` without a place; the caller knows the place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from lca.errors import InvalidInput, LcaError
from lca.instant import end_of_local_day, parse_instant, parse_local_time
from lca.record import Field

from .codewords import code_of
from .folding import fold
from .lists import LISTED
from .texts import clean_text, one_line
from .translations import all_forms
from .wire import Cell, CellFault

Value = str | int | float | bool | datetime | tuple[int, ...] | None

_NULL_WORDS = frozenset(
    {
        "",
        "n/a",
        "na",
        "n.a.",
        "unknown",
        "not known",
        "not available",
        "none",
        "null",
        "nil",
        "-",
        "--",
        "–",
        "—",
        "?",
        "#n/a",
    }
)
# Fields in which 0 stands for "not filled in" (SDI-T and the World Port Index write it so).
# Not among them: elevations, populations, stocks, delays and counts, where 0 is a fact.
ZERO_IS_UNKNOWN = frozenset(
    {
        "max_draft_m",
        "max_vessel_length_m",
        "runway_length_m",
        "area_m2",
        "truck_max_length_m",
        "max_gross_t",
        "max_payload_t",
        "max_axle_t",
        "max_height_m",
        "max_width_m",
        "max_length_m",
        "speed_factor",
    }
)
TIMES_OF_DAY = frozenset({"daily_from", "daily_to"})
LAST_DAYS = frozenset({"valid_to", "permitted_until"})
"""Ends in which a day alone is the last day: they end at the local midnight after it."""
# A level of secrecy that nobody can read must not become "public" by default.
NEVER_DEFAULTED = frozenset({"sensitivity"})
_TRUE = frozenset({"yes", "y", "true", "1", "x", "oui", "si", "sí"})
_FALSE = frozenset({"no", "n", "false", "0", "non"})
_NOTHING = ("unknown", "not_available", "none")

_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d+)?|\.\d+)")
# What most cells of a CSV are: no sign in it can be meant in another way.
_SURELY_A_NUMBER = re.compile(r"[+-]?[0-9]{1,15}|[+-]?[0-9]{1,15}\.(?:[0-9]{1,2}|[0-9]{4,15})")
# An OSM way as a spreadsheet shows it: read as a list, its closure would lie on three other ways.
_GROUPED = re.compile(r"\d{1,3}(?:[,.\s'’]\d{3})+")
_DIGIT = re.compile("[0-9]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MONTHS = 12
_LONGEST_WORD = 64


def shown(cell: Cell | None) -> str | None:
    """Return a cell as an issue shows it, shortened."""
    if cell is None:
        return None
    return one_line(cell.word if isinstance(cell, CellFault) else str(cell))


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds a text of blanks only."""
    return isinstance(cell, str) and not clean_text(cell)


def is_null_word(cell: Cell) -> bool:
    """Tell whether a cell says in words that nothing is known."""
    if not isinstance(cell, str) or _DIGIT.search(cell):  # no such word has a digit
        return False
    # A column repeats its few words; what is longer than any of them is not kept.
    return _kept_as_null(cell) if len(cell) <= _LONGEST_WORD else _says_nothing(cell)


def _says_nothing(text: str) -> bool:
    word = clean_text(text).casefold()
    if word in _NULL_WORDS:
        return True
    return len(word) <= _LONGEST_WORD and fold(word) in _in_any_language(*_NOTHING)


@lru_cache(maxsize=8192)
def _kept_as_null(text: str) -> bool:
    return _says_nothing(text)


@lru_cache(maxsize=8)
def _in_any_language(*words: str) -> frozenset[str]:
    return frozenset(fold(form) for word in words for form in all_forms(f"word.{word}"))


def parse_cell(field: Field, cell: Cell, zone: ZoneInfo | None) -> Value:
    """Return the value of a cell for a field; None if it says that nothing is known.

    Parameters
    ----------
    field : Field
        The column's field.
    cell : str, int, float, bool, datetime, time or CellFault
        A cell that is not empty.
    zone : ZoneInfo or None
        The zone of dates and times that state none.

    Raises
    ------
    InvalidInput
        If the cell does not hold a value of the field's type.
    """
    if isinstance(cell, CellFault):
        raise InvalidInput(
            f"The cell holds no value: {one_line(cell.word)}.",
            do_next="Write the value itself into the cell.",
        )
    if field.codes:
        return _code(field, cell)
    if is_null_word(cell):
        return None
    if field.name in TIMES_OF_DAY:
        return _time_of_day(cell)
    if field.type == "instant":
        return (parse_end if field.name in LAST_DAYS else parse_moment)(cell, zone)
    if field.name in LISTED:
        return LISTED[field.name](cell)
    return _PARSERS[field.type](field, cell)


def parse_number(cell: Cell, *, unit: str | None = None, never_thousands: bool = False) -> float:
    """Return a number; a text may have a decimal comma, grouped thousands and the field's unit.

    ``never_thousands`` says that it cannot be so large, so that a lone separator is decimal.

    Raises
    ------
    InvalidInput
        If it is no number, or may be read in two ways, as ``1,234`` and ``1.234``: a decimal
        sign in one country separates thousands in another.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if not isinstance(cell, str):
        raise _no_number()
    if _SURELY_A_NUMBER.fullmatch(cell):
        return float(cell)
    text = unicodedata.normalize("NFKC", clean_text(cell)).replace("−", "-")
    if unit:
        text = re.sub(
            rf"(?<=[\d\s.,]){re.escape(unicodedata.normalize('NFKC', unit))}$",
            "",
            text,
            flags=re.IGNORECASE,
        )
    match = _NUMBER.fullmatch(_decimal_point(text.strip(), never_thousands=never_thousands))
    if not match:
        raise _no_number(unit)
    return float(match[1] + match[2])


def _decimal_point(text: str, *, never_thousands: bool) -> str:
    """Rewrite a number with a decimal point and no grouping of thousands."""
    if re.fullmatch(r"[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?", text):
        text = re.sub("[ '’]", "", text)
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+", text) or re.fullmatch(
        r"[+-]?\d{1,3}(?:,\d{3}){2,}", text
    ):
        return text.replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+", text) or re.fullmatch(
        r"[+-]?\d{1,3}(?:\.\d{3}){2,}", text
    ):
        return text.replace(".", "").replace(",", ".")
    either = re.fullmatch(r"([+-]?\d{1,3})([.,])(\d{3})", text)
    if either and not never_thousands and int(either[1]) != 0:
        raise InvalidInput(
            f"The {'comma' if either[2] == ',' else 'point'} may separate thousands or decimals.",
            do_next=f"Type {either[1]}{either[3]} or {either[1]}.{either[3]} as a number, "
            "in a cell that is not formatted as text.",
        )
    return text.replace(",", ".") if text.count(",") == 1 else text


def parse_boolean(cell: Cell) -> bool:
    """Return yes or no.

    Raises
    ------
    InvalidInput
        If it is neither.
    """
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():  # as GDAL gives a column with a gap in it
        cell = int(cell)
    word = fold(str(cell))
    if word in _TRUE or word in _in_any_language("yes"):
        return True
    if word in _FALSE or word in _in_any_language("no"):
        return False
    raise InvalidInput("It is neither yes nor no.", do_next="Write yes or no.")


def parse_moment(cell: Cell, zone: ZoneInfo | None) -> datetime:
    """Return a date and time in UTC; one without an offset is in ``zone``.

    Raises
    ------
    InvalidInput
        If it is no date, is ambiguous, or has no offset and no zone is known.
    """
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, str):
        moment = parse_written_moment(clean_text(cell))
    else:
        raise InvalidInput(
            "It is not a date.", do_next="Format the cell as a date, or write it as 2026-11-21."
        )
    # Before it is moved to UTC, which no calendar reaches from 9999-12-31 in the west.
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidInput(f"The year {moment.year} cannot be meant.", do_next="Correct the date.")
    if moment.tzinfo is None:
        if zone is None:
            return _without_zone(moment)
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def parse_end(cell: Cell, zone: ZoneInfo | None) -> datetime:
    """Return when something ends, in UTC; a day alone means all of that day, in ``zone`` or UTC.

    Raises
    ------
    InvalidInput
        As :func:`parse_moment`.
    """
    moment = parse_moment(cell, zone)
    if isinstance(cell, datetime):
        day = cell.date() if cell.tzinfo is None and cell.time() == time.min else None
    else:
        written = _year_first(clean_text(str(cell)))
        alone = re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", written)
        day = datetime.fromisoformat(written).date() if alone else None
    return moment if day is None else end_of_local_day(day, zone or UTC)


def parse_written_moment(text: str) -> datetime:
    """Return a date that is written out, with its time and offset if it has them.

    ``18/11/2026`` has one reading; of ``03/04/2026`` neither is taken, whatever the rest of the
    file does: rows come from many hands.

    Raises
    ------
    InvalidInput
        If it is no date, or day and month cannot be told apart.
    """
    written = _year_first(text)
    try:
        return datetime.fromisoformat(written)
    except ValueError as error:
        do_next = "Write it as 2026-11-21 or 2026-11-21 08:00."
        raise InvalidInput("It is not a date.", do_next=do_next) from error


def _year_first(text: str) -> str:
    """Rewrite a date of day, month and year as ISO 8601 has it; leave any other text alone."""
    if re.fullmatch(r"\d{1,2}([./-])\d{1,2}\1\d{2}(?:\D.*)?", text):
        raise InvalidInput(
            "Day, month and year cannot be told apart.", do_next="Write the date as 2026-11-21."
        )
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T]+(\d.*))?", text)
    if parts is None:
        # GDAL writes a date as 2026/11/21.
        return re.sub(r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3", text)
    first, second = int(parts[1]), int(parts[3])
    day_first, month_first = (
        f"{parts[4]}-{month:02}-{day:02}" for day, month in ((first, second), (second, first))
    )
    if first != second and max(first, second) <= _MONTHS:
        raise InvalidInput(
            "Day and month cannot be told apart.", do_next=f"Write {day_first} or {month_first}."
        )
    date = day_first if second <= _MONTHS else month_first
    return f"{date} {re.sub(r'^(?=[0-9]:)', '0', parts[5])}" if parts[5] else date


def _without_zone(moment: datetime) -> datetime:
    """Take a date alone as midnight UTC, as everywhere in the product; a time needs its zone."""
    if moment.time() == time.min:
        return parse_instant(moment.date().isoformat())
    raise InvalidInput(
        "The time has no offset from UTC and the file names no time zone.",
        do_next="Write it as 2026-11-21T08:00:00-03:00; a workbook may name one Time zone for all.",
    )


def _time_of_day(cell: Cell) -> str:
    if isinstance(cell, time | datetime):
        return f"{cell:%H:%M}"
    try:
        return f"{parse_local_time(clean_text(str(cell))):%H:%M}"
    except LcaError as error:
        raise InvalidInput("It is not a time of day.", do_next=error.do_next) from error


def _code(field: Field, cell: Cell) -> str | int | None:
    code = code_of(field.codes, cell, by_digit=field.type == "integer")
    if code is not None:
        return int(code) if field.type == "integer" else code
    if is_null_word(cell) and field.name not in NEVER_DEFAULTED:
        return "unknown" if "unknown" in field.codes else None
    raise InvalidInput(
        "It is not one of the allowed words.",
        do_next="Write one of " + ", ".join(field.codes) + ".",
    )


def _integer(field: Field, cell: Cell) -> int:
    number = parse_number(cell, unit=field.unit)
    if not number.is_integer():
        raise InvalidInput("It is not a whole number.", do_next="Write a whole number.")
    return int(number)


def _integers(cell: Cell) -> tuple[int, ...] | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        return (int(cell),)
    # GDAL gives a list of JSON that has an empty one beside it as its text.
    text = re.sub(r"^\s*\[(.*)\]\s*$", r"\1", str(cell))
    if text == cell and any(_GROUPED.fullmatch(part.strip()) for part in text.split(";")):
        raise InvalidInput(
            "It may be one number with its thousands apart, or several numbers.",
            do_next="Write one number without signs in it, and separate several with ;.",
        )
    parts = [part.strip() for part in re.split(r"[;,\s]+", text) if part.strip()]
    if not parts and text != cell:
        return None
    if not parts or not all(re.fullmatch(r"[0-9]{1,18}", part) for part in parts):
        raise InvalidInput(
            "It is not a list of whole numbers.", do_next="Separate them with ; as in 5372; 5374."
        )
    return tuple(int(part) for part in parts)


def _text(cell: Cell) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    return clean_text(str(cell)) or None


def _no_number(unit: str | None = None) -> InvalidInput:
    wanted = f"a number of {unit}" if unit else "a number"
    return InvalidInput(
        "It is not a number.",
        do_next=f"Write {wanted} alone, such as 12.5, or leave the cell empty.",
    )


_PARSERS: dict[str, Callable[[Field, Cell], Value]] = {
    "text": lambda _, cell: _text(cell),
    "integer": _integer,
    "number": lambda field, cell: parse_number(cell, unit=field.unit),
    "boolean": lambda _, cell: parse_boolean(cell),
    "integers": lambda _, cell: _integers(cell),
}
