"""Saved questions: whether their verdicts have changed since somebody last looked.

What is asked travels in bodies; addresses hold opaque ids only (rule 8).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from api.caching import NO_STORE
from api.deps import CallerDep, ReporterDep, ServiceDep, known_parameters_only
from api.models.watches import WatchBody, WatchHistory, WatchReportBody, WatchReports, WatchRequest
from api.responses import JsonResponse
from layers.watches import get_watch, list_watches, looks, remove_watch
from lca.instant import parse_instant
from routing.policy import Policy
from routing.question import RouteQuestion
from routing.watch import look, look_json, save

from .route import require_cleared, vehicle_of

router = APIRouter(tags=["Routes"], dependencies=[Depends(known_parameters_only)])
WatchId = Annotated[str, Path(description="As /watches gives it.", max_length=32)]
_PRIVATE = {"Cache-Control": NO_STORE}


@router.post("/watches", response_model=WatchReportBody, status_code=201, summary="Watch a way")
def add(
    service: ServiceDep, caller: CallerDep, principal: ReporterDep, body: WatchRequest
) -> Response:
    """Save a question with the caller's clearance, and answer it for the first time."""
    require_cleared(service, caller, None)
    question = RouteQuestion(
        origin=body.origin,
        destination=body.destination,
        # A class is looked up again at each look; numbers of its own are kept.
        vehicle=body.vehicle
        if isinstance(body.vehicle, str)
        else vehicle_of(service, body.vehicle, None),
        at=None if body.at is None else parse_instant(body.at),
        policy=Policy.from_json(body.policy.model_dump()),
    )
    report = save(
        service.store,
        service.planner,
        body.name,
        question,
        author=principal.name,
        clearance=caller.clearance,
    )
    return JsonResponse(report.as_json(), status_code=201, headers=_PRIVATE)


@router.get("/watches", response_model=list[WatchBody], summary="What is watched")
def list_all(service: ServiceDep, caller: CallerDep, principal: ReporterDep) -> Response:
    """Return the watches that the caller may see, with what the last look found."""
    del principal
    require_cleared(service, caller, None)
    found = list_watches(service.store, clearance=caller.clearance)
    return JsonResponse(
        [
            {
                "id": item.id,
                "name": item.name,
                "author": item.author,
                "question": dict(item.question),
                "last": None if item.last is None else look_json(item.last),
            }
            for item in found
        ],
        headers=_PRIVATE,
    )


@router.post("/watches/look", response_model=WatchReports, summary="Look at all of them")
def look_at_all(service: ServiceDep, caller: CallerDep, principal: ReporterDep) -> Response:
    """Ask every saved question that the caller may see again, and say what changed."""
    del principal
    require_cleared(service, caller, None)
    watches = list_watches(service.store, clearance=caller.clearance)
    reports = [look(service.store, service.planner, item) for item in watches]
    require_cleared(service, caller, None)
    return JsonResponse({"reports": [item.as_json() for item in reports]}, headers=_PRIVATE)


@router.get("/watches/{watch_id}", response_model=WatchHistory, summary="History of a watch")
def history(
    service: ServiceDep, caller: CallerDep, principal: ReporterDep, watch_id: WatchId
) -> Response:
    """Return what was found each time the answer was another one, the oldest first."""
    del principal
    # What was found says what closures do, also those that only cleared callers may know of.
    require_cleared(service, caller, None)
    watch = get_watch(service.store, watch_id, clearance=caller.clearance)
    seen = [look_json(item) for item in looks(service.store, watch.id)]
    return JsonResponse({"id": watch.id, "name": watch.name, "looks": seen}, headers=_PRIVATE)


@router.delete("/watches/{watch_id}", status_code=204, summary="Watch no longer")
def remove(
    service: ServiceDep, caller: CallerDep, principal: ReporterDep, watch_id: WatchId
) -> Response:
    """End a watch; its history stays in the store."""
    del principal
    remove_watch(service.store, watch_id, clearance=caller.clearance)
    return Response(status_code=204, headers=_PRIVATE)
