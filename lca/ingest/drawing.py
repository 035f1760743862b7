"""The geometry of a feature, as it goes from the child process to its parent: as WKB.

Well-known binary (OGC 06-103r4, 8.2) of two dimensions, in EPSG:4326, least significant byte
first. It takes 16 bytes a corner, where numbers in JSON take 200. Neither side needs a library to
hold one: only whoever judges the row builds the geometry (:mod:`lca.ingest.shapes`).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lca.errors import UnreadableFile

from .limits import Limits

KINDS = {
    "Point": 1,
    "LineString": 2,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
}
_POINT, _LINE, _AREA = 1, 2, 3
_MULTI = 3
"""What is to be added to the code of a part for the code of several."""
_LEAST_BYTE_FIRST = 1
_HEAD = struct.Struct("<BI")
_COUNT = struct.Struct("<I")
_POSITION = 16
_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Drawing:
    """A geometry: the name of its type in GeoJSON, and its WKB.

    The WKB of one that is empty has no bytes; one that is damaged, or of a type that no library
    here can build, has none at all. ``fault`` says why the geometry was not valid, and ``mended``
    whether the WKB is mended or still is as it came.
    """

    kind: str
    wkb: bytes | None = b""
    fault: str = ""
    mended: bool = False

    @property
    def holds_areas(self) -> bool:
        """Whether it is one area or several."""
        return self.kind in {"Polygon", "MultiPolygon"}


@dataclass(slots=True)
class Extent:
    """How much a geometry holds, or how much some may still hold.

    ``parts`` are the rings of areas, and the lines or points of what has several.
    """

    corners: int
    parts: int

    @classmethod
    def of_file(cls, limits: Limits) -> Extent:
        """Return what all geometries of a file may hold together."""
        return cls(limits.vertices, limits.parts)

    def take(self, drawing: Drawing | None, limits: Limits) -> None:
        """Take one geometry from what a file may still hold.

        Raises
        ------
        UnreadableFile
            If it alone, or all together, hold more than anybody can draw or look through.
        ValueError
            If it is no WKB of its kind.
        """
        if drawing is None or not drawing.wkb:
            return
        found = extent_of(drawing)
        if found.corners > limits.feature_vertices or found.parts > limits.feature_parts:
            raise UnreadableFile(
                f"One feature has {found.corners} corners in {found.parts} parts; the reader "
                f"accepts {limits.feature_vertices} in {limits.feature_parts}.",
                do_next="Simplify it in QGIS, or split it (Multipart to singleparts).",
            )
        self.corners -= found.corners
        self.parts -= found.parts
        if self.corners < 0 or self.parts < 0:
            raise UnreadableFile(
                f"The geometries have more than {limits.vertices} corners or {limits.parts} parts.",
                do_next="Simplify them in QGIS, or split the file.",
            )


def drawing_of(kind: str, coordinates: Any) -> Drawing:
    """Return a geometry that a reader of ours has as GeoJSON's lists; rings are closed.

    Parameters
    ----------
    kind : str
        One of GeoJSON's types; any other is a geometry that cannot be built.
    coordinates : nested sequences of float
        Longitude and latitude of each position, degrees. None where a position is damaged.
    """
    code = KINDS.get(kind)
    if code is None or coordinates is None:
        return Drawing(kind, None)
    try:
        if not coordinates or (code == _AREA and not coordinates[0]):
            return Drawing(kind)
        drawing = Drawing(kind, b"".join(_pieces(code, coordinates)))
        extent_of(drawing)
    except (TypeError, ValueError, LookupError, OverflowError, struct.error):
        return Drawing(kind, None)
    return drawing


def _pieces(code: int, coordinates: Any) -> Sequence[bytes]:
    head = _HEAD.pack(_LEAST_BYTE_FIRST, code)
    if code == _POINT:
        return head, _positions([coordinates])
    if code == _LINE:
        return head, _COUNT.pack(len(coordinates)), _positions(coordinates)
    if code == _AREA:
        rings = (_closed(ring) for ring in coordinates)
        inside = [piece for ring in rings for piece in (_COUNT.pack(len(ring)), _positions(ring))]
    else:
        inside = [piece for part in coordinates for piece in _pieces(code - _MULTI, part)]
    return head, _COUNT.pack(len(coordinates)), *inside


def _closed(ring: Sequence[Sequence[float]]) -> Sequence[Sequence[float]]:
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _positions(positions: Sequence[Sequence[float]]) -> bytes:
    numbers = [number for lon, lat in positions for number in (lon, lat)]
    return struct.pack(f"<{len(numbers)}d", *numbers)


def extent_of(drawing: Drawing) -> Extent:
    """Return how much the WKB of a geometry holds; it may come from a child gone bad.

    Raises
    ------
    ValueError
        If it is not the whole WKB of one geometry of its kind, or a number in it is not finite.
    """
    body, extent = drawing.wkb or b"", Extent(0, 0)
    try:
        end = _walk(body, 0, KINDS.get(drawing.kind, 0), extent)
    except struct.error as error:
        msg = "a geometry is cut off"
        raise ValueError(msg) from error
    if end != len(body):
        msg = "a geometry does not end where it should"
        raise ValueError(msg)
    return extent


def _walk(body: bytes, at: int, code: int, extent: Extent) -> int:
    """Add up a geometry that begins at a byte, and return where it ends."""
    if _HEAD.unpack_from(body, at) != (_LEAST_BYTE_FIRST, code):
        msg = "a geometry is not of its kind"
        raise ValueError(msg)
    at += _HEAD.size
    if code == _POINT:
        return _pass(body, at, 1, extent)
    (count,) = _COUNT.unpack_from(body, at)
    at += _COUNT.size
    if code == _LINE:
        return _pass(body, at, count, extent)
    # A count that lies ends with the bytes: each part takes some.
    for _ in range(count):
        before = extent.parts
        if code == _AREA:
            extent.parts += 1
            (corners,) = _COUNT.unpack_from(body, at)
            at = _pass(body, at + _COUNT.size, corners, extent)
        else:
            at = _walk(body, at, code - _MULTI, extent)
            # Of an area its rings count; one that has none takes memory all the same.
            extent.parts = max(extent.parts, before + 1)
    return at


def _pass(body: bytes, at: int, count: int, extent: Extent) -> int:
    """Pass over some positions, all of them finite."""
    extent.corners += count
    for first in range(0, count, _AT_ONCE):
        some = min(_AT_ONCE, count - first)
        numbers = struct.unpack_from(f"<{2 * some}d", body, at + first * _POSITION)
        if not all(map(math.isfinite, numbers)):
            msg = "a coordinate is not a number"
            raise ValueError(msg)
    return at + count * _POSITION
