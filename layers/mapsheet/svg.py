"""Write SVG elements, with every text and attribute escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from .typeface import FAMILY, Weight, clean, require_glyphs

Attribute = str | float | None


def number(value: float) -> str:
    """Return a coordinate to 1/10 of a page unit, without a needless ``.0`` or ``-0``."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", **attributes: Attribute) -> str:
    """Return one element; ``_`` in an attribute's name becomes ``-``, None leaves it out.

    ``content`` is markup already: pass text through :func:`text_line`.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def group(parts: Iterable[str], **attributes: Attribute) -> str:
    """Return a ``g`` element around the parts."""
    return element("g", "\n".join(parts), **attributes)


def title(text: str) -> str:
    """Return a ``title`` element, which screen readers speak and browsers show on hovering."""
    return element("title", escape(clean(text)))


def description(text: str) -> str:
    """Return a ``desc`` element: the alternative text of the picture."""
    return element("desc", escape(clean(text)))


def text_line(
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    weight: Weight = "regular",
    **attributes: Attribute,
) -> str:
    """Return one line of text with its baseline at ``y``.

    Raises
    ------
    InvalidInput
        If the fonts lack a glyph.
    """
    drawn = clean(text)
    require_glyphs(drawn)
    return element(
        "text",
        escape(drawn),
        x=x,
        y=y,
        font_family=f"{FAMILY}, sans-serif",
        font_size=size,
        font_weight="700" if weight == "bold" else None,
        **attributes,
    )


def path_of(geometries: Iterable[BaseGeometry]) -> str:
    """Return the path data of lines and areas given in page units."""
    return "".join(_path(part) for geometry in geometries for part in _parts(geometry))


def _parts(geometry: BaseGeometry) -> Sequence[BaseGeometry]:
    return [part for part in shapely.get_parts(geometry) if not part.is_empty]


def _path(part: BaseGeometry) -> str:
    if part.geom_type == "Polygon":
        rings = shapely.get_rings(part)
        return "".join(_ring(shapely.get_coordinates(ring)) + "Z" for ring in rings)
    if part.geom_type in {"LineString", "LinearRing"}:
        return _ring(shapely.get_coordinates(part))
    if part.geom_type.startswith(("Multi", "Geometry")):
        return path_of([part])
    return ""


def _ring(coordinates: NDArray[np.float64]) -> str:
    points = [f"{number(x)} {number(y)}" for x, y in coordinates]
    return f"M{points[0]}L" + " ".join(points[1:])


def _value(value: str | float | None) -> str:
    return number(value) if isinstance(value, float | int) else str(value)
