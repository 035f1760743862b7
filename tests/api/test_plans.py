"""Plans over HTTP: the same records as from Python, in bodies, and for the cleared only."""

from __future__ import annotations

import pytest
from support.checkedclient import assert_problem

WAY = {"origin": "PORT", "destination": "AERO", "vehicle": "truck_heavy_3"}
CONVOY = {
    "places": ["PORT", "AERO"],
    "vehicles": [
        {"count": 2, "vehicle": "truck_heavy_3"},
        {"count": 1, "vehicle": "lv_4wd"},
    ],
}
QUESTIONS = {
    "/routes/alternatives": WAY,
    "/comparisons": {**WAY, "then": {"at": "2026-12-01"}},
    "/convoys": CONVOY,
    "/largest": {"hub": "PORT", "destination": "AERO"},
}


@pytest.mark.parametrize("path", QUESTIONS)
def test_each_plan_is_answered_and_kept_by_nobody(served, path):
    response = served.public.post(path, json=QUESTIONS[path])
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert (body["hypothetical"], body["exercise"]) == (False, True)
    assert body["provenance"]["constraints"]["number"] == 1
    assert body["caveat"].endswith("verify locally before movement.")


@pytest.mark.parametrize("path", QUESTIONS)
def test_where_secrets_are_held_only_the_cleared_are_answered(served, path):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    assert_problem(served.public.post(path, json=QUESTIONS[path]), 401, "not-authenticated")
    cleared = served.holder("viewer", "restricted")
    assert cleared.post(path, json=QUESTIONS[path]).status_code == 200


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_secret_above_the_clearance_keeps_its_name(served, path):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="confidential"))
    response = served.holder("viewer", "restricted").post(path, json=QUESTIONS[path])
    assert response.status_code == 200
    assert "Ambush" not in response.text
    assert "SECRET" not in response.text


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_plan_travels_in_a_body(served, path):
    assert_problem(served.public.get(path), 405)
    wrong = {**QUESTIONS[path], "asof": "2026-11-18"}
    assert_problem(served.public.post(path, json=wrong), 422, "invalid-input")


def test_where_there_is_no_way_the_plan_says_what_opens_one(served):
    served.publish(served.closure())
    body = served.public.post("/routes/alternatives", json=WAY).json()
    assert (body["verdict"], body["alternatives"]) == ("not_viable", [])
    out = body["way_out"]
    assert [note["id"] for note in out["reopen"]] == ["CLOSED"]
    assert (out["exact"], out["partial"]["stopped_by"][0]["id"]) == (True, "CLOSED")
    assert len(out["classes"]) == 12


def test_a_comparison_under_a_hypothesis_is_marked(served):
    asked = {**WAY, "then": {"what_if": [served.closure("SUPPOSED")]}}
    body = served.public.post("/comparisons", json=asked).json()
    assert (body["verdict"], body["verdict_changed"], body["hypothetical"]) == (
        "not_viable",
        True,
        True,
    )


def test_a_card_comes_with_the_plan_and_never_with_a_hypothesis(served):
    body = served.public.post("/convoys", json={**CONVOY, "card": "html"}).json()
    assert body["card"].startswith("<!doctype html>")
    assert "EXERCISE" in body["card"]
    supposed = {
        **CONVOY,
        "card": "text",
        "what_if": [served.closure("SUPPOSED", effect="advisory")],
    }
    assert_problem(served.public.post("/convoys", json=supposed), 400, "usage")


def test_a_convoy_may_have_vehicles_with_numbers_of_their_own(served):
    served.publish(served.closure(effect="restricted", max_gross_t=30))
    heavy = {"count": 1, "vehicle": {"class": "artic_5", "gross_t": 29.9, "payload_t": 14}}
    body = served.public.post("/convoys", json={**CONVOY, "vehicles": [heavy]}).json()
    assert body["verdict"] == "viable"
    heavy["vehicle"]["gross_t"] = 30.1
    body = served.public.post("/convoys", json={**CONVOY, "vehicles": [heavy]}).json()
    assert body["verdict"] == "not_viable"


def test_what_size_gets_through(served):
    body = served.public.post("/largest", json=QUESTIONS["/largest"]).json()
    assert (body["largest"], body["verdict"]) == ("artic_6", "viable")
    served.publish(served.closure(effect="restricted", max_gross_t=8))
    body = served.public.post("/largest", json=QUESTIONS["/largest"]).json()
    assert body["largest"] == "truck_light"
