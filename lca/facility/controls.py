"""Facilities that control movement: border crossings, ferries, bridges and checkpoints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from lca.contradictions import impossible_figures
from lca.errors import InvalidInput, UsageError
from lca.instant import zone
from lca.record import described
from lca.timerule import is_time
from lca.vocab import Bypass, Cargo, CrossingKind, Damage, FacilityType, OperationalStatus

from .facility import Facility, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Facility):
    """A facility that controls movement: it acts on the road on which it lies.

    What it states is said as constraints (:mod:`lca.control`), so it is refused whatever no
    constraint could be: one such row would stop every answer.
    """

    def __post_init__(self) -> None:
        def stated(name: str) -> Any:
            return getattr(self, name, None)

        _require_cargo(self.id, stated("cargo_permitted"))
        for side in ("", "_other_side"):
            _require_clock(self.id, stated(f"opening_hours{side}"), stated(f"time_zone{side}"))
        refuse(self, impossible_figures(self))
        Facility.__post_init__(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderCrossing(Control):
    """A border crossing point (LCA section 2.3.n)."""

    facility_type: ClassVar[FacilityType] = FacilityType.BORDER_CROSSING

    iso3_other_side: str | None = described("Country on the other side", default=None)
    status_other_side: OperationalStatus | None = described(
        "Operational status of the other side", default=None
    )
    opening_hours: str | None = described("Opening hours (as OpenStreetMap)", default=None)
    opening_hours_other_side: str | None = described(
        "Opening hours of the other side (as OpenStreetMap)", default=None
    )
    time_zone: str | None = described("Time zone of the hours (IANA)", default=None)
    time_zone_other_side: str | None = described(
        "Time zone of the other side's hours (IANA)", default=None
    )
    daily_truck_capacity: int | None = described("Trucks a day", unit="1/day", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    permitted_until: datetime | None = described("Passage permitted until", default=None)
    permit_name: str | None = described("Permit needed", default=None)
    permit_lead_days: int | None = described("Days to get the permit", unit="d", default=None)
    queue_h: float | None = described("Average queue", unit="h", default=None)
    clearance_h: float | None = described("Customs clearance", unit="h", default=None)
    cargo_permitted: str | None = described(
        "Cargo permitted (words separated by ;, all without it)", default=None
    )
    crossing_kind: CrossingKind | None = described("Kind of crossing", default=None)
    road_name: str | None = described("Name or number of the road", default=None)
    twin_crossing_id: str | None = described("Id of the crossing on the other side", default=None)
    control_point_name: str | None = described("Control point", default=None)
    control_point_name_other_side: str | None = described(
        "Control point of the other side", default=None
    )
    latitude_other_side: float | None = described(
        "Latitude of the other side", unit="°", default=None
    )
    longitude_other_side: float | None = described(
        "Longitude of the other side", unit="°", default=None
    )
    authority_in_control: str | None = described("Authority in control", default=None)
    authority_in_control_other_side: str | None = described(
        "Authority in control of the other side", default=None
    )
    customs_available: bool | None = described("Customs", default=None)
    customs_available_other_side: bool | None = described("Customs on the other side", default=None)
    immigration: bool | None = described("Immigration", default=None)
    immigration_other_side: bool | None = described("Immigration on the other side", default=None)
    plant_health: bool | None = described("Plant health control", default=None)
    plant_health_other_side: bool | None = described(
        "Plant health control on the other side", default=None
    )
    scanner: bool | None = described("Scanner", default=None)
    scanner_other_side: bool | None = described("Scanner on the other side", default=None)
    weighbridge: bool | None = described("Weighbridge", default=None)
    weighbridge_other_side: bool | None = described("Weighbridge on the other side", default=None)
    permission_basis: str | None = described("What permits passage", default=None)
    permission_granted_by: str | None = described("Passage permitted by", default=None)
    permission_from: datetime | None = described("Passage permitted from", default=None)
    renewal_pending: bool | None = described("Renewal of the permission asked for", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ferry(Control):
    """A ferry for vehicles; ``geometry`` is a landing or a position on its line."""

    facility_type: ClassVar[FacilityType] = FacilityType.FERRY

    opening_hours: str | None = described("Hours of service (as OpenStreetMap)", default=None)
    time_zone: str | None = described("Time zone of the hours (IANA)", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    max_length_m: float | None = described("Length limit", unit="m", default=None)
    max_height_m: float | None = described("Height limit", unit="m", default=None)
    trucks_a_crossing: int | None = described("Trucks that it carries at once", default=None)
    daily_truck_capacity: int | None = described("Trucks a day", unit="1/day", default=None)
    crossing_min: float | None = described("Crossing time", unit="min", default=None)
    queue_h: float | None = described("Average wait for the crossing", unit="h", default=None)
    permitted_until: datetime | None = described("Service granted until", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge(Control):
    """A bridge as it was assessed (SDI-T bridges)."""

    facility_type: ClassVar[FacilityType] = FacilityType.BRIDGE

    road_name: str | None = described("Name or number of the road on it", default=None)
    damage: Damage = described("Damage", default=Damage.UNKNOWN)
    bridge_kind: str | None = described("Kind of bridge", default=None)
    length_m: float | None = described("Length", unit="m", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    max_height_m: float | None = described("Height limit", unit="m", default=None)
    max_width_m: float | None = described("Width limit", unit="m", default=None)
    crossing_min: float | None = described("Time lost at the crossing", unit="min", default=None)
    has_bypass: Bypass | None = described("Way round the bridge", default=None)
    bypass_note: str | None = described("What the way round is like", default=None)
    permitted_until: datetime | None = described("Passage permitted until", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint(Control):
    """A checkpoint, gate or barrier, official or not."""

    facility_type: ClassVar[FacilityType] = FacilityType.CHECKPOINT

    road_name: str | None = described("Name or number of the road", default=None)
    official: bool | None = described("Official", default=None)
    opening_hours: str | None = described("Opening hours (as OpenStreetMap)", default=None)
    time_zone: str | None = described("Time zone of the hours (IANA)", default=None)
    permit_required: bool | None = described("Permit required", default=None)
    permit_name: str | None = described("Permit needed", default=None)
    permit_lead_days: int | None = described("Days to get the permit", unit="d", default=None)
    permitted_until: datetime | None = described("Passage permitted until", default=None)
    delay_min: float | None = described("Usual delay", unit="min", default=None)
    delay_max_min: float | None = described("Longest delay", unit="min", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    cargo_permitted: str | None = described(
        "Cargo permitted (words separated by ;, all without it)", default=None
    )


def cargo_words(text: str | None) -> frozenset[Cargo]:
    """Return the kinds of cargo that a text lists; none for no text.

    Raises
    ------
    ValueError
        If a word is no kind of cargo.
    """
    words = [] if text is None else re.split(r"[;,\s]+", text.strip().casefold())
    return frozenset(Cargo(word) for word in words if word)


def _require_cargo(where: str, text: str | None) -> None:
    try:
        cargo_words(text)
    except ValueError as error:
        words = ", ".join(word.value for word in Cargo if word is not Cargo.UNSTATED)
        raise InvalidInput(
            f"cargo_permitted: {error}.", where=where, do_next=f"Write some of: {words}."
        ) from error


def _require_clock(where: str, hours: str | None, zone_name: str | None) -> None:
    try:
        if zone_name is not None:
            zone(zone_name)
    except UsageError as error:
        raise InvalidInput(error.what, where=where, do_next=error.do_next) from error
    if hours is not None and not is_time(hours):
        raise InvalidInput(
            f"{hours!r} is not a time in OpenStreetMap's opening-hours grammar.",
            where=where,
            do_next="Write it as Mo-Fr 08:00-17:00, or leave the cell empty.",
        )


CONTROL_CLASSES: tuple[type[Control], ...] = (BorderCrossing, Ferry, Bridge, Checkpoint)
"""The facilities that control movement."""
