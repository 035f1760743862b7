"""How far a place lies from the sea, coarsely: to notice a seaport in the desert."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.geo import GEOD, LonLat

_CELLS_A_DEGREE = 2
_HALF_A_CELL = 0.5 / _CELLS_A_DEGREE


def distance_from_coast_km(position: LonLat) -> float:
    """Return the distance from the middle of the nearest cell that holds coast, at most 40 km off.

    The cells are those of ``data/reference/coast_cells.csv``, half a degree each. Between them and
    a place the nearest is looked for in degrees, so that far north the answer may be too long.
    """
    return float(distances_from_coast_km(np.array([(position.lon, position.lat)]))[0])


def distances_from_coast_km(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return :func:`distance_from_coast_km` of many places at once.

    Parameters
    ----------
    xy : array
        Longitude and latitude, EPSG:4326.
    """
    if not len(xy):
        return np.empty(0)
    tree, middles = _coast()
    nearest = middles[tree.nearest(shapely.points(xy))]
    away = GEOD.inv(xy[:, 0], xy[:, 1], nearest[:, 0], nearest[:, 1])[2]
    return np.asarray(away, np.float64) / 1000


@lru_cache(maxsize=1)
def _coast() -> tuple[shapely.STRtree, NDArray[np.float64]]:
    table = resources.files("data").joinpath("reference", "coast_cells.csv")
    with table.open(encoding="utf-8") as stream:
        middles = np.array(
            [
                (_middle(column, 180), _middle(int(run["row"]), 90))
                for run in csv.DictReader(stream)
                for column in range(int(run["first"]), int(run["last"]) + 1)
            ]
        )
    points: NDArray[np.object_] = np.asarray(shapely.points(middles))
    return shapely.STRtree(points), middles


def _middle(number: int, offset: int) -> float:
    return number / _CELLS_A_DEGREE - offset + _HALF_A_CELL
