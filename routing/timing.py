"""What a timed constraint does while a vehicle passes, rather than at one moment.

A constraint's effect changes only at the moments that ``Constraint.next_change`` gives, so an
interval is judged exactly by its start and those moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lca.constraint import Constraint, Standing
from lca.effect import Effect, effect_on
from lca.vehicle import VehicleClass

_LONGEST_LOOK = timedelta(days=8)
"""A daily window opens within a day, also across a change of the clocks; a week is ample."""


def worst_effect(
    constraint: Constraint, vehicle: VehicleClass, start: datetime, end: datetime
) -> Effect:
    """Return the most restrictive effect at any moment of ``[start, end]``, the earliest of equals."""
    return max(
        (effect_on(constraint, vehicle, moment) for moment in _moments(constraint, start, end)),
        key=lambda effect: effect.outcome,
    )


def stands_within(constraint: Constraint, start: datetime, end: datetime) -> bool:
    """Tell whether the constraint holds, pauses or has lapsed at any moment of ``[start, end]``."""
    return any(
        constraint.standing(moment) not in {Standing.ENDED, Standing.NOT_YET}
        for moment in _moments(constraint, start, end)
    )


def opens_at(constraint: Constraint, after: datetime) -> datetime | None:
    """Return when the constraint stops holding by its own stated times, None if it never does.

    Only a daily window that closes or a stated end opens a road; a ``valid_to`` that passes
    does not (rule 3).
    """
    for moment in _moments(constraint, after, after + _LONGEST_LOOK):
        if constraint.standing(moment) in {Standing.PAUSED, Standing.ENDED}:
            return moment
    ended = constraint.ended_at
    if ended and ended > after and constraint.standing(ended) is Standing.ENDED:
        return ended
    return None


def _moments(constraint: Constraint, start: datetime, end: datetime) -> Iterator[datetime]:
    yield start
    moment = constraint.next_change(start)
    while moment is not None and moment <= end:
        yield moment
        moment = constraint.next_change(moment)
