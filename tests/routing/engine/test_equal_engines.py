"""Every engine says what the textbook says, on thousands of graphs and after any updates."""

from __future__ import annotations

import numpy as np
import pytest
from support.baregraph import ENGINE_NAMES
from support.demoroads import demo_network
from support.pathoracle import (
    assert_metric,
    grid_topology,
    random_ends,
    random_topology,
    random_weights,
)

from lca.vehicle import vehicle_class
from routing.engine import INFINITE, make_engine
from routing.speed import travel_time_ms
from routing.topology import Topology

NONE = np.empty(0, np.uint32)


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_thousands_of_random_graphs_before_and_after_updates(name):
    rng = np.random.default_rng(20261122)
    for _ in range(1000):
        topology = random_topology(rng)
        weights = random_weights(rng, topology.arc_count)
        metric = make_engine(topology, name).customise(weights)
        assert_metric(topology, metric, weights, rng)
        for _ in range(2):
            arcs = rng.integers(max(topology.arc_count, 1), size=rng.integers(0, 6))
            arcs = arcs[: topology.arc_count]
            values = random_weights(rng, len(arcs))
            weights = weights.copy()
            weights[arcs] = values
            metric = metric.updated(arcs, values)
            assert_metric(topology, metric, weights, rng)


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_a_town_before_and_after_updates(name):
    rng = np.random.default_rng(7)
    for side in (6, 9):
        topology = grid_topology(rng, side)
        weights = rng.integers(0, 30, topology.arc_count).astype(np.uint32)
        metric = make_engine(topology, name).customise(weights)
        for _ in range(6):
            assert_metric(topology, metric, weights, rng, pairs=40)
            arcs = rng.choice(topology.arc_count, 8, replace=False)
            values = rng.choice((0, 1, 40, INFINITE), 8).astype(np.uint32)
            weights = weights.copy()
            weights[arcs] = values
            metric = metric.updated(arcs, values)


@pytest.mark.parametrize("name", ENGINE_NAMES)
@pytest.mark.parametrize("count", [1, 3])
def test_vertices_without_any_road(name, count):
    lon = np.arange(count) / 100
    topology = Topology(f"{count} places", lon, lon, NONE, NONE)
    metric = make_engine(topology, name).customise(NONE)
    assert metric.path(0, 0)[0] == 0
    assert metric.distance(0, count - 1) == (0 if count == 1 else INFINITE)
    expected = np.where(np.eye(count, dtype=bool), 0, INFINITE)
    assert (metric.matrix(range(count), range(count)) == expected).all()
    assert metric.sweep([(0, 5)]).tolist() == [5, *[INFINITE] * (count - 1)]
    assert metric.updated(np.empty(0, np.int64), NONE).distance(0, 0) == 0
    assert metric.best([(0, 2)], [(0, 3)]).total_ms == 5
    assert metric.alternatives([(0, 2)], [(0, 3)])[0].total_ms == 5


def test_on_real_roads_all_engines_are_equal_before_and_after_closures():
    network = demo_network()
    topology = network.topology
    rng = np.random.default_rng(11)
    weights = travel_time_ms(network, vehicle_class("truck_heavy_3"))
    closed = rng.choice(topology.arc_count, 500, replace=False)
    metrics = [make_engine(topology, name).customise(weights) for name in ENGINE_NAMES]
    for state in range(2):
        rows, columns = rng.integers(topology.vertex_count, size=(2, 60))
        tables = [metric.matrix(rows, columns) for metric in metrics]
        assert all((table == tables[0]).all() for table in tables)
        assert (tables[0] < INFINITE).mean() > 0.5
        for towards in (False, True):
            starts = [(int(vertex), int(rng.integers(10**5))) for vertex in rows[:4]]
            sweeps = [metric.sweep(starts, towards=towards) for metric in metrics]
            assert all((sweep == sweeps[0]).all() for sweep in sweeps)
        for _ in range(20):
            starts, ends = (random_ends(rng, topology.vertex_count) for _ in range(2))
            found = [metric.best(starts, ends) for metric in metrics]
            assert len({one and (one.total_ms, one.start, one.end) for one in found}) == 1
        if state == 0:
            barred = np.full(len(closed), INFINITE, np.uint32)
            metrics = [metric.updated(closed, barred) for metric in metrics]
