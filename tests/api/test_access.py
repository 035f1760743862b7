"""Every endpoint with every role: a route that this table does not name fails the test."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from support.checkedclient import api_routes, assert_problem, client_for

from layers.access import Role

CONSTRAINT = "/collections/constraints/items/{feature_id}"
LEAST_ROLE = {
    "GET /": None,
    "GET /conformance": None,
    "GET /api": None,
    "GET /collections": None,
    "GET /collections/{collection_id}": None,
    "GET /collections/{collection_id}/items": None,
    "GET /collections/{collection_id}/items/{feature_id}": None,
    "GET /collections/{collection_id}/items/{feature_id}/versions": None,
    "GET /collections/{collection_id}/queryables": None,
    "GET /collections/{collection_id}/schema": None,
    "GET /collections/{collection_id}/export": None,
    "GET /collections/{collection_id}/metadata": None,
    "GET /collections/{collection_id}/versions/{version}/metadata": None,
    "GET /collections/{collection_id}/versions": None,
    "GET /collections/{collection_id}/versions/{version}": None,
    "GET /collections/{collection_id}/diff": None,
    "GET /vehicles": None,
    "GET /places": None,
    "GET /codelists": None,
    "GET /codelists/{name}": None,
    "GET /builds/{digest}/segments/{segment_id}": None,
    "GET /roads/status": None,
    "GET /roads/snapshot": None,
    "GET /tiles/roads/{digest}/tilejson.json": None,
    "GET /tiles/roads/{digest}/{z}/{x}/{y}.mvt": None,
    "GET /collections/{collection_id}/tiles": None,
    "GET /collections/{collection_id}/tiles/WebMercatorQuad": None,
    "GET /collections/{collection_id}/tiles/WebMercatorQuad/tilejson.json": None,
    "GET /collections/{collection_id}/tiles/WebMercatorQuad/{z}/{row}/{col}": None,
    "GET /matches": None,
    "GET /embed": None,
    "GET /me": None,
    "GET /healthz": None,
    "GET /readyz": None,
    "POST /routes": None,
    "POST /routes/alternatives": None,
    "POST /comparisons": None,
    "POST /convoys": None,
    "POST /largest": None,
    "POST /matrix": None,
    "POST /reach": None,
    "POST /isolation": None,
    "POST /critical": None,
    "POST /gateways": None,
    "POST /gaps": None,
    "POST /watches": Role.REPORTER,
    "GET /watches": Role.REPORTER,
    "POST /watches/look": Role.REPORTER,
    "GET /watches/{watch_id}": Role.REPORTER,
    "DELETE /watches/{watch_id}": Role.REPORTER,
    "POST /collections/{collection_id}/items": Role.REPORTER,
    "PATCH /collections/{collection_id}/items/{feature_id}": Role.EDITOR,
    f"POST {CONSTRAINT}/confirm": Role.EDITOR,
    f"POST {CONSTRAINT}/end": Role.EDITOR,
    "POST /collections/{collection_id}/drafts": Role.EDITOR,
    "GET /collections/{collection_id}/drafts/{draft_id}": Role.EDITOR,
    "POST /collections/{collection_id}/drafts/{draft_id}/publish": Role.EDITOR,
    "POST /collections/{collection_id}/edits": Role.EDITOR,
    "POST /collections/{collection_id}/drafts/{draft_id}/rebase": Role.EDITOR,
    "GET /feed.atom": None,
    "GET /collections/{collection_id}/feed.atom": None,
    "GET /changes.json": None,
    "GET /collections/{collection_id}/changes.json": None,
    "GET /collections/{collection_id}/drafts": Role.EDITOR,
    "GET /collections/{collection_id}/unreviewed": Role.VIEWER,
    "POST /collections/{collection_id}/drafts/{draft_id}/submit": Role.EDITOR,
    "POST /collections/{collection_id}/drafts/{draft_id}/comment": Role.EDITOR,
    "POST /collections/{collection_id}/drafts/{draft_id}/approve": Role.APPROVER,
    "POST /collections/{collection_id}/drafts/{draft_id}/return": Role.APPROVER,
    "POST /collections/{collection_id}/drafts/{draft_id}/discard": Role.EDITOR,
    "GET /tags": None,
    "POST /tags": Role.APPROVER,
    "POST /collections/{collection_id}/rollback": Role.APPROVER,
    "POST /collections/{collection_id}/versions/{version}/withdraw": Role.APPROVER,
}
# These neither read the store nor know callers.
WITHOUT_CALLERS = {
    "GET /conformance",
    "GET /api",
    "GET /vehicles",
    "GET /builds/{digest}/segments/{segment_id}",
    "GET /tiles/roads/{digest}/tilejson.json",
    "GET /tiles/roads/{digest}/{z}/{x}/{y}.mvt",
    "GET /embed",
    "GET /healthz",
    "GET /readyz",
}
VEHICLE = "?vehicle=truck_light"
QUERIES = {"/roads/status": VEHICLE, "/roads/snapshot": VEHICLE, "/places": "?q=a"}


def name_of(route: APIRoute) -> str:
    (method,) = route.methods
    return f"{method} {route.path}"


def test_every_route_is_in_the_table():
    assert sorted(map(name_of, api_routes())) == sorted(LEAST_ROLE)


def test_nothing_else_is_served(served):
    """Besides the declared endpoints there are only the viewer's files."""
    mounted = [
        route.path
        for route in served.app.routes
        if not isinstance(route, APIRoute) and getattr(route, "path", None)
    ]
    assert mounted == ["/static"]


def address(served, path):
    values = {
        "collection_id": "constraints",
        "feature_id": "C-01",
        "version": "1",
        "draft_id": "none",
        "digest": served.town.network.digest,
        "watch_id": "none",
        "name": "operational_status",
        **dict.fromkeys(("z", "x", "y", "row", "col"), "0"),
        "segment_id": served.town.network.segments.id_at(0),
    }
    filled = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)
    return filled + QUERIES.get(path, "")


def test_each_role_may_do_what_the_table_says(served):
    """Refused callers get 401 without a token and 403 with a lesser one, before anything is read."""
    callers = [None, *Role]
    for route in api_routes():
        method, path = name_of(route).split(" ")
        least = LEAST_ROLE[name_of(route)]
        for role in callers:
            client = served.public if role is None else served.holder(role.value)
            options = {} if method == "GET" else {"json": {}}
            response = client.request(method, address(served, path), **options)
            told = (name_of(route), role, response.status_code)
            if least is None or (role is not None and role.rank >= least.rank):
                assert response.status_code not in {401, 403}, told
            elif role is None:
                assert_problem(response, 401, "not-authenticated")
                assert response.headers["www-authenticate"].startswith("Bearer"), told
            else:
                assert_problem(response, 403, "not-allowed")
    assert served.public.get("/collections/constraints").json()["number"] == 1


@pytest.mark.parametrize("header", ["Bearer lca_nonsense", "Bearer", "Basic dXNlcjpwYXNz", "lca_x"])
def test_a_token_that_is_not_valid_is_refused_everywhere(served, header):
    for route in api_routes():
        if name_of(route) in WITHOUT_CALLERS:
            continue
        method, path = name_of(route).split(" ")
        options = {} if method == "GET" else {"json": {}}
        response = client_for(served.app).request(
            method, address(served, path), headers={"Authorization": header}, **options
        )
        assert_problem(response, 401, "not-authenticated")


def test_a_token_ends(served):
    token = served.token("editor")
    client = client_for(served.app, token)
    assert client.get("/me").json() == {
        "authenticated": True,
        "name": "the editor",
        "role": "editor",
        "clearance": "strictly_confidential",
    }
    served.clock.tick(days=31)
    assert_problem(client.get("/me"), 401)
    assert served.public.get("/me").json()["authenticated"] is False


def test_a_token_in_an_address_is_no_token(served):
    token = served.token("admin")
    assert_problem(served.public.get(f"/me?token={token}"), 400)
    assert_problem(served.public.get(f"/me?access_token={token}"), 400)
    assert token not in served.public.get(f"/me?token={token}").text


def test_an_upload_without_the_right_is_refused_before_it_is_read(served):
    read = []

    def body():
        for _ in range(100):
            read.append(1)
            yield b"x" * 1000

    path = "/collections/constraints/drafts"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert_problem(served.holder("viewer").post(path, content=body(), headers=headers), 403)
