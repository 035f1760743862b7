"""What constraints do to the roads, small enough to travel with every version: numbers, not ids.

Tiles of a build are kept for a year and carry the number of each segment; this says which numbers
are closed, restricted or unverified, and by which constraints. A flood over 3,000 segments is one
group and some kilobytes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from .status import RoadStates


def status_snapshot(states: RoadStates) -> list[dict[str, Any]]:
    """Return groups of segments that share a status and its constraints.

    Returns
    -------
    list of dict
        ``status``, ``constraints`` (ids, ascending) and ``segments``: numbers of segments,
        ascending, each as its distance from the one before it.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for row, status, constraints in states.each():
        groups[status, constraints].append(row)
    return [
        {
            "status": status,
            "constraints": list(constraints),
            "segments": np.diff(rows, prepend=0).tolist(),
        }
        for (status, constraints), rows in sorted(groups.items())
    ]
