"""Reviews, unreviewed reports and tags over HTTP: who may do what, and who is told what."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from support.checkedclient import assert_problem, client_for

from api.app import create_app
from api.settings import Settings
from layers.spec import Review, load_specs

DRAFTS = "/collections/constraints/drafts"


def upload(client, *features):
    content = json.dumps({"type": "FeatureCollection", "features": list(features)})
    created = client.post(DRAFTS, files={"file": ("survey.geojson", content)})
    assert created.status_code == 201, created.text
    return created.json()


def act(client, draft, step, **body):
    return client.post(f"{DRAFTS}/{draft['id']}/{step}", json=body)


@pytest.fixture
def four_eyes(served, monkeypatch):
    """The operation with constraints that two people must have seen."""
    specs = dict(load_specs())
    asked = specs["constraints"].model_copy(update={"review": Review.FOUR_EYES})
    monkeypatch.setattr(
        "layers.store.load_specs", lambda: MappingProxyType(specs | {"constraints": asked})
    )
    app = create_app(Settings(store=served.store.root, engine="scipy"), clock=served.clock)
    yield lambda role, **who: client_for(app, served.token(role, **who))
    app.state.service.store.close()


def test_upload_submit_return_approve_publish(four_eyes, served):
    editor, approver = four_eyes("editor"), four_eyes("approver")
    draft = upload(editor, served.closure(name="<b>Landslide</b>"))
    assert (draft["state"], draft["review"]) == ("open", "four_eyes")
    refused = assert_problem(act(editor, draft, "publish"), 409, "needs-review")
    assert "not the editor" in refused["do_next"]
    assert act(editor, draft, "submit", text="Please look").json()["state"] == "submitted"
    assert_problem(act(editor, draft, "approve", version=draft["version"]), 403)
    back = act(approver, draft, "return", text="Which lane?").json()
    assert (back["state"], back["events"][-1]["text"]) == ("returned", "Which lane?")
    act(editor, draft, "comment", text="Both")
    act(editor, draft, "submit")
    assert_problem(act(approver, draft, "approve", version="0" * 64), 409, "conflict")
    left = assert_problem(act(approver, draft, "approve", version=draft["version"]), 422)
    codes = [issue["code"] for issue in left["issues"]]
    assert codes == ["markup"]
    approved = act(approver, draft, "approve", version=draft["version"], accept=codes)
    assert approved.json()["state"] == "approved"
    served.clock.tick(minutes=1)
    assert act(editor, draft, "publish").status_code == 200
    history = editor.get(f"{DRAFTS}/{draft['id']}").json()
    assert [item["action"] for item in history["events"]] == [
        "made", "submitted", "returned", "commented", "submitted", "approved", "published",
    ]  # fmt: skip
    assert editor.get(DRAFTS).json()["drafts"] == []


def test_an_edit_under_review_is_kept_and_told(four_eyes, served):
    reporter = four_eyes("reporter")
    answer = reporter.post("/collections/constraints/items", json=served.closure())
    problem = assert_problem(answer, 409, "needs-review")
    assert problem["state"] == "submitted"
    assert "kept as draft" in problem["detail"]
    (draft,) = four_eyes("editor").get(DRAFTS).json()["drafts"]
    assert (draft["id"], draft["changes"]) == (problem["draft"], "1 added")


def test_an_editor_discards_only_their_own(served):
    editor = served.holder("editor")
    draft = upload(served.holder("approver"), served.closure())
    assert_problem(act(editor, draft, "discard"), 403)
    assert act(served.holder("approver"), draft, "discard").json()["state"] == "discarded"
    assert_problem(act(editor, draft, "publish"), 409, "conflict")
    mine = upload(editor, served.closure())
    assert act(editor, mine, "discard", text="wrong file").json()["events"][-1]["text"]


def test_what_changes_a_secret_is_no_draft_for_the_uncleared(served):
    draft = upload(served.holder("editor"), served.closure(sensitivity="confidential"))
    uncleared = served.holder("approver", "restricted")
    assert uncleared.get(DRAFTS).json()["drafts"] == []
    for step, body in [
        ("submit", {}),
        ("comment", {"text": "x"}),
        ("approve", {"version": draft["version"]}),
        ("return", {"text": "x"}),
        ("discard", {}),
        ("publish", {}),
    ]:
        problem = assert_problem(act(uncleared, draft, step, **body), 404)
        assert "Landslide" not in json.dumps(problem)
    assert len(served.holder("editor").get(DRAFTS).json()["drafts"]) == 1


def test_reports_are_told_at_once_to_the_cleared_and_marked(served):
    editor = served.holder("editor")
    upload(editor, served.closure("MINE", constraint_type="mines_uxo"))
    upload(editor, served.closure("HIDDEN-77", sensitivity="confidential"))
    path = "/collections/constraints/unreviewed"
    assert_problem(served.public.get(path), 401)
    assert_problem(served.holder("editor", "public").get(path), 403)
    told = served.holder("viewer", "restricted").get(path)
    assert told.headers["cache-control"] == "private, no-store"
    (report,) = told.json()["features"]
    assert (report["id"], report["verified"], report["reported_by"]) == (
        "MINE", False, "the editor",
    )  # fmt: skip
    assert "HIDDEN" not in told.text
    every = served.holder("viewer", "confidential").get(path).json()["features"]
    assert {item["id"] for item in every} == {"MINE", "HIDDEN-77"}


def test_a_tag_is_a_version_everywhere(served):
    approver, public = served.holder("approver"), served.public
    assert_problem(served.holder("editor").post("/tags", json={"name": "sitrep-12"}), 403)
    made = approver.post("/tags", json={"name": "sitrep-12", "message": "Report 12"})
    assert made.status_code == 201, made.text
    assert_problem(approver.post("/tags", json={"name": "sitrep-12"}), 409)
    assert_problem(approver.post("/tags", json={"name": "12"}), 400)
    before = public.get("/collections/constraints/items").json()["numberMatched"]
    served.publish(served.closure())
    items = "/collections/constraints/items"
    assert public.get(f"{items}?version=sitrep-12").json()["numberMatched"] == before
    assert public.get(items).json()["numberMatched"] == before + 1
    assert public.get("/collections/constraints/versions/sitrep-12").json()["number"] == 1
    changed = public.get("/collections/constraints/diff?from=sitrep-12").json()
    assert [item["id"] for item in changed["added"]] == ["CLOSED"]
    assert_problem(public.get(f"{items}?version=sitrep-13"), 404)
    answer = public.get("/tags")
    (tag,) = answer.json()["tags"]
    assert {item["layer"] for item in tag["releases"]} == {"ports", "airports", "constraints"}
    known = {"If-None-Match": answer.headers["etag"]}
    assert public.get("/tags", headers=known).status_code == 304
    public.get(tag["releases"][0]["links"][0]["href"]).raise_for_status()
    path = "/collections/constraints/versions/1/withdraw"
    assert approver.post(path, json={"reason": "wrong"}).status_code == 200
    assert_problem(public.get(f"{items}?version=sitrep-12"), 410)
    assert public.get("/tags", headers=known).json()["tags"][0]["releases"][1]["withdrawn"]
