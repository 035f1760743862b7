"""The access truth tables: which tag values let which vehicles pass, as a logistician reviews them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from lca.effect import carries_hazmat
from lca.vehicle import VehicleClass
from lca.vocab import Drive, Practicability

ANY = "*"
"""The row for every value of a key that has none of its own."""
TABLES = ("highway", "access", "oneway", "barriers", "status", "condition")
"""Names of the tables, files of ``data/reference/access``."""


class Passing(StrEnum):
    """What a row says; ``unknown`` lets pass and is counted, ``left_out`` is no road at all."""

    PASS = "pass"  # noqa: S105 - a word, no password
    UNKNOWN = "unknown"
    NO = "no"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One row of a table; ``reads_as`` is the word that the program keeps, where there is one."""

    key: str
    value: str
    verdict: Passing
    vehicles: str
    reason: str
    source: str
    reads_as: str = ""

    def concerns(self, vehicle: VehicleClass | None) -> bool:
        """Tell whether the row speaks of a vehicle; None is any truck, whatever its drive."""
        return VEHICLES[self.vehicles](vehicle)


def is_truck(vehicle: VehicleClass | None) -> bool:
    """Tell whether rules for goods vehicles apply; None stands for any truck."""
    return vehicle is None or vehicle.practicability >= Practicability.LIGHT_TRUCK


def _drives_less_than(vehicle: VehicleClass | None, drive: Drive) -> bool:
    return vehicle is not None and vehicle.drive.rank < drive.rank


VEHICLES: Mapping[str, Callable[[VehicleClass | None], bool]] = MappingProxyType(
    {
        "all": lambda _vehicle: True,
        "trucks": is_truck,
        "without_4x4": lambda vehicle: _drives_less_than(vehicle, Drive.D4X4),
        "trucks_without_6x6": lambda vehicle: (
            is_truck(vehicle) and _drives_less_than(vehicle, Drive.D6X6)
        ),
        "hazmat": lambda vehicle: vehicle is not None and carries_hazmat(vehicle),
    }
)
"""The words of the column ``vehicles``, and whom they mean."""


@cache
def access_rows(table: str) -> tuple[AccessRow, ...]:
    """Return the rows of one of :data:`TABLES`, in the order of the file."""
    file = resources.files("data").joinpath("reference", "access", f"{table}.csv")
    with file.open(encoding="utf-8") as stream:
        return tuple(
            AccessRow(
                row["key"],
                row["value"],
                Passing(row["verdict"]),
                row["vehicles"],
                row["reason"],
                row["source"],
                row.get("reads_as", ""),
            )
            for row in csv.DictReader(stream)
        )


def values(table: str, key: str, *verdicts: Passing) -> frozenset[str]:
    """Return the values of a key that have one of some verdicts for every vehicle."""
    return frozenset(
        row.value
        for row in access_rows(table)
        if row.key == key and row.verdict in verdicts and row.vehicles == "all"
    ) - {ANY}


def readings(table: str, key: str) -> Mapping[str, str | None]:
    """Return the word that the program keeps for each value of a key, None for none."""
    rows = (row for row in access_rows(table) if row.key == key and row.value != ANY)
    return MappingProxyType({row.value: row.reads_as or None for row in rows})


def judged(table: str, key: str, value: str, vehicle: VehicleClass | None) -> AccessRow | None:
    """Return the row that decides for a vehicle: *no* before *unknown* before *pass*."""
    rows = _by_value(table, key)
    return _decisive(row for row in rows.get(value, rows.get(ANY, ())) if row.concerns(vehicle))


_WEIGHT = (Passing.LEFT_OUT, Passing.NO, Passing.UNKNOWN, Passing.PASS)


def _decisive(rows: Iterable[AccessRow]) -> AccessRow | None:
    return min(rows, key=lambda row: _WEIGHT.index(row.verdict), default=None)


@cache
def _by_value(table: str, key: str) -> Mapping[str, tuple[AccessRow, ...]]:
    found: dict[str, tuple[AccessRow, ...]] = {}
    for row in access_rows(table):
        if row.key == key:
            found[row.value] = (*found.get(row.value, ()), row)
    return found
