"""The OpenAPI document as it is true now: a path for each layer, examples that exist.

Clients such as GDAL read parameters from concrete paths only, so ``{collection_id}`` is
written out for every layer; reading paths appear once the layer has a published version.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from layers.access import Role
from layers.jsonschema import property_schema
from layers.release import Heads
from layers.spec import LayerSpec
from layers.store import Store
from lca.vocab import Sensitivity

from .deps import AtLeast
from .errors import PROBLEM_JSON
from .links import Links
from .models.wire import Problem

_KEPT_DOCUMENTS = 4
_PLACEHOLDER = "{collection_id}"
_PROBLEMS = {
    "400": "The request is malformed or ambiguous",
    "401": "A valid token is needed",
    "403": "The token does not allow this",
    "404": "Not found",
    "409": "A conflict, with what others changed or the closures to confirm",
    "410": "Withdrawn",
    "413": "The body is too large",
    "422": "The input cannot be accepted",
    "503": "Nothing can be answered now",
}

Document = dict[str, Any]
Roles = Mapping[tuple[str, str], Role]


def required_roles(routers: Sequence[APIRouter]) -> Roles:
    """Return the least role of each path and method that needs one."""
    return {
        (route.path, method.lower()): role
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for role in _roles(route.dependant)
        for method in route.methods or ()
    }


def _roles(dependant: Dependant) -> Iterator[Role]:
    if isinstance(dependant.call, AtLeast):
        yield dependant.call.role
    for inner in dependant.dependencies:
        yield from _roles(inner)


class ApiDocument:
    """The document of one application, written anew when a layer or the build has moved."""

    def __init__(self, app: FastAPI, routers: Sequence[APIRouter], store: Store) -> None:
        self._app = app
        self._roles = required_roles(routers)
        self._store = store
        self._written = lru_cache(maxsize=_KEPT_DOCUMENTS)(self._write)

    def text(self, links: Links) -> bytes:
        """Return the document as JSON, its examples from what is published now."""
        heads = self._store.heads()
        versions = tuple(sorted((name, item.version) for name, item in heads.releases.items()))
        return self._written(links.base, versions, heads.build.digest if heads.build else None)

    def _write(self, base: str, _versions: object, _build: object) -> bytes:
        return orjson.dumps(document(self._app, self._roles, self._store, base))


def document(app: FastAPI, roles: Roles, store: Store, base: str) -> Document:
    """Return the document for the layers and the build that are published now."""
    body: Document = copy.deepcopy(app.openapi())
    heads = store.heads()
    body["servers"] = [{"url": base}]
    body["components"]["schemas"] = {
        name: schema
        for name, schema in body["components"]["schemas"].items()
        if name not in {"HTTPValidationError", "ValidationError"}
    } | {"Problem": Problem.model_json_schema()}
    for path, item in body["paths"].items():
        for method, operation in item.items():
            _state_access(operation, roles.get((path, method)))
            _state_problems(path, method, operation)
    body["paths"] = dict(_written_out(body["paths"], store, heads))
    return body


def _state_access(operation: Document, role: Role | None) -> None:
    """Say whether a token is needed, or only lets more be seen."""
    if "security" not in operation:
        return
    if role is None:
        operation["security"] = [{}, *operation["security"]]
        return
    operation["x-least-role"] = role.value
    operation["description"] = f"{operation['description']}\n\nNeeds at least the role `{role}`."


def _state_problems(path: str, method: str, operation: Document) -> None:
    statuses = {"400", "503"}
    if "security" in operation:
        statuses.add("401")
    asks_for_movement = method == "post" and "Routes" in operation.get("tags", ())
    if "x-least-role" in operation or asks_for_movement:
        statuses.add("403")
    if "{" in path or path == "/embed":
        statuses |= {"404", "410"}
    if method != "get":
        statuses |= {"404", "413", "422"}
    if "x-least-role" in operation and method != "get":
        statuses |= {"409", "410"}
    schema = {"$ref": "#/components/schemas/Problem"}
    operation["responses"].pop("422", None)
    for status in sorted(statuses):
        operation["responses"][status] = {
            "description": _PROBLEMS[status],
            "content": {PROBLEM_JSON: {"schema": schema}},
        }


def _written_out(
    paths: Mapping[str, Document], store: Store, heads: Heads
) -> Iterator[tuple[str, Document]]:
    """Yield the paths, those of a layer once a layer, with examples that exist."""
    build = heads.build.digest if heads.build else None
    for path, item in paths.items():
        if _PLACEHOLDER not in path:
            layer = "constraints" if "/constraints/" in path else None
            yield path, _with_examples(item, _examples(store, heads, layer) | {"digest": build})
            continue
        for layer in store.specs:
            concrete = _of_layer(item, layer, published=layer in heads.releases)
            if path.endswith("/items") and "get" in concrete:
                concrete["get"]["parameters"] += _by_properties(
                    store.specs[layer], concrete["get"]["parameters"]
                )
            if concrete:
                examples = _examples(store, heads, layer)
                yield path.replace(_PLACEHOLDER, layer), _with_examples(concrete, examples)


def _of_layer(item: Document, layer: str, *, published: bool) -> Document:
    """Return a path's operations for one layer; reading needs a published version."""
    found: Document = {}
    for method, operation in item.items():
        if method == "get" and not published:
            continue
        own = copy.deepcopy(operation)
        own["operationId"] = f"{operation['operationId']}_{layer}"
        own["summary"] = f"{operation['summary']}: {layer}"
        own["parameters"] = [
            one for one in own.get("parameters", []) if one["name"] != "collection_id"
        ]
        found[method] = own
    return found


def _by_properties(spec: LayerSpec, known: Sequence[Document]) -> list[Document]:
    """Return the layer's columns as parameters; from these GDAL knows what it can ask for."""
    taken = {parameter["name"] for parameter in known}
    return [
        {
            "name": field.name,
            "in": "query",
            "required": False,
            "description": f"{field.title}: only features with this value.",
            "schema": property_schema(field),
        }
        for field in spec.fields
        if field.name not in taken
    ]


def _examples(store: Store, heads: Heads, layer: str | None) -> dict[str, Any]:
    """Return values of parameters that exist, from records that the public may see."""
    if layer is None or layer not in heads.releases:
        return {}
    release = heads.releases[layer]
    rows = store.page(release, limit=1, clearance=Sensitivity.PUBLIC).rows
    return {
        "version": str(release.number),
        "feature_id": rows[0]["id"] if rows else None,
        "from": str(max(1, release.number - 1)),
        "to": str(release.number),
    }


def _with_examples(item: Document, examples: Mapping[str, Any]) -> Document:
    tile = dict.fromkeys(("z", "x", "y", "row", "col"), 0)
    fixed = {"vehicle": "truck_heavy_3", "name": "operational_status", **tile, **examples}
    for operation in item.values():
        for parameter in operation.get("parameters", []):
            value = fixed.get(parameter["name"])
            if value is not None:
                parameter["example"] = value
    return item
