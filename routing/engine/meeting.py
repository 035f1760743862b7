"""Two upward searches of a hierarchy, from all starts and to all ends, and the ways they find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .alternatives import MOST_TRIED, Candidate, Limits
from .chordal_graph import ChordalGraph
from .kernels import path, search, via
from .metric import Arcs, Best, Weights

NUMBER = 0xFFFFFFFF
"""The bits of a label that hold the number of its start."""


class EdgeCosts(NamedTuple):
    """What a customisation gives: the arcs' weights, and the costs of the edges up and down."""

    weight_ms: Weights
    rise_ms: Weights
    fall_ms: Weights


class Labels(NamedTuple):
    """Scratch by rank: labels are UNREACHED when clean, edges mean nothing without a label."""

    leaving: NDArray[np.uint64]
    arriving: NDArray[np.uint64]
    leaving_by: NDArray[np.int32]
    arriving_by: NDArray[np.int32]


class Meeting:
    """Searches from starts and to ends; :meth:`wipe` must follow the last question.

    Parameters
    ----------
    graph : ChordalGraph
        The topology.
    costs : EdgeCosts
        Costs of its edges.
    starts, ends : (int64[k], uint32[k])
        Vertices and offsets, checked.
    labels : Labels
        Clean.
    """

    def __init__(
        self,
        graph: ChordalGraph,
        costs: EdgeCosts,
        starts: tuple[Arcs, Weights],
        ends: tuple[Arcs, Weights],
        labels: Labels,
    ) -> None:
        self._graph, self._costs, self._labels = graph, costs, labels
        self._starts = graph.rank[starts[0]].astype(np.int64)
        self._ends = graph.rank[ends[0]].astype(np.int64)
        upward = graph.first, graph.up, graph.parent
        search.climb_labelled(
            *upward, costs.rise_ms, self._starts, starts[1], labels.leaving, labels.leaving_by
        )
        search.climb_labelled(
            *upward, costs.fall_ms, self._ends, ends[1], labels.arriving, labels.arriving_by
        )
        found = search.meeting(self._starts, graph.parent, labels.leaving, labels.arriving)
        self.total_ms, self.start, self.end, self._turn = (int(number) for number in found)

    def best(self, places: NDArray[np.int32]) -> Best | None:
        """Return the best way; ``places`` is clean scratch, int32[n] of zeros."""
        if self._turn < 0:
            return None
        graph = self._graph
        arcs = self._arcs(self._steps(self._turn))
        # A round in a best way costs nothing, so there is none where every arc costs something.
        if not self._costs.weight_ms[arcs].all():
            arcs = path.without_loops(
                arcs, graph.arc_edge, graph.arc_rises, graph.low, graph.up, places
            )
        return Best(self.total_ms, self.start, self.end, arcs)

    def others(self, best: Best, limits: Limits) -> Iterator[Candidate]:
        """Yield ways over other vertices that both searches reached, the best first."""
        graph, costs, labels = self._graph, self._costs, self._labels
        steps = self._steps(self._turn)
        vertices, totals = via.via_vertices(
            self._starts,
            graph.parent,
            graph.low,
            *labels,
            costs.rise_ms,
            costs.fall_ms,
            np.sort(steps[steps & 1 == 0] >> 1),
            np.sort(steps[steps & 1 == 1] >> 1),
            limits.most_ms(best),
            limits.most_shared_ms(best),
        )
        vertices, first = np.unique(vertices, return_index=True)
        totals = totals[first]
        for number in np.argsort(totals, kind="stable")[:MOST_TRIED].tolist():
            vertex = int(vertices[number])
            steps = self._steps(vertex)
            before, after = self._arcs(steps[steps & 1 == 0]), self._arcs(steps[steps & 1 == 1])
            start, end = (
                int(label[vertex]) & NUMBER for label in (labels.leaving, labels.arriving)
            )
            way = Best(int(totals[number]), start, end, np.concatenate([before, after]))
            yield Candidate(way, len(before))

    def wipe(self) -> None:
        """Clean the scratch labels."""
        parent, labels = self._graph.parent, self._labels
        search.wipe_labels(self._starts, parent, labels.leaving)
        search.wipe_labels(self._ends, parent, labels.arriving)

    def _steps(self, turn: int) -> Arcs:
        """Return the edges of the way that turns down at a vertex, as the kernels write them."""
        labels = self._labels
        return path.packed_way(self._graph.low, turn, labels.leaving_by, labels.arriving_by)

    def _arcs(self, steps: Arcs) -> Arcs:
        graph = self._graph
        return path.unpacked(
            steps,
            graph.low,
            graph.up,
            graph.down_first,
            graph.down,
            graph.down_edge,
            graph.edge_first,
            graph.edge_arcs,
            graph.arc_rises,
            *self._costs,
        )
