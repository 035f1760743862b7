"""Customizable contraction hierarchies by pyroutingkit as a path engine."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import numpy as np
import pyroutingkit
from numpy.typing import NDArray

from routing.topology import Topology

from .alternatives import Limits, by_plateaus
from .best_pair import best_pair
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


class ContractionEngine:
    """Orders the vertices once; then a full set of weights takes milliseconds.

    Parameters
    ----------
    topology : Topology
        The roads.
    cache : Path, optional
        Folder that keeps the node order of this topology between runs; made if it is not there.
    """

    name = "pyroutingkit-cch"

    def __init__(self, topology: Topology, cache: Path | None = None) -> None:
        self.reason = ""
        self.topology = topology
        self.vertex_count = topology.vertex_count
        self.order = _order(topology, cache)
        self.hierarchy = self._hierarchy(topology.tail, topology.head)

    @cached_property
    def backward(self) -> pyroutingkit.CCHTopology:
        """The hierarchy of all arcs turned round, for sweeps towards a place."""
        return self._hierarchy(self.topology.head, self.topology.tail)

    def _hierarchy(
        self, tail: NDArray[np.uint32], head: NDArray[np.uint32]
    ) -> pyroutingkit.CCHTopology:
        """Give the binding our order, through the files that it loads its own from."""
        count = self.vertex_count
        rank = np.empty(count, np.uint32)
        rank[self.order] = np.arange(count, dtype=np.uint32)
        files = {
            "node_count": np.array([count], np.uint32),
            "order": self.order,
            "rank": rank,
            "tail": tail,
            "head": head,
        }
        hierarchy = pyroutingkit.CCHTopology()
        with TemporaryDirectory() as folder:
            for name, numbers in files.items():
                np.asarray(numbers, np.uint32).tofile(Path(folder) / name)
            hierarchy.load(folder)
        return hierarchy

    def customise(self, weight_ms: Weights) -> ContractionMetric:
        """Return the metric of one weight for each arc."""
        return ContractionMetric(self, checked_weights(weight_ms, self.topology.arc_count))


class ContractionMetric:
    """One customised set of weights.

    The binding keeps one query object for each metric and lets other threads run during some
    calls, so a lock guards it; and it cannot copy a metric, so an update customises a new one
    (8 ms on a city of 175,000 arcs), which readers of this one never notice.
    """

    def __init__(self, engine: ContractionEngine, weight_ms: Weights) -> None:
        self.weight_ms = weight_ms
        self._engine = engine
        self._lock = Lock()
        self._forward = _customised(engine.hierarchy, weight_ms)

    @cached_property
    def _backward(self) -> pyroutingkit.CCHMetric:
        return _customised(self._engine.backward, self.weight_ms)

    def updated(self, arcs: Arcs, weight_ms: Weights) -> ContractionMetric:
        """Return a metric in which some arcs have other weights; this one stays as it is."""
        weights, changed = replaced(self.weight_ms, arcs, weight_ms)
        return ContractionMetric(self._engine, weights) if len(changed) else self

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way between two vertices, INFINITE if there is none."""
        return self.path(source, target)[0]

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs in order; no arcs where there is no way."""
        check_vertices(self._engine.vertex_count, source, target)
        with self._lock:
            cost, _, arcs = self._forward.query(int(source), int(target))
        if cost >= INFINITE:
            return INFINITE, np.empty(0, np.int64)
        return int(cost), np.array(arcs, np.int64)

    def best(self, starts: Ends, ends: Ends) -> Best | None:
        """Return the best way from any start to any end, None if there is none."""
        return best_pair(self, self._engine.vertex_count, starts, ends)

    def matrix(self, sources: Vertices, targets: Vertices) -> Weights:
        """Return the cost from each source (row) to each target (column), INFINITE if no way."""
        return self._costs(*checked_cells(self._engine.vertex_count, sources, targets))

    def _costs(self, sources: Arcs, targets: Arcs, *, turned: bool = False) -> Weights:
        if not (len(sources) and len(targets)):
            return np.empty((len(sources), len(targets)), np.uint32)
        with self._lock:
            metric = self._backward if turned else self._forward
            costs = metric.distances_many_to_many(
                # The binding reads a non-contiguous array wrongly.
                np.ascontiguousarray(sources, np.uint32),
                np.ascontiguousarray(targets, np.uint32),
            )
        bounded: Weights = np.minimum(costs, np.uint32(INFINITE))
        return bounded.reshape(len(sources), len(targets))

    def sweep(self, starts: Ends, *, towards: bool = False) -> Weights:
        """Return the cost from the nearest start to every vertex, or ``towards`` it."""
        count = self._engine.vertex_count
        vertices, offsets = checked_ends(count, starts)
        nearest = np.full(count, INFINITE, np.uint32)
        for vertex, offset in zip(vertices, offsets, strict=True):
            # No sum of two costs overflows, and whatever is beyond INFINITE loses against it.
            costs = self._costs(np.array([vertex]), np.arange(count), turned=towards)[0] + offset
            np.minimum(nearest, costs, out=nearest)
        return nearest

    def alternatives(
        self, starts: Ends, ends: Ends, *, most: int = 3, stretch: float = 1.4, overlap: float = 0.7
    ) -> tuple[Best, ...]:
        """Return the best way and others that are worth offering beside it, the best first."""
        limits = Limits(most, stretch, overlap)
        return by_plateaus(self._engine.topology, self, starts, ends, limits)


def _order(topology: Topology, cache: Path | None) -> NDArray[np.uint32]:
    """Return our node order, or the binding's own where numba does not serve."""
    try:
        from .node_order import node_order  # noqa: PLC0415 - it needs numba
    except ImportError:
        return _own_order(topology)
    return node_order(topology, cache)


def _own_order(topology: Topology) -> NDArray[np.uint32]:
    hierarchy = pyroutingkit.CCHTopology()
    hierarchy.build(
        np.ascontiguousarray(topology.tail, np.uint32),
        np.ascontiguousarray(topology.head, np.uint32),
        np.ascontiguousarray(topology.lat, np.float32),
        np.ascontiguousarray(topology.lon, np.float32),
        topology.vertex_count,
    )
    with TemporaryDirectory() as folder:
        hierarchy.save(folder)
        return np.fromfile(Path(folder) / "order", np.uint32)


def _customised(hierarchy: pyroutingkit.CCHTopology, weight_ms: Weights) -> pyroutingkit.CCHMetric:
    metric = pyroutingkit.CCHMetric(hierarchy)
    metric.customize(weight_ms)
    return metric
