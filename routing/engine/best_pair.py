"""The best of several starts and ends, for an engine that is asked for one pair at a time."""

from __future__ import annotations

import numpy as np

from .metric import INFINITE, Best, Ends, Metric, checked_ends


def best_pair(metric: Metric, vertex_count: int, starts: Ends, ends: Ends) -> Best | None:
    """Return the best way from any start to any end, None if there is none.

    Of equal ways, one from the first start is taken, and among these one to the first end.
    """
    sources, leaving = checked_ends(vertex_count, starts)
    targets, arriving = checked_ends(vertex_count, ends)
    total = leaving.astype(np.int64)[:, None] + metric.matrix(sources, targets) + arriving
    if not total.size or total.min() >= INFINITE:
        return None
    # The first of the smallest, row by row.
    start, end = (int(place) for place in np.unravel_index(total.argmin(), total.shape))
    _, arcs = metric.path(int(sources[start]), int(targets[end]))
    return Best(int(total.min()), start, end, arcs)
