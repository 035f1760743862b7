"""Two engines, one answer: against each other on real roads, and against a plain oracle."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.baregraph import (
    ENGINE_NAMES,
    HAS_PYROUTINGKIT,
    bare_network,
    bare_networks,
    bellman_ford,
    weighted_arcs,
)
from support.demoroads import demo_network

import routing.engine
from lca.errors import InvalidInput, UsageError
from lca.vehicle import vehicle_class
from routing.engine import INFINITE, make_engine
from routing.speed import travel_time_ms

TRUCK = vehicle_class("truck_heavy_3")


def assert_valid(network, metric, source, target):
    """A path starts, continues and ends as asked, and costs what its arcs cost."""
    cost, arcs = metric.path(source, target)
    if cost == INFINITE:
        assert not len(arcs)
        return cost
    tails = network.arc_tail[arcs].tolist()
    heads = network.arc_head[arcs].tolist()
    assert [source, *heads] == [*tails, target]
    assert int(metric.weight_ms[arcs].astype(np.int64).sum()) == cost
    assert (metric.weight_ms[arcs] < INFINITE).all()
    return cost


# --- real roads -----------------------------------------------------------------------------


def test_both_engines_agree_on_a_thousand_pairs_before_and_after_closures():
    network = demo_network()
    rng = np.random.default_rng(2026)
    weights = travel_time_ms(network, TRUCK)
    metrics = [make_engine(network, name).customise(weights) for name in ENGINE_NAMES]
    closed = rng.choice(network.arc_count, 600, replace=False)
    barred = np.full(len(closed), INFINITE, np.uint32)
    slower = rng.choice(network.arc_count, 600, replace=False)
    states = [
        metrics,
        [metric.updated(closed, barred) for metric in metrics],
        [metric.updated(slower, weights[slower] // 2 + 1) for metric in metrics],
    ]
    pairs = rng.integers(network.node_count, size=(1000, 2)).tolist()
    changed = 0
    for number, state in enumerate(states):
        for source, target in pairs if number < 2 else pairs[:200]:
            costs = {assert_valid(network, metric, source, target) for metric in state}
            assert len(costs) == 1
            changed += costs != {metrics[0].distance(source, target)}
    assert changed > 200  # else the closures would have shown nothing


def test_an_update_leaves_the_metric_that_readers_hold_as_it_was():
    network = demo_network()
    weights = travel_time_ms(network, TRUCK)
    for name in ENGINE_NAMES:
        before = make_engine(network, name).customise(weights)
        cost, arcs = before.path(100, 5000)
        after = before.updated(arcs[:1], np.array([INFINITE], np.uint32))
        assert before.path(100, 5000)[0] == cost
        assert (before.weight_ms == weights).all()
        assert after.path(100, 5000)[0] > cost
        assert after.weight_ms[arcs[0]] == INFINITE


def test_an_updated_metric_equals_one_customised_anew():
    network = demo_network()
    weights = travel_time_ms(network, TRUCK)
    rng = np.random.default_rng(5)
    arcs = rng.choice(network.arc_count, 200, replace=False)
    values = rng.integers(1, 10**6, 200).astype(np.uint32)
    changed = weights.copy()
    changed[arcs] = values
    for name in ENGINE_NAMES:
        engine = make_engine(network, name)
        updated, anew = engine.customise(weights).updated(arcs, values), engine.customise(changed)
        for source, target in rng.integers(network.node_count, size=(50, 2)).tolist():
            ours, theirs = updated.path(source, target), anew.path(source, target)
            assert ours[0] == theirs[0]
            assert ours[1].tolist() == theirs[1].tolist()


def test_threads_may_share_a_metric():
    network = demo_network()
    metric = make_engine(network).customise(travel_time_ms(network, TRUCK))
    pairs = np.random.default_rng(9).integers(network.node_count, size=(400, 2)).tolist()
    alone = [metric.distance(*pair) for pair in pairs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda pair: metric.distance(*pair), pairs)) == alone


@pytest.mark.parametrize("name", [name for name in ENGINE_NAMES if name != "scipy"])
def test_what_is_kept_serves_again_and_what_is_damaged_is_made_anew(tmp_path, name):
    network = demo_network()
    weights = travel_time_ms(network, TRUCK)
    fresh = make_engine(network, name).customise(weights)
    cache = tmp_path / "engines" / "kept"

    def path():
        return make_engine(network, name, cache=cache).customise(weights).path(7, 4321)

    expected = fresh.path(7, 4321)
    assert path()[1].tolist() == expected[1].tolist()
    files = {file: file.read_bytes() for file in cache.iterdir()}
    assert files
    assert path()[1].tolist() == expected[1].tolist()
    for file, content in files.items():
        file.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    assert path()[1].tolist() == expected[1].tolist()
    assert {file: file.read_bytes() for file in cache.iterdir()} == files
    other = draw("A---B---C", {"ABC": {}}).network
    small = make_engine(other, name, cache=cache).customise(travel_time_ms(other, TRUCK))
    assert small.distance(0, 2) > 0
    assert [path.name for path in cache.parent.iterdir()] == ["kept"]


# --- small graphs against the oracle --------------------------------------------------------

WEIGHT = st.one_of(
    st.integers(0, 3), st.integers(0, INFINITE), st.just(INFINITE), st.just(INFINITE - 1)
)


@settings(max_examples=120, deadline=None)
@given(bare_networks(), st.data())
def test_every_engine_equals_the_oracle(network, data):
    def draw_weights(count):
        return np.array(data.draw(st.lists(WEIGHT, min_size=count, max_size=count)), np.uint32)

    weights = draw_weights(network.arc_count)
    arcs = np.array(
        data.draw(st.lists(st.integers(0, network.arc_count - 1), max_size=4, unique=True)), int
    )
    changed = weights.copy()
    changed[arcs] = draw_weights(len(arcs))
    for name in ENGINE_NAMES:
        metric = make_engine(network, name).customise(weights)
        updated = metric.updated(arcs, changed[arcs])
        for state, truth in ((metric, weights), (updated, changed)):
            for source in range(network.node_count):
                expected = bellman_ford(weighted_arcs(network, truth), source)
                for target in range(network.node_count):
                    cost = expected.get(target, INFINITE)
                    assert assert_valid(network, state, source, target) == cost
                    assert state.distance(source, target) == cost


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_a_way_too_long_for_the_clock_is_no_way(name):
    network = bare_network(4, [(0, 1), (1, 2), (2, 3)])
    weights = np.full(6, INFINITE // 2, np.uint32)
    metric = make_engine(network, name).customise(weights)
    assert metric.distance(0, 2) == 2 * (INFINITE // 2)
    assert metric.distance(0, 3) == INFINITE
    assert metric.path(0, 3)[1].tolist() == []


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_of_parallel_roads_the_faster_is_taken_not_their_sum(name):
    town = draw("A---B", {"AB": {}, "AB'": {}, "BA''": {}})
    weights = np.array([50, 60, 40, 70, 90, 45], np.uint32)
    metric = make_engine(town.network, name).customise(weights)
    out, back = town.node("A"), town.node("B")
    assert metric.path(out, back) == (40, [2])
    assert metric.path(back, out) == (60, [1])


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_from_a_node_to_itself_nothing_is_driven(name):
    network = bare_network(2, [(0, 0), (0, 1)])
    metric = make_engine(network, name).customise(np.array([5, 5, 5, 5], np.uint32))
    cost, arcs = metric.path(0, 0)
    assert (cost, len(arcs)) == (0, 0)


# --- the door -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_what_would_make_an_engine_read_foreign_memory_is_refused(name):
    network = bare_network(3, [(0, 1), (1, 2)])
    engine = make_engine(network, name)
    metric = engine.customise(np.array([1, 1, 1, 1], np.uint32))
    for source, target in ((3, 0), (0, 3), (-1, 0), (0, 2**32)):
        with pytest.raises(UsageError, match="no vertex"):
            metric.distance(source, target)
        with pytest.raises(UsageError, match="no vertex"):
            metric.path(source, target)
    for weights in (
        np.array([1, 1, 1], np.uint32),
        np.array([1, 1, 1, -1]),
        np.array([1, 1, 1, INFINITE + 1]),
        np.array([1.0, 1.0, 1.0, np.nan]),
        np.array([[1, 1, 1, 1]]),
    ):
        with pytest.raises(InvalidInput):
            engine.customise(weights)
    for arcs in ([4], [-1]):
        with pytest.raises(InvalidInput, match="An arc"):
            metric.updated(np.array(arcs), np.array([1]))
    with pytest.raises(InvalidInput):
        metric.updated(np.array([1, 2]), np.array([1]))


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_weights_in_another_layout_or_changed_later_do_no_harm(name):
    network = bare_network(3, [(0, 1), (1, 2)])
    table = np.array([[1, 9], [2, 9], [3, 9], [4, 9]], np.uint32)
    metric = make_engine(network, name).customise(table[:, 0])
    table[:] = 9
    assert metric.distance(0, 2) == 4
    assert metric.weight_ms.tolist() == [1, 2, 3, 4]
    for fixed in (metric, metric.updated(np.array([1]), np.array([8]))):
        with pytest.raises(ValueError, match="read-only"):
            fixed.weight_ms[0] = 7


def test_engines_are_chosen_by_name():
    network = bare_network(2, [(0, 1)])
    with pytest.raises(UsageError, match="valhalla"):
        make_engine(network, "valhalla")
    names = {name: make_engine(network, name).name for name in ENGINE_NAMES}
    assert all(full.startswith(name) for name, full in names.items())
    assert make_engine(network).name == names[ENGINE_NAMES[0]]


def test_without_numba_the_binding_serves_with_its_own_order_and_without_it_scipy(monkeypatch):
    network = bare_network(3, [(0, 1), (1, 2)])
    weights = np.array([1, 1, 2, 1], np.uint32)
    hidden = ["numba", "routing.engine.hierarchy", "routing.engine.node_order"]
    for name in hidden:
        monkeypatch.setitem(sys.modules, name, None)
    if HAS_PYROUTINGKIT:
        engine = make_engine(network)
        assert engine.name == "pyroutingkit-cch"
        assert "numba" in engine.reason
        cost, arcs = engine.customise(weights).path(0, 2)
        assert (cost, arcs.tolist()) == (3, [0, 2])
    monkeypatch.setitem(sys.modules, "pyroutingkit", None)
    monkeypatch.delitem(sys.modules, "routing.engine.contraction", raising=False)
    engine = make_engine(network)
    assert engine.name == "scipy-dijkstra"
    assert "numba" in engine.reason
    assert "pyroutingkit" in engine.reason
    for name in ("numba", "pyroutingkit"):
        with pytest.raises(UsageError, match="not installed"):
            make_engine(network, name)


@pytest.mark.parametrize("name", [name for name in ENGINE_NAMES if name != "scipy"])
def test_where_nothing_can_be_kept_the_engine_serves_all_the_same(tmp_path, name):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    network = bare_network(3, [(0, 1), (1, 2)])
    engine = make_engine(network, name, cache=tmp_path / "file" / "order")
    assert engine.customise(np.array([1, 1, 2, 1], np.uint32)).distance(0, 2) == 3


def test_an_engine_whose_library_the_machine_refuses_is_passed_over(monkeypatch):
    network = draw("A---B", {"AB": {}}).network

    def refused(*_: object) -> None:
        raise ImportError("libgomp.so.1: cannot open shared object file")

    makers = dict.fromkeys(("numba", "pyroutingkit"), refused)
    monkeypatch.setattr(routing.engine, "ENGINES", {**routing.engine.ENGINES, **makers})
    assert make_engine(network).name == "scipy-dijkstra"
    assert make_engine(network).reason.count("libgomp") == 2
    with pytest.raises(UsageError, match="Choose scipy"):
        make_engine(network, "pyroutingkit")


def test_a_compiler_whose_library_does_not_load_is_passed_over(monkeypatch):
    class Broken:
        def __getattr__(self, name):
            raise OSError("Could not find/load shared object file")

    monkeypatch.setitem(sys.modules, "routing.engine.hierarchy", Broken())
    engine = make_engine(bare_network(2, [(0, 1)]))
    assert not engine.name.startswith("numba")
    assert "shared object" in engine.reason
