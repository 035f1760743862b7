"""A column of few distinct values: each value once, and a small code for each row."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

T = TypeVar("T", str, float)

Codes = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Coded(Generic[T]):
    """Rows of a few distinct values; a country's 2 million highway classes are 25 words.

    Rules are judged once for each distinct value, not once for each row.

    Attributes
    ----------
    codes : int8, int16 or int32[m]
        Place in ``values``, -1 where the row has no value; the smallest type that fits.
    values : tuple
        The distinct values, ascending, every one of them used.
    """

    codes: Codes
    values: tuple[T, ...]

    @classmethod
    def of(cls, rows: Iterable[T | None]) -> Coded[T]:
        """Code a column; None and NaN are *no value*."""
        codes, values = pd.factorize(pd.Series(rows, dtype=object), sort=True)
        return cls(codes.astype(code_type(len(values))), tuple(values))

    @classmethod
    def of_codes(cls, codes: NDArray[np.integer[Any]], values: Sequence[T]) -> Coded[T]:
        """Take codes into values in any order, some perhaps unused or equal; -1 is *no value*."""
        used = np.zeros(len(values) + 1, np.bool_)
        used[codes] = True
        kept = sorted({values[code] for code in np.flatnonzero(used[:-1]).tolist()})
        place: dict[T, int] = {value: code for code, value in enumerate(kept)}
        table = np.full(len(used), -1, code_type(len(kept)))
        table[:-1] = [place.get(value, -1) for value in values]
        return cls(table[codes], tuple(kept))

    @classmethod
    def empty(cls, count: int) -> Coded[T]:
        """Return a column without any value."""
        return cls(np.full(count, -1, np.int8), ())

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: int) -> T | None:
        """Return one row's value."""
        code = int(self.codes[row])
        return None if code < 0 else self.values[code]

    def take(self, rows: NDArray[np.integer[Any]]) -> list[T | None]:
        """Return the values of some rows."""
        values = self.values
        return [None if code < 0 else values[code] for code in self.codes[rows].tolist()]

    def each(self, judge: Callable[[T | None], Any], dtype: type[np.generic]) -> NDArray[Any]:
        """Return for each row what ``judge`` says of its value; None is judged too."""
        # Code -1 finds the last entry, which is that of None.
        judged: list[Any] = [judge(value) for value in self.values]
        return np.array([*judged, judge(None)], dtype)[self.codes]

    def isin(self, wanted: Collection[T]) -> NDArray[np.bool_]:
        """Mark the rows whose value is one of the wanted."""
        return self.each(lambda value: value is not None and value in wanted, np.bool_)

    def present(self) -> NDArray[np.bool_]:
        """Mark the rows that have a value."""
        return np.asarray(self.codes >= 0)

    def floats(self) -> NDArray[np.float64]:
        """Return numbers as an array, NaN where there is none."""
        return self.each(lambda value: np.nan if value is None else value, np.float64)

    def select(self, rows: NDArray[np.integer[Any]] | NDArray[np.bool_]) -> Coded[T]:
        """Return the column of some rows, in their order."""
        codes = self.codes[rows]
        used = np.zeros(len(self.values) + 1, np.bool_)
        used[codes] = True
        kept = np.flatnonzero(used[:-1])
        if len(kept) == len(self.values):
            return Coded(codes, self.values)
        fresh = np.full(len(used), -1, code_type(len(kept)))
        fresh[kept] = np.arange(len(kept))
        return Coded(fresh[codes], tuple(self.values[code] for code in kept.tolist()))

    def normal(self) -> Coded[T]:
        """Return the same column with its values ascending, for those that a source coded."""
        if all(before < after for before, after in itertools.pairwise(self.values)):
            return self
        return Coded.of_codes(self.codes, self.values)


def code_type(count: int) -> type[np.signedinteger[Any]]:
    """Return the smallest integer type whose values can number ``count`` distinct ones."""
    for kind in (np.int8, np.int16):
        if count <= np.iinfo(kind).max:
            return kind
    return np.int32
