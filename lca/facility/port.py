"""Ports of the sea, rivers and lakes, with their berths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lca.record import described
from lca.vocab import FacilityType, PortSize, PortType

from .facility import Attended


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Attended):
    """A sea, river or lake port (LCA section 2.1; SDI-T ports; World Port Index).

    Depths and draughts are in metres at the lowest usual water unless a field says otherwise.
    """

    facility_type: ClassVar[FacilityType] = FacilityType.PORT

    un_locode: str | None = described("UN/LOCODE", default=None)
    max_draft_m: float | None = described("Maximum draft", unit="m", default=None)
    max_vessel_length_m: float | None = described("Maximum vessel length", unit="m", default=None)
    berths: int | None = described("Berths", default=None)
    discharge_bag_t_day: float | None = described(
        "Discharge of bagged cargo", unit="t/day", default=None
    )
    wpi_number: int | None = described("World Port Index number", default=None)
    port_type: PortType | None = described("Type of port", default=None)
    size: PortSize | None = described("Size of port", default=None)
    vessel_beam_max_m: float | None = described("Maximum vessel beam", unit="m", default=None)
    channel_depth_m: float | None = described("Depth of the channel", unit="m", default=None)
    cargo_pier_depth_m: float | None = described("Depth at the cargo pier", unit="m", default=None)
    anchorage_depth_m: float | None = described("Depth of the anchorage", unit="m", default=None)
    depth_dry_m: float | None = described("Depth in the dry season", unit="m", default=None)
    depth_wet_m: float | None = described("Depth in the wet season", unit="m", default=None)
    tidal_range_m: float | None = described("Tidal range", unit="m", default=None)
    annual_capacity_t: float | None = described("Capacity a year", unit="t", default=None)
    bulk_discharge_t_day: float | None = described(
        "Discharge of bulk cargo", unit="t/day", default=None
    )
    container_takeoff_day: int | None = described(
        "Containers taken off", unit="TEU/day", default=None
    )
    container_takeoff_emergency_day: int | None = described(
        "Containers taken off in an emergency", unit="TEU/day", default=None
    )
    teu_capacity: int | None = described("Container storage", unit="TEU", default=None)
    reefer_plugs: int | None = described("Plugs for cooled containers", default=None)
    storage_area_m2: float | None = described("Storage in the port", unit="m²", default=None)
    isps_compliant: bool | None = described("ISPS compliant", default=None)
    night_operations: bool | None = described("Works at night", default=None)
    pilotage_compulsory: bool | None = described("Pilotage compulsory", default=None)
    congestion_days: float | None = described("Usual wait for a berth", unit="d", default=None)
    free_days: int | None = described("Days free of storage charges", unit="d", default=None)
    demurrage_note: str | None = described("About demurrage", default=None)
    annual_vessel_calls: int | None = described("Vessel calls a year", default=None)
    annual_container_teu: float | None = described(
        "Containers handled a year", unit="TEU", default=None
    )
    annual_bulk_t: float | None = described("Bulk handled a year", unit="t", default=None)
    annual_break_bulk_t: float | None = described(
        "Break bulk handled a year", unit="t", default=None
    )
    throughput_year: int | None = described("Year of the figures handled", default=None)
