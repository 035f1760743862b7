"""Times that depend on rules of time, asked one by one as single answers are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from routing.engine.metric import INFINITE
from routing.outlook import Outlook
from routing.way import REST_SHARE

from .stops import Stops


def nearest_answered(
    outlook: Outlook, hubs: Stops, stops: Stops, rows: NDArray[np.int64], most: int
) -> dict[int, int]:
    """Return the driving time from the nearest hub to some stops, as single answers give it.

    Only as many are asked as ``most`` answers allow; the other rows are not in the result.
    INFINITE where no hub has a way.
    """
    from_rows = np.flatnonzero(hubs.on_road).tolist()
    affordable = most // max(1, len(from_rows))
    return {
        row: min(
            (answered_ms(outlook, hubs, hub, stops, row) for hub in from_rows), default=INFINITE
        )
        for row in rows[:affordable].tolist()
        if stops.on_road[row]
    }


def answered_ms(outlook: Outlook, hubs: Stops, hub: int, stops: Stops, row: int) -> int:
    """Return the driving time that takes as long as one single answer, INFINITE without a way.

    A closed destination does not count here: whether the road to it is open is another question.
    """
    origin, destination = hubs.places[hub], stops.places[row]
    unstated = replace(destination, row={})
    way = outlook.finding(origin, unstated).way
    if way is None:
        return INFINITE
    whole = (way.arrival(outlook.at) - outlook.at).total_seconds() * 1000
    return round(whole / (1 + REST_SHARE))
