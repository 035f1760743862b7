"""The roads of a graph build, what constraints do to them, and how each was matched to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api.caching import IMMUTABLE, etag_of_content, not_modified, validated
from api.caller import Caller
from api.deps import (
    AsOfQuery,
    AtQuery,
    CallerDep,
    ServiceDep,
    VersionQuery,
    instant_of,
    known_parameters_only,
)
from api.models.roads import Matches, RoadStatus, Segment, SegmentProperties
from api.responses import GeoJsonResponse, JsonResponse
from api.service import Service
from layers.geojson import geometry_of
from layers.release import Heads
from lca.errors import UsageError
from lca.instant import format_instant

from .edits import CONSTRAINTS

router = APIRouter(tags=["Roads"], dependencies=[Depends(known_parameters_only)])

Digest = Annotated[str, Path(max_length=64, description="Digest of a graph build.")]


@router.get(
    "/builds/{digest}/segments/{segment_id}",
    response_model=Segment,
    response_class=GeoJsonResponse,
    summary="One stretch of road",
)
def get_segment(
    service: ServiceDep,
    digest: Digest,
    segment_id: Annotated[
        str,
        Path(
            max_length=100, description="Id of a road segment, or its number in the build's tiles."
        ),
    ],
) -> Response:
    """Return what the map says of a stretch of road; null is not tagged."""
    network = service.roads.network(digest)
    segments = network.segments
    row = segments.row_of(segment_id)
    segment_id = segments.id_at(row)
    stated = segments.attributes(row) | {
        "segment_id": segment_id,
        "osm_way_id": int(segments.osm_way_id[row]),
        "length_m": float(segments.length_m[row]),
    }
    properties = {name: stated[name] for name in SegmentProperties.model_fields}
    body = {
        "type": "Feature",
        "id": segment_id,
        "geometry": geometry_of(segments.shape(row)),
        "properties": properties,
        "build": network.digest,
        "attribution": network.info.attribution,
    }
    return GeoJsonResponse(body, headers={"Cache-Control": IMMUTABLE})


@router.get("/roads/status", response_model=RoadStatus, summary="What constraints do to the roads")
def get_status(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    vehicle: Annotated[str, Query(max_length=100, description="A code of /vehicles.")],
    at: AtQuery = None,
    version: VersionQuery = None,
    as_of: AsOfQuery = None,
) -> Response:
    """Return each stretch that a constraint concerns which the caller may see.

    A stretch that is not listed has no known constraint, which does not mean that it is open.
    """
    heads = heads_of(service, version, as_of)
    moment = instant_of(at, "at") or heads.as_of
    segments = service.planner.road_status(vehicle, moment, heads, caller.clearance)
    body = {
        "build": heads.build.digest if heads.build else None,
        "vehicle": vehicle,
        "at": format_instant(moment),
        "as_of": format_instant(heads.as_of),
        "segments": segments,
    }
    # Time alone changes what holds, so the tag is of what is said, not of a version.
    return _validated(request, caller, body, [body["build"], vehicle, segments])


@router.get("/matches", response_model=Matches, summary="How constraints lie on the roads")
def list_matches(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    *,
    version: VersionQuery = None,
    as_of: AsOfQuery = None,
    pictures: Annotated[bool, Query(description="With the geometry of each, to be drawn.")] = False,
) -> Response:
    """Return on which stretches each constraint lies that the caller may see, or why on none."""
    heads = heads_of(service, version, as_of)
    body = {
        "build": heads.build.digest if heads.build else None,
        "as_of": format_instant(heads.as_of),
        "matches": service.planner.match_report(heads, caller.clearance, pictures=pictures),
    }
    return _validated(request, caller, body, [body["build"], body["matches"]])


def _validated(request: Request, caller: Caller, body: object, said: object) -> Response:
    """Return a body, or 304 if the asker knows what it says but for the time stamps."""
    headers = validated(etag_of_content(said), with_token=caller.with_token)
    return not_modified(request, headers) or JsonResponse(body, headers=headers)


def heads_of(service: Service, version: str | None, as_of: str | None) -> Heads:
    """Return what was published when a version of the constraints was the head, else by as-of."""
    if version is not None and as_of is not None:
        raise UsageError(
            "version and as-of name a moment twice.", where="query", do_next="Give one of them."
        )
    if version is None:
        return service.store.heads(instant_of(as_of, "as-of"))
    return service.store.heads(service.store.release(CONSTRAINTS, version).published_at)
