"""A rule of the road that keeps a vehicle off an arc, and the kinds of vehicle that rules name."""

from __future__ import annotations

from dataclasses import dataclass

from lca.effect import Excess
from lca.vehicle import VehicleClass
from lca.vocab import Practicability

CLOSED_ACCESS = frozenset({"no", "private"})


@dataclass(frozen=True, slots=True)
class RoadRule:
    """One rule of the road, as OSM states it, that keeps a vehicle off an arc.

    ``code`` is one_way, highway, ferry, status, access, drive, limit, turn or barrier; ``reason``
    says it in words; ``excess`` is the limit that the vehicle exceeds, for a rule of that kind.
    """

    code: str
    reason: str
    excess: Excess | None = None


def is_truck(vehicle: VehicleClass | None) -> bool:
    """Tell whether rules for goods vehicles apply; None stands for any truck."""
    return vehicle is None or vehicle.practicability >= Practicability.LIGHT_TRUCK


def access_keys(vehicle: VehicleClass | None) -> tuple[str, ...]:
    """Return OSM's access keys for the vehicle; the first one that is tagged governs."""
    return (osm_mode(vehicle), "motor_vehicle", "vehicle", "access")


def osm_mode(vehicle: VehicleClass | None) -> str:
    """Return what OSM calls vehicles of this kind: ``hgv``, ``motorcar`` or ``motorcycle``."""
    if vehicle is None or is_truck(vehicle):
        return "hgv"
    if vehicle.practicability <= Practicability.MOTORBIKE:
        return "motorcycle"
    return "motorcar"
