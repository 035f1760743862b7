"""Second ways: each property of one worth offering, judged by brute force on the whole graph."""

from __future__ import annotations

import numpy as np
import pytest
from support.asciimap import draw
from support.baregraph import ENGINE_NAMES
from support.pathoracle import all_costs, assert_way, grid_topology

from lca.errors import UsageError
from routing.engine import INFINITE, make_engine
from routing.engine.alternatives import LOCAL_SHARE

TOWN = """
A---B---C---D---E
|       |       |
F-------G-------H
|               |
I---------------J
"""
WAYS = {"ABCDE": {}, "AFGHE": {}, "CG": {}, "FIJH": {}}


def metric_of(town, engine, minutes=None):
    """A metric in which a way costs its length in decimetres, or as many ms as are given."""
    weights = np.repeat(np.round(town.network.segments.length_m * 10), 2).astype(np.uint32)
    for ends, cost in (minutes or {}).items():
        weights[[town.arc(ends), town.arc(ends[::-1])]] = cost
    return make_engine(town.network, engine).customise(weights)


def letters(town, ways):
    return [town.way_of(way.arcs) for way in ways]


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_the_roads_round_a_block_are_offered_best_first(engine):
    town = draw("A---B---E\n    C\n    D", {"ABE": {}, "ACE": {}, "ADE": {}})
    metric = metric_of(town, engine)
    starts, ends = [(town.node("A"), 0)], [(town.node("E"), 0)]
    found = metric.alternatives(starts, ends, most=5, stretch=3)
    assert letters(town, found) == ["ABE", "ACE", "ADE"]
    assert [way.total_ms for way in found] == pytest.approx([2000, 2828, 4472], abs=5)
    assert letters(town, metric.alternatives(starts, ends, most=5, stretch=2)) == ["ABE", "ACE"]
    assert letters(town, metric.alternatives(starts, ends, most=2, stretch=3)) == ["ABE", "ACE"]
    assert letters(town, metric.alternatives(starts, ends, most=1)) == ["ABE"]
    assert metric.alternatives(starts, [(town.node("E"), INFINITE)]) == ()
    back = np.array([town.arc(ends) for ends in ("EB", "BA", "EC", "CA", "ED", "DA")])
    one_way = metric.updated(back, np.full(len(back), INFINITE, np.uint32))
    found = one_way.alternatives(starts, ends, most=5, stretch=3)
    assert letters(town, found) == ["ABE", "ACE", "ADE"]


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_what_two_ways_have_in_common_is_measured_against_the_best(engine):
    town = draw(TOWN, WAYS)
    metric = metric_of(town, engine)
    starts, ends = [(town.node("A"), 0)], [(town.node("E"), 0)]
    found = metric.alternatives(starts, ends, most=5, stretch=4, overlap=0.9)
    # Over I and J as over G: 200 m at either end, all of the best way's 400 m.
    assert letters(town, found) == ["ABCDE", "AFGHE"]
    every = metric.alternatives(starts, ends, most=9, stretch=4, overlap=1.0)
    assert "AFIJHE" in letters(town, every)


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_way_that_leaves_the_best_one_for_a_moment_is_no_other_way(engine):
    town = draw("A---B---C---D\n    |   |\n    E---F", {"ABCD": {}, "BEFC": {}})
    metric = metric_of(town, engine, {"AB": 5000, "CD": 5000, "BC": 1000, "BE": 300})
    starts, ends = [(town.node("A"), 0)], [(town.node("D"), 0)]
    assert letters(town, metric.alternatives(starts, ends)) == ["ABCD"]
    both = metric.alternatives(starts, ends, stretch=3, overlap=1.0)
    assert letters(town, both)[0] == "ABCD"


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("start", ["A", "X"])
def test_nobody_is_offered_a_dead_end_and_back(engine, start):
    """No junction lies near its end, so only a vertex that is passed twice tells."""
    town = draw("A---X---E\n    V", {"AXE": {}, "XV": {}})
    metric = metric_of(town, engine, {"AX": 1000, "XE": 2000, "XV": 800})
    starts, ends = [(town.node(start), 0)], [(town.node("E"), 0)]
    found = metric.alternatives(starts, ends, most=9, stretch=9, overlap=1.0)
    assert letters(town, found) == ["AXE"[start == "X" :]]


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_bump_in_another_way_is_no_third_way(engine):
    """Between F and H the road over V is worse than that over G, and all three are near."""
    town = draw("A---B---E\nF---G---H\n    V", {"ABE": {}, "AFGHE": {}, "FVH": {}})
    costs = {"AB": 1000, "BE": 1000, "FG": 350, "GH": 350, "FV": 400, "VH": 400}
    starts, ends = [(town.node("A"), 0)], [(town.node("E"), 0)]
    for before in (300, 700, 1100):
        metric = metric_of(town, engine, costs | {"AF": before, "HE": 1400 - before})
        found = metric.alternatives(starts, ends, most=9, overlap=0.9)
        assert letters(town, found) == ["ABE", "AFGHE"]


def contracted(monkeypatch, town, order, costs):
    """A metric of a hierarchy in this order, the top last, where only meeting searches are used."""
    from routing.engine import chordal_graph, hierarchy  # noqa: PLC0415 - only with numba

    nodes = np.array([town.node(letter) for letter in order], np.uint32)
    monkeypatch.setattr(chordal_graph, "node_order", lambda *_: nodes)
    monkeypatch.setattr(hierarchy, "PLATEAU_VERTICES", 0)
    return metric_of(town, "numba", costs)


@pytest.mark.parametrize("top", "BFGHKV")
def test_where_searches_meet_a_way_is_offered_for_what_it_is(monkeypatch, top):
    """Whatever vertex is the top of the hierarchy, over which every search leads."""
    pytest.importorskip("numba")
    town = draw(
        "P-Q-A---B---E\n    F---G---H\n    V   K",
        {"PQABE": {}, "AFGH": {}, "HKE": {}, "FVH": {}},
    )
    costs = {"PQ": 100, "QA": 900, "AB": 1000, "BE": 1000, "AF": 700, "FG": 350, "GH": 350}
    costs |= {"HK": 300, "KE": 400, "FV": 400, "VH": 400}
    order = [letter for letter in "PQEAKBFGHV" if letter != top]
    metric = contracted(monkeypatch, town, [*order, top], costs)
    found = metric.alternatives([(town.node("P"), 0)], [(town.node("E"), 0)], most=9, overlap=0.9)
    assert letters(town, found) == ["PQABE", "PQAFGHKE"]


def test_where_searches_meet_the_better_ways_are_looked_at_first(monkeypatch):
    pytest.importorskip("numba")
    town = draw("A---B---E\n    C\n    D", {"ABE": {}, "ACE": {}, "ADE": {}})
    for order in ("AEBCD", "AEBDC"):
        metric = contracted(monkeypatch, town, order, {})
        starts, ends = [(town.node("A"), 0)], [(town.node("E"), 0)]
        for most, ways in ((2, ["ABE", "ACE"]), (3, ["ABE", "ACE", "ADE"])):
            found = metric.alternatives(starts, ends, most=most, stretch=3)
            assert letters(town, found) == ways


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_no_way_is_offered_that_is_too_long_for_the_clock(engine):
    town = draw("A---B---E\n    C", {"ABE": {}, "ACE": {}})
    far = INFINITE // 2
    costs = {"AB": far - 900, "BE": far - 900, "AC": far, "CE": far}
    starts, ends = [(town.node("A"), 0)], [(town.node("E"), 0)]
    for more, ways in ((0, ["ABE", "ACE"]), (1, ["ABE"])):
        metric = metric_of(town, engine, costs | {"CE": far + more})
        assert letters(town, metric.alternatives(starts, ends)) == ways


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_several_starts_and_ends_with_offsets(engine):
    town = draw(TOWN, WAYS)
    metric = metric_of(town, engine)
    starts = [(town.node("B"), 500), (town.node("A"), 490), (town.node("I"), INFINITE)]
    ends = [(town.node("E"), 100), (town.node("H"), 100)]
    found = metric.alternatives(starts, ends, stretch=3, overlap=0.5)
    best = metric.best(starts, ends)
    assert (found[0].total_ms, found[0].start, found[0].end) == (
        best.total_ms,
        best.start,
        best.end,
    )
    assert len(found) > 1
    for way in found:
        (source, leaving), (target, arriving) = starts[way.start], ends[way.end]
        cost = way.total_ms - leaving - arriving
        assert_way(town.network.topology, metric.weight_ms, source, target, cost, way.arcs)


def is_locally_best(topology, costs, weights, arcs, reach):
    """Some vertex on the way has best ways all around it: that is where it leads over."""
    passed = [0, *np.cumsum(weights[arcs].astype(np.int64)).tolist()]
    vertices = [int(topology.tail[arcs[0]]), *topology.head[arcs].tolist()]

    def best_around(place):
        begin = min(k for k in range(place + 1) if passed[place] - passed[k] <= reach)
        end = max(k for k in range(place, len(passed)) if passed[k] - passed[place] <= reach)
        return costs[vertices[begin], vertices[end]] == passed[end] - passed[begin]

    return any(best_around(place) for place in range(len(passed)))


def test_every_way_that_is_offered_is_worth_it_on_many_towns():
    rng = np.random.default_rng(12)
    offered = dict.fromkeys(ENGINE_NAMES, 0)
    for _ in range(25):
        topology = grid_topology(rng, 8)
        weights = rng.integers(20, 60, topology.arc_count).astype(np.uint32)
        weights[rng.random(topology.arc_count) < 0.02] = INFINITE
        costs = all_costs(topology, weights)
        metrics = [make_engine(topology, name).customise(weights) for name in ENGINE_NAMES]
        for _ in range(6):
            source, target = rng.integers(topology.vertex_count, size=2).tolist()
            stretch, overlap = float(rng.choice((1.0, 1.2, 1.6))), float(rng.choice((0.3, 0.7)))
            for name, metric in zip(ENGINE_NAMES, metrics, strict=True):
                found = metric.alternatives(
                    [(source, 0)], [(target, 0)], most=4, stretch=stretch, overlap=overlap
                )
                if costs[source, target] >= INFINITE:
                    assert found == ()
                    continue
                best = found[0]
                assert best.total_ms == costs[source, target]
                assert len(found) <= 4
                totals = [way.total_ms for way in found]
                assert totals == sorted(totals)
                assert totals[-1] <= stretch * best.total_ms
                for number, way in enumerate(found):
                    assert_way(topology, weights, source, target, way.total_ms, way.arcs)
                    for other in found[:number]:
                        common = np.intersect1d(way.arcs, other.arcs)
                        assert weights[common].sum() <= overlap * best.total_ms
                for way in found[1:]:
                    passed = [source, *topology.head[way.arcs].tolist()]
                    assert len(passed) == len(set(passed))
                    reach = LOCAL_SHARE * best.total_ms
                    assert is_locally_best(topology, costs, weights, way.arcs, reach)
                offered[name] += len(found) - 1
    assert min(offered.values()) > 40, offered


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_limits_that_mean_nothing_are_refused(engine):
    town = draw(TOWN, WAYS)
    metric = metric_of(town, engine)
    ends = [(0, 0)], [(1, 0)]
    for limits in (
        {"most": 0},
        {"overlap": 1.1},
        *({"stretch": stretch} for stretch in (0.9, float("nan"), float("inf"))),
    ):
        with pytest.raises(UsageError, match="cannot be found"):
            metric.alternatives(*ends, **limits)
