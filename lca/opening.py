"""Opening hours turned round: the times at which a facility is closed, in the same grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from .timerule import HOLDS, NEVER, PERHAPS, is_time, time_truth

_CLOSED = re.compile(r"\s*\b(?:off|closed)\b\s*$", re.IGNORECASE)
_RULES = re.compile(r";|(?<=\d),\s*(?=[A-Z])")
"""A semicolon, or a comma before another day, begins a rule."""
_PROBED_FROM = datetime(2026, 1, 5)  # noqa: DTZ001 - a naive local Monday; any year would do
_PROBES = tuple(_PROBED_FROM + timedelta(minutes=30 * step) for step in range(7 * 48)) + tuple(
    _PROBED_FROM + timedelta(days=7 * week, hours=hour)
    for week in range(53)
    for hour in (3, 12, 20)
)
"""Half an hour by half an hour through one week, and three hours of one day of each week of a year."""


@dataclass(frozen=True, slots=True)
class Closing:
    """When a facility is closed; ``rule`` is None if it never is, or if nobody can say when.

    ``doubt`` says in words what of the opening hours cannot be told, None if all can.
    """

    rule: str | None
    doubt: str | None = None


@lru_cache(maxsize=4096)
def closing_of(opening_hours: str) -> Closing:
    """Return when a facility with these hours (OSM's grammar) is closed.

    The turned rule is checked against the hours moment by moment, so that no subtlety of the
    grammar can open a gate at night. Where the hours may be read in two ways the longer opening is
    kept and the doubt is told: what is doubtful conditions (rule of truth 2).
    """
    if not is_time(opening_hours):
        return Closing(None, f"its hours {opening_hours!r} cannot be read")
    truths = {moment: time_truth(opening_hours, moment) for moment in _PROBES}
    if all(truth == PERHAPS for truth in truths.values()):
        return Closing(None, f"its hours {opening_hours!r} cannot be told from a clock")
    unclear = f"its hours {opening_hours!r} may be read in two ways"
    doubt = unclear if PERHAPS in truths.values() else None
    if NEVER not in truths.values():
        return Closing(None, doubt)
    turned = _turned(opening_hours)
    if not is_time(turned):
        return Closing(None, f"its hours {opening_hours!r} cannot be turned into closing times")
    for moment, truth in truths.items():
        if truth != PERHAPS and time_truth(turned, moment) != {HOLDS: NEVER, NEVER: HOLDS}[truth]:
            return Closing(None, f"its hours {opening_hours!r} cannot be turned into closing times")
    return Closing(turned, doubt)


def _turned(opening_hours: str) -> str:
    """Return always, but for each rule's times, with later rules over earlier ones as they were."""
    rules = ["24/7"]
    for rule in filter(None, map(str.strip, _RULES.split(opening_hours))):
        days = _CLOSED.sub("", rule)
        rules.append(f"{rule} off" if days == rule else f"{days} 00:00-24:00")
    return "; ".join(rules)
