"""Until which departure an answer holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from lca.constraint import Standing

from .effects import Placed
from .way import Visit, Way


def valid_until(
    placed: Sequence[Placed], departure: datetime, way: Way | None, visits: Sequence[Visit]
) -> datetime | None:
    """Return the first later departure for which time alone may change the answer, if any.

    Whoever leaves later passes everything later, so a change counts a journey earlier: by the
    time to the arrival, and for what lies on the way (``visits``) by the time to it.
    """
    underway = timedelta(0) if way is None else way.arrival(departure) - departure
    offsets = {owner: {timedelta(0), underway} for owner in range(len(placed))}
    if way is not None:
        for visit in visits:
            passed = way.passing(visit, departure)
            offsets[visit.owner] |= {moment - departure for moment in passed}
    return min(
        (
            moment
            for owner, item in enumerate(placed)
            for moment in _changes(item, departure, offsets[owner])
        ),
        default=None,
    )


def _changes(item: Placed, departure: datetime, offsets: set[timedelta]) -> Iterator[datetime]:
    """Yield the departures for which something changes after one of the offsets."""
    if item.constraint.standing(departure) is Standing.ENDED:
        return
    for offset in offsets:
        change = item.constraint.next_change(departure + offset)
        if change is not None:
            yield change - offset
