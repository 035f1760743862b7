"""A layer's columns as JSON Schema, as OGC API - Features, Part 5 writes them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from lca.record import Field, FieldType

from .spec import LayerKind, LayerSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: dict[FieldType, dict[str, Any]] = {
    "text": {"type": "string"},
    "code": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
    "integers": {"type": "array", "items": {"type": "integer"}},
}
_ROLES = MappingProxyType(
    {
        "id": "id",
        "valid_from": "primary-interval-start",
        "valid_to": "primary-interval-end",
        "constraint_type": "type",
    }
)
_UCUM = MappingProxyType(
    {
        "m²": "m2",
        "m³": "m3",
        "°": "deg",
        "°C": "Cel",
        "t/m²": "t/m2",
        "TEU": "{TEU}",
        "TEU/day": "{TEU}/d",
        "l/day": "l/d",
        "/day": "/d",
        "USD/l": "{USD}/l",
        "t/day": "t/d",
        "1/day": "/d",
        "people": "{people}",
        "g CO2e/km": "g{CO2e}/km",
        "g CO2e/tkm": "g{CO2e}/(t.km)",
    }
)
_FORMATS = MappingProxyType(
    {
        "point": "geometry-point-or-multipoint",
        "line": "geometry-linestring-or-multilinestring",
        "area": "geometry-polygon-or-multipolygon",
    }
)


def schema_of(spec: LayerSpec, address: str, *, queryables: bool = False) -> dict[str, Any]:
    """Return what a layer's features hold, or, much the same, what they can be filtered by.

    Units are UCUM. A value that is not known is null in a feature, whatever its type.

    Parameters
    ----------
    address : str
        Where the schema is served: its ``$id``.
    queryables : bool
        Describe what a filter may name, of which nothing is required.
    """
    properties = {field.name: property_schema(field) for field in spec.fields}
    if spec.kind is not LayerKind.TABLE:
        properties["geometry"] = _geometry(spec)
    body = {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": spec.title,
        "description": spec.caveat,
        "properties": properties,
        "additionalProperties": False,
    }
    if not queryables:
        body["required"] = [field.name for field in spec.fields if field.required]
    return body


def property_schema(field: Field) -> dict[str, Any]:
    """Return what one column holds."""
    body = {"title": field.title, **_TYPES[field.type]}
    if field.codes:
        body["enum"] = [int(code) if field.type == "integer" else code for code in field.codes]
    if field.unit:
        body["x-ogc-unit"] = _UCUM.get(field.unit, field.unit)
    if field.name in _ROLES:
        body["x-ogc-role"] = _ROLES[field.name]
    return body


def _geometry(spec: LayerSpec) -> dict[str, Any]:
    kind = _FORMATS[spec.geometry[0]] if len(spec.geometry) == 1 else "geometry-any"
    return {"title": "Geometry", "x-ogc-role": "primary-geometry", "format": kind}
