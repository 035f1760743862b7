"""Edits of many features, drafts that are overtaken, and checked-out files that come back."""

from __future__ import annotations

import json

from support.checkedclient import assert_problem

import api.routes.bulk

EDITS = "/collections/constraints/edits"
PORTS = "/collections/ports"
CHANGE = {"action": "change", "reason": "swell", "properties": {"status": "restricted"}}


def test_one_request_edits_what_it_chooses_in_one_version(served):
    editor = served.holder("editor")
    body = {"action": "confirm", "reason": "seen", "source_org": "WFP", "filter": "id < 'C-03'"}
    result = editor.post(EDITS, json=body)
    assert result.status_code == 201, result.text
    assert result.json()["ids"] == ["C-01", "C-02"]
    release = result.json()["release"]
    assert (release["number"], release["message"]) == (2, "seen")
    item = editor.get("/collections/constraints/items/C-02").json()["properties"]
    assert item["confirmed_by"] == "WFP"


def test_all_or_none_and_each_refusal_is_listed(served):
    editor = served.holder("editor")
    body = CHANGE | {"ids": ["PORT"], "properties": {"status": "closed"}}
    problem = assert_problem(editor.post(f"{PORTS}/edits", json=body), 422)
    assert [issue["value"] for issue in problem["issues"]] == ["PORT"]
    assert_problem(editor.post(f"{PORTS}/edits", json=CHANGE), 400)
    assert_problem(editor.post(f"{PORTS}/edits", json=CHANGE | {"ids": ["no"]}), 404)
    assert_problem(served.holder("reporter").post(f"{PORTS}/edits", json=CHANGE), 403)
    assert_problem(editor.post(f"{PORTS}/edits", json=CHANGE | {"filter": "colour = 'red'"}), 400)


def test_what_was_chosen_by_what_it_is_like_is_refused_once_it_is_not_so(served, monkeypatch):
    editor, chosen = served.holder("editor"), api.routes.bulk.selected

    def then_another_confirms(*given, **options):
        keys = chosen(*given, **options)
        told = {"source_org": "MOP", "date_of_information": "2026-11-18T14:00:00Z"}
        other = served.holder("editor").post(
            "/collections/constraints/items/C-01/confirm", json=told
        )
        assert other.status_code == 200, other.text
        return keys

    monkeypatch.setattr("api.routes.bulk.selected", then_another_confirms)
    body = {"action": "end", "reason": "r", "source_org": "MOP", "filter": "id < 'C-03'"}
    problem = assert_problem(editor.post(EDITS, json=body), 422)
    assert [issue["value"] for issue in problem["issues"]] == ["C-01"]
    assert len(served.store.log("constraints")) == 2


def test_features_out_of_reach_are_not_chosen(served):
    served.publish(served.closure("HIDDEN", sensitivity="confidential"))
    body = {"action": "end", "reason": "r", "source_org": "MOP", "bbox": [-180, -90, 180, 90]}
    response = served.holder("editor", "public").post(EDITS, json=body | {"draft": True})
    assert "HIDDEN" not in response.text
    assert_problem(
        served.holder("editor", "public").post(EDITS, json=body | {"ids": ["HIDDEN"]}), 404
    )


def test_easing_closures_needs_their_ids(served):
    served.publish(served.closure())
    body = CHANGE | {"ids": ["CLOSED"], "properties": {"effect": "advisory"}}
    editor = served.holder("editor")
    problem = assert_problem(editor.post(EDITS, json=body), 409, "lifts-closures")
    assert [item["id"] for item in problem["closures"]] == ["CLOSED"]
    assert editor.post(EDITS, json=body | {"confirm_lifts": ["CLOSED"]}).status_code == 201


def test_an_overtaken_draft_tells_its_conflicts_and_goes_on(served):
    editor = served.holder("editor")
    made = editor.post(f"{PORTS}/edits", json=CHANGE | {"ids": ["PORT"], "draft": True}).json()
    draft = made["draft"]["id"]
    added = {"ids": ["PORT"], "into": draft, "properties": {"berths": 4}}
    assert editor.post(f"{PORTS}/edits", json=CHANGE | added).status_code == 201
    other = CHANGE | {"ids": ["PORT"], "properties": {"status": "destroyed"}}
    served.clock.tick(minutes=1)
    assert editor.post(f"{PORTS}/edits", json=other).status_code == 201
    problem = assert_problem(editor.post(f"{PORTS}/drafts/{draft}/publish", json={}), 409)
    (conflict,) = problem["conflicts"]
    assert conflict["key"] == "PORT.status"
    assert "you say restricted, the editor said destroyed" in conflict["text"]
    path = f"{PORTS}/drafts/{draft}/rebase"
    assert_problem(editor.post(path, json={}), 409)
    assert_problem(editor.post(path, json={"keep": {"PORT.name": "ours"}}), 400)
    merged = editor.post(path, json={"keep": {"PORT.status": "ours"}})
    assert merged.status_code == 200, merged.text
    assert editor.post(f"{PORTS}/drafts/{draft}/publish", json={}).status_code == 200
    properties = editor.get(f"{PORTS}/items/PORT").json()["properties"]
    assert (properties["status"], properties["berths"]) == ("restricted", 4)


def test_an_upload_of_a_checked_out_file_undoes_nothing_of_others(served, tmp_path):
    editor, path = served.holder("editor"), tmp_path / "work.xlsx"
    path.write_bytes(editor.get(f"{PORTS}/export?f=xlsx&checkout=true").content)
    assert_problem(editor.get(f"{PORTS}/export?f=csv&checkout=true"), 400)

    def upload(layer=PORTS):
        files = {"file": (path.name, path.read_bytes())}
        return editor.post(f"{layer}/drafts", files=files)

    assert "Nothing was changed" in assert_problem(upload(), 400)["detail"]
    assert_problem(upload("/collections/airports"), 400)
    assert editor.post(f"{PORTS}/edits", json=CHANGE | {"ids": ["PORT"]}).status_code == 201
    assert "Nothing was changed" in assert_problem(upload(), 400)["detail"]
    item = editor.get(f"{PORTS}/items/PORT").json()
    assert json.dumps(item["properties"]["status"]) == '"restricted"'


def test_new_features_gather_in_a_draft_and_what_was_seen_is_guarded(served):
    editor = served.holder("editor")
    features = [served.closure("N-1"), served.closure("N-2")]
    body = {"action": "add", "reason": "survey", "features": features, "draft": True}
    made = editor.post(EDITS, json=body).json()
    assert made["draft"]["diff"]["counts"] == {"added": 2, "removed": 0, "changed": 0}
    assert served.ask().json()["verdict"] == "viable", "a draft closes nothing"
    assert_problem(editor.post(EDITS, json=body | {"features": []}), 400)
    seen = editor.get(f"{PORTS}/items/PORT").headers["etag"]
    served.clock.tick(minutes=1)
    first = editor.post(f"{PORTS}/edits", json=CHANGE | {"ids": ["PORT"]})
    assert first.status_code == 201
    again = CHANGE | {"ids": ["PORT"], "properties": {"berths": 2}}
    problem = assert_problem(
        editor.post(f"{PORTS}/edits", json=again, headers={"If-Match": seen}), 422
    )
    assert "changed by others" in problem["detail"]
