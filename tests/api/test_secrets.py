"""What a caller may not see leaves no trace: in drafts, notes, caches, races and bad values."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient
from support.checkedclient import assert_problem

LOW = ("editor", "public")


def file_of(*features):
    rows = [{**one, "properties": {**one["properties"], "id": one["id"]}} for one in features]
    body = {"type": "FeatureCollection", "features": rows}
    return {"file": ("Convoy plan.geojson", json.dumps(body))}


def upload(client, layer, *features):
    return client.post(f"/collections/{layer}/drafts", files=file_of(*features))


def secret(served, feature_id="SECRET", **properties):
    return served.closure(
        feature_id, name="Ambush", **{"sensitivity": "confidential", **properties}
    )


def strip(served, feature_id, **properties):
    place = served.town.place("B")
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": {
            "name": f"Strip {feature_id}",
            "source_org": "Survey",
            "date_of_information": "2026-11-18T14:00:00Z",
            "location_precision": "accurate",
            **properties,
        },
    }


def test_a_draft_with_secrets_does_not_exist_for_the_uncleared(served):
    rows = secret(served)
    draft = upload(served.holder("editor"), "constraints", rows).json()
    address = f"/collections/constraints/drafts/{draft['id']}"
    hidden = assert_problem(served.holder(*LOW).get(address), 404)
    unknown = assert_problem(
        served.holder(*LOW).get("/collections/constraints/drafts/000000000000"), 404
    )
    assert hidden["do_next"]
    assert "Convoy" not in json.dumps(hidden)
    assert hidden.keys() == unknown.keys()
    assert_problem(served.holder(*LOW).post(f"{address}/publish", json={}), 404)
    assert served.holder("editor").get(address).status_code == 200


def test_the_note_of_a_hidden_import_is_hidden(served):
    rows = secret(served)
    editor = served.holder("editor")
    draft = upload(editor, "constraints", rows).json()
    editor.post(f"/collections/constraints/drafts/{draft['id']}/publish", json={})
    shown = served.public.get("/collections/constraints/versions").json()["versions"][0]
    assert "Convoy" not in shown["message"]
    cleared = editor.get("/collections/constraints/versions").json()["versions"][0]
    assert "Convoy plan" in cleared["message"]
    first = served.public.get("/collections/constraints/versions/1").json()
    assert first["message"] == "First constraints"


def test_an_upload_never_removes_what_its_uploader_cannot_see(served):
    served.publish(strip(served, "HIDDEN", sensitivity="confidential"), "airports")
    low = served.holder(*LOW)
    draft = upload(low, "airports", strip(served, "NEW")).json()
    assert "HIDDEN" not in json.dumps(draft)
    published = low.post(f"/collections/airports/drafts/{draft['id']}/publish", json={})
    assert published.status_code == 200, published.text
    known = served.holder("editor").get("/collections/airports/items").json()["features"]
    assert {feature["id"] for feature in known} == {"NEW", "HIDDEN"}


def test_an_upload_never_overwrites_what_its_uploader_cannot_see(served):
    served.publish(strip(served, "HIDDEN", sensitivity="confidential"), "airports")
    refused = assert_problem(
        upload(served.holder(*LOW), "airports", strip(served, "HIDDEN", name="Mine")), 422
    )
    assert "Strip" not in json.dumps(refused)
    kept = served.holder("editor").get("/collections/airports/items/HIDDEN").json()
    assert kept["properties"]["name"] == "Strip HIDDEN"


def test_an_upload_that_is_refused_leaves_no_draft(served):
    refused = assert_problem(upload(served.holder(*LOW), "constraints", secret(served)), 403)
    assert "clearance" in refused["detail"]
    cleared = served.holder("editor")
    assert cleared.get("/collections/constraints/drafts").json()["drafts"] == []
    assert cleared.get("/collections/constraints/unreviewed").json()["features"] == []


def test_a_secret_that_is_published_while_an_answer_is_made_stops_the_answer(served, monkeypatch):
    planner = served.app.state.service.planner
    answer = planner.answer

    def overtaken(question, clearance):
        served.publish(secret(served))
        return answer(question, clearance)

    monkeypatch.setattr(planner, "answer", overtaken)
    refused = assert_problem(served.ask(), 401)
    assert "SECRET" not in json.dumps(refused)
    assert "blocked" not in json.dumps(refused)


def test_a_tag_moves_with_the_number_of_the_version(served):
    """A rollback publishes an earlier version again: the same id under another number."""
    kept = {}
    addresses = ("/collections", "/collections/constraints", "/collections/constraints/items")
    for address in addresses:
        kept[address] = served.public.get(address).headers["etag"]
    served.publish(served.closure())
    back = {"reference": "1", "message": "Back", "confirm_lifts": ["CLOSED"]}
    done = served.holder("approver").post("/collections/constraints/rollback", json=back)
    assert done.status_code == 201, done.text
    for address in addresses:
        again = served.public.get(address, headers={"If-None-Match": kept[address]})
        assert again.status_code == 200, address
        assert '"number":3' in again.text


def test_the_status_of_roads_is_revalidated_and_follows_the_clock(served):
    night = {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "Africa/Lagos"}
    served.publish(served.closure(**night))
    address = "/roads/status?vehicle=truck_heavy_3"
    day = served.public.get(address)
    known = {"If-None-Match": day.headers["etag"]}
    served.clock.tick(minutes=1)
    assert served.public.get(address, headers=known).status_code == 304
    served.clock.tick(hours=8)
    by_night = served.public.get(address, headers=known)
    assert by_night.status_code == 200
    assert "CLOSED" in by_night.text
    matches = served.public.get("/matches")
    same = {"If-None-Match": matches.headers["etag"]}
    assert served.public.get("/matches", headers=same).status_code == 304


@pytest.mark.parametrize(
    "given",
    [
        '"max_gross_t": NaN',
        '"max_gross_t": 1e999',
        '"max_gross_t": ' + "9" * 400,
        '"osm_way_ids": [1e30]',
        '"osm_way_ids": [' + "9" * 30 + "]",
        '"description": "\\ud800"',
        '"description": "a\\u0000b"',
        '"description": [["a"]]',
        '"description": {"a": 1}',
        '"name": "' + "x" * 6000 + '"',
    ],
)
def test_a_value_that_cannot_be_kept_is_refused(served, given):
    body = json.dumps(served.closure())[:-2] + ", " + given + "}}"
    client = served.holder("editor")
    headers = {"Content-Type": "application/json"}
    response = client.post("/collections/constraints/items", content=body, headers=headers)
    assert_problem(response, 422)
    assert served.public.get("/collections/constraints").json()["number"] == 1


def test_a_secret_never_becomes_public_by_a_null(served):
    served.publish(secret(served))
    body = {"properties": {"sensitivity": None}, "reason": "Not known"}
    client = served.holder("editor")
    assert_problem(client.patch("/collections/constraints/items/SECRET", json=body), 422)


def test_a_feature_called_drafts_has_no_larger_body(served):
    headers = {"Content-Type": "application/json"}
    response = served.public.patch(
        "/collections/constraints/items/drafts", content=b"[" * 2_000_000, headers=headers
    )
    assert_problem(response, 413)


@pytest.mark.parametrize("host", ["evil/embed?", "[", "a b", "[::1", ""])
def test_a_host_header_decides_nothing(served, host):
    client = TestClient(served.app, raise_server_exceptions=False, headers={"Host": host})
    response = client.get("/nothing")
    assert response.status_code == 404
    assert response.json()["where"] == "/nothing"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


def test_a_page_is_never_kept(served):
    page = served.public.get("/", headers={"Accept": "text/html"})
    assert page.headers["cache-control"] == "no-store"
