"""The main story over HTTP: publish a closure, and the next answer follows it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor


def verdict(response):
    assert response.status_code == 200, response.text
    return response.json()["verdict"]


def without_envelope(response):
    return {name: value for name, value in response.json().items() if name != "envelope"}


def test_publish_closes_and_end_reopens(served):
    before = served.ask()
    assert verdict(before) == "viable"
    assert before.json()["unknowns"]["unknown_limits_km"] > 0

    served.publish(served.closure())
    between = served.clock()
    closed = served.ask()
    assert verdict(closed) == "not_viable"
    (blocker,) = closed.json()["blocked_by"]
    assert blocker["name"] == "Landslide on the hill road"
    assert (blocker["source_org"], blocker["source_ref"]) == ("Road survey", "Radio call 7")
    assert blocker["date_of_information"] == "2026-11-18T14:00:00Z"

    served.clock.tick(hours=2)
    ended = served.holder("editor").post(
        "/collections/constraints/items/CLOSED/end",
        json={"ended_by": "Road survey", "ended_at": "2026-11-18T17:30:00Z", "reason": "Cleared"},
    )
    assert ended.status_code == 200, ended.text
    after = served.ask()
    assert verdict(after) == "viable"
    assert after.json()["way"]["geometry"] == before.json()["way"]["geometry"]

    replay = served.ask(as_of=closed.json()["question"]["as_of"])
    assert between.isoformat().startswith("2026-11-18T16:01")
    assert without_envelope(replay) == without_envelope(closed)
    assert replay.json()["envelope"] != closed.json()["envelope"]


def test_two_publishers_at_once(served, tmp_path):
    """One wins, the other is told what the first one changed."""
    editor = served.holder("editor")
    drafts = []
    for name in ("One", "Two"):
        body = geojson([served.closure(f"NEW-{name}", name=name)])
        response = editor.post(
            "/collections/constraints/drafts", files={"file": ("assessment.geojson", body)}
        )
        assert response.status_code == 201, response.text
        drafts.append(response.json()["id"])
    ready = threading.Barrier(2)

    def publish(draft):
        ready.wait()
        return editor.post(f"/collections/constraints/drafts/{draft}/publish", json={})

    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(publish, drafts))
    assert sorted(response.status_code for response in responses) == [200, 409]
    (lost,) = (response.json() for response in responses if response.status_code == 409)
    assert lost["type"].endswith(":conflict")
    assert [item["id"].startswith("NEW-") for item in lost["diff"]["added"]] == [True]
    assert len(editor.get("/collections/constraints/versions").json()["versions"]) == 2


def test_many_askers_while_the_head_moves(served):
    """Each answer is that of the version it names, whoever else asks or publishes."""
    served.ask()
    expected = {1: "viable", 2: "not_viable"}
    stop = threading.Event()

    def ask_on():
        found = []
        while True:
            body = served.ask().json()
            found.append((body["provenance"]["constraints"]["number"], body["verdict"]))
            if stop.is_set():
                return found

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask_on) for _ in range(4)]
        served.publish(served.closure())
        last = served.ask().json()
        stop.set()
        found = [pair for asker in askers for pair in asker.result()]
    assert found
    assert all(expected[number] == told for number, told in found)
    assert last["verdict"] == "not_viable"


def geojson(features):
    return json.dumps({"type": "FeatureCollection", "features": features})
