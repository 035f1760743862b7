"""The best way between two positions on the road, which may lie within segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from routing.network import RoadNetwork
from routing.snap import Snap

from .metric import INFINITE, Arcs, Metric, Weights

PartCost = Callable[[int, float, float], int]
"""Milliseconds for an arc from one fraction to another (0 at its tail), INFINITE if closed."""


@dataclass(frozen=True, eq=False)
class Trip:
    """A way from one position on the road to another, as parts of arcs in order.

    Each arc is driven from its ``from_fraction`` to its ``to_fraction`` (0 at the arc's tail, 1
    at its head); only the first and the last can be partial. ``turns`` are the turn arcs passed
    between them, which have no length.
    """

    total_ms: int
    total_m: float
    arcs: Arcs
    from_fraction: NDArray[np.float64]
    to_fraction: NDArray[np.float64]
    part_ms: NDArray[np.int64]
    part_m: NDArray[np.float64]
    turns: Arcs = field(default_factory=lambda: np.empty(0, np.int64))
    entry_ms: NDArray[np.int64] | None = None
    """When each part is entered, where the vehicle waits before some; else they follow each other."""


def best_trip(
    network: RoadNetwork,
    metric: Metric,
    origin: Snap,
    destination: Snap,
    part_cost: PartCost | None = None,
) -> Trip | None:
    """Return the best way between two positions on the road, None if there is none.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    metric : Metric
        Weights of whole arcs.
    origin, destination : Snap
        Positions on segments; they may lie on the same one.
    part_cost : callable, optional
        Cost of a part of an arc at an end; without it, the arc's weight in proportion. A caller
        who knows that only a part of a segment is closed passes its own.
    """
    cost = part_cost or proportional(metric)
    direct, starts, ends = parts_at_ends(network, origin, destination, cost)
    journey = metric.best([start[:2] for start in starts], [end[:2] for end in ends])
    if direct is not None and (journey is None or _part(cost, *direct) <= journey.total_ms):
        return _trip(network, [direct], _NO_ARCS, [], metric.weight_ms, cost)
    if journey is None:
        return None
    on_roads = journey.arcs < network.segment_arc_count
    trip = _trip(
        network,
        [starts[journey.start][2]],
        journey.arcs[on_roads],
        [ends[journey.end][2]],
        metric.weight_ms,
        cost,
    )
    return replace(trip, turns=journey.arcs[~on_roads])


def parts_at_ends(
    network: RoadNetwork, origin: Snap, destination: Snap, cost: PartCost
) -> tuple[Part | None, list[End], list[End]]:
    """Return the part that leads straight there, if one does, and where other ways start and end.

    Each start and end is a vertex, the cost of the part between it and the position, and the part.
    """
    leaving = [(2 * origin.segment + side, origin.along(side), 1.0) for side in (0, 1)]
    arriving = [(2 * destination.segment + side, 0.0, destination.along(side)) for side in (0, 1)]
    return (
        _direct(origin, destination, cost),
        [end for part in leaving for end in _ends(network, cost, part, leaves=True)],
        [end for part in arriving for end in _ends(network, cost, part, leaves=False)],
    )


def proportional(metric: Metric) -> PartCost:
    """Return the cost of a part of an arc as its share of the arc's weight."""

    def cost(arc: int, from_fraction: float, to_fraction: float) -> int:
        weight = int(metric.weight_ms[arc])
        return INFINITE if weight >= INFINITE else round(weight * (to_fraction - from_fraction))

    return cost


Part = tuple[int, float, float]
"""An arc, and from where to where it is driven: 0 at its tail, 1 at its head."""
End = tuple[int, int, Part]


def _ends(network: RoadNetwork, cost: PartCost, part: Part, *, leaves: bool) -> list[End]:
    """Return the vertices to which the first part of a way leads, or from which the last comes.

    Each with the cost of the part. A position at a junction may use all of its roads: whoever
    sets out or arrives there makes no turn.
    """
    ends = (network.arc_head, network.arc_tail) if leaves else (network.arc_tail, network.arc_head)
    vertex, offset = int(ends[0][part[0]]), _part(cost, *part)
    if part[1] < part[2] or vertex < network.node_count:
        return [(vertex, offset, part)]
    turns = network.segment_arc_count + np.flatnonzero(
        ends[1][network.segment_arc_count :] == vertex
    )
    return [(other, offset, part) for other in (vertex, *ends[0][turns].tolist())]


def _direct(origin: Snap, destination: Snap, cost: PartCost) -> Part | None:
    """Return the part of an arc that leads straight from one to the other, if one does."""
    if origin.segment != destination.segment:
        return None
    side = int(origin.fraction > destination.fraction)
    part = (2 * origin.segment + side, origin.along(side), destination.along(side))
    return part if _part(cost, *part) < INFINITE else None


def _part(cost: PartCost, arc: int, from_fraction: float, to_fraction: float) -> int:
    """Cost of a part; nothing costs nothing, so a position at a junction may use all its roads."""
    return cost(arc, from_fraction, to_fraction) if from_fraction < to_fraction else 0


_NO_ARCS = np.empty(0, np.int64)


def _trip(
    network: RoadNetwork,
    before: Sequence[Part],
    whole: Arcs,
    after: Sequence[Part],
    weight_ms: Weights,
    cost: PartCost,
) -> Trip:
    """Put a way together from whole arcs, of which there may be thousands, and the parts at its ends."""
    first = [part for part in before if part[1] < part[2]]
    last = [part for part in after if part[1] < part[2]]
    ends, inner = [*first, *last], slice(len(first), len(first) + len(whole))
    places = [*range(len(first)), *range(inner.stop, len(ends) + len(whole))]
    arcs = np.empty(len(ends) + len(whole), np.int64)
    begins, finishes = np.zeros(len(arcs)), np.ones(len(arcs))
    part_ms = np.empty(len(arcs), np.int64)
    arcs[inner], part_ms[inner] = whole, weight_ms[whole]
    for place, part in zip(places, ends, strict=True):
        arcs[place], begins[place], finishes[place] = part
        part_ms[place] = cost(*part)
    part_m = network.segments.length_m[arcs >> 1] * (finishes - begins)
    return Trip(int(part_ms.sum()), float(part_m.sum()), arcs, begins, finishes, part_ms, part_m)
