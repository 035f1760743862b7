"""Bodies of movement questions and their answers, and of the vehicles and places they name."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from lca.vocab import Actor, Cargo, Verdict

from .edits import NewFeature
from .wire import Instant, Wire

VehicleText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="A code of /vehicles, perhaps changed, as truck_heavy_3,gross_t=22.",
    ),
]


class PolicyInfo(Wire):
    """What the asker accepts."""

    unknown: Literal["allow", "penalise", "forbid"] = "allow"
    stale: Literal["allow", "penalise", "forbid"] = "allow"
    low_confidence: Literal["allow", "penalise", "forbid"] = "allow"
    difficult: Literal["allow", "penalise", "forbid"] = "allow"
    max_security: Literal["A", "B", "C", "D", "E"] | None = None
    night_driving: bool = True
    day_from: str = Field(default="06:00", max_length=5, description="Local time.")
    day_to: str = Field(default="18:00", max_length=5, description="Local time.")
    driving_day_h: float = Field(default=10.0, gt=0, le=24)
    avoid_borders: list[str] = Field(default=[], max_length=100)
    avoid_countries: list[str] = Field(default=[], max_length=50)


class VehicleSpec(Wire):
    """A vehicle with numbers of its own: what differs from a class, or all of it without one."""

    # "22" for 22 is a slip that somebody should see.
    model_config = ConfigDict(strict=True)

    vehicle_class: str | None = Field(
        default=None,
        alias="class",
        min_length=1,
        max_length=100,
        description="A code of /vehicles.",
    )
    axles: int | None = None
    gross_t: float | None = None
    payload_t: float | None = None
    axle_load_t: float | None = None
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None
    practicability: int | None = Field(default=None, description="UNSDI-T rank, 2 to 6.")
    drive: Literal["4x2", "4x4", "6x6"] | None = None
    top_speed_kmh: float | None = None
    hazmat: bool | None = None
    cargo: Cargo | None = Field(default=None, strict=False)
    actor: Actor | None = Field(default=None, strict=False)


class RouteRequest(Wire):
    """Asks whether a vehicle can get from here to there.

    A place is an id, a name, or ``lat=…,lon=…``; a bare pair of numbers is refused.
    """

    origin: str = Field(min_length=1, max_length=300)
    destination: str = Field(min_length=1, max_length=300)
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


class End(Wire):
    """An end of the way as it was understood."""

    id: str | None
    name: str
    layer: str | None
    lon: float
    lat: float


class Question(Wire):
    """The question as it was understood, enough to ask it again."""

    origin: End
    destination: End
    vehicle: dict[str, Any]
    at: Instant
    as_of: Instant
    policy: PolicyInfo
    without: list[str]
    what_if: list[dict[str, Any]]
    clearance: str = Field(description="What the asker may see.")


class ExcessInfo(Wire):
    """A limit that the vehicle exceeds."""

    limit: str
    limit_value: float | str
    vehicle_value: float | str
    unit: str


class Note(Wire):
    """Something on or near the way that blocks, conditions or is worth knowing."""

    kind: Literal["constraint", "facility", "road_rule", "road_data", "policy"]
    id: str
    name: str | None = None
    constraint_type: str | None = None
    effect: str | None = None
    status: str | None = None
    reason: str
    match: str | None = None
    source_org: str | None = None
    source_ref: str | None = None
    date_of_information: Instant | None = None
    reliability: str | None = None
    credibility: int | None = None
    location_precision: str | None = None
    review_overdue: bool | None = None
    restricted: bool = False
    hypothetical: bool = False
    km_from: float | None = None
    km_to: float | None = None
    excess: list[ExcessInfo] | None = None


class Street(Wire):
    """A part of the way under one name."""

    name: str | None
    highway: str
    length_km: float


class OffRoad(Wire):
    """How far the ends lie from the road, in metres."""

    origin: float
    destination: float


class Durations(Wire):
    """Hours from departure to arrival in the best, the present and the worst season and case."""

    optimistic_h: float
    expected_h: float
    worst_h: float


class WorkingDays(Wire):
    """The same in driving days, without waits."""

    optimistic: float
    expected: float
    worst: float
    driving_day_h: float


class Wait(Wire):
    """Where the vehicle stands, from when until when, and why."""

    km: float
    lon: float
    lat: float
    from_: Instant = Field(alias="from")
    until: Instant
    hours: float
    reason: str
    id: str | None = None


class Way(Wire):
    """The way, its length and its times."""

    length_km: float
    moving_h: float
    rest_h: float
    delay_h: float
    wait_h: float
    duration_h: float
    durations: Durations
    days: WorkingDays
    arrival: Instant
    geometry: dict[str, Any]
    streets: list[Street]
    off_road_m: OffRoad
    waits: list[Wait]


class Unknowns(Wire):
    """How much of the way nobody has stated limits for."""

    unknown_limits_km: float
    unknown_limits_share: float
    bridges_without_limit: int | None
    stale_km: float
    unknown_practicability_km: float
    text: str


class WeakestLink(Wire):
    """What may be believed least of all that the answer rests on."""

    note: Note
    confidence: str | None


class PlainWay(Wire):
    """Length and time of the way if nothing were constrained."""

    length_km: float
    duration_h: float


class AvoidedNote(Note):
    """A constraint that the way avoids, and what that costs; None where it was not worked out."""

    extra_km: float | None = None
    extra_h: float | None = None


class Comparison(Wire):
    """What the constraints cost."""

    without_constraints: PlainWay
    extra_km: float | None
    extra_h: float | None
    avoided: list[AvoidedNote]


class VersionRef(Wire):
    """A version that went into an answer."""

    version: str
    number: int
    published_at: Instant


class BuildRefInfo(Wire):
    """The graph build that went into an answer."""

    digest: str
    name: str
    osm_date: str | None
    attribution: str
    licence: str


class AnswerProvenance(Wire):
    """Everything that an answer was computed from."""

    graph_build: BuildRefInfo
    constraints: VersionRef | None
    facilities: dict[str, VersionRef]
    tables: dict[str, dict[str, Any]] = Field(
        description="The version or sha256 of each table that vehicles, roads and seasons are "
        "judged by."
    )
    seasons: list[str] = Field(description="The seasons that count before the arrival.")
    engine: str
    product_version: str


class Envelope(Wire):
    """What changes with the moment of the asking and is no part of the answer."""

    computed_at: Instant
    constraints_age_h: float | None
    roads_age_d: float | None


class AnswerEnvelope(Envelope):
    """That of an answer, which may lead past what nobody has reviewed."""

    warnings: list[Note] = Field(
        default=[], description="Reported dangers that nobody has reviewed (rule 7)."
    )


class RouteAnswerBody(Wire):
    """The verdict, why, by which way, and from what."""

    verdict: Verdict
    summary: str
    hypothetical: bool
    exercise: bool
    question: Question
    way: Way | None
    conditions: list[Note]
    notes: list[Note]
    blocked_by: list[Note]
    blocked_by_exact: bool | None = Field(
        description="Whether no smaller set of constraints would reopen a way; None where one "
        "is open, or roads' own rules bar every way."
    )
    blocked_by_others: list[list[Note]] = Field(
        default=[],
        description="Other sets of as few, each of which would do instead; newest first.",
    )
    blocked_by_others_complete: bool | None = Field(
        default=None, description="Whether there are no other sets of as few."
    )
    unapplied: list[Note]
    unknowns: Unknowns | None
    weakest_link: WeakestLink | None
    emissions: dict[str, Any] | None = Field(
        description="CO2e of the vehicle's payload over the way, with method and factor."
    )
    comparison: Comparison | None
    provenance: AnswerProvenance
    valid_until: Instant | None
    caveat: str
    envelope: AnswerEnvelope


class Vehicle(Wire):
    """A vehicle class; gross mass and payload are two numbers."""

    code: str
    name: str
    axles: int | None
    gross_t: float
    payload_t: float
    axle_load_t: float
    height_m: float
    width_m: float
    length_m: float
    practicability: int
    drive: str
    top_speed_kmh: float
    hazmat: bool
    cargo: str
    actor: str


class Vehicles(Wire):
    """The vehicle classes."""

    vehicles: list[Vehicle]


class PlaceHit(Wire):
    """A facility or place whose id or name matches."""

    id: str
    layer: str
    name: str
    lon: float
    lat: float


class Places(Wire):
    """Facilities and places that match, best first."""

    places: list[PlaceHit]
