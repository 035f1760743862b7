"""Rules of local time that come again: hours of the day, days of the week, months of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from .instant import DailyWindow, next_local_change, parse_local_time, zone
from .timerule import HOLDS, NEVER, next_change, time_truth

_MONTHS_OF_A_YEAR = 12
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When something holds again and again: only while each of the rules that are given holds.

    Attributes
    ----------
    zone_name : str
        IANA time zone of all of them.
    window : DailyWindow, optional
        Hours of every day.
    time_rule : str, optional
        OSM's opening-hours grammar; it holds while that says *open*.
    months : tuple of int
        Months of the local year, 1-12; empty for all.
    """

    zone_name: str
    window: DailyWindow | None = None
    time_rule: str | None = None
    months: tuple[int, ...] = ()

    def truth(self, moment: datetime) -> int:
        """Return NEVER, PERHAPS or HOLDS (:mod:`lca.timerule`) for an aware moment.

        PERHAPS is what a rule says that names the sun or holidays, or may be read in two ways.
        """
        return self._truth(moment.astimezone(zone(self.zone_name)).replace(tzinfo=None, fold=0))

    def next_change(self, after: datetime) -> datetime | None:
        """Return the first moment after ``after`` when :meth:`truth` changes, in UTC.

        None if it does not within :data:`lca.instant.HORIZON`.
        """
        return next_local_change(self.zone_name, after, self._truth, self._next_local)

    def text(self) -> str:
        """Return the rules in words, as ``daily 22:00–05:00, in August–October Africa/Juba``."""
        parts = []
        if self.window is not None:
            parts.append(f"daily {self.window.start:%H:%M}–{self.window.end:%H:%M}")
        if self.time_rule is not None:
            parts.append(self.time_rule)
        if self.months:
            parts.append(f"in {month_words(self.months)}")
        return f"{', '.join(parts)} {self.zone_name}"

    def _truth(self, local: datetime) -> int:
        return min(truth for truth, _ in self._judged(local))

    def _judged(self, local: datetime) -> list[tuple[int, str]]:
        """Return what each rule says at a local moment, with the rule's name."""
        found = []
        if self.window is not None:
            found.append((HOLDS if self.window.holds_at(local.time()) else NEVER, "window"))
        if self.months:
            found.append((HOLDS if local.month in self.months else NEVER, "months"))
        if self.time_rule is not None and all(truth != NEVER for truth, _ in found):
            # Not asked where another rule has closed it already: it is the slowest to ask.
            found.append((time_truth(self.time_rule, local), "time_rule"))
        return found

    def _next_local(self, local: datetime) -> datetime | None:
        judged = self._judged(local)
        closed = [name for truth, name in judged if truth == NEVER]
        if closed:
            # While one of them is closed nothing changes, so the last to change decides.
            changes = [self._next_of(name, local) for name in closed]
            return None if None in changes else max(change for change in changes if change)
        changes = [self._next_of(name, local) for _, name in judged]
        return min((change for change in changes if change is not None), default=None)

    def _next_of(self, name: str, local: datetime) -> datetime | None:
        if name == "window" and self.window is not None:
            return self.window.next_edge(local)
        if name == "months":
            return _next_month_edge(self.months, local)
        return next_change(self.time_rule, local) if self.time_rule is not None else None


@lru_cache(maxsize=4096)
def recurrence_of(
    daily_from: str | None,
    daily_to: str | None,
    time_rule: str | None,
    months: tuple[int, ...] | None,
    zone_name: str | None,
) -> Recurrence | None:
    """Return the rules that a record's fields state; None if they state none."""
    if zone_name is None:
        return None
    window = None
    if daily_from is not None and daily_to is not None:
        window = DailyWindow(parse_local_time(daily_from), parse_local_time(daily_to), zone_name)
    if window is None and time_rule is None and not months:
        return None
    return Recurrence(zone_name, window, time_rule, tuple(sorted(set(months or ()))))


def month_words(months: tuple[int, ...]) -> str:
    """Return months in words, as ``August–October`` or ``November–February, May``."""
    chosen = set(months)
    if len(chosen) == _MONTHS_OF_A_YEAR:
        return "every month"
    runs = []
    for first in sorted(chosen):
        if _before(first) in chosen:
            continue
        last = first
        while _after(last) in chosen:
            last = _after(last)
        name = _MONTH_NAMES[first - 1]
        runs.append(name if first == last else f"{name}–{_MONTH_NAMES[last - 1]}")
    return ", ".join(runs)


def _after(month: int) -> int:
    return month % _MONTHS_OF_A_YEAR + 1


def _before(month: int) -> int:
    return (month - 2) % _MONTHS_OF_A_YEAR + 1


def _next_month_edge(months: tuple[int, ...], local: datetime) -> datetime | None:
    """Return the first moment of the month in which the season next begins or ends."""
    year, month = local.year, local.month
    inside = month in months
    for _ in range(_MONTHS_OF_A_YEAR):
        year, month = year + month // _MONTHS_OF_A_YEAR, _after(month)
        if (month in months) != inside:
            return datetime(year, month, 1)  # noqa: DTZ001 - local
    return None
