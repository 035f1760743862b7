"""The layers, as OGC collections at their heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.behind import behind_of, tag_parts
from api.caching import etag, etag_of, not_modified, validated
from api.deps import CallerDep, LayerDep, LinksDep, ServiceDep, known_parameters_only
from api.links import JSON, Links, link
from api.models.ogc import Collection, Collections, Extent, FieldInfo, SpatialExtent
from api.responses import JsonResponse
from api.service import Service
from layers.release import Release
from layers.spec import LayerSpec
from lca.errors import NotFound
from lca.geo import BBox
from lca.instant import format_instant
from lca.vocab import Sensitivity

router = APIRouter(tags=["Features"], dependencies=[Depends(known_parameters_only)])


@router.get("/collections", response_model=Collections, summary="The layers")
def list_collections(
    request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep
) -> Response:
    """Return the layers that have a published version, read at one moment."""
    heads = service.store.heads()
    releases = heads.releases
    tag = etag(
        *sorted(f"{name}-{item.number}-{item.version[:16]}" for name, item in releases.items()),
        heads.build.digest[:16] if heads.build else "none",
        caller.clearance.value,
    )
    headers = validated(tag, with_token=caller.with_token)
    if unchanged := not_modified(request, headers):
        return unchanged
    body = Collections(
        collections=[
            collection_of(service, links, spec, releases[name], caller.clearance)
            for name, spec in service.store.specs.items()
            if name in releases
        ],
        links=[link(links.href("collections"), "self", JSON, "This document")],
    )
    return JsonResponse(body, headers=headers)


@router.get("/collections/{collection_id}", response_model=Collection, summary="One layer")
def get_collection(
    request: Request, service: ServiceDep, caller: CallerDep, links: LinksDep, spec: LayerDep
) -> Response:
    """Return one layer at its head."""
    release = service.store.head(spec.name)
    if release is None:
        raise NotFound(
            f"Nothing was published in {spec.name} yet.",
            where="collection",
            do_next="/collections lists the layers that have a version.",
        )
    tag = etag_of(release, caller.clearance, *tag_parts(behind_of(service, spec)))
    headers = validated(tag, with_token=caller.with_token)
    if unchanged := not_modified(request, headers):
        return unchanged
    return JsonResponse(
        collection_of(service, links, spec, release, caller.clearance), headers=headers
    )


def collection_of(
    service: Service, links: Links, spec: LayerSpec, release: Release, clearance: Sensitivity
) -> Collection:
    """Describe a layer; its extent and count are those of the records the caller may see."""
    extent = service.store.extent(release, clearance)
    return Collection(
        id=spec.name,
        title=spec.title,
        description=spec.caveat,
        kind=spec.kind.value,
        extent=_extent(extent.box),
        version=release.version,
        number=release.number,
        published_at=format_instant(release.published_at),
        feature_count=extent.feature_count,
        exercise=release.exercise,
        licence=spec.licence,
        attribution=spec.attribution,
        download_allowed=spec.download_allowed,
        cadence_days=spec.cadence_days,
        behind=behind_of(service, spec),
        fields=[FieldInfo(**_field(item)) for item in spec.fields],
        links=links.collection(spec.name),
    )


def _field(item: Any) -> Mapping[str, Any]:
    return {
        "name": item.name,
        "title": item.title,
        "type": item.type,
        "unit": item.unit,
        "codes": list(item.codes),
        "required": item.required,
    }


def _extent(box: BBox | None) -> Extent | None:
    if box is None:
        return None
    return Extent(spatial=SpatialExtent(bbox=[(box.west, box.south, box.east, box.north)]))
