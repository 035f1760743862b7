"""Bodies of the planner's tables: what may be asked at once, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from .edits import NewFeature
from .routes import AnswerProvenance, End, Envelope, Note, PolicyInfo, VehicleSpec, VehicleText
from .wire import Instant, Wire

PlaceText = Annotated[str, Field(min_length=1, max_length=300)]
LayerName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]


class TableRequest(Wire):
    """With which vehicle, when, on what terms; a place is an id, a name, or ``lat=…,lon=…``."""

    vehicle: VehicleText | VehicleSpec
    at: Instant | None = Field(default=None, description="Departure; default as_of, else now.")
    as_of: Instant | None = Field(default=None, description="Answer with what was known then.")
    without: list[str] = Field(
        default=[], max_length=100, description="Constraints to leave out: a hypothesis."
    )
    what_if: list[NewFeature] = Field(
        default=[], max_length=100, description="Constraints to suppose: a hypothesis."
    )
    policy: PolicyInfo = PolicyInfo()


class MatrixRequest(TableRequest):
    """Asks for times between places; without destinations, between the origins."""

    origins: list[PlaceText] = Field(min_length=1, max_length=200)
    destinations: list[PlaceText] | None = Field(default=None, min_length=1, max_length=200)
    ways: bool | None = Field(
        default=None, description="Kilometres and whole verdicts: at most 400 cells here."
    )


class HubRequest(TableRequest):
    """Asks for what hubs and places have to do with one another."""

    hubs: list[PlaceText] = Field(min_length=1, max_length=20)
    places: list[PlaceText] = Field(default=[], max_length=1_000)
    layers: list[LayerName] = Field(default=["places"], max_length=10)


class ReachRequest(HubRequest):
    """Asks what lies within some hours; without layers named, all of places and facilities."""

    hours: list[Annotated[float, Field(gt=0, le=476)]] = Field(min_length=1, max_length=5)
    layers: list[LayerName] = Field(default=[], max_length=10)


class IsolationRequest(HubRequest):
    """Asks who is cut off; ``before`` is a moment whose knowledge and time it is compared with."""

    before: Instant | None = None


class LinksRequest(HubRequest):
    """Asks for links or stretches; ``listed`` is how many at most."""

    listed: int = Field(default=20, ge=1, le=500)


class GatewaysRequest(TableRequest):
    """Asks for entry points to a destination; without any, all that are published."""

    destination: PlaceText
    entries: list[PlaceText] = Field(default=[], max_length=50)


class TableBody(Wire):
    """What every table says of itself."""

    product: str
    hypothetical: bool
    exercise: bool
    assessed: bool
    question: dict[str, Any]
    policy: PolicyInfo
    unapplied: list[Note]
    unapplied_count: int
    provenance: AnswerProvenance
    caveat: str
    envelope: Envelope


class CellInfo(Wire):
    """One way: null hours where there is none or they depend on time."""

    verdict: str | None
    hours: float | None
    days: float | None
    km: float | None
    words: str
    depends_on_time: bool
    least_h: float | None
    most_h: float | None


class MatrixBody(TableBody):
    """Times and lengths, a row an origin."""

    origins: list[End]
    destinations: list[End]
    with_ways: bool
    depends_on_time: int
    cells: list[list[CellInfo]]


class BandInfo(Wire):
    """What is reached within some hours."""

    hours: float
    geometry: dict[str, Any]
    tolerance_m: float
    perhaps_geometry: dict[str, Any] | None
    perhaps_tolerance_m: float | None
    people: int
    people_perhaps: int
    places_without_population: int
    counts: dict[str, int]
    counts_perhaps: dict[str, int]
    inside: list[End]
    perhaps: list[End]


class ReachBody(TableBody):
    """Bands of hours around hubs."""

    hubs: list[End]
    bands: list[BandInfo]


class Sums(Wire):
    """Places and the people in them, as far as they are known."""

    places: int
    people: int


class PlaceStandingInfo(End):
    """How one place stands to the hubs."""

    population: int | None
    standing: str
    before: str
    newly_cut_off: bool
    newly_reached: bool
    lost_hubs: list[str]
    hours: float | None
    hours_before: float | None


class RestoredInfo(Wire):
    """Constraints whose lifting reconnects places."""

    lifting: list[Note]
    places: int
    people: int
    place_ids: list[str]


class IsolationBody(TableBody):
    """Who is cut off from which hubs, and what restores them."""

    hubs: list[End]
    compared_with: str
    totals: dict[str, Sums]
    newly_cut_off: Sums
    newly_reached: Sums
    population_unknown: int
    places: list[PlaceStandingInfo]
    restored_by: list[RestoredInfo]
    restored_by_truncated: bool


class EstimateInfo(Wire):
    """A number and its 95 % interval; all three are equal where it is exact."""

    value: float
    low: float
    high: float


class LinkInfo(Wire):
    """A link and what its loss does."""

    street: str
    segment_ids: list[str]
    length_km: float
    people_cut_off: EstimateInfo
    places_cut_off: int
    people_delayed: EstimateInfo
    places_delayed: int
    person_hours: EstimateInfo
    longest_delay_h: float


class CriticalBody(TableBody):
    """Links by what their loss does."""

    hubs: list[End]
    method: str
    exact: bool
    seed: int
    draws: int
    links_used: int
    links_tried: int
    others_at_most: float
    places_unreached: int
    links: list[LinkInfo]


class CapacityInfo(Wire):
    """A part of a chain and what passes it a day."""

    part: str
    t_day: float | None
    basis: str


class ExpiryInfo(Wire):
    """A permission that ends."""

    until: Instant
    note: Note


class GatewayInfo(End):
    """One entry point."""

    usable: bool
    verdict: str
    why_not: str
    hours: float | None
    km: float | None
    lowest_limit_t: float | None
    bottleneck_t_day: float | None
    unknown_parts: list[str]
    chain: list[CapacityInfo]
    expiries: list[ExpiryInfo]
    permit: str
    conditions: list[Note]
    blocked_by: list[Note]


class GatewaysBody(TableBody):
    """Entry points by the time to a destination."""

    destination: End
    gateways: list[GatewayInfo]


class GapInfo(Wire):
    """A stretch of which something is not known."""

    street: str
    segment_ids: list[str]
    length_km: float
    unknown: list[str]
    constraints: list[Note]
    ways: int
    people: int


class GapsBody(TableBody):
    """Stretches by what depends on them."""

    hubs: list[End]
    ways: int
    ways_of: str
    gap_count: int
    gaps: list[GapInfo]
