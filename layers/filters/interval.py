"""Intervals of time as people ask about them: both bounds belong to them, each may be open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from lca.errors import UsageError
from lca.instant import parse_instant

_MILLISECOND = timedelta(milliseconds=1)
_OPEN = {"", ".."}


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval in UTC to the millisecond, as instants are stored; None is an open bound.

    Raises
    ------
    UsageError
        If it ends before it starts.
    """

    start: datetime | None
    end: datetime | None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise UsageError(
                "The interval ends before it starts.", do_next="Give the earlier bound first."
            )

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """Return the interval of one moment."""
        floored = floor_ms(moment)
        return cls(floored, floored)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an instant, a date (its whole day in UTC), or two bounds parted by ``/``.

        ``..`` or nothing leaves a bound open (OGC API - Features, 7.15.4).
        """
        parts = [part.strip() for part in text.split("/")]
        if len(parts) == 1 and parts[0] not in _OPEN:
            return cls(lower_bound(parts[0]), upper_bound(parts[0]))
        if len(parts) != 2 or set(parts) <= _OPEN:
            raise UsageError(
                f"{text!r} is neither an instant nor an interval.",
                do_next="Write 2026-11-21T08:00:00Z, 2026-11-21, or two of them parted by /, "
                "with .. for an open bound.",
            )
        return cls(lower_bound(parts[0]), upper_bound(parts[1]))


def lower_bound(text: str) -> datetime | None:
    """Return the first moment of an instant or a date; None for an open bound."""
    return None if text in _OPEN else floor_ms(parse_instant(text))


def upper_bound(text: str) -> datetime | None:
    """Return the last moment of an instant or a date; None for an open bound."""
    if text in _OPEN:
        return None
    return day(text).end if is_date(text) else floor_ms(parse_instant(text))


def day(text: str) -> Interval:
    """Return the whole day of a date, in UTC."""
    start = parse_instant(text)
    # Added in this order the last day of all does not leave the calendar.
    return Interval(start, start + (timedelta(days=1) - _MILLISECOND))


def is_date(text: str) -> bool:
    """Tell whether a text is a date without a time of day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def floor_ms(moment: datetime) -> datetime:
    """Return a moment in UTC as a version stores it: floored to the millisecond."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
