"""The oracle's third page: the earliest arrival, by trying every moment at which anything changes.

The definition of time (decision 0014): driving and its rest are the clock, a stretch is entered at
some moment and must be open for as long as it takes, what it takes is what is in force when it is
entered, and a vehicle may wait at a place before it enters. So the earliest arrival over a
stretch is found among the arrival at its place and every later change.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from .oracle_places import Board, Placement, Stretch, Unclear
from .oracle_rules import Course, Does

REST = 1.25
"""Wall clock for each moment of driving: a quarter of rest (LCA's travel-time model)."""
LONGEST = timedelta(milliseconds=(2**31 - 1) * REST)
"""No way takes longer: the engines count no further (decision 0009)."""


@dataclass(frozen=True)
class End:
    """A place on the roads: a letter, or a fraction of a link from its first letter."""

    ends: str
    fraction: float = 0.0

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter."""
        return len(self.ends) == 1


@dataclass(frozen=True)
class Drive:
    """A part of one step, as it is driven."""

    step: str
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Entry:
    """When a drive is entered and when it is over."""

    drive: Drive
    enters: datetime
    leaves: datetime


@dataclass(frozen=True)
class Reported:
    """One constraint of a case: its id, where it lies, and what it does when."""

    id: str
    placement: Placement
    course: Course


class World:
    """A board under reports, for one vehicle and one departure.

    ``driving_ms`` holds for each step that may legally be driven its time without constraints.
    With ``day`` nobody moves outside these hours (UTC): who is on a road then stands on it.
    """

    def __init__(
        self,
        board: Board,
        driving_ms: Mapping[str, int],
        reports: Sequence[Reported],
        departure: datetime,
        slack_ms: int = 0,
        day: tuple[str, str] | None = None,
    ) -> None:
        self.day = day
        self.board = board
        self.driving_ms = driving_ms
        self.reports = reports
        self.departure = departure
        self.slack_ms = slack_ms
        self._on: dict[str, list[tuple[Reported, Stretch]]] = {}
        for report in reports:
            for stretch in report.placement.stretches:
                self._on.setdefault(stretch.step, []).append((report, stretch))
        self.ends = self.moved(departure, LONGEST)

    def awake(self, at: datetime) -> datetime:
        """Return from when on who is ready at a moment may move."""
        if self.day is None:
            return at
        opens, closes = self._hours(at)
        if at >= closes:
            return self._hours(at + timedelta(days=1))[0]
        return max(at, opens)

    def moved(self, start: datetime, takes: timedelta) -> datetime:
        """Return when something is over that takes so long and stands still at night."""
        at, left = self.awake(start), takes
        while self.day is not None and left > self._hours(at)[1] - at:
            left -= self._hours(at)[1] - at
            at = self.awake(self._hours(at)[1])
        return at + left

    def _hours(self, at: datetime) -> tuple[datetime, datetime]:
        assert self.day is not None
        opens, closes = (
            datetime.combine(at.date(), time.fromisoformat(text), at.tzinfo) for text in self.day
        )
        return opens, closes

    def on(self, drive: Drive) -> list[tuple[Reported, Stretch]]:
        """Return what lies on a drive."""
        found = self._on.get(drive.step, [])
        return [one for one in found if one[1].touches(drive.low, drive.high)]

    def blockers(self, drive: Drive, start: datetime, end: datetime) -> set[str]:
        """Return who closes any of a drive at any moment of ``[start, end)``."""
        return {one.id for one, _ in self.on(drive) if one.course.blocks_in(start, end)}

    def takes(self, drive: Drive, at: datetime) -> timedelta:
        """Return what a drive takes on the clock if it is entered at a moment."""
        acting = [
            (one, stretch, one.course.at(at))
            for one, stretch in self.on(drive)
            if one.course.at(at).does > Does.NOTHING
        ]
        moving_ms = 0.0
        cuts = {drive.low, drive.high}
        cuts |= {edge for _, where, _ in acting for edge in (where.low, where.high)}
        inside = sorted(cut for cut in cuts if drive.low <= cut <= drive.high)
        for low, high in itertools.pairwise(inside):
            middle = (low + high) / 2
            factors = [
                does.speed_factor for _, where, does in acting if where.touches(middle, middle)
            ]
            moving_ms += self.driving_ms[drive.step] * (high - low) / min(factors, default=1.0)
        delays = [does.delay_s * self._share(one, where, drive) for one, where, does in acting]
        slack_ms = self.slack_ms if drive.high > drive.low else 0
        wall_ms = max(0.0, moving_ms + slack_ms) * REST + max(delays, default=0.0) * 1000
        return timedelta(milliseconds=wall_ms)

    def _share(self, report: Reported, where: Stretch, drive: Drive) -> float:
        """Return which part of a report's delay is met on a drive: the part of its length."""
        if where.high == where.low or not report.course.item.delay_min:
            return 1.0
        if drive.low > where.low or drive.high < where.high:
            raise Unclear  # which share of a delay a part of it costs, no rule says
        driven_m = where.driven(drive.low, drive.high) * self.board.length_m(where.step)
        return driven_m / report.placement.length_m

    def enter(self, drive: Drive, ready: datetime) -> Entry | None:
        """Return the entry with the earliest end for who stands before a drive."""
        later = {
            change
            for one, _ in self.on(drive)
            for change in one.course.changes
            if ready < change < self.ends
        }
        best: Entry | None = None
        for moment in map(self.awake, (ready, *sorted(later))):
            if best is not None and moment >= best.leaves:
                break
            over = self.moved(moment, self.takes(drive, moment))
            if self.blockers(drive, moment, over) or over > self.ends:
                continue
            if best is None or over < best.leaves:
                best = Entry(drive, moment, over)
        return best

    def drives_from(self, place: str, origin: End, destination: End) -> Iterator[tuple[str, Drive]]:
        """Yield the drives that start at a place, with where each leads."""
        here, there = "<origin>", "<destination>"
        if place == here:
            yield from self._leaving(origin)
            if not destination.is_letter and origin.ends == destination.ends:
                low, high = origin.fraction, destination.fraction
                step = origin.ends if low <= high else origin.ends[::-1]
                if step in self.driving_ms:
                    low, high = (low, high) if low <= high else (1 - low, 1 - high)
                    yield there, Drive(step, low, high)
            return
        for step in self.driving_ms:
            if step[0] == place:
                yield step[1], Drive(step)
        if destination.is_letter:
            if place == destination.ends:
                yield there, Drive("", 0.0, 0.0)
        elif place in destination.ends:
            forward = place == destination.ends[0]
            step = destination.ends if forward else destination.ends[::-1]
            if step in self.driving_ms:
                far = destination.fraction if forward else 1 - destination.fraction
                yield there, Drive(step, 0.0, far)

    def _leaving(self, origin: End) -> Iterator[tuple[str, Drive]]:
        if origin.is_letter:
            yield origin.ends, Drive("", 0.0, 0.0)
            return
        for step, start in (
            (origin.ends, origin.fraction),
            (origin.ends[::-1], 1 - origin.fraction),
        ):
            if step in self.driving_ms:
                yield step[1], Drive(step, start, 1.0)

    def earliest(self, origin: End, destination: End) -> list[Entry] | None:
        """Return the entries of a way that arrives first, None if there is no way.

        Dijkstra's search over places, by the clock: who arrives earlier may always wait.
        """
        here, there = "<origin>", "<destination>"
        seen: dict[str, datetime] = {here: self.departure}
        came: dict[str, tuple[str, Entry]] = {}
        queue = [(self.departure, here)]
        while queue:
            ready, place = heapq.heappop(queue)
            if ready > seen[place]:
                continue
            if place == there:
                return _unwound(came, there)
            for onward, drive in self.drives_from(place, origin, destination):
                entry = self.enter(drive, ready) if drive.step else Entry(drive, ready, ready)
                if entry and (onward not in seen or entry.leaves < seen[onward]):
                    seen[onward] = entry.leaves
                    came[onward] = (place, entry)
                    heapq.heappush(queue, (entry.leaves, onward))
        return None

    def replay(self, drives: Sequence[Drive]) -> list[Entry] | None:
        """Return the entries of a given way when each drive is entered so as to be over first."""
        ready, entries = self.departure, []
        for drive in drives:
            entry = self.enter(drive, ready)
            if entry is None:
                return None
            entries.append(entry)
            ready = entry.leaves
        return entries

    def without(self, ids: Collection[str]) -> World:
        """Return the world in which some reports were never made."""
        left = [one for one in self.reports if one.id not in ids]
        return World(self.board, self.driving_ms, left, self.departure, self.slack_ms, self.day)

    def slower(self, slack_ms: int) -> World:
        """Return the world in which every drive takes some more milliseconds."""
        return World(self.board, self.driving_ms, self.reports, self.departure, slack_ms, self.day)


def _unwound(came: Mapping[str, tuple[str, Entry]], place: str) -> list[Entry]:
    entries: list[Entry] = []
    while place in came:
        place, entry = came[place]
        entries.append(entry)
    return [entry for entry in reversed(entries) if entry.drive.step]
