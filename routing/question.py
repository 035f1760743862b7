"""A movement question: from where, to where, with which vehicle, when, and under which policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lca.constraint import Constraint
from lca.errors import UsageError
from lca.vehicle import VehicleClass

from .policy import DEFAULT_POLICY, Policy

_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """With which vehicle, when, under what policy and which hypothesis: a question but for places.

    Attributes
    ----------
    vehicle : str or VehicleClass
        Code of a vehicle class, or a vehicle with numbers of its own.
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

    vehicle: str | VehicleClass
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
        """Whether it supposes something that is not published (rule 9)."""
        return bool(self.without or self.what_if)


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """Ask whether a vehicle can get from the origin to the destination, when and on what terms.

    ``origin`` and ``destination`` are an id, a name, or ``lat=…,lon=…``; the rest is as in
    :class:`Terms`, which also says what is refused.
    """

    origin: str
    destination: str
    vehicle: str | VehicleClass
    at: datetime | None = None
    as_of: datetime | None = None
    without: tuple[str, ...] = ()
    what_if: tuple[Constraint, ...] = ()
    policy: Policy = DEFAULT_POLICY

    def __post_init__(self) -> None:
        _ = self.terms

    @property
    def terms(self) -> Terms:
        """The question but for its places."""
        return Terms(
            vehicle=self.vehicle,
            at=self.at,
            as_of=self.as_of,
            without=self.without,
            what_if=self.what_if,
            policy=self.policy,
        )
