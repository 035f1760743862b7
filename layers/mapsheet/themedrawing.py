"""Draw thematic layers and their part of the legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from layers.palette import PAGE_COLOUR

from .background import clipped
from .frame import MapFrame
from .svg import element, group, path_of
from .themes import Theme, ThemeClass

LINE_WIDTH, QUIET_WIDTH, POINT_RADIUS = 3.2, 1.3, 4.0
_FILL_OPACITY = 0.14


def draw_themes(themes: Sequence[Theme], frame: MapFrame) -> str:
    """Draw the themes, the gravest class of each last; nothing without any."""
    parts = [_drawn(one, theme, frame) for theme in themes for one in reversed(theme.classes)]
    return group(parts, id="themes") if parts else ""


def theme_entries(themes: Sequence[Theme], width: float) -> Iterator[tuple[str, str]]:
    """Yield a swatch (around (0, 0) to (width, 0)) and a label for each class on the sheet."""
    for theme in themes:
        for one in theme.classes:
            kinds = {shape.geom_type.removeprefix("Multi") for shape in one.shapes.tolist()}
            if kinds == {"Point"}:
                swatch = _dots([(width / 2, 0.0)], one)
            else:
                swatch = _line(f"M0 0H{width:g}", one)
            label = one.label if one.label == theme.title else f"{theme.title}: {one.label.lower()}"
            yield swatch, label


def _drawn(one: ThemeClass, theme: Theme, frame: MapFrame) -> str:
    dimension = shapely.get_dimensions(one.shapes)
    areas, lines, points = (one.shapes[dimension == number] for number in (2, 1, 0))
    parts = []
    if len(areas):
        drawn = clipped(frame, areas)
        parts.append(_area(path_of(drawn), one, filled=theme.filled) if len(drawn) else "")
    if len(lines):
        drawn = clipped(frame, lines)
        parts.append(_line(path_of(drawn), one) if len(drawn) else "")
    if len(points):
        placed = shapely.get_parts(frame.to_page(points))
        inside = placed[shapely.contains(frame.clip, placed)]
        parts.append(_dots(shapely.get_coordinates(inside).tolist(), one))
    return group([part for part in parts if part])


def _area(data: str, one: ThemeClass, *, filled: bool) -> str:
    return element(
        "path",
        d=data,
        fill=one.colour if filled else "none",
        fill_opacity=f"{_FILL_OPACITY:g}" if filled else None,
        stroke=one.colour,
        stroke_width="1.4",
        stroke_dasharray=one.dash,
    )


def _line(data: str, one: ThemeClass) -> str:
    width = QUIET_WIDTH if one.quiet else LINE_WIDTH
    return element(
        "path", d=data, fill="none", stroke=one.colour, stroke_width=width,
        stroke_dasharray=one.dash,
    )  # fmt: skip


def _dots(positions: Sequence[Sequence[float]], one: ThemeClass) -> str:
    return "".join(
        element(
            "circle",
            cx=x,
            cy=y,
            r=POINT_RADIUS,
            fill=one.colour,
            stroke=PAGE_COLOUR,
            stroke_width="1",
        )
        for x, y in positions
    )
