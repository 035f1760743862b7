"""Place a reported area on every stretch of road inside it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.geo import LocalMetres

from .ascending import distinct, is_among
from .lines import PER_DEGREE
from .match_part import END_M, PartMatch, fractions, located
from .nearby import rows_along
from .network import RoadNetwork
from .pieces import NO_PIECES, Pieces
from .tangent import metres_a_degree

SLIVER_M = 0.1
"""A shorter overlap of an area and a road is a rounding of coordinates."""


def match_area(
    network: RoadNetwork, area: BaseGeometry, *, ways: frozenset[int] | None = None
) -> PartMatch:
    """Place an area on every stretch of road inside it; an area concerns both directions.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    area : Polygon or MultiPolygon
        EPSG:4326; its border runs straight in degrees, as GeoJSON and the map draw it.
    ways : frozenset of int, optional
        Only segments of these OSM ways.
    """
    shapely.prepare(area)
    whole, border = _sorted_out(network, area, ways)
    lines = network.segments.lines.shapes(border)
    inside = shapely.covers(area, lines)
    whole = np.concatenate([whole, border[inside]])
    rows, low, high = _stretches(area, border[~inside], lines[~inside])
    segment = np.concatenate([whole, rows])
    if not len(segment):
        return PartMatch(NO_PIECES, area, "no road lies in it")
    low = np.concatenate([np.zeros(len(whole)), low])
    high = np.concatenate([np.ones(len(whole)), high])
    inside_m = (high - low) * network.segments.length_m[segment]
    west, south, east, north = shapely.bounds(LocalMetres.around(area).project(area)).tolist()
    across_m = max(east - west, north - south)
    pieces = Pieces.both_ways(segment, low, high, np.minimum(1.0, inside_m / across_m))
    return PartMatch(pieces, None, f"{inside_m.sum() / 1000:.1f} km of road lie in it")


def _sorted_out(
    network: RoadNetwork, area: BaseGeometry, ways: frozenset[int] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the segments wholly inside, and those that may cross the border.

    A segment whose box does not touch the border lies on one side of it, as its first point does.
    """
    segments = network.segments
    if ways is not None:
        return np.empty(0, np.int64), segments.rows_of_ways(np.array(sorted(ways), np.int64))
    parts = shapely.get_parts(area)
    nothing = np.empty(0, np.int64)
    within = [network.index.search(*box) for box in shapely.bounds(parts).tolist()]
    outlines = shapely.get_rings(parts)
    border = [rows_along(network, shapely.get_coordinates(ring)) for ring in outlines]
    crossing = distinct(np.concatenate([nothing, *border]))
    clear = distinct(np.concatenate([nothing, *within]))
    clear = clear[~is_among(clear, crossing)]
    first = segments.lines.e7[segments.lines.offsets[clear]] / PER_DEGREE
    inside = shapely.contains_xy(area, first[:, 0], first[:, 1])
    return clear[inside], crossing


def _stretches(
    area: BaseGeometry, rows: NDArray[np.int64], lines: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return row and fractions of each stretch inside the area, of lines that are not wholly."""
    touching = shapely.intersects(area, lines)
    rows, lines = rows[touching], lines[touching]
    parts, owner = shapely.get_parts(shapely.intersection(lines, area), return_index=True)
    kept = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    parts, owner = parts[kept], owner[kept]
    scale = metres_a_degree(shapely.get_y(shapely.get_point(lines, 0)))
    lines, parts = _scaled(lines, scale), _scaled(parts, scale[owner])
    kept = shapely.length(parts) >= SLIVER_M
    parts, owner = parts[kept], owner[kept]
    start, end = located(lines[owner], parts)
    low, high = np.minimum(start, end), np.maximum(start, end)
    lengths = shapely.length(lines)[owner]
    low, high = fractions(low, lengths), fractions(high, lengths)
    # A road that meets itself: where its ends lie on it is ambiguous, so all of it counts.
    unclear = np.abs(np.abs(start - end) - shapely.length(parts)) > END_M
    loops = np.isin(owner, owner[unclear])
    low[loops], high[loops] = 0.0, 1.0
    return rows[owner], low, high


def _scaled(lines: NDArray[np.object_], scale: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return lines in metres, each by its own metres a degree; good for shapes, not for places."""
    lonlat, line = shapely.get_coordinates(lines, return_index=True)
    if not len(lonlat):
        return lines
    metres = shapely.linestrings(lonlat * scale[line], indices=line)
    return np.asarray(metres, dtype=np.object_)
