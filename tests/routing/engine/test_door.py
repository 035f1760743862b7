"""What an engine refuses, whichever it is."""

from __future__ import annotations

import numpy as np
import pytest
from support.baregraph import ENGINE_NAMES

from lca.errors import InvalidInput, UsageError
from routing.engine import INFINITE, make_engine
from routing.engine.metric import MOST_CELLS
from routing.topology import Topology

LINE = Topology(
    "line",
    np.arange(3) / 100,
    np.zeros(3),
    np.array([0, 1, 1, 2], np.uint32),
    np.array([1, 0, 2, 1], np.uint32),
)


@pytest.fixture(params=ENGINE_NAMES)
def metric(request):
    return make_engine(LINE, request.param).customise(np.array([1, 2, 3, 4], np.uint32))


@pytest.mark.parametrize("vertex", [-1, 3, 2**32, 2**62])
def test_a_vertex_that_does_not_exist(metric, vertex):
    for ask in (
        lambda: metric.distance(vertex, 0),
        lambda: metric.path(0, vertex),
        lambda: metric.best([(vertex, 0)], [(0, 0)]),
        lambda: metric.best([(0, 0)], [(0, 0), (vertex, 0)]),
        lambda: metric.sweep([(vertex, 0)]),
        lambda: metric.matrix([0, vertex], [0]),
        lambda: metric.matrix([0], [vertex]),
        lambda: metric.alternatives([(0, 0)], [(vertex, 0)]),
    ):
        with pytest.raises(UsageError, match="no vertex"):
            ask()
    assert metric.distance(0, 2) == 4


@pytest.mark.parametrize("vertex", [1.0, np.float64(1.5), "1", None])
def test_a_vertex_that_is_no_whole_number(metric, vertex):
    for ask in (
        lambda: metric.distance(vertex, 0),
        lambda: metric.path(0, vertex),
        lambda: metric.best([(vertex, 0)], [(0, 0)]),
        lambda: metric.sweep([(vertex, 0)]),
        lambda: metric.matrix([vertex], [0]),
    ):
        with pytest.raises(UsageError, match="whole numbers"):
            ask()
    assert metric.distance(np.uint32(0), np.int64(2)) == 4


@pytest.mark.parametrize("offset", [0.5, float("nan"), None, -1, INFINITE + 1, 2**32 + 5])
def test_an_offset_beyond_the_clock(metric, offset):
    for ask in (
        lambda: metric.best([(0, offset)], [(0, 0)]),
        lambda: metric.best([(0, 0)], [(0, offset)]),
        lambda: metric.sweep([(0, offset)]),
        lambda: metric.alternatives([(0, offset)], [(0, 0)]),
    ):
        with pytest.raises(InvalidInput, match="offset"):
            ask()


def test_a_matrix_too_large_says_how_to_ask(metric):
    many = np.zeros(100_000, np.int64)
    with pytest.raises(InvalidInput, match="100,000 x 100,000") as refused:
        metric.matrix(many, many)
    assert f"{MOST_CELLS:,}" in refused.value.what
    assert refused.value.where
    assert "blocks" in refused.value.do_next


def test_a_matrix_of_nothing_and_of_fractions(metric):
    assert metric.matrix([], []).shape == (0, 0)
    assert metric.matrix([0, 1], []).shape == (2, 0)
    assert metric.matrix([], [1]).shape == (0, 1)
    with pytest.raises(UsageError, match="whole numbers"):
        metric.matrix([0.5], [1])


def test_offsets_never_turn_over(metric):
    most = INFINITE - 1
    assert metric.best([(0, most)], [(0, 0)]).total_ms == most
    assert metric.best([(0, most)], [(0, 1)]) is None
    assert metric.best([(0, most)], [(1, most)]) is None
    assert metric.sweep([(0, most)]).tolist() == [most, INFINITE, INFINITE]
    assert metric.sweep([]).tolist() == [INFINITE] * 3
    assert metric.sweep([(0, INFINITE)], towards=True).tolist() == [INFINITE] * 3
    assert metric.alternatives([(0, most)], [(0, 1)]) == ()


def test_arcs_and_weights_of_an_update(metric):
    with pytest.raises(InvalidInput, match="An arc"):
        metric.updated(np.array([4]), np.array([1]))
    with pytest.raises(InvalidInput, match="whole numbers"):
        metric.updated(np.array([0.5]), np.array([1]))
    with pytest.raises(InvalidInput, match="A weight"):
        metric.updated(np.array([0]), np.array([INFINITE + 1]))
    twice = metric.updated(np.array([0, 0]), np.array([9, 5]))
    assert twice.distance(0, 1) == 5


@pytest.mark.parametrize(
    ("tail", "head"), [([0, 1], [1, 99]), ([3], [0]), ([-1], [0]), ([0, 1], [1]), ([0], [1, 2])]
)
def test_arcs_that_lead_nowhere_never_reach_compiled_code(tail, head):
    with pytest.raises(InvalidInput, match="vertex"):
        Topology("bad", np.zeros(3), np.zeros(3), np.array(tail), np.array(head))
    with pytest.raises(InvalidInput, match="place"):
        Topology("bad", np.zeros(3), np.zeros(2), np.array([0]), np.array([1]))
