"""Read the cells that hold a list or a rule: months, whom something concerns, times of opening."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from lca.errors import InvalidInput
from lca.timerule import is_time, never_holds

from .codewords import WORDS_OF_LISTS, labels_of_list
from .folding import fold, fold_word
from .texts import clean_text
from .translations import all_forms
from .wire import Cell

_MONTHS_OF_A_YEAR = 12
# The letters with which the months begin in English, French and Spanish, without accents.
_STARTS = (
    "jan ene; feb fev; mar; apr avr abr; may mai; jun juin; jul juil; aug aou ago; sep; oct; nov; "
    "dec dic"
)
_MONTHS: dict[str, int] = {
    start: number
    for number, starts in enumerate(_STARTS.split(";"), start=1)
    for start in starts.split()
}
# What people write for a word of a list besides its code and its labels.
_ALSO = {
    "onu": "un",
    "commerciaux": "commercial",
    "medicaments": "medical",
    "medicamentos": "medical",
    "gasoil": "fuel",
}
_SEPARATORS = re.compile(r"[;,/\u060c\u061b]|\b(?:and|et|y)\b|\s\u0648(?=\S)")
_UNTIL = re.compile(
    r"[-\u2013\u2014]|\b(?:to|a|hasta|jusqu'a|\u0627\u0644\u064a|\u062d\u062a\u064a)\b"
)


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
    text = re.sub(r"^\[(.*)\]$", r"\1", fold(str(cell)))
    for part in _SEPARATORS.split(text):
        if not part.strip():
            continue
        ends = [end.strip() for end in _UNTIL.split(part)]
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
    if name in _whole_months():
        return _whole_months()[name]
    found = {number for start, number in _MONTHS.items() if name.startswith(start)}
    if len(found) != 1 or not name.isalpha():
        raise _no_months()
    return found.pop()


def _no_months() -> InvalidInput:
    return InvalidInput(
        "It is not a list of months.", do_next="Write it as text, as 8;9;10 or Aug-Oct."
    )


@lru_cache(maxsize=1)
def _whole_months() -> Mapping[str, int]:
    """Return the months by every name that the workbook's languages have for them."""
    months = range(1, _MONTHS_OF_A_YEAR + 1)
    return {fold(name): month for month in months for name in all_forms(f"month.{month}")}


def parse_names(cell: Cell) -> str | None:
    """Return names of classes, cargoes or operators, separated by ``; ``; None for everybody."""
    return _names(cell, {})


def _parser_of(list_name: str, *, everybody: bool) -> Callable[[Cell], str | None]:
    """Return the reader of words of a code list; where all may be meant, they are nobody's."""
    return lambda cell: _names(cell, labels_of_list(list_name), everybody=everybody)


def _names(cell: Cell, labels: Mapping[str, str], *, everybody: bool = True) -> str | None:
    names: list[str] = []
    for part in re.split(r"[;,|\n\u060c\u061b]+", re.sub(r"[\[\]\"]", " ", str(cell))):
        label = labels.get(fold_word(part))
        names += [label] if label else (_name(word, labels) for word in _plain(part).split())
    if everybody and any(fold_word(name) in _everybody() for name in names):
        return None
    return "; ".join(dict.fromkeys(names)) or None


def _name(word: str, labels: Mapping[str, str]) -> str:
    return labels.get(fold_word(word)) or _ALSO.get(word, word)


@lru_cache(maxsize=1)
def _everybody() -> frozenset[str]:
    return frozenset({"any", "everybody", "toutes", *map(fold_word, all_forms("word.all"))})


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


def _plain(text: str) -> str:
    """Return a text in lower case without accents, a dash within a word as an underscore."""
    decomposed = unicodedata.normalize("NFKD", clean_text(text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[/-]+", "_", bare)


LISTED: dict[str, Callable[[Cell], str | tuple[int, ...] | None]] = {
    "season_months": parse_months,
    "applies_to_vehicles": parse_names,
    **{
        field: _parser_of(name, everybody=name in {"actor", "cargo"})
        for field, name in WORDS_OF_LISTS.items()
    },
    "time_rule": parse_time_rule,
}
