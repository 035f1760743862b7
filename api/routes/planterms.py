"""The terms of a plan's question out of its body, and what they are looked at with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.caller import Caller
from api.models.edits import NewFeature
from api.models.plans import PlanTerms, SecondTerms
from api.models.routes import PolicyInfo, RouteRequest
from api.service import Service
from lca.constraint import Constraint
from lca.instant import parse_instant
from lca.record import from_row
from lca.vehicle import VehicleClass
from lca.vocab import LocationPrecision
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.policy import Policy
from routing.question import Terms
from routing.reference_tables import ReferenceTables, reference_tables
from routing.tables.listing import places_of_layer

from .edits import CONSTRAINTS, new_row


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
    terms = Terms(
        vehicle=vehicle,
        at=None if asked.at is None else parse_instant(asked.at),
        as_of=None if asked.as_of is None else parse_instant(asked.as_of),
        without=tuple(asked.without),
        what_if=tuple(
            _supposed(service, number, item, asked.as_of)
            for number, item in enumerate(asked.what_if, 1)
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


def _supposed(service: Service, number: int, body: NewFeature, as_of: str | None) -> Constraint:
    """Return a supposed constraint; whoever supposes it is its source and knows the place."""
    defaults = {
        "id": f"what-if-{number}",
        "name": f"Supposed constraint {number}",
        "source_org": "the asker's hypothesis",
        "date_of_information": service.store.now() if as_of is None else parse_instant(as_of),
        "location_precision": LocationPrecision.ACCURATE.value,
    }
    return from_row(Constraint, {**defaults, **new_row(service.store.specs[CONSTRAINTS], body)})
