"""Read road links, as a transport model keeps them, into roads."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lca.errors import InvalidInput
from lca.geo import require_crs

from .roads import Roads
from .segments import ATTRIBUTE_COLUMNS

_REQUIRED_LINKS = (
    "osm_way_id",
    "a_node",
    "b_node",
    "direction",
    "distance_m",
    "highway",
    "geometry",
)
_REQUIRED_NODES = ("node_id", "osm_node_id", "geometry")
_ONEWAY = {0: "no", 1: "forward", -1: "backward"}


def roads_of_links(links: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> Roads:
    """Return the roads of a table of links and the table of their end nodes.

    Parameters
    ----------
    links : GeoDataFrame
        ``osm_way_id``, ``a_node``, ``b_node``, ``direction`` (0 both ways, 1 a -> b only,
        -1 b -> a only), ``distance_m``, ``highway`` and a line a -> b; where they are there,
        ``name``, ``maxspeed_ab_kmh``, ``maxspeed_ba_kmh``, ``lanes_ab``, ``lanes_ba``.
    nodes : GeoDataFrame
        ``node_id``, ``osm_node_id`` and a point.

    Raises
    ------
    InvalidInput
        If a column is missing, a link's end is not among the nodes, or a direction is unknown.
    MissingCrs
        If a table does not say its CRS.
    """
    _require(links, _REQUIRED_LINKS, "links")
    _require(nodes, _REQUIRED_NODES, "nodes")
    links, nodes = require_crs(links, where="links"), require_crs(nodes, where="nodes")
    osm_id = nodes.set_index("node_id")["osm_node_id"]
    ends = links["a_node"].map(osm_id), links["b_node"].map(osm_id)
    lost = links.index[ends[0].isna() | ends[1].isna()]
    unknown = links.index[~links["direction"].isin(_ONEWAY)]
    for rows, what in ((lost, "end at a node that is not listed"), (unknown, "have no direction")):
        if len(rows):
            raise InvalidInput(
                f"{len(rows)} links {what}.",
                where=f"links row {rows[0]}",
                do_next="Export links and nodes together, directions as -1, 0 or 1.",
            )
    columns = {
        "osm_way_id": links["osm_way_id"].astype(np.int64),
        "from_id": ends[0].astype(np.int64),
        "to_id": ends[1].astype(np.int64),
        "length_m": links["distance_m"].astype(np.float64),
        "highway": links["highway"],
        "oneway": links["direction"].map(_ONEWAY),
        **_optional(links),
    }
    positions = shapely.get_coordinates(nodes.geometry.to_numpy())
    table = pd.DataFrame(positions, columns=["lon", "lat"], index=nodes["osm_node_id"])
    absent = tuple(name for name in ATTRIBUTE_COLUMNS if name not in columns)
    segments = gpd.GeoDataFrame(columns, geometry=links.geometry, crs=links.crs)
    return Roads.of_frames(table, segments, absent_columns=absent)


def _optional(links: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    """Return the attributes that the links carry."""
    found = {
        ours: links[theirs]
        for ours, theirs in (
            ("name", "name"),
            ("maxspeed_kmh", "maxspeed_ab_kmh"),
            ("maxspeed_backward_kmh", "maxspeed_ba_kmh"),
        )
        if theirs in links
    }
    if {"lanes_ab", "lanes_ba"} <= set(links.columns):
        found["lanes"] = links[["lanes_ab", "lanes_ba"]].sum(axis=1, min_count=1)
    return found


def _require(frame: gpd.GeoDataFrame, columns: tuple[str, ...], where: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InvalidInput(
            "The table lacks the columns " + ", ".join(missing) + ".",
            where=where,
            do_next="Add them; docs/reference lists what a table of road links holds.",
        )
