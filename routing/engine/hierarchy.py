"""Customizable contraction hierarchies in numba: the path engine for whole countries.

Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies (2016). The kernels, and more
references, are in :mod:`routing.engine.kernels`.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.topology import Topology

from .alternatives import Limits, chosen, on_plateaus
from .chordal_graph import ChordalGraph, chordal_graph
from .kernels import customise, matrix, search, sweep
from .meeting import EdgeCosts, Labels, Meeting
from .metric import (
    INFINITE,
    Arcs,
    Best,
    Ends,
    Vertices,
    Weights,
    check_vertices,
    checked_cells,
    checked_ends,
    checked_weights,
    replaced,
)
from .scratch import Pool

MOST_CHANGED = 0.08
"""Share of the arcs, or of the edges, that may change before all are customised anew.

Measured on 4.4 million arcs: so many edges take as long one by one as all 7.8 million in a row.
"""

FEW_CELLS = 64
"""Cells of a matrix that single queries fill in faster than sweeps."""

PLATEAU_VERTICES = 100_000
"""Up to this size a second, slower look for alternatives takes milliseconds. It is for short ways
in small networks: where one end lies on the top of the hierarchy, searches overlap too little."""


class _Costs(NamedTuple):
    """Scratch of searches for costs alone, by rank: INFINITE everywhere."""

    leaving: NDArray[np.uint32]
    arriving: NDArray[np.uint32]


class _WorkList(NamedTuple):
    """Scratch of partial customisations: stale edges and pending vertices, none."""

    stale: NDArray[np.bool_]
    pending: NDArray[np.bool_]
    pending_block: NDArray[np.bool_]
    pending_superblock: NDArray[np.bool_]


class HierarchyEngine:
    """Contracts the vertices once; then weights of a country take a fraction of a second.

    Parameters
    ----------
    topology : Topology
        The roads.
    cache : Path, optional
        Folder that keeps what depends on the topology alone; made if it is not there.
    """

    name = "numba-cch"

    def __init__(self, topology: Topology, cache: Path | None = None) -> None:
        self.reason = ""
        self.vertex_count = count = topology.vertex_count
        self.arc_count = topology.arc_count
        self.topology = topology
        self.graph = graph = chordal_graph(topology, cache)
        edges = len(graph.up)
        block = customise.BLOCK
        self.costs = Pool(
            lambda: _Costs(*(np.full(count, INFINITE, np.uint32) for _ in range(2))),
        )
        self.labels = Pool(
            lambda: Labels(
                np.full(count, search.UNREACHED, np.uint64),
                np.full(count, search.UNREACHED, np.uint64),
                np.empty(count, np.int32),
                np.empty(count, np.int32),
            ),
        )
        self.places = Pool(lambda: np.zeros(count, np.int32))
        self.work_lists = Pool(
            lambda: _WorkList(
                *(np.zeros(size, np.bool_) for size in (edges, count)),
                *(np.zeros(count // size + 1, np.bool_) for size in (block, block * block)),
            ),
        )

    def customise(self, weight_ms: Weights) -> HierarchyMetric:
        """Return the metric of one weight for each arc."""
        weights = checked_weights(weight_ms, self.arc_count)
        return HierarchyMetric(self, self._customised(weights))

    def _customised(self, weights: Weights) -> EdgeCosts:
        graph = self.graph
        rise, fall = (np.empty(len(graph.up), np.uint32) for _ in range(2))
        customise.customise_all(
            graph.first, graph.up, graph.arc_edge, graph.arc_rises, weights, rise, fall
        )
        return EdgeCosts(weights, _frozen(rise), _frozen(fall))

    def recustomised(self, old: EdgeCosts, weights: Weights, changed: Arcs) -> EdgeCosts:
        """Return the costs of all edges after some arcs' weights have changed."""
        if len(changed) > MOST_CHANGED * self.arc_count:
            return self._customised(weights)
        graph = self.graph
        rise, fall = old.rise_ms.copy(), old.fall_ms.copy()
        with self.work_lists.lent() as work:
            right = customise.customise_changed(
                graph.first,
                graph.up,
                graph.low,
                graph.down_first,
                graph.down,
                graph.down_edge,
                graph.edge_first,
                graph.edge_arcs,
                graph.arc_edge,
                graph.arc_rises,
                changed,
                weights,
                rise,
                fall,
                old.rise_ms,
                old.fall_ms,
                *work,
                int(MOST_CHANGED * len(graph.up)),
            )
        return (
            EdgeCosts(weights, _frozen(rise), _frozen(fall)) if right else self._customised(weights)
        )


class HierarchyMetric:
    """The costs of all edges for one set of weights; nobody writes in them any more."""

    def __init__(self, engine: HierarchyEngine, costs: EdgeCosts) -> None:
        self._engine = engine
        self._graph: ChordalGraph = engine.graph
        self._costs = costs

    @property
    def weight_ms(self) -> Weights:
        """Weight of each arc, read-only."""
        return self._costs.weight_ms

    def updated(self, arcs: Arcs, weight_ms: Weights) -> HierarchyMetric:
        """Return a metric in which some arcs have other weights; this one stays as it is."""
        weights, changed = replaced(self.weight_ms, arcs, weight_ms)
        if not len(changed):
            return self
        return HierarchyMetric(
            self._engine, self._engine.recustomised(self._costs, weights, changed)
        )

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way between two vertices, INFINITE if there is none."""
        check_vertices(self._engine.vertex_count, source, target)
        graph = self._graph
        with self._engine.costs.lent() as costs:
            return int(
                search.distance(
                    graph.first,
                    graph.up,
                    graph.parent,
                    graph.rank,
                    self._costs.rise_ms,
                    self._costs.fall_ms,
                    int(source),
                    int(target),
                    *costs,
                )
            )

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs in order; no arcs where there is no way."""
        best = self.best([(source, 0)], [(target, 0)])
        if best is None:
            return INFINITE, np.empty(0, np.int64)
        return best.total_ms, best.arcs

    def best(self, starts: Ends, ends: Ends) -> Best | None:
        """Return the best way from any start to any end, None if there is none."""
        engine = self._engine
        both = self._checked(starts, ends)
        with engine.labels.lent() as labels, engine.places.lent() as places:
            meeting = Meeting(self._graph, self._costs, *both, labels)
            best = meeting.best(places)
            meeting.wipe()
        return best

    def _checked(
        self, starts: Ends, ends: Ends
    ) -> tuple[tuple[Arcs, Weights], tuple[Arcs, Weights]]:
        count = self._engine.vertex_count
        return checked_ends(count, starts), checked_ends(count, ends)

    def matrix(self, sources: Vertices, targets: Vertices) -> Weights:
        """Return the cost from each source (row) to each target (column), INFINITE if no way."""
        rows, columns = checked_cells(self._engine.vertex_count, sources, targets)
        cells = np.empty((len(rows), len(columns)), np.uint32)
        graph, engine = self._graph, self._engine
        upward = graph.first, graph.up, graph.parent, graph.rank
        edges = self._costs.rise_ms, self._costs.fall_ms
        if cells.size == 0:
            return cells
        with engine.costs.lent() as costs:
            if cells.size <= FEW_CELLS:
                matrix.pairwise(*upward, *edges, rows, columns, *costs, cells)
                return cells
            with engine.places.lent() as places:
                if len(rows) <= len(columns):
                    matrix.many_to_many(
                        *upward, *edges, rows, columns, costs.leaving, places, cells
                    )
                    return cells
                # Sweeps cost as much as there are searches; what is above the others grows slower.
                turned = np.empty((len(columns), len(rows)), np.uint32)
                matrix.many_to_many(
                    *upward, *edges[::-1], columns, rows, costs.leaving, places, turned
                )
        return np.ascontiguousarray(turned.T)

    def sweep(self, starts: Ends, *, towards: bool = False) -> Weights:
        """Return the cost from the nearest start to every vertex, or ``towards`` it."""
        vertices, offsets = checked_ends(self._engine.vertex_count, starts)
        graph = self._graph
        outward, back = (
            (self._costs.fall_ms, self._costs.rise_ms)
            if towards
            else (self._costs.rise_ms, self._costs.fall_ms)
        )
        swept = np.empty(self._engine.vertex_count, np.uint32)
        with self._engine.costs.lent() as costs:
            search.climb(
                graph.first,
                graph.up,
                graph.parent,
                outward,
                graph.rank[vertices].astype(np.int64),
                offsets,
                costs.leaving,
            )
            sweep.sweep_down(graph.first, graph.up, graph.order, back, costs.leaving, swept)
        return swept

    def alternatives(
        self, starts: Ends, ends: Ends, *, most: int = 3, stretch: float = 1.4, overlap: float = 0.7
    ) -> tuple[Best, ...]:
        """Return the best way and others worth offering beside it, found where searches meet."""
        limits = Limits(most, stretch, overlap)
        both, engine = self._checked(starts, ends), self._engine
        with engine.labels.lent() as labels, engine.places.lent() as places:
            meeting = Meeting(self._graph, self._costs, *both, labels)
            best = meeting.best(places)
            ways: tuple[Best, ...] = () if best is None else (best,)
            if best is not None and most > 1:
                others = meeting.others(best, limits)
                if engine.vertex_count <= PLATEAU_VERTICES:
                    plateaus = on_plateaus(engine.topology, self, starts, ends, best, limits)
                    others = itertools.chain(others, plateaus)
                ways = chosen(engine.topology, self, best, others, limits)
            meeting.wipe()
        return ways


def _frozen(costs: Weights) -> Weights:
    costs.flags.writeable = False
    return costs
