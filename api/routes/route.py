"""Movement questions: can this vehicle get there, by which way, and why not."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.caching import NO_STORE
from api.caller import Caller
from api.deps import CallerDep, ServiceDep, known_parameters_only
from api.models.edits import NewFeature
from api.models.routes import RouteAnswerBody, RouteRequest, Vehicle, Vehicles, VehicleSpec
from api.responses import JsonResponse
from api.service import Service
from layers.geojson import plain
from lca.constraint import Constraint
from lca.errors import NotAllowed, NotAuthenticated
from lca.instant import parse_instant
from lca.record import from_row, to_row
from lca.vehicle import VehicleClass, resolve_vehicle
from lca.vocab import LocationPrecision, Sensitivity
from routing.policy import Policy
from routing.question import RouteQuestion
from routing.reference_tables import reference_tables

from .edits import CONSTRAINTS, new_row

router = APIRouter(tags=["Routes"], dependencies=[Depends(known_parameters_only)])


@router.post("/routes", response_model=RouteAnswerBody, summary="Ask for a way")
def ask_route(service: ServiceDep, caller: CallerDep, body: RouteRequest) -> Response:
    """Answer whether a vehicle can get from one place to another.

    The question travels in the body, so that it is in no address and no access log. Where the
    operation holds constraints that are not public, only cleared callers are answered, because
    the answers would show where those lie (rule 8).
    """
    as_of = _moment(body.as_of)
    require_cleared(service, caller, as_of)
    question = RouteQuestion(
        origin=body.origin,
        destination=body.destination,
        vehicle=vehicle_of(service, body.vehicle, as_of),
        at=_moment(body.at),
        as_of=as_of,
        without=tuple(body.without),
        what_if=tuple(
            supposed(service, number, item, as_of) for number, item in enumerate(body.what_if, 1)
        ),
        policy=Policy.from_json(body.policy.model_dump()),
    )
    answer = service.planner.answer(question, caller.clearance)
    # Again, of what the answer rests on: a secret may have been published while it was made.
    require_cleared(service, caller, as_of)
    return JsonResponse(answer.as_json(), headers={"Cache-Control": NO_STORE})


@router.get("/vehicles", response_model=Vehicles, summary="Vehicle classes")
def list_vehicles(service: ServiceDep) -> Response:
    """Return the vehicle classes that a question may name: the operation's, else the product's."""
    tables = reference_tables(service.store, service.store.heads())
    rows = (to_row(item) for item in tables.vehicles.values())
    vehicles = [Vehicle(**{name: plain(value) for name, value in row.items()}) for row in rows]
    return JsonResponse(Vehicles(vehicles=vehicles), headers={"Cache-Control": "no-cache"})


def vehicle_of(service: Service, asked: str | VehicleSpec, as_of: datetime | None) -> VehicleClass:
    """Return the vehicle that a question names, by the operation's table of that moment.

    Raises
    ------
    UsageError, NotFound, InvalidInput
        As :func:`lca.vehicle.resolve_vehicle` does.
    """
    tables = reference_tables(service.store, service.store.heads(as_of))
    spec = (
        asked
        if isinstance(asked, str)
        else asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    )
    return resolve_vehicle(spec, tables.vehicles)


def require_cleared(service: Service, caller: Caller, as_of: datetime | None) -> None:
    """Refuse a movement question of an uncleared caller where the operation holds secrets.

    Raises
    ------
    NotAuthenticated
        Without a token.
    NotAllowed
        With a token that has only the public's clearance.
    """
    if caller.clearance is not Sensitivity.PUBLIC:
        return
    if not service.planner.movement_questions_need_clearance(as_of):
        return
    what = "Movement questions need a cleared token in this operation: it holds restricted constraints."
    if caller.with_token:
        raise NotAllowed(what, do_next="Ask an admin for a token with a higher clearance.")
    raise NotAuthenticated(what, do_next="Send Authorization: Bearer … with a cleared token.")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)


def supposed(service: Service, number: int, body: NewFeature, as_of: datetime | None) -> Constraint:
    """Return a supposed constraint; whoever supposes it is its source and knows the place."""
    told = as_of or service.store.now()
    defaults = {
        "id": f"what-if-{number}",
        "name": f"Supposed constraint {number}",
        "source_org": "the asker's hypothesis",
        "date_of_information": told,
        "location_precision": LocationPrecision.ACCURATE.value,
    }
    return from_row(Constraint, {**defaults, **new_row(service.store.specs[CONSTRAINTS], body)})
