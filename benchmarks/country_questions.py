"""What every engine is asked about the country: pairs, a grid of places, a flood; as files.

The graph libraries read the arrays; OSRM and Valhalla read coordinates from ``questions.json`` and
the flood from it or from ``flood.csv``. All are asked the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.country_data import Country
from benchmarks.country_tile import E7
from routing.components import largest, strong_components
from routing.engine import INFINITE
from routing.network import RoadNetwork

SEED = 20261122
PAIRS = 1_000
GRID = 1_000
FLOOD_ARCS = 30_000
"""Arcs that the flood closes, but never more than a tenth of all."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Questions:
    """Vertices between which all roads are open somehow, and what a flood closes.

    Attributes
    ----------
    pairs : int64[p, 2]
        From and to.
    grid : int64[g]
        Ends of matrices and starts of sweeps.
    flood : Polygon
        EPSG:4326.
    flood_arcs : int64[f]
        Arcs of the segments that touch it.
    """

    pairs: Ints
    grid: Ints
    flood: shapely.Polygon
    flood_arcs: Ints


def ask(network: RoadNetwork, weight_ms: NDArray[np.uint32]) -> Questions:
    """Draw the questions by lot, alike every time."""
    topology = network.topology
    open_arcs = weight_ms < INFINITE
    label = strong_components(topology.vertex_count, topology.tail, topology.head, open_arcs)
    mainland = np.flatnonzero(largest(label))
    rng = np.random.default_rng(SEED)
    pairs = rng.choice(mainland, (PAIRS, 2))
    grid = rng.choice(mainland, GRID, replace=len(mainland) < GRID)
    wanted = min(FLOOD_ARCS, topology.arc_count // 10)
    flood = _flood(topology.lon[topology.tail], topology.lat[topology.tail], wanted)
    rows = network.index.search(*flood.bounds)
    rows = np.sort(rows[shapely.intersects(network.segments.lines.shapes(rows), flood)])
    arcs = (2 * rows[:, None] + np.arange(2)).ravel()
    return Questions(pairs.astype(np.int64), grid.astype(np.int64), flood, arcs.astype(np.int64))


def _flood(lon: NDArray[np.float64], lat: NDArray[np.float64], wanted: int) -> shapely.Polygon:
    """Return an area around the middle of the roads in which so many arcs start."""
    middle = float(np.median(lon)), float(np.median(lat))
    away = np.hypot(lon - middle[0], lat - middle[1])
    radius = float(np.partition(away, wanted)[wanted])
    return shapely.Point(middle).buffer(radius, quad_segs=8)


def write_arrays(
    network: RoadNetwork, weight_ms: NDArray[np.uint32], asked: Questions, folder: Path
) -> None:
    """Write the network and the questions for :class:`benchmarks.peers.roads.Roads`."""
    topology, lines = network.topology, network.segments.lines
    arrays: dict[str, NDArray[Any]] = {
        "tail": topology.tail,
        "head": topology.head,
        "lon": topology.lon,
        "lat": topology.lat,
        "points_e7": lines.e7,
        "point_start": lines.offsets,
        "weight_ms": weight_ms,
        "pairs": asked.pairs,
        "grid": asked.grid,
        "flood_arcs": asked.flood_arcs,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    lonlat = np.column_stack([topology.lon, topology.lat])
    places = {
        "pairs": lonlat[asked.pairs].tolist(),
        "grid": lonlat[asked.grid].tolist(),
        "flood": [list(corner) for corner in asked.flood.exterior.coords[:-1]],
    }
    (folder / "questions.json").write_text(json.dumps(places))


def write_closed_pairs(country: Country, flood: shapely.Polygon, target: Path) -> int:
    """Write the flood as OSRM's segment speed file: pairs of OSM nodes with speed 0.

    A pair is closed both ways if either of its nodes lies in the flood; returns their number.
    """
    inside = np.asarray(shapely.contains_xy(flood, *(country.node_e7 / E7).T))
    of = np.repeat(np.arange(len(country.way_id)), np.diff(country.way_start))
    node = country.way_node
    closed = (of[1:] == of[:-1]) & (inside[node[1:]] | inside[node[:-1]])
    before, after = country.node_id[node[:-1][closed]], country.node_id[node[1:][closed]]
    pairs = np.concatenate([np.column_stack([before, after]), np.column_stack([after, before])])
    np.savetxt(target, np.column_stack([pairs, np.zeros(len(pairs), np.int64)]), "%d", ",")
    return len(pairs)


def flood_in(folder: Path) -> shapely.Polygon:
    """Return the flood that was written with the questions."""
    return shapely.Polygon(json.loads((folder / "questions.json").read_text())["flood"])
