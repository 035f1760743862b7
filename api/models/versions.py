"""Bodies of a layer's history: release notes, differences, drafts."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .wire import Instant, Link, Report, Wire


class VersionInfo(Wire):
    """A published version and its release note."""

    layer: str
    number: int
    version: str
    published_at: Instant
    author: str
    message: str
    action: str
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


class DraftInfo(Wire):
    """A reading that waits for its review."""

    id: str
    layer: str
    base: str | None = Field(description="The version that was the head when it was made.")
    version: str = Field(description="The version that it will have.")
    author: str
    message: str
    source_name: str | None
    source_sha256: str | None
    report: Report | None
    lifts: list[LiftedClosureInfo]
    diff: dict[str, Any]
    links: list[Link]


class PublishRequest(Wire):
    """Publishes a draft."""

    message: str | None = None
    confirm_lifts: list[str] = Field(
        default=[], description="Ids of the closures that the publication knowingly lifts."
    )


class RollbackRequest(Wire):
    """Publishes an earlier version again."""

    reference: str = Field(description="Number, version id or unique prefix of it.")
    message: str = Field(min_length=1)
    confirm_lifts: list[str] = []


class WithdrawRequest(Wire):
    """Hides a version everywhere."""

    reason: str = Field(min_length=1)
    confirm_lifts: list[str] = []


class WithdrawResult(Wire):
    """The head after a withdrawal; None if nothing is left to serve."""

    withdrawn: str
    head: VersionInfo | None
