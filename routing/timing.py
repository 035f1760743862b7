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

_IDLE = frozenset({Standing.NOT_YET, Standing.PAUSED, Standing.ENDED})
_LONGEST_LOOK = timedelta(days=400)
"""A season comes again within a year; hours of the day are found within the first two."""


def worst_effect(
    constraint: Constraint, vehicle: VehicleClass, start: datetime, end: datetime
) -> Effect:
    """Return the most restrictive effect at any moment of ``[start, end)``, the earliest of equals.

    An instant is judged at its start: who arrives as a closure begins has passed (decision 0014).
    """
    during = (at for at in _moments(constraint, start, end) if at < end or at == start)
    return max(
        (effect_on(constraint, vehicle, moment) for moment in during),
        key=lambda effect: effect.outcome,
    )


def stands_within(constraint: Constraint, start: datetime, end: datetime) -> bool:
    """Tell whether the constraint holds, pauses or has lapsed at any moment of ``[start, end]``."""
    return any(
        constraint.standing(moment) not in {Standing.ENDED, Standing.NOT_YET}
        for moment in _moments(constraint, start, end)
    )


def next_hold(constraint: Constraint, after: datetime) -> tuple[datetime, datetime | None] | None:
    """Return when the constraint holds next, from ``after`` on, and when it stops by itself.

    Only a rule of local time that closes or a stated end opens a road; a ``valid_to`` that passes
    does not (rule 3), so a stop of None means that no stated time opens it.
    """
    begins: datetime | None = None
    for moment in _moments(constraint, after, after + _LONGEST_LOOK):
        idle = constraint.standing(moment) in _IDLE
        if begins is None and not idle:
            begins = moment
        elif begins is not None and idle:
            return begins, moment
    if begins is None:
        return None
    ended = constraint.ended_at
    stated = ended is not None and ended > begins and constraint.standing(ended) in _IDLE
    return begins, ended if stated else None


def _moments(constraint: Constraint, start: datetime, end: datetime) -> Iterator[datetime]:
    yield start
    moment = constraint.next_change(start)
    while moment is not None and moment <= end:
        yield moment
        moment = constraint.next_change(moment)
