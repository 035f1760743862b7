"""Read the roads of an OSM extract (.osm.pbf, .osm, .osm.bz2) and split its ways at junctions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.errors import UnreadableFile
from lca.geo import GEOD, STORAGE_CRS

from .build_info import UnreadTag
from .osmtags import Unread, attributes_of, is_road
from .roads import Roads

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz")

_DATE_KEYS = ("osmosis_replication_timestamp", "timestamp")


@dataclass(frozen=True)
class OsmReading:
    """The roads of an extract, and the date of its data if the file states one."""

    roads: Roads
    osm_date: str | None


@dataclass(frozen=True)
class _Ways:
    """Road ways: their ids and attributes, and all their node references end to end."""

    ids: NDArray[np.int64]
    attributes: list[dict[str, Any]]
    refs: NDArray[np.int64]
    way: NDArray[np.int64]
    left_out: int
    unread: Unread


def read_osm(path: Path) -> OsmReading:
    """Return the roads of an OSM extract.

    Ways are split where they share a node with another road or with themselves. A way that leaves
    the extract is cut at the nodes that the file lacks.

    Raises
    ------
    UnreadableFile
        If the file is truncated, damaged, or no OSM file.
    """
    try:
        date = _date(path)
        ways = _read_ways(path)
        node_ids, position = np.unique(ways.refs, return_inverse=True)
        lonlat = _read_positions(path, node_ids)
    except (RuntimeError, OSError, ValueError, OverflowError) as error:
        raise UnreadableFile(
            f"The OSM data cannot be read: {error}",
            where=path.name,
            do_next="Download the extract again and compare its checksum; "
            "the name must end in " + ", ".join(OSM_SUFFIXES) + ".",
        ) from error
    segments, missing = _split(ways, position, lonlat)
    left_out = {
        "ways that are not roads for vehicles, or areas": ways.left_out,
        "node references outside the extract": missing,
    }
    roads = Roads(
        nodes=pd.DataFrame(lonlat, columns=["lon", "lat"], index=node_ids),
        segments=segments,
        left_out={reason: count for reason, count in left_out.items() if count},
        unread_tags=tuple(
            UnreadTag(key, value, count)
            for (key, value), count in sorted(
                ways.unread.items(), key=lambda item: (-item[1], item[0])
            )
        ),
    )
    return OsmReading(roads, date)


def _date(path: Path) -> str | None:
    with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
        header = reader.header()
        return next((date for key in _DATE_KEYS if (date := header.get(key))), None)


def _read_ways(path: Path) -> _Ways:
    ids: list[int] = []
    attributes: list[dict[str, Any]] = []
    refs: list[int] = []
    lengths: list[int] = []
    unread: Unread = Counter()
    left_out = 0
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY)
    for way in ways.with_filter(osmium.filter.KeyFilter("highway", "route")):
        tags = {tag.k: tag.v for tag in way.tags}
        if not isinstance(way, osmium.osm.Way) or not is_road(tags):
            left_out += "highway" in tags
            continue
        nodes = [node.ref for node in way.nodes]
        ids.append(way.id)
        attributes.append(attributes_of(tags, unread))
        refs.extend(nodes)
        lengths.append(len(nodes))
    return _Ways(
        ids=np.array(ids, np.int64),
        attributes=attributes,
        refs=np.array(refs, np.int64),
        way=np.repeat(np.arange(len(ids)), lengths),
        left_out=left_out,
        unread=unread,
    )


def _read_positions(path: Path, node_ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return lon, lat of each node (sorted ids), NaN where the file lacks it."""
    lonlat = np.full((len(node_ids), 2), np.nan)
    wanted = osmium.filter.IdFilter(node_ids.tolist())
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(wanted):
        if isinstance(node, osmium.osm.Node) and node.location.valid():
            lonlat[np.searchsorted(node_ids, node.id)] = node.location.lon, node.location.lat
    return lonlat


def _split(
    ways: _Ways, position: NDArray[np.int64], lonlat: NDArray[np.float64]
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the segments between junctions, and how many references had no position."""
    missing = np.isnan(lonlat[position, 0])
    # A part is a run of references of one way with positions; a gap starts another.
    part = np.cumsum(missing | (np.diff(ways.way, prepend=-1) != 0))
    keep = ~missing
    position, part, way = position[keep], part[keep], ways.way[keep]
    moved = (np.diff(position, prepend=-1) != 0) | (np.diff(part, prepend=-1) != 0)
    position, part, way = position[moved], part[moved], way[moved]
    edge = np.diff(part, prepend=-1, append=-1) != 0
    visits = np.bincount(position, minlength=len(lonlat))
    junctions = np.flatnonzero((visits[position] > 1) | edge[:-1] | edge[1:])
    starts, ends = junctions[:-1], junctions[1:]
    together = part[starts] == part[ends]
    starts, ends = starts[together], ends[together]
    points, line = _runs(starts, ends)
    xy = lonlat[position[points]]
    lines = shapely.linestrings(xy, indices=line)
    node_ids = np.unique(ways.refs)
    columns = pd.DataFrame(ways.attributes).iloc[way[starts]].reset_index(drop=True)
    columns["osm_way_id"] = ways.ids[way[starts]]
    columns["from_id"] = node_ids[position[starts]]
    columns["to_id"] = node_ids[position[ends]]
    columns["length_m"] = _lengths(xy, line, len(starts))
    return gpd.GeoDataFrame(columns, geometry=lines, crs=STORAGE_CRS), int(missing.sum())


def _runs(
    starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all indices from each start to its end, and the run that each belongs to."""
    counts = ends - starts + 1
    run = np.repeat(np.arange(len(starts)), counts)
    first = np.cumsum(counts) - counts
    return starts[run] + np.arange(len(run)) - first[run], run


def _lengths(xy: NDArray[np.float64], line: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Return the geodesic length of each line in metres."""
    within = line[1:] == line[:-1]
    before, after = xy[:-1][within], xy[1:][within]
    metres = GEOD.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])[2]
    return np.asarray(np.bincount(line[1:][within], metres, count), np.float64)
