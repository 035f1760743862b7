"""Where a country's places may lie: within its boxes, or within the boundaries that were given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.boundary import Boundary
from lca.geo import GEOD, LonLat

from .countries import MARGIN_DEGREES, country_boxes, lies_in

REACH_M = 20_000.0
"""A quay, an anchorage or a border post may lie outside of the drawn boundary, but no further."""
# 20 km are as many degrees of longitude at 70 degrees of latitude.
_REACH_DEGREES = 0.55


class Territory:
    """Tells whether places lie in a country.

    Boundaries answer for the countries that they name, and for every country if they name none;
    the boxes (``data/reference/country_boxes.csv``) answer for the others.
    """

    def __init__(self, boundaries: Sequence[Boundary] = ()) -> None:
        areas = [
            one for one in boundaries if one.geometry is not None and not one.geometry.is_empty
        ]
        # The lowest level that is there covers the country with the fewest areas.
        level = min((one.level for one in areas), default=0)
        whole = [one for one in areas if one.level == level]
        self._countries = {one.iso3 for one in whole if one.iso3}
        self._of_any = bool(whole) and not self._countries
        self._areas = np.array([one.geometry for one in whole], dtype=object)
        self._tree = shapely.STRtree(self._areas) if whole else None

    def judges(self, iso3: str | None) -> bool:
        """Tell whether boundaries, and not boxes, answer for a country."""
        return self._of_any or iso3 in self._countries

    def holds(
        self, position: LonLat, iso3: str | None, *, margin_degrees: float = MARGIN_DEGREES
    ) -> bool | None:
        """Tell whether a position lies in or near a country; None if that cannot be told."""
        if self.judges(iso3):
            return bool(self._within(np.array([[position.lon, position.lat]]))[0])
        return lies_in(position, iso3, margin_degrees=margin_degrees) if iso3 else None

    def held(
        self,
        xy: NDArray[np.float64],
        iso3: str | None,
        *,
        margin_degrees: float = MARGIN_DEGREES,
    ) -> NDArray[np.bool_]:
        """Tell which positions (longitude, latitude) lie in or near a country.

        Those of a country that is not known count as held.
        """
        if self.judges(iso3):
            return self._within(xy)
        boxes = country_boxes().get(iso3 or "")
        inside = np.full(len(xy), boxes is None)
        for box in boxes or ():
            inside |= (
                (xy[:, 0] >= box.west - margin_degrees)
                & (xy[:, 0] <= box.east + margin_degrees)
                & (xy[:, 1] >= box.south - margin_degrees)
                & (xy[:, 1] <= box.north + margin_degrees)
            )
        return inside

    def distance_m(self, position: LonLat) -> float:
        """Return the geodesic distance from the boundaries that were given, in metres."""
        if self._tree is None:
            return 0.0
        area: shapely.Geometry = self._areas[int(self._tree.nearest(position.point))]
        return metres_from(position.point, area)

    def _within(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        if self._tree is None:
            return np.ones(len(xy), dtype=bool)
        points = np.asarray(shapely.points(xy))
        inside = np.zeros(len(xy), dtype=bool)
        shapely.prepare(self._areas)
        inside[self._tree.query(points, predicate="intersects")[0]] = True
        outside = np.flatnonzero(~inside)
        near = self._tree.query(points[outside], predicate="dwithin", distance=_REACH_DEGREES)[0]
        for index in outside[np.unique(near)]:
            inside[index] = self.distance_m(LonLat(*map(float, xy[index]))) <= REACH_M
        return inside


def metres_from(point: shapely.Point, area: shapely.Geometry) -> float:
    """Return the geodesic distance of a point from a geometry in EPSG:4326, in metres."""
    on_point, on_area = shapely.get_coordinates(shapely.shortest_line(point, area))
    return float(GEOD.inv(*on_point, *on_area)[2])
