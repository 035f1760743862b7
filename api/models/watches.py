"""Bodies of saved questions."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from lca.vocab import Verdict

from .routes import PolicyInfo, VehicleSpec, VehicleText, VersionRef
from .wire import Instant, Wire


class WatchRequest(Wire):
    """A question to be asked again and again, with a name for people."""

    name: str = Field(min_length=1, max_length=200)
    origin: str = Field(min_length=1, max_length=300)
    destination: str = Field(min_length=1, max_length=300)
    vehicle: VehicleText | VehicleSpec
    at: Instant | None = Field(default=None, description="Departure; else the moment of looking.")
    policy: PolicyInfo = PolicyInfo()


class LookBody(Wire):
    """What was found at one moment."""

    looked_at: Instant
    verdict: Verdict | None
    summary: str
    error: str | None = None
    length_km: float | None = None
    duration_h: float | None = None
    blocked_by: list[str] | None = None
    blocked_by_others: list[list[str]] | None = None
    conditions: list[str] | None = None
    waits: list[str] | None = None
    warnings: list[str] | None = Field(default=None, description="Unreviewed dangers (rule 7).")
    constraints: VersionRef | None = None
    graph_build: str | None = None
    valid_until: Instant | None = None


class WatchBody(Wire):
    """A saved question and what the last look found."""

    id: str
    name: str
    author: str
    question: dict[str, Any]
    last: LookBody | None


class WatchNews(Wire):
    """What blocks or conditions and is new, or a changed statement, since the look before."""

    id: str
    name: str
    changed: bool


class WatchReportBody(Wire):
    """What a look found beside the one before."""

    id: str
    name: str
    verdict_changed: bool
    changed: bool
    new: list[WatchNews]
    before: LookBody | None
    after: LookBody


class WatchReports(Wire):
    """What looking at several watches found."""

    reports: list[WatchReportBody]


class WatchHistory(Wire):
    """What was found each time the answer was another one."""

    id: str
    name: str
    looks: list[LookBody]
