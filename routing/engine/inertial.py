"""A nested-dissection order in code of our own, the same wherever numba works.

Vertices of two neighbours at most go first, some rounds of them: eliminating one adds at most the
edge between its neighbours, and a third of a road graph's vertices never burden a flow. What
remains is cut by inertial flow (:mod:`routing.engine.kernels.dissection`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .kernels.dissection import Graph, Scratch, dissect, easy, undirected

EASY_ROUNDS = 4
"""Rounds of easy vertices that go first. Each may make every search longer by one vertex."""

WORK_AT_A_TIME = 5_000_000
"""Vertices handled between two reports: some seconds, so that an interrupt is heard too."""

STACK_SIZE = 64

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Order = NDArray[np.uint32]
Progress = Callable[[float], None]


def inertial_order(
    lon: Floats,
    lat: Floats,
    tail: NDArray[np.uint32],
    head: NDArray[np.uint32],
    progress: Progress | None = None,
) -> Order:
    """Return the vertices in the order of their contraction, the top of the hierarchy last.

    Parameters
    ----------
    lon, lat : float64[n]
        EPSG:4326 degrees of the vertices.
    tail, head : uint32[a]
        Vertices where each arc starts and ends; direction, copies and loops do not matter.
    progress : callable, optional
        Told the share that is done, now and then.
    """
    x, y = _flat(lon, lat)
    # Neighbours on the ground become neighbours in memory.
    near = np.argsort(_along_a_curve(x, y), kind="stable")
    place = np.empty(len(near), np.int64)
    place[near] = np.arange(len(near))
    low, high = _edges(len(near), place[tail], place[head])
    first, left = [], np.arange(len(near))
    for _ in range(EASY_ROUNDS):
        chosen, low, high = _without_easy(len(left), low, high)
        first.append(left[chosen])
        left = left[~chosen]
    x, y = x[near][left], y[near][left]
    order = np.concatenate([*first, left[_dissected(x, y, low, high, progress)]])
    found: Order = near[order].astype(np.uint32)
    return found


_SMALLEST_SPAN = 1e-12
"""Degrees, a tenth of a micrometre: vertices nearer than that lie in one place."""


def _flat(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return plane coordinates in which all directions are about equally long."""
    x = np.nan_to_num(np.asarray(lon, np.float64), posinf=0, neginf=0)
    y = np.nan_to_num(np.asarray(lat, np.float64), posinf=0, neginf=0)
    return x * np.cos(np.radians(y.mean() if len(y) else 0.0)), y


def _along_a_curve(x: Floats, y: Floats) -> NDArray[np.uint32]:
    """Return the place of each vertex along a Z-shaped curve that fills the plane."""

    def spread(values: Floats) -> NDArray[np.uint32]:
        span = float(np.ptp(values)) if len(values) else 0.0
        far = span > _SMALLEST_SPAN
        cells = (values - values.min(initial=np.inf)) * (65535 / span) if far else 0 * values
        bits = cells.astype(np.uint32)
        for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << np.uint32(shift))) & np.uint32(mask)
        return bits

    return spread(x) | (spread(y) << np.uint32(1))


def _edges(count: int, tail: Longs, head: Longs) -> tuple[Longs, Longs]:
    """Return the two ends of each undirected edge, without loops and copies."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    keys = np.unique((low * count + high)[low != high])
    return keys // max(count, 1), keys % max(count, 1)


def _without_easy(count: int, low: Longs, high: Longs) -> tuple[NDArray[np.bool_], Longs, Longs]:
    """Contract a round of easy vertices: return which they are, and the edges of the others.

    The others are numbered anew.
    """
    graph = undirected(count, low, high)
    chosen = easy(graph)
    number = np.cumsum(~chosen) - 1
    passed = np.flatnonzero(chosen & (np.diff(graph.first) == 2))
    ends = number[graph.other[graph.first[passed]]], number[graph.other[graph.first[passed] + 1]]
    kept = ~(chosen[low] | chosen[high])
    tail = np.concatenate([number[low[kept]], ends[0]])
    head = np.concatenate([number[high[kept]], ends[1]])
    return chosen, *_edges(count - int(chosen.sum()), tail, head)


def _dissected(
    x: Floats, y: Floats, low: Longs, high: Longs, progress: Progress | None
) -> NDArray[np.int32]:
    """Cut the graph until only small pieces are left; return their order."""
    n, e = len(x), len(low)
    i4, i8, i1 = np.int32, np.int64, np.int8
    piece = Graph(np.empty(n + 1, i8), np.empty(2 * e, i4), np.empty(2 * e, i4))
    scratch = Scratch(
        *(np.empty(n), np.empty(n), np.empty(e, i4), np.empty(e, i1)),
        *(np.empty(n, i1), np.empty(n, i1), np.empty(n, i4)),
        *(np.empty(n, i8), np.empty(n, i4), np.empty(n, i8)),
    )
    graph = undirected(n, low, high)
    order = np.arange(n, dtype=i4)
    place = order.copy()
    todo = np.empty((STACK_SIZE, 2), i8)
    todo[0] = 0, n
    waiting = 1
    while waiting:
        waiting = dissect(graph, x, y, order, place, piece, scratch, todo, waiting, WORK_AT_A_TIME)
        if progress is not None:
            progress(1 - float(np.ptp(todo[:waiting], axis=1).sum()) / max(n, 1))
    return order
