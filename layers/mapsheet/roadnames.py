"""The numbers and names of the main roads, few of them, each once on its road."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.palette import INK_COLOUR, PAGE_COLOUR, ROAD_STYLES, road_class

from .background import clipped
from .frame import MapFrame, Rect
from .placing import Room
from .svg import element, group, text_line
from .typeface import clean, shorten, width_of

_NAMED_CLASSES = ("motorway", "trunk")
_MOST = 6
_SIZE = 8.2
_LONGEST = 110.0
_LEAST_LENGTH = 1.6
"""How many times its name a road must be long."""
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)


def road_names(roads: gpd.GeoDataFrame | None, frame: MapFrame, room: Room) -> list[str]:
    """Draw the number or name of the longest main roads where it covers nothing."""
    drawn: list[str] = []
    for label, road_type, lines in _named(roads, frame):
        if len(drawn) == _MOST:
            break
        rect = _place(label, lines, room)
        if rect is not None:
            drawn.append(_plate(label, rect, ROAD_STYLES[road_type][0]))
    return drawn


def _named(
    roads: gpd.GeoDataFrame | None, frame: MapFrame
) -> Iterator[tuple[str, str, list[shapely.LineString]]]:
    """Yield name, class and drawn lines of the main roads, the longest first."""
    if roads is None or roads.empty:
        return
    classes = roads["highway"].map(road_class).to_numpy()
    labels = _labels(roads)
    chosen = np.isin(classes, _NAMED_CLASSES) & (labels != "")
    found = []
    for label in sorted(set(labels[chosen])):
        of_it = chosen & (labels == label)
        lines = clipped(frame, np.asarray(roads.geometry[of_it], dtype=object))
        merged = shapely.line_merge(shapely.union_all(lines)) if len(lines) else None
        if merged is not None and not merged.is_empty:
            parts = sorted(shapely.get_parts(merged), key=shapely.length, reverse=True)
            found.append((label, str(classes[of_it][0]), parts))
    yield from sorted(found, key=lambda item: (-sum(part.length for part in item[2]), item[0]))


def _labels(roads: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the first number of each road, else its name, else an empty text."""
    texts = np.full(len(roads), "", dtype=object)
    for column in ("name", "ref"):
        if column in roads:
            given = roads[column].fillna("").astype(str).map(lambda text: clean(text.split(";")[0]))
            texts = np.where(given != "", given, texts)
    return texts


def _place(label: str, lines: list[shapely.LineString], room: Room) -> Rect | None:
    width, height = width_of(shorten(label, _SIZE, _LONGEST), _SIZE) + 6, _SIZE * 1.4
    if sum(line.length for line in lines) < _LEAST_LENGTH * width:
        return None
    points = (line.interpolate(share, normalized=True) for line in lines[:2] for share in _ALONG)
    return room.first_free(
        Rect(point.x - width / 2, point.y - height / 2, width, height) for point in points
    )


def _plate(label: str, rect: Rect, colour: str) -> str:
    plate = element(
        "rect", x=rect.x, y=rect.y, width=rect.width, height=rect.height, rx=2.5,
        fill=PAGE_COLOUR, stroke=colour, stroke_width="0.9",
    )  # fmt: skip
    words = text_line(
        shorten(label, _SIZE, _LONGEST), rect.x + rect.width / 2, rect.y + _SIZE * 1.05,
        size=_SIZE, fill=INK_COLOUR, text_anchor="middle",
    )  # fmt: skip
    return group([plate, words], data_road=label)
