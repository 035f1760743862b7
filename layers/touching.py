"""Whether a stored geometry touches a place: exactly, but rarely by looking at its coordinates."""

from __future__ import annotations

from collections import OrderedDict

import shapely
from shapely.geometry.base import BaseGeometry

from .gpkgcells import header_box, shape_of

_KEPT = 8


class Touching:
    """The SQL function ``lca_touches(geom, place)``; place is WKB in degrees.

    It belongs to one connection: prepared geometries must not be used by two threads at once.
    """

    def __init__(self) -> None:
        self._places: OrderedDict[bytes, _Place] = OrderedDict()

    def __call__(self, blob: bytes | None, place: bytes) -> bool | None:
        """Tell whether a GeoPackage blob touches the place; not known without a geometry."""
        if blob is None:
            return None
        known = self._places.get(place)
        if known is None:
            known = self._places[place] = _Place(shapely.from_wkb(place))
            while len(self._places) > _KEPT:
                self._places.popitem(last=False)
        return known.touched_by(blob)


class _Place:
    def __init__(self, shape: BaseGeometry) -> None:
        self._shape = shape
        self._bounds = shape.bounds
        self._boxes = [
            part.bounds
            for part in shapely.get_parts(shape)
            if part.equals(shapely.box(*part.bounds))
        ]
        shapely.prepare(shape)

    def touched_by(self, blob: bytes) -> bool:
        west, south, east, north = header_box(blob)
        around = self._bounds
        if west > around[2] or east < around[0] or south > around[3] or north < around[1]:
            return False
        for box in self._boxes:
            if west >= box[0] and east <= box[2] and south >= box[1] and north <= box[3]:
                return True
        return bool(shapely.intersects(self._shape, shape_of(blob)))
