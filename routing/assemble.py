"""Make a road network out of roads, with canonical order, ids, turns, digest and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput

from .build_digest import digest_of
from .build_info import MOST_ISLANDS, BuildInfo, BuildReport
from .coded import Coded
from .components import largest, sizes, strong_components
from .legality import legal_arcs, with_other_times
from .lines import PER_DEGREE
from .network import RoadNetwork, arc_ends, split_nodes
from .roads import Roads, Source
from .segment_index import SegmentIndex
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, Segments
from .simplify import merge_chains
from .turn_resolution import resolve_turns
from .turns import Turns

_PER_M = 1000
"""Lengths are kept in whole millimetres."""

_TOOLS = ("geoindex-rs", "geopandas", "numpy", "osmium", "pyarrow", "scipy", "shapely")

Ids = NDArray[np.int64]


def assemble(roads: Roads, source: Source, *, simplify: bool = True) -> RoadNetwork:
    """Return the network of some roads; the same roads in any order give the same network.

    Parameters
    ----------
    roads : Roads
        Nodes and roads as the source gives them.
    source : Source
        Name and credit of the build.
    simplify : bool
        Merge chains of roads of one way with equal attributes.

    Raises
    ------
    InvalidInput
        If there is no road, or one ends at a node that has no position.
    """
    if not len(roads):
        raise InvalidInput(
            "The source has no road that a vehicle could drive.",
            where=source.source,
            do_next="Check that it covers the area and that its ways carry highway tags.",
        )
    merged = merge_chains(roads) if simplify else roads
    node_ids, node_e7, segments = _canonical(merged)
    turns, unapplied = resolve_turns(segments, node_ids, roads.turn_rules)
    segments, parts = _with_mainland(segments, turns, len(node_ids))
    lonlat, bounds = node_e7 / PER_DEGREE, segments.lines.bounds()
    report = BuildReport(
        nodes=len(node_ids),
        segments=len(segments),
        length_km=round(float(segments.length_m.sum()) / 1000, 3),
        segments_before_merging=len(roads),
        split_nodes=len(np.unique(split_nodes(segments, turns))),
        turn_arcs=len(turns),
        ruled_turns=int(turns.rule.present().sum()),
        left_out={**roads.left_out, **unapplied},
        absent_columns=roads.absent_columns,
        unread_tags=roads.unread_tags,
        mainland_nodes=parts[0],
        islands=tuple(parts[1 : MOST_ISLANDS + 1]),
        island_count=len(parts) - 1,
    )
    network = RoadNetwork(
        digest=digest_of(node_ids, node_e7, segments, turns),
        info=_info(source, bounds, report),
        node_ids=node_ids,
        node_lon=np.ascontiguousarray(lonlat[:, 0]),
        node_lat=np.ascontiguousarray(lonlat[:, 1]),
        segments=segments,
        turns=turns,
        index=SegmentIndex.of(bounds),
    )
    _freeze(network)
    return network


def _info(source: Source, bounds: NDArray[np.float64], report: BuildReport) -> BuildInfo:
    return BuildInfo(
        name=source.name,
        source=source.source,
        source_sha256=source.source_sha256,
        osm_date=source.osm_date,
        attribution=source.attribution,
        licence=source.licence,
        bbox=(
            float(bounds[:, 0].min()),
            float(bounds[:, 1].min()),
            float(bounds[:, 2].max()),
            float(bounds[:, 3].max()),
        ),
        report=report,
        tools={tool: metadata.version(tool) for tool in _TOOLS},
    )


def _canonical(roads: Roads) -> tuple[Ids, NDArray[np.int32], Segments]:
    """Order the roads by way, ends and shape, and number nodes and twins.

    Returns
    -------
    node_ids : int64[n]
        Nodes at which a road ends, ascending.
    node_e7 : int32[n, 2]
        Where they are.
    segments : Segments
        All of them marked as off the mainland.
    """
    millimetres = np.rint(roads.length_m * _PER_M).astype(np.int64)
    order = _order(roads, millimetres)
    way, start, end = roads.osm_way_id[order], roads.from_id[order], roads.to_id[order]
    ends = roads.places()[:, order]
    used = np.zeros(len(roads.node_ids), np.bool_)
    used[ends[0]] = used[ends[1]] = True
    place = np.cumsum(used, dtype=np.int32) - np.int32(1)
    same = (way[1:] == way[:-1]) & (start[1:] == start[:-1]) & (end[1:] == end[:-1])
    rows = np.arange(len(order))
    first = np.maximum.accumulate(np.where(np.append(False, same), 0, rows))
    segments = Segments(
        osm_way_id=way,
        from_id=start,
        to_id=end,
        twin=(rows - first).astype(np.int32),
        u=place[ends[0]],
        v=place[ends[1]],
        length_m=millimetres[order] / _PER_M,
        mainland=np.zeros(len(order), np.bool_),
        texts={name: _text(roads, name).normal().select(order) for name in TEXT_COLUMNS},
        numbers={name: _coded(roads.numbers, name, order) for name in NUMBER_COLUMNS},
        flags={
            name: roads.flags[name][order] if name in roads.flags else np.zeros(len(order), bool)
            for name in FLAG_COLUMNS
        },
        lines=roads.lines.select(order),
    )
    return roads.node_ids[used], roads.node_e7[used], segments


def _text(roads: Roads, name: str) -> Coded[str]:
    """Return a text column; a road without a one-way rule has the rule ``no``."""
    column = roads.texts.get(name, Coded.empty(len(roads)))
    if name != "oneway" or column.present().all():
        return column
    codes = np.where(column.present(), column.codes, len(column.values))
    return Coded.of_codes(codes, (*column.values, "no"))


def _coded(columns: Mapping[str, Coded[float]], name: str, order: Ids) -> Coded[float]:
    return columns[name].normal().select(order) if name in columns else Coded.empty(len(order))


def _order(roads: Roads, millimetres: Ids) -> Ids:
    """Return the rows in canonical order, which nothing but their content decides."""
    keys = (roads.osm_way_id, roads.from_id, roads.to_id, millimetres)
    order = np.lexsort(keys[::-1])
    equal = np.ones(len(order) - 1, np.bool_)
    for key in keys:
        equal &= np.diff(key[order]) == 0
    edges = np.diff(np.concatenate([[0], equal, [0]]).astype(np.int8))
    runs = zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0) + 1, strict=True)
    for start, end in runs:  # twins of one length: hardly any
        order[start:end] = sorted(order[start:end].tolist(), key=lambda row: _content(roads, row))
    return order


def _content(roads: Roads, row: int) -> tuple[Any, ...]:
    """Return a road's shape and attributes as something that sorts."""
    texts = [column.at(row) for _, column in sorted(roads.texts.items())]
    numbers = [column.at(row) for _, column in sorted(roads.numbers.items())]
    values = [(value is not None, value) for value in (*texts, *numbers)]
    flags = [bool(column[row]) for _, column in sorted(roads.flags.items())]
    return roads.lines.points(row).tolist(), flags, values


def _with_mainland(segments: Segments, turns: Turns, node_count: int) -> tuple[Segments, list[int]]:
    """Mark the mainland; return the numbers of nodes of the mainland and of the islands too."""
    # A road that is closed for some hours still connects.
    legal = with_other_times(segments, legal_arcs(segments, turns))
    ends = arc_ends(segments, turns, node_count, 0), arc_ends(segments, turns, node_count, 1)
    split, splits = split_nodes(segments, turns), len(turns.segment)
    labels = strong_components(node_count + 2 * splits, *ends, legal)
    # A split node belongs to the largest of the parts that its vertices lie in.
    part = labels[:node_count].copy()
    part[split[::-1]] = labels[node_count:][:splits][::-1]
    main = part[largest(part).argmax()]
    at_end = (labels[node_count:].reshape(2, -1) == main).any(axis=0)
    part[split[at_end]] = main
    # An end that no truck drives to or from lies where its node lies.
    barred = ~(legal[2 * turns.segment] | legal[2 * turns.segment + 1])
    at_end |= barred & (part[split] == main)
    u, v = part[segments.u] == main, part[segments.v] == main
    u[turns.segment[~turns.at_v]] = at_end[~turns.at_v]
    v[turns.segment[turns.at_v]] = at_end[turns.at_v]
    return replace(segments, mainland=u & v), sizes(part)


def _freeze(part: Any) -> None:
    """Make every array read-only, wherever it lies in a network."""
    if isinstance(part, np.ndarray):
        part.flags.writeable = False
    elif isinstance(part, dict):
        for column in part.values():
            _freeze(column)
    elif is_dataclass(part) and not isinstance(part, BuildInfo):
        for member in fields(part):
            _freeze(getattr(part, member.name))
