"""The front door: the viewer for people, the landing page for programs, and what is conformed to."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.caching import NO_STORE, etag, not_modified, validated
from api.deps import CallerDep, LinksDep, ServiceDep
from api.models.ogc import Conformance, Landing, OperationInfo
from api.negotiate import wants_html
from api.pages import DISCLAIMER, viewer_page
from api.responses import JsonResponse, OpenApiResponse
from layers.operation import Operation

router = APIRouter(tags=["Service"])

# Not among them, because not all of it is done: temporal and array functions of CQL2, OpenAPI 3.0
# (the description is 3.1), HTML pages of features, coordinate systems besides CRS84.
_CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
)


@router.get(
    "/",
    response_model=Landing,
    responses={200: {"content": {"text/html": {}}}},
    summary="The viewer, or the landing page",
)
def landing(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,  # noqa: ARG001 - a token that is not valid is refused here too
    links: LinksDep,
    f: Annotated[str | None, Query(description="html or json; else by the Accept header.")] = None,
) -> Response:
    """Return the viewer to a browser and the OGC landing page to everything else."""
    headers = {"Cache-Control": "no-cache", "Vary": "Authorization, Accept"}
    if wants_html(request.headers.get("accept"), f):
        # Walking back in the browser would show a kept page, with the list and the time of then.
        headers["Cache-Control"] = NO_STORE
        return Response(viewer_page(service), media_type="text/html", headers=headers)
    body = Landing(
        title="LCA Access Map",
        description="Logistics capacity assessments and access constraints as versioned layers, "
        "and routes that follow what is published.",
        operation=operation_info(service.store.operation),
        disclaimer=DISCLAIMER,
        links=links.landing(),
    )
    return JsonResponse(body, headers=headers)


@router.get("/conformance", response_model=Conformance, summary="Conformance classes")
def conformance() -> Conformance:
    """Return the standards' classes that the service fulfils."""
    return Conformance(conformsTo=list(_CONFORMANCE))


@router.get("/api", response_class=OpenApiResponse, summary="This description")
def api(request: Request, links: LinksDep) -> Response:
    """Return the OpenAPI document, with the layers that are published now."""
    text: bytes = request.app.state.document.text(links)
    headers = validated(etag(hashlib.sha256(text).hexdigest()[:16]), with_token=False)
    return not_modified(request, headers) or OpenApiResponse(text, headers=headers)


def operation_info(operation: Operation | None) -> OperationInfo | None:
    """Return the operation as a body."""
    if operation is None:
        return None
    return OperationInfo(**operation.as_json())
