"""The tables from which the speed of a vehicle on a road follows: class, surface, season, state."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from lca.errors import InvalidInput

from .season_state import ActiveSeason, SeasonState

LIGHT, TRUCK = "light", "truck"
GROUPS = (LIGHT, TRUCK)
DRY, RAINY = "dry", "rainy"
"""Names of seasons; the dry is what class speeds are stated for."""
OTHER = "other"
"""The tables' row for a highway class that they do not name."""
ANY = "*"
"""The tables' row for every value of a tag that has none of its own."""
FORD = "ford"
"""What the season's factor of a ford is filed under, as if it were a surface."""

Row = Mapping[str, Any]
_Pairs = Mapping[tuple[str, str], float]


@dataclass(frozen=True, eq=False)
class SpeedModel:
    """Speeds by road class, surface, season, state and vehicle group; equal if their key is.

    The speed of a vehicle is that of its class, times the lowest of what surface, smoothness and
    track type leave of it in the dry, times what the season leaves on that surface, and the same
    of a ford. A class speed already allows for the surface that the class usually has: a tagged
    surface counts only as far as it is worse than that. A tag that is missing changes nothing.

    Attributes
    ----------
    class_kmh : mapping of (highway class, vehicle group)
    usual_surface : mapping of highway class to surface group
    dry : mapping of (surface group, vehicle group)
        Share of the speed on a paved road.
    seasons : mapping of (season, surface group, vehicle group)
        Share of the speed on the same surface in the dry.
    conditions : mapping of (tag, value, vehicle group)
        Share of the speed on a sound road of that class; value ``*`` is any other.
    """

    class_kmh: _Pairs
    usual_surface: Mapping[str, str]
    dry: _Pairs
    seasons: Mapping[tuple[str, str, str], float]
    conditions: Mapping[tuple[str, str, str], float]

    def __post_init__(self) -> None:
        """Refuse a figure that would stop or speed up a road."""
        for kmh in self.class_kmh.values():
            _check(kmh, math.inf, "A class speed", "km/h")
        for table in (self.dry, self.seasons, self.conditions):
            for factor in table.values():
                _check(factor, 1.0, "A speed factor", "")
        if any((OTHER, group) not in self.class_kmh for group in GROUPS):
            raise InvalidInput(
                "The class speeds have no row 'other' for each of light and truck.",
                do_next="Add it: it holds for every class that the table does not name.",
            )

    @classmethod
    def of_rows(cls, tables: Mapping[str, Iterable[Row]]) -> SpeedModel:
        """Make a model of an operation's tables by name (:data:`TABLES`).

        The columns are those of ``data/reference``; where an operation's table has no row the
        reference table's holds.
        """
        rows = {name: [*_rows_of_file(name), *tables.get(name, ())] for name in TABLES}
        return cls(
            {(row["highway"], row["group"]): float(row["speed_kmh"]) for row in rows["speeds"]},
            {row["highway"]: row["surface_group"] for row in rows["surfaces_by_class"]},
            {
                (row["surface_group"], row["group"]): float(row["factor"])
                for row in rows["speeds_by_surface"]
            },
            {
                (row["season"], row["surface_group"], row["group"]): float(row["factor"])
                for row in rows["speeds_by_season"]
            },
            {
                (row["tag"], row["value"], row["group"]): float(row["factor"])
                for row in rows["speeds_by_condition"]
            },
        )

    @cached_property
    def key(self) -> str:
        """sha256 of the figures: models of the same figures give the same speeds."""
        tables = (
            self.class_kmh,
            self.usual_surface,
            self.dry,
            self.seasons,
            self.conditions,
        )
        rows = [sorted([*_words(key), value] for key, value in table.items()) for table in tables]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Tell whether all figures are the same."""
        return isinstance(other, SpeedModel) and self.key == other.key

    def __hash__(self) -> int:
        """Hash the figures."""
        return hash(self.key)

    @cached_property
    def season_names(self) -> tuple[str, ...]:
        """The seasons that have factors, ascending."""
        return tuple(sorted({season for season, _, _ in self.seasons}))

    def class_speed_kmh(self, highway: str | None, group: str) -> float:
        """Return the speed of a class on its usual surface in the dry."""
        other = self.class_kmh[OTHER, group]
        return self.class_kmh.get((highway or OTHER, group), other)

    def usual_group(self, highway: str | None) -> str | None:
        """Return the surface group that roads of a class usually have, None if not stated."""
        return self.usual_surface.get(highway or OTHER, self.usual_surface.get(OTHER))

    def paved_share(self, surface_group: str | None, group: str) -> float:
        """Return what a surface leaves in the dry of the speed on a paved road."""
        return self.dry.get((surface_group or "", group), 1.0)

    def condition_factor(self, tag: str, value: str | None, group: str) -> float:
        """Return what ``smoothness``, ``tracktype`` or ``ford`` leaves of the speed."""
        if value is None:
            return 1.0
        fallback = self.conditions.get((tag, ANY, group), 1.0)
        return self.conditions.get((tag, value, group), fallback)

    def season_factor(self, season: SeasonState, surface_group: str | None, group: str) -> float:
        """Return what the seasons that hold leave of the speed in the dry: the least of them.

        A season's own factor comes first, then the table's of its name; one of another name that
        states none counts as the rains.
        """
        if surface_group is None:
            return 1.0
        return min(
            (self._one_season(one, surface_group, group) for one in season.seasons), default=1.0
        )

    def _one_season(self, season: ActiveSeason, surface_group: str, group: str) -> float:
        own = dict(season.factors)
        if surface_group in own:
            return own[surface_group]
        name = season.name if season.name in {DRY, *self.season_names} else RAINY
        return self.seasons.get((name, surface_group, group), 1.0)


TABLES = (
    "speeds",
    "surfaces_by_class",
    "speeds_by_surface",
    "speeds_by_season",
    "speeds_by_condition",
)
"""Names of the tables, files of ``data/reference``."""


def _check(value: float, most: float, what: str, unit: str) -> None:
    if not 0.0 < value <= most or math.isinf(value):
        msg = f"{what} of {value:g} {unit}".rstrip() + " is not possible."
        upper = "" if math.isinf(most) else f" and at most {most:g}"
        raise InvalidInput(
            msg, do_next=f"Give a number above 0{upper}; state a closure as a closure."
        )


def _words(key: str | tuple[str, ...]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key


def _rows_of_file(name: str) -> list[dict[str, str]]:
    table = resources.files("data").joinpath("reference", f"{name}.csv")
    with table.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@lru_cache(maxsize=1)
def standard_model() -> SpeedModel:
    """Return the model of the reference tables."""
    return SpeedModel.of_rows({})
