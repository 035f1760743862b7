"""An HTTP client that holds every response to the contract: its model, its error shape, its headers."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.testclient import TestClient

from api.app import ROUTERS
from api.models.wire import Problem

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def api_routes() -> list[APIRoute]:
    """All declared endpoints."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


class CheckedClient(TestClient):
    """Checks each response by itself, so that no test needs to remember to."""

    def request(self, method: str, url: Any, **options: Any) -> Any:
        response = super().request(method, url, **options)
        check(method.upper(), response)
        return response


def client_for(app: FastAPI, token: str | None = None) -> CheckedClient:
    """A client of an application, with or without a token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return CheckedClient(app, headers=headers)


def check(method: str, response: Any) -> None:
    """Assert what holds for every response."""
    for name, value in EVERYWHERE.items():
        assert response.headers.get(name) == value, (name, response.url)
    assert "default-src 'self'" in response.headers["content-security-policy"]
    if response.status_code >= 400:
        if method != "HEAD":
            assert_problem(response)
        return
    if response.status_code in {204, 304} or method == "HEAD":
        assert response.content == b""
        return
    if "json" in response.headers["content-type"]:
        _check_body(method, response)


def assert_problem(
    response: Any, status: int | None = None, kind: str | None = None
) -> dict[str, Any]:
    """Assert the one shape of errors, and return it."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body: dict[str, Any] = response.json()
    found = Problem.model_validate(body)
    assert found.status == response.status_code
    assert found.type.startswith("urn:lca-access-map:problem:")
    assert found.detail
    assert response.headers["cache-control"] == "no-store"
    for leak in ("Traceback", "/tmp", "sqlite", "SELECT", 'File "'):
        assert leak not in response.text
    if status is not None:
        assert response.status_code == status, body
    if kind is not None:
        assert found.type.endswith(":" + kind), body
    return body


def _check_body(method: str, response: Any) -> None:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} in {response.url}")

    body = json.loads(response.content, parse_constant=no_constant)
    for route in api_routes():
        if method in route.methods and route.path_regex.match(response.url.path):
            if route.response_model is not None:
                adapter: TypeAdapter[BaseModel] = TypeAdapter(route.response_model)
                adapter.validate_python(body)
            return
    raise AssertionError(f"no route declares {method} {response.url.path}")
