"""Distances and travel times between two places, as a source states them."""

from __future__ import annotations

from dataclasses import dataclass

from .amount import impossible_amounts
from .errors import InvalidInput
from .provenance import Provenance
from .record import described
from .vocab import TransportMode


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelLeg(Provenance):
    """One entry of a distance or travel-time matrix (LCA section 2.3), in one direction.

    ``travel_time_h`` is in hours; ``travel_time_as_written`` keeps ``3 Days`` as the source has
    it, because days of travel are not 24 hours of driving.
    """

    id: str = described("Id")
    name: str = described("Name")
    place_from: str = described("From")
    place_to: str = described("To")
    distance_km: float | None = described("Distance", unit="km", default=None)
    travel_time_h: float | None = described("Travel time", unit="h", default=None)
    travel_time_as_written: str | None = described("Travel time, as written", default=None)
    mode: TransportMode | None = described("Means of transport", default=None)
    vehicle: str | None = described("Vehicle", default=None)
    season: str | None = described("Season (rainy, dry, flood)", default=None)
    road_name: str | None = described("Name or number of the road", default=None)
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    basis: str | None = described("What the figures rest on", default=None)

    def __post_init__(self) -> None:
        for what, do_next in impossible_amounts(self):
            raise InvalidInput(what, where=self.id, do_next=do_next)
