"""Draw the stretches of road on which a constraint lies."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from .network import RoadNetwork
from .pieces import Pieces


def pictured(network: RoadNetwork, pieces: Pieces) -> BaseGeometry | None:
    """Return pieces of road as one geometry, EPSG:4326: lines, and points; None without any."""
    if not len(pieces):
        return None
    shapes = network.segments.lines.shapes(pieces.segment)
    cut = (pieces.from_fraction > 0.0) | (pieces.to_fraction < 1.0)
    for place in cut.nonzero()[0].tolist():
        low, high = float(pieces.from_fraction[place]), float(pieces.to_fraction[place])
        shapes[place] = substring(shapes[place], low, high, normalized=True)
    lines = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING]
    points = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.POINT]
    whole = shapely.GeometryCollection(
        [
            *([shapely.MultiLineString(list(lines))] if len(lines) else []),
            *([shapely.MultiPoint(list(points))] if len(points) else []),
        ]
    )
    return whole.geoms[0] if len(whole.geoms) == 1 else whole
