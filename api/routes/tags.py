"""Tags: names for the versions that were the heads at one moment."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.caching import etag, not_modified, validated
from api.deps import ApproverDep, CallerDep, LinksDep, ServiceDep, known_parameters_only
from api.links import GEOJSON, JSON, Links, link
from api.models.reviews import NewTag, TaggedRelease, TagInfo, Tags
from api.responses import JsonResponse
from layers.release import Release
from layers.tags import Tag, add_tag, list_tags

router = APIRouter(tags=["Versions"], dependencies=[Depends(known_parameters_only)])


@router.get("/tags", response_model=Tags, summary="All tags")
def get_tags(request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep) -> Response:
    """Return the tags, the newest first; any `version` parameter takes a tag's name."""
    found = list_tags(service.store.workspace)
    withdrawn = sum(item.withdrawn_at is not None for tag in found for item in tag.releases)
    newest = found[0].name if found else ""
    headers = validated(
        etag("tags", f"{len(found)}-{withdrawn}", newest), with_token=caller.with_token
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    body = Tags(
        tags=[_body(links, item) for item in found],
        links=[link(links.href("tags"), "self", JSON, "These tags")],
    )
    return JsonResponse(body, headers=headers)


@router.post("/tags", response_model=TagInfo, status_code=201, summary="Tag the present versions")
def post_tag(service: ServiceDep, approver: ApproverDep, links: LinksDep, body: NewTag) -> TagInfo:
    """Pin the heads of all layers, or of those named, at this moment; a tag never moves."""
    made = add_tag(
        service.store.workspace,
        body.name,
        author=approver.name,
        message=body.message,
        layers=body.layers,
    )
    return _body(links, made)


def _body(links: Links, tag: Tag) -> TagInfo:
    body = tag.as_json()
    return TagInfo(
        **{
            **body,
            "releases": [
                TaggedRelease(**told, links=_links(links, tag, item))
                for told, item in zip(body["releases"], tag.releases, strict=True)
            ],
        }
    )


def _links(links: Links, tag: Tag, item: Release) -> list[dict[str, str]]:
    items = links.href("collections", item.layer, "items", query={"version": tag.name})
    return [link(items, "items", GEOJSON, f"{item.layer} as of {tag.name}")]
