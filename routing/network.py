"""A road network: immutable nodes, segments and arcs, named by a digest of their content.

Segment ``i`` has two arcs, always: ``2 * i`` runs from ``u`` to ``v`` (*forward*, as the OSM way
is drawn) and ``2 * i + 1`` back. An arc that may not be driven is closed by its weight, never left
out, so that a rule or a constraint can change without a new topology.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.errors import NotFound
from lca.vehicle import VehicleClass

from .build_info import BuildInfo
from .components import largest, strong_components
from .legality import legal_arcs
from .topology import Topology

TEXT_COLUMNS = ("highway", "name", "ref", "oneway", "surface", "access", "motor_vehicle", "hgv")
FLAG_COLUMNS = ("bridge", "tunnel")
NUMBER_COLUMNS = (
    "lanes",
    "maxspeed_kmh",
    "maxspeed_backward_kmh",
    "max_gross_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
)
ATTRIBUTE_COLUMNS = TEXT_COLUMNS + FLAG_COLUMNS + NUMBER_COLUMNS


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads as nodes and segments; treat every array and the frame as read-only.

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
    segments : GeoDataFrame
        RangeIndex 0…m-1, EPSG:4326, ordered by OSM way and node. Columns ``segment_id`` (unique,
        stable between builds), ``osm_way_id``, ``u``, ``v`` (node indices), ``length_m``,
        ``geometry`` (LineString u -> v) and those of :data:`ATTRIBUTE_COLUMNS`. Text is None and
        a number NaN where it is not tagged; ``oneway`` is no, forward or backward.
    """

    digest: str
    info: BuildInfo
    node_ids: NDArray[np.int64]
    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    segments: gpd.GeoDataFrame

    @property
    def node_count(self) -> int:
        """The number of nodes."""
        return len(self.node_ids)

    @property
    def segment_count(self) -> int:
        """The number of segments."""
        return len(self.segments)

    @property
    def arc_count(self) -> int:
        """The number of arcs, two a segment."""
        return 2 * len(self.segments)

    @cached_property
    def arc_tail(self) -> NDArray[np.uint32]:
        """Node index where each arc starts."""
        return _interleaved(self.segments["u"].to_numpy(), self.segments["v"].to_numpy())

    @cached_property
    def arc_head(self) -> NDArray[np.uint32]:
        """Node index where each arc ends."""
        return _interleaved(self.segments["v"].to_numpy(), self.segments["u"].to_numpy())

    @cached_property
    def length_m(self) -> NDArray[np.float64]:
        """Length of each segment in metres."""
        return _frozen(self.segments["length_m"].to_numpy(np.float64, copy=True))

    @cached_property
    def rtree(self) -> shapely.STRtree:
        """Spatial index of the segments' geometries, EPSG:4326."""
        return shapely.STRtree(self.segments.geometry.to_numpy())

    @cached_property
    def mainland(self) -> NDArray[np.bool_]:
        """Nodes of the largest part within which a truck can drive from everywhere to everywhere.

        Limits of mass or size do not count here, only one-way streets and access.
        """
        labels = strong_components(
            self.node_count, self.arc_tail, self.arc_head, legal_arcs(self.segments)
        )
        return _frozen(largest(labels))

    @cached_property
    def mainland_segments(self) -> NDArray[np.bool_]:
        """Segments with both ends on the mainland."""
        ends = self.segments["u"].to_numpy(), self.segments["v"].to_numpy()
        return _frozen(self.mainland[ends[0]] & self.mainland[ends[1]])

    @cached_property
    def topology(self) -> Topology:
        """What a path engine needs."""
        return Topology(self.digest, self.node_lon, self.node_lat, self.arc_tail, self.arc_head)

    def legal_arcs(self, vehicle: VehicleClass) -> NDArray[np.bool_]:
        """Return for each arc whether road rules and tagged limits let the vehicle drive it."""
        return legal_arcs(self.segments, vehicle)

    @cached_property
    def _segment_numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.segments["segment_id"])}

    def segment_number(self, segment_id: str) -> int:
        """Return the row of a segment.

        Raises
        ------
        NotFound
            If this build has no segment of that id.
        """
        try:
            return self._segment_numbers[segment_id]
        except KeyError:
            msg = f"The graph build {self.digest[:12]} has no road segment {segment_id!r}."
            raise NotFound(
                msg, do_next="Take the id from the current build; ids change when OSM splits a way."
            ) from None


def _interleaved(even: NDArray[np.int32], odd: NDArray[np.int32]) -> NDArray[np.uint32]:
    merged = np.empty(2 * len(even), np.uint32)
    merged[0::2], merged[1::2] = even, odd
    return _frozen(merged)


def _frozen(array: NDArray[np.generic]) -> NDArray:  # type: ignore[type-arg]
    array.flags.writeable = False
    return array
