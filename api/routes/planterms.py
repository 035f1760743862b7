"""The terms of a plan's question out of its body, and what they are looked at with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.caller import Caller
from api.models.edits import NewFeature
from api.models.plans import PlanTerms, SecondTerms
from api.models.routes import PolicyInfo, RouteRequest
from api.service import Service
from lca.instant import parse_instant
from lca.vehicle import VehicleClass
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.policy import Policy
from routing.question import Terms
from routing.reference_tables import ReferenceTables, reference_tables
from routing.tables.listing import places_of_layer

from .route import supposed


@dataclass(frozen=True, slots=True)
class Asked:
    """When, as known when, and under which hypothesis."""

    at: str | None
    as_of: str | None
    without: Sequence[str]
    what_if: Sequence[NewFeature]

    @classmethod
    def of(cls, body: PlanTerms | RouteRequest | SecondTerms) -> Asked:
        """Return the terms of a body."""
        return cls(body.at, body.as_of, body.without, body.what_if)


def outlook_of(
    service: Service, caller: Caller, asked: Asked, vehicle: VehicleClass, policy: PolicyInfo
) -> Outlook:
    """Return the roads as a vehicle finds them on some terms."""
    as_of = None if asked.as_of is None else parse_instant(asked.as_of)
    terms = Terms(
        vehicle=vehicle,
        at=None if asked.at is None else parse_instant(asked.at),
        as_of=as_of,
        without=tuple(asked.without),
        what_if=tuple(
            supposed(service, number, item, as_of) for number, item in enumerate(asked.what_if, 1)
        ),
        policy=Policy.from_json(policy.model_dump()),
    )
    return service.planner.outlook(terms, caller.clearance)


def tables_of(service: Service, as_of: str | None) -> ReferenceTables:
    """Return the operation's tables as they were known at a moment."""
    heads = service.store.heads(None if as_of is None else parse_instant(as_of))
    return reference_tables(service.store, heads)


def listed(service: Service, outlook: Outlook, layers: Iterable[str]) -> tuple[ResolvedPlace, ...]:
    """Return what those layers hold that are layers of places and published."""
    store = service.store
    return tuple(
        place
        for name in layers
        if name in outlook.inputs.heads.releases and store.specs[name].kind.holds_places
        for place in places_of_layer(store, outlook, name)
    )
