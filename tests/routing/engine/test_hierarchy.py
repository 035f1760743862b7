"""What only the hierarchy promises: updates to the bit, order of no account, rounds cut, scratch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from support.pathoracle import (
    all_costs,
    assert_metric,
    assert_way,
    best_of,
    grid_topology,
    random_topology,
    random_weights,
)

from routing.engine import INFINITE, make_engine
from routing.topology import Topology

pytest.importorskip("numba")

import routing.engine.chordal_graph
import routing.engine.hierarchy
from routing.engine import scratch
from routing.engine.chordal_graph import chordal_graph
from routing.engine.hierarchy import HierarchyEngine
from routing.engine.kernels import search


def edge_costs(metric):
    return [*metric._costs.rise_ms.tolist(), *metric._costs.fall_ms.tolist()]


def demo_like(rng, side=40):
    topology = grid_topology(rng, side)
    return topology, rng.integers(1, 60, topology.arc_count).astype(np.uint32)


@pytest.mark.parametrize("seed", range(6))
def test_a_partial_customisation_equals_a_full_one_bit_for_bit(monkeypatch, seed):
    """Whatever changes: single arcs, scattered ones, a flooded area, closed, slowed, reopened."""
    monkeypatch.setattr(routing.engine.hierarchy, "MOST_CHANGED", 2.0)
    rng = np.random.default_rng(seed)
    topology, weights = demo_like(rng)
    engine = HierarchyEngine(topology)
    calls = []
    full = engine._customised
    monkeypatch.setattr(engine, "_customised", lambda w: calls.append(1) or full(w))
    first = metric = engine.customise(weights)
    del calls[:]
    changes = 0
    for turn in range(30):
        if turn % 3 == 2:
            centre = rng.random(2) * 0.4
            near = np.hypot(topology.lon - centre[0], topology.lat - centre[1]) < 0.06
            arcs = np.flatnonzero(near[topology.tail])
        else:
            arcs = rng.choice(topology.arc_count, rng.integers(1, 40), replace=False)
        values = (
            weights[arcs]
            if rng.random() < 0.3
            else rng.choice((0, 1, 30, 200, INFINITE - 1, INFINITE), len(arcs)).astype(np.uint32)
        )
        metric = metric.updated(arcs, values)
        assert not calls
        anew = full(metric.weight_ms)
        assert (anew.rise_ms == metric._costs.rise_ms).all()
        assert (anew.fall_ms == metric._costs.fall_ms).all()
        changes += edge_costs(metric) != edge_costs(first)
    assert changes > 25
    back = metric.updated(np.arange(topology.arc_count), weights)
    assert edge_costs(back) == edge_costs(first)


def test_partial_equals_full_on_graphs_of_every_kind(monkeypatch):
    monkeypatch.setattr(routing.engine.hierarchy, "MOST_CHANGED", 2.0)
    rng = np.random.default_rng(3)
    for _ in range(600):
        topology = random_topology(rng, most_vertices=14, most_arcs=60)
        engine = HierarchyEngine(topology)
        metric = engine.customise(random_weights(rng, topology.arc_count))
        for _ in range(4):
            some = rng.random(topology.arc_count) < rng.random()
            arcs = np.flatnonzero(some)
            metric = metric.updated(arcs, random_weights(rng, len(arcs)))
            assert edge_costs(metric) == edge_costs(engine.customise(metric.weight_ms))


def test_a_large_update_is_given_up_for_a_full_customisation_and_leaves_no_trace(monkeypatch):
    rng = np.random.default_rng(8)
    topology, weights = demo_like(rng)
    engine = HierarchyEngine(topology)
    metric = engine.customise(weights)
    anew = []
    full = engine._customised
    monkeypatch.setattr(engine, "_customised", lambda w: anew.append(1) or full(w))
    partly = []
    changed_only = routing.engine.hierarchy.customise.customise_changed
    monkeypatch.setattr(
        routing.engine.hierarchy.customise,
        "customise_changed",
        lambda *given: partly.append(1) or changed_only(*given),
    )
    few = rng.choice(topology.arc_count, 5, replace=False)
    scattered = rng.choice(topology.arc_count, topology.arc_count // 15, replace=False)
    many = rng.choice(topology.arc_count, topology.arc_count // 5, replace=False)
    for arcs, in_parts, at_once in (
        (few, 1, 0),
        (scattered, 1, 1),
        (few, 1, 0),
        (many, 0, 1),
        (few, 1, 0),
    ):
        del anew[:], partly[:]
        changed = metric.updated(arcs, np.full(len(arcs), 7777, np.uint32))
        assert (len(partly), len(anew)) == (in_parts, at_once)
        assert edge_costs(changed) == edge_costs(engine.customise(changed.weight_ms))


def test_no_update_is_no_new_metric():
    rng = np.random.default_rng(1)
    topology, weights = demo_like(rng, 5)
    metric = make_engine(topology, "numba").customise(weights)
    assert metric.updated(np.arange(3), weights[:3]) is metric


def test_an_order_changes_no_cost(monkeypatch):
    rng = np.random.default_rng(5)
    for _ in range(60):
        topology = random_topology(rng, most_vertices=12, most_arcs=40)
        weights = random_weights(rng, topology.arc_count)
        order = rng.permutation(topology.vertex_count).astype(np.uint32)
        monkeypatch.setattr(routing.engine.chordal_graph, "node_order", lambda *_, o=order: o)
        assert_metric(topology, make_engine(topology, "numba").customise(weights), weights, rng)


def contracted(topology, order):
    """The edges that contraction makes, by contracting: each vertex's upper neighbours meet."""
    rank = np.argsort(order)
    around = {vertex: set() for vertex in range(topology.vertex_count)}
    for tail, head in zip(rank[topology.tail].tolist(), rank[topology.head].tolist(), strict=True):
        if tail != head:
            around[tail].add(head)
            around[head].add(tail)
    for vertex in range(topology.vertex_count):
        for one, other in itertools.combinations([x for x in around[vertex] if x > vertex], 2):
            around[one].add(other)
            around[other].add(one)
    return [(low, high) for low in around for high in sorted(around[low]) if high > low]


def test_the_chordal_graph_is_what_contraction_makes():
    rng = np.random.default_rng(4)
    filled = 0
    for _ in range(150):
        topology = random_topology(rng, most_vertices=16, most_arcs=40)
        graph = chordal_graph(topology)
        edges = list(zip(graph.low.tolist(), graph.up.tolist(), strict=True))
        assert edges == contracted(topology, graph.order)
        count = topology.vertex_count
        above = {low: [high for other, high in edges if other == low] for low in range(count)}
        assert graph.parent.tolist() == [min(above[low], default=count) for low in range(count)]
        below = [
            (int(graph.down[k]), high, int(graph.down_edge[k]))
            for high in range(count)
            for k in range(graph.down_first[high], graph.down_first[high + 1])
        ]
        by_end = sorted(enumerate(edges), key=lambda item: (item[1][1], item[1][0]))
        assert below == [(low, high, edge) for edge, (low, high) in by_end]
        ends = np.column_stack([graph.rank[topology.tail], graph.rank[topology.head]])
        for arc, (tail, head) in enumerate(ends.tolist()):
            edge = int(graph.arc_edge[arc])
            assert (edge < 0) == (tail == head)
            if edge >= 0:
                assert edges[edge] == (min(tail, head), max(tail, head))
                assert graph.arc_rises[arc] == (tail < head)
                assert arc in graph.edge_arcs[graph.edge_first[edge] : graph.edge_first[edge + 1]]
        assert len(graph.edge_arcs) == (graph.arc_edge >= 0).sum()
        filled += len(edges) > len({frozenset(pair) for pair in ends.tolist() if len({*pair}) > 1})
    assert filled > 50


def test_nobody_is_sent_round_a_block_that_costs_nothing():
    """Turn arcs weigh nothing; a way over them still passes no vertex twice."""
    rng = np.random.default_rng(6)
    looped = 0
    for _ in range(400):
        topology = random_topology(rng, most_vertices=12, most_arcs=60)
        weights = rng.choice((0, 0, 0, 1, 5), topology.arc_count).astype(np.uint32)
        metric = make_engine(topology, "numba").customise(weights)
        costs = all_costs(topology, weights)
        for source, target in rng.integers(topology.vertex_count, size=(8, 2)).tolist():
            if costs[source, target] < INFINITE:
                cost, arcs = metric.path(source, target)
                assert_way(topology, weights, source, target, costs[source, target], arcs)
                passed = [source, *topology.head[arcs].tolist()]
                assert len(passed) == len(set(passed))
                looped += cost == 0 and len(arcs) > 0
    assert looped > 100


def test_scratch_memory_is_lent_to_one_at_a_time_kept_within_bounds_and_dropped_after_an_error():
    made = []
    pool = scratch.Pool(lambda: made.append(1) or [len(made)])
    with pool.lent() as one, pool.lent() as other:
        assert one is not other
    with pool.lent() as again:
        assert again in (one, other)
    assert len(made) == 2
    stack = [pool.lent() for _ in range(scratch.KEPT + 5)]
    for item in stack:
        item.__enter__()
    for item in stack:
        item.__exit__(None, None, None)
    assert len(pool._free) == scratch.KEPT
    before = len(made)
    with pytest.raises(KeyError), pool.lent() as lost:
        raise KeyError
    assert all(lost is not item for item in pool._free)
    assert len(made) == before


def test_the_graph_is_kept_and_shared_and_one_of_another_network_is_not_taken(tmp_path):
    rng = np.random.default_rng(2)
    topology = grid_topology(rng, 8)
    made = chordal_graph(topology, tmp_path)
    kept = chordal_graph(topology, tmp_path)
    for name in made.__slots__ if hasattr(made, "__slots__") else vars(made):
        assert (getattr(made, name) == getattr(kept, name)).all()
        assert getattr(made, name).dtype == getattr(kept, name).dtype
        # Both alike, or kernels would be compiled once more for what is mapped.
        assert not getattr(made, name).flags.writeable
        assert not getattr(kept, name).flags.writeable
        assert not getattr(kept, name).flags.owndata
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {"chordal", "order"}
    turned = topology.head, topology.tail[::-1].copy()
    for digest in ("other", topology.digest):
        other = Topology(digest, topology.lon, topology.lat, *turned)
        assert chordal_graph(other, tmp_path).arc_edge.tolist() != kept.arc_edge.tolist()
    fewer = Topology(
        topology.digest, topology.lon[:0], topology.lat[:0], turned[0][:0], turned[1][:0]
    )
    assert len(chordal_graph(fewer, tmp_path).order) == 0


@pytest.mark.parametrize("version", ["LAYOUT", "ORDER_VERSION"])
def test_a_graph_of_another_version_of_ours_is_made_anew(tmp_path, monkeypatch, version):
    topology = grid_topology(np.random.default_rng(2), 8)
    chordal_graph(topology, tmp_path)
    assert not chordal_graph(topology, tmp_path).rank.flags.owndata
    monkeypatch.setattr(routing.engine.chordal_graph, version, 99)
    assert chordal_graph(topology, tmp_path).rank.flags.owndata


def test_hundreds_of_starts_and_ends():
    rng = np.random.default_rng(9)
    topology = grid_topology(rng, 12)
    weights = random_weights(rng, topology.arc_count)
    metric = make_engine(topology, "numba").customise(weights)
    costs, count = all_costs(topology, weights), topology.vertex_count
    for number in (search.MOST_CLIMBERS, search.MOST_CLIMBERS + 1, 300):
        starts, ends = (
            [(int(rng.integers(count)), int(rng.choice((5, 900, INFINITE)))) for _ in range(size)]
            for size in (number, 300)
        )
        for towards, table in ((False, costs), (True, costs.T)):
            expected = np.min([offset + table[vertex] for vertex, offset in starts], axis=0)
            swept = metric.sweep(starts, towards=towards)
            assert (swept == np.minimum(expected, INFINITE)).all()
        found = metric.best(starts, ends)
        assert (found.total_ms, found.start, found.end) == best_of(costs, starts, ends)
        (source, leaving), (target, arriving) = starts[found.start], ends[found.end]
        cost = found.total_ms - leaving - arriving
        assert_way(topology, weights, source, target, cost, found.arcs)
    assert_metric(topology, metric, weights, rng)
