"""Administrative boundaries: areas with a P-code, by which humanitarian tables are joined."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from .provenance import Provenance
from .record import described


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary(Provenance):
    """An administrative area; ``geometry`` is a polygon in EPSG:4326.

    ``level`` is 0 for the country, 1 for its first division, and so on; ``edition`` says from
    when the set of P-codes is, because they change.
    """

    id: str = described("Id")
    name: str = described("Name")
    name_alt: str | None = described("Other names", default=None)
    pcode: str | None = described("P-code", default=None)
    level: int = described("Administrative level")
    parent_pcode: str | None = described("P-code of the area above", default=None)
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    edition: str | None = described("Edition of the P-codes", default=None)
    geometry: BaseGeometry | None = None
