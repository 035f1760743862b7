"""Bodies of a layer's history: release notes, differences, drafts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .wire import Instant, Link, Report, Wire

_LIFTS = "Ids of the closures that the change knowingly lifts."


class VersionInfo(Wire):
    """A published version and its release note."""

    layer: str
    number: int
    version: str
    published_at: Instant
    author: str
    message: str
    action: Literal["publish", "edit", "rollback", "withdraw", "derive"]
    exercise: bool
    feature_count: int | None = Field(description="None for a withdrawn version.")
    withdrawn_at: Instant | None
    predecessor: str | None
    links: list[Link]


class Versions(Wire):
    """All versions of a layer, newest first."""

    versions: list[VersionInfo]
    links: list[Link]


class LiftedClosureInfo(Wire):
    """A closure that a change would lift or weaken."""

    id: str
    name: str
    reasons: list[str]


class VersionReference(Wire):
    """An end of a comparison."""

    number: int
    version: str
    published_at: Instant


class DiffCounts(Wire):
    """How many features differ."""

    added: int
    removed: int
    changed: int


class FieldChangeInfo(Wire):
    """One field before and after; null is not known."""

    name: str
    before: Any
    after: Any


class FeatureChangeInfo(Wire):
    """How one feature changed."""

    id: str
    name: str
    fields: list[FieldChangeInfo]


class DiffBody(Wire):
    """What one version has that another has not, as far as the caller may see."""

    layer: str
    from_: VersionReference | None = Field(alias="from")
    to: VersionReference | None
    at: Instant | None = Field(
        default=None, description="Only what holds at this instant was compared; null: all."
    )
    counts: DiffCounts
    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    changed: list[FeatureChangeInfo]


class FindingInfo(Wire):
    """What is wrong or doubtful in a draft; an error keeps it from being published."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    do_next: str
    count: int = Field(description="How many features it concerns.")
    ids: list[str] = Field(description="The first hundred of them.")


class DraftEvent(Wire):
    """What somebody did to a draft."""

    action: str
    author: str
    text: str | None
    version: str = Field(description="The content that it had afterwards.")
    happened_at: Instant


DraftStateName = Literal["open", "submitted", "returned", "approved", "published", "discarded"]
ReviewName = Literal["none", "one", "four_eyes"]


class DraftSummary(Wire):
    """A draft in a list."""

    id: str
    layer: str
    version: str
    author: str
    message: str
    created_at: Instant
    state: DraftStateName
    review: ReviewName
    changes: str = Field(description="What it would change, counted.")
    lifts: int = Field(description="How many closures publishing it would lift.")
    links: list[Link]


class Drafts(Wire):
    """The drafts of a layer that are neither published nor discarded, newest first."""

    drafts: list[DraftSummary]
    links: list[Link]


class DiffFeatures(Wire):
    """The features that differ, each with its ``operation``: insert, update or delete."""

    type: Literal["FeatureCollection"]
    layer: str
    from_: VersionReference | None = Field(alias="from")
    to: VersionReference | None
    at: Instant | None = Field(
        default=None, description="Only what holds at this instant was compared; null: all."
    )
    features: list[dict[str, Any]]


class DraftInfo(Wire):
    """A reading that waits for its review."""

    id: str
    layer: str
    version: str = Field(description="The version that it will have.")
    base: str | None = Field(description="The version that was the head when it was made.")
    author: str
    message: str
    created_at: Instant
    report: Report | None
    source_name: str | None
    source_sha256: str | None
    published_as: int | None = Field(description="Number of its release, once published.")
    carried_over: int = Field(description="Constraints that the file lacks and that stay.")
    state: DraftStateName
    revision: int = Field(description="How often its content has been changed.")
    review: ReviewName = Field(description="Which approval its layer asks for.")
    events: list[DraftEvent] = Field(description="What was done to it, the oldest first.")
    findings: list[FindingInfo] = Field(description="What is wrong or doubtful in it.")
    lifts: list[LiftedClosureInfo] = Field(description="Closures that publishing would lift.")
    diff: DiffBody = Field(description="What it would change of its base.")
    links: list[Link]


class PublishRequest(Wire):
    """Publishes a draft."""

    message: str | None = None
    confirm_lifts: list[str] = Field(default=[], description=_LIFTS)


class RollbackRequest(Wire):
    """Publishes an earlier version again."""

    reference: str = Field(description="Number, version id or unique prefix of it.")
    message: str = Field(min_length=1)
    confirm_lifts: list[str] = Field(default=[], description=_LIFTS)


class WithdrawRequest(Wire):
    """Hides a version everywhere."""

    reason: str = Field(min_length=1)
    confirm_lifts: list[str] = Field(default=[], description=_LIFTS)


class WithdrawResult(Wire):
    """The head after a withdrawal; None if nothing is left to serve."""

    withdrawn: str
    head: VersionInfo | None
