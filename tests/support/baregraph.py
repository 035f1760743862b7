"""Small graphs without geometry or tags, and a path oracle that is too plain to be wrong."""

from __future__ import annotations

import importlib.util

import numpy as np
from hypothesis import strategies as st

from routing.coded import Coded
from routing.engine import ENGINES, INFINITE
from routing.lines import Lines, to_e7
from routing.network import RoadNetwork
from routing.segment_index import SegmentIndex
from routing.segments import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, Segments
from routing.turns import Turns

HAS_PYROUTINGKIT = importlib.util.find_spec("pyroutingkit") is not None
ENGINE_NAMES = [name for name in ENGINES if name == "scipy" or importlib.util.find_spec(name)]


def bare_network(node_count, ends):
    """Return a network of segments between numbered nodes, each 100 m long and without tags."""
    ids = np.arange(node_count)
    lon, lat = ids * 0.01, (ids % 3) * 0.01
    u, v = np.array(ends, np.int32).reshape(-1, 2).T
    count = len(ends)
    points = to_e7(np.column_stack([lon, lat])[np.column_stack([u, v]).ravel()])
    lines = Lines(points, 2 * np.arange(count + 1))
    segments = Segments(
        osm_way_id=np.arange(count),
        from_id=ids[u],
        to_id=ids[v],
        twin=np.zeros(count, np.int32),
        u=u,
        v=v,
        length_m=np.full(count, 100.0),
        mainland=np.ones(count, np.bool_),
        texts={name: Coded.empty(count) for name in TEXT_COLUMNS},
        numbers={name: Coded.empty(count) for name in NUMBER_COLUMNS},
        flags={name: np.zeros(count, np.bool_) for name in FLAG_COLUMNS},
        lines=lines,
    )
    index = SegmentIndex.of(lines.bounds())
    return RoadNetwork("bare", None, ids, lon, lat, segments, Turns.none(), index)


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
