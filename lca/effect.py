"""What a constraint does to one vehicle at one moment (design, rules of truth 1 and 2).

The rules here know the constraint's own words only. Whether it was matched to a road is known
two floors up, in ``routing``; an unmatched block is a condition there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from .concern import Concern, concern, names_some_only
from .constraint import Constraint, Standing
from .instant import format_minute
from .timerule import NEVER
from .vehicle import VehicleClass
from .vocab import Cargo, ConstraintType, EffectKind, Practicability, SecurityCategory


class Outcome(IntEnum):
    """What an effect means for an answer; the greater wins (rule 4)."""

    NONE = 0
    """It does not concern this vehicle now."""
    NOTES = 1
    """It is named on the way and changes nothing."""
    CONDITIONS = 2
    """The way is at best viable with conditions, and names it."""
    BLOCKS = 3
    """The vehicle cannot pass."""


@dataclass(frozen=True, slots=True)
class Excess:
    """One limit that a vehicle exceeds."""

    limit: str
    limit_value: float | str
    vehicle_value: float | str
    unit: str


@dataclass(frozen=True, slots=True)
class Effect:
    """The outcome for one vehicle at one moment, its reason in words, and what it costs.

    ``delay_s`` is the delay to reckon with, ``delay_max_s`` the longest stated one, never less.
    ``requirements`` are what the vehicle needs to pass, in words. ``security`` never blocks by
    itself: how much of it is borne is the asker's policy.
    """

    outcome: Outcome
    reason: str
    excess: tuple[Excess, ...] = ()
    speed_factor: float = 1.0
    delay_s: float = 0.0
    delay_max_s: float = 0.0
    requirements: tuple[str, ...] = ()
    security: SecurityCategory | None = None


NO_EFFECT = Effect(Outcome.NONE, "does not hold")
NOT_CONCERNED = Effect(Outcome.NONE, "does not concern this vehicle")

_HAZMAT = "hazardous goods"

_NUMERIC_LIMITS = (
    ("max_gross_t", "gross_t", "gross mass", "t"),
    ("max_payload_t", "payload_t", "payload", "t"),
    ("max_axle_t", "axle_load_t", "axle load", "t"),
    ("max_height_m", "height_m", "height", "m"),
    ("max_width_m", "width_m", "width", "m"),
    ("max_length_m", "length_m", "length", "m"),
)


def exceeded_limits(constraint: Constraint, vehicle: VehicleClass) -> tuple[Excess, ...]:
    """Return each limit of the constraint that the vehicle exceeds; equal is within."""
    found: list[Excess] = []
    for limit, attribute, label, unit in _NUMERIC_LIMITS:
        bound = getattr(constraint, limit)
        value = getattr(vehicle, attribute)
        if bound is not None and value > bound:
            found.append(Excess(label, bound, value, unit))
    cap = constraint.practicability_cap
    if cap and vehicle.practicability > cap:
        found.append(
            Excess("practicability", Practicability(cap).label, vehicle.practicability.label, "")
        )
    drive = constraint.drive_required
    if drive is not None and vehicle.drive.rank < drive.rank:
        found.append(Excess("drive", drive.value, vehicle.drive.value, ""))
    if constraint.hazmat_forbidden and carries_hazmat(vehicle):
        found.append(Excess(_HAZMAT, "forbidden", "carried", ""))
    return tuple(found)


def carries_hazmat(vehicle: VehicleClass) -> bool:
    """Tell whether a vehicle carries hazardous goods: as said, or fuel (UN 1202, 1203, 1863)."""
    return vehicle.hazmat or vehicle.cargo is Cargo.FUEL


def has_limits(constraint: Constraint) -> bool:
    """Tell whether the constraint states any limit, cap, drive or forbidden cargo."""
    numeric = any(getattr(constraint, limit) is not None for limit, *_ in _NUMERIC_LIMITS)
    return (
        numeric
        or bool(constraint.practicability_cap)
        or constraint.drive_required is not None
        or bool(constraint.hazmat_forbidden)
    )


def has_rain_hold(constraint: Constraint) -> bool:
    """Tell whether the constraint closes for some time after rain."""
    return bool(
        constraint.dry_days_required or constraint.rain_hold_light_h or constraint.rain_hold_heavy_h
    )


def effect_on(constraint: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
    """Return what the constraint does to the vehicle at a moment, wherever it lies.

    What would block only conditions (rule 2) where it has lapsed, where its location is too poor
    to place it on a road, where its rule of time cannot be told to hold or not, and where it
    concerns some only and the question does not say whether this vehicle is one of them.
    """
    standing = constraint.standing(at)
    if standing in {Standing.ENDED, Standing.NOT_YET, Standing.PAUSED}:
        return NO_EFFECT
    recurrence = constraint.recurrence
    if standing is Standing.LAPSED and recurrence and recurrence.truth(at) == NEVER:
        return NO_EFFECT
    concerned, unsaid = concern(constraint, vehicle)
    if concerned is Concern.NO:
        return NOT_CONCERNED
    effect = _stated_effect(constraint, vehicle, at)
    doubts = list(_doubts(constraint, standing, at, blocks=effect.outcome is Outcome.BLOCKS))
    if unsaid:
        doubts.append(unsaid)
    if effect.outcome is Outcome.BLOCKS:
        if not doubts:
            return replace(effect, security=constraint.security_category)
        effect = replace(effect, outcome=Outcome.CONDITIONS)
    elif effect.outcome is Outcome.NOTES:
        doubts = []
    return replace(
        effect,
        reason="; ".join([effect.reason, *doubts]),
        speed_factor=constraint.speed_factor or 1.0,
        delay_s=(constraint.delay_min or 0.0) * 60.0,
        delay_max_s=max(constraint.delay_max_min or 0.0, constraint.delay_min or 0.0) * 60.0,
        security=constraint.security_category,
    )


def location_words(constraint: Constraint) -> str:
    """Return the end of a reason that says why the location blocks nothing."""
    return f"; its location is {constraint.location_precision.value}"


def _doubts(
    constraint: Constraint, standing: Standing, at: datetime, *, blocks: bool
) -> Iterator[str]:
    """Yield why the constraint does not block, besides what the question leaves open."""
    if standing is Standing.LAPSED:
        yield (
            "its end date has passed and nobody has confirmed the end"
            if blocks
            else "lapsed, unconfirmed"
        )
    elif blocks and not constraint.location_precision.locates:
        yield location_words(constraint).removeprefix("; ")
    if constraint.perhaps(at):
        yield f"whether {constraint.time_rule!r} holds then cannot be told from a clock"


def _stated_effect(constraint: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
    """Return outcome, reason, excess and requirements; what it costs is added by the caller."""
    if constraint.effect is EffectKind.BLOCKED and constraint.permitted_until is None:
        some_only = names_some_only(constraint)
        return Effect(Outcome.BLOCKS, "closed" if some_only else "closed to all vehicles")
    excess = exceeded_limits(constraint, vehicle)
    if excess:
        return Effect(Outcome.BLOCKS, _excess_words(excess), excess)
    until = constraint.permitted_until
    if until is not None and at >= until:
        return Effect(Outcome.BLOCKS, "the permission to pass has expired")
    dry = constraint.dry_again_at(vehicle.gross_t)
    if dry is not None and at < dry:
        return Effect(Outcome.BLOCKS, f"closed after rain until {format_minute(dry)}")
    outcome, reason = _open_effect(constraint)
    says_more = constraint.effect in _SAID_BESIDE_WHAT_IS_NEEDED
    if until is not None:
        outcome, reason, says_more = (
            Outcome.CONDITIONS,
            "passage under a permission that expires",
            True,
        )
    needs, rain = requirements_of(constraint), _rain_words(constraint, vehicle)
    if not needs and rain is None:
        return Effect(outcome, reason)
    words = [f"{need} is required" for need in needs]
    words += [reason] if says_more else []
    words += [] if rain is None else [rain]
    return Effect(Outcome.CONDITIONS, "; ".join(words), requirements=needs)


def requirements_of(constraint: Constraint) -> tuple[str, ...]:
    """Return what a vehicle needs to pass, in words: a permit, a convoy, an escort."""
    needs = []
    details = [
        constraint.permit_name,
        constraint.permit_issued_by and f"issued by {constraint.permit_issued_by}",
        constraint.permit_lead_days and f"{constraint.permit_lead_days:g} days ahead",
    ]
    told = ", ".join(detail for detail in details if detail)
    if told:
        needs.append(f"a permit ({told})")
    elif constraint.constraint_type is ConstraintType.PERMIT_REQUIRED:
        needs.append("a permit")
    if constraint.convoy_required:
        needs.append("a convoy")
    if constraint.escort_required:
        needs.append("an escort")
    either = constraint.convoy_required or constraint.escort_required
    if constraint.constraint_type is ConstraintType.CONVOY_ESCORT_REQUIRED and not either:
        needs.append("a convoy or escort")
    return tuple(needs)


def _open_effect(constraint: Constraint) -> tuple[Outcome, str]:
    """Outcome and reason of a constraint that does not stop this vehicle, its needs apart."""
    if constraint.effect is EffectKind.UNKNOWN:
        return Outcome.CONDITIONS, "its effect on traffic is not known"
    if constraint.effect in _OPEN_EFFECTS:
        outcome, words = _OPEN_EFFECTS[constraint.effect]
        return outcome, f"{words}{_delay_words(constraint)}"
    if has_limits(constraint) or has_rain_hold(constraint):
        return Outcome.NOTES, "within the stated limit"
    return Outcome.CONDITIONS, "restricted, without a stated limit"


_OPEN_EFFECTS = {
    EffectKind.DIFFICULT: (Outcome.CONDITIONS, "passable with difficulty"),
    EffectKind.DELAY_ONLY: (Outcome.CONDITIONS, "causes a delay"),
    EffectKind.ADVISORY: (Outcome.NOTES, "advisory"),
}
_SAID_BESIDE_WHAT_IS_NEEDED = {EffectKind.UNKNOWN, EffectKind.DIFFICULT, EffectKind.DELAY_ONLY}


def _rain_words(constraint: Constraint, vehicle: VehicleClass) -> str | None:
    """Return under which weather a vehicle passes that no known rain holds; None if under any."""
    hold = constraint.dry_hold(vehicle.gross_t)
    if hold is None:
        return None
    hours = hold / timedelta(hours=1)
    dry = f"{hours / 24:g} dry days" if hours > 24 and hours % 24 == 0 else f"{hours:g} h"
    if constraint.last_rain_at is None:
        return f"passable only {dry} after rain; when it last rained is not known"
    since = format_minute(constraint.last_rain_at)
    return f"passable only if it has not rained since {since} (closed until {dry} after rain)"


def _delay_words(constraint: Constraint) -> str:
    low, high = constraint.delay_min or 0.0, constraint.delay_max_min
    if high is not None and high > low:
        return f" ({low:g} to {high:g} min)"
    return f" (about {low:g} min)" if low else ""


def _excess_words(excess: tuple[Excess, ...]) -> str:
    return "; ".join(_words_of_one(item) for item in excess)


def _words_of_one(item: Excess) -> str:
    if item.limit == _HAZMAT:
        return f"{item.limit} {item.limit_value}"
    if item.unit:
        unit = f" {item.unit}"
        return f"{item.limit} {item.vehicle_value}{unit} exceeds {item.limit_value}{unit}"
    return (
        f"{item.limit}: {item.limit_value} is required or the most, "
        f"the vehicle is {item.vehicle_value}"
    )
