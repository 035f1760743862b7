"""What a layer can be asked for: its queryables and its schema."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.caching import etag_of_content, not_modified, validated
from api.deps import CallerDep, LayerDep, LinksDep, known_parameters_only
from api.models.ogc import LayerSchema
from api.responses import SchemaResponse
from layers.jsonschema import schema_of

router = APIRouter(tags=["Queryables"], dependencies=[Depends(known_parameters_only)])

SchemaFormat = Annotated[Literal["json"] | None, Query(description="JSON Schema is the only one.")]


@router.get(
    "/collections/{collection_id}/queryables",
    response_model=LayerSchema,
    response_class=SchemaResponse,
    summary="What features can be filtered by",
)
def get_queryables(
    request: Request,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    f: SchemaFormat = None,  # noqa: ARG001 - declared so that clients may say it
) -> Response:
    """Return the properties that filters and parameters may name (Part 3), as JSON Schema."""
    address = links.href("collections", spec.name, "queryables")
    body = schema_of(spec, address, queryables=True)
    headers = validated(etag_of_content(body), with_token=caller.with_token)
    return not_modified(request, headers) or SchemaResponse(body, headers=headers)


@router.get(
    "/collections/{collection_id}/schema",
    response_model=LayerSchema,
    response_class=SchemaResponse,
    summary="What a feature holds",
)
def get_schema(
    request: Request,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    f: SchemaFormat = None,  # noqa: ARG001 - declared so that clients may say it
) -> Response:
    """Return the layer's columns with units and codes, as JSON Schema (Part 5)."""
    body = schema_of(spec, links.href("collections", spec.name, "schema"))
    headers = validated(etag_of_content(body), with_token=caller.with_token)
    return not_modified(request, headers) or SchemaResponse(body, headers=headers)
