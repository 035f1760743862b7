"""Drafts: an uploaded file is read in a child process, reviewed, and published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import EditorDep, LayerDep, LinksDep, ServiceDep, known_parameters_only
from api.links import JSON, Links, link
from api.models.versions import DraftInfo, PublishRequest, VersionInfo
from api.service import Service
from api.uploads import draft_from_upload, hides_rows, received
from layers.access import Principal
from layers.draft import Draft
from layers.spec import LayerSpec
from lca.errors import NotFound
from lca.instant import format_instant

router = APIRouter(tags=["Drafts"], dependencies=[Depends(known_parameters_only)])

DraftId = Annotated[str, Path(max_length=64, description="Id of a draft.")]

_ACTS = {
    "publish": "publish it",
    "submit": "ask for its review",
    "approve": "approve it",
    "return": "send it back",
    "comment": "comment on it",
    "discard": "give it up",
}
_STATED = {
    "profile": "How the file is to be read; found from the file without it.",
    "source": "Whose statements the rows are that name no source.",
    "date": "Day of the information where no row says it, as 2026-11-14.",
    "country": "Country of the rows that name none, ISO 3166-1 alpha-3.",
    "time_zone": "Time zone of its dates and times, IANA.",
}
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "contentMediaType": "application/octet-stream",
                            "description": "Workbook, document, form export, table or GIS file.",
                        },
                        "message": {"type": "string", "description": "The release note."},
                        **{
                            name: {"type": "string", "description": words}
                            for name, words in _STATED.items()
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/collections/{collection_id}/drafts",
    response_model=DraftInfo,
    status_code=201,
    summary="Upload a file for review",
    openapi_extra=_UPLOAD,
)
async def upload_draft(
    request: Request,
    service: ServiceDep,
    editor: EditorDep,
    links: LinksDep,
    spec: LayerDep,
    response: Response,
) -> DraftInfo:
    """Read an assessment file into a draft of this layer; nothing is published.

    The quality report names each rejected row, its place and what to do.
    """
    async with received(request) as upload:
        draft = await run_in_threadpool(draft_from_upload, service, spec, editor, upload)
    response.headers["Location"] = links.href("collections", spec.name, "drafts", draft.id)
    return draft_info(links, draft)


@router.get(
    "/collections/{collection_id}/drafts/{draft_id}",
    response_model=DraftInfo,
    summary="A draft and its report",
)
def get_draft(
    service: ServiceDep,
    editor: EditorDep,
    links: LinksDep,
    spec: LayerDep,
    draft_id: DraftId,
    response: Response,
) -> DraftInfo:
    """Return a draft, its report, and the closures that publishing it would lift."""
    response.headers["Cache-Control"] = "private, no-store"
    return draft_info(links, draft_of(service, spec, editor, draft_id))


@router.post(
    "/collections/{collection_id}/drafts/{draft_id}/publish",
    response_model=VersionInfo,
    summary="Publish a draft",
)
def publish_draft(
    service: ServiceDep,
    editor: EditorDep,
    links: LinksDep,
    spec: LayerDep,
    draft_id: DraftId,
    body: PublishRequest,
) -> VersionInfo:
    """Publish a draft; a 409 has what others published since, or the closures to confirm.

    It also says when the layer asks for an approval that the draft lacks; a 422 names its errors.
    """
    draft = draft_of(service, spec, editor, draft_id)
    release = service.store.publish(
        draft.id,
        editor.name,
        message=body.message,
        confirm_lifts=frozenset(body.confirm_lifts),
        clearance=editor.clearance,
    )
    return service.notes.write(links, release, editor.clearance)


def draft_of(service: Service, spec: LayerSpec, editor: Principal, draft_id: str) -> Draft:
    """Return a draft of a layer; NotFound also if it changes what the editor may not see."""
    draft = service.store.get_draft(draft_id, clearance=editor.clearance)
    if draft.layer != spec.name or hides_rows(draft, editor.clearance):
        raise NotFound(
            f"There is no draft {draft_id!r} of {spec.name}.",
            do_next="The answer to the upload has the draft's address.",
        )
    return draft


def draft_info(links: Links, draft: Draft) -> DraftInfo:
    """Return a draft as a body, with what can be done to it."""
    own = links.href("collections", draft.layer, "drafts", draft.id)
    return DraftInfo(
        **draft.as_json(),
        created_at=format_instant(draft.created_at),
        published_as=draft.published_as,
        carried_over=draft.carried_over,
        links=[
            link(own, "self", JSON, "This draft"),
            *(
                link(f"{own}/{act}", act, JSON, f"POST here to {words}")
                for act, words in _ACTS.items()
                if not draft.state.final
            ),
        ],
    )
