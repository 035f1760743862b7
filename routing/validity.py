"""Until which departure an answer holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from lca.constraint import Standing

from .clock import REST_SHARE
from .effects import Coverage, Placed
from .engine.metric import INFINITE
from .localtime import LocalTime
from .passage import Passage
from .special_rows import next_change_on
from .way import Visit, Way


def valid_until(
    passage: Passage, coverage: Coverage, way: Way | None, visits: Sequence[Visit]
) -> datetime | None:
    """Return the first later departure for which time alone may change the answer, if any.

    Whoever leaves later passes everything later, so a change counts a journey earlier: by the
    time to the arrival, and for what lies on the way (``visits``) by the time to it. Of an answer
    with a wait, verdict, way and arrival hold: whoever leaves later waits less.
    """
    departure = passage.departure
    if way is not None and way.waits:
        return _until_later(passage, coverage, way, visits)
    found = [*_by_constraints(passage, coverage, way, visits), *_by_hours(passage, way)]
    if way is not None and way.slack_ms is not None:
        found.append(departure + timedelta(milliseconds=way.slack_ms * (1 + REST_SHARE)))
    if way is not None:
        found += [start - way.elapsed for start, _ in passage.clock.pauses[:1]]
    return max(departure, min(found)) if found else None


def _until_later(
    passage: Passage, coverage: Coverage, way: Way, visits: Sequence[Visit]
) -> datetime:
    """Return until which departure a vehicle that waits only waits less.

    It drives as before as far as the first wait, later by so much, and from there on at the same
    moments. A night it may not drive in finds it elsewhere, so nothing is promised before one.
    """
    departure, first = passage.departure, way.waits[0]
    if any(start < first.until for start, _ in passage.clock.pauses):
        return departure
    found = [departure + (first.until - first.start), *_by_hours(passage, way)]
    change = coverage.timetable.next_change(departure, since=departure)
    if change is not None:
        found.append(change)
    for visit in visits:
        start, end = way.passing(visit, departure)
        if start <= first.start:
            offsets = {start - departure, min(end, first.start) - departure}
            found += _changes(coverage.placed[visit.owner], departure, offsets)
    return max(departure, min(found))


def _by_constraints(
    passage: Passage, coverage: Coverage, way: Way | None, visits: Sequence[Visit]
) -> Iterator[datetime]:
    departure = passage.departure
    for offset in _offsets(passage, way):
        change = coverage.timetable.next_change(departure + offset, since=departure)
        if change is not None:
            yield change - offset
    if way is not None:
        for visit in visits:
            offsets = {moment - departure for moment in way.passing(visit, departure)}
            yield from _changes(coverage.placed[visit.owner], departure, offsets)


def _by_hours(passage: Passage, way: Way | None) -> Iterator[datetime]:
    """Yield the departures for which a rule of the road changes there and then, or on the way."""
    if passage.zone is None:
        return
    network, departure = passage.roads.network, passage.departure
    for offset in _offsets(passage, way):
        local = LocalTime(passage.zone, departure + offset)
        change = local.instant(passage.shelf.next_rule_change(network, local.naive))
        if change is not None:
            yield change - offset
    if way is None:
        return
    conditional = network.segments.texts["conditional"].codes[way.segments]
    for part in way.some_parts(np.flatnonzero(conditional >= 0)):
        for tau_ms in (part.start_ms, part.end_ms):
            moment = passage.clock.wall(tau_ms)
            local = LocalTime(passage.zone, moment)
            row = np.array([part.segment])
            change = local.instant(next_change_on(network.segments, row, local.naive))
            if change is not None:
                yield change - (moment - departure)


def _offsets(passage: Passage, way: Way | None) -> set[timedelta]:
    """Return how long after departure a change matters: at once, and by the end of the search."""
    last = passage.clock.wall(INFINITE) - passage.departure if way is None else way.elapsed
    return {timedelta(0), last}


def _changes(item: Placed, departure: datetime, offsets: set[timedelta]) -> Iterator[datetime]:
    """Yield the departures for which something changes after one of the offsets."""
    if item.constraint.standing(departure) is Standing.ENDED:
        return
    for offset in offsets:
        change = item.constraint.next_change(departure + offset)
        if change is not None:
            yield change - offset
