"""The map's frame on the page, and the projection of positions into it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.geo import GEOD, LocalMetres

UNITS_PER_METRE_OF_PAPER = 4000.0
"""A page unit is 1/4 mm."""
_MARGIN = 0.07
_LEAST_SPAN_M = 1500.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on the page; ``y`` grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    def overlaps(self, other: Rect) -> bool:
        """Tell whether the two share more than an edge."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, other: Rect) -> bool:
        """Tell whether the other lies wholly within."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A rectangle of the page that shows ``centre ± span/2`` of a local projection in metres."""

    rect: Rect
    projection: LocalMetres
    centre_x_m: float
    centre_y_m: float
    metres_per_unit: float

    @property
    def scale(self) -> float:
        """The denominator of the numeric scale when printed on A4."""
        return self.metres_per_unit * UNITS_PER_METRE_OF_PAPER

    @property
    def clip(self) -> shapely.Polygon:
        """The frame as a polygon in page units."""
        return shapely.box(self.rect.x, self.rect.y, self.rect.right, self.rect.bottom)

    def to_page(self, geometries: Iterable[BaseGeometry]) -> NDArray[np.object_]:
        """Project EPSG:4326 geometries into page units, without clipping."""
        projected = self.projection.project_array(np.asarray(list(geometries), dtype=object))

        def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            x = (
                self.rect.x
                + self.rect.width / 2
                + (xy[:, 0] - self.centre_x_m) / self.metres_per_unit
            )
            y = (
                self.rect.y
                + self.rect.height / 2
                - (xy[:, 1] - self.centre_y_m) / self.metres_per_unit
            )
            return np.column_stack([x, y])

        return np.asarray(shapely.transform(projected, move), dtype=object)

    def true_metres(self, units: float) -> float:
        """Return the geodesic metres that a horizontal length at the frame's centre stands for."""
        half = units * self.metres_per_unit / 2
        ends = self.projection.unproject(
            shapely.LineString(
                [
                    (self.centre_x_m - half, self.centre_y_m),
                    (self.centre_x_m + half, self.centre_y_m),
                ]
            )
        )
        return float(GEOD.geometry_length(ends))


def extent_m(
    geometries: Sequence[BaseGeometry],
) -> tuple[LocalMetres, tuple[float, float, float, float]]:
    """Return a projection around the geometries (EPSG:4326) and their bounds in its metres."""
    projection = LocalMetres.around(shapely.box(*shapely.total_bounds(geometries)))
    bounds = shapely.total_bounds(
        projection.project_array(np.asarray(list(geometries), dtype=object))
    )
    west, south, east, north = (float(value) for value in bounds)
    return projection, (west, south, east, north)


def fit_frame(geometries: Sequence[BaseGeometry], rect: Rect) -> MapFrame:
    """Return the frame that shows all geometries (EPSG:4326) with a margin around them."""
    projection, (west, south, east, north) = extent_m(geometries)
    usable = 1 - 2 * _MARGIN
    metres_per_unit = max(
        max(east - west, _LEAST_SPAN_M) / (rect.width * usable),
        max(north - south, _LEAST_SPAN_M) / (rect.height * usable),
    )
    return MapFrame(
        rect=rect,
        projection=projection,
        centre_x_m=(west + east) / 2,
        centre_y_m=(south + north) / 2,
        metres_per_unit=_round_scale(metres_per_unit),
    )


def _round_scale(metres_per_unit: float) -> float:
    """Round up to a scale of two figures, such as 1 : 120 000."""
    denominator = metres_per_unit * UNITS_PER_METRE_OF_PAPER
    step = 5 * 10.0 ** math.floor(math.log10(denominator) - 1)
    return math.ceil(denominator / step) * step / UNITS_PER_METRE_OF_PAPER
