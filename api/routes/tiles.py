"""Vector tiles of roads and layers, and the status of each road by its number in them.

The tiles of a graph build never change and are kept for a year. Those of a layer belong to a
version and revalidate, so that a withdrawn version is gone at the next look.
"""

from __future__ import annotations

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api.caching import IMMUTABLE, etag, etag_of, etag_of_content, not_modified, validated
from api.deps import (
    AsOfQuery,
    AtQuery,
    CallerDep,
    LayerDep,
    LinksDep,
    ReleaseDep,
    ServiceDep,
    VersionQuery,
    instant_of,
    known_parameters_only,
)
from api.links import JSON, Links, link
from api.models.tiles import RoadSnapshot, TileJson, TileSet, TileSets, VectorLayer
from api.negotiate import quality
from api.responses import JsonResponse
from layers.release import Release
from layers.tiles.archive import TileArchive
from lca.errors import NotFound
from lca.instant import format_instant

from .roads import Digest, heads_of

router = APIRouter(tags=["Tiles"], dependencies=[Depends(known_parameters_only)])

MVT = "application/vnd.mapbox-vector-tile"
_TILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MVT: {}}},
    204: {"description": "Nothing lies there"},
}
_TILING = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_SCHEME = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_DEEPEST = 30

Zoom = Annotated[int, Path(ge=0, le=_DEEPEST, description="Zoom of the tile.")]
Column = Annotated[int, Path(ge=0, description="Column of the tile, from the west.")]
Row = Annotated[int, Path(ge=0, description="Row of the tile, from the north.")]


@router.get(
    "/tiles/roads/{digest}/tilejson.json", response_model=TileJson, summary="Tiles of the roads"
)
def get_road_tilejson(service: ServiceDep, links: LinksDep, digest: Digest) -> Response:
    """Return where the road tiles of a build are; 503 while they are being made."""
    archive = service.road_tiles.archive(digest)
    template = links.href("tiles", "roads", digest) + "/{z}/{x}/{y}.mvt"
    # The address of the service is in it, which may change.
    return JsonResponse(
        _tilejson(archive, template, "Number and class of each segment of road."),
        headers={"Cache-Control": "no-cache"},
    )


@router.get(
    "/tiles/roads/{digest}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses=_TILE,
    summary="A tile of the roads",
)
def get_road_tile(
    request: Request, service: ServiceDep, digest: Digest, z: Zoom, x: Column, y: Row
) -> Response:
    """Return a tile of a build's roads; its features have the segments' numbers as ids."""
    archive = service.road_tiles.archive(digest)
    headers = {"Cache-Control": IMMUTABLE, "ETag": etag(digest[:16], f"{z}-{x}-{y}")}
    return _tile(request, archive, (z, x, y), headers)


@router.get("/roads/snapshot", response_model=RoadSnapshot, summary="Status of the roads, small")
def get_snapshot(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    vehicle: Annotated[str, Query(max_length=100, description="A code of /vehicles.")],
    at: AtQuery = None,
    version: VersionQuery = None,
    as_of: AsOfQuery = None,
) -> Response:
    """Return the numbers of the segments that a constraint concerns which the caller may see.

    As /roads/status, for clients that draw tiles; the numbers are those of the build named.
    A segment that is not listed has no known constraint, which does not mean that it is open.
    """
    heads = heads_of(service, version, as_of)
    moment = instant_of(at, "at") or heads.as_of
    groups = service.planner.status_snapshot(vehicle, moment, heads, caller.clearance)
    build = heads.build.digest if heads.build else None
    # Time alone changes what holds, so the tag is of what is said, not of a version.
    tag = etag_of_content([build, vehicle, groups])
    headers = validated(tag, with_token=caller.with_token)
    body = {
        "build": build,
        "vehicle": vehicle,
        "at": format_instant(moment),
        "as_of": format_instant(heads.as_of),
        "groups": groups,
    }
    return not_modified(request, headers) or JsonResponse(body, headers=headers)


@router.get(
    "/collections/{collection_id}/tiles", response_model=TileSets, summary="The layer's tiles"
)
def list_tilesets(
    caller: CallerDep,  # noqa: ARG001 - a token that is not valid is refused here too
    links: LinksDep,
    spec: LayerDep,
    release: ReleaseDep,
) -> Response:
    """Return the sets of tiles of a layer: one, in the scheme of web maps."""
    body = TileSets(
        tilesets=[_tileset(links, spec.title, release)],
        links=[link(links.href("collections", spec.name, "tiles"), "self", JSON, "This document")],
    )
    return JsonResponse(body, headers={"Cache-Control": "no-cache"})


@router.get(
    "/collections/{collection_id}/tiles/WebMercatorQuad",
    response_model=TileSet,
    summary="Tiles in the scheme of web maps",
)
def get_tileset(
    caller: CallerDep,  # noqa: ARG001 - a token that is not valid is refused here too
    links: LinksDep,
    spec: LayerDep,
    release: ReleaseDep,
) -> Response:
    """Return what the tiles of a version are and where."""
    return JsonResponse(_tileset(links, spec.title, release), headers={"Cache-Control": "no-cache"})


@router.get(
    "/collections/{collection_id}/tiles/WebMercatorQuad/tilejson.json",
    response_model=TileJson,
    summary="TileJSON",
)
def get_tilejson(
    service: ServiceDep, caller: CallerDep, links: LinksDep, release: ReleaseDep
) -> Response:
    """Return where the tiles of a version are; the addresses in it are pinned to the version."""
    archive = service.tiles.archive(release, caller.clearance)
    body = _tilejson(archive, _template(links, release), archive.metadata.get("description", ""))
    tag = etag_of(release, caller.clearance, "tilejson")
    return JsonResponse(body, headers=validated(tag, with_token=caller.with_token))


@router.get(
    "/collections/{collection_id}/tiles/WebMercatorQuad/{z}/{row}/{col}",
    response_class=Response,
    responses=_TILE,
    summary="A tile",
)
def get_tile(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    release: ReleaseDep,
    z: Zoom,
    row: Row,
    col: Column,
) -> Response:
    """Return a tile with the features of a version that the caller may see; row before column."""
    headers = validated(
        etag_of(release, caller.clearance, f"{z}-{col}-{row}"), with_token=caller.with_token
    )
    if unchanged := not_modified(request, headers):
        return unchanged
    archive = service.tiles.archive(release, caller.clearance)
    return _tile(request, archive, (z, col, row), headers)


def _tile(
    request: Request, archive: TileArchive, place: tuple[int, int, int], headers: dict[str, str]
) -> Response:
    """Return a tile as it is kept, gzipped, or unpacked for who cannot read that; 204 if empty."""
    zoom, x, y = place
    if not archive.min_zoom <= zoom <= archive.max_zoom or x >> zoom or y >> zoom:
        raise NotFound(
            f"There is no tile {zoom}/{x}/{y}.",
            where="tile",
            do_next=f"Zooms {archive.min_zoom} to {archive.max_zoom} have tiles; enlarge those of "
            "the last.",
        )
    if unchanged := not_modified(request, headers):
        return unchanged
    headers = {**headers, "Vary": ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))}
    content = archive.tile(zoom, x, y)
    if not content:
        return Response(status_code=204, headers=headers)
    if quality(request.headers.get("accept-encoding"), "gzip"):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, media_type=MVT, headers=headers)


def _tileset(links: Links, title: str, release: Release) -> TileSet:
    pinned = {"version": release.version}
    here = links.href(*_set_of(release), query=pinned)
    tilejson = links.href(*_set_of(release), "tilejson.json", query=pinned)
    template = _template(links, release).replace("{z}/{y}/{x}", "{tileMatrix}/{tileRow}/{tileCol}")
    tiles = {**link(template, "item", MVT, "A tile"), "templated": True}
    return TileSet.model_validate(
        {
            "title": title,
            "links": [
                link(here, "self", JSON, "This document"),
                link(_SCHEME, _TILING, JSON, "The scheme of the tiles"),
                link(tilejson, "describedby", JSON, "TileJSON"),
                tiles,
            ],
        }
    )


def _template(links: Links, release: Release) -> str:
    return f"{links.href(*_set_of(release))}/{{z}}/{{y}}/{{x}}?version={release.version}"


def _set_of(release: Release) -> tuple[str, ...]:
    return "collections", release.layer, "tiles", "WebMercatorQuad"


def _tilejson(archive: TileArchive, template: str, description: str) -> TileJson:
    said: dict[str, Any] = archive.metadata
    box = archive.box
    return TileJson(
        name=said["name"],
        description=description,
        attribution=said["attribution"],
        tiles=[template],
        vector_layers=[VectorLayer(**layer) for layer in said["vector_layers"]],
        minzoom=archive.min_zoom,
        maxzoom=archive.max_zoom,
        bounds=(box.west, box.south, box.east, box.north),
    )
