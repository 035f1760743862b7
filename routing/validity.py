"""Until which departure an answer holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from lca.constraint import Standing

from .effects import Coverage, Placed
from .way import Visit, Way


def valid_until(
    coverage: Coverage, departure: datetime, way: Way | None, visits: Sequence[Visit]
) -> datetime | None:
    """Return the first later departure for which time alone may change the answer, if any.

    Whoever leaves later passes everything later, so a change counts a journey earlier: by the
    time to the arrival, and for what lies on the way (``visits``) by the time to it.
    """
    underway = timedelta(0) if way is None else way.arrival(departure) - departure
    found: list[datetime] = []
    for offset in {timedelta(0), underway}:
        change = coverage.timetable.next_change(departure + offset, since=departure)
        if change is not None:
            found.append(change - offset)
    if way is not None:
        for visit in visits:
            offsets = {moment - departure for moment in way.passing(visit, departure)}
            found += _changes(coverage.placed[visit.owner], departure, offsets)
    return min(found, default=None)


def _changes(item: Placed, departure: datetime, offsets: set[timedelta]) -> Iterator[datetime]:
    """Yield the departures for which something changes after one of the offsets."""
    if item.constraint.standing(departure) is Standing.ENDED:
        return
    for offset in offsets:
        change = item.constraint.next_change(departure + offset)
        if change is not None:
            yield change - offset
