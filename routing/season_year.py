"""Which seasons of an operation's calendar count for a journey, and when that changes.

The seasons that hold at departure count, and any that begins before the arrival counts beside
them from the start: the slower of the two on each road, and the lower of their caps (0014).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lca.season import Season

from .season_state import ActiveSeason, SeasonState


@dataclass(frozen=True, eq=False)
class SeasonYear:
    """A calendar as a journey from ``departure`` finds it, which ends before ``until``.

    ``zone_name`` is where a season states no time zone of its own.
    """

    seasons: tuple[Season, ...]
    zone_name: str
    departure: datetime
    until: datetime

    @cached_property
    def calendar(self) -> tuple[ActiveSeason, ...]:
        """Every season, whether or not it holds."""
        return tuple(ActiveSeason.of_record(season) for season in self.seasons)

    def state(self, until: datetime | None) -> SeasonState:
        """Return the seasons of the departure and those that begin up to a moment."""
        return SeasonState.of(ActiveSeason.of_record(one) for one in self._counting(until))

    def words(self, until: datetime | None) -> tuple[str, ...]:
        """Return the same seasons in words, in the order of the calendar."""
        return tuple(dict.fromkeys(season.text() for season in self._counting(until)))

    def next_start(self, after: datetime | None) -> datetime | None:
        """Return when the next season begins that does not count yet, None beyond the search."""
        starts = [start for start, _ in self._starts if start > (after or self.departure)]
        return min((start for start in starts if start < self.until), default=None)

    def next_departure(self, until: datetime | None, elapsed: timedelta | None) -> datetime | None:
        """Return the first later departure for which other seasons count.

        Another season holds at the departure then, or one begins before the arrival, ``elapsed``
        after it.
        """
        found = [change for change, _ in self._changes]
        if elapsed is not None:
            last = until or self.departure
            found += [start - elapsed for start, _ in self._starts if start > last]
        return max(self.departure, min(found)) if found else None

    def _counting(self, until: datetime | None) -> list[Season]:
        begun = {season.id for start, season in self._starts if until and start <= until}
        return [
            season
            for season in self.seasons
            if season.id in begun or season.holds(self.departure, self.zone_name)
        ]

    @cached_property
    def _changes(self) -> tuple[tuple[datetime, Season], ...]:
        """When each season next begins or ends."""
        return tuple(self._found_changes())

    @cached_property
    def _starts(self) -> tuple[tuple[datetime, Season], ...]:
        """When each season that does not hold at departure next begins."""
        return tuple(
            (change, season)
            for change, season in self._changes
            if not season.holds(self.departure, self.zone_name)
        )

    def _found_changes(self) -> Iterator[tuple[datetime, Season]]:
        for season in self.seasons:
            change = season.next_change(self.departure, self.zone_name)
            if change is not None:
                yield change, season
