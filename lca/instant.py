"""Instants, half-open intervals and daily windows of local time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import UsageError

_EXAMPLE = "2026-11-21T08:00:00Z"


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


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name."""
    try:
        return ZoneInfo(name)
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
        local = moment.astimezone(zone(self.zone_name)).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def next_change(self, moment: datetime) -> datetime | None:
        """Return the first moment after ``moment`` when the window opens or closes, in UTC.

        A change of the clocks may open or close it too. None if it never changes.
        """
        tz = zone(self.zone_name)
        today = moment.astimezone(tz).date()
        days = [today + timedelta(days=offset) for offset in range(-1, 4)]
        candidates = {
            datetime.combine(day, edge, tzinfo=tz).replace(fold=fold).astimezone(UTC)
            for day in days
            for edge in (self.start, self.end)
            for fold in (0, 1)
        }
        candidates.update(_clock_changes(days, tz))
        return next(
            (
                edge
                for edge in sorted(candidates)
                if edge > moment and self.holds(edge) != self.holds(edge - _INSTANT_BEFORE)
            ),
            None,
        )

    def text(self) -> str:
        """Return the window in words, as ``22:00–05:00 America/Santiago``."""
        return f"{self.start:%H:%M}–{self.end:%H:%M} {self.zone_name}"


_INSTANT_BEFORE = timedelta(microseconds=1)


def _clock_changes(days: Sequence[date], tz: ZoneInfo) -> Iterator[datetime]:
    """Yield the moments within the days when the zone's offset from UTC changes."""
    midnights = [datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC) for day in days]
    for start, end in pairwise(midnights):
        before, after = start, end
        if before.astimezone(tz).utcoffset() == after.astimezone(tz).utcoffset():
            continue
        while after - before > timedelta(seconds=1):
            middle = (before + (after - before) / 2).replace(microsecond=0)
            same = middle.astimezone(tz).utcoffset() == start.astimezone(tz).utcoffset()
            before, after = (middle, after) if same else (before, middle)
        yield after


def utc_now() -> datetime:
    """Return the system clock's time in UTC; everything else takes a clock as an argument."""
    return datetime.now(UTC)
