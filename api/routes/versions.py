"""The history of a layer: its versions, what changed between two, rollback and withdrawal."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from api.caching import cache_headers, etag, not_modified, validated
from api.deps import (
    ApproverDep,
    CallerDep,
    HoldsAtQuery,
    LayerDep,
    LinksDep,
    ServiceDep,
    instant_of,
    known_parameters_only,
)
from api.links import GEOJSON, JSON, link
from api.models.versions import (
    DiffBody,
    DiffFeatures,
    RollbackRequest,
    VersionInfo,
    Versions,
    WithdrawRequest,
    WithdrawResult,
)
from api.responses import JsonResponse
from api.service import Service
from layers.difftable import DiffFormat, as_file
from layers.release import Release, served_before
from lca.errors import NotFound, UsageError
from lca.instant import format_instant

router = APIRouter(tags=["Versions"], dependencies=[Depends(known_parameters_only)])

_FILE_TYPES = {
    DiffFormat.CSV: "text/csv",
    DiffFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    DiffFormat.GEOJSON: GEOJSON,
}

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
    state = "-".join(f"{item.number}w" for item in log if item.withdrawn_at)
    newest = log[0].version if log else "none"
    headers = validated(
        etag(newest, f"{len(log)}{state}", caller.clearance.value), with_token=caller.with_token
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    body = Versions(
        versions=[service.notes.write(links, item, caller.clearance) for item in log],
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
    info = service.notes.write(links, release, caller.clearance)
    return JsonResponse(info, headers=cache_headers(with_token=caller.with_token))


def ends_of(
    service: ServiceDep,
    spec: LayerDep,
    to: Annotated[str, Query(description="The newer version; latest is the head.")] = "latest",
    from_: Annotated[
        str | None,
        Query(
            alias="from",
            description="The older version; default the one before `to` that is served.",
        ),
    ] = None,
    as_of: Annotated[
        str | None, Query(alias="as-of", description="The newer one: what was known then.")
    ] = None,
    since: Annotated[str | None, Query(description="The older one: what was known then.")] = None,
) -> tuple[Release | None, Release]:
    """Return the two versions to compare, each named by itself or by a moment."""
    if (from_ is not None and since is not None) or (to != "latest" and as_of is not None):
        raise UsageError(
            "A version is named twice.", where="query", do_next="Give from or since, to or as-of."
        )
    store, moment = service.store, instant_of(as_of, "as-of")
    newer = store.release(spec.name, to) if moment is None else store.head(spec.name, moment)
    if newer is None:
        raise NotFound(
            f"Nothing was published in {spec.name} by then.",
            where="as-of",
            do_next=f"/collections/{spec.name}/versions lists its versions.",
        )
    if since is not None:
        return store.head(spec.name, instant_of(since, "since")), newer
    return _older(service, newer, from_), newer


EndsDep = Annotated[tuple[Release | None, Release], Depends(ends_of)]


@router.get(
    "/collections/{collection_id}/diff",
    response_model=DiffBody | DiffFeatures,
    responses={200: {"content": {kind: {} for kind in ("text/plain", *_FILE_TYPES.values())}}},
    summary="What changed between two versions",
)
def get_diff(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    spec: LayerDep,
    ends: EndsDep,
    at: HoldsAtQuery = None,
    f: Annotated[
        Literal["json", "text", "csv", "xlsx", "geojson"],
        Query(description="text can be pasted; csv and xlsx have a line for each field."),
    ] = "json",
) -> Response:
    """Return what changed, by feature and field, as far as the caller may see it.

    With `at` it is what changed of that which holds at that instant.
    """
    older, newer = ends
    moment = instant_of(at, "at")
    headers = validated(
        etag(
            f"{older.number}-{older.version[:32]}" if older else "nothing",
            f"{newer.number}-{newer.version[:32]}",
            caller.clearance.value,
            format_instant(moment) if moment else "always",
            f,
        ),
        with_token=caller.with_token,
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    diff = service.store.diff(spec.name, older, newer, caller.clearance, at=moment)
    if f == "text":
        return PlainTextResponse(diff.as_text(), headers=headers)
    if f == "json":
        return JsonResponse(diff.as_json(), headers=headers)
    form = DiffFormat(f)
    name = f"{spec.name}_v{older.number if older else 0}-v{newer.number}.{form.value}"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(as_file(diff, form), media_type=_FILE_TYPES[form], headers=headers)


def _older(service: Service, newer: Release, reference: str | None) -> Release | None:
    """Return the version to compare with: the one asked for, else the last one served before."""
    if reference is not None:
        return service.store.release(newer.layer, reference)
    return served_before(service.store.log(newer.layer), newer.number)


@router.post(
    "/collections/{collection_id}/rollback",
    response_model=VersionInfo,
    status_code=201,
    summary="Publish an earlier version again",
)
def rollback(
    service: ServiceDep,
    approver: ApproverDep,
    links: LinksDep,
    spec: LayerDep,
    body: RollbackRequest,
) -> VersionInfo:
    """Publish a new version that equals an earlier one.

    Closures that it would lift are listed in a 409 until `confirm_lifts` names each. If the layer
    asks for a review, a rollback that would lift one is kept as a submitted draft, which the 409
    names.
    """
    release = service.store.rollback(
        spec.name,
        body.reference,
        approver.name,
        body.message,
        confirm_lifts=frozenset(body.confirm_lifts),
        clearance=approver.clearance,
    )
    return service.notes.write(links, release, approver.clearance)


@router.post(
    "/collections/{collection_id}/versions/{version}/withdraw",
    response_model=WithdrawResult,
    summary="Hide a version everywhere",
)
def withdraw(
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
        clearance=approver.clearance,
    )
    return WithdrawResult(
        withdrawn=target.version,
        head=None if head is None else service.notes.write(links, head, approver.clearance),
    )
