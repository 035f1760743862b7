"""Read osmnx's tables of nodes and edges into directed edges whose lines run from node to node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.errors import InvalidInput

from .exchange_pairs import Edges, Ways
from .exchange_tags import values_of
from .lines import Lines, to_e7

Ids = NDArray[np.int64]

_END_OFF_E7 = 100
"""A line may end so far from its node, about 1 m; it is drawn to the node then."""

_OPPOSITE = {True: False, False: True, None: None}

_EXPORT_AGAIN = "Save the graph again with osmnx (osmnx.convert.graph_to_gdfs gives both tables)."


def read_nodes(nodes: gpd.GeoDataFrame) -> tuple[Ids, NDArray[np.int32]]:
    """Return the ids, ascending, and the positions (1e-7 degree) of a table in EPSG:4326.

    Raises
    ------
    InvalidInput
        If an id is no whole number above 0 or stands twice, or a position is not on Earth.
    """
    ids = whole_numbers(nodes.index, "osmid of the nodes")
    points = nodes.geometry.to_numpy()
    if not (shapely.get_type_id(points) == shapely.GeometryType.POINT).all():
        raise InvalidInput("A node is no point.", where="nodes", do_next=_EXPORT_AGAIN)
    lonlat = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    _require_on_earth(lonlat, "nodes")
    order = np.argsort(ids)
    if (np.diff(ids[order]) == 0).any():
        raise InvalidInput("A node stands twice.", where="nodes", do_next=_EXPORT_AGAIN)
    return ids[order], to_e7(lonlat)[order]


def read_edges(
    edges: gpd.GeoDataFrame, node_ids: Ids, node_e7: NDArray[np.int32]
) -> tuple[Edges, Ids]:
    """Return directed edges, and the row of the table that each is made of.

    Parameters
    ----------
    edges : GeoDataFrame
        EPSG:4326, as :func:`routing.exchange_in.roads_of_osmnx_frames` takes it.
    node_ids, node_e7 : int64[n], int32[n, 2]
        As :func:`read_nodes` gives them.

    Raises
    ------
    InvalidInput
        If the table lacks an index or a column, an id is no whole number above 0, or a line does
        not run from node to node.
    """
    if edges.index.nlevels != 3 or not len(edges) or "osmid" not in edges:
        raise InvalidInput(
            "The table of edges has no rows, no index u, v, key, or no column osmid.",
            where="edges",
            do_next=_EXPORT_AGAIN,
        )
    tail, head, undirected = _ends(edges)
    ends = [_placed(ids, node_ids) for ids in (tail, head)]
    lines = _lines(edges.geometry.to_numpy(), node_e7[ends[0]], node_e7[ends[1]])
    ways = [_ways(cell) for cell in edges["osmid"].tolist()]
    against = _flags(edges, "reversed")
    both = np.empty(0, np.int64)
    if undirected:
        both = np.flatnonzero([flag is not True for flag in _flags(edges, "oneway")])
    rows = np.concatenate([np.arange(len(edges)), both])
    return (
        Edges(
            np.concatenate([tail, head[both]]),
            np.concatenate([head, tail[both]]),
            [ways[row] for row in rows.tolist()],
            [*against, *(_OPPOSITE[against[row]] for row in both.tolist())],
            _with_turned(lines, both),
        ),
        rows,
    )


def whole_numbers(column: Iterable[Any], what: str) -> Ids:
    """Return ids as int64.

    Raises
    ------
    InvalidInput
        If one is no whole number above 0.
    """
    return np.array([_whole_number(cell, what) for cell in column], np.int64)


def _whole_number(cell: Any, what: str) -> int:
    number = int(cell) if isinstance(cell, int | np.integer) else 0
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        number = int(cell)
    if isinstance(cell, str) and cell.isascii() and cell.isdecimal() and len(cell) < 20:
        number = int(cell)
    if not 0 < number < 1 << 63:
        raise _bad_id(what)
    return number


def _bad_id(what: str) -> InvalidInput:
    return InvalidInput(
        "An id is no whole number above 0.",
        where=what,
        do_next="Keep OSM's own ids of nodes and ways; segments are named by them.",
    )


def _ends(edges: gpd.GeoDataFrame) -> tuple[Ids, Ids, bool]:
    """Return tails and heads, and whether one row may stand for both directions."""
    u, v = (whole_numbers(edges.index.get_level_values(level), "u, v") for level in (0, 1))
    if not {"from", "to"} <= set(edges.columns):
        return u, v, False
    pairs = set(zip(u.tolist(), v.tolist(), strict=True))
    if any(tail != head and (head, tail) in pairs for tail, head in pairs):
        return u, v, False  # the columns are remains of an earlier save
    return whole_numbers(edges["from"], "from"), whole_numbers(edges["to"], "to"), True


def _placed(ids: Ids, node_ids: Ids) -> Ids:
    place = np.searchsorted(node_ids, ids)
    place[place == len(node_ids)] = 0
    lost = np.flatnonzero(node_ids[place] != ids) if len(node_ids) else np.arange(len(ids))
    if len(lost):
        raise InvalidInput(
            f"{len(lost)} edges end at a node that is not listed.",
            where=f"node {ids[lost[0]]}",
            do_next=_EXPORT_AGAIN,
        )
    return place


def _lines(
    shapes: NDArray[np.object_], tail_e7: NDArray[np.int32], head_e7: NDArray[np.int32]
) -> Lines:
    """Return the shapes from tail to head, straight where there is none."""
    kinds = shapely.get_type_id(shapes)
    bare = (kinds < 0) | shapely.is_empty(shapes)
    if not (bare | (kinds == shapely.GeometryType.LINESTRING)).all():
        raise InvalidInput(
            "An edge is no line.",
            where="edges",
            do_next="Split lines of several parts, one edge each.",
        )
    counts = np.where(bare, 2, shapely.get_num_coordinates(shapes)).astype(np.int64)
    offsets = np.append(0, np.cumsum(counts))
    filled = np.repeat(bare, counts)
    lonlat = shapely.get_coordinates(shapes)
    _require_on_earth(lonlat, "edges")
    e7 = np.zeros((int(offsets[-1]), 2), np.int32)
    e7[~filled] = to_e7(lonlat)
    first, last = offsets[:-1], offsets[1:] - 1
    e7[first[bare]], e7[last[bare]] = tail_e7[bare], head_e7[bare]
    backward = _off(e7[first], tail_e7, e7[last], head_e7) > _END_OFF_E7
    stray = np.flatnonzero(backward & (_off(e7[first], head_e7, e7[last], tail_e7) > _END_OFF_E7))
    if len(stray):
        raise InvalidInput(
            f"The lines of {len(stray)} edges do not run from node to node.",
            where=f"edges row {stray[0]}",
            do_next=_EXPORT_AGAIN,
        )
    lines = turned(Lines(e7, offsets), backward)
    lines.e7[first], lines.e7[last] = tail_e7, head_e7
    return lines


def _off(*points: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how far each line's ends lie from two nodes, in 1e-7 degree."""
    start, tail, end, head = (point.astype(np.int64) for point in points)
    return np.asarray(np.abs(np.hstack([start - tail, end - head])).max(axis=1))


def turned(lines: Lines, which: NDArray[np.bool_]) -> Lines:
    """Return the lines, some of them turned round."""
    counts = lines.counts
    within = np.arange(len(lines.e7)) - np.repeat(lines.offsets[:-1], counts)
    back = np.repeat(lines.offsets[1:] - 1, counts) - within
    backward = np.repeat(which, counts)
    return Lines(lines.e7[np.where(backward, back, np.arange(len(backward)))], lines.offsets)


def _with_turned(lines: Lines, rows: Ids) -> Lines:
    """Return the lines, and after them some of them again, turned round."""
    if not len(rows):
        return lines
    added = turned(lines.select(rows), np.ones(len(rows), np.bool_))
    offsets = np.append(lines.offsets, lines.offsets[-1] + added.offsets[1:])
    return Lines(np.concatenate([lines.e7, added.e7]), offsets)


def _ways(cell: Any) -> Ways:
    """Return the ids of the ways that an edge was merged of."""
    what = "osmid of an edge"
    if isinstance(cell, int):
        return (_whole_number(cell, what),)
    return tuple(sorted(_whole_number(text, what) for text in values_of(cell) or ("",)))


def _flags(edges: gpd.GeoDataFrame, name: str) -> Sequence[bool | None]:
    """Return a column of yes and no, None where it says neither or both."""
    if name not in edges:
        return [None] * len(edges)
    said: dict[tuple[str, ...], bool] = {
        ("yes",): True,
        ("1",): True,
        ("no",): False,
        ("0",): False,
    }
    return [said.get(values_of(cell)) for cell in edges[name].tolist()]


def _require_on_earth(lonlat: NDArray[np.float64], where: str) -> None:
    if not (np.abs(lonlat) <= (180.0, 90.0)).all():
        raise InvalidInput(
            "A position is not on Earth.",
            where=where,
            do_next="Check the CRS that the tables state.",
        )
