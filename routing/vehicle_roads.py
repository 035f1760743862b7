"""The roads as one vehicle class finds them without constraints, and its metrics with them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.vehicle import VehicleClass

from .effects import ArcEffects
from .engine import Engine, Metric
from .engine.metric import INFINITE, Arcs, Weights
from .legality import legal_arcs, with_other_times
from .network import RoadNetwork
from .season_state import NO_SEASON, SeasonState
from .shelf import Shelf
from .special_rows import special_rows
from .speed import driving_time_ms, travel_time_ms
from .speed_model import SpeedModel
from .timed_hours import Hours, hours

METRIC_CACHE_BYTES = 1_000_000_000
"""Bound of what is kept in memory for all vehicles and constraint sets together; at a country's
4 million arcs a metric holds about 100 MB."""
BYTES_AN_ARC = 24
"""What one metric holds for each arc: its weight, and the hierarchy's (measured on the demo)."""
PENALTY_S = 86_400
"""A closure costs a day in the search for the way with the fewest; times are in whole seconds,
so that more than 20,000 closures on one way stay below the engines' largest cost."""

_KEPT_CHANGES = 256
_KEPT_EPOCHS = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """What speeds and access follow from besides vehicle and hour.

    Attributes
    ----------
    model : SpeedModel, optional
        Speeds; those of the reference tables without it.
    season : SeasonState
        The seasons that hold.
    open_ferries : frozenset of int
        Rows of the ferries whose service is known, and runs.
    """

    model: SpeedModel | None = None
    season: SeasonState = NO_SEASON
    open_ferries: frozenset[int] = frozenset()


STANDARD = Setting()
"""The reference tables' speeds on dry roads, no ferry known."""


@dataclass(frozen=True, eq=False)
class VehicleRoads:
    """Travel time of each arc for one vehicle class on one graph build.

    ``at_local`` is the naive local moment at which rules of time were judged; None where each
    counts as always in force. ``usable`` are the arcs that may be driven then; those of
    ``usable_at_times`` may start or end a way, for a place on a road that is closed for some hours
    still lies on it. ``key`` names all of it, ``weights_key`` the times alone.
    """

    network: RoadNetwork
    engine: Engine
    vehicle: VehicleClass
    at_local: datetime | None
    weight_ms: NDArray[np.uint32]
    usable: NDArray[np.bool_]
    usable_at_times: NDArray[np.bool_]
    metric: Metric
    key: Hashable
    weights_key: Hashable
    setting: Setting = STANDARD

    def costs(self, part: RoadNetwork, rows: NDArray[np.int64], at_local: datetime) -> Weights:
        """Return the weights of a part of the network, some of its rows, at a local moment."""
        ferries = self.setting.open_ferries
        return travel_time_ms(
            part,
            self.vehicle,
            at_local=at_local,
            model=self.setting.model,
            season=self.setting.season,
            open_ferries=frozenset(n for n, row in enumerate(rows.tolist()) if row in ferries)
            if ferries
            else ferries,
        )


class MetricShelf:
    """Keeps metrics by what they were made from, so that none can be stale.

    A key names the graph build, the vehicle, which rules of time hold, and the exact weights that
    constraints changed; safe between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()
        self._changes: Shelf[str] = Shelf(_KEPT_CHANGES)
        self._epochs: Shelf[Any] = Shelf(_KEPT_EPOCHS)

    def roads(
        self,
        network: RoadNetwork,
        engine: Engine,
        vehicle: VehicleClass,
        at_local: datetime | None = None,
        setting: Setting = STANDARD,
    ) -> VehicleRoads:
        """Return the roads as a vehicle finds them without constraints, at a local moment."""
        key = (network.digest, engine.name, vehicle, self._epoch(network, at_local), setting)
        kept: VehicleRoads | None = self._get(key)
        if kept is not None:
            return kept
        season, ferries = setting.season, setting.open_ferries
        weights = travel_time_ms(
            network,
            vehicle,
            at_local=at_local,
            model=setting.model,
            season=season,
            open_ferries=ferries,
        )
        same = (network.digest, engine.name, _digest(weights))
        metric = self._of_weights(same) or engine.customise(weights)
        usable = metric.weight_ms < INFINITE
        in_any_season = usable
        if season.caps():
            # A place on a road that carries less in a season still lies on it.
            dry = legal_arcs(
                network.segments, network.turns, vehicle, at_local, open_ferries=ferries
            )
            in_any_season = usable | dry
        roads = VehicleRoads(
            network,
            engine,
            vehicle,
            at_local,
            metric.weight_ms,
            usable,
            with_other_times(network.segments, in_any_season, vehicle, open_ferries=ferries),
            metric,
            key,
            same,
            setting,
        )
        return self._put(key, network.arc_count * (BYTES_AN_ARC + 1), roads)

    def hours(
        self, roads: VehicleRoads, tz: ZoneInfo, departure: datetime, until: datetime
    ) -> Hours:
        """Return the roads whose own rules change their weights between two moments.

        Looked at for whole days, so that the departures of a day share them.
        """
        start = departure.replace(hour=0, minute=0, second=0, microsecond=0)
        end = until.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        key = ("hours", roads.key, tz.key, start, end)
        found: Hours = self._epochs.get(
            key, lambda: hours(roads.network, roads.costs, tz, start, end)
        )
        return found

    def with_weights(self, roads: VehicleRoads, arcs: Arcs, weight_ms: Weights) -> VehicleRoads:
        """Return the roads with other weights for some arcs."""
        if not len(arcs) or np.array_equal(roads.weight_ms[arcs], weight_ms):
            return roads
        key = (roads.weights_key, "with", _digest(arcs, weight_ms))
        kept: VehicleRoads | None = self._get(key)
        if kept is not None:
            return kept
        metric = roads.metric.updated(arcs, weight_ms)
        changed = replace(
            roads,
            weight_ms=metric.weight_ms,
            usable=metric.weight_ms < INFINITE,
            metric=metric,
            key=(roads.key, *key[1:]),
            weights_key=key,
        )
        return self._put(key, roads.network.arc_count * (BYTES_AN_ARC + 1), changed)

    def metric(self, roads: VehicleRoads, effects: ArcEffects) -> Metric:
        """Return the metric of the roads under constraints."""
        if not len(effects.coverage.arc):
            return roads.metric
        made: list[tuple[NDArray[np.int64], NDArray[np.uint32]]] = []

        def digest() -> str:
            made.append(effects.changed_weights(roads.weight_ms))
            return _digest(*made[0])

        change = self._changes.get((roads.weights_key, effects.coverage, effects.states), digest)
        key = (roads.weights_key, change)
        kept: Metric | None = self._get(key)
        if kept is not None:
            return kept
        arcs, weights = made[0] if made else effects.changed_weights(roads.weight_ms)
        if not len(arcs):
            return roads.metric
        metric = roads.metric.updated(arcs, weights)
        return self._put(key, roads.network.arc_count * BYTES_AN_ARC, metric)

    def least_closed(
        self, roads: VehicleRoads, effects: ArcEffects, *, breaking_rules: bool = False
    ) -> Metric:
        """Return a metric in whole seconds in which each closure of an arc costs a day more.

        Its best way is the one that crosses the fewest closures. An arc that rules of the road
        close stays closed, or with ``breaking_rules`` counts as one closure.
        """
        base = self._seconds(roads, breaking_rules=breaking_rules)
        arcs, closures = effects.block_counts()
        if not len(arcs):
            return base
        seconds = base.weight_ms[arcs].astype(np.int64)
        dearer = np.minimum(seconds + PENALTY_S * closures, INFINITE)
        return base.updated(arcs, dearer.astype(np.uint32))

    def _seconds(self, roads: VehicleRoads, *, breaking_rules: bool) -> Metric:
        key = (roads.key, "seconds", breaking_rules)
        kept: Metric | None = self._get(key)
        if kept is not None:
            return kept
        if breaking_rules:
            time_s = np.ceil(
                driving_time_ms(
                    roads.network,
                    roads.vehicle,
                    at_local=roads.at_local,
                    model=roads.setting.model,
                    season=roads.setting.season,
                )
                / 1000
            )
            time_s += PENALTY_S * ~roads.usable
        else:
            time_s = np.where(roads.usable, np.ceil(roads.weight_ms / 1000), INFINITE)
        metric = roads.engine.customise(np.minimum(time_s, INFINITE).astype(np.uint32))
        return self._put(key, len(time_s) * BYTES_AN_ARC, metric)

    def _of_weights(self, weights_key: Hashable) -> Metric | None:
        """Return the metric of a vehicle whose times are the same, if one is kept."""
        with self._lock:
            kept = [value for _, value in self._kept.values() if isinstance(value, VehicleRoads)]
        return next((one.metric for one in kept if one.weights_key == weights_key), None)

    def next_rule_change(self, network: RoadNetwork, at_local: datetime) -> datetime | None:
        """Return the next local moment at which some rule of time begins or ends, if any."""
        minute = at_local.replace(second=0, microsecond=0)
        special = special_rows(network.segments)
        key = (network.digest, minute, "next")
        change: datetime | None = self._epochs.get(key, lambda: special.next_change(minute))
        return change

    def _epoch(self, network: RoadNetwork, at_local: datetime | None) -> Hashable:
        """Return what decides all rules of time at a moment; they change on full minutes."""
        minute = None if at_local is None else at_local.replace(second=0, microsecond=0)
        special = special_rows(network.segments)
        epoch: Hashable = self._epochs.get((network.digest, minute), lambda: special.epoch(minute))
        return epoch

    def _get(self, key: Hashable) -> Any:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def _put(self, key: Hashable, size: int, value: T) -> T:
        with self._lock:
            self._kept[key] = (size, value)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._size() > METRIC_CACHE_BYTES:
                self._kept.popitem(last=False)
        return value

    def _size(self) -> int:
        return sum(size for size, _ in self._kept.values())


def _digest(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
