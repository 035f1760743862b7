"""Road assessments: what a stretch of road is like, in UNSDI-T's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shapely.geometry.base import BaseGeometry

from .amount import impossible_amounts
from .errors import InvalidInput
from .provenance import Provenance
from .record import described
from .vocab import (
    Practicability,
    RoadClass,
    RoadStatus,
    RoadSurface,
    SecurityCategory,
    SurfaceCondition,
    SurfacePreparation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadAssessment(Provenance):
    """A stretch of road as it was assessed (UNSDI-T v2 roads; WFP's road extract).

    An assessment, not a constraint: it changes no route by itself. ``geometry`` is a line or a
    point in EPSG:4326. Practicability is UNSDI-T's 0-6, read as payload.
    """

    id: str = described("Id")
    name: str = described("Name")
    road_name: str | None = described("Name or number of the road", default=None)
    national_class: str | None = described("National class", default=None)
    functional_class: RoadClass | None = described("Functional class (UNSDI-T)", default=None)
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    admin1_pcode: str | None = described("P-code of the first level", default=None)
    admin2_pcode: str | None = described("P-code of the second level", default=None)
    admin_edition: str | None = described("Edition of its P-codes", default=None)
    op_status: RoadStatus = described("Operational status", default=RoadStatus.UNKNOWN)
    current_practicability: Practicability | None = described(
        "Largest class that passes now (UNSDI-T 0-6)", default=None
    )
    good_weather_practicability: Practicability | None = described(
        "Largest class in good weather (UNSDI-T 0-6)", default=None
    )
    bad_weather_practicability: Practicability | None = described(
        "Largest class in bad weather (UNSDI-T 0-6)", default=None
    )
    surface_type: RoadSurface | None = described("Surface", default=None)
    surface_condition: SurfaceCondition | None = described("Condition of the surface", default=None)
    surface_preparation: SurfacePreparation | None = described(
        "Preparation of the surface", default=None
    )
    is_seasonal: bool | None = described("Affected by the season", default=None)
    seasonal_note: str | None = described("What the seasons change", default=None)
    speed_limit_kmh: float | None = described("Speed limit", unit="km/h", default=None)
    current_speed_kmh: float | None = described("Speed now", unit="km/h", default=None)
    general_speed_kmh: float | None = described("Usual speed", unit="km/h", default=None)
    lanes: int | None = described("Lanes", default=None)
    lane_width_m: float | None = described("Width of a lane", unit="m", default=None)
    road_width_m: float | None = described("Width of the road", unit="m", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    gradient_deg: float | None = described("Gradient", unit="°", default=None)
    length_km: float | None = described("Length", unit="km", default=None)
    elevated: bool | None = described("On a bridge", default=None)
    security_category: SecurityCategory | None = described(
        "Security category (UNSDI-T A-E)", default=None
    )
    under_construction: bool | None = described("Under construction", default=None)
    works_end_expected: datetime | None = described("End of the works expected", default=None)
    description: str | None = described("Description", default=None)
    osm_way_ids: tuple[int, ...] | None = described("OSM way ids", default=None)
    chainage_from_km: float | None = described("Chainage from", unit="km", default=None)
    chainage_to_km: float | None = described("Chainage to", unit="km", default=None)
    chainage_from_place: str | None = described("Chainage counted from", default=None)
    place_from: str | None = described("Between this place", default=None)
    place_to: str | None = described("And this place", default=None)
    geometry: BaseGeometry | None = None

    def __post_init__(self) -> None:
        for what, do_next in impossible_amounts(self):
            raise InvalidInput(what, where=self.id, do_next=do_next)
        start, end = self.chainage_from_km, self.chainage_to_km
        if start is not None and end is not None and end < start:
            raise InvalidInput(
                f"chainage_to_km {end:g} is before chainage_from_km {start:g}.",
                where=self.id,
                do_next="Exchange the two; kilometres count up from the place where they start.",
            )
