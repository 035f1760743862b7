"""Finding a facility or place by a part of its name or code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.caching import cache_headers
from api.deps import CallerDep, ServiceDep, known_parameters_only
from api.models.routes import Places
from api.placesearch import search_places
from api.responses import JsonResponse

router = APIRouter(tags=["Routes"], dependencies=[Depends(known_parameters_only)])


@router.get("/places", response_model=Places, summary="Find a place")
def list_places(
    service: ServiceDep,
    caller: CallerDep,
    q: Annotated[
        str, Query(min_length=1, max_length=100, description="Part of an id, a code or a name.")
    ],
) -> Response:
    """Return the facilities and places that match, best first; whole words before parts."""
    heads = service.store.heads()
    hits = search_places(service.store, heads, q, caller.clearance)
    return JsonResponse(Places(places=hits), headers=cache_headers(with_token=caller.with_token))
