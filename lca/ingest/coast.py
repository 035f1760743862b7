"""How far a place lies from the sea, coarsely: to notice a seaport in the desert."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

import shapely

from lca.geo import GEOD, LonLat

_CELLS_A_DEGREE = 2
_HALF_A_CELL = 0.5 / _CELLS_A_DEGREE


def distance_from_coast_km(position: LonLat) -> float:
    """Return the distance from the middle of the nearest cell that holds coast, at most 40 km off.

    The cells are those of ``data/reference/coast_cells.csv``, half a degree each. Between them and
    a place the nearest is looked for in degrees, so that far north the answer may be too long.
    """
    tree, points = _coast()
    nearest = points[tree.nearest(position.point)]
    return float(GEOD.inv(position.lon, position.lat, nearest.x, nearest.y)[2]) / 1000


@lru_cache(maxsize=1)
def _coast() -> tuple[shapely.STRtree, list[shapely.Point]]:
    table = resources.files("data").joinpath("reference", "coast_cells.csv")
    with table.open(encoding="utf-8") as stream:
        points = [
            shapely.Point(_middle(column, 180), _middle(int(run["row"]), 90))
            for run in csv.DictReader(stream)
            for column in range(int(run["first"]), int(run["last"]) + 1)
        ]
    return shapely.STRtree(points), points


def _middle(number: int, offset: int) -> float:
    return number / _CELLS_A_DEGREE - offset + _HALF_A_CELL
