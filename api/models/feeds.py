"""Bodies of the change log."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .versions import DiffCounts
from .wire import Instant, Link, Wire


class ChangeInfo(Wire):
    """One event: a release, or the withdrawal of a version."""

    kind: Literal["release", "withdrawal"]
    at: Instant
    layer: str
    number: int
    version: str
    action: Literal["publish", "edit", "rollback", "withdraw", "derive"]
    exercise: bool
    author: str
    message: str | None = Field(description="The note, or the reason; None if you may not see it.")
    withdrawn: bool = Field(description="Whether the version has been withdrawn by now.")
    counts: DiffCounts | None = Field(description="None of a withdrawn version.")
    summary: str | None = Field(description="What changed, counted in words.")
    text: str | None = Field(description="What changed in words; None if that is too much.")
    links: list[Link]


class Changes(Wire):
    """Events, newest first, as far as the caller may see them."""

    changes: list[ChangeInfo]
    links: list[Link]
