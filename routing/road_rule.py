"""A rule of the road that keeps a vehicle off an arc, and the kinds of vehicle that rules name."""

from __future__ import annotations

from dataclasses import dataclass

from lca.effect import Excess
from lca.vehicle import VehicleClass
from lca.vocab import Practicability

from .access_table import Passing, access_rows, is_truck

__all__ = ["CLOSED_ACCESS", "LOCAL_ACCESS", "RoadRule", "access_keys", "is_truck", "osm_mode"]

CLOSED_ACCESS = frozenset(
    row.reads_as for row in access_rows("access") if row.verdict is Passing.NO
)
"""What access words are read as when they let nobody pass: no and private."""
LOCAL_ACCESS = frozenset(
    row.reads_as for row in access_rows("access") if row.verdict is Passing.UNKNOWN and row.reads_as
)
"""What they are read as when they let pass to some places only: destination."""


@dataclass(frozen=True, slots=True)
class RoadRule:
    """One rule of the road, as OSM states it, that keeps a vehicle off an arc.

    ``code`` is one_way, highway, ferry, status, condition, season, access, hazmat, drive, limit,
    turn or barrier; ``reason`` says it in words; ``excess`` is the limit that the vehicle exceeds,
    for a rule of that kind.
    """

    code: str
    reason: str
    excess: Excess | None = None


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
