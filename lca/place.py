"""Places: populated zones and settlements that aid is to reach."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from .provenance import Provenance
from .record import described


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Provenance):
    """A populated zone or settlement; ``geometry`` is a point or an area in EPSG:4326."""

    id: str = described("Id")
    name: str = described("Name")
    pcode: str | None = described("P-code", default=None)
    population: int | None = described("Population", unit="people", default=None)
    geometry: BaseGeometry | None = None
