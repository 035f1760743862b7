"""A withdrawn version is gone by every address that names it, in every process, at once."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from support.checkedclient import api_routes, assert_problem, client_for

from api.app import create_app
from api.settings import Settings
from layers.export import ExportFormat

SECRET = "Camp of the Zulu patrol"
VALUES = {
    "collection_id": "constraints",
    "feature_id": "SECRET",
    "z": "0",
    "row": "0",
    "col": "0",
    "x": "0",
    "y": "0",
}
NOTES = {
    "/collections/{collection_id}/items/{feature_id}/versions": "a history leaves it out",
}
"""What names a version only to tell of others."""


def names_a_version(route: APIRoute) -> bool:
    if "GET" not in route.methods or not route.path.startswith("/collections/{collection_id}"):
        return False
    return "{version}" in route.path or "version" in parameters(route.dependant)


def parameters(dependant):
    found = {field.alias for field in dependant.query_params}
    for inner in dependant.dependencies:
        found |= parameters(inner)
    return found


ADDRESSES = sorted({route.path for route in api_routes() if names_a_version(route)} - set(NOTES))


@pytest.fixture
def withdrawn(served):
    """A version that had to go: the service that withdrew it, and another one of the same store."""
    other = create_app(Settings(store=served.store.root, engine="scipy"), clock=served.clock)
    served.publish(served.closure("SECRET", name=SECRET))
    version = served.public.get("/collections/constraints/versions/2").json()["version"]
    served.clock.tick(minutes=1)
    moment = served.clock().isoformat()
    for app in (served.app, other):
        for path in ADDRESSES:
            client_for(app).get(address(path, version))  # whatever is kept is kept from now on
    path = "/collections/constraints/versions/2/withdraw"
    served.clock.tick(minutes=1)
    wish = {"reason": "Names people", "confirm_lifts": ["SECRET"]}
    assert served.holder("approver").post(path, json=wish).status_code == 200
    yield (served.app, other), version, moment.replace("+00:00", "Z")
    other.state.service.store.close()


def address(path, version):
    filled = re.sub(r"\{(\w+)\}", lambda name: {**VALUES, "version": version}[name[1]], path)
    return filled if "{version}" in path else f"{filled}?version={version}"


def test_it_is_gone_by_every_address_in_every_process(withdrawn):
    apps, version, moment = withdrawn
    assert {"/collections/{collection_id}/items", "/collections/{collection_id}/export"} <= set(
        ADDRESSES
    )
    for app in apps:
        client = client_for(app)
        for path in ADDRESSES:
            for reference in (version, "2"):
                answer = client.get(address(path, reference))
                assert answer.status_code == 410, (path, reference, answer.status_code)
                assert SECRET not in answer.text, path
        past = client.get("/collections/constraints/items", params={"as-of": moment})
        assert_problem(past, 410)
        for fmt in ExportFormat:
            path = f"/collections/constraints/export?version=2&f={fmt.value}"
            assert_problem(client.get(path), 410)


def test_what_the_head_changed_is_told_beside_the_last_version_served(withdrawn, served):
    for path in ("diff", "diff?to=3", "diff?from=1&to=3"):
        told = served.public.get(f"/collections/constraints/{path}")
        assert told.status_code == 200, told.text
        assert (told.json()["from"]["number"], told.json()["to"]["number"]) == (1, 3)
    for path in ("diff?to=2", "diff?from=2", "diff?from=2&to=3&f=csv"):
        assert_problem(served.public.get(f"/collections/constraints/{path}"), 410)


def test_nothing_public_names_it_and_the_audit_stays(withdrawn, served):
    for app in withdrawn[0]:
        client = client_for(app)
        for route in api_routes():
            if "GET" not in route.methods or "{digest}" in route.path:
                continue
            values = {**VALUES, "version": "latest", "draft_id": "x", "watch_id": "x"}
            path = re.sub(r"\{(\w+)\}", lambda name, v=values: v.get(name[1], "x"), route.path)
            assert SECRET not in client.get(path).text, path
    assert served.ask().json()["verdict"] == "viable"
    log = served.public.get("/collections/constraints/versions").json()["versions"]
    assert [item["withdrawn_at"] is not None for item in log] == [False, True, False]


def test_a_withdrawn_head_is_mended_by_an_edit(served):
    """No answer is given without the ports, so a corrected version must be publishable."""
    served.store.withdraw("ports", "1", "Ana", "Wrong harbour")
    assert served.ask().status_code == 503
    place = served.town.place("A")
    harbour = {
        "type": "Feature",
        "id": "PORT",
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": {
            "name": "Harbour",
            "un_locode": "XXAYE",
            "source_org": "Port authority",
            "date_of_information": "2026-11-18T14:00:00Z",
        },
    }
    served.publish(harbour, layer="ports")
    assert served.ask().json()["verdict"] == "viable"
