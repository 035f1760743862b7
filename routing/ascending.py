"""Whole numbers in ascending order as sets: sorted once, then searched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once, ascending; of the rows of a network quicker than numpy's hashing."""
    ordered = np.sort(values)
    return ordered[changes(ordered)]


def changes(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the first of each run of equal values."""
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return fresh


def is_among(values: NDArray[np.int64], ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each value whether it is in an ascending array."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    place = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    return np.asarray(ascending[place] == values)
