"""Bodies of the review of drafts, of reports that nobody has reviewed, and of tags."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .versions import DraftStateName
from .wire import Instant, Link, Wire


class ReviewNote(Wire):
    """Says something about a draft, or why it is sent back."""

    text: str = Field(min_length=1, max_length=4000)


class OptionalNote(Wire):
    """May say something about a draft."""

    text: str | None = Field(default=None, max_length=4000)


class Approval(Wire):
    """Approves one content of a draft."""

    version: str = Field(
        min_length=8,
        description="The draft's version that you looked at, or its first 8 digits or more.",
    )
    accept: list[str] = Field(
        default=[], description="Codes of the warnings among `findings` that you know of."
    )
    text: str | None = Field(default=None, max_length=4000)


class UnreviewedReport(Wire):
    """A row that a draft adds or changes, and that nobody has reviewed."""

    type: str = Field(default="Feature", pattern="^Feature$")
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    verified: bool = Field(default=False, description="Always false.")
    draft: str
    state: DraftStateName
    reported_by: str
    reported_at: Instant


class UnreviewedReports(Wire):
    """What has been reported in a layer and not reviewed: it may be wrong."""

    type: str = Field(default="FeatureCollection", pattern="^FeatureCollection$")
    features: list[UnreviewedReport]
    links: list[Link]


class TaggedRelease(Wire):
    """A version that a tag pins."""

    layer: str
    number: int
    version: str
    withdrawn: bool
    links: list[Link]


class TagInfo(Wire):
    """A name for the versions that were the heads at one moment; it never moves."""

    name: str
    author: str
    message: str
    tagged_at: Instant
    releases: list[TaggedRelease]


class Tags(Wire):
    """All tags, the newest first."""

    tags: list[TagInfo]
    links: list[Link]


class NewTag(Wire):
    """Pins the present heads under a name."""

    name: str = Field(description="As sitrep-12: small letters, digits, dots, dashes, underscores.")
    message: str = ""
    layers: list[str] | None = Field(default=None, description="All layers if left out.")
