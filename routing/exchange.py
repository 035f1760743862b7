"""Give a road network to osmnx: its nodes and edges as osmnx's tables, or as its graph.

osmnx's graphs know no turn restrictions: those of the network are left out. For a whole country
this is no way: a graph of osmnx takes about 2 kB and 20 µs an edge, so name the rows.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.geo import STORAGE_CRS
from lca.vehicle import VehicleClass

from .exchange_tags import osm_columns
from .network import RoadNetwork


def to_osmnx_graph(
    network: RoadNetwork,
    vehicle: VehicleClass | None = None,
    *,
    closed: bool = False,
    rows: NDArray[np.int64] | None = None,
) -> Any:
    """Return the ``networkx.MultiDiGraph`` that osmnx makes of :func:`to_osmnx_frames`."""
    import osmnx  # noqa: PLC0415 - a second to import, for an exchange only

    frames = to_osmnx_frames(network, vehicle, closed=closed, rows=rows)
    attributes = {"crs": STORAGE_CRS.lower(), "simplified": True}
    return osmnx.convert.graph_from_gdfs(*frames, graph_attrs=attributes)


def to_osmnx_frames(
    network: RoadNetwork,
    vehicle: VehicleClass | None = None,
    *,
    closed: bool = False,
    rows: NDArray[np.int64] | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return nodes and edges that ``osmnx.convert.graph_from_gdfs`` accepts.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass, optional
        Whose legal arcs become edges; without it, those of any truck, whatever its mass and size.
    closed : bool
        Add every road that the rules close to that vehicle, in the directions that its one-way
        rule leaves: with them the tables hold the whole network, and say by their tags who may
        drive there.
    rows : int64[], optional
        The segments to take; all of them without it.

    Returns
    -------
    nodes : GeoDataFrame
        Index ``osmid``; ``x``, ``y``, ``street_count``; EPSG:4326.
    edges : GeoDataFrame
        One edge an arc, index ``u, v, key``; ``osmid`` (way), ``oneway`` (whether there is no edge
        back), ``reversed``, ``length`` (m), ``maxspeed`` (km/h, that of the direction),
        ``segment_id`` and the tags under their OSM keys; the geometry runs from u to v; EPSG:4326.
    """
    segments = network.segments
    arcs = arcs_for_osmnx(network, vehicle, closed=closed, rows=rows)
    rows, backward = arcs // 2, arcs % 2 == 1
    vertex_node = network.vertex_node
    tail, head = vertex_node[network.arc_tail[arcs]], vertex_node[network.arc_head[arcs]]
    edges = pd.DataFrame(
        {
            "u": network.node_ids[tail],
            "v": network.node_ids[head],
            "osmid": segments.osm_way_id[rows],
            "segment_id": segments.ids(rows),
            "oneway": ~np.isin(arcs ^ 1, arcs),
            "reversed": backward,
            "length": segments.length_m[rows],
            **_speeds(network, rows, backward),
            **osm_columns(segments, rows),
        }
    )
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    lines = segments.lines.shapes(rows)
    lines[backward] = shapely.reverse(lines[backward])
    frame = gpd.GeoDataFrame(edges, geometry=lines, crs=STORAGE_CRS)
    return _nodes(network, tail, head, rows), frame.set_index(["u", "v", "key"])


def arcs_for_osmnx(
    network: RoadNetwork,
    vehicle: VehicleClass | None = None,
    *,
    closed: bool = False,
    rows: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return the arcs that become edges, ascending; see :func:`to_osmnx_frames`."""
    is_edge = network.legal_arcs(vehicle)[: network.segment_arc_count].copy()
    if closed:
        oneway = network.segments.texts["oneway"]
        is_edge[0::2] |= ~oneway.isin({"backward"})
        is_edge[1::2] |= ~oneway.isin({"forward"})
    if rows is not None:
        taken = np.zeros(network.segment_count, np.bool_)
        taken[rows] = True
        is_edge &= np.repeat(taken, 2)
    return np.flatnonzero(is_edge)


def _speeds(
    network: RoadNetwork, rows: NDArray[np.int64], backward: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Return the speed limits of the edges; by direction too where the two differ."""
    numbers = network.segments.numbers
    along, against = (
        numbers[name].floats()[rows] for name in ("maxspeed_kmh", "maxspeed_backward_kmh")
    )
    own = {"maxspeed": np.where(backward, against, along)}
    differ = (along != against) & ~(np.isnan(along) & np.isnan(against))
    if not differ.any():
        return own
    return own | {
        "maxspeed:forward": np.where(differ, along, np.nan),
        "maxspeed:backward": np.where(differ, against, np.nan),
    }


def _nodes(
    network: RoadNetwork,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    rows: NDArray[np.int64],
) -> gpd.GeoDataFrame:
    """Return the nodes at which an edge starts or ends: osmnx keeps no others."""
    used = np.unique(np.concatenate([tail, head]))
    lon, lat = network.node_lon[used], network.node_lat[used]
    streets = np.unique(rows)
    ends = np.concatenate([network.segments.u[streets], network.segments.v[streets]])
    columns = {
        "x": lon,
        "y": lat,
        "street_count": np.bincount(ends, minlength=network.node_count)[used],
    }
    index = pd.Index(network.node_ids[used], name="osmid")
    points = shapely.points(lon, lat)
    return gpd.GeoDataFrame(columns, index=index, geometry=points, crs=STORAGE_CRS)
