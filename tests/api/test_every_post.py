"""Every endpoint that takes a body: who is answered where secrets are held; none can be forgotten.

A new endpoint fails here until it is named: a movement question in :data:`MOVEMENT`, with a body that
is answered, or something that writes in :data:`WRITES`.
"""

from __future__ import annotations

import json

import pytest
from support.checkedclient import api_routes, assert_problem

WAY = {"origin": "PORT", "destination": "AERO", "vehicle": "truck_heavy_3"}
HUBS = {"vehicle": "truck_heavy_3", "hubs": ["PORT"], "places": ["AERO"]}
MOVEMENT = {
    "/routes": WAY,
    "/routes/alternatives": WAY,
    "/comparisons": {**WAY, "then": {"at": "2026-12-01"}},
    "/convoys": {
        "places": ["PORT", "AERO"],
        "vehicles": [{"count": 1, "vehicle": "truck_heavy_3"}],
    },
    "/largest": {"hub": "PORT", "destination": "AERO"},
    "/matrix": {"vehicle": "truck_heavy_3", "origins": ["PORT"], "destinations": ["AERO"]},
    "/reach": {**HUBS, "hours": [1.0]},
    "/isolation": HUBS,
    "/critical": HUBS,
    "/gateways": {"vehicle": "truck_heavy_3", "destination": "AERO"},
    "/gaps": HUBS,
    "/watches": {**WAY, "name": "Convoy 12"},
    "/watches/look": {},
}
WATCHES = {"/watches", "/watches/look"}
"""Kept for reporters, so that nobody is asked without a token at all."""
WRITES = ("/collections/", "/tags")
SUPPOSED = {path for path in MOVEMENT if path not in WATCHES | {"/comparisons"}}


def posts():
    return {route.path for route in api_routes() if "POST" in (route.methods or ())}


def test_every_endpoint_that_takes_a_body_is_known_here():
    unknown = {path for path in posts() if not path.startswith(WRITES)} - set(MOVEMENT)
    assert not unknown, "name it in MOVEMENT, if it says anything of where one can go"
    assert set(MOVEMENT) <= posts()


@pytest.fixture
def guarded(served):
    """The operation with one secret closure, of which nothing may be told."""
    served.publish(
        served.closure(
            "HIDDEN-77", name="Ambush site", source_org="Zulu patrol", sensitivity="confidential"
        )
    )
    return served


@pytest.mark.parametrize("path", MOVEMENT)
def test_the_uncleared_are_refused_and_told_nothing(guarded, path):
    role = "editor" if path in WATCHES else "viewer"
    callers = [(guarded.holder(role, "public"), 403)]
    if path not in WATCHES:
        callers.append((guarded.public, 401))
    for caller, status in callers:
        problem = assert_problem(caller.post(path, json=MOVEMENT[path]), status)
        told = json.dumps(problem).lower()
        assert "hidden-77" not in told
        assert "ambush" not in told
        assert "viable" not in told


@pytest.mark.parametrize("path", MOVEMENT)
def test_a_lower_clearance_is_answered_without_the_details(guarded, path):
    caller = guarded.holder("editor", "restricted")
    if path == "/watches/look":
        caller.post("/watches", json=MOVEMENT["/watches"])
    response = caller.post(path, json=MOVEMENT[path])
    assert response.status_code in {200, 201}, response.text
    assert response.headers["cache-control"] == "no-store"
    for word in ("hidden-77", "ambush", "zulu"):
        assert word not in response.text.lower()


@pytest.mark.parametrize("path", sorted(SUPPOSED))
def test_a_hypothesis_is_marked_over_http(served, path):
    supposed = {"what_if": [served.closure("SUPPOSED")]}
    response = served.public.post(path, json={**MOVEMENT[path], **supposed})
    assert response.status_code == 200, response.text
    assert response.json()["hypothetical"] is True
    plain = served.public.post(path, json=MOVEMENT[path])
    assert plain.json()["hypothetical"] is False


def test_a_compared_hypothesis_is_marked(served):
    body = {**WAY, "then": {"what_if": [served.closure("SUPPOSED")]}}
    assert served.public.post("/comparisons", json=body).json()["hypothetical"] is True


@pytest.mark.parametrize("card", ["html", "text"])
def test_a_hypothetical_convoy_gets_no_card(served, card):
    body = {**MOVEMENT["/convoys"], "card": card}
    assert served.public.post("/convoys", json=body).json()["card"]
    refused = served.public.post("/convoys", json={**body, "what_if": [served.closure("S")]})
    assert_problem(refused, 400)
