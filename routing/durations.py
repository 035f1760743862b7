"""The hours at the wheel on a way in the best, the active and the worst season, and in days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput
from lca.vehicle import VehicleClass

from .network import RoadNetwork
from .road_kinds import RoadKinds, road_kinds
from .season_state import NO_SEASON, ActiveSeason, SeasonState
from .speed import arc_limits, kind_speeds
from .speed_model import SpeedModel, standard_model


@dataclass(frozen=True, slots=True)
class Durations:
    """Hours at the wheel, without rest, delays or waits; never descending from left to right."""

    optimistic_h: float
    expected_h: float
    worst_h: float


def way_durations(
    network: RoadNetwork,
    vehicle: VehicleClass,
    arcs: NDArray[np.int64],
    part_m: NDArray[np.float64],
    model: SpeedModel | None = None,
    seasons: SeasonState | None = None,
    *,
    calendar: Iterable[ActiveSeason] = (),
    at_local: datetime | None = None,
) -> Durations:
    """Return the hours on the parts of a way: optimistic, expected and worst.

    Optimistic is the best season for each part, the dry included, and worst the worst one, of
    those that the operation's calendar knows, else of the model's; expected is the active state.
    In the worst case a surface that is not tagged is the usual one of its class.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass
        Who drives.
    arcs : int64[p]
        The arcs driven, on segments.
    part_m : float64[p]
        How much of each is driven, metres.
    model : SpeedModel, optional
        Speeds; those of the reference tables without it.
    seasons : SeasonState, optional
        The seasons that hold; without it the roads are dry.
    calendar : iterable of ActiveSeason
        Every season that the operation knows, whether or not it holds.
    at_local : datetime, optional
        When, in local time, for limits of some hours; without it each counts as in force.
    """
    model, active = model or standard_model(), seasons or NO_SEASON
    own = {*calendar}
    known = (own or {ActiveSeason(name) for name in model.season_names}) | {*active.seasons}
    single = [SeasonState((season,)) for season in sorted(known)]
    way = _Parts.of(network, vehicle, arcs, part_m, at_local)
    expected = way.hours(model, active)
    best = [way.hours(model, season) for season in (NO_SEASON, *single)]
    worst = [way.hours(model, season, assume_surface=True) for season in (active, *single)]
    return Durations(
        float(np.minimum.reduce([expected, *best]).sum()),
        float(expected.sum()),
        float(np.maximum.reduce([expected, *worst]).sum()),
    )


def working_days(hours: float, driving_day_h: float) -> float:
    """Return how many driving days some hours take, rest included in both.

    Logistics capacity assessments count so: 2,040 km at 50 km/h and a quarter of rest are 51
    hours, five to six days of eight to ten hours.

    Raises
    ------
    InvalidInput
        If a day has no hour, or more than 24.
    """
    if not 0 < driving_day_h <= 24:
        msg = f"A driving day of {driving_day_h:g} h is not possible."
        raise InvalidInput(msg, do_next="Give hours above 0 and up to 24.")
    return hours / driving_day_h


@dataclass(frozen=True, eq=False)
class _Parts:
    """The parts of a way, as far as their time depends on the season or not."""

    vehicle: VehicleClass
    km: NDArray[np.float64]
    kinds: RoadKinds
    limit_kmh: NDArray[np.float64]
    crossing_h: NDArray[np.float64]
    """Hours of ferries with a tagged duration, NaN elsewhere."""

    @classmethod
    def of(
        cls,
        network: RoadNetwork,
        vehicle: VehicleClass,
        arcs: NDArray[np.int64],
        part_m: NDArray[np.float64],
        at_local: datetime | None,
    ) -> _Parts:
        segments, rows = network.segments, arcs // 2
        share = part_m / np.maximum(segments.length_m[rows], np.finfo(np.float64).tiny)
        crossing = segments.numbers["duration_s"].select(rows).floats() / 3600.0
        return cls(
            vehicle,
            part_m / 1000.0,
            road_kinds(segments).among(rows),
            arc_limits(segments, vehicle, arcs, at_local),
            crossing * np.minimum(share, 1.0),
        )

    def hours(
        self, model: SpeedModel, season: SeasonState, *, assume_surface: bool = False
    ) -> NDArray[np.float64]:
        """Return the hours of each part."""
        speeds = kind_speeds(self.kinds, self.vehicle, model, season, assume_surface=assume_surface)
        kmh = np.fmin(speeds[self.kinds.kind], self.limit_kmh)
        return np.where(np.isnan(self.crossing_h), self.km / kmh, self.crossing_h)
