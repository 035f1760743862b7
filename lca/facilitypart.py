"""What a facility consists of: its berths, runways and handling equipment, one row each."""

from __future__ import annotations

from dataclasses import dataclass

from .amount import impossible_amounts
from .errors import InvalidInput
from .provenance import Provenance
from .record import described
from .vocab import (
    BerthUse,
    EquipmentKind,
    OperationalStatus,
    RunwaySurface,
    SurfacePreparation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityPart(Provenance):
    """A part of a facility, which its id or else its name tells."""

    id: str = described("Id")
    name: str = described("Name")
    facility_id: str | None = described("Id of the facility", default=None)
    facility_name: str | None = described("Facility", default=None)

    def __post_init__(self) -> None:
        for what, do_next in impossible_amounts(self):
            raise InvalidInput(what, where=self.id, do_next=do_next)
        if self.facility_id is None and self.facility_name is None:
            raise InvalidInput(
                "It does not say of which facility it is a part.",
                where=self.id,
                do_next="Fill in facility_id or facility_name.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Berth(FacilityPart):
    """A berth of a port, or several that are alike (LCA 2.1, berthing specifications)."""

    use: BerthUse | None = described("Use", default=None)
    count: int | None = described("Count", default=None)
    length_m: float | None = described("Length", unit="m", default=None)
    depth_m: float | None = described("Depth", unit="m", default=None)
    max_draft_m: float | None = described("Maximum draft", unit="m", default=None)
    status: OperationalStatus | None = described("Operational status", default=None)
    note: str | None = described("Comment", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runway(FacilityPart):
    """A runway of an aerodrome (LCA 2.2; OurAirports; UN-SDI Light)."""

    designator: str | None = described("Designator", default=None)
    length_m: float | None = described("Length", unit="m", default=None)
    usable_length_m: float | None = described("Usable length", unit="m", default=None)
    width_m: float | None = described("Width", unit="m", default=None)
    surface: RunwaySurface | None = described("Surface", default=None)
    preparation: SurfacePreparation | None = described("Preparation", default=None)
    pcn: str | None = described("Strength (PCN or PCR)", default=None)
    lights: bool | None = described("Lights", default=None)
    gradient_pct: float | None = described("Gradient", unit="%", default=None)
    heading_deg: float | None = described("Heading", unit="°", default=None)
    usable_wet_season: bool | None = described("Usable in the wet season", default=None)
    status: OperationalStatus | None = described("Operational status", default=None)
    note: str | None = described("Comment", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingEquipment(FacilityPart):
    """Equipment that handles cargo at a facility (LCA 2.1, 2.2 and 3.6)."""

    equipment_kind: EquipmentKind | None = described("Equipment", default=None)
    available: bool | None = described("Available", default=None)
    count: int | None = described("Count", default=None)
    working_count: int | None = described("Number that work", default=None)
    capacity_t: float | None = described("Lifts", unit="t", default=None)
    condition: str | None = described("Condition", default=None)
    note: str | None = described("Comment", default=None)
