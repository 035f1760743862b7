"""Read a graph that osmnx saved as GraphML into its tables, without trusting the file.

networkx would build the whole tree and evaluate what it finds; this reads one element at a time,
refuses document type definitions, so that no entity can grow, and holds bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pyproj.exceptions
import shapely
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from numpy.typing import NDArray

from lca.errors import InvalidInput, UnreadableFile

MOST_EDGES = 500_000
"""A file of more is no exchange of a region; an OSM extract takes less time and memory."""

_MOST_BYTES_AN_ELEMENT = 16 << 20
_MOST_VALUES_AN_ELEMENT = 500
_DEEPEST = 8
_NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
_CRS = re.compile(r"epsg:[0-9]{4,6}", re.IGNORECASE)
_LINE = re.compile(r"LINESTRING\s*Z?\s*\([-+0-9.,eE\s]*\)")


class _Bounded:
    """A file of which no single element may be endless."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.since_element = 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.since_element += len(block)
        if self.since_element > _MOST_BYTES_AN_ELEMENT:
            raise _refused("an element of more than 16 MB")
        return block


@dataclass
class _Read:
    """What the file said."""

    keys: dict[str, str] = field(default_factory=dict)
    graph: dict[str, str] = field(default_factory=dict)
    nodes: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    edges: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)


def read_graphml(path: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and edges, as ``osmnx.convert.graph_to_gdfs`` gives them, but as text.

    Raises
    ------
    UnreadableFile
        If the file is no GraphML, is damaged, or exceeds a bound.
    InvalidInput
        If it is no graph of osmnx: a node without a position, or a CRS that is not named by its
        EPSG code.
    """
    read = _Read()
    try:
        with path.open("rb") as stream:
            bounded = _Bounded(stream)
            for element in _elements(bounded):
                bounded.since_element = 0
                _take(element, read)
    except (ParseError, DefusedXmlException, ValueError, LookupError, OSError) as error:
        if isinstance(error, UnreadableFile | InvalidInput):
            raise
        raise UnreadableFile(
            f"The file is no GraphML that can be read: {type(error).__name__}.",
            where=path.name,
            do_next="Save the graph again with osmnx.io.save_graphml.",
        ) from error
    crs = read.graph.get("crs", "")
    if not _CRS.fullmatch(crs):
        raise InvalidInput(
            "The graph does not name its CRS by an EPSG code.",
            where=path.name,
            do_next="Save it in EPSG:4326, as osmnx.projection.project_graph(G, to_latlong=True).",
        )
    known = epsg(int(crs[len("epsg:") :]))
    return _nodes(read, known), _edges(read, known)


def epsg(code: int) -> str:
    """Return the name of a CRS by its code.

    Raises
    ------
    InvalidInput
        If there is none of that code.
    """
    try:
        pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError as error:
        raise InvalidInput(
            f"Nobody knows a CRS EPSG:{code}.", do_next="Save the graph in EPSG:4326."
        ) from error
    return f"EPSG:{code}"


def _elements(stream: _Bounded) -> Iterator[Element]:
    """Yield each element under the root and under the graph once it is whole, then forget it."""
    parents: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            parents.append(element)
            if len(parents) > _DEEPEST:
                raise _refused("elements in elements without end")
            continue
        parents.pop()
        if len(element) > _MOST_VALUES_AN_ELEMENT:
            raise _refused("an element of too many values")
        if len(parents) <= 2:
            yield element
            if parents:
                parents[-1].remove(element)


def _take(element: Element, read: _Read) -> None:
    tag = element.tag.removeprefix(_NAMESPACE)
    if tag == "key":
        read.keys[element.attrib["id"]] = element.attrib["attr.name"]
    elif tag == "data":
        read.graph[read.keys[element.attrib["key"]]] = element.text or ""
    elif tag == "node":
        values = _values(element, read)
        read.nodes.append((element.attrib["id"], values.get("x"), values.get("y")))
        if len(read.nodes) > 2 * MOST_EDGES:
            raise _refused(f"more than {2 * MOST_EDGES:,} nodes")
    elif tag == "edge":
        ends = element.attrib["source"], element.attrib["target"]
        read.edges.append((*ends, element.attrib.get("id", "0"), _values(element, read)))
        if len(read.edges) > MOST_EDGES:
            raise _refused(f"more than {MOST_EDGES:,} edges")
    elif tag not in {"graph", "graphml"}:
        raise _refused(f"an element {tag[:40]!r}")


def _values(element: Element, read: _Read) -> dict[str, str]:
    return {read.keys[data.attrib["key"]]: data.text or "" for data in element}


def _nodes(read: _Read, crs: str) -> gpd.GeoDataFrame:
    index = pd.Index([name for name, *_ in read.nodes], name="osmid", dtype=object)
    x = np.array([_number(x) for _, x, _ in read.nodes], np.float64)
    y = np.array([_number(y) for *_, y in read.nodes], np.float64)
    return gpd.GeoDataFrame({"x": x, "y": y}, index=index, geometry=shapely.points(x, y), crs=crs)


def _edges(read: _Read, crs: str) -> gpd.GeoDataFrame:
    table = pd.DataFrame([values for *_, values in read.edges], dtype=object)
    table["u"] = [edge[0] for edge in read.edges]
    table["v"] = [edge[1] for edge in read.edges]
    table["key"] = [edge[2] for edge in read.edges]
    if "geometry" in table:
        shapes = _shapes(table.pop("geometry").tolist())
    else:
        shapes = np.full(len(table), None, dtype=object)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs).set_index(["u", "v", "key"])


def _shapes(texts: list[Any]) -> NDArray[np.object_]:
    """Return lines of well-known text; nothing else of that language is let through."""
    stated = [isinstance(text, str) for text in texts]
    if not all(_LINE.fullmatch(text) for text in texts if isinstance(text, str)):
        raise InvalidInput("An edge is no line.", do_next="Split lines of several parts.")
    lines = shapely.from_wkt(
        [text if isinstance(text, str) else None for text in texts], on_invalid="ignore"
    )
    if (shapely.is_missing(lines) & np.array(stated, np.bool_)).any():
        raise InvalidInput("An edge's line cannot be read.", do_next="Save the graph again.")
    return np.asarray(lines, dtype=object)


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError as error:
        raise InvalidInput(
            "A node's position x, y is no number.",
            do_next="Save the graph with osmnx.io.save_graphml; other graphs have no roads.",
        ) from error


def _refused(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"The GraphML file holds {what}.",
        do_next="Save the graph again with osmnx.io.save_graphml, of a smaller area.",
    )
