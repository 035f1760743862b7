"""Which arcs road rules and tagged limits let a vehicle drive, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.effect import Excess
from lca.vehicle import VehicleClass
from lca.vocab import Practicability

NOT_FOR_MOTOR_VEHICLES = frozenset({"pedestrian", "busway"})
FERRY = "ferry"
CLOSED_ACCESS = frozenset({"no", "private"})

_LIMITS = (
    ("max_gross_t", "gross_t", "maxweight", "gross mass", "t"),
    ("max_axle_t", "axle_load_t", "maxaxleload", "axle load", "t"),
    ("max_height_m", "height_m", "maxheight", "height", "m"),
    ("max_width_m", "width_m", "maxwidth", "width", "m"),
    ("max_length_m", "length_m", "maxlength", "length", "m"),
)


@dataclass(frozen=True, slots=True)
class RoadRule:
    """One rule of the road, as OSM states it, that keeps a vehicle off an arc.

    ``code`` is one_way, highway, ferry, access or limit; ``reason`` says it in words;
    ``excess`` is the limit that the vehicle exceeds, for a rule of that kind.
    """

    code: str
    reason: str
    excess: Excess | None = None


def is_truck(vehicle: VehicleClass | None) -> bool:
    """Tell whether rules for goods vehicles apply; None stands for any truck."""
    return vehicle is None or vehicle.practicability >= Practicability.LIGHT_TRUCK


def legal_arcs(
    segments: gpd.GeoDataFrame, vehicle: VehicleClass | None = None
) -> NDArray[np.bool_]:
    """Return for each arc (two a segment) whether the vehicle may drive it.

    Without a vehicle: whether a truck may, whatever its mass and size.
    """
    allowed = ~segments["highway"].isin(NOT_FOR_MOTOR_VEHICLES | {FERRY}).to_numpy()
    allowed &= ~_governing_access(segments, vehicle).isin(CLOSED_ACCESS).to_numpy()
    if vehicle is not None:
        for column, attribute, *_ in _LIMITS:
            # A comparison with NaN (not tagged) is False, so an untagged road stays open.
            allowed &= ~(segments[column].to_numpy() < getattr(vehicle, attribute))
    arcs = np.repeat(allowed, 2)
    oneway = segments["oneway"].to_numpy()
    arcs[0::2] &= oneway != "backward"
    arcs[1::2] &= oneway != "forward"
    return arcs


def road_rules(
    segments: gpd.GeoDataFrame, arc: int, vehicle: VehicleClass | None = None
) -> tuple[RoadRule, ...]:
    """Return every rule that keeps the vehicle off one arc; none means that it may drive it."""
    row = segments.iloc[arc // 2]
    rules: list[RoadRule] = []
    if row["oneway"] == ("forward" if arc % 2 else "backward"):
        rules.append(RoadRule("one_way", "one-way street"))
    if row["highway"] in NOT_FOR_MOTOR_VEHICLES:
        rules.append(RoadRule("highway", f"highway={row['highway']}: not for motor vehicles"))
    if row["highway"] == FERRY:
        rules.append(RoadRule("ferry", "ferry: used only where its service is known"))
    for key in _access_keys(vehicle):
        if not pd.isna(row[key]):
            if row[key] in CLOSED_ACCESS:
                rules.append(RoadRule("access", f"{key}={row[key]}"))
            break
    if vehicle is not None:
        rules.extend(_broken_limits(row, vehicle))
    return tuple(rules)


def _access_keys(vehicle: VehicleClass | None) -> tuple[str, ...]:
    """OSM's access keys for the vehicle; the most specific one that is tagged governs."""
    keys = ("motor_vehicle", "access")
    return ("hgv", *keys) if is_truck(vehicle) else keys


def _governing_access(segments: gpd.GeoDataFrame, vehicle: VehicleClass | None) -> pd.Series[str]:
    first, *others = _access_keys(vehicle)
    governing = segments[first]
    for key in others:
        governing = governing.where(governing.notna(), segments[key])
    return governing


def _broken_limits(row: pd.Series, vehicle: VehicleClass) -> list[RoadRule]:
    rules: list[RoadRule] = []
    for column, attribute, key, label, unit in _LIMITS:
        limit, value = float(row[column]), float(getattr(vehicle, attribute))
        if limit < value:
            reason = f"{key} {limit:g} {unit} < {value:g} {unit}"
            rules.append(RoadRule("limit", reason, Excess(label, limit, value, unit)))
    return rules
