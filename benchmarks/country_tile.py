"""One tile of the country that is measured: the demo area's real roads, as OSM ways over points.

The links of the demo (one between two junctions) are joined to ways again, and every point of
their lines becomes a node, as OpenStreetMap has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.story import demo_folder

E7 = 10_000_000
FAST = frozenset({"trunk", "primary", "secondary"})
STITCHES_A_SIDE = 3
RESTRICTIONS = 25
"""Forbidden turns in each tile: about 3,600 in a country of 4 million arcs."""

_SEED = 20261121
_BRIDGE_SHARE = 0.06
_BRIDGE_M = (15.0, 150.0)

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tile:
    """Roads over the nodes 0…n-1, in a box whose south-west corner is (0, 0).

    Attributes
    ----------
    size_e7 : tuple of int
        Width and height in 1e-7 degrees.
    node_e7 : int64[n, 2]
        East and north of the corner; the first ``end_count`` nodes are ends of links.
    end_count : int
        How many nodes are ends of links.
    way_start, way_node : int64[w + 1], int64[...]
        The nodes of way ``i`` are ``way_node[way_start[i]:way_start[i + 1]]``.
    highway, name : tuple of str, of str or None
        For each way.
    speed_kmh, lanes : float64[w]
        As tagged in the source, NaN if not.
    oneway, may_be_bridge : bool[w]
        Whether it is one-way as drawn, and whether a tile may make it a bridge.
    turns : int64[k, 3]
        Way, node, way: turns that are forbidden.
    east, west, north, south : int64[s]
        Nodes on fast roads near each side, where neighbours are joined.
    """

    size_e7: tuple[int, int]
    node_e7: Ints
    end_count: int
    way_start: Ints
    way_node: Ints
    highway: tuple[str, ...]
    name: tuple[str | None, ...]
    speed_kmh: NDArray[np.float64]
    lanes: NDArray[np.float64]
    oneway: NDArray[np.bool_]
    may_be_bridge: NDArray[np.bool_]
    turns: Ints
    east: Ints
    west: Ints
    north: Ints
    south: Ints

    @property
    def way_count(self) -> int:
        """The number of ways."""
        return len(self.highway)

    @property
    def segment_count(self) -> int:
        """The number of segments between junctions, ways cut where they meet."""
        visits = np.bincount(self.way_node, minlength=len(self.node_e7))
        inner = np.ones(len(self.way_node), np.bool_)
        inner[self.way_start[:-1]] = inner[self.way_start[1:] - 1] = False
        return self.way_count + int((visits[self.way_node[inner]] > 1).sum())


@lru_cache(maxsize=1)
def demo_tile() -> Tile:
    """Return the demo area as a tile."""
    links = gpd.read_parquet(demo_folder() / "roads.parquet")
    nodes = gpd.read_parquet(demo_folder() / "nodes.parquet")
    links, line_nodes, node_e7 = _points(_drawn_forward(links), nodes)
    size = node_e7.max(axis=0)
    bridge = _bridges(links)
    chains = _chains(links, bridge)
    ways = [_joined([line_nodes[link] for link in chain]) for chain in chains]
    first = links.iloc[[chain[0] for chain in chains]]
    speed = first["maxspeed_ab_kmh"].fillna(first["maxspeed_ba_kmh"])
    oneway = first["direction"].to_numpy() != 0
    fast = _fast_nodes(links, len(nodes))
    sides = [_side(node_e7, fast, axis, edge) for axis, edge in _sides(size)]
    return Tile(
        size_e7=(int(size[0]), int(size[1])),
        node_e7=node_e7,
        end_count=len(nodes),
        way_start=np.cumsum([0, *map(len, ways)]),
        way_node=np.concatenate(ways),
        highway=tuple(first["highway"]),
        name=tuple(str(name) if isinstance(name, str) else None for name in first["name"]),
        speed_kmh=speed.to_numpy(np.float64),
        lanes=first[["lanes_ab", "lanes_ba"]].sum(axis=1, min_count=1).to_numpy(np.float64),
        oneway=oneway,
        may_be_bridge=bridge[[chain[0] for chain in chains]],
        turns=_turns(ways, oneway),
        east=sides[0],
        west=sides[1],
        north=sides[2],
        south=sides[3],
    )


def _drawn_forward(links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the links with those that lead from b to a drawn the other way round."""
    links = links.sort_values("link_id").reset_index(drop=True)
    turned = links["direction"] == -1
    swapped = {"a_node": "b_node", "b_node": "a_node"}
    swapped |= {"maxspeed_ab_kmh": "maxspeed_ba_kmh", "maxspeed_ba_kmh": "maxspeed_ab_kmh"}
    links.loc[turned, list(swapped)] = links.loc[turned, list(swapped.values())].to_numpy()
    links.loc[turned, "geometry"] = links.loc[turned, "geometry"].reverse()
    links["direction"] = links["direction"].abs()
    return links.astype({"a_node": np.int64, "b_node": np.int64})


def _points(
    links: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, list[Ints], Ints]:
    """Return the links between node numbers, the nodes of each, and where the nodes are."""
    number = {int(node): row for row, node in enumerate(nodes["node_id"])}
    links = links.assign(
        a_node=links["a_node"].map(number).astype(np.int64),
        b_node=links["b_node"].map(number).astype(np.int64),
    )
    ends_e7 = _e7(shapely.get_coordinates(nodes.geometry.to_numpy()))
    xy, line = shapely.get_coordinates(links.geometry.to_numpy(), return_index=True)
    edge = np.diff(line, prepend=-1, append=-1) != 0
    inner = ~(edge[:-1] | edge[1:])
    node = np.empty(len(line), np.int64)
    node[edge[:-1]], node[edge[1:]] = links["a_node"], links["b_node"]
    node[inner] = len(nodes) + np.arange(inner.sum())
    node_e7 = np.concatenate([ends_e7, _e7(xy[inner])])
    return links, np.split(node, np.flatnonzero(edge[1:-1]) + 1), node_e7 - node_e7.min(axis=0)


def _e7(degrees: NDArray[np.float64]) -> Ints:
    return np.rint(degrees * E7).astype(np.int64)


def _bridges(links: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Choose short links of the larger roads; the source does not say which are bridges."""
    larger = links["highway"].isin([*FAST, "motorway", "tertiary"])
    fit = larger & links["distance_m"].between(*_BRIDGE_M)
    chosen = np.random.default_rng(_SEED).random(len(links)) < _BRIDGE_SHARE
    return np.asarray(fit.to_numpy() & chosen)


def _chains(links: gpd.GeoDataFrame, bridge: NDArray[np.bool_]) -> list[list[int]]:
    """Return the links of each way in drawing order; a bridge is a way of its own."""
    kept = ("osm_way_id", "direction", "highway", "maxspeed_ab_kmh", "maxspeed_ba_kmh")
    kind = links.groupby(list(kept), dropna=False, sort=False).ngroup().to_numpy()
    kind = np.where(bridge, len(links) + np.arange(len(links)), kind)
    leaving: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    arriving: defaultdict[tuple[int, int], int] = defaultdict(int)
    tail, head = links["a_node"].tolist(), links["b_node"].tolist()
    kinds = kind.tolist()
    for link, of in enumerate(kinds):
        leaving[of, tail[link]].append(link)
        arriving[of, head[link]] += 1
    free = [True] * len(links)

    def chain(link: int) -> Iterator[int]:
        while free[link]:
            free[link] = False
            yield link
            after = leaving[kinds[link], head[link]]
            if len(after) != 1 or arriving[kinds[link], head[link]] != 1:
                return
            link = after[0]

    first = [not arriving[of, tail[link]] for link, of in enumerate(kinds)]
    order = sorted(range(len(links)), key=lambda link: not first[link])
    return [found for link in order if (found := list(chain(link)))]


def _joined(lines: Sequence[Ints]) -> Ints:
    """Join lines that follow each other, the node between two once."""
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _turns(ways: Sequence[Ints], oneway: NDArray[np.bool_]) -> Ints:
    """Choose turns at crossings of four or more way ends, from two-way streets only."""
    ends: defaultdict[int, list[int]] = defaultdict(list)
    for way, nodes in enumerate(ways):
        if nodes[0] != nodes[-1] and not oneway[way]:
            ends[int(nodes[0])].append(way)
            ends[int(nodes[-1])].append(way)
    crossings = sorted(node for node, at in ends.items() if len(at) >= 4)
    chosen = np.random.default_rng(_SEED).permutation(len(crossings))[:RESTRICTIONS]
    vias = [crossings[index] for index in sorted(chosen.tolist())]
    return np.array([(ends[via][0], via, ends[via][1]) for via in vias], np.int64).reshape(-1, 3)


def _fast_nodes(links: gpd.GeoDataFrame, count: int) -> Ints:
    """Return the ends of fast roads from which every other can be reached, and back."""
    tail, head = links["a_node"].to_numpy(), links["b_node"].to_numpy()
    both = links["direction"].to_numpy() == 0
    rows, columns = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    graph = coo_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=(count, count))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    mainland = label == np.bincount(label).argmax()
    fast = links["highway"].isin(FAST).to_numpy()
    nodes = np.unique(np.concatenate([tail[fast], head[fast]]))
    return np.asarray(nodes[mainland[nodes]])


def _sides(size: Ints) -> Iterator[tuple[int, int]]:
    """Yield axis and edge of the east, west, north and south side."""
    for axis in (0, 1):
        yield axis, int(size[axis])
        yield axis, 0


def _side(node_e7: Ints, fast: Ints, axis: int, edge: int) -> Ints:
    """Return the fast node nearest to a side in each of some equal bands along it."""
    along = node_e7[fast, 1 - axis]
    band = along * STITCHES_A_SIDE // (node_e7[:, 1 - axis].max() + 1)
    apart = np.abs(node_e7[fast, axis] - edge)
    chosen = []
    for number in range(STITCHES_A_SIDE):
        within = np.flatnonzero(band == number)
        if len(within):
            chosen.append(int(fast[within[apart[within].argmin()]]))
    return np.array(chosen, np.int64)
