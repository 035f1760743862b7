"""The square world of web maps: positions on its grid, and the numbers of its tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WORLD_BITS = 30
"""Positions are whole numbers of 2^-30 of the world's width, 4 cm at the equator."""
WORLD = 1 << WORLD_BITS
MAX_LATITUDE = 85.0511287798066
"""Where the square ends; what lies nearer to a pole is drawn there."""


def to_world(degrees: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return positions, EPSG:4326 longitude and latitude, on the world's grid; y grows southwards.

    Parameters
    ----------
    degrees : float64[p, 2]

    Returns
    -------
    int32[p, 2]
        0 … 2^30 - 1.
    """
    lon, lat = degrees[:, 0], np.clip(degrees[:, 1], -MAX_LATITUDE, MAX_LATITUDE)
    x = (lon + 180.0) / 360.0
    y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2.0 * np.pi)
    world = np.rint(np.column_stack([x, y]) * WORLD)
    return np.clip(world, 0, WORLD - 1).astype(np.int32)


def to_degrees(world: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return longitude and latitude of positions on the world's grid, float64[p, 2]."""
    share = np.asarray(world, np.float64) / WORLD
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * share[:, 1]))))
    return np.column_stack([share[:, 0] * 360.0 - 180.0, lat])


def tile_ids(zoom: int, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of tiles in an archive: zoom after zoom, each along Hilbert's curve."""
    x, y = x.astype(np.int64), y.astype(np.int64)
    number = np.full(len(x), (4**zoom - 1) // 3, np.int64)
    for bit in reversed(range(zoom)):
        size = 1 << bit
        right, lower = x & size, y & size
        number += ((3 * right) ^ lower) << bit
        # As the curve turns, so do the axes of the quarter that it enters.
        turned, mirrored = lower == 0, (lower == 0) & (right != 0)
        x, y = np.where(mirrored, size - 1 - x, x), np.where(mirrored, size - 1 - y, y)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
    return number
