"""Bodies of movement questions and of the roads they are about."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from lca.vocab import Verdict

from .edits import NewFeature
from .wire import Instant, Wire


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


class RouteRequest(Wire):
    """Asks whether a vehicle can get from here to there.

    A place is an id, a name, or ``lat=…,lon=…``; a bare pair of numbers is refused.
    """

    origin: str = Field(min_length=1, max_length=300)
    destination: str = Field(min_length=1, max_length=300)
    vehicle: str = Field(min_length=1, max_length=100, description="A code of /vehicles.")
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
    vehicle_table_sha256: str
    speed_table_sha256: str
    engine: str
    product_version: str


class Envelope(Wire):
    """What changes with the moment of the asking and is no part of the answer."""

    computed_at: Instant
    constraints_age_h: float | None
    roads_age_d: float | None


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
    unapplied: list[Note]
    unknowns: Unknowns | None
    weakest_link: WeakestLink | None
    comparison: Comparison | None
    provenance: AnswerProvenance
    valid_until: Instant | None
    caveat: str
    envelope: Envelope


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


class RoadsBody(Wire):
    """Roads of one build and group for drawing: parallel lists, coordinates as differences.

    ``xy`` holds for each segment lon0, lat0 and then differences, all as integers of
    10^-precision degrees.
    """

    build: str
    group: Literal["main", "local"]
    attribution: str
    precision: int
    classes: list[str]
    names: list[str]
    id: list[str]
    cls: list[int] = Field(alias="class")
    name: list[int]
    oneway: list[int]
    xy: list[list[int]]


class SegmentProperties(Wire):
    """What OpenStreetMap says of a stretch of road; null is not known."""

    segment_id: str
    osm_way_id: int
    highway: str
    name: str | None
    ref: str | None
    oneway: str
    bridge: bool | None
    tunnel: bool | None
    surface: str | None
    lanes: float | None
    length_m: float
    maxspeed_kmh: float | None
    maxspeed_backward_kmh: float | None
    max_gross_t: float | None
    max_axle_t: float | None
    max_height_m: float | None
    max_width_m: float | None
    max_length_m: float | None
    access: str | None
    hgv: str | None


class Segment(Wire):
    """A stretch of road as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: SegmentProperties
    build: str
    attribution: str


class SegmentStatus(Wire):
    """What the constraints do to a stretch for one vehicle."""

    status: Literal["closed", "restricted", "unverified"]
    constraints: list[str]


class RoadStatus(Wire):
    """The stretches that a constraint concerns; every other stretch is as the map has it."""

    build: str | None
    vehicle: str
    at: Instant
    as_of: Instant
    segments: dict[str, SegmentStatus]


class MatchedPiece(Wire):
    """A piece of a stretch, between two fractions of its length, and in which directions."""

    segment_id: str
    from_fraction: float
    to_fraction: float
    forward: bool
    backward: bool


class MatchInfo(Wire):
    """How one constraint was matched."""

    id: str
    name: str
    state: Literal["matched", "partly", "unmatched", "unlocated"]
    note: str
    tolerance_m: float
    control: str | None = Field(description="The facility that it comes from, if it is one's.")
    geometry: dict[str, Any] | None = Field(description="The roads that it covers, to be drawn.")
    pieces: list[MatchedPiece]


class Matches(Wire):
    """How each constraint was matched to the roads."""

    build: str | None
    as_of: Instant
    matches: list[MatchInfo]
