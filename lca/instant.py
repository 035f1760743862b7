"""Instants, half-open intervals and daily windows of local time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import UsageError

_EXAMPLE = "2026-11-21T08:00:00Z"
_LONGEST_ZONE_NAME = 64


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant and return it in UTC.

    A date alone means midnight UTC at its start. A time without an offset is refused, because
    the same digits are different moments in different places.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        msg = f"{text!r} is not a date and time."
        raise UsageError(msg, do_next=f"Write it as {_EXAMPLE}.") from None
    if moment.tzinfo is None:
        if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text.strip()):
            return moment.replace(tzinfo=UTC)
        msg = f"{text!r} has no offset from UTC."
        raise UsageError(msg, do_next=f"Write it as {_EXAMPLE} or with +02:00 at the end.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        msg = f"{text!r} lies outside the years 1 to 9999 in UTC."
        raise UsageError(msg, do_next=f"Write it as {_EXAMPLE}.") from None


def format_instant(moment: datetime) -> str:
    """Return an aware datetime as ISO 8601 in UTC, ``Z`` at the end, no needless fractions."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return re.sub(r"\.?0*\+00:00$", "Z", text) if "." in text else text.replace("+00:00", "Z")


def format_minute(moment: datetime) -> str:
    """Return an aware datetime for a sentence, as ``21 Nov 2026 08:00 UTC``, seconds cut off."""
    return f"{moment.astimezone(UTC):%d %b %Y %H:%M} UTC"


def format_local(moment: datetime, tz: tzinfo) -> str:
    """Return a moment by the clocks of a zone, as ``21 Nov 2026 05:00 -03:00 [08:00 UTC]``.

    The day in UTC is named where it is another one.
    """
    local, utc = moment.astimezone(tz), moment.astimezone(UTC)
    offset = f"{local:%z}"
    day = "" if local.date() == utc.date() else f"{utc:%d %b} "
    return f"{local:%d %b %Y %H:%M} {offset[:3]}:{offset[3:5]} [{day}{utc:%H:%M} UTC]"


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name."""
    try:
        # Cut: zoneinfo looks for a name of thousands of parts folder by folder, beyond the stack.
        return ZoneInfo(name[:_LONGEST_ZONE_NAME])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"{name!r} is not an IANA time zone."
        raise UsageError(msg, do_next="Write it as America/Santiago or Africa/Khartoum.") from None


def parse_local_time(text: str) -> time:
    """Read ``HH:MM`` as a local time of day."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?", text.strip())
    if not match:
        msg = f"{text!r} is not a time of day."
        raise UsageError(msg, do_next="Write it as 22:00.")
    return time(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class DailyWindow:
    """A window ``[start, end)`` of every local day; it spans midnight if end <= start.

    Equal start and end mean the whole day.
    """

    start: time
    end: time
    zone_name: str

    def holds(self, moment: datetime) -> bool:
        """Tell whether the window holds at an aware moment."""
        return self.holds_at(moment.astimezone(zone(self.zone_name)).time())

    def holds_at(self, local: time) -> bool:
        """Tell whether the window holds at a local time of day."""
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def next_edge(self, local: datetime) -> datetime:
        """Return the first start or end after a naive local moment."""
        edges = (
            datetime.combine(local.date() + timedelta(days=day), edge)
            for day in (0, 1)
            for edge in (self.start, self.end)
        )
        return min(edge for edge in edges if edge > local)

    def next_change(self, moment: datetime) -> datetime | None:
        """Return the first moment after ``moment`` when the window opens or closes, in UTC.

        A change of the clocks may open or close it too. None if it never changes.
        """
        return next_local_change(
            self.zone_name, moment, lambda local: int(self.holds_at(local.time())), self.next_edge
        )

    def text(self) -> str:
        """Return the window in words, as ``22:00–05:00 America/Santiago``."""
        return f"{self.start:%H:%M}–{self.end:%H:%M} {self.zone_name}"


HORIZON = timedelta(days=400)
"""How far ahead a change is looked for; a rule that never changes would be sought for ever."""

_LATEST = datetime(9999, 12, 1, tzinfo=UTC)
_LOOK_EVERY = timedelta(hours=6)
_SECOND = timedelta(seconds=1)


def next_local_change(
    zone_name: str,
    after: datetime,
    truth: Callable[[datetime], int],
    next_local: Callable[[datetime], datetime | None],
) -> datetime | None:
    """Return the first moment after ``after`` when a rule of local time changes, in UTC.

    Between two changes of a zone's clocks local time runs on evenly, so that the rule is followed
    there in local time, and asked again at each change of the clocks.

    Parameters
    ----------
    zone_name : str
        IANA time zone.
    after : datetime
        Aware.
    truth : callable
        What the rule says at a naive local moment.
    next_local : callable
        The first naive local moment after a given one at which that may differ, None if never.

    Returns
    -------
    datetime or None
        None if nothing changes within :data:`HORIZON`.
    """
    tz, at, now = zone(zone_name), after, truth(_naive(after, zone(zone_name)))
    limit = after + min(HORIZON, max(_LATEST - after, timedelta(0)))
    while at < limit:
        local = at.astimezone(tz)
        offset = local.utcoffset() or timedelta(0)
        change = next_local(local.replace(tzinfo=None, fold=0))
        by_rule = limit if change is None else (change - offset).replace(tzinfo=UTC)
        at = next_clock_change(zone_name, at, min(by_rule, limit)) or by_rule
        if at < limit and truth(_naive(at, tz)) != now:
            return at
    return None


def next_clock_change(zone_name: str, after: datetime, before: datetime) -> datetime | None:
    """Return the first moment within ``(after, before)`` when a zone's offset from UTC changes."""
    for year in range(after.astimezone(UTC).year, before.astimezone(UTC).year + 1):
        for change in _clock_changes(zone_name, year):
            if after < change < before:
                return change
    return None


def end_of_local_day(day: date, tz: tzinfo) -> datetime:
    """Return the first moment of the next local day, in UTC.

    Where the clocks skip midnight, that is the moment of the skip.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=tz).astimezone(UTC)
    before = midnight - _SECOND
    if before.astimezone(tz).date() > day:
        before -= timedelta(days=1)
    while midnight - before > _SECOND:
        middle = (before + (midnight - before) / 2).replace(microsecond=0)
        past = middle.astimezone(tz).date() > day
        before, midnight = (before, middle) if past else (middle, midnight)
    return midnight


@lru_cache(maxsize=4096)
def _clock_changes(zone_name: str, year: int) -> tuple[datetime, ...]:
    """Return the moments of a year of UTC when the zone's offset from UTC changes."""
    tz = zone(zone_name)
    found = []
    start = datetime(year, 1, 1, tzinfo=UTC)
    count = 366 * timedelta(days=1) // _LOOK_EVERY
    for low, high in pairwise(start + number * _LOOK_EVERY for number in range(count + 1)):
        if high.year > _LATEST.year - 1 or _offset(low, tz) == _offset(high, tz):
            continue
        before, after = low, high
        while after - before > _SECOND:
            middle = (before + (after - before) / 2).replace(microsecond=0)
            same = _offset(middle, tz) == _offset(low, tz)
            before, after = (middle, after) if same else (before, middle)
        if after.year == year:
            found.append(after)
    return tuple(found)


def _offset(moment: datetime, tz: tzinfo) -> timedelta | None:
    return moment.astimezone(tz).utcoffset()


def _naive(moment: datetime, tz: tzinfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None, fold=0)


def utc_now() -> datetime:
    """Return the system clock's time in UTC; everything else takes a clock as an argument."""
    return datetime.now(UTC)
