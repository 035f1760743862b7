"""Which closures a change would lift (design, rule of truth 3)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import shapely

from .constraint import RAIN_HOLD_THRESHOLD_T, Constraint, Standing
from .effect import has_limits, has_rain_hold
from .recurrence import Recurrence
from .vocab import Direction, EffectKind, Practicability

_ALL_CLASSES = Practicability.TRUCK_TRAILER

# 1e-7 degrees is about 1 cm: below any surveyed location, above any rounding of a file format.
_SAME_PLACE_DEGREES = 1e-7

_WORDS_OF_A_LOCATION = (
    "location_text",
    "chainage_from_km",
    "chainage_to_km",
    "chainage_from_place",
    "place_from",
    "place_to",
    "offset_km",
    "offset_bearing",
    "toward_place",
)

_UPPER_BOUNDS = (
    "max_gross_t",
    "max_payload_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
    "practicability_cap",
)


@dataclass(frozen=True, slots=True)
class LiftedClosure:
    """A closure that stands before a change and no longer stands, or stands weaker, after it."""

    id: str
    name: str
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the closure as a JSON object."""
        return {"id": self.id, "name": self.name, "reasons": list(self.reasons)}


def is_closure(constraint: Constraint) -> bool:
    """Tell whether the constraint can stop any vehicle."""
    return (
        constraint.effect is EffectKind.BLOCKED
        or has_limits(constraint)
        or has_rain_hold(constraint)
        or constraint.permitted_until is not None
    )


def lifted_closures(
    before: Mapping[str, Constraint], after: Mapping[str, Constraint], *, at: datetime
) -> list[LiftedClosure]:
    """Return the closures of ``before`` that ``after`` lifts or weakens, by id.

    A closure counts until it is explicitly ended: also one that starts later, is paused by its
    daily window, or has lapsed unconfirmed.
    """
    lifted: list[LiftedClosure] = []
    for key, old in sorted(before.items()):
        reasons = weakened(old, after.get(key), at=at)
        if reasons:
            lifted.append(LiftedClosure(key, old.name, tuple(reasons)))
    return lifted


def weakened(old: Constraint, new: Constraint | None, *, at: datetime) -> list[str]:
    """Return in words how ``new`` may let pass what ``old`` stops; empty if it cannot."""
    if not is_closure(old) or old.standing(at) is Standing.ENDED:
        return []
    if new is None:
        return ["it is missing"]
    reasons = []
    if not new.status.stands and (old.status.stands or new.standing(at) is Standing.ENDED):
        reasons.append(f"status {old.status.value} -> {new.status.value}")
    if old.effect is EffectKind.BLOCKED and new.effect is not EffectKind.BLOCKED:
        reasons.append(f"effect blocked -> {new.effect.value}")
    if not _blocks_all(new):
        reasons += _raised_limits(old, new)
    reasons += _concerns_fewer(old, new)
    reasons += _moved(old, new)
    reasons += _shortened(old, new)
    return reasons


def _raised_limits(old: Constraint, new: Constraint) -> list[str]:
    reasons = []
    for name in _UPPER_BOUNDS:
        before, after = getattr(old, name), getattr(new, name)
        if before and (not after or after > before):
            reasons.append(f"{name} {before:g} -> {'none' if not after else format(after, 'g')}")
    before, after = old.drive_required, new.drive_required
    if before is not None and (after is None or after.rank < before.rank):
        reasons.append(f"drive_required {before.value} -> {after.value if after else 'none'}")
    if old.hazmat_forbidden and not new.hazmat_forbidden:
        reasons.append("hazardous goods are no longer forbidden")
    return [*reasons, *_shorter_holds(old, new)]


def _shorter_holds(old: Constraint, new: Constraint) -> Iterator[str]:
    """Yield what lets some vehicle pass sooner after rain."""
    if not has_rain_hold(old):
        return
    # A hold changes with the mass only at the thresholds: below, at and above each of them.
    edges = {item.rain_hold_threshold_t or RAIN_HOLD_THRESHOLD_T for item in (old, new)}
    masses = [0.0, *edges, *(math.nextafter(edge, math.inf) for edge in edges)]
    none = timedelta(0)
    if any((new.dry_hold(mass) or none) < (old.dry_hold(mass) or none) for mass in masses):
        yield "it closes for a shorter time after rain"
    if old.last_rain_at and (new.last_rain_at is None or new.last_rain_at < old.last_rain_at):
        yield "its last rain is set earlier"


def _concerns_fewer(old: Constraint, new: Constraint) -> Iterator[str]:
    """Yield whom the old one concerns and the new one may not."""
    for name in ("applies_to_vehicles", "applies_to_cargo", "applies_to_actor"):
        before, after = getattr(old, name) or (), getattr(new, name) or ()
        if after and (not before or not set(before) <= set(after)):
            yield f"{name} {', '.join(before) or 'all'} -> {', '.join(after)}"
    low, high = "applies_to_min_practicability", "applies_to_max_practicability"
    if (getattr(new, low) or 0) > (getattr(old, low) or 0):
        yield f"{low} {int(getattr(old, low) or 0)} -> {int(getattr(new, low))}"
    if (getattr(new, high) or _ALL_CLASSES) < (getattr(old, high) or _ALL_CLASSES):
        yield f"{high} {int(getattr(old, high) or _ALL_CLASSES)} -> {int(getattr(new, high))}"


def _moved(old: Constraint, new: Constraint) -> list[str]:
    reasons = []
    if not _same_place(old, new):
        reasons.append("its location changed")
    if (old.osm_way_ids or ()) != (new.osm_way_ids or ()):
        reasons.append("its OSM ways changed")
    reasons += _placed_otherwise(old, new)
    if old.direction is not new.direction and new.direction is not Direction.BOTH:
        reasons.append(f"direction {old.direction.value} -> {new.direction.value}")
    return reasons


def _same_place(old: Constraint, new: Constraint) -> bool:
    """Tell whether the new one still lies where the old one was drawn.

    Without a geometry it lies on whole OSM ways, of which a geometry leaves a piece.
    """
    if old.geometry is None:
        return new.geometry is None or not old.osm_way_ids
    return new.geometry is not None and bool(
        shapely.equals_exact(old.geometry, new.geometry, tolerance=_SAME_PLACE_DEGREES)
    )


def _placed_otherwise(old: Constraint, new: Constraint) -> Iterator[str]:
    """Yield what puts the same geometry on another road, or on none.

    The precision decides how far from it a road is looked for, the road's name which one it is.
    """
    if not old.location_precision.locates:
        return
    before, after = old.location_precision, new.location_precision
    if before is not after and (old.geometry is not None or not after.locates):
        yield f"location_precision {before.value} -> {after.value}"
    if (old.geometry is not None or _in_words(old)) and old.road_name != new.road_name:
        yield f"road_name {old.road_name or 'none'} -> {new.road_name or 'none'}"
    if _in_words(old) and (_words_of(old) != _words_of(new) or not _in_words(new)):
        yield "its location in words changed"


def _in_words(constraint: Constraint) -> bool:
    """Tell whether nothing but words says where it lies; beside a geometry they say nothing."""
    drawn = constraint.geometry is not None or bool(constraint.osm_way_ids)
    return not drawn and any(word is not None for word in _words_of(constraint))


def _words_of(constraint: Constraint) -> list[str | float | None]:
    return [getattr(constraint, name) for name in _WORDS_OF_A_LOCATION]


def _shortened(old: Constraint, new: Constraint) -> list[str]:
    reasons = []
    if old.recurrence != new.recurrence and new.recurrence is not None:
        window = new.window
        hours_only = window and new.recurrence == Recurrence(window.zone_name, window)
        told = window.text() if window and hours_only else new.recurrence.text()
        reasons.append(f"it now holds only {told}")
    if new.valid_from is not None and (old.valid_from is None or new.valid_from > old.valid_from):
        reasons.append("it starts later")
    if new.valid_to is not None and (old.valid_to is None or new.valid_to < old.valid_to):
        reasons.append("it ends earlier")
    if new.permitted_until is not None and (
        old.permitted_until is None or new.permitted_until > old.permitted_until
    ):
        reasons.append("passage is permitted for longer")
    if old.permitted_until is not None and new.permitted_until is None and not _blocks_all(new):
        reasons.append("its permission no longer expires")
    if _ends_sooner(old, new):
        reasons.append("its end is set earlier")
    if _confirmation_lost(old, new):
        reasons.append("the confirmation that keeps it standing after valid_to is gone")
    return reasons


def _blocks_all(constraint: Constraint) -> bool:
    """Tell whether it stops every vehicle, so that its limits do not matter."""
    return constraint.effect is EffectKind.BLOCKED and constraint.permitted_until is None


def _ends_sooner(old: Constraint, new: Constraint) -> bool:
    """Tell whether both have an explicit end and the new one comes first."""
    if old.status.stands or new.status.stands or not old.ended_at or not new.ended_at:
        return False
    return new.ended_at < old.ended_at


def _confirmation_lost(old: Constraint, new: Constraint) -> bool:
    """Tell whether a confirmation outlived the old one's valid_to and does not the new one's."""
    return (
        old.confirmed_after_its_end and new.valid_to is not None and not new.confirmed_after_its_end
    )
