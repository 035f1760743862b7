"""The history of a layer: its versions, what changed between two, rollback and withdrawal."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from layers.store import Release
from lca.errors import NotFound

from ..caching import cache_headers, etag, not_modified
from ..deps import ApproverDep, CallerDep, LayerDep, LinksDep, ServiceDep, known_parameters_only
from ..links import GEOJSON, JSON, link
from ..models.versions import (
    DiffBody,
    RollbackRequest,
    VersionInfo,
    Versions,
    WithdrawRequest,
    WithdrawResult,
)
from ..releases import version_info
from ..responses import JsonResponse
from ..service import Service

router = APIRouter(tags=["Versions"], dependencies=[Depends(known_parameters_only)])

Reference = Annotated[
    str, Path(max_length=64, description="Version id, a unique prefix of it, or the number.")
]


@router.get(
    "/collections/{collection_id}/versions", response_model=Versions, summary="All versions"
)
def list_versions(
    request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep, spec: LayerDep
) -> Response:
    """Return the release notes, newest first; a withdrawn version keeps its note."""
    log = service.store.log(spec.name)
    marks = [f"{item.number}{'w' if item.withdrawn_at else ''}" for item in log]
    newest = log[0].version if log else "none"
    headers = cache_headers(
        etag(newest, "-".join(marks[:1] + [m for m in marks if m.endswith("w")]), caller.clearance.value),
        with_token=caller.with_token,
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    body = Versions(
        versions=[version_info(service.store, links, item, caller.clearance) for item in log],
        links=[
            link(links.here(request), "self", JSON, "This document"),
            link(links.href("collections", spec.name, "items"), "latest-version", GEOJSON, "Head"),
        ],
    )
    return JsonResponse(body, headers=headers)


@router.get(
    "/collections/{collection_id}/versions/{version}",
    response_model=VersionInfo,
    summary="One release note",
)
def get_version(
    service: ServiceDep, caller: CallerDep, links: LinksDep, spec: LayerDep, version: Reference
) -> Response:
    """Return the release note of a version."""
    release = service.store.release(spec.name, version)
    info = version_info(service.store, links, release, caller.clearance)
    headers = {
        "Cache-Control": "private, no-store" if caller.with_token else "no-cache",
        "Vary": "Authorization, Accept",
    }
    return JsonResponse(info, headers=headers)


@router.get(
    "/collections/{collection_id}/diff",
    response_model=DiffBody,
    responses={200: {"content": {"text/plain": {}}}},
    summary="What changed between two versions",
)
def get_diff(  # noqa: PLR0913, PLR0917 - one parameter a dependency
    service: ServiceDep,
    caller: CallerDep,
    spec: LayerDep,
    to: Annotated[str, Query(description="The newer version; latest is the head.")] = "latest",
    from_: Annotated[
        str | None,
        Query(alias="from", description="The older version; default the one before `to`."),
    ] = None,
    f: Annotated[Literal["json", "text"], Query(description="text can be pasted.")] = "json",
) -> Response:
    """Return what changed, by feature and field, as far as the caller may see it."""
    newer = service.store.release(spec.name, to)
    older = _older(service, newer, from_)
    diff = service.store.diff(spec.name, older, newer, caller.clearance)
    headers = cache_headers(
        etag(older.version[:32] if older else "nothing", newer.version[:32], caller.clearance.value),
        with_token=caller.with_token,
    )
    if f == "text":
        return PlainTextResponse(diff.as_text(), headers=headers)
    return JsonResponse(diff.as_json(), headers=headers)


def _older(service: Service, newer: Release, reference: str | None) -> Release | None:
    """Return the version to compare with: the one asked for, else the one before."""
    if reference is not None:
        return service.store.release(newer.layer, reference)
    if newer.predecessor is None:
        return None
    return service.store.release(newer.layer, newer.predecessor)


@router.post(
    "/collections/{collection_id}/rollback",
    response_model=VersionInfo,
    status_code=201,
    summary="Publish an earlier version again",
)
def rollback(  # noqa: PLR0913, PLR0917 - one parameter a dependency
    service: ServiceDep,
    approver: ApproverDep,
    links: LinksDep,
    spec: LayerDep,
    body: RollbackRequest,
) -> VersionInfo:
    """Publish a new version that equals an earlier one.

    Closures that it would lift are listed in a 409 until `confirm_lifts` names each.
    """
    release = service.store.rollback(
        spec.name,
        body.reference,
        approver.name,
        body.message,
        confirm_lifts=frozenset(body.confirm_lifts),
    )
    return version_info(service.store, links, release, approver.clearance)


@router.post(
    "/collections/{collection_id}/versions/{version}/withdraw",
    response_model=WithdrawResult,
    summary="Hide a version everywhere",
)
def withdraw(  # noqa: PLR0913, PLR0917 - one parameter a dependency
    service: ServiceDep,
    approver: ApproverDep,
    links: LinksDep,
    spec: LayerDep,
    version: Reference,
    body: WithdrawRequest,
) -> WithdrawResult:
    """Withdraw a version; reading it answers 410 from now on, its release note stays."""
    target = service.store.release(spec.name, version)
    head = service.store.withdraw(
        spec.name,
        target.version,
        approver.name,
        body.reason,
        confirm_lifts=frozenset(body.confirm_lifts),
    )
    return WithdrawResult(
        withdrawn=target.version,
        head=None if head is None else version_info(service.store, links, head, approver.clearance),
    )
