"""The network and the questions as the arrays that the benchmark wrote, for the graph libraries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

INFINITE = 2147483647
"""Weight of a closed arc, and cost where there is no way."""


class Roads:
    """Arcs with travel times in ms, lines of the segments, and what is asked.

    Arcs ``2 i`` and ``2 i + 1`` run along line ``i`` and back; those from ``segment_arcs`` on are
    turns at one place and have no line.
    """

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        for name in ("tail", "head", "lon", "lat", "points_e7", "point_start"):
            setattr(self, name, self._array(name))
        self.weight_ms: Any = self._array("weight_ms")
        self.segment_arcs = 2 * (len(self.point_start) - 1)
        self.vertex_count = len(self.lon)
        self.pairs: Any = self._array("pairs")
        self.grid: Any = self._array("grid")
        self.closed: Any = self._array("flood_arcs")

    tail: Any
    head: Any
    lon: Any
    lat: Any
    points_e7: Any
    point_start: Any

    def _array(self, name: str) -> Any:
        return np.load(self.folder / f"{name}.npy")

    def weights(self, *, flooded: bool) -> Any:
        """Return the weight of each arc, INFINITE where closed."""
        weights = self.weight_ms.copy()
        if flooded:
            weights[self.closed] = INFINITE
        return weights

    def geometry(self, arcs: Any) -> Any:
        """Return the points along a way, int32[k, 2]: longitude and latitude in 1e-7 degrees."""
        arcs = np.asarray(arcs, np.int64)
        arcs = arcs[arcs < self.segment_arcs]
        if not len(arcs):
            return np.empty((0, 2), np.int32)
        begin, end = self.point_start[arcs // 2], self.point_start[arcs // 2 + 1]
        back = arcs % 2 == 1
        count = end - begin
        first, step = np.where(back, end - 1, begin), np.where(back, -1, 1)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return self.points_e7[np.repeat(first, count) + offset * np.repeat(step, count)]
