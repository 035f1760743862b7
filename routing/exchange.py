"""Exchange a road network with osmnx: its nodes and edges as the frames that osmnx expects.

osmnx's graphs know no turn restrictions: the frames leave those of the network out.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.geo import STORAGE_CRS
from lca.vehicle import VehicleClass

from .network import RoadNetwork

_OSM_KEYS = {
    "name": "name",
    "ref": "ref",
    "surface": "surface",
    "access": "access",
    "motor_vehicle": "motor_vehicle",
    "hgv": "hgv",
    "lanes": "lanes",
    "max_gross_t": "maxweight",
    "max_axle_t": "maxaxleload",
    "max_height_m": "maxheight",
    "max_width_m": "maxwidth",
    "max_length_m": "maxlength",
    "bridge": "bridge",
    "tunnel": "tunnel",
}


def to_osmnx_frames(
    network: RoadNetwork, vehicle: VehicleClass | None = None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return nodes and edges that ``osmnx.convert.graph_from_gdfs`` accepts.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass, optional
        Whose legal arcs become edges; without it, those of any truck, whatever its mass and size.

    Returns
    -------
    nodes : GeoDataFrame
        Index ``osmid``; ``x``, ``y``; EPSG:4326.
    edges : GeoDataFrame
        One edge a legal arc, index ``u, v, key``; ``osmid`` (way), ``highway``, ``oneway``,
        ``reversed``, ``length`` (m), ``maxspeed`` (km/h), ``segment_id`` and the other tags under
        their OSM keys; the geometry runs from u to v; EPSG:4326.
    """
    arcs = np.flatnonzero(network.legal_arcs(vehicle)[: network.segment_arc_count])
    rows, backward = arcs // 2, arcs % 2 == 1
    source = network.segments.frame(rows).reset_index(drop=True)
    vertex_node = network.vertex_node
    tail, head = vertex_node[network.arc_tail[arcs]], vertex_node[network.arc_head[arcs]]
    edges = pd.DataFrame(
        {
            "u": network.node_ids[tail],
            "v": network.node_ids[head],
            "osmid": source["osm_way_id"],
            "segment_id": source["segment_id"],
            "highway": source["highway"],
            "oneway": source["oneway"] != "no",
            "reversed": backward,
            "length": source["length_m"],
            "maxspeed": source["maxspeed_backward_kmh"].where(backward, source["maxspeed_kmh"]),
            **{key: source[column] for column, key in _OSM_KEYS.items()},
        }
    )
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    lines = source.geometry.to_numpy()
    frame = gpd.GeoDataFrame(
        edges, geometry=np.where(backward, shapely.reverse(lines), lines), crs=STORAGE_CRS
    )
    return _nodes(network, tail, head), frame.set_index(["u", "v", "key"])


def _nodes(
    network: RoadNetwork, tail: NDArray[np.int32], head: NDArray[np.int32]
) -> gpd.GeoDataFrame:
    """Return the nodes at which an edge starts or ends: osmnx keeps no others."""
    used = np.unique(np.concatenate([tail, head]))
    lon, lat = network.node_lon[used], network.node_lat[used]
    index = pd.Index(network.node_ids[used], name="osmid")
    points = shapely.points(lon, lat)
    return gpd.GeoDataFrame({"x": lon, "y": lat}, index=index, geometry=points, crs=STORAGE_CRS)
