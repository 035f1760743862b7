"""Read the placemarks of a KML or KMZ file, as phones, Google Earth and Maps write them.

Runs in the child process only. A reader of our own on ``defusedxml``: GDAL's two drivers follow
links, open whatever is in the archive, and make a layer of every folder. Links to other files and
pictures are left out, and counted.

The elements are those of OGC KML 2.3 (12-007r2) and Google's ``gx`` tracks.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from lca.errors import UnreadableFile
from lca.ingest.archive import open_archive
from lca.ingest.limits import Limits
from lca.ingest.selfstatement import exercise_of_text, statement_of
from lca.ingest.wire import Cell, Message

from .featurelayer import Note, dropped_heights
from .featuresheet import FeatureSheet
from .xmlstream import Corners, child, events, plain_text, tag_of, text_of, told_as

_LINKS = {
    "NetworkLink": "links to other files",
    "GroundOverlay": "pictures laid over the map",
    "PhotoOverlay": "pictures",
    "ScreenOverlay": "pictures",
}
_TIMES = {"when": "time", "begin": "begin", "end": "end"}
_DAMAGED = {"type": "Point", "coordinates": None}


@dataclass(slots=True)
class _Reading:
    """What is kept while a file is read."""

    limits: Limits
    corners: Corners
    sheet: FeatureSheet
    folders: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    high: int = 0
    exercise: str | None = None

    def notes(self) -> list[Note]:
        """Return what was left out."""
        links = [
            (f"{count} {what} were left out.", "Save their content into a file of its own.")
            for what, count in self.left_out.items()
        ]
        return [*links, *dropped_heights(self.high)]


def read_kml(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the placemarks of a KML file as one sheet; their folders are a column.

    Raises
    ------
    UnreadableFile
        If it is no KML, is damaged, or exceeds a limit.
    """
    with path.open("rb") as stream:
        yield from _read(stream, path.stem, limits)


def read_kmz(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the placemarks of the main document of a KMZ archive.

    Raises
    ------
    UnreadableFile
        As :func:`read_kml`, or if the archive holds no document or none that is the main one.
    """
    with open_archive(path, limits) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        main = [name for name in names if name.lower() == "doc.kml"] or names
        if len(main) != 1:
            raise UnreadableFile(
                f"The archive holds {len(main)} KML files, and none is doc.kml.",
                do_next="Send the .kml file that is meant alone.",
            )
        yield from _read(io.BytesIO(archive.read(main[0])), path.stem, limits)


def _read(stream: IO[bytes], title: str, limits: Limits) -> Iterator[Message]:
    reading = _Reading(limits, Corners(limits), FeatureSheet(title, limits))
    inside = 0
    with told_as("KML"):
        for event, element in events(stream, "kml", "KML"):
            tag = tag_of(element)
            if tag == "Placemark":
                inside += 1 if event == "start" else -1
            if event == "start":
                if tag in {"Folder", "Document"}:
                    reading.folders.append("")
                continue
            if inside:
                continue
            if tag == "Placemark":
                _take(element, reading)
            else:
                _take_around(element, tag, reading)
            element.clear()
    if reading.exercise is not None:
        yield from statement_of(reading.exercise)
    yield from reading.sheet.messages(reading.notes())


def _take_around(element: Element, tag: str, reading: _Reading) -> None:
    """Take what the document and its folders say, and count what they link to."""
    if tag == "name" and reading.folders and not reading.folders[-1]:
        reading.folders[-1] = text_of(element)
    elif tag == "description" and len(reading.folders) == 1:
        reading.exercise = exercise_of_text(text_of(element))
    elif tag in {"Folder", "Document"}:
        reading.folders.pop()
    elif tag in _LINKS:
        reading.left_out[_LINKS[tag]] += 1


def _take(placemark: Element, reading: _Reading) -> None:
    cells: dict[str, Cell] = {"name": text_of(child(placemark, "name"))}
    described = child(placemark, "description")
    if described is not None:
        cells["description"] = plain_text("".join(described.itertext()), reading.limits)
    cells["folder"] = " / ".join(name for name in reading.folders[1:] if name)
    for stamp in placemark:
        if tag_of(stamp) in {"TimeStamp", "TimeSpan"}:
            cells.update(
                {_TIMES[tag]: text_of(one) for one in stamp if (tag := tag_of(one)) in _TIMES}
            )
    for name, value in _extended(placemark):
        cells.setdefault(name, value)
    bodies: list[dict[str, Any]] = []
    high = False
    for element in placemark:
        body, heights = _geometry(element, reading.corners)
        high = high or heights
        bodies += [body] if body else []
    reading.high += high
    reading.sheet.add(cells, bodies[0] if bodies else None)


def _extended(placemark: Element) -> Iterator[tuple[str, str]]:
    """Yield the columns that a program or a person has added."""
    for element in placemark.iter():
        tag, name = tag_of(element), (element.get("name") or "").strip()
        if tag == "Data" and name:
            yield name, text_of(child(element, "value"))
        elif tag == "SimpleData" and name:
            yield name, text_of(element)


def _geometry(element: Element, corners: Corners) -> tuple[dict[str, Any] | None, bool]:
    """Return a geometry as a GeoJSON object (None for an element that is none), and if it is high."""
    tag = tag_of(element)
    if tag == "Point":
        found, high = _positions(text_of(child(element, "coordinates")), corners)
        return {"type": "Point", "coordinates": found[0] if found else None}, high
    if tag in {"LineString", "LinearRing", "Track"}:
        found, high = _positions(_written(element), corners)
        return {"type": "LineString", "coordinates": found}, high
    if tag == "Polygon":
        return _polygon(element, corners)
    if tag in {"MultiGeometry", "MultiTrack"}:
        parts = [_geometry(one, corners) for one in element]
        bodies = [body for body, _ in parts if body is not None]
        return _together(bodies), any(high for _, high in parts)
    return (_DAMAGED if tag == "Model" else None), False


def _written(line: Element) -> str:
    """Return the positions of a line; a track has one element for each, parted by blanks."""
    if tag_of(line) != "Track":
        return text_of(child(line, "coordinates"))
    return " ".join(",".join(text_of(one).split()) for one in line if tag_of(one) == "coord")


def _polygon(element: Element, corners: Corners) -> tuple[dict[str, Any], bool]:
    rings = []
    high = False
    for name in ("outerBoundaryIs", "innerBoundaryIs"):
        for boundary in element:
            ring = child(boundary, "LinearRing") if tag_of(boundary) == name else None
            if ring is not None:
                found, heights = _positions(text_of(child(ring, "coordinates")), corners)
                rings.append(found)
                high = high or heights
    return {"type": "Polygon", "coordinates": rings or None}, high


def _together(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several geometries as one; of different kinds they are a collection, which no row has."""
    kinds = {body["type"] for body in bodies}
    if len(bodies) == 1:
        return bodies[0]
    if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
        whole = all(body["coordinates"] for body in bodies)
        parts = [body["coordinates"] for body in bodies] if whole else None
        return {"type": f"Multi{kinds.pop()}", "coordinates": parts}
    return {"type": "GeometryCollection", "coordinates": None}


def _positions(text: str, corners: Corners) -> tuple[list[list[float]] | None, bool]:
    """Return longitude and latitude of each position (None if one is damaged), and if any is high."""
    words = text.split()
    corners.take(len(words))
    found: list[list[float]] = []
    high = False
    try:
        for word in words:
            parts = [float(part) for part in word.split(",") if part]
            if not all(map(math.isfinite, parts)):
                return None, False
            found.append([parts[0], parts[1]])
            high = high or any(parts[2:])
    except (ValueError, IndexError):
        return None, False
    return found, high
