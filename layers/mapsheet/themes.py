"""A layer's lines, points and areas in the classes of its legend."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.spec import LayerKind, LayerSpec


@dataclass(frozen=True, slots=True, eq=False)
class ThemeClass:
    """One class of a theme: its label, look, and shapes (EPSG:4326, without empty ones)."""

    label: str
    colour: str
    dash: str | None
    shapes: NDArray[np.object_]
    quiet: bool = False
    """Whether it is the last of several classes, against which the others stand out."""


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """A thematic layer as it is drawn: the classes that have shapes, the gravest first.

    Areas of a theme that is not ``filled`` are outlines, as those of boundaries.
    """

    title: str
    filled: bool
    classes: tuple[ThemeClass, ...]

    @property
    def shapes(self) -> list[BaseGeometry]:
        """Every shape, EPSG:4326."""
        return [shape for one in self.classes for shape in one.shapes.tolist()]

    def counted(self) -> str:
        """Return how many features of each class there are, in words."""
        counts = (f"{len(one.shapes)} {one.label.lower()}" for one in self.classes)
        return f"{self.title}: {', '.join(counts)}."


def theme_of(spec: LayerSpec, frame: gpd.GeoDataFrame) -> Theme:
    """Return the rows of a layer (EPSG:4326) in the classes of its style, in the legend's order.

    A value that the legend lacks is drawn in the layer's own colour under its own name.
    """
    located = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    shapes = np.asarray(located.geometry, dtype=object)
    filled = spec.kind is not LayerKind.BOUNDARY
    style = spec.style
    if style.field is None:
        classes = [ThemeClass(spec.title, style.colour, None if filled else "6 3", shapes)]
    else:
        values = located[style.field].fillna("not known").astype(str).to_numpy()
        known = {item.value: (item.label, item.colour, item.dash) for item in style.classes}
        others = sorted(set(values.tolist()) - known.keys())
        quiet = style.classes[-1].value if len(style.classes) > 1 else None
        looks = known | {value: (value.capitalize(), style.colour, None) for value in others}
        classes = [
            ThemeClass(label, colour, dash, shapes[values == value], value == quiet)
            for value, (label, colour, dash) in looks.items()
        ]
    return Theme(spec.title, filled, tuple(one for one in classes if len(one.shapes)))
