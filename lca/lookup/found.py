"""What a look-up answers: a place with its codes, and the table that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lca.geo import LonLat

PlaceKind = Literal["port", "airport"]


@dataclass(frozen=True, slots=True)
class Source:
    """A table of places: its name, edition and licence."""

    name: str
    edition: str
    licence: str

    def as_json(self) -> dict[str, str]:
        """Return the source as a JSON object."""
        return {"name": self.name, "edition": self.edition, "licence": self.licence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A port or aerodrome as its source has it.

    Attributes
    ----------
    codes : mapping of str to str
        ``un_locode`` of a port; ``icao`` and ``iata`` of an aerodrome, as far as it has them.
    iso3 : str or None
        Its country, ISO 3166-1 alpha-3.
    position : LonLat
        EPSG:4326, as exact as the source has it.
    similarity : float or None
        0-1, how alike its name is to the one that was looked up.
    distance_km : float or None
        Geodesic distance from the place that was asked about.
    """

    kind: PlaceKind
    name: str
    codes: Mapping[str, str] = field(default_factory=dict)
    iso3: str | None = None
    position: LonLat
    near_town: str | None = None
    source: Source
    similarity: float | None = None
    distance_km: float | None = None

    @property
    def code(self) -> str:
        """The codes in one text, as ``HSPN/PZU``."""
        return "/".join(self.codes.values())

    def as_json(self) -> dict[str, Any]:
        """Return the place as a JSON object."""
        return {
            "kind": self.kind,
            "name": self.name,
            "codes": dict(self.codes),
            "iso3": self.iso3,
            "lat": self.position.lat,
            "lon": self.position.lon,
            "near_town": self.near_town,
            "similarity": self.similarity,
            "distance_km": self.distance_km,
            "source": self.source.as_json(),
        }
