"""A small suite that a fault in a kernel does not survive, also run as a program on faulty copies.

``python -m support.kernelchecks FOLDER`` checks the kernels in FOLDER instead of the package's,
uncompiled when NUMBA_DISABLE_JIT is set.
"""

from __future__ import annotations

import sys

import numpy as np
from support.pathoracle import (
    all_costs,
    assert_metric,
    best_of,
    grid_topology,
    random_topology,
    random_weights,
)

from routing.engine import INFINITE


def check_kernels():
    """Assert that costs, ways, matrices, sweeps and updates are right on a few dozen graphs."""
    # Late, because a program run first says where the kernels are.
    import routing.engine.chordal_graph  # noqa: PLC0415
    import routing.engine.hierarchy  # noqa: PLC0415
    from routing.engine.hierarchy import HierarchyEngine  # noqa: PLC0415

    routing.engine.hierarchy.MOST_CHANGED = 2.0
    routing.engine.hierarchy.FEW_CELLS = 6
    rng = np.random.default_rng(1)
    for turn in range(24):
        topology = (
            grid_topology(rng, 5)
            if turn % 4 == 0
            else random_topology(rng, most_vertices=12, most_arcs=50)
        )
        count = topology.vertex_count
        order = rng.permutation(count).astype(np.uint32)
        routing.engine.chordal_graph.node_order = lambda *_, o=order: o
        weights = random_weights(rng, topology.arc_count)
        engine = HierarchyEngine(topology)
        metric = engine.customise(weights)
        assert_metric(topology, metric, weights, rng, pairs=8)
        _check_many_sources(topology, metric, weights, rng)
        for _ in range(3):
            arcs = np.flatnonzero(rng.random(topology.arc_count) < rng.random() / 2)
            metric = metric.updated(arcs, random_weights(rng, len(arcs)))
            anew = engine.customise(metric.weight_ms)
            assert (metric._costs.rise_ms == anew._costs.rise_ms).all()
            assert (metric._costs.fall_ms == anew._costs.fall_ms).all()
        assert_metric(topology, metric, metric.weight_ms, rng)
        for _ in range(4):
            _check_rounds_cut(topology, engine.graph, rng)


def _check_many_sources(topology, metric, weights, rng):
    rows = rng.integers(topology.vertex_count, size=37)
    columns = rng.integers(topology.vertex_count, size=40)
    assert (
        metric.matrix(rows, columns) == all_costs(topology, weights)[np.ix_(rows, columns)]
    ).all()
    _check_many_starts(topology, metric, weights, rng)


def _check_many_starts(topology, metric, weights, rng):
    from routing.engine.kernels.search import MOST_CLIMBERS  # noqa: PLC0415

    costs, count = all_costs(topology, weights), topology.vertex_count
    starts = [(int(vertex), INFINITE) for vertex in rng.integers(count, size=MOST_CLIMBERS)]
    starts.append((int(rng.integers(count)), 3))
    ends = [(int(rng.integers(count)), 5)]
    expected = np.minimum(3 + costs[starts[-1][0]], INFINITE)
    assert (metric.sweep(starts) == expected).all()
    found, expected = metric.best(starts, ends), best_of(costs, starts, ends)
    assert (found and (found.total_ms, found.start, found.end)) == expected
    everyone = [(vertex, 0) for vertex in range(count)]
    found = metric.best(everyone, everyone)
    assert (found.total_ms, found.start, found.end) == (0, 0, 0)


def _check_rounds_cut(topology, graph, rng):
    """A walk at random, with its rounds cut out as soon as each closes."""
    from routing.engine.kernels.path import without_loops  # noqa: PLC0415

    walk = []
    at = start = int(rng.integers(topology.vertex_count))
    for _ in range(25):
        onward = np.flatnonzero((topology.tail == at) & (topology.head != at))
        if not len(onward):
            break
        walk.append(int(rng.choice(onward)))
        at = int(topology.head[walk[-1]])
    expected, passed = [], [start]
    for arc in walk:
        head = int(topology.head[arc])
        if head in passed:
            del passed[passed.index(head) + 1 :], expected[passed.index(head) :]
        else:
            passed.append(head)
            expected.append(arc)
    places = np.zeros(topology.vertex_count, np.int32)
    ends = graph.arc_edge, graph.arc_rises, graph.low, graph.up
    assert without_loops(np.array(walk, np.int64), *ends, places).tolist() == expected
    assert not places.any()


if __name__ == "__main__":
    import routing.engine.kernels

    routing.engine.kernels.__path__ = [sys.argv[1]]
    check_kernels()
