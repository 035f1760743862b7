"""Any order is a permutation; a good one keeps the hierarchy small; a kept one is whole."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.errors import UsageError
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.hierarchy import HierarchyEngine
from routing.engine.node_order import METHODS, node_order
from routing.topology import Topology

REPO = Path(__file__).resolve().parents[3]


def graph(count, arcs, places=None, digest="test"):
    tail, head = np.asarray(arcs, np.uint32).reshape(-1, 2).T
    lon, lat = np.zeros((2, count)) if places is None else np.asarray(places, float).T
    return Topology(digest, np.array(lon, float), np.array(lat, float), tail, head)


def grid(side, digest="grid"):
    number = np.arange(side * side).reshape(side, side)
    arcs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    row, column = np.divmod(np.arange(side * side), side)
    return graph(side * side, arcs, np.column_stack([column, row]) / 100, digest)


def edges_of_hierarchy(topology, order):
    """Contract the vertices one by one, as the textbook says, and count all edges there ever are."""
    neighbours = [set() for _ in range(topology.vertex_count)]
    for a, b in zip(topology.tail.tolist(), topology.head.tolist(), strict=True):
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    edges = 0
    for v in order.tolist():
        edges += len(neighbours[v])
        for u in neighbours[v]:
            neighbours[u].remove(v)
            neighbours[u] |= neighbours[v] - {u}
    return edges


def longest_climb(topology, order):
    """Return how many vertices the longest upward search passes."""
    rank = np.argsort(order)
    upper = [set() for _ in order]
    for a, b in zip(rank[topology.tail].tolist(), rank[topology.head].tolist(), strict=True):
        if a != b:
            upper[min(a, b)].add(max(a, b))
    steps = np.zeros(len(order), int)
    parents = []
    for v in range(len(order)):
        parent = min(upper[v], default=None)
        parents.append(parent)
        if parent is not None:
            upper[parent] |= upper[v] - {parent}
    for v in reversed(range(len(order))):
        steps[v] = 1 if parents[v] is None else steps[parents[v]] + 1
    return steps.max(initial=0)


@st.composite
def topologies(draw):
    count = draw(st.integers(1, 40))
    vertex = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(vertex, vertex), max_size=150))
    degree = st.sampled_from([-71.5, -71.2, 0.0, 12.25]) | st.floats(-180, 180)
    places = draw(st.lists(st.tuples(degree, degree), min_size=count, max_size=count))
    return graph(count, arcs, places)


def test_vertices_nearer_than_any_measure_lie_in_one_place():
    order = node_order(graph(2, [], [(-71.5, 0.0), (-71.5, 2.3e-309)]))
    assert sorted(order.tolist()) == [0, 1]


@settings(deadline=None)  # the first example may wait for a compiler
@given(topology=topologies())
def test_every_vertex_has_one_place_in_the_order(topology):
    order = node_order(topology)
    assert order.dtype == np.uint32
    assert Counter(order.tolist()) == Counter(range(topology.vertex_count))


@settings(deadline=None, max_examples=30)
@given(topology=topologies(), seed=st.integers(0, 99))
def test_costs_do_not_depend_on_the_order(topology, seed):
    weight_ms = np.random.default_rng(seed).integers(0, 50, topology.arc_count, np.uint32)
    ours = HierarchyEngine(topology).customise(weight_ms)
    theirs = DijkstraEngine(topology).customise(weight_ms)
    everywhere = np.arange(topology.vertex_count)
    assert (
        ours.matrix(everywhere, everywhere).tolist()
        == theirs.matrix(everywhere, everywhere).tolist()
    )


NUMBERS = np.arange(1, 30_000)
DEGENERATE = {
    "nothing": graph(0, []),
    "one vertex": graph(1, []),
    "one loop": graph(1, [(0, 0)]),
    "no arcs": graph(500, []),
    "a pair, many times": graph(2, [(0, 1), (1, 0), (0, 1), (1, 1)]),
    "a line at one place": graph(30_000, np.column_stack([NUMBERS - 1, NUMBERS])),
    "a star": graph(30_000, np.column_stack([0 * NUMBERS, NUMBERS])),
    "everybody knows everybody": graph(60, np.argwhere(np.ones((60, 60)))),
    "nowhere": graph(
        300, np.column_stack([NUMBERS[:299] - 1, NUMBERS[:299]]), [(np.nan, np.inf)] * 300
    ),
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("method", METHODS)
def test_no_shape_of_graph_is_too_odd(name, method):
    topology = DEGENERATE[name]
    if method == "pyroutingkit":
        pytest.importorskip("pyroutingkit")
        if name in {"nothing", "nowhere"}:
            pytest.skip("not promised by the binding")
    order = node_order(topology, method=method)
    assert Counter(order.tolist()) == Counter(range(topology.vertex_count))


def test_a_town_of_a_thousand_crossings_has_a_small_hierarchy():
    """RoutingKit's own order leaves 14,952 edges of a grid of 32 by 32, METIS's 12,171."""
    topology = grid(32)
    ours = edges_of_hierarchy(topology, node_order(topology))
    as_numbered = edges_of_hierarchy(topology, np.arange(32 * 32))
    shuffled = edges_of_hierarchy(topology, np.random.default_rng(1).permutation(32 * 32))
    assert ours < 16_000
    assert min(as_numbered, shuffled) > 30_000


def test_no_search_climbs_far():
    assert longest_climb(grid(32), node_order(grid(32))) < 150
    line = graph(4000, np.column_stack([NUMBERS[:3999] - 1, NUMBERS[:3999]]))
    assert longest_climb(line, node_order(line)) < 30
    assert longest_climb(line, np.arange(4000, dtype=np.uint32)) == 4000


@pytest.mark.parametrize("method", METHODS)
def test_the_demo_is_ordered_well(method):
    from support.demoroads import demo_network  # noqa: PLC0415 - only here

    if method == "pyroutingkit":
        pytest.importorskip("pyroutingkit")
    topology = demo_network().topology
    edges = len(HierarchyEngine(topology).graph.up)  # of the preferred order
    assert edges < 1.05 * edges_of_hierarchy(topology, node_order(topology, method=method))


def test_the_same_graph_gets_the_same_order():
    assert node_order(grid(40)).tolist() == node_order(grid(40)).tolist()


def test_direction_copies_and_loops_do_not_matter():
    one = grid(20)
    loops = np.arange(400, dtype=np.uint32)
    many = Topology(
        "many",
        one.lon,
        one.lat,
        np.concatenate([one.head, loops, one.tail, one.tail]),
        np.concatenate([one.tail, loops, one.head, one.head]),
    )
    assert node_order(one).tolist() == node_order(many).tolist()


def test_progress_only_grows_and_ends_at_all():
    told = []
    node_order(grid(40), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_kept_order_is_not_made_again(tmp_path):
    told = []
    made = node_order(grid(20), tmp_path)
    kept = node_order(grid(20), tmp_path, progress=told.append)
    assert kept.tolist() == made.tolist()
    assert told == []
    assert not made.flags.writeable
    assert not kept.flags.writeable


def test_a_kept_order_serves_its_own_network_and_method_only(tmp_path):
    node_order(grid(20), tmp_path)
    told = []
    other = node_order(grid(21, "another"), tmp_path, progress=told.append)
    assert Counter(other.tolist()) == Counter(range(441))
    assert told
    assert len(list(tmp_path.iterdir())) == 2


def test_a_damaged_order_is_made_again_and_kept_whole(tmp_path):
    made = node_order(grid(20), tmp_path).tolist()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for damaged in (whole[:-100], b"", whole[:-900] + bytes(8) + whole[-892:], b"\0" * len(whole)):
        path.write_bytes(damaged)
        assert node_order(grid(20), tmp_path).tolist() == made
        assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_keeps_nothing_and_hurts_nobody(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert len(node_order(grid(20), tmp_path / "file")) == 400


WRITER = """
import sys
sys.path[:0] = ["tests", "tests/routing/engine"]
from pathlib import Path
from test_node_order import grid, node_order
print(sum(rank * int(vertex) for rank, vertex in enumerate(node_order(grid(60), Path(sys.argv[1])))))
"""


def test_two_processes_at_once_get_the_same_order(tmp_path):
    both = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            cwd=REPO,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = {process.communicate()[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(said) == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".sealed"]


def test_what_does_not_exist_is_refused():
    with pytest.raises(UsageError, match="inertial"):
        node_order(grid(3), method="alphabetical")
