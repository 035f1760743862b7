"""Read travel times as pages write them: ``8 Hours``, ``1 day 4 hours``, ``3 Days``, ``day``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NUMBER = r"(\d+(?:[.,]\d+)?|half(?: a)?|an?|une?)?"
_HOURS = r"(?:hours?|hrs?|h|heures?|horas?)"
_DAYS = r"(?:days?|d|jours?|j|dias?|journees?)"
_MINUTES = r"(?:minutes?|mins?|minutos?)"
_TIME = re.compile(
    rf"(?:{_NUMBER}\s*(?P<days>{_DAYS}))?(?:\s*(?:,|and|et|y|\+)?\s*{_NUMBER}\s*(?P<hours>{_HOURS}))?"
    rf"(?:\s*(?:,|and|et|y|\+)?\s*{_NUMBER}\s*(?P<minutes>{_MINUTES}))?\s*\.?"
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?:\s*(?:h|hrs?|hours?))?")
_SHORT = re.compile(r"(\d{1,3})\s*h\s*([0-5]\d)")
_WORDS = {"half": 0.5, "half a": 0.5, "a": 1.0, "an": 1.0, "un": 1.0, "une": 1.0}
# "10 hours of driving a day", "1 day = 8 hours", "une journée de 8 heures".
_DAY_STATED = (
    re.compile(
        rf"(\d{{1,2}})\s*{_HOURS}[\w\s]{{0,30}}?\s(?:per|a|each|par|al|por)\s(?:working |driving )?{_DAYS}\b"
    ),
    re.compile(
        rf"(?:1|one|a|une?|un)?\s*(?:working |driving |travel )?{_DAYS}\s*(?:=|is|means|equals|of|de)\s*(\d{{1,2}})\s*{_HOURS}\b"
    ),
    re.compile(rf"\b(\d{{1,2}})[-\s]hours?[-\s](?:working |driving )?{_DAYS}\b"),
)
_LONGEST_DAY_H = 24
_UNITS = {"days": 1, "hours": 3, "minutes": 5}
"""Each unit's group of the pattern that holds its number."""


@dataclass(frozen=True, slots=True)
class TravelTime:
    """A travel time: its hours, None where it is in days that nobody converts, and its words."""

    hours: float | None
    as_written: str
    in_days: bool = False
    bare: bool = False
    """Whether it names a unit without a number, as ``day``."""


def hours_of_a_day(texts: tuple[str, ...]) -> int | None:
    """Return how many hours of travel a document says that a day has; None if it does not.

    It is taken only if all its statements agree.
    """
    found = {
        int(match[1])
        for text in texts
        for pattern in _DAY_STATED
        for match in pattern.finditer(_folded(text))
        if 1 <= int(match[1]) <= _LONGEST_DAY_H
    }
    return found.pop() if len(found) == 1 else None


def travel_time(text: str, day_h: int | None) -> TravelTime | None:
    """Return the travel time that a cell says; None if it says none.

    An hour is an hour. A day of travel is ``day_h`` hours where the document says so; otherwise
    its hours are not known, because it is no 24 hours of driving. A plain number is in hours.

    Parameters
    ----------
    day_h : int or None
        Hours of travel of a day.
    """
    said = " ".join(text.split())
    folded = _folded(said)
    number = re.fullmatch(r"\d+(?:[.,]\d+)?", folded)
    if number:
        return TravelTime(float(folded.replace(",", ".")), said)
    clock = _CLOCK.fullmatch(folded) or _SHORT.fullmatch(folded)
    if clock:
        return TravelTime(int(clock[1]) + int(clock[2]) / 60, said)
    match = _TIME.fullmatch(folded)
    named = {} if match is None else {one: match[one] for one in _UNITS if match[one] is not None}
    if match is None or not named:
        return None
    return _of_parts(
        said, {one: _amount(match[at]) for one, at in _UNITS.items() if one in named}, day_h
    )


def _of_parts(said: str, amounts: dict[str, float | None], day_h: int | None) -> TravelTime:
    """Return the time of some days, hours and minutes; None stands for a unit without number."""
    in_days = "days" in amounts
    if None in amounts.values():
        return TravelTime(None, said, in_days=in_days, bare=True)
    days, hours, minutes = (amounts.get(unit) or 0.0 for unit in _UNITS)
    rest = hours + minutes / 60
    if not in_days:
        return TravelTime(rest, said)
    return TravelTime(None if day_h is None else days * day_h + rest, said, in_days=True)


def _amount(word: str | None) -> float | None:
    if word is None:
        return None
    return _WORDS[word] if word in _WORDS else float(word.replace(",", "."))


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(plain.split())
