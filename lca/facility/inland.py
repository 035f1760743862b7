"""Customs offices, weighbridges, rail stations, mills and providers of logistics services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lca.record import described
from lca.vocab import (
    DutyExemption,
    FacilityType,
    PowerSupply,
    RailFacilityKind,
    ServiceKind,
)

from .facility import Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsOffice(Attended):
    """An office that clears goods (LCA section 1.4)."""

    facility_type: ClassVar[FacilityType] = FacilityType.CUSTOMS_OFFICE

    office_code: str | None = described("Code of the office", default=None)
    clears: tuple[str, ...] | None = described(
        "Clears goods that come by (words separated by ;)", default=None
    )
    clearance_days: float | None = described("Usual clearance", unit="d", default=None)
    duty_exempt_humanitarian: DutyExemption | None = described(
        "Humanitarian goods free of duty", default=None
    )
    exemption_procedure_url: str | None = described("Procedure of exemption (URL)", default=None)
    documents_required: str | None = described("Documents required", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighbridge(Attended):
    """A station that weighs trucks (LCA section 2.3), with the limits that it holds them to.

    What it states closes no road: a limit on a road is a constraint.
    """

    facility_type: ClassVar[FacilityType] = FacilityType.WEIGHBRIDGE

    road_name: str | None = described("Name or number of the road", default=None)
    mobile: bool | None = described("Mobile", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    steering_axle_limit_t: float | None = described(
        "Limit of the steering axle", unit="t", default=None
    )
    single_axle_limit_t: float | None = described("Limit of a single axle", unit="t", default=None)
    tandem_axle_limit_t: float | None = described(
        "Limit of two axles together", unit="t", default=None
    )
    tridem_axle_limit_t: float | None = described(
        "Limit of three axles together", unit="t", default=None
    )
    gross_limits: tuple[str, ...] | None = described(
        "Gross mass limits in t by axles (axles:t; …)", default=None
    )
    fine_note: str | None = described("What an overload costs", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RailStation(Attended):
    """A rail station, terminal or siding where goods are handled (LCA section 2.4)."""

    facility_type: ClassVar[FacilityType] = FacilityType.RAIL_STATION

    rail_kind: RailFacilityKind | None = described("Kind of rail facility", default=None)
    un_locode: str | None = described("UN/LOCODE", default=None)
    line_name: str | None = described("Railway line", default=None)
    gauge_mm: int | None = described("Gauge", unit="mm", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    electrified: bool | None = described("Electrified", default=None)
    tracks: int | None = described("Tracks", default=None)
    loading_track_m: float | None = described("Loading track", unit="m", default=None)
    loading_ramp: bool | None = described("Loading ramp", default=None)
    container_handling: bool | None = described("Handles containers", default=None)
    wagons: int | None = described("Wagons available", default=None)
    wagon_kinds: str | None = described("Kinds of wagon", default=None)
    trains_a_day: float | None = described("Trains a day", unit="1/day", default=None)
    capacity_t_day: float | None = described("Goods handled", unit="t/day", default=None)
    teu_capacity: int | None = described("Container storage", unit="TEU", default=None)
    storage_area_m2: float | None = described("Storage at the station", unit="m²", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mill(Attended):
    """A mill (LCA section 2.7)."""

    facility_type: ClassVar[FacilityType] = FacilityType.MILL

    commodity: str | None = described("Commodity", default=None)
    products: str | None = described("Products", default=None)
    capacity_t_day: float | None = described("Milling capacity", unit="t/day", default=None)
    output_t_day: float | None = described("Milled now", unit="t/day", default=None)
    storage_t: float | None = described("Storage", unit="t", default=None)
    fortification: bool | None = described("Fortifies flour", default=None)
    bagging: bool | None = described("Fills bags", default=None)
    power: PowerSupply | None = described("Electricity", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProvider(Attended):
    """Who provides a logistics service (LCA section 3); people are contacts, never here."""

    facility_type: ClassVar[FacilityType] = FacilityType.SERVICE_PROVIDER

    service_kind: ServiceKind | None = described("Service", default=None)
    coverage: str | None = described("Where it is provided", default=None)
    vehicles: int | None = described("Vehicles", default=None)
    fleet: str | None = described("Vehicles by type", default=None)
    fleet_payload_t: float | None = described("Payload of the fleet", unit="t", default=None)
    largest_payload_t: float | None = described(
        "Payload of the largest vehicle", unit="t", default=None
    )
    rate_amount: float | None = described("Rate", default=None)
    rate_currency: str | None = described("Currency of rates and wages (ISO 4217)", default=None)
    rate_unit: str | None = described("Rate is per", default=None)
    rate_date: datetime | None = described("Rates as of", default=None)
    wage_skilled_day: float | None = described("Skilled wage", unit="/day", default=None)
    wage_unskilled_day: float | None = described("Unskilled wage", unit="/day", default=None)
    humanitarian_contract: bool | None = described("Works for humanitarian cargo", default=None)
