"""Refuse a location that lies nowhere near the operation's roads: a slip of the hand."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.geo import LonLat

from .network import RoadNetwork

FARTHEST_KM = 100.0
"""Beyond this from the box of all roads nothing that is reported concerns them."""

_SLIPS = (
    ("latitude and longitude look swapped", (0.0, 1.0, 1.0, 0.0)),
    ("a minus sign of the latitude may be missing", (1.0, 0.0, 0.0, -1.0)),
    ("a minus sign of the longitude may be missing", (-1.0, 0.0, 0.0, 1.0)),
    ("the minus signs may be missing", (-1.0, 0.0, 0.0, -1.0)),
)
"""What people get wrong, and the matrix (lon, lat) -> (lon, lat) that undoes it."""


def require_near_roads(network: RoadNetwork, geometry: BaseGeometry) -> None:
    """Accept a geometry in EPSG:4326 that lies within 100 km of the box of the roads.

    Raises
    ------
    InvalidInput
        If it lies farther off, saying how far and which slip would explain it.
    """
    box = shapely.box(*network.info.bbox)
    distance_km = _distance_km(box, geometry)
    if distance_km <= FARTHEST_KM:
        return
    likely = [words for words, matrix in _SLIPS if _near(box, _moved(geometry, matrix))]
    hint = f": {likely[0]}" if likely else ""
    raise InvalidInput(
        f"The location lies {distance_km:,.0f} km from the roads of this operation{hint}.",
        do_next="Give decimal degrees, latitude and longitude each with its sign.",
    )


def _near(box: BaseGeometry, geometry: BaseGeometry) -> bool:
    return _distance_km(box, geometry) <= FARTHEST_KM


def _distance_km(box: BaseGeometry, geometry: BaseGeometry) -> float:
    """Return the geodesic distance between the points that are nearest in degrees."""
    west, south, east, north = geometry.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return float("inf")
    ends = shapely.get_coordinates(shapely.shortest_line(box, geometry))
    here, there = (LonLat(float(lon), float(lat)) for lon, lat in ends)
    return here.distance_m(there) / 1000


def _moved(geometry: BaseGeometry, matrix: tuple[float, float, float, float]) -> BaseGeometry:
    turn = np.asarray(matrix).reshape(2, 2)
    return shapely.transform(geometry, lambda lonlat: lonlat @ turn.T)
