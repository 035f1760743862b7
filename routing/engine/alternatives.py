"""Second ways worth offering: not much slower, not much the same, and without a needless turn.

Abraham, Delling, Goldberg, Werneck (2013), Alternative Routes in Road Networks, ACM JEA 18.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lca.errors import UsageError
from routing.topology import Topology

from .metric import INFINITE, Arcs, Best, Ends, Metric

LOCAL_SHARE = 0.25
"""A way over a vertex must be the best one between the last vertices before and after it that are
within this share of the best way's cost: otherwise the vertex is only a detour."""

MOST_TRIED = 64
"""Ways of one origin that are looked at before the search for others is given up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a way may cost and share to be offered beside the best one."""

    most: int
    stretch: float
    overlap: float

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing.

        Raises
        ------
        UsageError
            If no way at all is asked for, or a share is not one.
        """
        if self.most < 1 or not 1 <= self.stretch < math.inf or not 0 <= self.overlap <= 1:
            raise UsageError(
                f"{self.most} ways of stretch {self.stretch} and overlap {self.overlap} "
                "cannot be found.",
                do_next="Ask for one way or more, a stretch of 1 or more, an overlap of 0 to 1.",
            )

    def most_ms(self, best: Best) -> int:
        """Return the largest cost of a way."""
        return min(int(self.stretch * best.total_ms), INFINITE - 1)

    def most_shared_ms(self, best: Best) -> int:
        """Return the largest cost of what a way has in common with a better one."""
        return int(self.overlap * best.total_ms)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way over a vertex, which it reaches after ``before`` arcs."""

    way: Best
    before: int


def chosen(
    topology: Topology, metric: Metric, best: Best, candidates: Iterable[Candidate], limits: Limits
) -> tuple[Best, ...]:
    """Return the best way and those candidates that are worth offering beside it, best first."""
    offered = [best]
    for candidate in candidates:
        if len(offered) == limits.most:
            break
        way = candidate.way
        if (
            way.total_ms <= limits.most_ms(best)
            and _is_simple(topology, way.arcs)
            and all(_differs(metric, way, other, limits.most_shared_ms(best)) for other in offered)
            and _is_locally_best(topology, metric, candidate, LOCAL_SHARE * best.total_ms)
        ):
            offered.append(way)
    return (best, *sorted(offered[1:], key=lambda way: way.total_ms))


def _is_simple(topology: Topology, arcs: Arcs) -> bool:
    """Tell whether a way passes no vertex twice."""
    heads = topology.head[arcs]
    passed = np.concatenate([topology.tail[arcs[:1]], heads])
    return len(np.unique(passed)) == len(passed)


def _differs(metric: Metric, way: Best, other: Best, most_shared_ms: int) -> bool:
    if np.array_equal(way.arcs, other.arcs):
        return False
    common = way.arcs[np.isin(way.arcs, other.arcs)]
    return int(metric.weight_ms[common].sum(dtype=np.int64)) <= most_shared_ms


def _is_locally_best(
    topology: Topology, metric: Metric, candidate: Candidate, reach_ms: float
) -> bool:
    """Tell whether the way around its vertex is a best one (the paper's T-test)."""
    arcs = candidate.way.arcs
    passed_ms = np.concatenate([[0], np.cumsum(metric.weight_ms[arcs], dtype=np.int64)])
    at_ms = int(passed_ms[candidate.before])
    # Vertices within reach, not beyond: a road without junctions for longer says nothing.
    begin = int(np.searchsorted(passed_ms, at_ms - reach_ms, side="left"))
    end = int(np.searchsorted(passed_ms, at_ms + reach_ms, side="right")) - 1
    if begin >= end:
        return True
    source, target = int(topology.tail[arcs[begin]]), int(topology.head[arcs[end - 1]])
    return metric.distance(source, target) == int(passed_ms[end] - passed_ms[begin])


def by_plateaus(
    topology: Topology, metric: Metric, starts: Ends, ends: Ends, limits: Limits
) -> tuple[Best, ...]:
    """Return alternatives for an engine that keeps its searches to itself, from two sweeps."""
    best = metric.best(starts, ends)
    if best is None:
        return ()
    if limits.most == 1:
        return (best,)
    return chosen(
        topology, metric, best, on_plateaus(topology, metric, starts, ends, best, limits), limits
    )


def on_plateaus(
    topology: Topology, metric: Metric, starts: Ends, ends: Ends, best: Best, limits: Limits
) -> Iterator[Candidate]:
    """Yield ways over plateaus.

    A *plateau* is a stretch that is best both from the starts and to the ends; a way over a long
    one is best for as long, so one vertex of each plateau is tried, the longest gain first.
    """
    # Costs 0.2 s that a first answer need not wait for.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    leaving = metric.sweep(starts).astype(np.int64)
    arriving = metric.sweep(ends, towards=True).astype(np.int64)
    total = leaving + arriving
    near = total <= limits.most_ms(best)
    tail, head, weight = topology.tail, topology.head, metric.weight_ms
    flat = (
        near[tail]
        & near[head]
        & (leaving[tail] + weight == leaving[head])
        & (arriving[head] + weight == arriving[tail])
    )
    size = topology.vertex_count
    pairs = coo_array((np.ones(int(flat.sum())), (tail[flat], head[flat])), shape=(size, size))
    plateau = connected_components(pairs, directed=False)[1]
    vertices = np.flatnonzero(near)
    vertices = vertices[np.lexsort((leaving[vertices], plateau[vertices]))]
    _, first, counts = np.unique(plateau[vertices], return_index=True, return_counts=True)
    lowest, highest = vertices[first], vertices[first + counts - 1]
    gain = total[lowest] - (leaving[highest] - leaving[lowest])
    for vertex in lowest[np.argsort(gain, kind="stable")][:MOST_TRIED].tolist():
        out, back = metric.best(starts, [(vertex, 0)]), metric.best([(vertex, 0)], ends)
        if out is not None and back is not None:
            way = Best(
                out.total_ms + back.total_ms,
                out.start,
                back.end,
                np.concatenate([out.arcs, back.arcs]),
            )
            yield Candidate(way, len(out.arcs))
