"""Snap a position to the nearest usable road, with the mainland preferred to islands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.errors import NotFound
from lca.geo import LocalMetres, LonLat

from .network import RoadNetwork

ISLAND_ALLOWANCE_M = 500.0
"""An island is chosen only if the mainland is more than this further away."""
SEARCH_RADII_M = (250.0, 1_000.0, 5_000.0, 20_000.0, 50_000.0)
"""Rings in which a road is looked for; beyond the last there is none."""

JUNCTION_M = 1.0
"""A position this near a segment's end is at the junction, and may use all of its roads."""

_M_PER_DEGREE = 110_500.0  # the least that a degree of latitude measures


@dataclass(frozen=True, slots=True)
class Snap:
    """A position on a segment, and how far the place asked for lies from it.

    Attributes
    ----------
    segment : int
        Row of the segment.
    fraction : float
        0 at ``u``, 1 at ``v``, along the segment.
    position : LonLat
        The position on the road.
    off_road_m : float
        Straight distance from the place to that position.
    on_mainland : bool
        Whether the segment lies on the mainland.
    passed_island : bool
        Whether a nearer road was passed over because it does not connect with the mainland.
    """

    segment: int
    fraction: float
    position: LonLat
    off_road_m: float
    on_mainland: bool
    passed_island: bool

    def along(self, arc: int) -> float:
        """Return the fraction measured along one of the segment's arcs, 0 at the arc's tail."""
        return 1.0 - self.fraction if arc % 2 else self.fraction


def snap(network: RoadNetwork, place: LonLat, usable_arcs: NDArray[np.bool_]) -> Snap:
    """Return the nearest position on a segment of which some arc is usable.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    place : LonLat
        The place asked for.
    usable_arcs : bool[2m]
        Arcs that may start or end a way, as ``network.legal_arcs(vehicle)``.

    Raises
    ------
    NotFound
        If no usable road lies within 50 km.
    """
    usable = usable_arcs[0::2] | usable_arcs[1::2]
    metres = LocalMetres.around(place.point)
    point = metres.project(place.point)
    for radius in SEARCH_RADII_M:
        near = _segments_near(network, place, radius + ISLAND_ALLOWANCE_M)
        near = near[usable[near]]
        lines = metres.project_array(network.segments.geometry.to_numpy()[near])
        away = shapely.distance(lines, point)
        if len(near) and away.min() <= radius:
            mainland = network.mainland_segments[near]
            chosen = _choose(away, mainland)
            fraction = _to_junction(
                float(shapely.line_locate_point(lines[chosen], point)), float(lines[chosen].length)
            )
            on_road = shapely.line_interpolate_point(lines[chosen], fraction, normalized=True)
            ((lon, lat),) = shapely.get_coordinates(metres.unproject(on_road)).tolist()
            return Snap(
                segment=int(near[chosen]),
                fraction=fraction,
                position=LonLat(lon, lat),
                off_road_m=float(away[chosen]),
                on_mainland=bool(mainland[chosen]),
                passed_island=bool(chosen != away.argmin()),
            )
    raise NotFound(
        f"No road that this vehicle may use lies within {SEARCH_RADII_M[-1] / 1000:g} km.",
        where=f"lat={place.lat:g},lon={place.lon:g}",
        do_next="Check latitude and longitude; they may be swapped, or outside the road network.",
    )


def _to_junction(along_m: float, length_m: float) -> float:
    """Return a position as a fraction of the segment, drawn to an end that is very near."""
    if along_m <= JUNCTION_M and along_m <= length_m / 2:
        return 0.0
    if length_m - along_m <= JUNCTION_M:
        return 1.0
    return along_m / length_m


def _choose(away_m: NDArray[np.float64], mainland: NDArray[np.bool_]) -> int:
    """Return the nearest on the mainland, unless an island is nearer by more than the allowance."""
    nearest = int(away_m.argmin())
    if mainland[nearest] or not mainland.any():
        return nearest
    nearest_mainland = int(np.where(mainland, away_m, np.inf).argmin())
    if away_m[nearest_mainland] - away_m[nearest] > ISLAND_ALLOWANCE_M:
        return nearest
    return nearest_mainland


def _segments_near(network: RoadNetwork, place: LonLat, radius_m: float) -> NDArray[np.int64]:
    """Return, ascending, the segments whose box touches a box of that half width."""
    height = radius_m / _M_PER_DEGREE
    width = height / max(float(np.cos(np.radians(min(abs(place.lat) + height, 89.0)))), 1e-3)
    box = shapely.box(place.lon - width, place.lat - height, place.lon + width, place.lat + height)
    return np.sort(network.rtree.query(box)).astype(np.int64)
