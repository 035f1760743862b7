"""Roads as a source gives them: nodes and segments by OSM node id, before they are a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from .build_info import UnreadTag
from .network import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS


@dataclass(frozen=True)
class Roads:
    """Roads between nodes, in no particular order.

    Attributes
    ----------
    nodes : DataFrame
        Index ``node_id`` (int64, unique); ``lon``, ``lat`` in EPSG:4326 degrees.
    segments : GeoDataFrame
        EPSG:4326; ``osm_way_id``, ``from_id``, ``to_id`` (int64 node ids), ``length_m``,
        ``geometry`` and the network's attribute columns.
    left_out, unread_tags, absent_columns
        As in :class:`~routing.build_info.BuildReport`.
    """

    nodes: pd.DataFrame
    segments: gpd.GeoDataFrame
    left_out: Mapping[str, int] = field(default_factory=dict)
    unread_tags: tuple[UnreadTag, ...] = ()
    absent_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where roads come from: the name of the build, the file, its hash, date and credit."""

    name: str
    source: str
    source_sha256: str | None = None
    osm_date: str | None = None
    attribution: str = "© OpenStreetMap contributors"
    licence: str = "ODbL-1.0"


def with_all_attributes(segments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the segments with every attribute column, typed, and missing values normalised.

    Text becomes ``object`` with None, numbers float64 with NaN, flags bool; a missing flag is
    False and a missing ``oneway`` is ``no``.
    """
    typed = segments.copy()
    for columns, missing in ((TEXT_COLUMNS, None), (FLAG_COLUMNS, False)):
        for column in columns:
            values = segments.get(column, pd.Series(index=segments.index)).astype(object)
            typed[column] = values.where(values.notna(), missing)
    typed["oneway"] = typed["oneway"].fillna("no")
    typed[[*FLAG_COLUMNS]] = typed[[*FLAG_COLUMNS]].astype(bool)
    for column in NUMBER_COLUMNS:
        numbers = segments.get(column, np.nan)
        typed[column] = pd.Series(numbers, index=segments.index, dtype=np.float64)
    return typed
