"""Segments with rules for some vehicles, one direction or some times, judged once for all alike."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.timerule import next_change, time_truth

from .conditional import parse_conditional
from .segments import NUMBER_COLUMNS, Segments

_TEXTS = (
    "conditional",
    "highway",
    "oneway",
    "access",
    "motor_vehicle",
    "hgv",
    "status",
    "four_wd_only",
    "surface",
    "smoothness",
    "tracktype",
    "ford",
)
"""Columns that, with the numbers, decide what such a rule means for a segment."""


@dataclass(frozen=True, eq=False)
class SpecialRows:
    """The segments whose ``conditional`` column is filled.

    Attributes
    ----------
    rows : int64[k]
        Ascending.
    alike : int64[k]
        Place in ``samples`` of the segment that has the same tags.
    samples : tuple of mapping
        The attributes of one segment of each kind.
    times : tuple of str
        The distinct times on which rules depend, ascending.
    """

    rows: NDArray[np.int64]
    alike: NDArray[np.int64]
    samples: tuple[Mapping[str, Any], ...]
    times: tuple[str, ...]

    def each(
        self, judge: Callable[[Mapping[str, Any]], Any], dtype: type[np.generic]
    ) -> NDArray[Any]:
        """Return for each of the rows what ``judge`` says of its attributes."""
        judged = np.array([judge(sample) for sample in self.samples], dtype)
        return np.asarray(judged[self.alike])

    def sample_of(self, row: int) -> Mapping[str, Any]:
        """Return the attributes of the kind of one of the rows."""
        return self.samples[int(self.alike[np.searchsorted(self.rows, row)])]

    def among(self, rows: Iterable[int]) -> list[int]:
        """Return those of some segments that are among the rows, ascending."""
        wanted = np.fromiter(rows, np.int64)
        return np.intersect1d(wanted, self.rows).tolist() if len(wanted) else []

    def epoch(self, at_local: datetime | None) -> tuple[int, ...] | None:
        """Return what decides all rules of time at a moment: which of the times hold then."""
        if at_local is None:
            return None
        return tuple(time_truth(time, at_local) for time in self.times)

    def next_change(self, at_local: datetime) -> datetime | None:
        """Return the next local moment at which one of the times begins or ends, None if never."""
        return _earliest(self.times, at_local)


def next_change_on(
    segments: Segments, rows: NDArray[np.int64], at_local: datetime
) -> datetime | None:
    """Return when a rule of time on some segments next begins or ends, None if never."""
    column = segments.texts["conditional"]
    rows = rows[column.codes[rows] >= 0]
    if not len(rows):
        return None
    texts = column.select(rows).values
    return _earliest({time for text in texts for time in parse_conditional(text).times}, at_local)


def _earliest(times: Iterable[str], at_local: datetime) -> datetime | None:
    changes = (next_change(time, at_local) for time in times)
    return min((change for change in changes if change is not None), default=None)


_KEPT: weakref.WeakKeyDictionary[Segments, SpecialRows] = weakref.WeakKeyDictionary()


def special_rows(segments: Segments) -> SpecialRows:
    """Return the segments of a network that have such rules; found once for each network."""
    kept = _KEPT.get(segments)
    if kept is None:
        kept = _KEPT[segments] = _found(segments)
    return kept


def _found(segments: Segments) -> SpecialRows:
    rows = np.flatnonzero(segments.texts["conditional"].present())
    alike = np.zeros(len(rows), np.int64)
    codes = [(segments.texts[name].codes, len(segments.texts[name].values)) for name in _TEXTS]
    numbers = (segments.numbers[name] for name in NUMBER_COLUMNS)
    codes += [(column.codes, len(column.values)) for column in numbers]
    for code, count in codes:
        # Fewer kinds than rows, times fewer codes than 2**31: never beyond 63 bits.
        mixed = alike * (count + 1) + code[rows] + 1
        alike = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
    _, first = np.unique(alike, return_index=True)
    texts = segments.texts["conditional"].values
    times = {time for text in texts for time in parse_conditional(text).times}
    return SpecialRows(
        rows,
        alike,
        tuple(segments.attributes(row) for row in rows[first].tolist()),
        tuple(sorted(times)),
    )
