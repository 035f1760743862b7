"""Which rows show a value that another row holds, because their cells are merged."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class RowsBelow:
    """Numbers of rows, as disjoint ranges in order: a file may claim a million rows in each."""

    firsts: Sequence[int]
    lasts: Sequence[int]

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.firsts, number) - 1
        return at >= 0 and number <= self.lasts[at]


def rows_below(merged: Iterable[str], columns: Iterable[int]) -> RowsBelow:
    """Return the rows of which a cell of some columns shows the value of a row above.

    Parameters
    ----------
    merged : iterable of str
        Merged ranges, as ``B2:B4``; what is no range is passed over.
    columns : iterable of int
        The columns, counted from 0.
    """
    wanted = tuple(columns)
    ranges = sorted(
        (int(match[2]) + 1, int(match[4]))
        for match in map(_RANGE.fullmatch, merged if wanted else ())
        if match and any(_index(match[1]) <= one <= _index(match[3]) for one in wanted)
    )
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in ranges:
        if lasts and first <= lasts[-1]:
            lasts[-1] = max(lasts[-1], last)
        elif first <= last:
            firsts.append(first)
            lasts.append(last)
    return RowsBelow(firsts, lasts)


def rows_of_ranges(merged: Iterable[str]) -> tuple[tuple[int, int, str], ...]:
    """Return the first and last row of each merged range, and the range as it is written."""
    matches = filter(None, map(_RANGE.fullmatch, merged))
    return tuple((int(match[2]), int(match[4]), match[0]) for match in matches)


def meeting(
    ranges: Iterable[tuple[int, int, str]], first: int, last: int | None
) -> tuple[str, ...]:
    """Return the merged ranges that meet some rows; without a last one, all from the first on."""
    return tuple(
        written
        for begin, end, written in ranges
        if end >= first and (last is None or begin <= last)
    )


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
