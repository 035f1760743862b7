"""What all bodies share: strictness, instants as text, and the shape of a problem."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lca.instant import format_instant, parse_instant


class Wire(BaseModel):
    """A body in which a member that nobody knows is an error.

    A request with ``asof`` instead of ``as_of`` would otherwise be answered with the present.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


def _instant(text: str) -> str:
    return format_instant(parse_instant(text))


Instant = Annotated[
    str,
    AfterValidator(_instant),
    Field(
        description="ISO 8601 with an offset, or a date alone (midnight UTC).",
        examples=["2026-11-21T08:00:00Z"],
    ),
]
"""An instant as text; what leaves the service is in UTC and ends with Z."""


class Link(Wire):
    """A link of OGC API - Common."""

    href: str
    rel: str
    type: str
    title: str


class Problem(BaseModel):
    """What happened, where, and what to do next (RFC 9457); further members by type."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    where: str
    do_next: str


class Issue(Wire):
    """One thing that is wrong in a file."""

    severity: str
    message: str
    do_next: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    rule: str | None = None
    proposal: str | None = None
    repaired: bool = False


class Report(Wire):
    """The quality report of a reading: rows in = rows accepted + rejected + set aside."""

    issues: list[Issue]
    rows_in: dict[str, int]
    rows_accepted: dict[str, int]
    rows_rejected: dict[str, int]
    rows_set_aside: dict[str, int] = {}
    unmapped: dict[str, dict[str, int]] = {}
    unread: dict[str, int] = {}


JsonObject = dict[str, Any]
