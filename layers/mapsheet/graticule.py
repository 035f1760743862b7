"""Meridians and parallels across the map, labelled at its upper and left edge."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from layers.palette import INK_COLOUR, LAND_COLOUR, QUIET_COLOUR

from .frame import MapFrame, Rect
from .svg import element, group, path_of, text_line

_WANTED = 4
_POINTS = 24


def graticule(frame: MapFrame, reserved: Sequence[Rect]) -> str:
    """Draw about four lines each way, at round degrees; labels keep off the reserved room."""
    west, south, east, north = _bounds_degrees(frame)
    step = _round_step(min(east - west, north - south) / _WANTED)
    along_lat = np.linspace(south, north, _POINTS)
    along_lon = np.linspace(west, east, _POINTS)
    parts: list[str] = []
    lines = []
    for lon in _multiples(west, east, step):
        line = shapely.LineString(np.column_stack([np.full(_POINTS, lon), along_lat]))
        lines.append(line)
        parts += _edge_label(frame, reserved, line, degrees(lon, "EW", step), upper=True)
    for lat in _multiples(south, north, step):
        line = shapely.LineString(np.column_stack([along_lon, np.full(_POINTS, lat)]))
        lines.append(line)
        parts += _edge_label(frame, reserved, line, degrees(lat, "NS", step), upper=False)
    drawn = shapely.intersection(frame.to_page(lines), frame.clip)
    grid = element(
        "path", d=path_of(drawn), fill="none", stroke=INK_COLOUR, stroke_width="0.4", opacity="0.22"
    )
    return group([grid, *parts], id="graticule")


def degree_labels(frame: MapFrame) -> Rect:
    """Return the strip at the upper edge in which the meridians are labelled."""
    return Rect(frame.rect.x, frame.rect.y, frame.rect.width, 14)


def degrees(value: float, letters: str, step: float) -> str:
    """Return degrees and a hemisphere letter with the decimals that the step needs."""
    decimals = max(0, math.ceil(-math.log10(step) - 1e-9))
    letter = letters[0] if value >= 0 else letters[1]
    return f"{abs(value):.{decimals}f}° {letter}"


def _bounds_degrees(frame: MapFrame) -> tuple[float, float, float, float]:
    half_width = frame.rect.width / 2 * frame.metres_per_unit
    half_height = frame.rect.height / 2 * frame.metres_per_unit
    box = shapely.box(
        frame.centre_x_m - half_width,
        frame.centre_y_m - half_height,
        frame.centre_x_m + half_width,
        frame.centre_y_m + half_height,
    )
    west, south, east, north = frame.projection.unproject(
        shapely.segmentize(box, half_width / 8)
    ).bounds
    return west, south, east, north


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [index * step for index in range(first, last + 1)]


def _edge_label(
    frame: MapFrame,
    reserved: Sequence[Rect],
    line: shapely.LineString,
    label: str,
    *,
    upper: bool,
) -> list[str]:
    rect = frame.rect
    edge = (
        shapely.LineString([(rect.x, rect.y), (rect.right, rect.y)])
        if upper
        else shapely.LineString([(rect.x, rect.y), (rect.x, rect.bottom)])
    )
    crossing = shapely.intersection(frame.to_page([line])[0], edge)
    if crossing.geom_type != "Point":
        return []
    x, y = (crossing.x, rect.y + 10) if upper else (rect.x + 4, crossing.y - 2)
    box = Rect(x - 24, y - 8, 48, 10) if upper else Rect(x, y - 8, 48, 10)
    if not rect.holds(box) or any(box.overlaps(other) for other in reserved):
        return []
    return [
        text_line(
            label,
            x,
            y,
            size=8,
            fill=QUIET_COLOUR,
            text_anchor="middle" if upper else "start",
            paint_order="stroke",
            stroke=LAND_COLOUR,
            stroke_width=2.5,
        )
    ]
