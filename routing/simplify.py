"""Merge chains of segments of one OSM way with equal attributes into one segment."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from .network import ATTRIBUTE_COLUMNS


def merge_chains(segments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the segments with every through node removed.

    A node is *through* if exactly two segments meet there, both of the same way, drawn in the
    same direction (one ends where the other starts), with equal attributes. So no bridge, limit,
    surface, name or one-way rule is merged away, and nothing that a route can decide on.

    Parameters
    ----------
    segments : GeoDataFrame
        With ``osm_way_id``, ``from_id``, ``to_id``, ``length_m``, ``geometry`` and all attributes.

    Returns
    -------
    GeoDataFrame
        The same columns; lengths are summed, geometries joined in drawing order.
    """
    table = segments.reset_index(drop=True)
    following = _following(table)
    chain, position = _chains(following)
    order = np.lexsort((position, chain))
    starts = np.flatnonzero(np.diff(chain[order], prepend=-1))
    if len(starts) == len(table):
        return gpd.GeoDataFrame(table)
    first, last = order[starts], order[np.append(starts[1:], len(order)) - 1]
    merged = table.iloc[first].reset_index(drop=True)
    merged["to_id"] = table["to_id"].to_numpy()[last]
    merged["length_m"] = np.add.reduceat(table["length_m"].to_numpy()[order], starts)
    lines = _joined(table.geometry.to_numpy()[order], starts)
    return gpd.GeoDataFrame(merged.set_geometry(gpd.GeoSeries(lines, crs=segments.crs)))


def _following(table: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return for each segment the one that continues it over a through node, or -1."""
    count = len(table)
    from_id, to_id = table["from_id"].to_numpy(), table["to_id"].to_numpy()
    kind = table.groupby(["osm_way_id", *ATTRIBUTE_COLUMNS], dropna=False, sort=False).ngroup()
    nodes, degree = np.unique(np.concatenate([from_id, to_id]), return_counts=True)
    arriving = pd.Series(np.arange(count), index=to_id)
    arriving = arriving[degree[np.searchsorted(nodes, to_id)] == 2]
    # A node of degree two with an arrival is left by at most one segment.
    arriving = arriving[~arriving.index.duplicated(keep=False)]
    before = arriving.reindex(from_id).to_numpy(np.float64)
    continues = np.flatnonzero(~np.isnan(before))
    before_ids = before[continues].astype(np.int64)
    same = kind.to_numpy()[before_ids] == kind.to_numpy()[continues]
    same &= before_ids != continues
    following = np.full(count, -1, np.int64)
    following[before_ids[same]] = continues[same]
    return following


def _chains(following: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each segment's chain and its place in it; a ring starts at its first segment."""
    count = len(following)
    chain, position = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    has_before = np.zeros(count, np.bool_)
    has_before[following[following >= 0]] = True
    heads = np.flatnonzero(~has_before)
    for start in (*heads.tolist(), *range(count)):
        segment, steps = start, 0
        while segment >= 0 and chain[segment] < 0:
            chain[segment], position[segment] = start, steps
            segment, steps = int(following[segment]), steps + 1
    return chain, position


def _joined(lines: NDArray[np.object_], starts: NDArray[np.int64]) -> NDArray[np.object_]:
    """Join consecutive runs of lines, the shared point of two once."""
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    run_start = np.zeros(len(lines), np.bool_)
    run_start[starts] = True
    first_point = np.diff(line, prepend=-1) > 0
    keep = ~first_point | run_start[line]
    run = np.cumsum(run_start) - 1
    return np.asarray(shapely.linestrings(coordinates[keep], indices=run[line[keep]]), dtype=object)
