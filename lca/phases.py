"""What a constraint does to one vehicle over an interval, phase by phase (rule of truth 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from .constraint import Constraint
from .effect import Effect, effect_on
from .vehicle import VehicleClass


@dataclass(frozen=True, slots=True)
class Phase:
    """An effect that holds throughout ``[start, end)``; nothing asked about ends it if ``end`` is None."""

    start: datetime
    end: datetime | None
    effect: Effect


def phases(
    constraint: Constraint, vehicle: VehicleClass, start: datetime, until: datetime
) -> tuple[Phase, ...]:
    """Return what a constraint does at every moment of ``[start, until)``, in order and without gaps.

    A ``valid_to`` that passes does not open a road within one answer (rule of truth 3): it counts
    only if it has passed at ``start``. Rules of time, a stated end and a hold after rain open it.

    Parameters
    ----------
    constraint : Constraint
        Wherever it lies.
    vehicle : VehicleClass
        Whom it may concern.
    start, until : datetime
        Aware moments; without a moment between them there is no phase.

    Returns
    -------
    tuple of Phase
        Neighbours differ in their effect. The last one's ``end`` is None: nothing ends it before
        ``until``.
    """
    if start >= until:
        return ()
    if constraint.valid_to is not None and start < constraint.valid_to:
        constraint = replace(constraint, valid_to=None)
    return _joined(list(_judged(constraint, vehicle, start, until)))


def _judged(
    constraint: Constraint, vehicle: VehicleClass, start: datetime, until: datetime
) -> Iterator[tuple[datetime, Effect]]:
    moment: datetime | None = start
    while moment is not None and moment < until:
        yield moment, effect_on(constraint, vehicle, moment)
        moment = constraint.next_change(moment)


def _joined(judged: list[tuple[datetime, Effect]]) -> tuple[Phase, ...]:
    """Return one phase for each run of equal effects."""
    begins = [
        item
        for number, item in enumerate(judged)
        if number == 0 or judged[number - 1][1] != item[1]
    ]
    spans = pairwise([*begins, (None, None)])
    return tuple(
        Phase(start, end, effect)
        for (start, effect), (end, _) in spans
        if start is not None and effect is not None
    )
