"""The vertices from which a position on the road is left, and over which it is reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .network import RoadNetwork
from .snap import Snap


@dataclass(frozen=True, slots=True)
class RoadEnd:
    """A vertex, and the part of an arc between it and the position, measured along the arc."""

    vertex: int
    arc: int
    start: float
    end: float

    @property
    def has_length(self) -> bool:
        """Whether anything is driven between the two."""
        return self.start < self.end

    def on_segment(self) -> tuple[float, float]:
        """Return the part measured from the segment's ``u`` to its ``v``."""
        if self.arc % 2:
            return 1.0 - self.end, 1.0 - self.start
        return self.start, self.end


def leaving(network: RoadNetwork, snap: Snap) -> tuple[RoadEnd, ...]:
    """Return the vertices to which the first part of a way from a position leads.

    A position at a junction may use all of its roads: whoever sets out there makes no turn.
    """
    arcs = (2 * snap.segment, 2 * snap.segment + 1)
    return tuple(
        RoadEnd(vertex, arc, snap.along(arc), 1.0)
        for arc in arcs
        for vertex in _vertices(network, arc, network.arc_head, at_end=snap.along(arc) >= 1.0)
    )


def reaching(network: RoadNetwork, snap: Snap) -> tuple[RoadEnd, ...]:
    """Return the vertices from which the last part of a way to a position comes."""
    arcs = (2 * snap.segment, 2 * snap.segment + 1)
    return tuple(
        RoadEnd(vertex, arc, 0.0, snap.along(arc))
        for arc in arcs
        for vertex in _vertices(network, arc, network.arc_tail, at_end=snap.along(arc) <= 0.0)
    )


def _vertices(
    network: RoadNetwork,
    arc: int,
    near: np.ndarray[tuple[int], np.dtype[np.uint32]],
    *,
    at_end: bool,
) -> list[int]:
    """Return an arc's vertex, and at a junction with turn rules those that the turns lead to."""
    vertex = int(near[arc])
    if not at_end or vertex < network.node_count:
        return [vertex]
    first = network.segment_arc_count
    tails, heads = network.arc_tail[first:], network.arc_head[first:]
    here, there = (tails, heads) if near is network.arc_head else (heads, tails)
    return [vertex, *there[np.flatnonzero(here == vertex)].tolist()]
