"""Warehouses, yards, silos and tanks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lca.record import described
from lca.vocab import FacilityType, OwnerKind, PowerSupply, TemperatureControl

from .facility import Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage(Attended):
    """A warehouse, yard, silo or tank (LCA section 2.6)."""

    facility_type: ClassVar[FacilityType] = FacilityType.STORAGE

    storage_kind: str | None = described("Kind of storage", default=None)
    area_m2: float | None = described("Covered area", unit="m²", default=None)
    capacity_t: float | None = described("Capacity", unit="t", default=None)
    truck_max_length_m: float | None = described(
        "Longest truck that can turn in the yard", unit="m", default=None
    )
    owner_kind: OwnerKind | None = described("Kind of owner", default=None)
    volume_m3: float | None = described("Volume", unit="m³", default=None)
    available_m2: float | None = described("Free area", unit="m²", default=None)
    available_t: float | None = described("Free capacity", unit="t", default=None)
    available_as_of: datetime | None = described("Free as of", default=None)
    condition: str | None = described("Condition of the building", default=None)
    temperature_control: TemperatureControl | None = described("Cooling", default=None)
    temp_min_c: float | None = described("Lowest temperature", unit="°C", default=None)
    temp_max_c: float | None = described("Highest temperature", unit="°C", default=None)
    floor_load_t_m2: float | None = described("Load on the floor", unit="t/m²", default=None)
    height_m: float | None = described("Height inside", unit="m", default=None)
    doors: int | None = described("Doors", default=None)
    dock_levellers: int | None = described("Dock levellers", default=None)
    handling_note: str | None = described("Handling equipment there", default=None)
    power: PowerSupply | None = described("Electricity", default=None)
    security_features: str | None = described("Guards, fence and locks", default=None)
    flood_risk: bool | None = described("May be flooded", default=None)
    suitable_for: tuple[str, ...] | None = described("Fit for (words separated by ;)", default=None)
    for_rent: bool | None = described("For rent", default=None)
    rent_amount: float | None = described("Rent", default=None)
    rent_currency: str | None = described("Currency of the rent (ISO 4217)", default=None)
    rent_unit: str | None = described("Rent is per", default=None)
    rent_date: datetime | None = described("Rent as of", default=None)
    min_term_days: int | None = described("Shortest lease", unit="d", default=None)
