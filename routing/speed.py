"""How long a vehicle class takes for each arc: class speed, legal limit and its own top speed."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache, partial
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput
from lca.vehicle import VehicleClass

from .conditional import parse_conditional
from .engine.metric import INFINITE, Weights
from .network import RoadNetwork
from .road_rule import is_truck
from .special_rows import special_rows

OTHER = "other"
"""The table's row for a highway class that it does not name."""

_MS_PER_M_AT_1_KMH = 3600.0


@lru_cache(maxsize=1)
def class_speeds() -> Mapping[tuple[str, str], float]:
    """Return the speed in km/h by highway class and group (``light`` or ``truck``)."""
    table = resources.files("data").joinpath("reference", "speeds.csv")
    with table.open(encoding="utf-8") as stream:
        speeds = {
            (row["highway"], row["group"]): float(row["speed_kmh"])
            for row in csv.DictReader(stream)
        }
    return MappingProxyType(speeds)


_LIMITS = ("maxspeed_kmh", "maxspeed_backward_kmh")


def arc_speeds(
    network: RoadNetwork, vehicle: VehicleClass, at_local: datetime | None = None
) -> NDArray[np.float64]:
    """Return for each arc on a segment the speed in km/h, whether or not it may be driven.

    Without a moment a limit for some hours counts as always in force.

    Returns
    -------
    float64[2m]
        Turn arcs have no length, so they have no speed.
    """
    table = class_speeds()
    group = "truck" if is_truck(vehicle) else "light"
    segments, other = network.segments, table[OTHER, group]
    speed = segments.texts["highway"].each(
        lambda highway: table.get((highway or OTHER, group), other), np.float64
    )
    speed = np.minimum(speed, vehicle.top_speed_kmh)
    arcs = np.empty(network.segment_arc_count)
    special = special_rows(segments)
    for side, column in enumerate(_LIMITS):
        arcs[side::2] = np.fmin(speed, segments.numbers[column].floats())
        limit = partial(_special_limit, vehicle=vehicle, at_local=at_local, side=side)
        limits = special.each(limit, np.float64)
        arcs[2 * special.rows + side] = np.fmin(speed[special.rows], limits)
    return arcs


def _special_limit(
    row: Mapping[str, Any], vehicle: VehicleClass, at_local: datetime | None, side: int
) -> float:
    """Return the speed limit of one direction of a segment, NaN if there is none."""
    tags, stated = parse_conditional(row["conditional"]), row[_LIMITS[side]]
    limit = tags.speed_kmh(stated, vehicle, at_local, forward=side == 0)
    return math.nan if limit is None else limit


def driving_time_ms(
    network: RoadNetwork,
    vehicle: VehicleClass,
    speed_factors: NDArray[np.float64] | None = None,
    at_local: datetime | None = None,
) -> NDArray[np.float64]:
    """Return for each arc the time in ms, whether or not the vehicle may drive it.

    A ferry takes the duration that it is tagged with; a turn takes no time.
    """
    speed = arc_speeds(network, vehicle, at_local)
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
    weights = driving_time_ms(network, vehicle, speed_factors, at_local).astype(np.uint32)
    weights[~network.legal_arcs(vehicle, at_local)] = INFINITE
    return weights
