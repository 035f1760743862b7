"""Bodies of plans: alternatives, comparisons, convoys and the largest vehicle."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from lca.vocab import Verdict

from .edits import NewFeature
from .routes import (
    AnswerProvenance,
    End,
    Note,
    PolicyInfo,
    RouteAnswerBody,
    RouteRequest,
    VehicleSpec,
    VehicleText,
    Wait,
)
from .wire import Instant, Wire

_PLACE = Field(min_length=1, max_length=300)


class PlanTerms(Wire):
    """When, as known when, and under which policy and hypothesis."""

    at: Instant | None = Field(default=None, description="Departure; default as_of, else now.")
    as_of: Instant | None = Field(default=None, description="Answer with what was known then.")
    without: list[str] = Field(
        default=[], max_length=100, description="Constraints to leave out: a hypothesis."
    )
    what_if: list[NewFeature] = Field(
        default=[], max_length=100, description="Constraints to suppose: a hypothesis."
    )
    policy: PolicyInfo = PolicyInfo()


class AlternativesRequest(RouteRequest):
    """Asks for ways that really differ."""

    most: int = Field(default=3, ge=1, le=10, description="Ways, the best one included.")
    objective: Literal["time", "distance", "co2e"] = "time"
    stretch: float = Field(default=1.5, ge=1, le=10, description="At most so many times the best.")
    overlap: float = Field(default=0.7, ge=0, le=1, description="Share of length on better ways.")


class SecondTerms(Wire):
    """What differs in the second answer; a departure that is not given stays the first's."""

    at: Instant | None = None
    as_of: Instant | None = None
    without: list[str] = Field(default=[], max_length=100)
    what_if: list[NewFeature] = Field(default=[], max_length=100)


class ComparisonRequest(RouteRequest):
    """Asks one question twice."""

    then: SecondTerms


class VehiclesOfConvoy(Wire):
    """So many vehicles of a class."""

    count: int = Field(ge=1, le=500)
    vehicle: VehicleText | VehicleSpec


class ConvoyRequest(PlanTerms):
    """Asks for a convoy's journey over places in their order."""

    places: list[str] = Field(min_length=2, max_length=52)
    vehicles: list[VehiclesOfConvoy] = Field(min_length=1, max_length=20)
    stop_h: list[float] | None = Field(
        default=None, max_length=51, description="Hours at each place after the first."
    )
    back_empty: bool = False
    range_km: float | None = Field(default=None, gt=0, le=10_000)
    fuel_within_km: float = Field(default=2.0, ge=0, le=50)
    card: Literal["html", "text"] | None = Field(
        default=None, description="Also return a one-page route card."
    )


class LargestRequest(PlanTerms):
    """Asks for the largest vehicle that reaches a destination from a hub."""

    hub: str = _PLACE
    destination: str = _PLACE
    vehicles: list[VehicleText | VehicleSpec] = Field(
        default=[], max_length=50, description="Only these; all if empty."
    )
    layers: list[str] = Field(
        default=[], max_length=50, description="Where cargo may be loaded over; all if empty."
    )
    handling_h: float = Field(default=4.0, ge=0, le=240)


class AlternativeWay(Wire):
    """One of the ways, judged by itself."""

    number: int
    verdict: Verdict
    way: dict[str, Any]
    conditions: list[Note]
    notes: list[Note]
    unapplied: list[Note]
    unknowns: dict[str, Any] | None
    valid_until: Instant | None
    extra_km: float | None
    extra_h: float | None
    shared_share: float
    emissions: dict[str, Any] | None


class ClassRow(Wire):
    """The verdict of one vehicle class."""

    vehicle: str
    name: str
    gross_t: float
    payload_t: float
    drive: str
    verdict: Verdict
    length_km: float | None
    duration_h: float | None
    reason: str
    blocked_by: list[Note]
    conditions: list[Note]


class PartialWayBody(Wire):
    """How far the vehicle gets, what would remain, and what stops it."""

    length_km: float
    duration_h: float
    lon: float
    lat: float
    remaining_km: float
    remaining_h: float
    geometry: dict[str, Any]
    stopped_by: list[Note]


class WayOutBody(Wire):
    """What would open a way; ``exact`` if no smaller set of constraints would."""

    reopen: list[Note]
    reopen_others: list[list[Note]]
    reopen_others_complete: bool | None
    exact: bool | None
    exactness: str
    partial: PartialWayBody | None
    classes: list[ClassRow]


class AlternativesBody(RouteAnswerBody):
    """The answer, and the ways that differ from its own."""

    product: Literal["alternatives"]
    objective: Literal["time", "distance", "co2e"]
    asked_for: int
    stretch: float
    overlap: float
    dropped: int
    alternatives: list[AlternativeWay]
    way_out: WayOutBody | None


class ChangedNote(Note):
    """A note that only one of two answers has."""

    section: str


class ComparisonBody(Wire):
    """Two answers and what differs: the second less the first."""

    product: Literal["comparison"]
    hypothetical: bool
    exercise: bool
    verdict: Verdict
    verdict_changed: bool
    same_way: bool | None
    extra_km: float | None
    extra_h: float | None
    appeared: list[ChangedNote]
    gone: list[ChangedNote]
    first: dict[str, Any]
    second: dict[str, Any]
    policy: PolicyInfo
    provenance: AnswerProvenance
    caveat: str
    envelope: dict[str, Any]


class PlanBody(Wire):
    """What every plan says of itself."""

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
    envelope: dict[str, Any]
    verdict: Verdict


class LegBody(Wire):
    """One leg of a journey."""

    origin: End = Field(alias="from")
    destination: End = Field(alias="to")
    back_empty: bool
    verdict: Verdict
    reason: str
    departure: Instant
    arrival: Instant | None
    stop_h: float
    length_km: float | None
    duration_h: float | None
    geometry: dict[str, Any] | None
    conditions: list[Note]
    notes: list[Note]
    blocked_by: list[Note]
    unapplied: list[Note]
    waits: list[Wait]


class ConvoyBody(PlanBody):
    """A convoy's journey; ``card`` if one was asked for."""

    complete: bool
    vehicles: list[dict[str, Any]]
    places: list[End]
    legs: list[LegBody]
    length_km: float
    driving_h: float
    days: dict[str, float]
    fuel: dict[str, Any]
    posts: list[dict[str, Any]]
    verify_before: Instant
    holds_until: Instant | None
    card: str | None


class TransshipmentBody(Wire):
    """A large vehicle to a place, a smaller one from there on."""

    place: End
    verdict: Verdict
    total_h: float
    handling_h: float
    departs_again: Instant
    legs: list[ClassRow]


class LargestBody(PlanBody):
    """The verdict of each class, and where to load over."""

    classes: list[ClassRow]
    largest: str | None
    transshipment: TransshipmentBody | None
    places_looked_at: int
    places_left_out: int
    transshipment_note: str
