"""What lies under the markers: land, populated areas, roads, access on them, and the route."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.palette import (
    ACCESS_STYLES,
    AREA_COLOUR,
    EXERCISE_COLOUR,
    LAND_COLOUR,
    PAGE_COLOUR,
    ROAD_STYLES,
    ROUTE_COLOUR,
    AccessClass,
    road_class,
)

from .frame import MapFrame
from .sheet import MapSheet
from .svg import element, group, number, path_of, text_line

# 0.4 of a page unit is 0.1 mm, the finest line that an office printer keeps.
_SIMPLIFY = 0.4
_DRAWING_ORDER = tuple(AccessClass)[::-1]


def draw_background(sheet: MapSheet, frame: MapFrame) -> str:
    """Draw everything under the markers, the gravest access class last."""
    land = element(
        "rect",
        x=frame.rect.x,
        y=frame.rect.y,
        width=frame.rect.width,
        height=frame.rect.height,
        fill=LAND_COLOUR,
    )
    parts = [
        land,
        _populated_areas(sheet, frame),
        *_roads(sheet.roads, frame),
        *_reported_areas(sheet, frame),
        *_reported_lines(sheet, frame),
        _route(sheet, frame),
        *_status_lines(sheet, frame),
        _watermark(frame) if sheet.exercise else "",
    ]
    return group((part for part in parts if part), id="background")


def clipped(frame: MapFrame, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Project lines and areas (EPSG:4326) onto the page, cut them at the frame and thin their points."""
    rect = frame.rect
    drawn = shapely.clip_by_rect(
        frame.to_page(geometries), rect.x - 8, rect.y - 8, rect.right + 8, rect.bottom + 8
    )
    thinned = shapely.simplify(drawn, _SIMPLIFY)
    return np.asarray(thinned[~shapely.is_empty(thinned)], dtype=object)


def _populated_areas(sheet: MapSheet, frame: MapFrame) -> str:
    areas = [item.geometry for item in sheet.places if item.geometry is not None]
    drawn = clipped(frame, np.asarray([item for item in areas if item.area > 0], dtype=object))
    if not len(drawn):
        return ""
    return element(
        "path", d=path_of(drawn), fill=AREA_COLOUR, stroke=LAND_COLOUR, stroke_width="0.5"
    )


def _roads(roads: gpd.GeoDataFrame | None, frame: MapFrame) -> Iterator[str]:
    """Yield one path a road class, the smallest roads first."""
    if roads is None or roads.empty:
        return
    classes = roads["highway"].map(road_class)
    for name, (colour, width) in reversed(ROAD_STYLES.items()):
        lines = np.asarray(roads.geometry[classes == name], dtype=object)
        drawn = clipped(frame, lines) if len(lines) else lines
        if len(drawn):
            yield element(
                "path", d=path_of(drawn), fill="none", stroke=colour, stroke_width=width,
                stroke_linecap="round", stroke_linejoin="round",
            )  # fmt: skip


def _reported_areas(sheet: MapSheet, frame: MapFrame) -> Iterator[str]:
    for constraint, access in reversed(sheet.shown):
        geometry = constraint.geometry
        if geometry is not None and geometry.area > 0:
            drawn = clipped(frame, np.asarray([geometry], dtype=object))
            if not len(drawn):
                continue
            style = ACCESS_STYLES[access]
            yield element(
                "path",
                d=path_of(drawn),
                fill=style.colour,
                fill_opacity="0.14",
                stroke=style.colour,
                stroke_width="1.4",
                stroke_dasharray=" ".join(number(part) for part in style.dash) or None,
            )


def _reported_lines(sheet: MapSheet, frame: MapFrame) -> Iterator[str]:
    """Yield the lines as reported: in full where no matched roads are given, else faint."""
    for constraint, access in reversed(sheet.shown):
        geometry = constraint.geometry
        if geometry is not None and geometry.length > 0 and geometry.area == 0:
            drawn = clipped(frame, np.asarray([geometry], dtype=object))
            if not len(drawn):
                continue
            if sheet.segment_status:
                colour = ACCESS_STYLES[access].colour
                yield element(
                    "path", d=path_of(drawn), fill="none", stroke=colour, stroke_width="1.2",
                    opacity="0.6",
                )  # fmt: skip
            else:
                yield access_line(access, path_of(drawn))


def _status_lines(sheet: MapSheet, frame: MapFrame) -> Iterator[str]:
    for access in _DRAWING_ORDER:
        lines = sheet.segment_status.get(access)
        if lines is not None and not lines.empty:
            drawn = clipped(frame, shapely.line_merge(np.asarray([lines.geometry.union_all()])))
            yield access_line(access, path_of(drawn))


def access_line(access: AccessClass, data: str) -> str:
    """Draw path data in the colour and dash of a class, on a light casing."""
    style = ACCESS_STYLES[access]
    casing = element(
        "path", d=data, fill="none", stroke=PAGE_COLOUR, stroke_width=style.width + 1.6,
        stroke_linecap="round", opacity="0.85",
    )  # fmt: skip
    line = element(
        "path", d=data, fill="none", stroke=style.colour, stroke_width=style.width,
        stroke_dasharray=" ".join(number(part) for part in style.dash) or None,
    )  # fmt: skip
    return casing + line


def _route(sheet: MapSheet, frame: MapFrame) -> str:
    if sheet.route is None:
        return ""
    return route_line(path_of(clipped(frame, np.asarray([sheet.route], dtype=object))))


def route_line(data: str) -> str:
    """Draw path data as the route: a wide solid line on a casing."""
    casing = element(
        "path", d=data, fill="none", stroke=PAGE_COLOUR, stroke_width="7.5", stroke_linejoin="round"
    )
    line = element(
        "path", d=data, fill="none", stroke=ROUTE_COLOUR, stroke_width="4.2",
        stroke_linejoin="round", stroke_linecap="round",
    )  # fmt: skip
    return casing + line


def _watermark(frame: MapFrame) -> str:
    """Write EXERCISE across the whole frame, so that no cut of the map is without it."""
    rect = frame.rect
    words = [
        text_line(
            "EXERCISE",
            rect.x + rect.width * across,
            rect.y + rect.height * down,
            size=58,
            weight="bold",
            fill=EXERCISE_COLOUR,
            fill_opacity="0.13",
            text_anchor="middle",
            transform=(
                f"rotate(-24 {number(rect.x + rect.width * across)} "
                f"{number(rect.y + rect.height * down)})"
            ),
        )
        for across, down in ((0.3, 0.24), (0.72, 0.44), (0.3, 0.64), (0.72, 0.88))
    ]
    return group(words, id="watermark", aria_hidden="true")
