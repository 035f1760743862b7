"""Plans built on answers: alternatives, comparisons, convoys, and what size gets through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.caching import NO_STORE
from api.caller import Caller
from api.deps import CallerDep, ServiceDep, known_parameters_only
from api.models.plans import (
    AlternativesBody,
    AlternativesRequest,
    ComparisonBody,
    ComparisonRequest,
    ConvoyBody,
    ConvoyRequest,
    LargestBody,
    LargestRequest,
)
from api.responses import JsonResponse
from api.service import Service
from lca.instant import parse_instant
from routing.plans.alternatives import Difference, Objective, alternatives
from routing.plans.comparison import compare
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import Needs, plan_convoy
from routing.plans.largest import largest
from routing.plans.routecard import RouteCard

from .planterms import Asked, listed, outlook_of, tables_of
from .route import require_cleared, vehicle_of

router = APIRouter(tags=["Routes"], dependencies=[Depends(known_parameters_only)])
_POSTS = ("border_crossings", "checkpoints")


@router.post(
    "/routes/alternatives", response_model=AlternativesBody, summary="Ask for ways that differ"
)
def ask_alternatives(service: ServiceDep, caller: CallerDep, body: AlternativesRequest) -> Response:
    """Return the answer and other ways, each judged in full; where there is none, what opens one.

    Clearance is as for a way.
    """
    _require_cleared(service, caller, body.as_of)
    tables = tables_of(service, body.as_of)
    vehicle = vehicle_of(service, body.vehicle, _moment(body.as_of))
    outlook = outlook_of(service, caller, Asked.of(body), vehicle, body.policy)
    found = alternatives(
        outlook,
        outlook.place(body.origin),
        outlook.place(body.destination),
        most=body.most,
        objective=Objective(body.objective),
        difference=Difference(body.stretch, body.overlap),
        factors=tables.emission_factors,
        vehicles=tuple(tables.vehicles.values()),
    )
    return _answered(service, caller, body.as_of, found.as_json())


@router.post("/comparisons", response_model=ComparisonBody, summary="Ask one question twice")
def ask_comparison(service: ServiceDep, caller: CallerDep, body: ComparisonRequest) -> Response:
    """Answer a question at two times, from two versions or under a hypothesis, and compare.

    Clearance is as for a way, for both answers.
    """
    for as_of in (body.as_of, body.then.as_of):
        _require_cleared(service, caller, as_of)
    first, second = Asked.of(body), Asked.of(body.then)
    second = Asked(second.at or first.at, second.as_of, second.without, second.what_if)
    before, after = (
        outlook_of(
            service,
            caller,
            asked,
            vehicle_of(service, body.vehicle, _moment(asked.as_of)),
            body.policy,
        )
        for asked in (first, second)
    )
    found = compare(before, after, body.origin, body.destination)
    _require_cleared(service, caller, body.as_of)
    return _answered(service, caller, body.then.as_of, found.as_json())


@router.post("/convoys", response_model=ConvoyBody, summary="Plan a convoy")
def ask_convoy(service: ServiceDep, caller: CallerDep, body: ConvoyRequest) -> Response:
    """Plan vehicles that travel together, leg by leg; clearance is as for a way."""
    _require_cleared(service, caller, body.as_of)
    groups = tuple(
        Group(item.count, vehicle_of(service, item.vehicle, _moment(body.as_of)))
        for item in body.vehicles
    )
    outlook = outlook_of(service, caller, Asked.of(body), as_one(groups), body.policy)
    needs = Needs(
        range_km=body.range_km,
        stations=listed(service, outlook, ("fuel",)),
        posts=listed(service, outlook, _POSTS),
        fuel_within_m=body.fuel_within_km * 1000,
    )
    places = [outlook.place(text) for text in body.places]
    plan = plan_convoy(
        outlook, groups, places, stop_h=body.stop_h, back_empty=body.back_empty, needs=needs
    )
    card = None
    if body.card is not None:
        page = RouteCard(plan)
        card = page.as_html() if body.card == "html" else page.as_text()
    return _answered(service, caller, body.as_of, {**plan.as_json(), "card": card})


@router.post("/largest", response_model=LargestBody, summary="Ask what size gets through")
def ask_largest(service: ServiceDep, caller: CallerDep, body: LargestRequest) -> Response:
    """Return the verdict of each class, and where to load over; clearance is as for a way."""
    _require_cleared(service, caller, body.as_of)
    tables = tables_of(service, body.as_of)
    as_of = _moment(body.as_of)
    vehicles = [vehicle_of(service, one, as_of) for one in body.vehicles or tables.vehicles]
    outlook = outlook_of(service, caller, Asked.of(body), vehicles[0], body.policy)
    found = largest(
        outlook,
        outlook.place(body.hub),
        outlook.place(body.destination),
        vehicles,
        listed(service, outlook, body.layers or sorted(outlook.inputs.heads.releases)),
        handling_h=body.handling_h,
    )
    return _answered(service, caller, body.as_of, found.as_json())


def _require_cleared(service: Service, caller: Caller, as_of: str | None) -> None:
    require_cleared(service, caller, _moment(as_of))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def _answered(
    service: Service, caller: Caller, as_of: str | None, body: dict[str, Any]
) -> Response:
    # Again, of what the answer rests on: a secret may have been published while it was made.
    _require_cleared(service, caller, as_of)
    return JsonResponse(body, headers={"Cache-Control": NO_STORE})
