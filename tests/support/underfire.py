"""Eight threads ask a path engine while another publishes new states, each known by its costs.

A river divides a town. In state ``k`` every bridge costs ``(k + 1) * BRIDGE_MS``, far more than any
way within the town, so the cost of a way over the river says which state it was found in, and what
it must be to the millisecond. A bridge of another state than the rest would be taken or shunned.
"""

from __future__ import annotations

import itertools
import threading
from contextlib import suppress

import numpy as np
from support.pathoracle import all_costs, assert_way

from routing.engine import make_engine
from routing.topology import Topology

READERS = 8
BRIDGE_MS = 100_000
SIDE = 7


class Town:
    """Two banks of crossing streets, three bridges, and the costs in state 0."""

    def __init__(self):
        rng = np.random.default_rng(41)
        number = np.arange(2 * SIDE * SIDE).reshape(2, SIDE, SIDE)
        streets = [
            np.column_stack([bank[cut].ravel(), bank[onward].ravel()])
            for bank in number
            for cut, onward in (
                (np.s_[:, :-1], np.s_[:, 1:]),
                (np.s_[:-1, :], np.s_[1:, :]),
            )
        ]
        across = [(number[0, row, -1], number[1, row, 0]) for row in (0, 3, 6)]
        pairs = np.concatenate([*streets, across])
        tail, head = np.concatenate([pairs, pairs[:, ::-1]]).T.astype(np.uint32)
        lat, lon = np.divmod(np.arange(number.size) % (SIDE * SIDE), SIDE)
        lon = lon + SIDE * (np.arange(number.size) >= SIDE * SIDE)
        self.topology = Topology("river", lon / 100, lat / 100, tail, head)
        self.left, self.right = number[0].ravel(), number[1].ravel()
        self.bridges = np.flatnonzero((tail < SIDE * SIDE) != (head < SIDE * SIDE))
        self.weights = rng.integers(1, 900, len(tail)).astype(np.uint32)
        self.weights[self.bridges] = BRIDGE_MS
        self.costs = all_costs(self.topology, self.weights)

    def state(self, number):
        """The weights of the bridges in a state."""
        return np.full(len(self.bridges), (number + 1) * BRIDGE_MS, np.uint32)


def ask(town, metric, number, rng):
    """Ask one question of each kind, and compare with what the state must answer."""
    more = number * BRIDGE_MS
    here, near = (int(town.left[k]) for k in rng.integers(len(town.left), size=2))
    there = int(town.right[rng.integers(len(town.right))])
    over = int(town.costs[here, there]) + more
    assert metric.distance(here, there) == over
    assert metric.distance(here, near) == town.costs[here, near]
    cost, arcs = metric.path(here, there)
    assert cost == over
    assert_way(town.topology, metric.weight_ms, here, there, cost, arcs)
    best = metric.best([(here, 3), (near, 5)], [(there, 7)])
    assert best.total_ms == 7 + more + min(3 + over - more, 5 + town.costs[near, there])
    table = metric.matrix(town.left[::5], town.right[::5])
    assert (table == town.costs[np.ix_(town.left[::5], town.right[::5])] + more).all()
    swept = metric.sweep([(here, 0)])
    assert (swept[town.right] == town.costs[here, town.right] + more).all()
    assert (swept[town.left] == town.costs[here, town.left]).all()
    back = metric.sweep([(here, 0)], towards=True)
    assert (back[town.right] == town.costs[town.right, here] + more).all()
    assert metric.alternatives([(here, 0)], [(there, 0)])[0].total_ms == over


def _publish(town, engine, published, go_on):
    for number in itertools.count(1):
        if not go_on(number):
            break
        state = 1 + (number - 1) % 20_000
        weights = town.state(state)
        metric = published[0][1]
        if number % 10 == 0:
            whole = metric.weight_ms.copy()
            whole[town.bridges] = weights
            published[0] = (state, engine.customise(whole))
        else:
            published[0] = (state, metric.updated(town.bridges, weights))


def under_fire(name, go_on):
    """Publish states as long as ``go_on(number)``; return the rounds of each reader and the states.

    Raises whatever a reader saw that belongs to no published state.
    """
    town = Town()
    engine = make_engine(town.topology, name)
    published = [(0, engine.customise(town.weights))]
    begun, done = threading.Barrier(READERS + 1, timeout=600), threading.Event()
    asked, seen, failures = [0] * READERS, [set() for _ in range(READERS)], []

    def ask_once(reader, rng):
        number, metric = published[0]
        ask(town, metric, number, rng)
        asked[reader] += 1
        seen[reader].add(number)

    def read(reader):
        rng = np.random.default_rng(reader)
        try:
            ask_once(reader, rng)
            begun.wait()
            while not done.is_set():
                ask_once(reader, rng)
            ask_once(reader, rng)
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)
            begun.abort()

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in readers:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        # All have asked the first state, and ask the last one when it is done.
        begun.wait()
    _publish(town, engine, published, lambda number: not failures and go_on(number))
    done.set()
    for thread in readers:
        thread.join()
    if failures:
        raise failures[0]
    return asked, set().union(*seen)
