"""Coordinates, boxes and the coordinate reference systems that they are given in.

Storage is EPSG:4326 with longitude first. Metres come from the WGS 84 ellipsoid or from a local
projection, never from degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj.enums import TransformDirection
from shapely.geometry.base import BaseGeometry

from .errors import MissingCrs, UsageError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

STORAGE_CRS = "EPSG:4326"
GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class LonLat:
    """A position in EPSG:4326, degrees.

    Raises
    ------
    UsageError
        If a coordinate is not finite or lies outside its range.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        for name, value, bound in (("longitude", self.lon, 180.0), ("latitude", self.lat, 90.0)):
            if not math.isfinite(value) or abs(value) > bound:
                msg = f"{name} {value} is outside -{bound:g}…{bound:g}."
                raise UsageError(msg, do_next="Give decimal degrees, as lat=-29.95,lon=-71.34.")

    @property
    def point(self) -> shapely.Point:
        """The position as a shapely point (x = longitude)."""
        return shapely.Point(self.lon, self.lat)

    def distance_m(self, other: LonLat) -> float:
        """Return the geodesic distance in metres (WGS 84)."""
        return float(GEOD.inv(self.lon, self.lat, other.lon, other.lat)[2])


@dataclass(frozen=True, slots=True)
class BBox:
    """A box in EPSG:4326, degrees, that does not cross the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        LonLat(self.west, self.south)
        LonLat(self.east, self.north)
        if self.west > self.east or self.south > self.north:
            msg = f"The box {self.text()} is empty: its west or south exceeds its east or north."
            raise UsageError(msg, do_next="Give west,south,east,north in decimal degrees.")

    @classmethod
    def parse(cls, text: str) -> BBox:
        """Read ``west,south,east,north``; a box with heights (six numbers) is refused."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            msg = f"{text!r} is not a box."
            raise UsageError(
                msg, do_next="Give west,south,east,north in decimal degrees."
            ) from None
        return cls(west, south, east, north)

    def text(self) -> str:
        """Return ``west,south,east,north``."""
        return f"{self.west:g},{self.south:g},{self.east:g},{self.north:g}"

    @property
    def polygon(self) -> shapely.Polygon:
        """The box as a polygon."""
        return shapely.box(self.west, self.south, self.east, self.north)


def require_crs(frame: gpd.GeoDataFrame, *, where: str) -> gpd.GeoDataFrame:
    """Return the frame in EPSG:4326.

    Raises
    ------
    MissingCrs
        If the frame does not say its CRS: a guess could move a closure to another country.
    """
    if frame.crs is None:
        msg = "The data does not say which coordinate reference system it uses."
        raise MissingCrs(
            msg,
            where=where,
            do_next="Set the layer's CRS in QGIS (Layer > Set CRS) or add the .prj file, and export again.",
        )
    return frame.to_crs(STORAGE_CRS)


def geodesic_length_m(geometry: BaseGeometry) -> float:
    """Return the length in metres of an EPSG:4326 geometry on the WGS 84 ellipsoid."""
    return float(GEOD.geometry_length(geometry))


@lru_cache(maxsize=64)
def _metric_transformer(lon: float, lat: float) -> pyproj.Transformer:
    # The pipeline is given: to look for the best one between two systems takes milliseconds.
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84"
    )


@dataclass(frozen=True, slots=True)
class LocalMetres:
    """An azimuthal equidistant projection in metres around one position.

    Lengths within 100 km of the centre are true to 1 in 10 000, which is finer than any
    location in an assessment.
    """

    centre: LonLat

    @classmethod
    def around(cls, geometry: BaseGeometry) -> LocalMetres:
        """Centre the projection on a geometry in EPSG:4326, rounded to 0.1 degree."""
        point = geometry.centroid
        return cls(LonLat(round(point.x, 1), round(point.y, 1)))

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """EPSG:4326 -> local metres."""
        moved: BaseGeometry = shapely.transform(geometry, self._move(TransformDirection.FORWARD))
        return moved

    def unproject(self, geometry: BaseGeometry) -> BaseGeometry:
        """Local metres -> EPSG:4326."""
        moved: BaseGeometry = shapely.transform(geometry, self._move(TransformDirection.INVERSE))
        return moved

    def project_array(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """EPSG:4326 -> local metres for an array of geometries."""
        moved: NDArray[np.object_] = shapely.transform(
            geometries, self._move(TransformDirection.FORWARD)
        )
        return moved

    def _move(
        self, direction: TransformDirection
    ) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
        transformer = _metric_transformer(self.centre.lon, self.centre.lat)

        def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], direction=direction))

        return move
