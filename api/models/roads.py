"""Bodies of roads: one by one, as constraints colour them, and as they were matched."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .wire import Instant, Wire


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
