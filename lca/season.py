"""Seasons of an operation: in which local months they hold, and what roads are like in them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from .contradictions import wrong_zone
from .errors import InvalidInput
from .provenance import Provenance
from .record import described, from_row
from .recurrence import Recurrence, month_words
from .timerule import HOLDS
from .vocab import Practicability

SURFACE_GROUPS = ("paved", "gravel", "dirt")
"""The groups of surfaces for which a season may state figures of its own."""

_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Season(Provenance):
    """A season that comes every year, whole months of local time.

    A figure that is not stated is not known: the speed model's factor of that season counts, and
    nothing is capped.
    """

    id: str = described("Id")
    name: str = described("Name")
    season: str = described("Season (rainy, dry, flood)")
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    month_from: int = described("First month (1-12)")
    month_to: int = described("Last month (1-12)")
    time_zone: str | None = described("Time zone (IANA)", default=None)
    speed_factor_paved: float | None = described("Speed factor on paved roads (0-1)", default=None)
    speed_factor_gravel: float | None = described("Speed factor on gravel (0-1)", default=None)
    speed_factor_dirt: float | None = described("Speed factor on dirt (0-1)", default=None)
    cap_paved: Practicability | None = described(
        "Largest class that passes on paved roads (UNSDI-T 1-6)", default=None
    )
    cap_gravel: Practicability | None = described(
        "Largest class that passes on gravel (UNSDI-T 1-6)", default=None
    )
    cap_dirt: Practicability | None = described(
        "Largest class that passes on dirt (UNSDI-T 1-6)", default=None
    )
    basis: str | None = described("What the figures rest on", default=None)

    def __post_init__(self) -> None:
        for name in ("month_from", "month_to"):
            month = getattr(self, name)
            if not 1 <= month <= _MONTHS_OF_A_YEAR:
                raise InvalidInput(
                    f"{name} {month} is no month.",
                    where=self.id,
                    do_next="Write 1 for January to 12 for December.",
                )
        for group in SURFACE_GROUPS:
            factor = getattr(self, f"speed_factor_{group}")
            if factor is not None and not 0 < factor <= 1:
                raise InvalidInput(
                    f"speed_factor_{group} {factor} is outside 0-1.",
                    where=self.id,
                    do_next="Write 0.33 for a third of the speed in the dry.",
                )
        for what, do_next in wrong_zone(self.time_zone):
            raise InvalidInput(what, where=self.id, do_next=do_next)

    @property
    def months(self) -> tuple[int, ...]:
        """The months in which it holds, in their order; ``month_to`` may lie in the next year."""
        count = (self.month_to - self.month_from) % _MONTHS_OF_A_YEAR + 1
        first = self.month_from - 1
        return tuple((first + step) % _MONTHS_OF_A_YEAR + 1 for step in range(count))

    @property
    def factors(self) -> Mapping[str, float]:
        """Share of the speed in the dry by surface group, where it is stated."""
        stated = {group: getattr(self, f"speed_factor_{group}") for group in SURFACE_GROUPS}
        return {group: factor for group, factor in stated.items() if factor is not None}

    @property
    def caps(self) -> Mapping[str, Practicability]:
        """The largest class of vehicle that passes, by surface group, where it is stated."""
        stated = {group: getattr(self, f"cap_{group}") for group in SURFACE_GROUPS}
        return {group: cap for group, cap in stated.items() if cap}

    def holds(self, at: datetime, zone_name: str) -> bool:
        """Tell whether it holds at a moment; ``zone_name`` counts where it states no zone."""
        return self._recurrence(zone_name).truth(at) == HOLDS

    def next_change(self, after: datetime, zone_name: str) -> datetime | None:
        """Return when it next begins or ends, in UTC; None if it lasts all year."""
        return self._recurrence(zone_name).next_change(after)

    def text(self) -> str:
        """Return it in words, as ``rainy season, May–October``."""
        return f"{self.name}, {month_words(self.months)}"

    def _recurrence(self, zone_name: str) -> Recurrence:
        return Recurrence(self.time_zone or zone_name, months=self.months)


@lru_cache(maxsize=1)
def known_seasons() -> tuple[Season, ...]:
    """Return the seasons that the product ships, each with its source; most countries have none."""
    table = resources.files("data").joinpath("reference", "seasons.csv")
    with table.open(encoding="utf-8") as stream:
        return tuple(from_row(Season, row) for row in csv.DictReader(stream))


def seasons_of(iso3: str) -> tuple[Season, ...]:
    """Return the shipped seasons of a country, ISO 3166-1 alpha-3."""
    return tuple(season for season in known_seasons() if season.iso3 == iso3.upper())
