"""What is said of a constraint on or near a way, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lca.constraint import Constraint, Standing
from lca.effect import Outcome
from lca.instant import format_minute
from lca.phases import Phase, phases
from lca.vehicle import VehicleClass

from .effects import Placed
from .notes import Note
from .snap import Snap


@dataclass(frozen=True, slots=True)
class Remark:
    """A note with its weight; ``doubt`` says why the policy forbids it for what is not known."""

    note: Note
    outcome: Outcome
    doubt: str | None = None


def timing_words(item: Placed, vehicle: VehicleClass, at: datetime) -> Iterator[str]:
    """Yield when a constraint that blocks begins and stops by itself for a vehicle."""
    constraint = item.constraint
    if constraint.recurrence is not None:
        yield f"holds {constraint.recurrence.text()}"
    hold = next(filter(None, (_next_hold(constraint, vehicle, at, look) for look in _LOOKS)), None)
    if hold is None:
        return
    if hold.start > at:
        yield f"closes at {format_minute(hold.start)}, before the vehicle has passed"
    if hold.end is not None:
        yield f"opens at {format_minute(hold.end)}"


_LOOKS = (timedelta(days=8), timedelta(days=400))
"""Hours of the day are found within a week, a season comes again within a year."""


def _next_hold(
    constraint: Constraint, vehicle: VehicleClass, at: datetime, look: timedelta
) -> Phase | None:
    """Return the next phase in which it blocks, if its end is known or was looked for long enough."""
    for phase in phases(constraint, vehicle, at, at + look):
        if phase.effect.outcome is Outcome.BLOCKS:
            return phase if phase.end is not None or look == _LOOKS[-1] else None
    return None


def idle_words(item: Placed) -> Iterator[str]:
    """Yield by which rule of its own a constraint does nothing for some hours."""
    constraint = item.constraint
    if constraint.recurrence is not None:
        yield f"holds {constraint.recurrence.text()}"


def idle_reason(item: Placed, at: datetime) -> str | None:
    """Return why a constraint on the way does nothing, None if there is nothing to say."""
    constraint = item.constraint
    standing = constraint.standing(at)
    if standing is Standing.PAUSED and constraint.recurrence is not None:
        return f"holds {constraint.recurrence.text()}; not when this vehicle passes"
    if standing is Standing.NOT_YET and constraint.valid_from is not None:
        return f"begins at {format_minute(constraint.valid_from)}, after this vehicle has passed"
    return None


def distance_words(metres: float) -> str:
    """Return a distance in metres, from a kilometre on in kilometres."""
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def off_road_words(snap: Snap) -> str:
    """Return how far an end lies from the road."""
    return f"{snap.off_road_m:.0f} m from the nearest road that this vehicle may use"
