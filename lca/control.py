"""Say as access constraints what facilities that control movement state (design D6).

A border crossing, ferry, bridge or checkpoint acts on the road on which it lies: a closed one
blocks, hours close it by a rule of time, limits and permits hold as those of a constraint do.
Each statement is a constraint of its own, with the facility's provenance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from .constraint import Constraint
from .facility import BorderCrossing, Bridge, Checkpoint, Facility, Ferry, cargo_words
from .opening import closing_of
from .provenance import Provenance
from .vocab import Cargo, ConstraintType, Damage, EffectKind, FacilityType, OperationalStatus

_TYPES = {
    FacilityType.BORDER_CROSSING: ConstraintType.BORDER_CLOSURE,
    FacilityType.BRIDGE: ConstraintType.BRIDGE_DAMAGE,
    FacilityType.CHECKPOINT: ConstraintType.CHECKPOINT_OFFICIAL,
    FacilityType.FERRY: ConstraintType.FERRY,
}
_LIMITS = ("max_gross_t", "max_axle_t", "max_height_m", "max_width_m", "max_length_m")


def constraints_of(
    layer: str, facility: Facility, zone_name: str | None, *, untimed: bool = False
) -> tuple[Constraint, ...]:
    """Return what a facility states about passing it; none if it states nothing.

    Parameters
    ----------
    layer : str
        The layer that holds it; the ids of the constraints begin with it.
    facility : Facility
        A record of one of :data:`lca.facility.CONTROL_CLASSES`.
    zone_name : str or None
        IANA zone of the operation, for hours that name none.
    untimed : bool
        Whether the road data does not say how long a ferry takes, so that its crossing time counts
        as a delay.
    """
    stem = stem_of(layer, facility)
    told = [*_status(facility), *_hours(facility, zone_name), *_rules(facility, untimed=untimed)]
    return tuple(
        replace(stem, id=f"{stem.id}#{part}", **{"effect": EffectKind.RESTRICTED, **values})
        for part, values in told
    )


def in_service(ferry: Facility) -> bool:
    """Tell whether a ferry's service is known and not closed; hours and limits are apart."""
    return ferry.status in {OperationalStatus.OPERATIONAL, OperationalStatus.RESTRICTED}


def stem_of(layer: str, facility: Facility) -> Constraint:
    """Return a constraint with the facility's name, place and provenance."""
    provenance: dict[str, Any] = {
        item.name: getattr(facility, item.name) for item in fields(Provenance)
    }
    kind = _TYPES[facility.facility_type]
    if isinstance(facility, Checkpoint) and facility.official is False:
        kind = ConstraintType.CHECKPOINT_UNOFFICIAL
    return Constraint(
        id=f"{layer}/{facility.id}",
        name=facility.name,
        constraint_type=kind,
        effect=EffectKind.RESTRICTED,
        road_name=getattr(facility, "road_name", None),
        geometry=facility.geometry,
        **provenance,
    )


Statement = tuple[str, dict[str, Any]]


def _status(facility: Facility) -> Iterator[Statement]:
    yield from _one_status("status", "", facility.status, facility.status_comment)
    if isinstance(facility, BorderCrossing) and facility.status_other_side is not None:
        side = f"its side in {facility.iso3_other_side or 'the other country'}"
        yield from _one_status("status-other-side", side, facility.status_other_side, None)
    if isinstance(facility, Bridge) and not facility.status.closed:
        way_round = {"bypass": facility.has_bypass, "bypass_note": facility.bypass_note}
        if facility.damage is Damage.DESTROYED:
            words = {"description": "it is destroyed", "effect": EffectKind.BLOCKED}
            yield "damage", {**words, **way_round}
        elif facility.damage is Damage.DAMAGED:
            yield "damage", {"description": "it is damaged", **way_round}


def _one_status(
    part: str, side: str, status: OperationalStatus, comment: str | None
) -> Iterator[Statement]:
    remark = f" ({comment})" if comment else ""
    subject, whose = (side, f"the status of {side}") if side else ("it", "its status")
    words = status.value.replace("_", " ")
    if status.closed:
        said = f"{subject} is {words}{remark}"
        yield part, {"description": said, "effect": EffectKind.BLOCKED}
    elif status is OperationalStatus.RESTRICTED:
        yield part, {"description": f"{subject} works with restrictions{remark}"}
    elif status is OperationalStatus.UNKNOWN:
        said = f"{whose} is not known{remark}"
        yield part, {"description": said, "effect": EffectKind.UNKNOWN}


def _hours(facility: Facility, zone_name: str | None) -> Iterator[Statement]:
    sides = [("hours", "", "opening_hours", "time_zone")]
    if isinstance(facility, BorderCrossing):
        other = f" in {facility.iso3_other_side or 'the other country'}"
        columns = ("opening_hours_other_side", "time_zone_other_side")
        sides.append(("hours-other-side", other, *columns))
    for part, side, column, zone_column in sides:
        hours = getattr(facility, column, None)
        if hours is None:
            continue
        own_zone = getattr(facility, zone_column) or zone_name
        if own_zone is None:
            said = f"open {hours}{side}; in which time zone is not known"
            yield f"{part}-unclear", {"description": said, "effect": EffectKind.UNKNOWN}
            continue
        closing = closing_of(hours)
        if closing.rule is not None:
            yield (
                part,
                {
                    "description": f"closed but for {hours}{side}",
                    "effect": EffectKind.BLOCKED,
                    "time_rule": closing.rule,
                    "time_zone": own_zone,
                },
            )
        if closing.doubt is not None:
            said = f"{closing.doubt}{side}"
            yield f"{part}-unclear", {"description": said, "effect": EffectKind.UNKNOWN}


def _rules(facility: Facility, *, untimed: bool) -> Iterator[Statement]:
    """Yield limits, permission, permit, delay, capacity and cargo."""

    def stated(name: str) -> Any:
        return getattr(facility, name, None)

    limits = {name: stated(name) for name in _LIMITS if stated(name) is not None}
    if limits:
        yield "limits", {"description": "its limits", **limits}
    if stated("permitted_until") is not None:
        words = "passage is permitted for a time"
        yield (
            "permission",
            {
                "description": words,
                "permitted_until": stated("permitted_until"),
                "effect": EffectKind.BLOCKED,
            },
        )
    if stated("permit_name") is not None or stated("permit_required"):
        yield (
            "permit",
            {
                "description": "nobody passes without a permit",
                "constraint_type": ConstraintType.PERMIT_REQUIRED,
                "permit_name": stated("permit_name"),
                "permit_lead_days": stated("permit_lead_days"),
            },
        )
    yield from _delay(facility, untimed=untimed)
    capacity = stated("daily_truck_capacity")
    if capacity is not None:
        said = f"it takes {capacity:g} trucks a day"
        yield "capacity", {"description": said, "effect": EffectKind.ADVISORY}
    permitted = cargo_words(stated("cargo_permitted"))
    if permitted:
        others = tuple(
            word.value for word in Cargo if word is not Cargo.UNSTATED and word not in permitted
        )
        said = f"it lets pass {', '.join(sorted(word.value for word in permitted))} cargo only"
        if others:
            yield (
                "cargo",
                {
                    "description": said,
                    "effect": EffectKind.BLOCKED,
                    "applies_to_cargo": others,
                },
            )


def _delay(facility: Facility, *, untimed: bool) -> Iterator[Statement]:
    hours = [getattr(facility, name, None) for name in ("queue_h", "clearance_h")]
    minutes = [getattr(facility, "delay_min", None)]
    if isinstance(facility, Bridge) or (untimed and isinstance(facility, Ferry)):
        minutes.append(facility.crossing_min)
    delay_min = sum(60.0 * value for value in hours if value) + sum(
        value for value in minutes if value
    )
    longest = getattr(facility, "delay_max_min", None)
    if delay_min or longest:
        values = {"delay_min": delay_min, "effect": EffectKind.DELAY_ONLY}
        if longest is not None:
            values["delay_max_min"] = max(longest, delay_min)
        yield "delay", {"description": "waiting there", **values}
