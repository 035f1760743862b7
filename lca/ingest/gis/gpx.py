"""Read the waypoints, tracks and routes of a GPX file, as phones and receivers write them.

Runs in the child process only. The elements are those of GPX 1.0 and 1.1; extensions are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from lca.ingest.limits import Limits
from lca.ingest.wire import Cell, Message

from .featurelayer import dropped_heights
from .featuresheet import FeatureSheet
from .xmlstream import Corners, events, plain_text, tag_of, text_of, told_as

_KINDS = {"wpt": "waypoint", "trk": "track", "rte": "route"}
_TEXTS = {
    "name": "name",
    "desc": "description",
    "cmt": "comment",
    "sym": "symbol",
    "type": "type",
    "src": "source",
    "time": "time",
}


def read_gpx(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the waypoints, tracks and routes of a GPX file as one sheet.

    Raises
    ------
    UnreadableFile
        If it is no GPX, is damaged, or exceeds a limit.
    """
    sheet, corners, high, inside = FeatureSheet(path.stem, limits), Corners(limits), 0, 0
    with path.open("rb") as stream, told_as("GPX"):
        for event, element in events(stream, "gpx", "GPX"):
            if tag_of(element) in _KINDS:
                inside += 1 if event == "start" else -1
                if event == "end" and not inside:
                    high += _take(element, sheet, corners, limits)
            if event == "end" and not inside:
                element.clear()
    yield from sheet.messages(dropped_heights(high))


def _take(feature: Element, sheet: FeatureSheet, corners: Corners, limits: Limits) -> bool:
    """Add one feature; tell whether it has a height."""
    kind = _KINDS[tag_of(feature)]
    cells: dict[str, Cell] = {"kind": kind}
    for element in feature:
        name = _TEXTS.get(tag_of(element))
        if name is not None:
            cells[name] = plain_text(text_of(element), limits)
    points = [one for one in feature.iter() if tag_of(one) in {"trkpt", "rtept"}]
    times = [
        text for one in points for part in one if tag_of(part) == "time" and (text := text_of(part))
    ]
    if "time" not in cells and times:
        cells["time"] = times[0]
    if kind == "waypoint":
        points = [feature]
        body: dict[str, Any] = {"type": "Point", "coordinates": _position(feature)}
        corners.take(1)
    else:
        corners.take(len(points))
        body = _line(feature, kind)
    sheet.add(cells, body)
    return any(_is_high(one) for one in points)


def _line(feature: Element, kind: str) -> dict[str, Any]:
    """Return a track or route; each segment in which a receiver kept its fix is a line."""
    segments = [one for one in feature if tag_of(one) == "trkseg"] if kind == "track" else [feature]
    lines = [
        [_position(one) for one in segment if tag_of(one) in {"trkpt", "rtept"}]
        for segment in segments
    ]
    lines = [line for line in lines if line]
    if any(position is None for line in lines for position in line):
        return {"type": "LineString", "coordinates": None}
    drawn = [line for line in lines if len(line) > 1]
    if not drawn:
        return {"type": "Point", "coordinates": lines[0][0] if lines else []}
    if len(drawn) == 1:
        return {"type": "LineString", "coordinates": drawn[0]}
    return {"type": "MultiLineString", "coordinates": drawn}


def _position(element: Element) -> list[float] | None:
    """Return longitude and latitude of an element; None if one is missing or damaged."""
    try:
        position = [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError:
        return None
    return position if all(map(math.isfinite, position)) else None


def _is_high(element: Element) -> bool:
    return any(tag_of(part) == "ele" and text_of(part) not in {"", "0", "0.0"} for part in element)
