"""Small graphs without geometry or tags, and a path oracle that is too plain to be wrong."""

from __future__ import annotations

import importlib.util

import geopandas as gpd
import numpy as np
from hypothesis import strategies as st

from routing.engine import ENGINES, INFINITE
from routing.network import RoadNetwork

HAS_PYROUTINGKIT = importlib.util.find_spec("pyroutingkit") is not None
ENGINE_NAMES = [name for name in ENGINES if name == "scipy" or importlib.util.find_spec(name)]


def bare_network(node_count, ends):
    """Return a network of segments between numbered nodes, each 100 m long."""
    segments = gpd.GeoDataFrame(
        {
            "u": np.array([u for u, _ in ends], np.int32),
            "v": np.array([v for _, v in ends], np.int32),
            "length_m": 100.0,
        }
    )
    ids = np.arange(node_count)
    return RoadNetwork("bare", None, ids, ids * 0.01, (ids % 3) * 0.01, segments)


@st.composite
def bare_networks(draw):
    """Multigraphs of up to 7 nodes, with self loops and parallel segments."""
    node_count = draw(st.integers(1, 7))
    node = st.integers(0, node_count - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=14))
    return bare_network(node_count, ends)


def weighted_arcs(network, weights):
    """Return the arcs as (tail, head, weight)."""
    return list(
        zip(network.arc_tail.tolist(), network.arc_head.tolist(), weights.tolist(), strict=True)
    )


def bellman_ford(arcs, source):
    """Return the costs from a node by the textbook: relax every arc until nothing changes."""
    costs = {source: 0}
    changed = True
    while changed:
        changed = False
        for tail, head, weight in arcs:
            cost = costs.get(tail, INFINITE) + weight
            if weight < INFINITE and cost < costs.get(head, INFINITE):
                costs[head] = cost
                changed = True
    return costs
