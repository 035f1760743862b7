"""Bodies of OGC API - Common and Features: landing page, collections, features."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .wire import Instant, Link, Wire


class OperationInfo(Wire):
    """The emergency or office that the store serves; an exercise is never mixed with the real."""

    code: str
    title: str
    exercise: bool
    time_zone: str


class Landing(Wire):
    """The landing page."""

    title: str
    description: str
    operation: OperationInfo | None
    disclaimer: str
    links: list[Link]


class Conformance(Wire):
    """The conformance classes that the service fulfils."""

    conformsTo: list[str]  # noqa: N815 - the standard's name


class SpatialExtent(Wire):
    """Boxes as west, south, east, north."""

    bbox: list[tuple[float, float, float, float]]
    crs: str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Extent(Wire):
    """Where a layer's features lie."""

    spatial: SpatialExtent


class FieldInfo(Wire):
    """A property of a layer's features."""

    name: str
    title: str
    type: str
    unit: str | None
    codes: list[str]
    required: bool


_BEHIND = (
    "Of a computed layer: what was published since it was made and is not in it; "
    "null where nothing is computed, or an earlier version is asked for."
)


class Collection(Wire):
    """A layer at its head."""

    id: str
    title: str
    description: str
    kind: Literal["facility", "place", "constraint", "boundary", "thematic", "table"]
    itemType: Literal["feature"] = "feature"  # noqa: N815 - the standard's name
    extent: Extent | None = Field(description="None while no feature has a location.")
    version: str
    number: int
    published_at: Instant
    feature_count: int
    exercise: bool
    licence: str
    attribution: str
    download_allowed: bool
    cadence_days: int | None = Field(description="How often the layer is due for an update.")
    behind: list[str] | None = Field(description=_BEHIND)
    fields: list[FieldInfo]
    links: list[Link]


class Collections(Wire):
    """The layers that have a published version."""

    collections: list[Collection]
    links: list[Link]


class Feature(Wire):
    """A record as a GeoJSON feature.

    Properties that begin with ``computed_`` are no part of the record: they say where a
    constraint is in its life at the moment asked about, and are absent elsewhere.
    """

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class VersionedFeature(Feature):
    """One feature, with the version that it was read from."""

    version: str
    number: int
    links: list[Link]


class FeatureCollection(Wire):
    """A page of features of one version, in the order of their ids."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    numberMatched: int  # noqa: N815 - the standard's name
    numberReturned: int  # noqa: N815 - the standard's name
    timeStamp: Instant  # noqa: N815 - the standard's name
    version: str
    number: int
    published_at: Instant
    exercise: bool
    behind: list[str] | None = Field(description=_BEHIND)
    attribution: str
    licence: str
    links: list[Link]


class LayerSchema(Wire):
    """A layer's columns as JSON Schema, with units (UCUM), codes and roles as OGC writes them."""

    dialect: str = Field(alias="$schema")
    id: str = Field(alias="$id")
    type: Literal["object"]
    title: str
    description: str
    properties: dict[str, dict[str, Any]]
    additionalProperties: Literal[False]  # noqa: N815 - the standard's name
    required: list[str] = Field(default_factory=list)


class FeatureState(Wire):
    """One state of a feature: the version that brought it, and until when it was known."""

    number: int
    version: str
    published_at: Instant
    until: Instant | None = Field(
        description="When the next state was published; null: it is the last."
    )
    action: str
    change: Literal["added", "changed", "removed"]
    fields: list[str] = Field(description="Which fields differ from the state before.")
    computed_standing: str | None = Field(
        default=None, description="Of a constraint, its standing at `at` by this state."
    )
    links: list[Link]


class FeatureHistory(Wire):
    """The states of one feature, newest first (a TimeMap)."""

    collection: str
    id: str
    states: list[FeatureState]
    links: list[Link]
