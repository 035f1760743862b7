"""What a map is drawn around: never the one record whose sign was lost or whose axes were swapped.

Such a record stays in the table, named as outside the map; it must not shrink everything else to
a dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from lca.geo import GEOD

_ROADS_MARGIN = 0.25
"""Share of the roads' longer side that still counts as among them: a port outside the town."""
_VIEW_MARGIN = 0.5
_LEAST_MARGIN_DEG = 0.02
_FAR_TIMES = 10.0
_FAR_M = 250_000.0
_TELLING = 3
"""Of two records far apart, nothing tells which one is wrong."""


def among_roads(geometries: Sequence[BaseGeometry], roads: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return the parts of the geometries that lie among the roads, all in EPSG:4326."""
    west, south, east, north = _grown(roads.total_bounds, _ROADS_MARGIN)
    parts = shapely.clip_by_rect(
        np.asarray(list(geometries), dtype=object), west, south, east, north
    )
    return [part for part in parts if not part.is_empty]


def near_each_other(geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Return the geometries (EPSG:4326) without those that lie far off the median position.

    Far is more than ten times the median distance from it, and at least 250 km.
    """
    if len(geometries) < _TELLING:
        return list(geometries)
    west, south, east, north = shapely.bounds(np.asarray(list(geometries), dtype=object)).T
    lon, lat = np.median((west + east) / 2), np.median((south + north) / 2)
    reach_m = np.max(
        [
            GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2]
            for x in (west, east)
            for y in (south, north)
        ],
        axis=0,
    )
    limit_m = max(_FAR_TIMES * float(np.median(reach_m)), _FAR_M)
    return [item for item, far in zip(geometries, reach_m > limit_m, strict=True) if not far]


def view_around(subjects: Sequence[BaseGeometry]) -> shapely.Polygon:
    """Return about what a screen shows that is fitted to the subjects (EPSG:4326)."""
    return shapely.box(*_grown(shapely.total_bounds(list(subjects)), _VIEW_MARGIN))


def _grown(bounds: Iterable[float], share: float) -> tuple[float, float, float, float]:
    """Return bounds in degrees, grown on every side by a share of the longer one."""
    west, south, east, north = (float(value) for value in bounds)
    margin = max(share * max(east - west, north - south), _LEAST_MARGIN_DEG)
    return west - margin, south - margin, east + margin, north + margin
