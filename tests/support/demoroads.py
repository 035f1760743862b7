"""The demo's roads as networks, built once for a test run."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np

from routing.build import build_from_links
from routing.network import RoadNetwork
from routing.roads import Source

PORT_NODE, AIRPORT_NODE = 74089, 32402
"""The links table's own numbers of the nodes at the port and at the airport."""


def demo_folder() -> Path:
    """Return the folder of the demo area's files."""
    return Path(str(resources.files("data"))) / "demo" / "coquimbo"


@lru_cache(maxsize=1)
def demo_tables() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the demo's links and nodes."""
    folder = demo_folder()
    return gpd.read_parquet(folder / "roads.parquet"), gpd.read_parquet(folder / "nodes.parquet")


@lru_cache(maxsize=2)
def demo_network(*, simplify: bool = True) -> RoadNetwork:
    """Return the demo's network, merged or as the links are."""
    return build_from_links(*demo_tables(), Source("coquimbo", "test"), simplify=simplify)


def node_at(network: RoadNetwork, node_id: int) -> int:
    """Return the index of the node that bears a number in the links table."""
    nodes = demo_tables()[1].set_index("node_id")["osm_node_id"]
    index = int(np.searchsorted(network.node_ids, nodes[node_id]))
    assert network.node_ids[index] == nodes[node_id], "merged away"
    return index
