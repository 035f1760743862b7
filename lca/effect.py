"""What a constraint does to one vehicle at one moment (design, rules of truth 1 and 2).

The rules here know the constraint's own words only. Whether it was matched to a road is known
two floors up, in ``routing``; an unmatched block is a condition there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from .constraint import Constraint, Standing
from .vehicle import VehicleClass
from .vocab import ConstraintType, EffectKind, Practicability, SecurityCategory


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
    return tuple(found)


def has_limits(constraint: Constraint) -> bool:
    """Tell whether the constraint states any limit, cap or drive."""
    numeric = any(getattr(constraint, limit) is not None for limit, *_ in _NUMERIC_LIMITS)
    return numeric or bool(constraint.practicability_cap) or constraint.drive_required is not None


def effect_on(constraint: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
    """Return what the constraint does to the vehicle at a moment, wherever it lies.

    A lapsed constraint, and one whose location is too poor to place on a road, never blocks:
    it conditions (rule 2).
    """
    standing = constraint.standing(at)
    if standing in {Standing.ENDED, Standing.NOT_YET, Standing.PAUSED}:
        return NO_EFFECT
    effect = _stated_effect(constraint, vehicle, at)
    if effect.outcome is not Outcome.BLOCKS:
        if standing is Standing.LAPSED and effect.outcome is Outcome.CONDITIONS:
            return replace(effect, reason=f"{effect.reason}; lapsed, unconfirmed")
        return effect
    if standing is Standing.LAPSED:
        return replace(
            effect,
            outcome=Outcome.CONDITIONS,
            reason=f"{effect.reason}; its end date has passed and nobody has confirmed the end",
        )
    if not constraint.location_precision.locates:
        return replace(
            effect,
            outcome=Outcome.CONDITIONS,
            reason=f"{effect.reason}{location_words(constraint)}",
        )
    return effect


def location_words(constraint: Constraint) -> str:
    """Return the end of a reason that says why the location blocks nothing."""
    return f"; its location is {constraint.location_precision.value}"


def _stated_effect(constraint: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
    cost = {
        "speed_factor": constraint.speed_factor or 1.0,
        "delay_s": (constraint.delay_min or 0.0) * 60.0,
        "delay_max_s": (constraint.delay_min or 0.0) * 60.0,
    }
    if constraint.effect is EffectKind.BLOCKED and constraint.permitted_until is None:
        return Effect(Outcome.BLOCKS, "closed to all vehicles")
    excess = exceeded_limits(constraint, vehicle)
    if excess:
        return Effect(Outcome.BLOCKS, _excess_words(excess), excess)
    if constraint.permitted_until is not None and at < constraint.permitted_until:
        return Effect(Outcome.CONDITIONS, "passage under a permission that expires", **cost)  # type: ignore[arg-type]
    if constraint.permitted_until is not None:
        return Effect(Outcome.BLOCKS, "the permission to pass has expired")
    outcome, reason = _open_effect(constraint)
    return Effect(outcome, reason, **cost)  # type: ignore[arg-type]


def _open_effect(constraint: Constraint) -> tuple[Outcome, str]:
    """Outcome and reason of a constraint that does not stop this vehicle."""
    if constraint.effect is EffectKind.UNKNOWN:
        return Outcome.CONDITIONS, "its effect on traffic is not known"
    needed = _NEEDED_TO_PASS.get(constraint.constraint_type)
    if needed:
        return Outcome.CONDITIONS, needed
    if constraint.effect in _OPEN_EFFECTS:
        outcome, words = _OPEN_EFFECTS[constraint.effect]
        return outcome, f"{words}{_delay_words(constraint)}"
    if has_limits(constraint):
        return Outcome.NOTES, "within the stated limit"
    return Outcome.CONDITIONS, "restricted, without a stated limit"


_NEEDED_TO_PASS = {
    ConstraintType.CONVOY_ESCORT_REQUIRED: "a convoy or escort is required",
    ConstraintType.PERMIT_REQUIRED: "a permit is required",
}
_OPEN_EFFECTS = {
    EffectKind.DIFFICULT: (Outcome.CONDITIONS, "passable with difficulty"),
    EffectKind.DELAY_ONLY: (Outcome.CONDITIONS, "causes a delay"),
    EffectKind.ADVISORY: (Outcome.NOTES, "advisory"),
}


def _delay_words(constraint: Constraint) -> str:
    return f" (about {constraint.delay_min:g} min)" if constraint.delay_min else ""


def _excess_words(excess: tuple[Excess, ...]) -> str:
    return "; ".join(
        f"{item.limit} {item.vehicle_value}{_unit(item)} exceeds {item.limit_value}{_unit(item)}"
        if item.unit
        else f"{item.limit}: {item.limit_value} is required or the most, the vehicle is {item.vehicle_value}"
        for item in excess
    )


def _unit(item: Excess) -> str:
    return f" {item.unit}" if item.unit else ""
