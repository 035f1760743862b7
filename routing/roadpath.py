"""Follow roads between positions, whatever their rules: where a road runs, not what may drive it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from lca.geo import LonLat

from .network import RoadNetwork
from .picture import part_of
from .roadname import bears, road_keys
from .tangent import TangentPlane, degrees_within

MAIN_ROADS = {
    **dict.fromkeys(("motorway", "trunk", "primary"), 1.0),
    **dict.fromkeys(("motorway_link", "trunk_link", "primary_link"), 1.1),
    **dict.fromkeys(("secondary", "secondary_link"), 1.15),
    **dict.fromkeys(("tertiary", "tertiary_link"), 1.3),
    "unclassified": 1.6,
}
"""What a metre of each class counts: "the road to Y" is the main one, not the shortest track."""
_OTHER_ROADS = 2.5
_NOT_NAMED = 4.0
"""What a metre counts that does not bear the road's name: gaps in a name are bridged, no more."""
_MOST_ROWS = 200_000
"""Where more roads lie around, only the main and the named ones are followed."""


@dataclass(frozen=True, slots=True)
class OnRoad:
    """A position on a segment: its row, the fraction of its length, and the metres from a place."""

    row: int
    fraction: float
    away_m: float


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The roads around some positions as a graph without directions.

    Attributes
    ----------
    rows : int64[k]
        Segments of the network.
    named : bool[k]
        Which of them bear the road's name; none if no name was asked for.
    factor : float64[k]
        What a metre of each counts.
    """

    network: RoadNetwork
    rows: NDArray[np.int64]
    named: NDArray[np.bool_]
    factor: NDArray[np.float64]

    @classmethod
    def of(
        cls, network: RoadNetwork, places: Iterable[LonLat], margin_m: float, road: str | None
    ) -> Surroundings:
        """Take the roads in the box of some positions, wider by a margin on each side."""
        lonlat = np.array([(place.lon, place.lat) for place in places])
        (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
        width, height = degrees_within(float(np.abs(lonlat[:, 1]).max()), margin_m)
        rows = network.index.search(west - width, south - height, east + width, north + height)
        named = _named(network, rows, road)
        classes = network.segments.texts["highway"].take(rows)
        factor = np.array([MAIN_ROADS.get(name or "", _OTHER_ROADS) for name in classes])
        if len(rows) > _MOST_ROWS:
            kept = named | (factor < _OTHER_ROADS)
            rows, named, factor = rows[kept], named[kept], factor[kept]
        if road is not None:
            factor = np.where(named, 1.0, factor * _NOT_NAMED)
        return cls(network, rows, named, factor)

    def nearest(self, place: LonLat, within_m: float, *, named: bool) -> OnRoad | None:
        """Return the nearest position on a road, of those that bear the name if asked for."""
        rows = self.rows[self.named] if named else self.rows
        if not len(rows):
            return None
        width, height = degrees_within(place.lat, within_m)
        box = self.network.segments.lines.shapes(rows)
        bounds = shapely.bounds(box)
        near = (
            (bounds[:, 0] <= place.lon + width)
            & (bounds[:, 2] >= place.lon - width)
            & (bounds[:, 1] <= place.lat + height)
            & (bounds[:, 3] >= place.lat - height)
        )
        rows = rows[near]
        if not len(rows):
            return None
        lines = in_metres(self.network, rows, place)
        away_m = shapely.distance(lines, shapely.Point(0.0, 0.0))
        best = int(away_m.argmin())
        if away_m[best] > within_m:
            return None
        at = float(shapely.line_locate_point(lines[best], shapely.Point(0.0, 0.0)))
        return OnRoad(int(rows[best]), at / max(lines[best].length, 1e-9), float(away_m[best]))

    def reach(self, start: OnRoad, *, dear: NDArray[np.float64] | None = None) -> Reach:
        """Return how far every road is from a position; ``dear`` multiplies what a metre counts."""
        factor = self.factor if dear is None else self.factor * dear
        return Reach(self, start, factor)

    @cached_property
    def nodes(self) -> NDArray[np.int64]:
        """The network's nodes at the ends of the segments, ascending."""
        ends = (self.network.segments.u[self.rows], self.network.segments.v[self.rows])
        return np.unique(np.concatenate(ends)).astype(np.int64)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Places in :attr:`nodes` of ``u`` and ``v`` of each segment, int64[2, k]."""
        segments = self.network.segments
        found = [np.searchsorted(self.nodes, side[self.rows]) for side in (segments.u, segments.v)]
        return np.array(found, np.int64).reshape(2, -1)

    @cached_property
    def length_m(self) -> NDArray[np.float64]:
        """The length of each segment, never nothing, so that a graph keeps it."""
        return np.maximum(self.network.segments.length_m[self.rows], 0.01)


class Reach:
    """The cheapest ways along roads from one position to all others.

    Attributes
    ----------
    cost : float64[n]
        What the way to each node counts; infinite where there is none.
    metres : float64[n]
        Its length.
    """

    def __init__(self, around: Surroundings, start: OnRoad, factor: NDArray[np.float64]) -> None:
        self.around, self.start = around, start
        self._factor = factor
        self._row = int(np.flatnonzero(around.rows == start.row)[0])
        count = len(around.nodes)
        edges, best = self._edges()
        cost = around.length_m * factor
        matrix = csr_array(
            (
                np.concatenate([cost[best], self._start_costs()]),
                (
                    np.concatenate([edges[0], [count, count]]),
                    np.concatenate([edges[1], around.ends[:, self._row]]),
                ),
            ),
            shape=(count + 1, count + 1),
        )
        self.cost, self._before = dijkstra(
            matrix, directed=False, indices=count, return_predecessors=True
        )
        self._by_ends = {(int(a), int(b)): int(row) for a, b, row in zip(*edges, best, strict=True)}
        self.metres = self._lengths(count)

    def line_to(self, end: OnRoad) -> tuple[BaseGeometry, float] | None:
        """Return the way to a position as a line (EPSG:4326) and what it counts; None if none."""
        found = self._end(end)
        if found is None:
            return None
        last, cost = found
        if last < 0:
            return self._piece(self._row, self.start.fraction, end.fraction), cost
        parts = [self._piece(self._place(end.row), self._side(end.row, last), end.fraction)]
        node = last
        while (before := int(self._before[node])) != len(self.around.nodes):
            row = self._segment(before, node)
            from_u = bool(self.around.ends[0, row] == before)
            parts.append(self._piece(row, *((0.0, 1.0) if from_u else (1.0, 0.0))))
            node = before
        parts.append(self._piece(self._row, self.start.fraction, self._side(self.start.row, node)))
        points = np.concatenate([shapely.get_coordinates(part) for part in reversed(parts)])
        moved = np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))
        points = points[moved]
        return shapely.LineString(points if len(points) > 1 else points.repeat(2, 0)), cost

    def rows_to(self, end: OnRoad) -> NDArray[np.int64]:
        """Return places in ``around.rows`` of the segments on the way to a position."""
        found = self._end(end)
        if found is None:
            return np.empty(0, np.int64)
        node, rows = found[0], set()
        if node < 0:
            return np.array([self._row], np.int64)
        if end.fraction != self._side(end.row, node):
            rows.add(self._place(end.row))
        while (before := int(self._before[node])) != len(self.around.nodes):
            rows.add(self._segment(before, node))
            node = before
        # A way may leave the start's segment at the very position where it begins.
        if self.start.fraction != self._side(self.start.row, node):
            rows.add(self._row)
        return np.array(sorted(rows), np.int64)

    def stretches(self, low_m: float, high_m: float) -> list[BaseGeometry]:
        """Return the named roads between two distances from the start (EPSG:4326), one by one."""
        found: list[BaseGeometry] = []
        around = self.around
        for row in np.flatnonzero(around.named).tolist():
            for low, high in self._spans(row, low_m, high_m):
                found.append(part_of(around.network, int(around.rows[row]), low, high))
        return found

    def _spans(self, row: int, low_m: float, high_m: float) -> list[tuple[float, float]]:
        """Return the fractions of a segment that lie between two distances from the start."""
        length = float(self.around.length_m[row])
        u, v = (float(self.metres[node]) for node in self.around.ends[:, row])
        if row == self._row:
            at = self.start.fraction * length
            parts = [(0.0, at, at, -1), (at, length, at, 1)]
        elif np.isinf(min(u, v)):
            return []
        else:
            turn = float(np.clip((v + length - u) / 2, 0.0, length))
            parts = [(0.0, turn, -u, 1), (turn, length, v + length, -1)]
        spans = []
        for first, last, zero, sign in parts:
            ends = sorted((zero + sign * low_m, zero + sign * high_m))
            low, high = max(first, ends[0]), min(last, ends[1])
            if last > first and low <= high:
                spans.append((low / length, high / length))
        return spans

    def _edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each pair of joined nodes the cheapest segment: ends int64[2, e], places."""
        low, high = np.sort(self.around.ends, axis=0)
        cost = self.around.length_m * self._factor
        order = np.lexsort((cost, high, low))
        pairs = np.stack([low[order], high[order]])
        fresh = np.append(True, (np.diff(pairs, axis=1) != 0).any(axis=0))[: len(order)]
        loops = pairs[0] == pairs[1]
        kept = order[fresh & ~loops]
        return np.stack([low[kept], high[kept]]), kept

    def _start_costs(self) -> NDArray[np.float64]:
        length = self.around.length_m[self._row] * self._factor[self._row]
        shares = np.array([self.start.fraction, 1.0 - self.start.fraction])
        # Not nothing, which a sparse graph would take for no edge; both ends may be one node.
        costs = np.maximum(shares * length, 1e-6)
        one = self.around.ends[0, self._row] == self.around.ends[1, self._row]
        return np.full(2, costs.min() / 2) if one else costs

    def _lengths(self, start: int) -> NDArray[np.float64]:
        metres = np.full(len(self.cost), np.inf)
        metres[start] = 0.0
        whole = float(self.around.length_m[self._row])
        for node in np.argsort(self.cost, kind="stable").tolist():
            before = int(self._before[node])
            if before < 0:
                continue
            if before == start:
                side = self._side(self.start.row, node)
                metres[node] = abs(side - self.start.fraction) * whole
            else:
                metres[node] = metres[before] + self.around.length_m[self._segment(before, node)]
        return metres

    def _end(self, end: OnRoad) -> tuple[int, float] | None:
        """Return the last node before a position, -1 if it is on the start's segment, and the cost."""
        row = self._place(end.row)
        cost = float(self.around.length_m[row] * self._factor[row])
        sides = [(0, end.fraction), (1, 1.0 - end.fraction)]
        nodes = [int(self.around.ends[side, row]) for side, _ in sides]
        costs = [
            float(self.cost[node]) + share * cost
            for node, (_, share) in zip(nodes, sides, strict=True)
        ]
        if row == self._row:
            direct = abs(end.fraction - self.start.fraction) * cost
            if direct <= min(costs):
                return -1, direct
        best = int(np.argmin(costs))
        return None if np.isinf(costs[best]) else (nodes[best], costs[best])

    def _place(self, row: int) -> int:
        return int(np.flatnonzero(self.around.rows == row)[0])

    def _side(self, row: int, node: int) -> float:
        """Return 0 if a node is a segment's ``u``, 1 if its ``v``."""
        return 0.0 if self.around.ends[0, self._place(row)] == node else 1.0

    def _segment(self, one: int, other: int) -> int:
        return self._by_ends[min(one, other), max(one, other)]

    def _piece(self, place: int, low: float, high: float) -> BaseGeometry:
        return part_of(self.around.network, int(self.around.rows[place]), low, high)


def in_metres(network: RoadNetwork, rows: NDArray[np.int64], centre: LonLat) -> NDArray[np.object_]:
    """Return segments as lines in metres east and north of a position."""
    lines = network.segments.lines.select(rows)
    plane = TangentPlane(centre).metres(lines.e7)
    owner = np.repeat(np.arange(len(rows)), lines.counts)
    return np.asarray(shapely.linestrings(plane.T, indices=owner), dtype=np.object_)


def _named(network: RoadNetwork, rows: NDArray[np.int64], road: str | None) -> NDArray[np.bool_]:
    if road is None or not len(rows):
        return np.zeros(len(rows), np.bool_)
    segments = network.segments
    columns = [segments.texts[name].codes[rows].astype(np.int64) for name in ("name", "ref")]
    pairs, first, which = np.unique(
        np.stack(columns, axis=1), axis=0, return_index=True, return_inverse=True
    )
    found = np.array([bears(key, road) for key in road_keys(segments, rows[first])], np.bool_)
    return np.asarray(found[which.reshape(-1)]) if len(pairs) else np.zeros(len(rows), np.bool_)
