"""Times between many places at once, each as exact as that of a single way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.metric import INFINITE, Metric
from routing.way import REST_SHARE

from .bounds import Sight
from .ends import arriving, direct_ms, leaving
from .stops import Stops

Ints = NDArray[np.int64]


def matrix_ms(sight: Sight, origins: Stops, destinations: Stops) -> Ints:
    """Return the driving time from each origin (row) to each destination, INFINITE if no way.

    Parts of roads at both ends are judged under the constraints that lie on them.
    """
    starts, ends = leaving(sight, origins), arriving(sight, destinations)
    from_vertices, row = np.unique(starts.vertex, return_inverse=True)
    to_vertices, column = np.unique(ends.vertex, return_inverse=True)
    between = sight.metric.matrix(from_vertices, to_vertices).astype(np.int64)
    cells = between[row] + starts.offset_ms[:, None]
    cells = np.minimum.reduceat(cells, starts.first, axis=0) if len(origins) else cells
    cells = cells[:, column] + ends.offset_ms[None, :]
    cells = np.minimum.reduceat(cells, ends.first, axis=1) if len(destinations) else cells
    rows, columns, straight = direct_ms(sight, origins, destinations)
    np.minimum.at(cells, (rows, columns), straight)
    return np.asarray(np.minimum(cells, INFINITE), np.int64)


def joined(sight: Sight, metric: Metric, origins: Stops, destinations: Stops) -> NDArray[np.bool_]:
    """Tell for each pair whether a metric has any way between them, whatever its ends cost."""
    starts, ends = leaving(sight, origins), arriving(sight, destinations)
    from_vertices, row = np.unique(starts.vertex, return_inverse=True)
    to_vertices, column = np.unique(ends.vertex, return_inverse=True)
    some = metric.matrix(from_vertices, to_vertices) < INFINITE
    some = np.logical_or.reduceat(some[row], starts.first, axis=0)
    return np.asarray(np.logical_or.reduceat(some[:, column], ends.first, axis=1))


def nearest_ms(sight: Sight, hubs: Stops, stops: Stops) -> Ints:
    """Return the driving time from the nearest hub to each stop, INFINITE if there is no way."""
    reached = vertices_ms(sight, hubs)
    return gathered_ms(sight, hubs, stops, reached)


def vertices_ms(sight: Sight, hubs: Stops) -> NDArray[np.uint32]:
    """Return the driving time from the nearest hub to each vertex."""
    starts = leaving(sight, hubs).listed()
    return sight.metric.sweep([start for start in starts if start[1] < INFINITE])


def gathered_ms(sight: Sight, hubs: Stops, stops: Stops, reached: NDArray[np.uint32]) -> Ints:
    """Return the driving time to each stop from what it takes to each vertex."""
    ends = arriving(sight, stops)
    if not len(stops):
        return np.empty(0, np.int64)
    total = np.minimum.reduceat(reached[ends.vertex].astype(np.int64) + ends.offset_ms, ends.first)
    _, columns, straight = direct_ms(sight, hubs, stops)
    np.minimum.at(total, columns, straight)
    return np.minimum(total, INFINITE)


def hours(driving_ms: Ints) -> NDArray[np.float64]:
    """Return hours with rest, as ways have them; NaN where there is no way."""
    whole = driving_ms / 3_600_000 * (1 + REST_SHARE)
    return np.where(driving_ms >= INFINITE, np.nan, whole)


def driving_ms(hours_with_rest: float) -> int:
    """Return the driving time of some hours with rest."""
    return min(round(hours_with_rest * 3_600_000 / (1 + REST_SHARE)), INFINITE - 1)
