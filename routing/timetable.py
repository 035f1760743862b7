"""When time alone changes what constraints do: all of their dates in arrays, asked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lca.constraint import Constraint
from lca.recurrence import Recurrence
from lca.vocab import ConstraintStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """One rule of local time, and from when to when each of the constraints that have it stands."""

    rule: Recurrence
    from_us: NDArray[np.int64]
    ended_us: NDArray[np.int64]

    def applies(self, at_us: int, standing_us: int) -> bool:
        """Tell whether a constraint that has not ended at ``standing_us`` keeps the hours then."""
        ended = self.ended_us > max(at_us, standing_us)
        return bool((ended & (self.from_us <= at_us)).any())


@dataclass(frozen=True, eq=False)
class Timetable:
    """The moments at which constraints change, and the hours that come again and again.

    Attributes
    ----------
    moment_us : int64[k]
        Dates of constraints, in microseconds since 1970.
    ended_us : int64[k]
        When the constraint of the date has ended for good.
    hours : tuple of Hours
        The different rules of local time; thousands of constraints share a few.
    """

    moment_us: NDArray[np.int64]
    ended_us: NDArray[np.int64]
    hours: tuple[Hours, ...]

    @classmethod
    def of(cls, constraints: Sequence[Constraint]) -> Timetable:
        """Collect the dates and hours of constraints."""
        moments: list[int] = []
        ended: list[int] = []
        hours: dict[Recurrence, list[tuple[int, int]]] = defaultdict(list)
        for constraint in constraints:
            end = _ended_us(constraint)
            dates = [_microseconds(date) for date in constraint.dates if date is not None]
            moments += dates
            ended += [end] * len(dates)
            rule = constraint.recurrence
            if rule is not None:
                start = constraint.valid_from
                hours[rule].append((-_NEVER if start is None else _microseconds(start), end))
        spans = {rule: np.array(rows, np.int64).reshape(-1, 2) for rule, rows in hours.items()}
        return cls(
            np.array(moments, np.int64),
            np.array(ended, np.int64),
            tuple(Hours(rule, rows[:, 0], rows[:, 1]) for rule, rows in spans.items()),
        )

    def next_change(self, after: datetime, since: datetime | None = None) -> datetime | None:
        """Return the first moment after ``after`` when time alone changes something, if any.

        Constraints that have ended at ``since``, or without it at ``after``, change nothing.
        """
        after_us = _microseconds(after)
        standing_us = after_us if since is None else _microseconds(since)
        coming = self.moment_us[(self.moment_us > after_us) & (self.ended_us > standing_us)]
        changes = [_EPOCH + int(coming.min()) * _MICROSECOND] if len(coming) else []
        for hours in self.hours:
            if hours.applies(after_us, standing_us):
                change = hours.rule.next_change(after)
                if change is not None:
                    changes.append(change)
        return min(changes, default=None)


def _ended_us(constraint: Constraint) -> int:
    """Return from when on :meth:`Constraint.standing` is ENDED."""
    if constraint.status is ConstraintStatus.REJECTED:
        return -_NEVER
    if constraint.status is ConstraintStatus.RESOLVED and constraint.ended_at is not None:
        return _microseconds(constraint.ended_at)
    return _NEVER


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
