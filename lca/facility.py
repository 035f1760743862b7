"""Facilities: the ports, airports, stores, border crossings and fuel points of an assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shapely.geometry.base import BaseGeometry

from .provenance import Provenance
from .record import described
from .vocab import FacilityType, OperationalStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Provenance):
    """What every facility has; ``geometry`` is a point in EPSG:4326."""

    facility_type: ClassVar[FacilityType]

    id: str = described("Id")
    name: str = described("Name")
    name_alt: str | None = described("Other names", default=None)
    status: OperationalStatus = described("Operational status", default=OperationalStatus.UNKNOWN)
    status_comment: str | None = described("Comment on the status", default=None)
    operator_name: str | None = described("Operator", default=None)
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    geometry: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Facility):
    """A sea, river or lake port (LCA section 2.1)."""

    facility_type: ClassVar[FacilityType] = FacilityType.PORT

    un_locode: str | None = described("UN/LOCODE", default=None)
    max_draft_m: float | None = described("Maximum draft", unit="m", default=None)
    max_vessel_length_m: float | None = described("Maximum vessel length", unit="m", default=None)
    berths: int | None = described("Berths", default=None)
    discharge_bag_t_day: float | None = described(
        "Discharge of bagged cargo", unit="t/day", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Airport(Facility):
    """An airport or airstrip (LCA section 2.2)."""

    facility_type: ClassVar[FacilityType] = FacilityType.AIRPORT

    icao: str | None = described("ICAO code", default=None)
    iata: str | None = described("IATA code", default=None)
    elevation_m: float | None = described("Elevation", unit="m", default=None)
    runway_length_m: float | None = described("Longest runway", unit="m", default=None)
    jet_fuel: bool | None = described("Jet fuel available", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage(Facility):
    """A warehouse, yard, silo or tank (LCA section 2.6)."""

    facility_type: ClassVar[FacilityType] = FacilityType.STORAGE

    storage_kind: str | None = described("Kind of storage", default=None)
    area_m2: float | None = described("Covered area", unit="m²", default=None)
    capacity_t: float | None = described("Capacity", unit="t", default=None)
    truck_max_length_m: float | None = described(
        "Longest truck that can turn in the yard", unit="m", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderCrossing(Facility):
    """A border crossing point (LCA section 2.3.n)."""

    facility_type: ClassVar[FacilityType] = FacilityType.BORDER_CROSSING

    iso3_other_side: str | None = described("Country on the other side", default=None)
    daily_truck_capacity: int | None = described("Trucks a day", unit="1/day", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel(Facility):
    """A fuel station or depot (LCA section 3.1)."""

    facility_type: ClassVar[FacilityType] = FacilityType.FUEL

    diesel_available: bool | None = described("Diesel available", default=None)
    diesel_stock_l: float | None = described("Diesel in stock", unit="l", default=None)


FACILITY_CLASSES: dict[FacilityType, type[Facility]] = {
    record.facility_type: record for record in (Port, Airport, Storage, BorderCrossing, Fuel)
}
