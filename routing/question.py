"""A movement question: from where, to where, with which vehicle, when, and under which policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lca.constraint import Constraint
from lca.errors import UsageError


class UnknownPolicy(StrEnum):
    """Whether the asker accepts a way that depends on something nobody knows."""

    ALLOW = "allow"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the asker accepts; it travels with the answer."""

    unknown: UnknownPolicy = UnknownPolicy.ALLOW

    def as_json(self) -> dict[str, str]:
        """Return the policy as a JSON object."""
        return {"unknown": self.unknown.value}


DEFAULT_POLICY = Policy()
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """Ask whether a vehicle can get from the origin to the destination, when and under what terms.

    Attributes
    ----------
    origin, destination : str
        An id, a name, or ``lat=…,lon=…``.
    vehicle : str
        Code of a vehicle class.
    at : datetime, optional
        Departure; ``as_of`` if not given, else now.
    as_of : datetime, optional
        Answer with what was known then; now if not given.
    without : tuple of str
        Ids of constraints to leave out: a hypothesis.
    what_if : tuple of Constraint
        Constraints to suppose, unpublished: a hypothesis. One with the id of a published
        constraint stands in its place.
    policy : Policy

    Raises
    ------
    UsageError
        If a time has no offset from UTC or lies in another century, or two supposed constraints
        share an id.
    """

    origin: str
    destination: str
    vehicle: str
    at: datetime | None = None
    as_of: datetime | None = None
    without: tuple[str, ...] = ()
    what_if: tuple[Constraint, ...] = ()
    policy: Policy = DEFAULT_POLICY

    def __post_init__(self) -> None:
        for name in ("at", "as_of"):
            moment = getattr(self, name)
            if moment is None:
                continue
            if moment.utcoffset() is None:
                msg = f"{name} has no offset from UTC."
                raise UsageError(msg, do_next="Give an aware time, as 2026-11-21T08:00:00Z.")
            if moment.year not in _YEARS:
                msg = f"{name} lies in the year {moment.year}."
                raise UsageError(msg, do_next="Check the year; it is probably a slip.")
        ids = [item.id for item in self.what_if]
        if len(set(ids)) < len(ids):
            msg = "Two of the supposed constraints have the same id."
            raise UsageError(msg, do_next="Give each constraint of the hypothesis its own id.")

    @property
    def hypothetical(self) -> bool:
        """Whether the question supposes something that is not published (rule 9)."""
        return bool(self.without or self.what_if)
