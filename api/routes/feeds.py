"""What changed, as feeds: Atom and a JSON change log, of a layer and of the operation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.caching import etag, not_modified, validated
from api.caller import Caller
from api.deps import (
    CallerDep,
    HoldsAtQuery,
    LayerDep,
    LinksDep,
    ServiceDep,
    instant_of,
    known_parameters_only,
)
from api.links import JSON, Links, link
from api.models.feeds import Changes
from api.responses import JsonResponse
from api.service import Service
from layers.atom import MEDIA_TYPE, feed_of
from layers.changes import Change
from layers.spec import LayerSpec
from lca.instant import format_instant

router = APIRouter(tags=["Feeds"], dependencies=[Depends(known_parameters_only)])

_ENTRIES = 50
_MOST = 500
_MOST_LOOKED_AT = 200
"""What nothing changed at a moment is looked at all the same, and takes some milliseconds each."""
_ATOM_BODY: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}

SinceQuery = Annotated[
    str | None, Query(description="Only what happened after this instant.", max_length=40)
]
BeforeQuery = Annotated[
    str | None,
    Query(description="Only what happened before this instant: the next page.", max_length=40),
]
LimitQuery = Annotated[int, Query(ge=1, le=_MOST, description="Events a page.")]


class Span(NamedTuple):
    """Which events are asked for."""

    since: datetime | None
    before: datetime | None
    at: datetime | None
    limit: int


def span_of(
    since: SinceQuery = None,
    before: BeforeQuery = None,
    at: HoldsAtQuery = None,
    limit: LimitQuery = _ENTRIES,
) -> Span:
    """Read which events are asked for."""
    return Span(
        instant_of(since, "since"), instant_of(before, "before"), instant_of(at, "at"), limit
    )


SpanDep = Annotated[Span, Depends(span_of)]


@router.get(
    "/feed.atom",
    response_class=Response,
    responses=_ATOM_BODY,
    summary="Atom feed of all layers",
)
def feed(request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep) -> Response:
    """Return the newest releases of all layers as an Atom feed."""
    return _feed(request, service, caller, links, None)


@router.get(
    "/collections/{collection_id}/feed.atom",
    response_class=Response,
    responses=_ATOM_BODY,
    summary="Atom feed of one layer",
)
def feed_of_layer(
    request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep, spec: LayerDep
) -> Response:
    """Return the newest releases of a layer as an Atom feed."""
    return _feed(request, service, caller, links, spec)


@router.get("/changes.json", response_model=Changes, summary="Change log of all layers")
def changes(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    span: SpanDep,
) -> Response:
    """Return releases and withdrawals of all layers, newest first.

    With `at` a page may hold few events or none, and still have a `next` one.

    To follow the log, ask again with `since` as the `at` of the newest event that you know.
    """
    return _log(request, service, caller, links, None, span)


@router.get(
    "/collections/{collection_id}/changes.json",
    response_model=Changes,
    summary="Change log of one layer",
)
def changes_of_layer(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    span: SpanDep,
) -> Response:
    """Return releases and withdrawals of a layer, newest first.

    With `at` a page may hold few events or none, and still have a `next` one.
    """
    return _log(request, service, caller, links, spec, span)


def _feed(
    request: Request, service: Service, caller: Caller, links: Links, spec: LayerSpec | None
) -> Response:
    headers = _validators(service, caller, "atom", spec.name if spec else "all")
    if unchanged := not_modified(request, headers):
        return unchanged
    about = ("collections", spec.name) if spec else ()
    body = feed_of(
        service.store,
        service.changes,
        spec,
        clearance=caller.clearance,
        href=lambda release: links.version(release.layer, str(release.number)),
        links=(
            ("self", links.here(request), MEDIA_TYPE),
            ("alternate", links.href(*about, query={"f": "json"} if not spec else None), JSON),
        ),
    )
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _log(
    request: Request,
    service: Service,
    caller: Caller,
    links: Links,
    spec: LayerSpec | None,
    span: Span,
) -> Response:
    place = spec.name if spec else "all"
    told = [format_instant(moment) if moment else "" for moment in span[:3]]
    headers = _validators(service, caller, "json", place, *told, str(span.limit))
    if unchanged := not_modified(request, headers):
        return unchanged
    page = service.changes.page(
        _layers(service, spec),
        clearance=caller.clearance,
        since=span.since,
        before=span.before,
        at=span.at,
        limit=span.limit,
        looks=None if span.at is None else _MOST_LOOKED_AT,
    )
    shown = [link(links.here(request), "self", JSON, "This document")]
    if page.next_before is not None:
        path = ("collections", spec.name, "changes.json") if spec else ("changes.json",)
        query = {
            "since": format_instant(span.since) if span.since else None,
            "before": format_instant(page.next_before),
            "at": format_instant(span.at) if span.at else None,
            "limit": span.limit,
        }
        shown.append(link(links.href(*path, query=query), "next", JSON, "Older events"))
    body = {"changes": [_event(links, one) for one in page.changes], "links": shown}
    return JsonResponse(Changes.model_validate(body), headers=headers)


def _event(links: Links, change: Change) -> dict[str, Any]:
    release = change.release
    shown = [
        link(links.version(release.layer, str(release.number)), "item", JSON, "Its release note")
    ]
    if release.withdrawn_at is None:
        query = {"to": release.number}
        diff = links.href("collections", release.layer, "diff", query=query)
        shown.append(link(diff, "related", JSON, "What it changed, field by field"))
    return {**change.as_json(), "links": shown}


def _layers(service: Service, spec: LayerSpec | None) -> tuple[str, ...]:
    return tuple(service.store.specs) if spec is None else (spec.name,)


def _validators(service: Service, caller: Caller, *parts: str) -> dict[str, str]:
    """Return the headers of what changes with each transaction of the store, and only then."""
    state = service.changes.state()
    when = format_instant(state) if state else "never"
    return validated(etag(when, caller.clearance.value, *parts), with_token=caller.with_token)
