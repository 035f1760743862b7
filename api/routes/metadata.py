"""Metadata of a layer and of each version, in the forms of catalogues."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.caching import etag, not_modified, validated
from api.deps import CallerDep, LayerDep, LinksDep, ServiceDep, known_parameters_only
from api.responses import JsonResponse
from layers.metadata.dcat import dcat_dataset, dcat_series
from layers.metadata.describe import About, describe
from layers.metadata.stac import stac_collection, stac_item
from layers.metadata.sums import FileSums
from layers.release import Release
from lca.errors import NotFound

from .versions import Reference

router = APIRouter(tags=["Metadata"], dependencies=[Depends(known_parameters_only)])

FormQuery = Annotated[Literal["stac", "dcat"], Query(description="STAC 1.1, or DCAT 3 as JSON-LD.")]
_MEDIA_TYPES = {"stac": "application/geo+json", "dcat": "application/ld+json"}
# A sum costs an export; above this the file's own answer has to do.
_SUMMED_ROWS = 5_000
_SUMS = FileSums(_SUMMED_ROWS)


@router.get(
    "/collections/{collection_id}/metadata",
    response_model=dict[str, Any],
    responses={200: {"content": {kind: {} for kind in _MEDIA_TYPES.values()}}},
    summary="A layer for a catalogue",
)
def get_layer_metadata(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    f: FormQuery = "stac",
) -> Response:
    """Return the layer as a STAC Collection or a DCAT series of its versions."""
    store = service.store
    log = store.log(spec.name)
    newest = next((one for one in log if one.withdrawn_at is None), None)
    if newest is None:
        raise NotFound(
            f"Nothing is published in {spec.name}.",
            where="collection",
            do_next="/collections lists the layers that have a version.",
        )
    state = "-".join(f"{one.number}w" for one in log if one.withdrawn_at)
    headers = validated(
        etag(newest.version, f"{len(log)}{state}", caller.clearance.value, f),
        with_token=caller.with_token,
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    about = describe(store, newest, links.base, caller.clearance)
    body = stac_collection(about, log) if f == "stac" else dcat_series(about, log)
    media_type = "application/json" if f == "stac" else _MEDIA_TYPES[f]
    return JsonResponse(body, headers=headers, media_type=media_type)


@router.get(
    "/collections/{collection_id}/versions/{version}/metadata",
    response_model=dict[str, Any],
    responses={200: {"content": {kind: {} for kind in _MEDIA_TYPES.values()}}},
    summary="A version for a catalogue",
)
def get_version_metadata(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    version: Reference,
    f: FormQuery = "stac",
) -> Response:
    """Return the version as a STAC Item or a DCAT dataset: extent, dates, licence, files, sums."""
    release: Release = service.store.release(spec.name, version)
    headers = validated(
        etag(release.version, str(release.number), caller.clearance.value, f),
        with_token=caller.with_token,
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    about: About = describe(service.store, release, links.base, caller.clearance, sums=_SUMS)
    body = stac_item(about) if f == "stac" else dcat_dataset(about)
    return JsonResponse(body, headers=headers, media_type=_MEDIA_TYPES[f])
