"""Take roads from osmnx: its tables of nodes and edges, or its graph, become roads and a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.errors import InvalidInput, MissingCrs
from lca.geo import GEOD, require_crs

from .assemble import assemble
from .build_info import UnreadTag
from .coded import Coded
from .exchange_attributes import NAME_KEYS, attributes_of_pairs
from .exchange_edges import read_edges, read_nodes, turned
from .exchange_pairs import Edges, Pairs, pair
from .exchange_tags import absent_columns, values_of
from .lines import PER_DEGREE, Lines
from .network import RoadNetwork
from .osmtags import Unread, is_read
from .roads import Roads, Source

MOST_UNREAD_TAGS = 1000
"""So many distinct tags that were not interpreted are listed, the most frequent."""

LENGTH_OFF = 0.005
"""osmnx measures on a sphere, at most this share off; what is farther off is of another line."""

_LENGTH_OFF_M = 0.5

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Shapes:
    """Roads as they are drawn, and the row of the table of edges that each was taken from."""

    ways: Ids
    merged: int
    from_id: Ids
    to_id: Ids
    lines: Lines
    measured_m: NDArray[np.float64]
    row: Ids


def network_of_osmnx_graph(graph: Any, source: Source) -> RoadNetwork:
    """Return the network of an osmnx graph, a ``networkx.MultiDiGraph`` (simplified or not).

    Raises
    ------
    InvalidInput, MissingCrs
        As :func:`roads_of_osmnx_frames`.
    """
    import osmnx  # noqa: PLC0415 - a second to import, and who has a graph has done it

    if not graph.number_of_edges():
        raise InvalidInput("The graph has no edges.", do_next="Take one of an area with roads.")
    if "crs" not in graph.graph:
        raise MissingCrs(
            "The graph does not say which coordinate reference system it uses.",
            do_next='Set graph.graph["crs"], as osmnx does.',
        )
    return assemble(roads_of_osmnx_frames(*osmnx.convert.graph_to_gdfs(graph)), source)


def roads_of_osmnx_frames(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame) -> Roads:
    """Return the roads of osmnx's tables, simplified or not.

    Two edges that run one road in opposite directions are one road; an edge without its opposite
    is a one-way road. Of an edge that was merged of several ways the lowest names the road, and
    where their tags differ the most restrictive value counts. Lengths are measured again on the
    ellipsoid; only an edge that bears our ``segment_id`` keeps its length, and its ends are never
    merged away.

    Parameters
    ----------
    nodes : GeoDataFrame
        Index ``osmid``; points.
    edges : GeoDataFrame
        Index ``u, v, key``; ``osmid``, ``highway``, and any of ``reversed``, ``length`` (m) and
        tags under OSM's keys; lines from u to v, straight where there is none. With the columns
        ``from``, ``to`` and ``oneway`` one row may stand for both directions, as in a GeoPackage
        that osmnx saves without being told otherwise.

    Raises
    ------
    InvalidInput
        If a column is missing, an id is no whole number above 0, a position is not on Earth, or a
        line does not run from node to node.
    MissingCrs
        If a table does not say its CRS.
    """
    if not {"highway", "route"}.intersection(edges.columns):
        raise InvalidInput(
            "The edges carry no highway tags, so nobody knows which roads they are.",
            where="edges",
            do_next="Name highway in osmnx.settings.useful_tags_way.",
        )
    nodes, edges = require_crs(nodes, where="nodes"), require_crs(edges, where="edges")
    node_ids, node_e7 = read_nodes(nodes)
    directed, rows = read_edges(edges, node_ids, node_e7)
    pairs = pair(directed)
    keys = [name for name in map(str, edges.columns) if is_read(name) or name in NAME_KEYS]
    # Every cell once, though a row may be two edges.
    stated = {key: [values_of(cell) for cell in edges[key].tolist()] for key in keys}
    columns = {key: [cells[row] for row in rows.tolist()] for key, cells in stated.items()}
    found = attributes_of_pairs(columns, pairs)
    shapes = _shapes(directed, Pairs(pairs.along[found.kept], pairs.against[found.kept]), rows)
    ours, length_m, refused = _lengths(shapes, edges)
    left_out = {
        "edges that are not roads for vehicles, or areas": int((~found.kept).sum()),
        "ids of ways that osmnx merged into roads of another way": shapes.merged,
        f"stated lengths that are more than {LENGTH_OFF:.1%} off their line": refused,
    }
    if "duration_s" in found.numbers:
        found.numbers["duration_s"] = _shared(found.numbers["duration_s"], shapes, ours)
    return Roads(
        node_ids,
        node_e7,
        shapes.ways,
        shapes.from_id,
        shapes.to_id,
        length_m,
        shapes.lines,
        found.texts,
        found.numbers,
        found.flags,
        kept_nodes=np.unique(np.concatenate([shapes.from_id[ours], shapes.to_id[ours]])),
        left_out={reason: count for reason, count in left_out.items() if count},
        unread_tags=_listed(found.unread),
        absent_columns=absent_columns(key for key, cells in stated.items() if any(cells)),
    )


def _shapes(edges: Edges, pairs: Pairs, rows: Ids) -> _Shapes:
    """Return the roads in their drawing direction."""
    drawn, backward = pairs.drawn, pairs.along < 0
    tail, head = edges.tail[drawn], edges.head[drawn]
    lines = turned(edges.lines.select(drawn), backward)
    ways = [edges.ways[edge] for edge in drawn.tolist()]
    return _Shapes(
        np.array([merged[0] for merged in ways], np.int64),
        sum(len(merged) - 1 for merged in ways),
        np.where(backward, head, tail),
        np.where(backward, tail, head),
        lines,
        _measured(lines),
        rows[drawn],
    )


def _measured(lines: Lines) -> NDArray[np.float64]:
    """Return the geodesic length of each line in metres."""
    lonlat = lines.e7 / PER_DEGREE
    hops = np.ones(len(lonlat), np.bool_)
    hops[lines.offsets[:-1]] = False
    after = np.flatnonzero(hops)
    metres = GEOD.inv(*lonlat[after - 1].T, *lonlat[after].T)[2]
    line = np.repeat(np.arange(len(lines)), lines.counts)[after]
    return np.bincount(line, metres, len(lines)).astype(np.float64)


def _lengths(
    shapes: _Shapes, edges: gpd.GeoDataFrame
) -> tuple[NDArray[np.bool_], NDArray[np.float64], int]:
    """Return which roads bear our ids, all lengths, and how many stated ones cannot be right."""
    nothing = pd.Series(np.nan, edges.index)
    ids = edges.get("segment_id", nothing).iloc[shapes.row].tolist()
    ours = np.array([len(values_of(cell)) == 1 for cell in ids], np.bool_)
    column = edges.get("length", nothing).iloc[shapes.row]
    stated_m = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    off_m = np.abs(stated_m - shapes.measured_m)
    wrong = off_m > np.maximum(LENGTH_OFF * shapes.measured_m, _LENGTH_OFF_M)
    trusted = ours & np.isfinite(stated_m) & ~wrong
    return ours, np.where(trusted, stated_m, shapes.measured_m), int(wrong.sum())


def _shared(duration_s: Coded[float], shapes: _Shapes, ours: NDArray[np.bool_]) -> Coded[float]:
    """Share a ferry's crossing time out by length: osmnx gives every edge that of the whole way."""
    _, way = np.unique(shapes.ways, return_inverse=True)
    whole_m = np.bincount(way, shapes.measured_m)[way]
    share = np.divide(shapes.measured_m, whole_m, out=np.ones(len(way)), where=whole_m > 0)
    whole_s = duration_s.floats()
    return Coded.of(np.where(ours, whole_s, (whole_s * share).round(1)).tolist())


def _listed(unread: Unread) -> tuple[UnreadTag, ...]:
    listed = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    return tuple(UnreadTag(key, value, roads) for (key, value), roads in listed[:MOST_UNREAD_TAGS])
