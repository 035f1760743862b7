"""Write a network to the files that osmnx reads, GraphML and GeoPackage, and read such files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import NotFound, UsageError
from lca.geo import BBox
from lca.vehicle import VehicleClass

from .exchange import arcs_for_osmnx, to_osmnx_graph
from .exchange_in import roads_of_osmnx_frames
from .graphml import MOST_EDGES, read_graphml
from .graphpackage import read_graphpackage
from .network import RoadNetwork
from .roads import Roads

GRAPHML, GEOPACKAGE = ".graphml", ".gpkg"
GRAPH_SUFFIXES = (GRAPHML, GEOPACKAGE)

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class GraphFile:
    """What was written: edges, nodes, and how many ruled turns osmnx's graph cannot hold."""

    nodes: int
    edges: int
    turns_left_out: int


def read_graph_file(path: Path) -> Roads:
    """Return the roads of a graph that osmnx saved.

    Raises
    ------
    UnreadableFile
        If it cannot be read, or is more than a file may be.
    InvalidInput, MissingCrs
        If it is not a graph of roads (see :func:`routing.exchange_in.roads_of_osmnx_frames`).
    """
    read = read_graphml if path.suffix.lower() == GRAPHML else read_graphpackage
    return roads_of_osmnx_frames(*read(path))


def write_graph_file(
    path: Path,
    network: RoadNetwork,
    *,
    box: BBox | None = None,
    vehicle: VehicleClass | None = None,
) -> GraphFile:
    """Write a network as GraphML or as a GeoPackage with the layers ``nodes`` and ``edges``.

    Parameters
    ----------
    path : Path
        Ends in .graphml or .gpkg; a file of that name is replaced once the new one is whole.
    network : RoadNetwork
        The roads.
    box : BBox, optional
        Only roads whose own box touches it.
    vehicle : VehicleClass, optional
        Only what it may drive; without it every road, in the directions of its one-way rule.

    Raises
    ------
    UsageError
        If the name ends otherwise, or there are too many edges for osmnx.
    NotFound
        If there is no road in the box.
    """
    suffix = path.suffix.lower()
    if suffix not in GRAPH_SUFFIXES:
        raise UsageError(
            f"{path.name} does not say the format.",
            do_next="End it in " + " or ".join(GRAPH_SUFFIXES) + ".",
        )
    rows = None
    if box is not None:
        rows = network.index.search(box.west, box.south, box.east, box.north)
    arcs = arcs_for_osmnx(network, vehicle, closed=vehicle is None, rows=rows)
    _require_some_but_not_all(len(arcs), box)
    graph = to_osmnx_graph(network, vehicle, closed=vehicle is None, rows=rows)
    import osmnx  # noqa: PLC0415 - a second to import, for an exchange only

    whole = path.with_name(f".{path.stem}.part{suffix}")
    try:
        if suffix == GRAPHML:
            _drop_what_xml_cannot_hold(graph)
            osmnx.io.save_graphml(graph, whole)
        else:
            osmnx.io.save_graph_geopackage(graph, whole, directed=True)
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)
    turns = network.turns
    ends = turns.segment[turns.tail], turns.segment[turns.head]
    taken = np.isin(np.stack(ends), arcs // 2).all(axis=0)
    return GraphFile(len(graph), graph.number_of_edges(), int((turns.rule.present() & taken).sum()))


def _drop_what_xml_cannot_hold(graph: Any) -> None:
    """Take control characters, which a name may hold by mistake, out of the edges' texts."""
    for *_, values in graph.edges(data=True):
        for key, value in values.items():
            if isinstance(value, str) and _NOT_XML.search(value):
                values[key] = _NOT_XML.sub("", value)


def _require_some_but_not_all(edges: int, box: BBox | None) -> None:
    if not edges:
        raise NotFound(
            "There is no road to write.",
            where="" if box is None else f"box {box.text()}",
            do_next="Give a box west,south,east,north that the graph build covers.",
        )
    if edges > MOST_EDGES:
        raise UsageError(
            f"The file would hold {edges:,} edges; osmnx's graphs are for up to {MOST_EDGES:,}.",
            do_next="Give a smaller area: --box west,south,east,north.",
        )
