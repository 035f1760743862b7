"""Rows of the tables that an operation may edit: its vehicle classes and its speed tables.

A table row is a statement like any other: it has an id, a name, and who stated it when. What the
product ships serves until an operation publishes a table of its own.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from .errors import InvalidInput
from .provenance import Provenance
from .record import described
from .vehicle import VehicleClass, require_possible
from .vocab import Drive, Practicability

_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_FASTEST_KMH = 130.0
GROUPS = ("light", "truck")
"""The groups of vehicles that speeds are stated for: up to UNSDI-T rank 3, and above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow(Provenance):
    """A vehicle class as an operation states it; the columns are those of :class:`VehicleClass`."""

    id: str = described("Code")
    name: str = described("Name")
    axles: int | None = described("Axles", default=None)
    gross_t: float = described("Gross mass", unit="t")
    payload_t: float = described("Payload", unit="t")
    axle_load_t: float = described("Heaviest axle", unit="t")
    height_m: float = described("Height", unit="m")
    width_m: float = described("Width", unit="m")
    length_m: float = described("Length", unit="m")
    practicability: Practicability = described("UNSDI-T practicability rank")
    drive: Drive = described("Drive")
    top_speed_kmh: float = described("Top speed on a good road", unit="km/h")

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.id):
            raise InvalidInput(
                f"{self.id!r} is no code of a vehicle class.",
                where=self.id,
                do_next="Use lower-case letters, digits and _, as truck_heavy_3.",
            )
        require_possible(self.vehicle)

    @property
    def vehicle(self) -> VehicleClass:
        """The class that the row states."""
        own = {field.name for field in fields(VehicleClass)} & {
            field.name for field in fields(self)
        }
        return VehicleClass(code=self.id, **{name: getattr(self, name) for name in own})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRow(Provenance):
    """How fast a group of vehicles drives on a class of road where nothing else slows it."""

    id: str = described("Id")
    name: str = described("Name")
    highway: str = described("Highway class (OpenStreetMap)")
    group: str = described("Group of vehicles")
    speed_kmh: float = described("Speed", unit="km/h")
    basis: str | None = described("What the figure rests on", default=None)

    def __post_init__(self) -> None:
        _require_group(self.id, self.group)
        _require_known(self.id, self.highway, "class of road", _known("speeds", "highway"))
        _require_within(self.id, "speed_kmh", self.speed_kmh, _FASTEST_KMH)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceFactorRow(Provenance):
    """What a surface leaves of the speed on a paved road, in the dry."""

    id: str = described("Id")
    name: str = described("Name")
    surface_group: str = described("Surface group")
    group: str = described("Group of vehicles")
    factor: float = described("Share of the speed on a paved road")
    source: str | None = described("What the figure rests on", default=None)

    def __post_init__(self) -> None:
        _require_group(self.id, self.group)
        _require_known(
            self.id,
            self.surface_group,
            "group of surfaces",
            _known("speeds_by_surface", "surface_group"),
        )
        _require_within(self.id, "factor", self.factor, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonFactorRow(Provenance):
    """What a season leaves of the speed on a surface in the dry."""

    id: str = described("Id")
    name: str = described("Name")
    season: str = described("Season")
    surface_group: str = described("Surface group")
    group: str = described("Group of vehicles")
    factor: float = described("Share of the speed in the dry")
    source: str | None = described("What the figure rests on", default=None)

    def __post_init__(self) -> None:
        _require_group(self.id, self.group)
        _require_known(
            self.id,
            self.surface_group,
            "group of surfaces",
            _known("speeds_by_season", "surface_group"),
        )
        _require_within(self.id, "factor", self.factor, 1.0)


def _require_group(where: str, group: str) -> None:
    _require_known(where, group, "group of vehicles", GROUPS)


@cache
def _known(table: str, column: str) -> tuple[str, ...]:
    """Return the words of a column of a table that the product ships: those that are looked up."""
    file = resources.files("data").joinpath("reference", f"{table}.csv")
    with file.open(encoding="utf-8") as stream:
        return tuple(dict.fromkeys(row[column] for row in csv.DictReader(stream)))


def _require_known(where: str, word: str, what: str, known: tuple[str, ...]) -> None:
    """Refuse a word that no road has: its row would be passed over in silence."""
    if word not in known:
        raise InvalidInput(
            f"{word!r} is no {what}.",
            where=where,
            do_next="Use one of " + ", ".join(known) + ".",
        )


def _require_within(where: str, name: str, value: float, most: float) -> None:
    if not (math.isfinite(value) and 0 < value <= most):
        raise InvalidInput(
            f"{name} {value:g} cannot be meant.",
            where=where,
            do_next=f"Give a number above 0 up to {most:g}; a closed road is a constraint.",
        )
