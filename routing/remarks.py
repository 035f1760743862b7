"""What is said of a constraint on or near a way, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lca.constraint import Standing
from lca.effect import Outcome
from lca.instant import format_minute

from .effects import Placed
from .notes import Note
from .timing import next_hold


@dataclass(frozen=True, slots=True)
class Remark:
    """A note with its weight; ``doubt`` says why the policy forbids it for what is not known."""

    note: Note
    outcome: Outcome
    doubt: str | None = None


def timing_words(item: Placed, at: datetime) -> Iterator[str]:
    """Yield when a constraint that blocks begins and stops by itself."""
    constraint = item.constraint
    if constraint.recurrence is not None:
        yield f"holds {constraint.recurrence.text()}"
    hold = next_hold(constraint, at)
    if hold is None:
        return
    begins, stops = hold
    if begins > at:
        yield f"closes at {format_minute(begins)}, before the vehicle has passed"
    if stops is not None:
        yield f"opens at {format_minute(stops)}"


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
