"""The seasons that hold at a moment, as far as they change speeds and what roads carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from lca.season import Season

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "paved": ("paved", "stone", "deck"),
    "gravel": ("gravel",),
    "dirt": ("dirt", "sand", "mud", "grass"),
}
"""Surface groups of a season's record -> those of the speed tables that are like it."""

_Figure = TypeVar("_Figure", bound=float)


@dataclass(frozen=True, slots=True, order=True)
class ActiveSeason:
    """One season that holds, and its own figures by surface group.

    Attributes
    ----------
    name : str
        ``rainy``, ``dry``, …; the speed model's factors of that name count where the season
        states none of its own.
    factors : tuple of (surface group, factor)
        What the speed in the dry is multiplied by, above 0 and at most 1; ascending.
    caps : tuple of (surface group, rank)
        UNSDI-T practicability of the largest vehicle that gets through; ascending.
    """

    name: str
    factors: tuple[tuple[str, float], ...] = ()
    caps: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_record(cls, record: Season) -> ActiveSeason:
        """Make one of a record of the operation's calendar, whenever that holds."""
        return cls.of(record.season, _spread(record.factors), _spread(record.caps))

    @classmethod
    def of(
        cls,
        name: str,
        factors: Mapping[str, float] | None = None,
        caps: Mapping[str, int] | None = None,
    ) -> ActiveSeason:
        """Make one of mappings from surface group to factor and to rank."""
        return cls(
            name,
            tuple(sorted((group, float(factor)) for group, factor in (factors or {}).items())),
            tuple(sorted((group, int(rank)) for group, rank in (caps or {}).items())),
        )


@dataclass(frozen=True, slots=True)
class SeasonState:
    """Every season that holds, ascending; none means roads as they are in the dry.

    Of several the lowest factor and the lowest cap count for each surface group. Two states with
    the same seasons are equal, so that metrics are shared.
    """

    seasons: tuple[ActiveSeason, ...] = ()

    @classmethod
    def of(cls, seasons: Iterable[ActiveSeason]) -> SeasonState:
        """Make a state of seasons in any order."""
        return cls(tuple(sorted(set(seasons))))

    @classmethod
    def at(cls, records: Iterable[Season], moment: datetime, zone_name: str) -> SeasonState:
        """Return what holds of a calendar at a moment; ``zone_name`` where a record has no zone."""
        holding = (one for one in records if one.holds(moment, zone_name))
        return cls.of(ActiveSeason.of_record(one) for one in holding)

    def joined(self, other: SeasonState) -> SeasonState:
        """Return the state in which the seasons of both hold: the slower of the two everywhere."""
        return SeasonState.of((*self.seasons, *other.seasons))

    def caps(self) -> Mapping[str, tuple[int, str]]:
        """Return the lowest cap by surface group, with the name of the season that sets it."""
        found: dict[str, tuple[int, str]] = {}
        for season in self.seasons:
            for group, rank in season.caps:
                found[group] = min(found.get(group, (rank, season.name)), (rank, season.name))
        return found


def _spread(stated: Mapping[str, _Figure]) -> dict[str, _Figure]:
    """Return the figures of a record's surface groups for all groups that are like them."""
    return {group: figure for family, figure in stated.items() for group in FAMILIES[family]}


NO_SEASON = SeasonState()
"""Roads as they are in the dry."""
