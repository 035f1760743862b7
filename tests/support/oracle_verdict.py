"""The oracle's fifth page: what an answer must say, and where one differs from it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

import shapely
from shapely.ops import substring

from lca.vehicle import vehicle_class
from lca.vocab import Verdict
from routing.answer import RouteAnswer
from routing.policy import Policy
from routing.question import Terms
from routing.speed import travel_time_ms

from .oracle_cases import BOARDS, Case
from .oracle_places import Board, Placement, Unclear
from .oracle_rules import DAYS_AHEAD, DAYS_AHEAD_BY_DAY, Course, Does
from .oracle_ways import Drive, End, Entry, Reported, World
from .story import Story

MS_AN_ARC = 2
"""Times are whole milliseconds an arc, rounded where the oracle does not."""


class Court:
    """Stories of every board, and what their answers are compared with."""

    def __init__(self, folder: Path, engine: str | None = "scipy") -> None:
        self._folder, self._engine = folder, engine
        self._stories: dict[str, Story] = {}
        self.asked = 0
        self.seen: Counter[str] = Counter()

    def differences(self, case: Case) -> Iterator[str]:
        """Yield what is wrong with the product's answers to a case."""
        outlook = self._story(case.board_name).planner.outlook(
            Terms(
                vehicle=case.vehicle,
                at=case.departure,
                what_if=tuple(report.item for report in case.reports),
                policy=Policy() if case.day is None else _by_day(*case.day),
            )
        )
        world = self.world(case)
        for origin, destination in case.journeys:
            places = [outlook.place(_text(case.board, end)) for end in (origin, destination)]
            answer = outlook.answer(*places)
            try:
                problems = list(judged(world, origin, destination, answer))
            except Unclear:
                continue
            self.asked += 1
            self.seen[answer.verdict.value] += 1
            for problem in problems:
                yield f"{_short(origin)}->{_short(destination)}: {problem}"

    def world(self, case: Case) -> World:
        """Return the oracle's world of a case."""
        days = DAYS_AHEAD if case.day is None else DAYS_AHEAD_BY_DAY
        reports = [
            Reported(
                report.item.id,
                report.placement,
                Course(report.item, case.vehicle, case.departure, days),
            )
            for report in case.reports
        ]
        weights = driving_ms(case.board_name, case.vehicle.code)
        return World(case.board, weights, reports, case.departure, day=case.day)

    def _story(self, name: str) -> Story:
        if name not in self._stories:
            folder = self._folder / name
            folder.mkdir(parents=True)
            self._stories[name] = Story(folder, BOARDS[name].map, engine=self._engine)
        return self._stories[name]


def _by_day(day_from: str, day_to: str) -> Policy:
    return Policy(night_driving=False, day_from=day_from, day_to=day_to)


@cache
def driving_ms(board_name: str, vehicle_code: str) -> dict[str, int]:
    """Return what each step takes that may be driven: no step against a one-way street may."""
    board = BOARDS[board_name]
    weights = travel_time_ms(board.map.network, vehicle_class(vehicle_code))
    return {
        step: int(weights[board.map.arc(step)])
        for link in board.links.values()
        for step, against in ((link.ends, "backward"), (link.ends[::-1], "forward"))
        if link.one_way != against
    }


def judged(world: World, origin: End, destination: End, answer: RouteAnswer) -> Iterator[str]:
    """Yield where an answer differs from what the oracle says."""
    best = world.earliest(origin, destination)
    if best is None:
        if answer.verdict is not Verdict.NOT_VIABLE:
            yield f"{answer.verdict} though every way is closed"
        else:
            yield from _blockers(world, origin, destination, answer)
        yield from _unapplied(world, answer, None)
        return
    if answer.verdict is Verdict.NOT_VIABLE or answer.way is None:
        yield f"{answer.verdict} though one may drive {_told(best)}"
        return
    drives = driven(world.board, answer)
    against = [drive.step for drive in drives if drive.step not in world.driving_ms]
    if against:
        yield f"drives {against} against a one-way street"
        return
    entries = world.replay(drives)
    if entries is None:
        yield f"drives over a closure: {[drive.step for drive in drives]}, not {_told(best)}"
        return
    yield from _times(world, origin, destination, answer, best)
    yield from _conditions(world, entries, answer)
    yield from _unapplied(world, answer, entries)


def _times(
    world: World, origin: End, destination: End, answer: RouteAnswer, best: Sequence[Entry]
) -> Iterator[str]:
    """Yield a difference in the arrival, but for what rounding to whole milliseconds makes."""
    assert answer.way is not None
    arrives = world.departure + timedelta(hours=answer.way.duration_h)
    slack_ms = MS_AN_ARC
    # Milliseconds may also decide whether a gate is still open, so ask who drives a little
    # faster and who drives a little slower: the answer lies between the two.
    sooner = world.slower(-slack_ms).earliest(origin, destination)
    later = world.slower(slack_ms).earliest(origin, destination)
    room = timedelta(milliseconds=slack_ms)
    if sooner is not None and arrives < _over(world, sooner) - room:
        yield f"arrives {arrives}, before {_told(best)}"
    if later is not None and arrives > _over(world, later) + room:
        yield f"arrives {arrives}, after {_told(best)}"


def _over(world: World, entries: Sequence[Entry]) -> object:
    return entries[-1].leaves if entries else world.departure


def driven(board: Board, answer: RouteAnswer) -> list[Drive]:
    """Return the drives of an answer's way."""
    assert answer.way is not None
    trip = answer.way.trip
    found = []
    for arc, low, high in zip(trip.arcs, trip.from_fraction, trip.to_fraction, strict=True):
        if arc < board.map.network.segment_arc_count and high > low:
            found.append(Drive(board.map.way_of([arc]), float(low), float(high)))
    return found


def _conditions(world: World, entries: Sequence[Entry], answer: RouteAnswer) -> Iterator[str]:
    """Yield conditions that are missing or too many, and a verdict that does not follow."""
    found = {note.id for note in answer.finding.conditions}
    noted = {note.id for note in answer.finding.notes}
    for one in world.reports:
        least, most = _does_on(world, one, entries)
        if least is Does.CONDITIONS and one.id not in found:
            yield f"{one.id} conditions the way and is not named"
        if least is Does.IS_NOTED and one.id not in noted | found:
            yield f"{one.id} lies on the way and is not noted"
        if most < Does.CONDITIONS and one.id in found:
            yield f"{one.id} is a condition though it is none"
    expected = Verdict.VIABLE_WITH_CONDITIONS if found else Verdict.VIABLE
    if answer.verdict is not expected:
        yield f"{answer.verdict} with the conditions {sorted(found)}"


def _does_on(world: World, one: Reported, entries: Sequence[Entry]) -> tuple[Does, Does]:
    """Return the least and the most that a report may be said to do to a way that is open.

    Where it changes while the vehicle drives the road that it lies on, or goes where it may lie,
    it may be said to act or not.
    """
    least, most = Does.NOTHING, Does.NOTHING
    on = [
        [item.does for item in one.course.during(entry.enters, entry.leaves)]
        for entry in entries
        if any(other is one for other, _ in world.on(entry.drive))
    ]
    if _within_doubt(world.board, one.placement, entries):
        end = entries[-1].leaves if entries else world.departure
        while_away = [item.does for item in one.course.during(world.departure, end)]
        on.append([min(does, Does.CONDITIONS) for does in while_away])
    for does in on:
        least, most = max(least, min(does)), max(most, *does)
    return least, most


def _within_doubt(board: Board, placement: Placement, entries: Sequence[Entry]) -> bool:
    if placement.anywhere:
        return True
    if placement.doubt is None:
        return False
    lines = [
        substring(line, entry.drive.low, entry.drive.high, normalized=True)
        for entry in entries
        for link in [board.link(entry.drive.step)]
        for line in [link.line if entry.drive.step == link.ends else link.line.reverse()]
    ]
    metres = float(shapely.MultiLineString(lines).distance(placement.doubt)) if lines else 0.0
    if not lines or abs(metres - placement.doubt_m) < board.blur_m * 2:
        raise Unclear
    return metres <= placement.doubt_m


def _unapplied(world: World, answer: RouteAnswer, entries: Sequence[Entry] | None) -> Iterator[str]:
    """Yield a report that stands and is on no road, and is not told."""
    told = {note.id for note in answer.finding.unapplied}
    for one in world.reports:
        stands = one.course.stands_at(world.departure)
        if stands and one.placement.unmatched and one.id not in told:
            yield f"{one.id} is on no road and is not told"
        if not one.placement.unmatched and one.id in told:
            yield f"{one.id} is on a road and is told as on none"


def _blockers(world: World, origin: End, destination: End, answer: RouteAnswer) -> Iterator[str]:
    """Yield blockers whose lifting opens no way, or that fewer would do instead of."""
    named = {note.id for note in answer.finding.blocked_by if note.kind == "constraint"}
    if world.without(named).earliest(origin, destination) is None:
        yield f"lifting {sorted(named)} opens no way"
        return
    closing = [one.id for one in world.reports if one.course.ever_blocks()]
    for count in range(1, min(len(named), 5)):
        for fewer in itertools.combinations(closing, count):
            if world.without(fewer).earliest(origin, destination) is not None:
                yield f"lifting {fewer} is enough, {sorted(named)} are named"
                return


def _text(board: Board, end: End) -> str:
    where = (
        board.map.place(end.ends) if end.is_letter else board.map.between(end.ends, end.fraction)
    )
    return f"lat={where.lat:.9f},lon={where.lon:.9f}"


def _short(end: End) -> str:
    return end.ends if end.is_letter else f"{end.ends}@{end.fraction}"


def _told(entries: Sequence[Entry]) -> str:
    steps = " ".join(f"{entry.drive.step}@{entry.enters:%d %H:%M:%S}" for entry in entries)
    return f"{steps} until {entries[-1].leaves:%d %H:%M:%S.%f}" if entries else "at once"
