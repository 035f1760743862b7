"""Read dates whose month is a word, as ``12 MAR 26`` and ``as of March 2026``."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MONTHS = (
    ("jan", "january", "janvier", "janv", "enero", "ene"),
    ("feb", "february", "fevrier", "fevr", "fev", "febrero"),
    ("mar", "march", "mars", "marzo"),
    ("apr", "april", "avril", "avr", "abril", "abr"),
    ("may", "mai", "mayo"),
    ("jun", "june", "juin", "junio"),
    ("jul", "july", "juillet", "juil", "julio"),
    ("aug", "august", "aout", "agosto", "ago"),
    ("sep", "sept", "september", "septembre", "septiembre", "set"),
    ("oct", "october", "octobre", "octubre"),
    ("nov", "november", "novembre", "noviembre"),
    ("dec", "december", "decembre", "diciembre", "dic"),
)
_NUMBER_OF = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_WORD = r"([a-z]{3,10})\.?"
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er)?[\s./-]*(?:of |de )?{_WORD}[\s,./-]*(?:de |del )?(\d{{4}}|\d{{2}})\b"
)
_MONTH_FIRST = re.compile(rf"\b{_WORD}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b")
_MONTH_ONLY = re.compile(rf"\b{_WORD}[\s,./-]*(?:de )?(\d{{4}})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def written_date(text: str) -> date | None:
    """Return the first date that a text names with its month in words or in ISO 8601.

    A month alone is its first day: the information is at least that old.
    """
    bare = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(char for char in bare if not unicodedata.combining(char))
    for pattern, order in ((_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy"), (_MONTH_ONLY, "my")):
        for match in pattern.finditer(folded):
            parts = dict(zip(order, match.groups(), strict=True))
            found = _date(parts["y"], parts["m"], parts.get("d", "1"))
            if found is not None:
                return found
    iso = _ISO.search(folded)
    return _checked(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None


def iso_date(text: str) -> str | None:
    """Return the date that a cell names in words, as ISO 8601."""
    found = written_date(text)
    return found.isoformat() if found else None


def _date(year: str, month: str, day: str) -> date | None:
    number = _NUMBER_OF.get(month)
    if number is None:
        return None
    return _checked(int(year) + (2000 if len(year) == 2 else 0), number, int(day))


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
