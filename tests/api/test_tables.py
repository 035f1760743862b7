"""The planner's tables over HTTP: their contract, their bounds, and who is answered."""

from __future__ import annotations

import pytest
from support.checkedclient import assert_problem

HUBS = {"vehicle": "truck_heavy_3", "hubs": ["PORT"], "places": ["AERO"]}
BODIES = {
    "matrix": {"vehicle": "truck_heavy_3", "origins": ["PORT"], "destinations": ["AERO"]},
    "reach": {**HUBS, "hours": [1.0]},
    "isolation": HUBS,
    "critical": HUBS,
    "gateways": {"vehicle": "truck_heavy_3", "destination": "AERO"},
    "gaps": HUBS,
}


def ask(client, table, **changes):
    return client.post(f"/{table}", json={**BODIES[table], **changes})


@pytest.mark.parametrize("table", BODIES)
def test_every_table_says_on_what_terms_and_from_what(served, table):
    response = ask(served.public, table)
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["product"], body["exercise"], body["hypothetical"]) == (table, True, False)
    assert body["question"]["vehicle"]["code"] == "truck_heavy_3"
    assert body["provenance"]["constraints"]["number"] == 1
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("table", BODIES)
def test_a_hypothesis_is_marked(served, table):
    body = ask(served.public, table, what_if=[served.closure("SUPPOSED")]).json()
    assert body["hypothetical"] is True
    assert [item["id"] for item in body["question"]["what_if"]] == ["SUPPOSED"]


@pytest.mark.parametrize("table", BODIES)
def test_where_secrets_are_held_only_the_cleared_are_answered(served, table):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="confidential"))
    assert_problem(ask(served.public, table), 401, "not-authenticated")
    assert_problem(ask(served.holder("admin", "public"), table), 403, "not-allowed")
    seen = ask(served.holder("viewer", "restricted"), table)
    assert seen.status_code == 200
    for word in ("Ambush", "SECRET"):
        assert word not in seen.text
    assert ask(served.holder("viewer"), table).status_code == 200


def test_a_comparison_with_a_secret_past_needs_clearance_too(served):
    served.publish(served.closure("SECRET", sensitivity="confidential"))
    then = served.clock.tick(minutes=1)
    before = ask(served.public, "isolation", before=then.isoformat())
    assert_problem(before, 401, "not-authenticated")


@pytest.mark.parametrize("table", BODIES)
def test_a_movement_question_is_never_in_an_address(served, table):
    assert_problem(served.public.get(f"/{table}"), 405)


@pytest.mark.parametrize(
    ("table", "change", "status", "kind"),
    [
        ("matrix", {"origins": []}, 422, "invalid-input"),
        ("matrix", {"origins": ["PORT"] * 201}, 422, "invalid-input"),
        ("matrix", {"origins": ["PORT"] * 25, "destinations": ["AERO"] * 25, "ways": True}, 400, "usage"),
        ("matrix", {"origins": ["Atlantis"]}, 404, "not-found"),
        ("matrix", {"destination": "AERO"}, 422, "invalid-input"),
        ("matrix", {"vehicle": "20 t"}, 400, "ambiguous-vehicle"),
        ("reach", {"hours": []}, 422, "invalid-input"),
        ("reach", {"hours": [0]}, 422, "invalid-input"),
        ("reach", {"hours": [1e9]}, 422, "invalid-input"),
        ("isolation", {"hubs": []}, 422, "invalid-input"),
        ("isolation", {"layers": ["nowhere"]}, 404, "not-found"),
        ("isolation", {"layers": ["constraints"]}, 400, "usage"),
        ("critical", {"listed": 0}, 422, "invalid-input"),
        ("gaps", {"places": ["10.1, 0.2"]}, 400, "ambiguous-place"),
        ("gateways", {"entries": ["PORT"] * 51}, 422, "invalid-input"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered(served, table, change, status, kind):
    assert assert_problem(ask(served.public, table, **change), status, kind)["detail"]


def test_a_closure_cuts_off_and_its_lifting_restores(served):
    served.publish(served.closure())
    body = ask(served.public, "isolation").json()
    assert [place["standing"] for place in body["places"]] == ["cut_off"]
    assert [note["id"] for item in body["restored_by"] for note in item["lifting"]] == ["CLOSED"]
    assert ask(served.public, "matrix").json()["cells"][0][0]["words"] == "no way"
    (gateway,) = ask(served.public, "gateways", entries=["PORT"]).json()["gateways"]
    assert (gateway["usable"], gateway["blocked_by"][0]["id"]) == (False, "CLOSED")


def test_reach_counts_what_lies_inside(served):
    (band,) = ask(served.public, "reach", places=[], layers=["airports"]).json()["bands"]
    assert band["counts"] == {"airports": 1}
    assert band["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize("table", BODIES)
def test_a_vehicle_may_have_numbers_of_its_own_and_the_asker_a_policy(served, table):
    heavier = {"class": "truck_heavy_3", "gross_t": 22.0}
    policy = {"unknown": "penalise", "night_driving": False}
    body = ask(served.public, table, vehicle=heavier, policy=policy).json()
    assert body["question"]["vehicle"]["gross_t"] == 22.0
    stated = body["policy"]
    assert (stated["unknown"], stated["night_driving"]) == ("penalise", False)
    text = ask(served.public, table, vehicle="truck_heavy_3,gross_t=22").json()
    assert text["question"]["vehicle"] == body["question"]["vehicle"]
    assert_problem(ask(served.public, table, vehicle="20 t"), 400)
