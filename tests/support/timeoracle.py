"""An oracle of local time: what clocks show at every second of a span, and what rules say then.

Written from the meaning of the fields, with nothing of ``lca``'s judgement: the offset of a zone
is asked of ``zoneinfo`` at every minute of UTC, and at every second of a minute within which it
changes; the rules are then read off arrays.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400
NOT_YET, PAUSED, HOLDS, LAPSED_CLOSED, LAPSED = range(5)
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

ZONES = (
    *("Africa/Khartoum", "Africa/Juba", "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia"),
    *("Africa/Lagos", "America/Santiago", "America/Port-au-Prince", "America/Havana"),
    *("America/St_Johns", "America/Caracas", "America/New_York", "America/Asuncion"),
    *("Asia/Kathmandu", "Asia/Kabul", "Asia/Gaza", "Asia/Beirut", "Asia/Tehran", "Asia/Kolkata"),
    *("Asia/Yangon", "Asia/Manila", "Australia/Lord_Howe", "Australia/Eucla", "Europe/Kyiv"),
    *("Europe/London", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati"),
    *("Antarctica/Troll", "UTC"),
)
"""Half hours, quarters and two hours of change, ends of summer at midnight, a day that was skipped."""

ALWAYS = ("1904-02-28", "2024-02-28", "2100-02-28", "2026-10-31", "2026-12-31")
"""A leap day, one of 1904 (when many zones kept local mean time), one that is none, ends of months."""


@dataclass(frozen=True)
class Span:
    """Every second of UTC from ``start`` on."""

    zone: str
    start: datetime
    seconds: int

    @property
    def end(self) -> datetime:
        """The first moment after the span."""
        return self.start + timedelta(seconds=self.seconds)

    @cached_property
    def local_s(self) -> NDArray[np.int64]:
        """Seconds since 1970 that local clocks and calendars show, for each second of the span."""
        tz = ZoneInfo(self.zone)
        minutes = [self._offset(tz, second) for second in range(0, self.seconds + 1, 60)]
        offset = np.repeat(np.array(minutes[:-1], np.int64), 60)
        for number in np.flatnonzero(np.diff(minutes)).tolist():
            first = number * 60
            offset[first : first + 60] = [self._offset(tz, first + i) for i in range(60)]
        begin = (self.start - EPOCH) // timedelta(seconds=1)
        return begin + np.arange(self.seconds) + offset

    def _offset(self, tz: ZoneInfo, second: int) -> int:
        offset = (self.start + timedelta(seconds=second)).astimezone(tz).utcoffset()
        assert offset is not None
        return offset // timedelta(seconds=1)

    @cached_property
    def second_of_day(self) -> NDArray[np.int64]:
        """Of local clocks."""
        return self.local_s % DAY_S

    @cached_property
    def weekday(self) -> NDArray[np.int64]:
        """Of local calendars, Monday 0; the first of January 1970 was a Thursday."""
        return (self.local_s // DAY_S + 3) % 7

    @cached_property
    def month(self) -> NDArray[np.int64]:
        """Of local calendars, 1-12."""
        months = self.local_s.astype("datetime64[s]").astype("datetime64[M]")
        return months.astype(np.int64) % 12 + 1

    def index(self, moment: datetime) -> int:
        """Return the second of the span that a moment is."""
        return (moment - self.start) // timedelta(seconds=1)


@dataclass(frozen=True)
class Rule:
    """Hours of a day, days with hours, months, and from when to when; None for not given."""

    daily: tuple[int, int] | None
    days: frozenset[int] | None
    hours: tuple[int, int] | None
    months: tuple[int, ...] | None
    valid_from: datetime | None
    valid_to: datetime | None

    @classmethod
    def drawn(cls, random_: random.Random, span: Span) -> Rule:
        """Draw one that changes within the span more often than not."""
        kinds = random_.choice(("daily", "daily", "days", "days", "months", "daily months", "all"))
        month = span.start.month
        seasons = [(month,), (month % 12 + 1,), tuple({month, (month + 9) % 12 + 1}), (8, 9, 10)]
        dates = sorted(
            span.start + timedelta(seconds=random_.randrange(span.seconds)) for _ in range(2)
        )
        given = random_.choice((None, None, "from", "to", "both"))
        return cls(
            _hours(random_) if "daily" in kinds or kinds == "all" else None,
            frozenset(random_.sample(range(7), random_.randint(1, 7)))
            if kinds in {"days", "all"}
            else None,
            _hours(random_) if kinds in {"days", "all"} else None,
            random_.choice(seasons) if "months" in kinds or kinds == "all" else None,
            dates[0] if given in {"from", "both"} else None,
            dates[1] if given in {"to", "both"} and dates[0] < dates[1] else None,
        )

    def fields(self, zone: str) -> dict[str, Any]:
        """Return the rule as a constraint states it."""
        found: dict[str, Any] = {"time_zone": zone, "season_months": self.months}
        if self.daily is not None:
            found["daily_from"], found["daily_to"] = map(_clock, self.daily)
        if self.days is not None and self.hours is not None:
            days = ",".join(DAYS[day] for day in sorted(self.days))
            found["time_rule"] = f"{days} {'-'.join(map(_clock, self.hours))}"
        return {**found, "valid_from": self.valid_from, "valid_to": self.valid_to}

    def open(self, span: Span) -> NDArray[np.bool_]:
        """Tell for each second whether all rules of local time hold."""
        holds = np.ones(span.seconds, np.bool_)
        clock = span.second_of_day
        if self.daily is not None:
            start, end = self.daily
            after, before = clock >= start, clock < end
            holds &= (after & before) if start < end else (after | before)
        if self.days is not None and self.hours is not None:
            start, end = self.hours
            chosen = np.array([day in self.days for day in range(7)])
            begun = chosen[span.weekday]
            # What begins in the evening and ends in the morning belongs to the day it began.
            yesterday = chosen[span.weekday - 1]
            if start < end:
                holds &= begun & (clock >= start) & (clock < end)
            else:
                holds &= (begun & (clock >= start)) | (yesterday & (clock < end))
        if self.months is not None:
            holds &= np.array([month in self.months for month in range(13)])[span.month]
        return holds

    def states(
        self, span: Span, is_open: NDArray[np.bool_], *, until_lapsed: bool = True
    ) -> NDArray[np.int8]:
        """Return what a closure with this rule is at each second; it has been confirmed by nobody.

        ``is_open`` is what :meth:`open` says. Without ``until_lapsed`` a ``valid_to`` within the
        span lifts nothing.
        """
        states = np.where(is_open, np.int8(HOLDS), np.int8(PAUSED))
        if self.valid_to is not None and until_lapsed:
            lapsed = slice(span.index(self.valid_to), None)
            states[lapsed] = np.where(states[lapsed] == HOLDS, LAPSED, LAPSED_CLOSED)
        if self.valid_from is not None:
            states[: span.index(self.valid_from)] = NOT_YET
        return states


def spans_of(zone: str, *, days: int = 2) -> list[Span]:
    """Return spans around each change of a zone's clocks in 2026 and 2011, and the usual ones."""
    changes = [change for year in (2026, 2011) for change in _clock_changes(zone, year)][:3]
    starts = [change - timedelta(hours=30) for change in changes]
    starts += [datetime.fromisoformat(day).replace(hour=6, tzinfo=UTC) for day in ALWAYS]
    starts += [datetime(2026, 6, 17 + number, 3, tzinfo=UTC) for number in range(8 - len(starts))]
    return [Span(zone, start, days * DAY_S) for start in starts]


def _clock_changes(zone: str, year: int) -> list[datetime]:
    """Return the hours of a year within which a zone's offset changes."""
    tz, first = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=number) for number in range(366 * 24)]
    offsets = [hour.astimezone(tz).utcoffset() for hour in hours]
    return [hours[i] for i in range(1, len(hours)) if offsets[i] != offsets[i - 1]]


def _hours(random_: random.Random) -> tuple[int, int]:
    """Draw two different minutes of a day, often those at which clocks are changed."""
    common = [0, 1, 59, 60, 90, 120, 150, 165, 180, 300, 1320, 1380, 1439]
    start, end = random_.choice(common), random_.randrange(1440)
    if random_.random() < 0.5:
        start, end = end, start
    return (start * 60, (end if end != start else (end + 60) % 1440) * 60)


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"
