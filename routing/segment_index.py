"""Where segments lie: a packed R-tree in one buffer, which may be a mapped file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from geoindex_rs import rtree  # type: ignore[attr-defined]
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SegmentIndex:
    """Finds the segments whose box touches a box."""

    buffer: NDArray[np.uint8]

    @classmethod
    def of(cls, bounds: NDArray[np.float64]) -> SegmentIndex:
        """Index boxes (west, south, east, north in degrees, float64[m, 4])."""
        builder = rtree.RTreeBuilder(len(bounds))
        builder.add(*(np.ascontiguousarray(bounds[:, edge]) for edge in range(4)))
        packed = memoryview(builder.finish("hilbert"))
        return cls(np.frombuffer(packed, np.uint8))

    def search(self, west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
        """Return the rows of the boxes that touch the given one, ascending."""
        found = np.asarray(rtree.search(self.buffer, west, south, east, north))
        return np.sort(found).astype(np.int64)
