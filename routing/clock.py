"""The clock of a journey: from driving milliseconds to the moment of day, and back (decision 0014).

Everything that a search counts is in *driving ms* since departure, in which rest is spread evenly:
one of them is 1.25 ms on the wall. While nobody drives, at night if the policy says so, it stands
still.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

REST_SHARE = 0.25
"""Rest as a share of the time moving: the rule of the logistics capacity assessments."""

_WALL_US = 1250
"""Microseconds on the wall of one driving millisecond, rest included."""
_MICROSECOND = timedelta(microseconds=1)
_NIGHTS = 800
"""As many nights as 24.8 days of driving can take where an hour a day is driven."""


@dataclass(frozen=True)
class Clock:
    """Maps driving ms since a departure to moments.

    Attributes
    ----------
    departure : datetime
        Aware.
    pauses : tuple of (datetime, datetime)
        Half-open intervals, ascending and apart, in which no vehicle moves; all end after the
        departure.
    """

    departure: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()

    @classmethod
    def by_day(cls, departure: datetime, zone: ZoneInfo, day_from: time, day_to: time) -> Clock:
        """Return the clock of a vehicle that moves only between two clock times of each day."""
        return cls(departure, tuple(_nights(departure, zone, day_from, day_to)))

    def tau_ms(self, moment: datetime, *, up: bool = False) -> int:
        """Return the driving ms until a moment, whole, rounded down or ``up``; never below 0."""
        elapsed = max(0, (moment - self.departure) // _MICROSECOND)
        begun = bisect_right(self._starts_us, elapsed)
        active = elapsed - self._before_us[begun]
        if begun:
            # Within a pause the clock shows its beginning.
            active += max(0, self._ends_us[begun - 1] - elapsed)
        return -(-active // _WALL_US) if up else active // _WALL_US

    def wall(self, tau_ms: float, *, late: bool = False) -> datetime:
        """Return the moment at which the clock shows some driving ms.

        Where it stands still there are many: the first, or with ``late`` the one when it goes on.
        """
        active = round(tau_ms * _WALL_US)
        passed = (bisect_right if late else bisect_left)(self._active_us, active)
        return self.departure + (active + self._before_us[passed]) * _MICROSECOND

    @cached_property
    def _starts_us(self) -> list[int]:
        return [max(0, (start - self.departure) // _MICROSECOND) for start, _ in self.pauses]

    @cached_property
    def _ends_us(self) -> list[int]:
        return [(end - self.departure) // _MICROSECOND for _, end in self.pauses]

    @cached_property
    def _before_us(self) -> list[int]:
        """Length of the first so many pauses together."""
        lengths = (end - start for start, end in zip(self._starts_us, self._ends_us, strict=True))
        return [0, *accumulate(lengths)]

    @cached_property
    def _active_us(self) -> list[int]:
        """What the clock shows in each pause."""
        return [
            start - before
            for start, before in zip(self._starts_us, self._before_us[:-1], strict=True)
        ]


def _nights(
    departure: datetime, zone: ZoneInfo, day_from: time, day_to: time
) -> Iterator[tuple[datetime, datetime]]:
    first = departure.astimezone(zone).date() - timedelta(days=1)
    for number in range(_NIGHTS):
        day = first + timedelta(days=number)
        start = datetime.combine(day, day_to, zone).astimezone(departure.tzinfo)
        end = datetime.combine(day + timedelta(days=1), day_from, zone)
        end = end.astimezone(departure.tzinfo)
        if end > departure and start < end:
            yield max(start, departure), end


def duration_words(hours: float) -> str:
    """Return a duration in minutes up to two hours, in hours beyond."""
    return f"{hours:.1f} h" if hours >= 2 else f"{round(hours * 60)} min"
