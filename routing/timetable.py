"""When time alone changes what constraints do: all of their dates in one array, asked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lca.constraint import Constraint, Standing
from lca.vocab import ConstraintStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Timetable:
    """The moments at which constraints change, and those with a daily window, to be asked one by one.

    Attributes
    ----------
    moment_us : int64[k]
        Dates of constraints without a daily window, in microseconds since 1970.
    ended_us : int64[k]
        When the constraint of the date has ended for good.
    daily : tuple of Constraint
        Constraints with a daily window.
    """

    moment_us: NDArray[np.int64]
    ended_us: NDArray[np.int64]
    daily: tuple[Constraint, ...]

    @classmethod
    def of(cls, constraints: Sequence[Constraint]) -> Timetable:
        """Collect the dates of constraints."""
        moments: list[int] = []
        ended: list[int] = []
        for constraint in constraints:
            if constraint.window is None:
                dates = [_microseconds(date) for date in constraint.dates if date is not None]
                moments += dates
                ended += [_ended_us(constraint)] * len(dates)
        daily = tuple(item for item in constraints if item.window is not None)
        return cls(np.array(moments, np.int64), np.array(ended, np.int64), daily)

    def next_change(self, after: datetime, since: datetime | None = None) -> datetime | None:
        """Return the first moment after ``after`` when time alone changes something, if any.

        Constraints that have ended at ``since``, or without it at ``after``, change nothing.
        """
        standing_at = after if since is None else since
        after_us, standing_us = _microseconds(after), _microseconds(standing_at)
        coming = self.moment_us[(self.moment_us > after_us) & (self.ended_us > standing_us)]
        changes = [_EPOCH + int(coming.min()) * _MICROSECOND] if len(coming) else []
        for constraint in self.daily:
            if constraint.standing(standing_at) is not Standing.ENDED:
                change = constraint.next_change(after)
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
