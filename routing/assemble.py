"""Make a road network out of roads, with canonical order, ids, digest and report."""

from __future__ import annotations

from importlib import metadata

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.errors import InvalidInput

from .build_digest import digest_of
from .build_info import BuildInfo, BuildReport
from .components import sizes, strong_components
from .legality import legal_arcs
from .network import ATTRIBUTE_COLUMNS, RoadNetwork
from .roads import Roads, Source, with_all_attributes
from .simplify import merge_chains

COORDINATE_DECIMALS = 7
"""OSM's own resolution, about 1 cm."""
LENGTH_DECIMALS = 3

_TOOLS = ("geopandas", "numpy", "osmium", "shapely")


def assemble(roads: Roads, source: Source, *, simplify: bool = True) -> RoadNetwork:
    """Return the network of some roads; the same roads in any order give the same network.

    Parameters
    ----------
    roads : Roads
        Nodes and segments as the source gives them.
    source : Source
        Name and credit of the build.
    simplify : bool
        Merge chains of segments of one way with equal attributes.
    """
    segments = with_all_attributes(roads.segments)
    before = len(segments)
    if simplify:
        # In a fixed order, because a ring without a junction is opened at its first segment.
        segments = merge_chains(segments.sort_values(["osm_way_id", "from_id", "to_id"]))
    node_ids = np.unique(np.concatenate([segments["from_id"], segments["to_id"]]).astype(np.int64))
    lon, lat = (
        roads.nodes[axis].reindex(node_ids).to_numpy(np.float64).round(COORDINATE_DECIMALS)
        for axis in ("lon", "lat")
    )
    segments = _canonical(segments, node_ids)
    parts = _parts(segments, len(node_ids))
    if not len(segments):
        raise InvalidInput(
            "The source has no road that a vehicle could drive.",
            where=source.source,
            do_next="Check that it covers the area and that its ways carry highway tags.",
        )
    report = BuildReport(
        nodes=len(node_ids),
        segments=len(segments),
        length_km=round(float(segments["length_m"].sum()) / 1000, 3),
        segments_before_merging=before,
        left_out=dict(roads.left_out),
        absent_columns=roads.absent_columns,
        unread_tags=roads.unread_tags,
        mainland_nodes=parts[0],
        islands=tuple(parts[1:]),
    )
    info = BuildInfo(
        name=source.name,
        source=source.source,
        source_sha256=source.source_sha256,
        osm_date=source.osm_date,
        attribution=source.attribution,
        licence=source.licence,
        bbox=_bbox(segments),
        report=report,
        tools={tool: metadata.version(tool) for tool in _TOOLS},
    )
    digest = digest_of(node_ids, lon, lat, segments)
    return RoadNetwork(digest, info, node_ids, lon, lat, segments)


def _canonical(segments: gpd.GeoDataFrame, node_ids: NDArray[np.int64]) -> gpd.GeoDataFrame:
    """Round, order by way, ends and shape, and number the segments that share way and ends."""
    lines = shapely.transform(
        segments.geometry.to_numpy(), lambda xy: xy.round(COORDINATE_DECIMALS)
    )
    table = segments.assign(
        length_m=segments["length_m"].to_numpy(np.float64).round(LENGTH_DECIMALS),
        wkb=shapely.to_wkb(lines, byte_order=1),
    ).set_geometry(gpd.GeoSeries(lines, index=segments.index, crs=segments.crs))
    ends = ["osm_way_id", "from_id", "to_id"]
    table = table.sort_values([*ends, "length_m", "wkb"], ignore_index=True)
    twin = table.groupby(ends, sort=False).cumcount()
    names = table["osm_way_id"].astype(str) + "-" + table["from_id"].astype(str)
    names = names + "-" + table["to_id"].astype(str)
    table["segment_id"] = names.where(twin == 0, names + "~" + (twin + 1).astype(str)).astype(
        object
    )
    table["u"] = np.searchsorted(node_ids, table["from_id"]).astype(np.int32)
    table["v"] = np.searchsorted(node_ids, table["to_id"]).astype(np.int32)
    columns = ["segment_id", "osm_way_id", "u", "v", "length_m", *ATTRIBUTE_COLUMNS, "geometry"]
    return gpd.GeoDataFrame(table[columns])


def _parts(segments: gpd.GeoDataFrame, node_count: int) -> list[int]:
    """Return the sizes of the mainland and of the islands."""
    ends = segments["u"].to_numpy(np.uint32), segments["v"].to_numpy(np.uint32)
    tail = np.column_stack(ends).ravel()
    head = np.column_stack(ends[::-1]).ravel()
    return sizes(strong_components(node_count, tail, head, legal_arcs(segments)))


def _bbox(segments: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = (float(edge) for edge in segments.total_bounds)
    return west, south, east, north
