"""Edits of many features at once, and drafts that are brought up to the present head."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request

from api.caching import base_version
from api.deps import EditorDep, LayerDep, LinksDep, ServiceDep, known_parameters_only
from api.features import row_values
from api.models.bulk import BulkEditRequest, BulkEditResult, RebaseRequest
from api.models.versions import DraftInfo
from api.nearness import require_near
from api.service import Service
from layers.access import Principal
from layers.bulk import BulkEdit, draft_edits, publish_edits, selected
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, Edit, EndConstraint
from layers.filters import parse_filter
from layers.rebase import rebase
from layers.spec import LayerSpec
from lca.errors import InvalidInput, UsageError
from lca.geo import BBox
from lca.instant import parse_instant

from .drafts import DraftId, draft_info, draft_of
from .edits import new_row

router = APIRouter(dependencies=[Depends(known_parameters_only)])


@router.post(
    "/collections/{collection_id}/edits",
    response_model=BulkEditResult,
    status_code=201,
    summary="Edit many features",
    tags=["Edits"],
)
def edit_items(
    request: Request,
    service: ServiceDep,
    editor: EditorDep,
    links: LinksDep,
    spec: LayerDep,
    body: BulkEditRequest,
) -> BulkEditResult:
    """Add, change, confirm or end features in one version or draft: all of them, or none.

    With `If-Match`, a feature that has changed since that version is refused; a 422 lists each
    refused edit in `issues`.
    """
    # What is chosen by what it is like must still be so when it is changed.
    by_likeness = (body.filter is not None or body.bbox is not None) and body.into is None
    seen = service.store.head(spec.name) if by_likeness else None
    edits = _edits(service, spec, editor, body)
    base = base_version(request) or (seen.version if seen else None)
    bulk = BulkEdit(spec.name, edits, editor.name, body.reason, editor.clearance, base)
    ids = [edit.feature_id for edit in edits]
    if body.draft or body.into is not None:
        if body.into is not None:
            draft_of(service, spec, editor, body.into)
        draft = draft_edits(service.store, bulk, into=body.into)
        return BulkEditResult(ids=ids, release=None, draft=draft_info(links, draft))
    release = publish_edits(service.store, bulk, confirm_lifts=frozenset(body.confirm_lifts))
    told = service.notes.write(links, release, editor.clearance)
    return BulkEditResult(ids=ids, release=told, draft=None)


@router.post(
    "/collections/{collection_id}/drafts/{draft_id}/rebase",
    response_model=DraftInfo,
    summary="Bring a draft up to the present version",
    tags=["Drafts"],
)
def rebase_draft(
    service: ServiceDep,
    editor: EditorDep,
    links: LinksDep,
    spec: LayerDep,
    draft_id: DraftId,
    body: RebaseRequest,
) -> DraftInfo:
    """Merge what others have published since into a draft, field by field.

    A 409 lists in `conflicts` what both changed differently; send the side of each in `keep`.
    """
    draft = draft_of(service, spec, editor, draft_id)
    merged = rebase(
        service.store, draft.id, author=editor.name, clearance=editor.clearance, keep=body.keep
    )
    return draft_info(links, merged)


def _edits(
    service: Service, spec: LayerSpec, editor: Principal, body: BulkEditRequest
) -> list[Edit]:
    if body.action == "add":
        return _additions(service, spec, body)
    keys = selected(
        service.store,
        spec.name,
        clearance=editor.clearance,
        ids=body.ids,
        bbox=None if body.bbox is None else BBox(*body.bbox),
        chosen=None if body.filter is None else parse_filter(body.filter, spec),
    )
    if body.action == "change":
        changes = _changes(spec, body)
        return [ChangeFeature(key, changes, body.reason) for key in keys]
    if body.source_org is None:
        raise UsageError(
            "Nobody is named who says so.", where="source_org", do_next="Name the organisation."
        )
    told = body.date_of_information
    at = service.store.now() if told is None else parse_instant(told)
    if body.action == "confirm":
        return [ConfirmFeature(key, body.source_org, at, body.reason) for key in keys]
    return [EndConstraint(key, body.source_org, at, body.reason) for key in keys]


def _additions(service: Service, spec: LayerSpec, body: BulkEditRequest) -> list[Edit]:
    if not body.features:
        raise UsageError(
            "There is nothing to add.", where="features", do_next="Give GeoJSON features."
        )
    rows = [new_row(spec, item) for item in body.features]
    for row in rows:
        require_near(service, row["geometry"])
    return [AddFeature(row) for row in rows]


def _changes(spec: LayerSpec, body: BulkEditRequest) -> dict[str, Any]:
    changes = row_values(body.properties, spec.fields)
    if not changes:
        raise UsageError("Nothing is to change.", where="properties", do_next="Give a property.")
    if "sensitivity" in changes and changes["sensitivity"] is None:
        raise InvalidInput(
            "A sensitivity cannot become unknown: the layer's default might show a secret.",
            where="properties.sensitivity",
            do_next="Say which it is.",
        )
    told = {
        "source_org": body.source_org,
        "date_of_information": body.date_of_information,
    }
    return {name: value for name, value in told.items() if value is not None} | changes
