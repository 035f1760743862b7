"""The shapes of many road segments in two arrays, as OSM's own whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

PER_DEGREE = 10_000_000
"""OSM keeps positions as whole numbers of 1e-7 degree, about 1 cm."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines end to end.

    Attributes
    ----------
    e7 : int32[p, 2]
        Longitude and latitude of every point, EPSG:4326, in 1e-7 degree.
    offsets : int64[m + 1]
        Line ``i`` has the points ``offsets[i]`` to ``offsets[i + 1]``.
    """

    e7: NDArray[np.int32]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, shapes: NDArray[np.object_]) -> Lines:
        """Take the points of shapely lines, EPSG:4326 degrees."""
        counts = shapely.get_num_coordinates(shapes)
        return cls(to_e7(shapely.get_coordinates(shapes)), np.append(0, np.cumsum(counts)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of points of each line."""
        return np.diff(self.offsets)

    def points(self, row: int) -> NDArray[np.float64]:
        """Return one line's points, float64[k, 2], degrees."""
        return self.e7[self.offsets[row] : self.offsets[row + 1]] / PER_DEGREE

    def select(self, rows: NDArray[np.integer[Any]]) -> Lines:
        """Return some lines, in the order asked for."""
        starts = self.offsets[:-1][rows]
        return self.spans(starts, self.offsets[1:][rows] - starts)

    def spans(self, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Lines:
        """Return lines made of runs of this one's points, int64[k] each."""
        offsets = np.append(0, np.cumsum(counts)).astype(np.int64)
        points = np.arange(offsets[-1])
        points += np.repeat(starts - offsets[:-1], counts)
        # A point is moved as one number of 64 bits: half the time for a country's 20 million.
        pairs = np.ascontiguousarray(self.e7).view(np.int64).ravel()
        return Lines(pairs[points].view(np.int32).reshape(-1, 2), offsets)

    def shapes(self, rows: NDArray[np.integer[Any]] | None = None) -> NDArray[np.object_]:
        """Return lines as shapely LineStrings, EPSG:4326 degrees; all of them without ``rows``."""
        chosen = self if rows is None else self.select(rows)
        if not len(chosen):
            return np.empty(0, np.object_)
        line = np.repeat(np.arange(len(chosen)), chosen.counts)
        return np.asarray(
            shapely.linestrings(chosen.e7 / PER_DEGREE, indices=line), dtype=np.object_
        )

    def bounds(self) -> NDArray[np.float64]:
        """Return west, south, east, north of each line, float64[m, 4], degrees."""
        if not len(self):
            return np.empty((0, 4))
        starts = self.offsets[:-1]
        low = np.minimum.reduceat(self.e7, starts, axis=0)
        high = np.maximum.reduceat(self.e7, starts, axis=0)
        return np.hstack([low, high]) / PER_DEGREE


def to_e7(degrees: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return degrees as OSM's whole numbers, int32 of the same shape."""
    return np.rint(np.asarray(degrees) * PER_DEGREE).astype(np.int32)
