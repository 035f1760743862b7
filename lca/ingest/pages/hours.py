"""Read opening hours as people write them, into OpenStreetMap's grammar."""

from __future__ import annotations

import re

from lca.timerule import is_time

_ALWAYS = re.compile(
    r"(?:24\s*/\s*7|24\s*(?:h|hours?|hrs|heures|horas)?(?:\s*(?:a|per|/|par)\s*(?:day|jour))?(?:[ ,]+7\s*days.*)?|"
    r"24h/24(?:\s*[,et ]*\s*7j?/7j?)?|round the clock)",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(am|pm|a\.m\.|p\.m\.|h|hrs?|hours?)?"
_SPAN = re.compile(
    rf"(?:from|de)?\s*{_CLOCK}\s*(?:-|–|to|until|till|à|a)\s*{_CLOCK}", re.IGNORECASE
)
_LONGEST = 80
_DAYS = {
    "daily": "",
    "every day": "",
    "7 days a week": "",
    "7 days": "",
    "tous les jours": "",
    "todos los dias": "",
    "monday to friday": "Mo-Fr ",
    "mon-fri": "Mo-Fr ",
    "monday-friday": "Mo-Fr ",
    "weekdays": "Mo-Fr ",
    "lundi au vendredi": "Mo-Fr ",
    "lunes a viernes": "Mo-Fr ",
    "sunday to thursday": "Su-Th ",
    "sun-thu": "Su-Th ",
    "sunday-thursday": "Su-Th ",
    "monday to saturday": "Mo-Sa ",
    "mon-sat": "Mo-Sa ",
    "monday-saturday": "Mo-Sa ",
    "saturday to thursday": "Sa-Th ",
    "sat-thu": "Sa-Th ",
}


def opening_hours(text: str) -> str | None:
    """Return the hours in OpenStreetMap's grammar; None if they cannot be read without guessing."""
    said = " ".join(text.replace("hrs.", "hrs").split()).strip(" .")
    if len(said) > _LONGEST:
        return None
    if _ALWAYS.fullmatch(said):
        return "24/7"
    rest, days = said.casefold(), ""
    for words, mark in _DAYS.items():
        if words in rest:
            rest, days = rest.replace(words, " ", 1), mark
            break
    match = _SPAN.fullmatch(" ".join(rest.split()).strip(" ,:;()"))
    if match is None:
        return said if is_time(said) else None
    start, end = _minutes(*match.groups()[:3]), _minutes(*match.groups()[3:])
    if start is None or end is None or start == end:
        return None
    hours = f"{days}{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    return hours if is_time(hours) else None


def _minutes(hour: str, minute: str | None, mark: str | None) -> int | None:
    """Return a time of day in minutes since midnight."""
    half = (mark or "").replace(".", "").casefold()
    hours = int(hour)
    if half in {"am", "pm"}:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return hours * 60 + int(minute or 0) if hours <= 24 else None
