"""The planner's tables: times between places, reach, isolation, critical links, gateways and gaps.

All are movement questions: they travel in the body, and where the operation holds constraints
that are not public only cleared callers are answered (rule 8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.caching import NO_STORE
from api.caller import Caller
from api.deps import CallerDep, ServiceDep, known_parameters_only
from api.models.tables import (
    CriticalBody,
    GapsBody,
    GatewaysBody,
    GatewaysRequest,
    HubRequest,
    IsolationBody,
    IsolationRequest,
    LinksRequest,
    MatrixBody,
    MatrixRequest,
    ReachBody,
    ReachRequest,
    TableRequest,
)
from api.responses import JsonResponse
from api.service import Service
from lca.errors import UsageError
from lca.instant import parse_instant
from lca.vehicle import resolve_vehicle
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.policy import Policy
from routing.question import Terms
from routing.reference_tables import reference_tables
from routing.tables.critical import critical
from routing.tables.gaps import gaps
from routing.tables.gateways import ENTRY_LAYERS, gateways
from routing.tables.isolation import isolation
from routing.tables.listing import published_layers, published_places
from routing.tables.matrix import WAYS_UP_TO, matrix
from routing.tables.reach import reach
from routing.tables.sheet import Table

from .route import require_cleared, supposed, vehicle_of

router = APIRouter(tags=["Tables"], dependencies=[Depends(known_parameters_only)])

MOST_LINKS_TRIED = 1_000
"""Links that one request to the service may lose; the command line tries more."""


@router.post("/matrix", response_model=MatrixBody, summary="Times between places")
def ask_matrix(service: ServiceDep, caller: CallerDep, body: MatrixRequest) -> Response:
    """Answer with the distance and travel-time matrix between places."""
    if body.ways and len(body.origins) * len(body.destinations or body.origins) > WAYS_UP_TO:
        raise UsageError(
            f"A matrix with ways has at most {WAYS_UP_TO} cells here.",
            do_next="Ask in parts, leave out ways, or use lca matrix --km.",
        )

    def table(outlook: Outlook) -> Table:
        rows = _named(outlook, body.origins)
        columns = rows if body.destinations is None else _named(outlook, body.destinations)
        return matrix(outlook, rows, columns, ways=body.ways)

    return _answered(service, caller, body, table)


@router.post("/reach", response_model=ReachBody, summary="What lies within some hours")
def ask_reach(service: ServiceDep, caller: CallerDep, body: ReachRequest) -> Response:
    """Answer with areas, facilities and people within some hours of the nearest hub."""

    def table(outlook: Outlook) -> Table:
        layers = body.layers or (() if body.places else published_layers(outlook))
        known = [name for name in layers if body.layers or _holds_places(service, name)]
        listed = published_places(service.store, outlook, known) if known else ()
        places = (*_named(outlook, body.places), *listed)
        return reach(outlook, _named(outlook, body.hubs), body.hours, places)

    return _answered(service, caller, body, table)


@router.post("/isolation", response_model=IsolationBody, summary="Who is cut off")
def ask_isolation(service: ServiceDep, caller: CallerDep, body: IsolationRequest) -> Response:
    """Answer which places and people are cut off from which hubs, and what restores them.

    A hypothesis is compared with what is published, unless a moment is given.
    """

    def table(outlook: Outlook) -> Table:
        hubs, places = _hubs_and_places(service, outlook, body)
        return isolation(outlook, hubs, places, _before(service, caller, body, outlook))

    return _answered(service, caller, body, table, (_moment(body.before),))


@router.post("/critical", response_model=CriticalBody, summary="Critical links")
def ask_critical(service: ServiceDep, caller: CallerDep, body: LinksRequest) -> Response:
    """Answer with links ranked by the people whom their loss cuts off or delays."""

    def table(outlook: Outlook) -> Table:
        hubs, places = _hubs_and_places(service, outlook, body)
        few = None if outlook.network.arc_count > 200_000 else MOST_LINKS_TRIED
        return critical(outlook, hubs, places, listed=body.listed, most_links=few)

    return _answered(service, caller, body, table)


@router.post("/gateways", response_model=GatewaysBody, summary="Entry points")
def ask_gateways(service: ServiceDep, caller: CallerDep, body: GatewaysRequest) -> Response:
    """Answer with entry points ranked by the time to a destination, the closed ones last."""

    def table(outlook: Outlook) -> Table:
        layers = published_layers(outlook, ENTRY_LAYERS)
        entries: Sequence[ResolvedPlace] = _named(outlook, body.entries)
        if not entries and layers:
            entries = published_places(service.store, outlook, layers)
        facilities = published_places(service.store, outlook)
        return gateways(outlook, entries, outlook.place(body.destination), facilities)

    return _answered(service, caller, body, table)


@router.post("/gaps", response_model=GapsBody, summary="Unknown stretches")
def ask_gaps(service: ServiceDep, caller: CallerDep, body: LinksRequest) -> Response:
    """Answer with stretches of which something is not known, by what depends on them."""

    def table(outlook: Outlook) -> Table:
        return gaps(outlook, *_hubs_and_places(service, outlook, body), listed=body.listed)

    return _answered(service, caller, body, table)


def _answered(
    service: Service,
    caller: Caller,
    body: TableRequest,
    make: Callable[[Outlook], Table],
    moments: Sequence[datetime | None] = (),
) -> Response:
    """Make a table for a caller who is cleared before and after it is made."""
    as_of = _moment(body.as_of)
    asked = (as_of, *(moment for moment in moments if moment is not None))
    for moment in asked:
        require_cleared(service, caller, moment)
    table = make(_outlook(service, caller, _terms(service, body, as_of)))
    # Again, of what the table rests on: a secret may have been published while it was made.
    for moment in asked:
        require_cleared(service, caller, moment)
    return JsonResponse(table.as_json(), headers={"Cache-Control": NO_STORE})


def _terms(service: Service, body: TableRequest, as_of: datetime | None) -> Terms:
    return Terms(
        vehicle=vehicle_of(service, body.vehicle, as_of),
        at=_moment(body.at),
        as_of=as_of,
        without=tuple(body.without),
        what_if=tuple(
            supposed(service, number, item, as_of) for number, item in enumerate(body.what_if, 1)
        ),
        policy=Policy.from_json(body.policy.model_dump()),
    )


def _outlook(service: Service, caller: Caller, terms: Terms) -> Outlook:
    tables = reference_tables(service.store, service.store.heads(terms.as_of))
    vehicle = resolve_vehicle(terms.vehicle, tables.vehicles)
    return service.planner.outlook(replace(terms, vehicle=vehicle), caller.clearance)


def _before(
    service: Service, caller: Caller, body: IsolationRequest, outlook: Outlook
) -> Outlook | None:
    moment = _moment(body.before)
    if moment is None and not outlook.terms.hypothetical:
        return None
    published = replace(outlook.terms, without=(), what_if=())
    if moment is not None:
        published = replace(published, at=moment, as_of=moment)
    return _outlook(service, caller, published)


def _hubs_and_places(
    service: Service, outlook: Outlook, body: HubRequest
) -> tuple[Sequence[ResolvedPlace], Sequence[ResolvedPlace]]:
    named = "layers" in body.model_fields_set or not body.places
    listed = published_places(service.store, outlook, body.layers) if named and body.layers else ()
    return _named(outlook, body.hubs), (*_named(outlook, body.places), *listed)


def _named(outlook: Outlook, texts: Sequence[str]) -> tuple[ResolvedPlace, ...]:
    return tuple(outlook.place(text) for text in texts)


def _holds_places(service: Service, layer: str) -> bool:
    spec = service.store.specs.get(layer)
    return spec is not None and spec.kind.holds_places


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
