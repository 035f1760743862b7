"""Draw the stretches of road on which a constraint lies."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .drawing import drawn
from .network import RoadNetwork
from .pieces import Pieces


def part_of(network: RoadNetwork, row: int, start: float, end: float) -> BaseGeometry:
    """Return a stretch of a segment between two fractions of its metres, EPSG:4326.

    It runs against the segment if ``start`` exceeds ``end``, and is a point if both are equal.
    """
    backward = start > end
    low, high = np.array([min(start, end)]), np.array([max(start, end)])
    points = drawn(network.segments.lines, np.array([2 * row + int(backward)]), low, high)
    return shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])


def pictured(network: RoadNetwork, pieces: Pieces) -> BaseGeometry | None:
    """Return pieces of road as one geometry, EPSG:4326: lines, and points; None without any."""
    if not len(pieces):
        return None
    shapes = network.segments.lines.shapes(pieces.segment)
    cut = (pieces.from_fraction > 0.0) | (pieces.to_fraction < 1.0)
    for place in cut.nonzero()[0].tolist():
        low, high = float(pieces.from_fraction[place]), float(pieces.to_fraction[place])
        shapes[place] = part_of(network, int(pieces.segment[place]), low, high)
    lines = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING]
    points = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.POINT]
    whole = shapely.GeometryCollection(
        [
            *([shapely.MultiLineString(list(lines))] if len(lines) else []),
            *([shapely.MultiPoint(list(points))] if len(points) else []),
        ]
    )
    return whole.geoms[0] if len(whole.geoms) == 1 else whole
