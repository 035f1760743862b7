"""Read the cells that hold a list or a rule: months, whom something concerns, times of opening."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lca.errors import InvalidInput
from lca.timerule import is_time, never_holds

from .texts import clean_text
from .wire import Cell

_MONTHS_OF_A_YEAR = 12
# The letters with which the months begin in English and French, without accents.
_STARTS = "jan; feb fev; mar; apr avr; may mai; jun juin; jul juil; aug aou; sep; oct; nov; dec"
_MONTHS: dict[str, int] = {
    start: number
    for number, starts in enumerate(_STARTS.split(";"), start=1)
    for start in starts.split()
}
_EVERYBODY = frozenset({"all", "any", "everybody", "tous", "toutes"})
_FRENCH = {
    "onu": "un",
    "nations_unies": "un",
    "ong": "ngo",
    "gouvernement": "government",
    "humanitaire": "humanitarian",
    "commerciaux": "commercial",
    "carburant": "fuel",
    "medicaments": "medical",
}


def parse_months(cell: Cell) -> tuple[int, ...]:
    """Return months, 1-12, of ``8;9;10``, ``8-10``, ``Aug-Oct`` or ``août à octobre``.

    Raises
    ------
    InvalidInput
        If it is no list of months; spreadsheets make a date of ``8-10``, which is none.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    months: list[int] = []
    text = re.sub(r"^\[(.*)\]$", r"\1", _folded(str(cell)))
    for part in re.split(r"[;,/]|\band\b|\bet\b", text):
        if not part.strip():
            continue
        ends = [end.strip() for end in re.split(r"[-\u2013\u2014]|\bto\b|\ba\b", part)]
        if len(ends) > 2:
            raise _no_months()
        first, last = _month(ends[0]), _month(ends[-1])
        count = (last - first) % _MONTHS_OF_A_YEAR + 1
        months += [(first - 1 + step) % _MONTHS_OF_A_YEAR + 1 for step in range(count)]
    if not months:
        raise _no_months()
    return tuple(dict.fromkeys(months))


def _month(text: str) -> int:
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= _MONTHS_OF_A_YEAR:
        return int(text)
    name = text.rstrip(".")
    found = {number for start, number in _MONTHS.items() if name.startswith(start)}
    if len(found) != 1 or not name.isalpha():
        raise _no_months()
    return found.pop()


def _no_months() -> InvalidInput:
    return InvalidInput(
        "It is not a list of months.", do_next="Write it as text, as 8;9;10 or Aug-Oct."
    )


def parse_names(cell: Cell) -> str | None:
    """Return names of classes, cargoes or operators, separated by ``; ``; None for everybody."""
    text = re.sub(r"[/-]+", "_", re.sub(r"[\[\]\"]", " ", _folded(str(cell))))
    names = [part for part in re.split(r"[;,\s]+", text) if part]
    if any(name in _EVERYBODY for name in names):
        return None
    return "; ".join(dict.fromkeys(_FRENCH.get(name, name) for name in names)) or None


def parse_time_rule(cell: Cell) -> str:
    """Return times in OSM's opening-hours grammar.

    Raises
    ------
    InvalidInput
        If they cannot be read.
    """
    text = clean_text(str(cell))
    if not is_time(text):
        raise InvalidInput(
            "The times cannot be read.", do_next="Write them as Mo-Fr 06:00-18:00, or Su."
        )
    if never_holds(text):
        raise InvalidInput(
            "By these times it never holds.",
            do_next="Write when it holds, as 22:00-05:00, without off or closed.",
        )
    return text


def _folded(text: str) -> str:
    """Return a text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", clean_text(text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


LISTED: dict[str, Callable[[Cell], str | tuple[int, ...] | None]] = {
    "season_months": parse_months,
    "applies_to_vehicles": parse_names,
    "applies_to_cargo": parse_names,
    "applies_to_actor": parse_names,
    "time_rule": parse_time_rule,
}
