"""How long a vehicle class takes for each arc: class speed, legal limit and its own top speed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput
from lca.vehicle import VehicleClass

from .engine.metric import INFINITE, Weights
from .legality import is_truck
from .network import RoadNetwork

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


def arc_speeds(network: RoadNetwork, vehicle: VehicleClass) -> NDArray[np.float64]:
    """Return for each arc the speed in km/h, whether or not the vehicle may drive it."""
    table = class_speeds()
    group = "truck" if is_truck(vehicle) else "light"
    segments = network.segments
    by_class = {
        highway: table.get((highway, group), table[OTHER, group])
        for highway in segments["highway"].unique()
    }
    speed = np.repeat(segments["highway"].map(by_class).to_numpy(np.float64), 2)
    legal = np.empty(network.arc_count)
    legal[0::2] = segments["maxspeed_kmh"]
    legal[1::2] = segments["maxspeed_backward_kmh"]
    return np.asarray(np.fmin(np.fmin(speed, legal), vehicle.top_speed_kmh))


def travel_time_ms(
    network: RoadNetwork,
    vehicle: VehicleClass,
    speed_factors: NDArray[np.float64] | None = None,
) -> Weights:
    """Return the weight of each arc for the vehicle: its travel time, INFINITE where not legal.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass
        Who drives.
    speed_factors : float64[2m], optional
        What each arc's speed is multiplied by, greater than 0.

    Returns
    -------
    uint32[2m]
        Milliseconds, at least 1.

    Raises
    ------
    InvalidInput
        If a factor is 0, negative or not a number: a road without speed is a closed road.
    """
    speed = arc_speeds(network, vehicle)
    if speed_factors is not None:
        if not (speed_factors > 0).all():
            raise InvalidInput(
                "A speed factor is not above 0.", do_next="State a closure as a closure."
            )
        speed = speed * speed_factors
    time = np.rint(np.repeat(network.length_m, 2) * _MS_PER_M_AT_1_KMH / speed)
    weights = np.clip(time, 1, INFINITE - 1).astype(np.uint32)
    weights[~network.legal_arcs(vehicle)] = INFINITE
    return weights
