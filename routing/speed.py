"""How long a vehicle class takes for each arc: class, surface, season, limit and its own top speed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput
from lca.vehicle import VehicleClass

from .conditional import parse_conditional
from .engine.metric import INFINITE, Weights
from .network import RoadNetwork
from .road_kinds import SURFACES, RoadKinds, road_kinds
from .road_rule import is_truck
from .season_state import NO_SEASON, SeasonState
from .segments import Segments
from .special_rows import special_rows
from .speed_model import FORD, LIGHT, OTHER, TRUCK, SpeedModel, standard_model

__all__ = [
    "OTHER",
    "arc_limits",
    "arc_speeds",
    "class_speeds",
    "driving_time_ms",
    "kind_speeds",
    "travel_time_ms",
]

SLOWEST_KMH = 1.0
"""What is left of a speed at the least, however many factors slow it: no road stands still."""
_MS_PER_M_AT_1_KMH = 3600.0
_LIMITS = ("maxspeed_kmh", "maxspeed_backward_kmh")


def class_speeds() -> Mapping[tuple[str, str], float]:
    """Return the speed in km/h by highway class and group (``light`` or ``truck``)."""
    return MappingProxyType(standard_model().class_kmh)


def kind_speeds(
    kinds: RoadKinds,
    vehicle: VehicleClass,
    model: SpeedModel,
    season: SeasonState,
    *,
    assume_surface: bool = False,
) -> NDArray[np.float64]:
    """Return the speed in km/h on each kind of road, before any legal limit.

    Parameters
    ----------
    kinds : RoadKinds
        The kinds of road.
    vehicle : VehicleClass
        Who drives.
    model, season : SpeedModel, SeasonState
        What speeds follow from.
    assume_surface : bool
        Whether the season acts on a surface that is not tagged as on the usual one of its class.

    Returns
    -------
    float64[k]
    """
    group = class_group(vehicle)
    columns, surface = kinds.columns, kinds.surface
    highway, ford = columns["highway"], columns[FORD]

    def condition(tag: str) -> NDArray[np.float64]:
        factor = partial(model.condition_factor, tag, group=group)
        return columns[tag].each(factor, np.float64)

    # The last entry, which place -1 finds, is that of a surface nobody has tagged.
    paved_share = np.array([*(model.paved_share(name, group) for name in SURFACES), np.inf])
    usual_share = highway.each(
        lambda value: model.paved_share(model.usual_group(value), group), np.float64
    )
    dry = np.minimum(1.0, paved_share[surface] / usual_share)
    dry = np.minimum(dry, np.minimum(condition("smoothness"), condition("tracktype")))
    speed = highway.each(partial(model.class_speed_kmh, group=group), np.float64) * dry
    if assume_surface:
        usual = highway.each(lambda value: _place(model.usual_group(value)), np.int64)
        surface = np.where(surface < 0, usual, surface)
    factors = [model.season_factor(season, name, group) for name in SURFACES]
    speed *= np.array([*factors, 1.0])[surface]
    in_ford = condition(FORD) * model.season_factor(season, FORD, group)
    speed *= np.where(ford.present(), in_ford, 1.0)
    return np.asarray(np.clip(speed, SLOWEST_KMH, vehicle.top_speed_kmh))


def class_group(vehicle: VehicleClass) -> str:
    """Return the group of vehicles that the speed tables have rows for."""
    return TRUCK if is_truck(vehicle) else LIGHT


def _place(surface_group: str | None) -> int:
    return SURFACES.index(surface_group) if surface_group in SURFACES else -1


def arc_speeds(
    network: RoadNetwork,
    vehicle: VehicleClass,
    at_local: datetime | None = None,
    *,
    model: SpeedModel | None = None,
    season: SeasonState | None = None,
) -> NDArray[np.float64]:
    """Return for each arc on a segment the speed in km/h, whether or not it may be driven.

    Without a moment a limit for some hours counts as always in force; without a model the
    reference tables hold, without a season the roads are dry.

    Returns
    -------
    float64[2m]
        Above 0. Turn arcs have no length, so they have no speed.
    """
    segments = network.segments
    kinds = road_kinds(segments)
    by_kind = kind_speeds(kinds, vehicle, model or standard_model(), season or NO_SEASON)
    speed = by_kind[kinds.kind]
    arcs = np.empty(network.segment_arc_count)
    special = special_rows(segments)
    for side, column in enumerate(_LIMITS):
        arcs[side::2] = np.fmin(speed, segments.numbers[column].floats())
        limit = partial(_special_limit, vehicle=vehicle, at_local=at_local, side=side)
        limits = special.each(limit, np.float64)
        arcs[2 * special.rows + side] = np.fmin(speed[special.rows], limits)
    return arcs


def arc_limits(
    segments: Segments,
    vehicle: VehicleClass,
    arcs: NDArray[np.int64],
    at_local: datetime | None = None,
) -> NDArray[np.float64]:
    """Return the speed limit in km/h on some arcs of segments, NaN where there is none."""
    rows, sides, special = arcs // 2, arcs % 2, special_rows(segments)
    limits = np.empty(len(arcs))
    for side, column in enumerate(_LIMITS):
        mine = sides == side
        limits[mine] = segments.numbers[column].select(rows[mine]).floats()
    for place in np.flatnonzero(np.isin(rows, special.rows)).tolist():
        sample = special.sample_of(int(rows[place]))
        limits[place] = _special_limit(sample, vehicle, at_local, int(sides[place]))
    return limits


def _special_limit(
    row: Mapping[str, Any], vehicle: VehicleClass, at_local: datetime | None, side: int
) -> float:
    """Return the speed limit of one direction of a segment with rules, NaN if there is none."""
    tags, stated = parse_conditional(row["conditional"]), row[_LIMITS[side]]
    limit = tags.speed_kmh(stated, vehicle, at_local, forward=side == 0)
    return math.nan if limit is None else limit


def driving_time_ms(
    network: RoadNetwork,
    vehicle: VehicleClass,
    speed_factors: NDArray[np.float64] | None = None,
    at_local: datetime | None = None,
    *,
    model: SpeedModel | None = None,
    season: SeasonState | None = None,
) -> NDArray[np.float64]:
    """Return for each arc the time in ms, whether or not the vehicle may drive it.

    A ferry takes the duration that it is tagged with; a turn takes no time.
    """
    speed = arc_speeds(network, vehicle, at_local, model=model, season=season)
    if speed_factors is not None:
        speed *= speed_factors[: len(speed)]
    time, segments = np.zeros(network.arc_count), network.segments
    for side in (0, 1):
        driving = segments.length_m / speed[side::2]
        driving *= _MS_PER_M_AT_1_KMH
        time[side : len(speed) : 2] = driving
    crossing = segments.numbers["duration_s"]
    ferries = np.flatnonzero(crossing.codes >= 0)
    crossing_ms = crossing.select(ferries).floats() * 1000.0
    time[2 * ferries] = time[2 * ferries + 1] = crossing_ms
    roads = time[: len(speed)]
    np.clip(roads, 1, INFINITE - 1, out=roads)
    return np.rint(time, out=time)


def travel_time_ms(
    network: RoadNetwork,
    vehicle: VehicleClass,
    speed_factors: NDArray[np.float64] | None = None,
    at_local: datetime | None = None,
    *,
    model: SpeedModel | None = None,
    season: SeasonState | None = None,
    open_ferries: frozenset[int] = frozenset(),
) -> Weights:
    """Return the weight of each arc for the vehicle: its travel time, INFINITE where not legal.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass
        Who drives.
    speed_factors : float64[2m], optional
        What the speed on each segment's arcs is multiplied by, greater than 0.
    at_local : datetime, optional
        When, in local time; without it, rules of time hold as if they were always in force.
    model : SpeedModel, optional
        Speeds; those of the reference tables without it.
    season : SeasonState, optional
        The seasons that hold; without it the roads are dry.
    open_ferries : frozenset of int
        Segments of ferries whose service is known, and runs.

    Returns
    -------
    uint32[a]
        Milliseconds; at least 1 on a segment, 0 for a turn.

    Raises
    ------
    InvalidInput
        If a factor is 0, negative or not a number: a road without speed is a closed road.
    """
    if speed_factors is not None and not (speed_factors > 0).all():
        raise InvalidInput(
            "A speed factor is not above 0.", do_next="State a closure as a closure."
        )
    time = driving_time_ms(network, vehicle, speed_factors, at_local, model=model, season=season)
    weights = time.astype(np.uint32)
    legal = network.legal_arcs(vehicle, at_local, open_ferries=open_ferries, season=season)
    weights[~legal] = INFINITE
    return weights
