"""Random graphs of every awkward kind, and what a path engine must say of them, by the textbook."""

from __future__ import annotations

import numpy as np

from routing.engine import INFINITE
from routing.topology import Topology

WEIGHTS = (0, 1, 2, 3, 7, 50, 1000, INFINITE // 3, INFINITE // 2, INFINITE - 1, INFINITE)


def random_topology(rng, *, most_vertices=9, most_arcs=26):
    """Return a multigraph with self loops and parallel arcs, sometimes of one vertex or no arc."""
    count = int(rng.integers(1, most_vertices + 1))
    arcs = int(rng.integers(0, most_arcs + 1))
    tail, head = rng.integers(count, size=(2, arcs)).astype(np.uint32)
    lon, lat = rng.random((2, count))
    return Topology(f"random {rng.integers(2**62)}", lon, lat, tail, head)


def random_weights(rng, count):
    """Return weights: none, small, huge and infinite ones, or nearly all of one kind."""
    kind = rng.integers(4)
    if kind == 0:
        weights = rng.integers(0, 4, count)
    elif kind == 1:
        weights = rng.integers(0, INFINITE, count, endpoint=True)
    else:
        weights = rng.choice(WEIGHTS, count)
    if kind == 3:
        weights[rng.random(count) < 0.5] = 0
    return weights.astype(np.uint32)


def grid_topology(rng, side):
    """Return a town of square blocks with a few missing, and some ways across it."""
    count = side * side
    number = np.arange(count).reshape(side, side)
    pairs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
            rng.integers(count, size=(side, 2)),
        ]
    )
    pairs = pairs[rng.random(len(pairs)) < 0.9]
    tail, head = np.concatenate([pairs, pairs[:, ::-1]]).T.astype(np.uint32)
    lat, lon = np.divmod(np.arange(count), side)
    return Topology(f"grid {rng.integers(2**62)}", lon / 100, lat / 100, tail, head)


def all_costs(topology, weights):
    """Return the cost from every vertex (row) to every other: relax until nothing changes."""
    count = topology.vertex_count
    costs = np.full((count, count), INFINITE, np.int64)
    np.fill_diagonal(costs, 0)
    changed = True
    while changed:
        before = costs.copy()
        for tail, head, weight in zip(
            topology.tail.tolist(), topology.head.tolist(), weights.tolist(), strict=True
        ):
            if weight < INFINITE:
                costs[:, head] = np.minimum(costs[:, head], costs[:, tail] + weight)
        changed = bool((costs != before).any())
    return np.minimum(costs, INFINITE)


def assert_way(topology, weights, source, target, cost, arcs):
    """Assert that arcs lead from one vertex to another and cost what is said."""
    passed = [source, *topology.head[arcs].tolist()]
    assert passed == [*topology.tail[arcs].tolist(), target]
    assert int(weights[arcs].sum(dtype=np.int64)) == cost
    assert cost < INFINITE
    assert (weights[arcs] < INFINITE).all()


def random_ends(rng, count, most=4):
    """Return some starts or ends, with offsets of every kind, now and then the same vertex."""
    return [
        (int(rng.integers(count)), int(rng.choice((0, 0, 1, 5, 900, INFINITE - 1, INFINITE))))
        for _ in range(rng.integers(0, most + 1))
    ]


def best_of(costs, starts, ends):
    """Return (total, start, end) of the best way, the first of equal ones; None without a way."""
    every = [
        (leaving + int(costs[source, target]) + arriving, start, end)
        for start, (source, leaving) in enumerate(starts)
        for end, (target, arriving) in enumerate(ends)
    ]
    found = min(every, default=(INFINITE, 0, 0))
    return None if found[0] >= INFINITE else found


def assert_metric(topology, metric, weights, rng, pairs=6):
    """Assert that a metric gives every kind of answer as the textbook does."""
    count = topology.vertex_count
    costs = all_costs(topology, weights)
    assert (metric.weight_ms == weights).all()
    for source, target in rng.integers(count, size=(pairs, 2)).tolist():
        expected = int(costs[source, target])
        assert metric.distance(source, target) == expected
        cost, arcs = metric.path(source, target)
        assert cost == expected
        if cost == INFINITE:
            assert not len(arcs)
        else:
            assert_way(topology, weights, source, target, cost, arcs)
    rows, columns = (rng.integers(count, size=rng.integers(0, 12)) for _ in range(2))
    assert (metric.matrix(rows, columns) == costs[np.ix_(rows, columns)]).all()
    everyone = np.arange(count)
    assert (metric.matrix(everyone, everyone) == costs).all()
    starts, ends = random_ends(rng, count), random_ends(rng, count)
    for towards, table in ((False, costs), (True, costs.T)):
        from_each = [offset + table[vertex] for vertex, offset in starts]
        expected = np.minimum(np.min([np.full(count, INFINITE), *from_each], axis=0), INFINITE)
        assert (metric.sweep(starts, towards=towards) == expected).all()
    found, expected = metric.best(starts, ends), best_of(costs, starts, ends)
    assert (found is None) == (expected is None)
    if found is not None:
        assert (found.total_ms, found.start, found.end) == expected
        (source, leaving), (target, arriving) = starts[found.start], ends[found.end]
        cost = found.total_ms - leaving - arriving
        assert_way(topology, weights, source, target, cost, found.arcs)
