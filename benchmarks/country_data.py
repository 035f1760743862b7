"""A country of any size: the tile mirrored over and over, stitched by primary roads, tags jittered.

Neighbours are mirror images, so the same roads face each other at every border. The box lies in
the Kalahari and says nothing about it. Equal sizes and seeds give equal arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.country_tile import E7, Ints, Tile, demo_tile
from lca.geo import GEOD
from routing.speed import class_speeds

SEED = 20261121
JITTER = 0.12
"""Speeds differ from tile to tile by up to this share either way."""
SOUTH_WEST = (20.0, -28.5)
MOST_TILES = 400
_GAP_E7 = 50_000
_IDS_A_TILE = 100_000

SURFACES = (None, "asphalt", "compacted", "gravel", "unpaved", "ground")
_PAVED = (0.10, 0.88, 0.02, 0.0, 0.0, 0.0)
_MIXED = (0.35, 0.30, 0.10, 0.15, 0.10, 0.0)
_LOCAL = (0.60, 0.20, 0.04, 0.04, 0.06, 0.06)
_SURFACE_SHARES = {
    **dict.fromkeys(("motorway", "trunk", "primary", "secondary"), _PAVED),
    **dict.fromkeys(("tertiary", "unclassified"), _MIXED),
}
_BRIDGE_LIMITS_T = (0, 0, 0, 5, 10, 15, 20, 30, 40)
"""Weight limits that a bridge gets with equal chance; 0 is no tag."""
_ALWAYS_SIGNED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
_SIGNED_SHARE = 0.4
_STITCH_KMH = 80.0
_MERGED_SHARE = 0.995
"""A way that meets itself can be merged there, so a few segments in a thousand are fewer."""


@dataclass(frozen=True, eq=False)
class Country:
    """Nodes, ways and forbidden turns, as an OSM extract holds them.

    Attributes
    ----------
    tiles : int
        How many tiles it is made of.
    node_id : int64[n]
        Ascending.
    node_e7 : int32[n, 2]
        Longitude and latitude in 1e-7 degrees (EPSG:4326).
    is_end : bool[n]
        Whether roads may meet here; the others only give roads their shape.
    way_id : int64[w]
        Ascending.
    way_start, way_node : int64[w + 1], int64[...]
        Rows of the nodes of way ``i``: ``way_node[way_start[i]:way_start[i + 1]]``.
    highway, name : object[w]
        A name is None where the road has none.
    oneway, bridge : bool[w]
    surface : int8[w]
        Index into :data:`SURFACES`.
    speed_kmh, limit_t, lanes : int16[w]
        Speed limit, weight limit and lanes; 0 where not tagged.
    turns : int64[k, 3]
        Ids of way, node and way: no turn from the first to the second.
    """

    tiles: int
    node_id: Ints
    node_e7: NDArray[np.int32]
    is_end: NDArray[np.bool_]
    way_id: Ints
    way_start: Ints
    way_node: Ints
    highway: NDArray[np.object_]
    name: NDArray[np.object_]
    oneway: NDArray[np.bool_]
    bridge: NDArray[np.bool_]
    surface: NDArray[np.int8]
    speed_kmh: NDArray[np.int16]
    limit_t: NDArray[np.int16]
    lanes: NDArray[np.int16]
    turns: Ints

    def tags(self) -> Iterator[dict[str, str]]:
        """Yield the tags of each way in order."""
        columns = (self.highway, self.name, self.surface, self.speed_kmh, self.limit_t, self.lanes)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        flags = zip(self.oneway.tolist(), self.bridge.tolist(), strict=True)
        for row, (oneway, bridge) in zip(rows, flags, strict=True):
            highway, name, surface, speed, limit, lanes = row
            stated: Mapping[str, object] = {
                "highway": highway,
                "name": name,
                "surface": SURFACES[surface],
                "maxspeed": speed,
                "maxweight": limit,
                "lanes": lanes,
                "oneway": "yes" if oneway else None,
                "bridge": "yes" if bridge else None,
            }
            yield {key: str(value) for key, value in stated.items() if value}


def tiles_for(arcs: int) -> int:
    """Return how many tiles give at least so many arcs, two for each segment.

    Raises
    ------
    ValueError
        If there would be none, or more than the box holds.
    """
    tiles = math.ceil(arcs / (2 * _MERGED_SHARE * demo_tile().segment_count))
    if not 1 <= tiles <= MOST_TILES:
        msg = f"{arcs:,} arcs would be {tiles} tiles; there are 1 to {MOST_TILES}."
        raise ValueError(msg)
    return tiles


def make_country(tiles: int, seed: int = SEED) -> Country:
    """Return a country of so many tiles in an almost square grid."""
    tile = demo_tile()
    number = np.arange(tiles)
    row, column = np.divmod(number, math.ceil(math.sqrt(tiles)))
    rng = np.random.default_rng(seed)
    stitches = _stitches(tile, row, column)
    ways, points = tile.way_count, len(tile.node_e7)
    tags = _drawn_tags(tile, tiles, rng)
    count = len(stitches)
    first_stitch = tiles * _IDS_A_TILE + 1
    local_ids = number[:, None] * _IDS_A_TILE + 1
    lengths = np.concatenate([np.tile(np.diff(tile.way_start), tiles), np.full(count, 2)])
    tiled_nodes = (number[:, None] * points + tile.way_node).ravel()
    turns = tile.turns + local_ids[:, :, None]
    return Country(
        tiles=tiles,
        node_id=(local_ids + np.arange(points)).ravel(),
        node_e7=_positions(tile, row, column),
        is_end=np.tile(np.arange(points) < tile.end_count, tiles),
        way_id=np.append(local_ids + np.arange(ways), first_stitch + np.arange(count)),
        way_start=np.cumsum(np.append(0, lengths)),
        way_node=np.concatenate([tiled_nodes, stitches.ravel()]),
        highway=_objects([*tile.highway] * tiles + ["primary"] * count),
        name=_objects([*_names(tile, tiles), *(f"Enlace {item + 1}" for item in range(count))]),
        oneway=np.append(np.tile(tile.oneway, tiles), np.zeros(count, np.bool_)),
        bridge=np.append(tags.bridge, np.zeros(count, np.bool_)),
        surface=np.append(tags.surface, np.ones(count, np.int8)),
        speed_kmh=np.append(tags.speed_kmh, _jittered(np.full(count, _STITCH_KMH), rng)),
        limit_t=np.append(tags.limit_t, np.zeros(count, np.int16)),
        lanes=np.append(tags.lanes, np.full(count, 2, np.int16)),
        turns=turns.reshape(-1, 3),
    )


def tables(country: Country) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the country as links and nodes, as a transport model keeps them.

    They are what :func:`routing.build.build_from_links` takes; surfaces, limits, bridges and
    forbidden turns have no columns there.
    """
    node, start = country.way_node, country.way_start
    way = np.repeat(np.arange(len(country.way_id)), np.diff(start))
    edge = np.zeros(len(node), np.bool_)
    edge[start[:-1]] = edge[start[1:] - 1] = True
    cut = np.flatnonzero(country.is_end[node] | edge)
    tails, heads = cut[:-1], cut[1:]
    same = way[tails] == way[heads]
    tails, heads = tails[same], heads[same]
    counts = heads - tails + 1
    link = np.repeat(np.arange(len(tails)), counts)
    point = tails[link] + np.arange(len(link)) - np.repeat(np.cumsum(counts) - counts, counts)
    xy = country.node_e7[node[point]] / E7
    lines = shapely.linestrings(xy, indices=link)
    of = way[tails]
    speed = np.where(country.speed_kmh > 0, country.speed_kmh, np.nan)[of]
    links = {
        "osm_way_id": country.way_id[of],
        "a_node": country.node_id[node[tails]],
        "b_node": country.node_id[node[heads]],
        "direction": country.oneway[of].astype(np.int8),
        "distance_m": _lengths_m(xy, link),
        "highway": country.highway[of],
        "name": country.name[of],
        "maxspeed_ab_kmh": speed,
        "maxspeed_ba_kmh": speed,
    }
    ends = np.unique(np.concatenate([node[tails], node[heads]]))
    ids = country.node_id[ends]
    places = shapely.points(country.node_e7[ends] / E7)
    return (
        gpd.GeoDataFrame(links, geometry=lines, crs="EPSG:4326"),
        gpd.GeoDataFrame({"node_id": ids, "osm_node_id": ids}, geometry=places, crs="EPSG:4326"),
    )


def _lengths_m(xy: NDArray[np.float64], line: Ints) -> NDArray[np.float64]:
    """Return the geodesic length of each line; ``line`` numbers the line of each point."""
    within = line[1:] == line[:-1]
    before, after = xy[:-1][within], xy[1:][within]
    metres = GEOD.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])[2]
    return np.asarray(np.bincount(line[1:][within], metres), np.float64)


@dataclass(frozen=True, eq=False)
class _Tags:
    """What a tile's ways get by lot, all tiles end to end."""

    bridge: NDArray[np.bool_]
    surface: NDArray[np.int8]
    speed_kmh: NDArray[np.int16]
    limit_t: NDArray[np.int16]
    lanes: NDArray[np.int16]


def _drawn_tags(tile: Tile, tiles: int, rng: np.random.Generator) -> _Tags:
    """Draw the tags of every way of every tile."""
    highway = np.array(tile.highway)
    table = class_speeds()
    usual = np.array([table[kind, "light"] for kind in tile.highway])
    base = np.where(np.isnan(tile.speed_kmh), usual, tile.speed_kmh)
    always = np.isin(highway, [*_ALWAYS_SIGNED]) | ~np.isnan(tile.speed_kmh)
    shape = (tiles, tile.way_count)
    signed = always | (rng.random(shape) < _SIGNED_SHARE)
    speed = _jittered(np.broadcast_to(base, shape), rng) * signed
    shares = np.array([_SURFACE_SHARES.get(kind, _LOCAL) for kind in tile.highway])
    # The last share may be rounded down to just under 1.
    surface = (rng.random(shape)[:, :, None] > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=2)
    bridge = tile.may_be_bridge & (rng.random(shape) < 0.7)
    limit = rng.choice(np.array(_BRIDGE_LIMITS_T, np.int16), shape) * bridge
    lanes = np.ceil(np.nan_to_num(tile.lanes)).astype(np.int16)
    return _Tags(
        bridge.ravel(),
        surface.astype(np.int8).ravel(),
        speed.astype(np.int16).ravel(),
        limit.astype(np.int16).ravel(),
        np.tile(lanes, tiles),
    )


def _jittered(speed: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int16]:
    factor = rng.uniform(1 - JITTER, 1 + JITTER, speed.shape)
    return np.asarray(np.rint(speed * factor), np.int16)


def _positions(tile: Tile, row: Ints, column: Ints) -> NDArray[np.int32]:
    """Return where the nodes of all tiles are; every second column and row is mirrored."""
    positions = np.empty((len(row), len(tile.node_e7), 2), np.int64)
    for axis, place in ((0, column), (1, row)):
        own, size = tile.node_e7[:, axis], tile.size_e7[axis]
        mirrored = (place % 2 == 1)[:, None]
        corner = round(SOUTH_WEST[axis] * E7) + place * (size + _GAP_E7)
        positions[:, :, axis] = corner[:, None] + np.where(mirrored, size - own, own)
    return positions.reshape(-1, 2).astype(np.int32)


def _stitches(tile: Tile, row: Ints, column: Ints) -> Ints:
    """Return the ends (node rows) of the links between neighbouring tiles."""
    points = len(tile.node_e7)
    places = zip(row.tolist(), column.tolist(), strict=True)
    number = {place: tile_number for tile_number, place in enumerate(places)}
    pairs: list[NDArray[np.int64]] = []
    for (r, c), here in number.items():
        eastern = tile.west if c % 2 else tile.east
        northern = tile.south if r % 2 else tile.north
        for there, nodes in (((r, c + 1), eastern), ((r + 1, c), northern)):
            if there in number:
                ends = np.array([here, number[there]])
                pairs.append(nodes[:, None] + ends * points)
    return np.concatenate(pairs) if pairs else np.zeros((0, 2), np.int64)


def _names(tile: Tile, tiles: int) -> Iterator[str | None]:
    """Yield a name for each way; tiles differ in them, as the towns of a country do."""
    for number in range(tiles):
        for name in tile.name:
            yield None if name is None else f"{name} {number + 1}"


def _objects(values: Sequence[str | None]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
