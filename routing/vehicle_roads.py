"""The roads as one vehicle class finds them without constraints, and its metrics with them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.vehicle import VehicleClass

from .effects import ArcEffects
from .engine import Engine, Metric
from .network import RoadNetwork
from .speed import travel_time_ms

METRIC_CACHE_BYTES = 256_000_000
"""Bound of the metrics kept in memory for all vehicles and constraint sets together."""
BYTES_AN_ARC = 24
"""What one metric holds for each arc: its weight, and the hierarchy's (measured on the demo)."""


@dataclass(frozen=True, eq=False)
class VehicleRoads:
    """Travel time of each arc for one vehicle class on one graph build."""

    network: RoadNetwork
    engine: Engine
    vehicle: VehicleClass
    weight_ms: NDArray[np.uint32]
    usable: NDArray[np.bool_]
    metric: Metric


class MetricShelf:
    """Keeps metrics by what they were made from, so that none can be stale.

    A key names the graph build, the vehicle and the exact weights that constraints changed;
    safe between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[int, VehicleRoads | Metric]] = OrderedDict()

    def roads(self, network: RoadNetwork, engine: Engine, vehicle: VehicleClass) -> VehicleRoads:
        """Return the roads as a vehicle finds them without constraints."""
        key = (network.digest, engine.name, repr(vehicle))
        kept = self._get(key)
        if isinstance(kept, VehicleRoads):
            return kept
        weights = travel_time_ms(network, vehicle)
        roads = VehicleRoads(
            network,
            engine,
            vehicle,
            weights,
            network.legal_arcs(vehicle),
            engine.customise(weights),
        )
        self._put(key, network.arc_count, roads)
        return roads

    def metric(self, roads: VehicleRoads, effects: ArcEffects) -> Metric:
        """Return the metric of the roads under constraints."""
        arcs, weights = effects.changed_weights(roads.weight_ms)
        if not len(arcs):
            return roads.metric
        change = hashlib.sha256(arcs.tobytes() + weights.tobytes()).hexdigest()
        key = (roads.network.digest, roads.engine.name, repr(roads.vehicle), change)
        kept = self._get(key)
        if kept is not None and not isinstance(kept, VehicleRoads):
            return kept
        metric = roads.metric.updated(arcs, weights)
        self._put(key, roads.network.arc_count, metric)
        return metric

    def _get(self, key: tuple[str, ...]) -> VehicleRoads | Metric | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def _put(self, key: tuple[str, ...], arcs: int, value: VehicleRoads | Metric) -> None:
        with self._lock:
            self._kept[key] = (arcs * BYTES_AN_ARC, value)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._size() > METRIC_CACHE_BYTES:
                self._kept.popitem(last=False)

    def _size(self) -> int:
        return sum(size for size, _ in self._kept.values())
