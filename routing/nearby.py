"""Road segments near a geometry, in local metres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.geo import LocalMetres

from .network import RoadNetwork

# The smallest length of a degree of latitude on the WGS 84 ellipsoid (at the equator), so that
# the search in degrees never looks less far than asked.
_METRES_A_DEGREE = 110_500.0


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """A geometry and the segments near it, both projected to the same local metres.

    ``rows`` are segment numbers of the network, ascending; ``lines`` their geometries.
    """

    network: RoadNetwork
    metres: LocalMetres
    shape: BaseGeometry
    rows: NDArray[np.int64]
    lines: NDArray[np.object_]


def nearby(
    network: RoadNetwork,
    geometry: BaseGeometry,
    within_m: float,
    *,
    ways: frozenset[int] | None = None,
) -> Nearby:
    """Return the segments within a distance of an EPSG:4326 geometry, of some OSM ways if given."""
    _, south, _, north = geometry.bounds
    # Beyond 84 degrees there are no roads; the bound keeps the search box finite.
    shrink = math.cos(math.radians(min(max(abs(south), abs(north)) + 0.5, 84.0)))
    reach = within_m / (_METRES_A_DEGREE * shrink)
    rows = np.sort(network.rtree.query(geometry, predicate="dwithin", distance=reach))
    if ways is not None:
        rows = rows[np.isin(network.segments["osm_way_id"].to_numpy()[rows], list(ways))]
    metres = LocalMetres.around(geometry)
    shape = metres.project(geometry)
    lines = metres.project_array(network.segments.geometry.to_numpy()[rows])
    near = shapely.dwithin(lines, shape, within_m)
    return Nearby(network, metres, shape, rows[near].astype(np.int64), lines[near])
