"""Response classes that write plain Python values as JSON, fast and without NaN."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import BaseModel
from starlette.responses import JSONResponse

from .links import GEOJSON, JSON, OPENAPI, SCHEMA


class JsonResponse(JSONResponse):
    """A JSON object; a model or plain values."""

    media_type = JSON

    def render(self, content: Any) -> bytes:
        """Write the content; a model by its aliases, NaN as null."""
        if isinstance(content, bytes):
            return content
        if isinstance(content, BaseModel):
            content = content.model_dump(mode="json", by_alias=True)
        return orjson.dumps(content)


class GeoJsonResponse(JsonResponse):
    """GeoJSON (RFC 7946)."""

    media_type = GEOJSON


class OpenApiResponse(JsonResponse):
    """An OpenAPI document."""

    media_type = OPENAPI


class SchemaResponse(JsonResponse):
    """A JSON Schema."""

    media_type = SCHEMA
