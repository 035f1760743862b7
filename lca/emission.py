"""Emission factors: grams of CO2e for carrying a tonne one kilometre, and where they come from.

ISO 14083 and the GLEC Framework state the intensity of a transport operation per tonne-kilometre,
well to wheel (WTW) as the sum of well to tank (WTT) and tank to wheel (TTW). Their tables are
copyrighted, so the product ships the form and a few cited values; an operation loads its own.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from .errors import InvalidInput
from .provenance import Provenance
from .record import described, from_row
from .vehicle import VehicleClass


class DistanceBasis(StrEnum):
    """Which kilometres a factor is stated for."""

    PLANNED = "planned"
    """Shortest feasible or planned distance, as GLEC's default factors."""
    ACTUAL = "actual"
    """The kilometres on the odometer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionFactor(Provenance):
    """One factor; the parts that a source does not state are not known, never 0.

    It is for the classes that ``vehicle_classes`` names (codes separated by ``;``), for vehicles
    above ``gross_from_t`` up to ``gross_to_t``, or for those that meet both.
    """

    id: str = described("Id")
    name: str = described("Name")
    scheme: str = described("Scheme")
    mode: str = described("Mode")
    vehicle_classes: str | None = described("Vehicle classes (codes)", default=None)
    gross_from_t: float | None = described("Gross mass above", unit="t", default=None)
    gross_to_t: float | None = described("Gross mass up to", unit="t", default=None)
    fuel: str = described("Fuel")
    wtt_g_per_tkm: float | None = described("Well to tank", unit="g CO2e/tkm", default=None)
    ttw_g_per_tkm: float | None = described("Tank to wheel", unit="g CO2e/tkm", default=None)
    wtw_g_per_tkm: float | None = described("Well to wheel", unit="g CO2e/tkm", default=None)
    empty_g_per_km: float | None = described(
        "Driving empty, well to wheel", unit="g CO2e/km", default=None
    )
    load_factor: float | None = described("Load factor that it contains", default=None)
    empty_running: float | None = described("Empty running that it contains", default=None)
    distance_basis: DistanceBasis = described("Distance it is for", default=DistanceBasis.PLANNED)
    region: str | None = described("Region", default=None)
    year: int | None = described("Year of the source", default=None)

    def __post_init__(self) -> None:
        problem = next(self._problems(), None)
        if problem is not None:
            raise InvalidInput(problem, where=self.id, do_next="Compare the row with its source.")

    @property
    def classes(self) -> frozenset[str]:
        """The codes of the classes that it is for; empty if it is for any of its mass."""
        return frozenset((self.vehicle_classes or "").replace(",", ";").replace(" ", "").split(";"))

    @property
    def wtw(self) -> float | None:
        """Well to wheel in g CO2e/tkm, as stated or as the sum of its parts."""
        if self.wtw_g_per_tkm is not None:
            return self.wtw_g_per_tkm
        if self.wtt_g_per_tkm is None or self.ttw_g_per_tkm is None:
            return None
        return self.wtt_g_per_tkm + self.ttw_g_per_tkm

    def fits(self, vehicle: VehicleClass) -> bool:
        """Tell whether it is for a vehicle."""
        if self.mode != "road":
            return False
        if self.vehicle_classes and vehicle.code not in self.classes:
            return False
        above = self.gross_from_t is None or vehicle.gross_t > self.gross_from_t
        return above and (self.gross_to_t is None or vehicle.gross_t <= self.gross_to_t)

    def _problems(self) -> Iterator[str]:
        numbers = {name: getattr(self, name) for name in _AMOUNTS}
        for name, value in numbers.items():
            if value is not None and not (math.isfinite(value) and value >= 0):
                yield f"{name} is {value:g}."
        for name in ("load_factor", "empty_running"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                yield f"{name} is {share:g}, and must be a share from 0 to 1."
        if all(numbers[name] is None for name in _INTENSITIES):
            yield "It states no emissions at all."
        parts = (self.wtt_g_per_tkm, self.ttw_g_per_tkm, self.wtw_g_per_tkm)
        if None not in parts:
            wtt, ttw, wtw = (part or 0.0 for part in parts)
            if not math.isclose(wtt + ttw, wtw, rel_tol=0.02, abs_tol=0.5):
                yield f"Well to wheel is {wtw:g}, its parts make {wtt + ttw:g} g CO2e/tkm."
        if not self.vehicle_classes and self.gross_from_t is None and self.gross_to_t is None:
            yield "It says neither for which vehicle classes nor for which gross mass it is."


_INTENSITIES = ("wtt_g_per_tkm", "ttw_g_per_tkm", "wtw_g_per_tkm")
_AMOUNTS = (*_INTENSITIES, "empty_g_per_km", "gross_from_t", "gross_to_t")


@lru_cache(maxsize=1)
def emission_factors() -> tuple[EmissionFactor, ...]:
    """Return the few cited factors that the product ships."""
    table = resources.files("data").joinpath("reference", "emission_factors.csv")
    with table.open(encoding="utf-8") as stream:
        return tuple(from_row(EmissionFactor, row) for row in csv.DictReader(stream))


def factor_for(vehicle: VehicleClass, factors: Iterable[EmissionFactor]) -> EmissionFactor | None:
    """Return the factor that fits a vehicle best, None if none does.

    One that is whole, well to wheel, goes before a part; then one that names the class before
    one by mass; then the narrower band of mass, the newer, and the first by id. Parts of two
    factors are never added: they come from different sources.
    """
    return min(
        (factor for factor in factors if factor.fits(vehicle)), key=_preference, default=None
    )


def _preference(factor: EmissionFactor) -> tuple[bool, bool, float, int, str]:
    band = (factor.gross_to_t or math.inf) - (factor.gross_from_t or 0.0)
    return factor.wtw is None, not factor.vehicle_classes, band, -(factor.year or 0), factor.id
