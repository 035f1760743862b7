"""A box that features are asked for in; unlike a BBox it may cross the antimeridian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import UsageError
from lca.geo import BBox

_WITH_HEIGHTS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A box in EPSG:4326, degrees; one whose west exceeds its east crosses the antimeridian.

    Raises
    ------
    UsageError
        If a coordinate is not finite or out of range, or south exceeds north.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        _ = self.parts

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``west,south,east,north``; of six numbers the heights are left out (OGC 17-069r4)."""
        try:
            numbers = [float(part) for part in text.split(",")]
            if len(numbers) == _WITH_HEIGHTS:
                numbers = [*numbers[:2], *numbers[3:5]]
            west, south, east, north = numbers
        except ValueError:
            raise UsageError(
                f"{text!r} is not a box.", do_next="Give west,south,east,north in decimal degrees."
            ) from None
        return cls(west, south, east, north)

    @classmethod
    def of(cls, box: BBox) -> Self:
        """Return a box that does not cross the antimeridian."""
        return cls(box.west, box.south, box.east, box.north)

    @property
    def parts(self) -> tuple[BBox, ...]:
        """The box as one or two boxes that do not cross the antimeridian."""
        if self.west > self.east:
            return (
                BBox(self.west, self.south, 180.0, self.north),
                BBox(-180.0, self.south, self.east, self.north),
            )
        return (BBox(self.west, self.south, self.east, self.north),)

    @property
    def geometry(self) -> BaseGeometry:
        """The box as one area or two; without width or height it is a line or a point."""
        shapes = [_envelope(part) for part in self.parts]
        return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _envelope(box: BBox) -> BaseGeometry:
    # A polygon without an area is not valid, and touches nothing that it should.
    low, high = (box.west, box.south), (box.east, box.north)
    if low == high:
        return shapely.Point(low)
    if box.west == box.east or box.south == box.north:
        return shapely.LineString([low, high])
    return box.polygon
