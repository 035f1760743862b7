"""Metres around one position, many points at once: a series instead of a projection library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.geo import GEOD, LonLat

from .lines import PER_DEGREE

_AXIS_M, _ECCENTRICITY2 = float(GEOD.a), float(GEOD.es)
_RADIANS_A_UNIT = math.pi / 180 / PER_DEGREE

LEAST_M_A_DEGREE = 110_500.0
"""The least that a degree of latitude measures on the ellipsoid (it is at the equator)."""


@dataclass(frozen=True, slots=True)
class TangentPlane:
    """East and north of a position, in metres on the plane that touches the WGS 84 ellipsoid there.

    The series ends after the second order: within 50 km distances from the position are true to
    1 in 10 000, as those of :class:`lca.geo.LocalMetres`, and cost a few additions a point.
    """

    centre: LonLat

    def metres(self, e7: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return int[k, 2] positions in 1e-7 degree (lon, lat) as float64[2, k]: east, north."""
        lat = math.radians(self.centre.lat)
        sine, cosine = math.sin(lat), math.cos(lat)
        meridian, parallel, bulge = _radii(sine)
        east_rad = (e7[:, 0] - self.centre.lon * PER_DEGREE) * _RADIANS_A_UNIT
        north_rad = (e7[:, 1] - self.centre.lat * PER_DEGREE) * _RADIANS_A_UNIT
        plane = np.empty((2, len(e7)))
        plane[0] = east_rad * (parallel * cosine - meridian * sine * north_rad)
        plane[1] = north_rad * (meridian + 0.5 * bulge * sine * cosine * north_rad)
        plane[1] += 0.5 * parallel * sine * cosine * east_rad * east_rad
        return plane


def metres_a_degree(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres that a degree of longitude and one of latitude measure, float64[k, 2]."""
    radians = np.radians(lat)
    meridian, parallel, _ = _radii(np.sin(radians))
    scale = np.column_stack([parallel * np.cos(radians), meridian])
    return np.asarray(scale * (math.pi / 180))


def degrees_within(lat: float, metres: float) -> tuple[float, float]:
    """Return half the width and the height in degrees of a box that holds all within a distance.

    Beyond 84 degrees there are no roads; the bound keeps the box finite.
    """
    height = metres / LEAST_M_A_DEGREE
    shrink = math.cos(math.radians(min(abs(lat) + height, 84.0)))
    return height / shrink, height


def _radii(sine: Any) -> tuple[Any, Any, float]:
    """Return the ellipsoid's radii along and across the meridian, and how the first grows."""
    square = 1.0 - _ECCENTRICITY2 * sine * sine
    parallel = _AXIS_M / square**0.5
    meridian = parallel * (1.0 - _ECCENTRICITY2) / square
    return meridian, parallel, 3.0 * _AXIS_M * _ECCENTRICITY2
