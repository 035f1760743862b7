"""A road network: immutable nodes, segments and arcs, named by a digest of their content.

Segment ``i`` has two arcs, always: ``2 * i`` runs from ``u`` to ``v`` (*forward*, as the OSM way
is drawn) and ``2 * i + 1`` back. An arc that may not be driven is closed by its weight, never left
out, so that a rule or a constraint can change without a new topology. After them come the turn
arcs (:mod:`routing.turns`), which have no length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lca.vehicle import VehicleClass

from .build_info import BuildInfo
from .legality import legal_arcs
from .season_state import SeasonState
from .segment_index import SegmentIndex
from .segments import Segments
from .topology import Topology
from .turns import Turns


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads as nodes, segments and turns; treat every array as read-only.

    Attributes
    ----------
    digest : str
        sha256 of the canonical content: the same roads give the same digest on every machine.
    info : BuildInfo
        Name, source, credit and report of the build.
    node_ids : int64[n]
        OSM node ids, ascending.
    node_lon, node_lat : float64[n]
        EPSG:4326 degrees.
    segments : Segments
        The roads between nodes.
    turns : Turns
        Nodes where some turn may not be made.
    index : SegmentIndex
        Boxes of the segments.
    """

    digest: str
    info: BuildInfo
    node_ids: NDArray[np.int64]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    segments: Segments
    turns: Turns
    index: SegmentIndex

    @property
    def node_count(self) -> int:
        """The number of nodes."""
        return len(self.node_ids)

    @property
    def segment_count(self) -> int:
        """The number of segments."""
        return len(self.segments)

    @property
    def segment_arc_count(self) -> int:
        """The number of arcs that lie on segments, two each; turn arcs have the numbers after."""
        return 2 * len(self.segments)

    @property
    def arc_count(self) -> int:
        """The number of arcs, those of segments and those of turns."""
        return self.segment_arc_count + len(self.turns)

    @cached_property
    def vertex_node(self) -> NDArray[np.int32]:
        """The node of each vertex: the nodes themselves, then arrivals and departures at splits."""
        return _frozen(vertex_nodes(self.segments, self.turns, self.node_count))

    @cached_property
    def arc_tail(self) -> NDArray[np.uint32]:
        """Vertex where each arc starts."""
        return _frozen(arc_ends(self.segments, self.turns, self.node_count, 0))

    @cached_property
    def arc_head(self) -> NDArray[np.uint32]:
        """Vertex where each arc ends."""
        return _frozen(arc_ends(self.segments, self.turns, self.node_count, 1))

    @cached_property
    def mainland(self) -> NDArray[np.bool_]:
        """Nodes of the largest part within which a truck can drive from everywhere to everywhere.

        Limits of mass or size do not count here, only one-way streets, access and turns.
        """
        nodes, segments = np.zeros(self.node_count, np.bool_), self.segments
        # Of two or more nodes on the mainland each has a segment to another.
        nodes[segments.u[segments.mainland]] = nodes[segments.v[segments.mainland]] = True
        return _frozen(nodes)

    @cached_property
    def topology(self) -> Topology:
        """What a path engine needs."""
        nodes = self.vertex_node
        lon, lat = self.node_lon[nodes], self.node_lat[nodes]
        return Topology(self.digest, lon, lat, self.arc_tail, self.arc_head)

    def legal_arcs(
        self,
        vehicle: VehicleClass | None = None,
        at_local: datetime | None = None,
        open_ferries: frozenset[int] = frozenset(),
        season: SeasonState | None = None,
    ) -> NDArray[np.bool_]:
        """Return for each arc whether road rules and tagged limits let the vehicle drive it.

        Without a vehicle: whether a truck may, whatever its mass and size. Without a moment
        (local time), rules of time hold as if they were in force. Ferries are closed but for the
        segments of ``open_ferries``; without a season no cap of a season holds.
        """
        return legal_arcs(
            self.segments,
            self.turns,
            vehicle,
            at_local,
            open_ferries=open_ferries,
            season=season,
        )


def vertex_nodes(segments: Segments, turns: Turns, node_count: int) -> NDArray[np.int32]:
    """Return the node of each vertex, int32[n + 2k]."""
    split = split_nodes(segments, turns)
    return np.concatenate([np.arange(node_count, dtype=np.int32), split, split])


def split_nodes(segments: Segments, turns: Turns) -> NDArray[np.int32]:
    """Return the node of each end that has vertices of its own, int32[k]."""
    return np.where(turns.at_v, segments.v[turns.segment], segments.u[turns.segment])


def arc_ends(
    segments: Segments, turns: Turns, node_count: int, side: Literal[0, 1]
) -> NDArray[np.uint32]:
    """Return the tails (0) or heads (1) of all arcs, as vertices.

    Of a segment's two arcs the forward one runs from ``u`` to ``v``, the backward one the reverse.
    """
    count, splits = 2 * len(segments), len(turns.segment)
    arrivals, departures = node_count, node_count + splits
    ends = np.empty(count + len(turns), np.uint32)
    ends[side:count:2], ends[1 - side : count : 2] = segments.u, segments.v
    # The end at u is the tail of the forward arc and the head of the backward one.
    split = 2 * turns.segment.astype(np.int64) + (turns.at_v ^ bool(side))
    ends[split] = (departures, arrivals)[side] + np.arange(splits)
    ends[count:] = (arrivals + turns.tail, departures + turns.head)[side]
    return ends


def _frozen(array: NDArray[np.generic]) -> NDArray:  # type: ignore[type-arg]
    array.flags.writeable = False
    return array
