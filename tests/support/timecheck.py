"""Compare a constraint's standing, effect, next change and phases with the oracle of local time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lca import effect, phases
from lca.constraint import Constraint, Standing
from lca.effect import Outcome
from lca.vehicle import vehicle_class

from .constraints import a_constraint
from .timeoracle import HOLDS, LAPSED, LAPSED_CLOSED, NOT_YET, PAUSED, Rule, Span

MOMENTS = 20
"""How many moments are asked about for each rule."""
TRUCK = vehicle_class("truck_heavy_3")
SECOND = timedelta(seconds=1)
STANDING = {
    NOT_YET: (Standing.NOT_YET, Outcome.NONE),
    PAUSED: (Standing.PAUSED, Outcome.NONE),
    HOLDS: (Standing.HOLDS, Outcome.BLOCKS),
    LAPSED_CLOSED: (Standing.LAPSED, Outcome.NONE),
    LAPSED: (Standing.LAPSED, Outcome.CONDITIONS),
}
OUTCOMES = np.array([STANDING[state][1] for state in sorted(STANDING)], np.int8)


def difference(span: Span, rule: Rule, drawn: random.Random) -> str | None:
    """Return the first moment at which product and oracle differ, in words."""
    constraint = a_constraint(
        **rule.fields(span.zone), date_of_information=datetime(1903, 1, 1, tzinfo=UTC)
    )
    is_open = rule.open(span)
    states = rule.states(span, is_open)
    changes = np.flatnonzero(np.diff(states)) + 1
    for number in moments(span, changes, drawn):
        at = span.start + number * SECOND
        standing, outcome = STANDING[int(states[number])]
        found = (constraint.standing(at), effect.effect_on(constraint, TRUCK, at).outcome)
        if found != (standing, outcome):
            return f"{rule} at {at} is {found}, not {(standing, outcome)}"
        later = changes[changes > number]
        expected = span.start + int(later[0]) * SECOND if len(later) else None
        change = constraint.next_change(at)
        if expected is None and change is not None and change >= span.end:
            change = None
        if change != expected:
            return f"{rule} after {at} changes at {change}, not at {expected}"
    return phases_differ(span, rule, constraint, is_open)


def moments(span: Span, changes: NDArray[np.int64], drawn: random.Random) -> list[int]:
    """Return seconds of a span to ask about: some changes, the seconds before, and any others."""
    some = drawn.sample(changes.tolist(), min(5, len(changes)))
    chosen = [*some, *(number - 1 for number in some)]
    return chosen + [drawn.randrange(span.seconds) for _ in range(MOMENTS - len(chosen))]


def phases_differ(
    span: Span, rule: Rule, constraint: Constraint, is_open: NDArray[np.bool_]
) -> str | None:
    """Return how the phases over the span differ from the oracle; a valid_to on the way lifts none."""
    lapsed = rule.valid_to is not None and rule.valid_to <= span.start
    states = rule.states(span, is_open, until_lapsed=lapsed)
    outcomes = OUTCOMES[states]
    edges = [0, *(np.flatnonzero(np.diff(outcomes)) + 1).tolist()]
    expected = [(span.start + edge * SECOND, Outcome(outcomes[edge])) for edge in edges]
    found = [
        (one.start, one.effect.outcome)
        for one in phases.phases(constraint, TRUCK, span.start, span.end)
    ]
    return None if found == expected else f"{rule} has the phases {found}, not {expected}"
