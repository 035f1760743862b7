"""History over HTTP: notes, differences, rollback and withdrawal."""

from __future__ import annotations

from support.checkedclient import assert_problem

BASE = "/collections/constraints"


def test_notes_are_newest_first_and_link_back(served):
    served.publish(served.closure())
    versions = served.public.get(f"{BASE}/versions").json()["versions"]
    assert [item["number"] for item in versions] == [2, 1]
    assert [item["feature_count"] for item in versions] == [6, 5]
    links = {item["rel"]: item["href"] for item in versions[0]["links"]}
    assert served.public.get(links["predecessor-version"]).json() == versions[1]
    assert served.public.get(links["items"]).json()["number"] == 2


def test_notes_are_revalidated(served):
    first = served.public.get(f"{BASE}/versions")
    asked = {"If-None-Match": first.headers["etag"]}
    assert served.public.get(f"{BASE}/versions", headers=asked).status_code == 304
    served.publish(served.closure())
    assert served.public.get(f"{BASE}/versions", headers=asked).status_code == 200


def test_the_difference_in_json_and_in_words(served):
    served.publish(served.closure())
    body = served.public.get(f"{BASE}/diff?from=1&to=2").json()
    assert body["counts"] == {"added": 1, "removed": 0, "changed": 0}
    assert (body["from"]["number"], body["to"]["number"]) == (1, 2)
    assert served.public.get(f"{BASE}/diff").json() == body
    text = served.public.get(f"{BASE}/diff?from=1&to=2&f=text")
    assert text.headers["content-type"].startswith("text/plain")
    assert "Landslide on the hill road" in text.text
    assert "EXERCISE" in text.text
    backwards = served.public.get(f"{BASE}/diff?from=2&to=1").json()
    assert backwards["counts"]["removed"] == 1


def test_rolling_back_over_a_closure_needs_its_id(served):
    served.publish(served.closure())
    approver = served.holder("approver")
    wish = {"reference": "1", "message": "Undo"}
    body = assert_problem(approver.post(f"{BASE}/rollback", json=wish), 409, "lifts-closures")
    assert [item["id"] for item in body["closures"]] == ["CLOSED"]
    assert served.ask().json()["verdict"] == "not_viable"
    done = approver.post(f"{BASE}/rollback", json={**wish, "confirm_lifts": ["CLOSED"]})
    assert done.status_code == 201
    first = served.public.get(f"{BASE}/versions/1").json()
    assert (done.json()["number"], done.json()["version"]) == (3, first["version"])
    assert served.ask().json()["verdict"] == "viable"


def test_withdrawing_the_head_over_a_closure_needs_its_id(served):
    served.publish(served.closure())
    approver = served.holder("approver")
    path, wish = f"{BASE}/versions/2/withdraw", {"reason": "Wrong valley"}
    assert_problem(approver.post(path, json=wish), 409, "lifts-closures")
    done = approver.post(path, json={**wish, "confirm_lifts": ["CLOSED"]})
    assert done.json()["head"]["number"] == 3
    assert_problem(served.public.get(f"{BASE}/versions/2"), 410, "withdrawn")


def test_a_secret_edit_has_no_text_for_the_public(served):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    served.publish(served.closure("OPEN", name="Fallen tree"))
    messages = [
        item["message"] for item in served.public.get(f"{BASE}/versions").json()["versions"]
    ]
    assert messages[0] == "Added Fallen tree"
    assert "Ambush" not in messages[1]
    cleared = served.holder("viewer", "restricted").get(f"{BASE}/versions/2").json()
    assert cleared["message"] == "Added Ambush site"
    assert cleared["feature_count"] == 6


def test_references_that_name_nothing(served):
    assert_problem(served.public.get(f"{BASE}/versions/9"), 404)
    assert_problem(served.public.get(f"{BASE}/versions/abc"), 400)
    assert_problem(served.public.get(f"{BASE}/diff?from=7&to=1"), 404)


def test_what_holds_at_a_moment_in_differences_logs_and_histories(served, monkeypatch):
    begins = "2027-03-01T00:00:00Z"
    served.publish(served.closure(valid_from=begins))
    day_before = "2027-02-28T00:00:00Z"
    assert served.public.get(f"{BASE}/diff?at={day_before}").json()["counts"]["added"] == 0
    on_it = served.public.get(f"{BASE}/diff", params={"at": begins})
    assert (on_it.json()["counts"]["added"], on_it.json()["at"]) == (1, begins)
    log_before = served.public.get(f"{BASE}/changes.json?at={day_before}").json()["changes"]
    assert [item["number"] for item in log_before] == [1]
    log = served.public.get(f"{BASE}/changes.json?at={begins}&limit=1").json()
    assert [item["number"] for item in log["changes"]] == [2]
    (older,) = (item["href"] for item in log["links"] if item["rel"] == "next")
    assert "at=" in older
    monkeypatch.setattr("api.routes.feeds._MOST_LOOKED_AT", 1)
    page = served.public.get(f"{BASE}/changes.json?at={day_before}").json()
    (older,) = (item["href"] for item in page["links"] if item["rel"] == "next")
    assert (page["changes"], served.public.get(older).json()["changes"]) == ([], log_before)
    path = f"{BASE}/items/CLOSED/versions"
    told = {
        at: served.public.get(path, params={"at": at}).json()["states"][0]["computed_standing"]
        for at in (day_before, begins)
    }
    assert told == {day_before: "not_yet", begins: "holds"}
    assert served.public.get(path).json()["states"][0].get("computed_standing") is None
    for name in ("diff", "changes.json", "items/CLOSED/versions"):
        tags = {
            served.public.get(f"{BASE}/{name}", params=asked).headers["etag"]
            for asked in ({}, {"at": day_before}, {"at": begins})
        }
        assert len(tags) == 3, name
