"""Snap a position to the nearest usable road, with the mainland preferred to islands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.errors import NotFound
from lca.geo import LonLat

from .network import RoadNetwork
from .tangent import TangentPlane, degrees_within

ISLAND_ALLOWANCE_M = 500.0
"""An island is chosen only if the mainland is more than this further away."""
SEARCH_RADII_M = (50.0, 250.0, 1_000.0, 5_000.0, 20_000.0, 50_000.0)
"""Rings in which a road is looked for; beyond the last there is none."""

JUNCTION_M = 1.0
"""A position this near a segment's end is at the junction, and may use all of its roads."""


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
    usable_arcs : bool[a]
        Arcs that may start or end a way, as ``network.legal_arcs(vehicle)``.

    Raises
    ------
    NotFound
        If no usable road lies within 50 km.
    """
    for radius in SEARCH_RADII_M:
        near = _near(network, place, radius, usable_arcs)
        if not len(near.rows) or (nearest_m := float(near.away_m.min())) > radius:
            continue
        if not network.segments.mainland[near.rows[near.away_m.argmin()]]:
            near = _near(network, place, nearest_m + ISLAND_ALLOWANCE_M, usable_arcs)
        return _snapped(network, near)
    raise NotFound(
        f"No road that this vehicle may use lies within {SEARCH_RADII_M[-1] / 1000:g} km.",
        where=f"lat={place.lat:g},lon={place.lon:g}",
        do_next="Check latitude and longitude; they may be swapped, or outside the road network.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Segments (rows, ascending), their points in metres around the place, and the distances.

    ``first`` and ``count`` say which of the points are a segment's; ``edge_m2`` is the squared
    distance of the edge that starts at each point, infinite at a segment's last point.
    """

    rows: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    plane: NDArray[np.float64]
    edge_m2: NDArray[np.float64]
    share: NDArray[np.float64]
    away_m: NDArray[np.float64]


def _near(network: RoadNetwork, place: LonLat, radius_m: float, usable: NDArray[np.bool_]) -> _Near:
    """Measure the distance to each usable segment whose box touches a box of that half width."""
    width, height = degrees_within(place.lat, radius_m)
    rows = network.index.search(
        place.lon - width, place.lat - height, place.lon + width, place.lat + height
    )
    rows = rows[usable[2 * rows] | usable[2 * rows + 1]]
    lines = network.segments.lines.select(rows)
    plane = TangentPlane(place).metres(lines.e7)
    step = np.zeros_like(plane)
    np.subtract(plane[:, 1:], plane[:, :-1], out=step[:, :-1])
    length2 = np.einsum("ij,ij->j", step, step)
    # An edge without length is as far as its start.
    share = -np.einsum("ij,ij->j", plane, step) / np.where(length2 > 0, length2, 1.0)
    share = np.clip(share, 0.0, 1.0)
    foot = plane + share * step
    edge_m2 = np.einsum("ij,ij->j", foot, foot)
    first, last = lines.offsets[:-1], lines.offsets[1:] - 1
    edge_m2[last] = np.inf
    away_m = np.sqrt(np.minimum.reduceat(edge_m2, first)) if len(rows) else np.empty(0)
    return _Near(rows, first, lines.counts, plane, edge_m2, share, away_m)


def _snapped(network: RoadNetwork, near: _Near) -> Snap:
    """Return the chosen position among the segments near the place."""
    segments = network.segments
    mainland = segments.mainland[near.rows]
    chosen = _choose(near.away_m, mainland)
    points = slice(near.first[chosen], near.first[chosen] + near.count[chosen])
    edge, plane = int(near.edge_m2[points].argmin()), near.plane[:, points]
    share = float(near.share[points][edge])
    metres = np.hypot(*np.diff(plane, axis=1))
    along_m = float(metres[:edge].sum()) + share * float(metres[edge])
    fraction = _to_junction(along_m, float(metres.sum()))
    row = int(near.rows[chosen])
    lonlat = segments.lines.points(row)
    if fraction in {0.0, 1.0}:
        lon, lat = lonlat[-int(fraction)].tolist()
    else:
        lon, lat = (lonlat[edge] + share * (lonlat[edge + 1] - lonlat[edge])).tolist()
    return Snap(
        segment=row,
        fraction=fraction,
        position=LonLat(lon, lat),
        off_road_m=float(near.away_m[chosen]),
        on_mainland=bool(mainland[chosen]),
        passed_island=bool(near.away_m[chosen] > near.away_m.min() + JUNCTION_M),
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
