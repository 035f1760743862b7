"""Times in OSM's opening-hours grammar: whether one holds at a local moment, and when it changes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, State, validate

NEVER, PERHAPS, HOLDS = 0, 1, 2
"""Whether a condition holds; of several that must all hold, the lowest counts."""

HORIZON = timedelta(days=400)

_EVER = (datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - local
"""The years in which a constraint may begin and end."""

_LONGEST = 255
"""OSM's own limit of a tag's value, in characters."""
_NEEDS_MORE_THAN_A_CLOCK = re.compile(
    r"\b(?:PH|SH|easter|sunrise|sunset|dawn|dusk|unknown)\b|\"", re.IGNORECASE
)
"""Holidays, the sun and remarks: nobody here knows when they are."""
_EXCEPTION = re.compile(r"\b(?:off|closed)\b|\|\|", re.IGNORECASE)
_TIME = re.compile(r"[0-9]|\b(?:mo|tu|we|th|fr|sa|su)\b|\b(?:PH|SH|dawn|dusk)\b", re.IGNORECASE)
_TIME_WORD = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sunrise|sunset|easter)\b", re.IGNORECASE
)


def is_time(text: str) -> bool:
    """Tell whether a text is a time in the grammar, and not a mere word such as ``wet``."""
    if not (_TIME.search(text) or _TIME_WORD.search(text)):
        return False
    return _parsed(text) is not None


def never_holds(text: str) -> bool:
    """Tell whether a time holds at no moment, as one that only says when it is *off*."""
    parsed = _parsed(text)
    if parsed is None or not _EXCEPTION.search(text) or _NEEDS_MORE_THAN_A_CLOCK.search(text):
        return False
    return all(state == State.CLOSED for _, _, state, _ in parsed.intervals(*_EVER))


def time_truth(text: str, at_local: datetime | None) -> int:
    """Return NEVER, PERHAPS or HOLDS for a time at a naive local moment; without one, PERHAPS.

    A time that names holidays or the sun is always PERHAPS. So is a moment at which one rule of a
    list takes the place of another: ``Mo-Fr 07:00-09:00; 16:00-18:00`` is, by the grammar, only the
    afternoon, but people mean both.
    """
    parsed = _parsed(text)
    if at_local is None or parsed is None or _NEEDS_MORE_THAN_A_CLOCK.search(text):
        return PERHAPS
    truth = _truth(parsed, at_local)
    union = max((_truth(part, at_local) for part in _parts(text)), default=truth)
    return truth if truth == union else PERHAPS


def _truth(parsed: OpeningHours, at_local: datetime) -> int:
    state, _ = parsed.state(at_local)
    return {State.OPEN: HOLDS, State.CLOSED: NEVER}.get(state, PERHAPS)


def next_change(text: str, at_local: datetime) -> datetime | None:
    """Return when the time next begins or ends after a naive local moment.

    None if not within :data:`HORIZON`; a time that never changes would be sought for ever.
    """
    parsed = _parsed(text)
    if parsed is None or _NEEDS_MORE_THAN_A_CLOCK.search(text):
        return None
    changes = (_next_change(one, at_local) for one in (parsed, *_parts(text)))
    return min((change for change in changes if change is not None), default=None)


def _next_change(parsed: OpeningHours, at_local: datetime) -> datetime | None:
    # Intervals that follow each other may be in one state.
    states = parsed.intervals(at_local, at_local + HORIZON)
    first = None
    for start, _, state, _ in states:
        if first is None:
            first = state
        elif state != first:
            return start
    return None


@lru_cache(maxsize=16384)
def _parts(text: str) -> tuple[OpeningHours, ...]:
    """Return the rules of a list one by one; none where one of them makes exceptions of the rest."""
    parts = [_parsed(part.strip()) for part in text.split(";") if part.strip()]
    known = tuple(part for part in parts if part is not None)
    whole = len(known) == len(parts) and not _EXCEPTION.search(text)
    return known if len(parts) > 1 and whole else ()


@lru_cache(maxsize=16384)
def _parsed(text: str) -> OpeningHours | None:
    return OpeningHours(text) if len(text) <= _LONGEST and validate(text) else None
