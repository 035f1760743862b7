"""Turn the SpatiaLite tables of an AequilibraE project into plain frames of links, nodes and zones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

CRS = "EPSG:4326"

_LINKS = """
select link_id, a_node, b_node, direction, distance as distance_m, link_type as highway, name,
       speed_ab as maxspeed_ab_kmh, speed_ba as maxspeed_ba_kmh, lanes_ab, lanes_ba,
       osm_id as osm_way_id, geometry
from links where link_type <> 'centroid_connector' order by link_id
"""
_NODES = """
select node_id, osm_id as osm_node_id, geometry from nodes where is_centroid = 0 order by node_id
"""
# The package gives each zone a centroid node of the same number.
_ZONES = """
select zones.zone_id, zones.population, nodes.geometry as centroid, zones.geometry as geometry
from zones join nodes on nodes.node_id = zones.zone_id and nodes.is_centroid = 1
order by zones.zone_id
"""
_NUMBERS = ["maxspeed_ab_kmh", "maxspeed_ba_kmh", "lanes_ab", "lanes_ba"]


def wkb_of(blob: bytes) -> bytes:
    """Return the WKB inside a SpatiaLite geometry.

    A SpatiaLite blob is 00, the byte order, the SRID (4 bytes), the bounding box (32 bytes), 7C,
    then WKB without its byte order, then FE.

    Raises
    ------
    ValueError
        If the blob has not that frame.
    """
    if len(blob) < 44 or blob[0] != 0x00 or blob[38] != 0x7C or blob[-1] != 0xFE:
        msg = f"A blob of {len(blob)} bytes is not a SpatiaLite geometry."
        raise ValueError(msg)
    return blob[1:2] + blob[39:-1]


def read_links(database: Path) -> gpd.GeoDataFrame:
    """Return the road links by link id (EPSG:4326, drawn from ``a_node`` to ``b_node``).

    ``direction`` is 0 for both ways, 1 for a one-way from a to b, -1 for one from b to a. The
    connectors from zone centroids to roads, which are a modelling device, are left out.
    """
    frame = _read(database, _LINKS)
    frame[_NUMBERS] = frame[_NUMBERS].astype("float64")
    frame["direction"] = frame["direction"].astype("int8")
    return _located(frame)


def read_nodes(database: Path) -> gpd.GeoDataFrame:
    """Return the ends of the road links by node id (EPSG:4326 points).

    GDAL reads ``osm_id`` as int32, where ids above 2^31 overflow; sqlite3 reads it whole.
    """
    return _located(_read(database, _NODES))


def read_zones(database: Path) -> gpd.GeoDataFrame:
    """Return the populated zones by zone id (EPSG:4326 areas), each with a point for its label.

    The source has no names: a zone is called after its number. Its people are model output with
    fractions: they are rounded to whole people so that the total stays right.
    """
    frame = _read(database, _ZONES)
    label = shapely.from_wkb([wkb_of(blob) for blob in frame.pop("centroid")])
    frame["population"] = whole_numbers(frame["population"].to_numpy(dtype="float64"))
    frame.insert(1, "name", [f"Zone {zone_id}" for zone_id in frame["zone_id"]])
    frame["label_lon"] = np.round(shapely.get_x(label), 7)
    frame["label_lat"] = np.round(shapely.get_y(label), 7)
    return _located(frame)


def whole_numbers(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Round to whole numbers whose total is the rounded total (largest remainders go up)."""
    floors = np.floor(values).astype(np.int64)
    missing = round(float(values.sum())) - int(floors.sum())
    largest = np.argsort(floors - values, kind="stable")[:missing]
    floors[largest] += 1
    return floors


def _read(database: Path, query: str) -> pd.DataFrame:
    with closing(sqlite3.connect(database)) as connection:
        return pd.read_sql_query(query, connection)


def _located(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes: Any = shapely.from_wkb([wkb_of(blob) for blob in frame["geometry"]])
    return gpd.GeoDataFrame(frame.assign(geometry=shapes), geometry="geometry", crs=CRS)
