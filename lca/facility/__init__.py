"""Facilities: where goods arrive, are stored, cleared and moved, and what controls movement."""

from __future__ import annotations

from lca.vocab import FacilityType

from .airport import Airport
from .controls import (
    CONTROL_CLASSES,
    BorderCrossing,
    Bridge,
    Checkpoint,
    Control,
    Ferry,
    cargo_words,
)
from .facility import WORDS_OF_LISTS, Attended, Facility
from .fuel import Fuel
from .inland import CustomsOffice, Mill, RailStation, ServiceProvider, Weighbridge
from .port import Port
from .storage import Storage

__all__ = [
    "CONTROL_CLASSES",
    "FACILITY_CLASSES",
    "WORDS_OF_LISTS",
    "Airport",
    "Attended",
    "BorderCrossing",
    "Bridge",
    "Checkpoint",
    "Control",
    "CustomsOffice",
    "Facility",
    "Ferry",
    "Fuel",
    "Mill",
    "Port",
    "RailStation",
    "ServiceProvider",
    "Storage",
    "Weighbridge",
    "cargo_words",
]

FACILITY_CLASSES: dict[FacilityType, type[Facility]] = {
    record.facility_type: record
    for record in (
        Port,
        Airport,
        Storage,
        BorderCrossing,
        Fuel,
        Ferry,
        Bridge,
        Checkpoint,
        CustomsOffice,
        Weighbridge,
        RailStation,
        Mill,
        ServiceProvider,
    )
}
