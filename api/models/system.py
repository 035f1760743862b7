"""Bodies about the service itself: who asks, and whether it can answer."""

from __future__ import annotations

from typing import Literal

from .wire import Wire


class Me(Wire):
    """Who the token is."""

    authenticated: bool
    name: str | None
    role: str
    clearance: str


class Health(Wire):
    """The process answers."""

    status: Literal["ok"]
    product_version: str


class Readiness(Wire):
    """Everything that an answer needs can be read."""

    status: Literal["ready"]
    checks: dict[str, str]
