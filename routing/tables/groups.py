"""Hubs that reach the same: from each of a group one can drive to every other, so one search serves all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.metric import INFINITE

from .bounds import Sight
from .costs import gathered_ms, matrix_ms, vertices_ms
from .stops import Stops


def reached_by_hub(sight: Sight, hubs: Stops, stops: Stops) -> NDArray[np.bool_]:
    """Tell for each hub (row) and stop whether there is a way."""
    found = np.zeros((len(hubs), len(stops)), np.bool_)
    for group in _groups(sight, hubs):
        alone = hubs.chosen(group[:1])
        found[group] = gathered_ms(sight, alone, stops, vertices_ms(sight, alone)) < INFINITE
    return found


def _groups(sight: Sight, hubs: Stops) -> list[list[int]]:
    """Return the hubs on the roads in groups that reach one another."""
    between = matrix_ms(sight, hubs, hubs) < INFINITE
    mutual = between & between.T
    groups: list[list[int]] = []
    for hub in np.flatnonzero(hubs.on_road).tolist():
        group = next((group for group in groups if mutual[group[0], hub]), None)
        if group is None:
            groups.append([hub])
        else:
            group.append(hub)
    return groups
