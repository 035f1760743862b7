"""Airports, airfields, airstrips and helipads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lca.record import described
from lca.vocab import (
    AerodromeClass,
    AerodromeType,
    FacilityType,
    RunwaySurface,
    SurfacePreparation,
    UnhasStatus,
)

from .facility import Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class Airport(Attended):
    """An airport or airstrip (LCA section 2.2; SDI-T airports).

    The fields of the runway are those of the longest; every runway is a row of ``runways``.
    """

    facility_type: ClassVar[FacilityType] = FacilityType.AIRPORT

    icao: str | None = described("ICAO code", default=None)
    iata: str | None = described("IATA code", default=None)
    elevation_m: float | None = described("Elevation", unit="m", default=None)
    runway_length_m: float | None = described("Longest runway", unit="m", default=None)
    jet_fuel: bool | None = described("Jet fuel available", default=None)
    aerodrome_type: AerodromeType | None = described("Type of aerodrome", default=None)
    aerodrome_class: AerodromeClass | None = described("Class of aerodrome", default=None)
    runway_designator: str | None = described("Designator of the runway", default=None)
    runway_usable_length_m: float | None = described(
        "Usable length of the runway", unit="m", default=None
    )
    runway_width_m: float | None = described("Width of the runway", unit="m", default=None)
    runway_surface: RunwaySurface | None = described("Surface of the runway", default=None)
    runway_preparation: SurfacePreparation | None = described(
        "Preparation of the runway", default=None
    )
    runway_gradient_pct: float | None = described("Gradient of the runway", unit="%", default=None)
    runway_pcn: str | None = described("Strength of the runway (PCN or PCR)", default=None)
    runway_lights: bool | None = described("Lights on the runway", default=None)
    usable_wet_season: bool | None = described("Usable in the wet season", default=None)
    max_aircraft: str | None = described("Largest aircraft", default=None)
    mtow_max_t: float | None = described("Take-off mass of the largest", unit="t", default=None)
    jet_a1_stock_l: float | None = described("Jet A-1 in stock", unit="l", default=None)
    avgas_available: bool | None = described("Avgas available", default=None)
    avgas_stock_l: float | None = described("Avgas in stock", unit="l", default=None)
    control_tower: bool | None = described("Control tower", default=None)
    ifr_procedures: bool | None = described("Instrument approach", default=None)
    fire_category: int | None = described("Fire category (ICAO 1-10)", default=None)
    customs: bool | None = described("Customs there", default=None)
    immigration: bool | None = described("Immigration there", default=None)
    apron_slots: int | None = described("Places on the apron", default=None)
    main_deck_loader_max_t: float | None = described(
        "Largest main-deck loader", unit="t", default=None
    )
    forklift_max_t: float | None = described("Largest forklift", unit="t", default=None)
    cargo_storage_m2: float | None = described("Cargo storage", unit="m²", default=None)
    unhas_status: UnhasStatus | None = described("Humanitarian air service", default=None)
    ppr_required: bool | None = described("Prior permission required", default=None)
    notam_text: str | None = described("Notices in force (NOTAM)", default=None)
    hazard_note: str | None = described("Hazards to navigation", default=None)
    passengers_a_year: int | None = described("Passengers a year", default=None)
    cargo_t_a_year: float | None = described("Cargo handled a year", unit="t", default=None)
    throughput_year: int | None = described("Year of the figures handled", default=None)
