"""Edits over HTTP: who may make them, what they publish, and what stops them."""

from __future__ import annotations

import pytest
from support.checkedclient import assert_problem

ITEMS = "/collections/constraints/items"


def test_an_edit_publishes_a_version_and_says_where(served):
    body = served.publish(served.closure())
    assert body["release"]["number"] == 2
    assert body["release"]["author"] == "the editor"
    assert body["feature"]["properties"]["status"] == "reported"
    stored = served.public.get(f"{ITEMS}/CLOSED").json()
    assert stored["version"] == body["release"]["version"]


@pytest.mark.parametrize("slip", ["swapped", "unsigned", "elsewhere"])
@pytest.mark.parametrize("layer", ["constraints", "ports"])
def test_a_location_nowhere_near_the_roads_is_refused(served, slip, layer):
    feature = served.closure()
    if layer == "ports":
        feature["properties"] = {
            key: feature["properties"][key]
            for key in ("name", "source_org", "date_of_information", "location_precision")
        }
    editor, items = served.holder("editor"), f"/collections/{layer}/items"
    assert editor.post(items, json=feature).status_code == 201
    lon, lat = feature["geometry"]["coordinates"]
    wrong = {"swapped": [lat, lon], "unsigned": [-lon, -lat], "elsewhere": [lon + 90, lat]}[slip]
    lost = {"type": "Point", "coordinates": wrong}
    versions = f"/collections/{layer}/versions"
    before = served.public.get(versions).json()
    added = editor.post(items, json={**feature, "id": "LOST", "geometry": lost})
    moved = editor.patch(f"{items}/CLOSED", json={"geometry": lost, "reason": "Moved"})
    for response in (added, moved):
        body = assert_problem(response, 422)
        assert body["where"] == "geometry"
        assert "from the roads of this operation" in body["detail"]
    assert served.public.get(versions).json() == before


def test_a_location_is_not_needed(served):
    assert served.publish({**served.closure(), "geometry": None})["id"] == "CLOSED"


def test_a_feature_without_an_id_gets_one(served):
    feature = served.closure()
    del feature["id"]
    response = served.holder("editor").post(ITEMS, json=feature)
    assert response.status_code == 201
    assert response.headers["location"].endswith("/items/" + response.json()["id"])
    assert served.public.get(response.headers["location"]).status_code == 200


def test_a_reporter_reports_and_no_more(served):
    reporter = served.holder("reporter")
    created = reporter.post(ITEMS, json=served.closure())
    assert created.status_code == 201
    assert created.json()["feature"]["properties"]["status"] == "reported"
    verified = served.closure("OTHER", status="verified")
    assert_problem(reporter.post(ITEMS, json=verified), 403, "not-allowed")
    port = {"type": "Feature", "properties": {"name": "Pier"}}
    assert_problem(reporter.post("/collections/ports/items", json=port), 403, "not-allowed")
    confirmation = {"source_org": "Me", "date_of_information": "2026-11-18T15:30:00Z"}
    assert_problem(reporter.post(f"{ITEMS}/CLOSED/confirm", json=confirmation), 403)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"properties": {"nmae": "x"}}, "properties"),
        ({"properties": {"effect": "exploded"}}, None),
        ({"properties": {"name": None}}, None),
        ({"properties": {"date_of_information": "yesterday"}}, None),
        ({"properties": {"valid_from": "2026-11-19", "valid_to": "2026-11-18"}}, None),
        ({"geometry": {"type": "Point", "coordinates": [0, 91]}}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": []}}, "geometry"),
        ({"geometry": {"type": "Point", "coordinates": "here"}}, "geometry"),
        ({"geometry": {"type": "GeometryCollection", "geometries": []}}, "geometry"),
        ({"geometry": {"type": "Blob"}}, "geometry"),
        (
            {
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]],
                }
            },
            "geometry",
        ),
        ({"id": "../../etc"}, "body.id"),
        ({"oops": 1}, "body.oops"),
        ({"properties": "none"}, "body.properties"),
    ],
)
def test_a_bad_feature_is_refused_and_nothing_changes(served, change, where):
    feature = served.closure()
    if isinstance(change.get("properties"), dict):
        change = {"properties": {**feature["properties"], **change["properties"]}}
    body = assert_problem(served.holder("editor").post(ITEMS, json={**feature, **change}), 422)
    assert body["do_next"]
    if where:
        assert body["where"] == where
    versions = served.public.get("/collections/constraints/versions").json()["versions"]
    assert len(versions) == 1


def test_the_same_id_twice_is_a_conflict(served):
    served.publish(served.closure())
    response = served.holder("editor").post(ITEMS, json=served.closure())
    assert_problem(response, 409, "conflict")


def test_weakening_a_closure_needs_its_id(served):
    """Rule 3: the problem lists what would be lifted, and says what to send."""
    served.publish(served.closure())
    editor = served.holder("editor")
    change = {"properties": {"effect": "difficult"}, "reason": "Seems passable"}
    body = assert_problem(editor.patch(f"{ITEMS}/CLOSED", json=change), 409, "lifts-closures")
    assert [item["id"] for item in body["closures"]] == ["CLOSED"]
    assert "confirm_lifts" in body["do_next"]
    assert served.ask().json()["verdict"] == "not_viable"
    confirmed = editor.patch(f"{ITEMS}/CLOSED", json={**change, "confirm_lifts": ["CLOSED"]})
    assert confirmed.status_code == 200
    assert served.ask().json()["verdict"] == "viable_with_conditions"


def test_a_change_touches_only_what_it_names(served):
    served.publish(served.closure())
    before = served.public.get(f"{ITEMS}/CLOSED").json()
    change = {"properties": {"description": "Two lanes", "delay_min": 5}, "reason": "Detail"}
    response = served.holder("editor").patch(f"{ITEMS}/CLOSED", json=change)
    after = response.json()["feature"]
    assert after["geometry"] == before["geometry"]
    changed = {
        name
        for name, value in after["properties"].items()
        if before["properties"].get(name) != value
    }
    assert changed == {"description", "delay_min"}
    assert response.json()["release"]["message"].endswith("Detail")


def test_a_stale_base_is_told_what_changed(served):
    base = served.publish(served.closure())["release"]["version"]
    editor = served.holder("editor")
    change = {"properties": {"description": "First"}, "reason": "First"}
    stale = {"If-Match": f'"{base}"'}
    assert editor.patch(f"{ITEMS}/CLOSED", json=change, headers=stale).status_code == 200
    late = {"properties": {"description": "Second"}, "reason": "Second"}
    refused = editor.patch(f"{ITEMS}/CLOSED", json=late, headers=stale)
    body = assert_problem(refused, 409, "conflict")
    assert body["diff"]["changed"][0]["fields"][0]["after"] == "First"
    assert editor.patch(f"{ITEMS}/CLOSED", json=late).status_code == 200


def test_the_tag_of_a_reading_serves_as_the_base(served):
    served.publish(served.closure())
    tag = served.public.get(f"{ITEMS}/CLOSED").headers["etag"]
    change = {"properties": {"description": "Mine"}, "reason": "Mine"}
    response = served.holder("editor").patch(
        f"{ITEMS}/CLOSED", json=change, headers={"If-Match": tag}
    )
    assert response.status_code == 200


def test_confirming_moves_the_dates_only(served):
    served.publish(served.closure())
    served.clock.tick(hours=2)
    seen = "2026-11-18T17:00:00Z"
    response = served.holder("editor").post(
        f"{ITEMS}/CLOSED/confirm",
        json={"source_org": "Convoy 3", "date_of_information": seen, "note": "Still shut"},
    )
    properties = response.json()["feature"]["properties"]
    assert (properties["last_confirmed_at"], properties["confirmed_by"]) == (seen, "Convoy 3")
    assert properties["effect"] == "blocked"


def test_an_end_names_its_source_and_has_passed(served):
    served.publish(served.closure())
    editor = served.holder("editor")
    ahead = {"ended_by": "Me", "ended_at": "2027-01-01", "reason": "Plan"}
    assert_problem(editor.post(f"{ITEMS}/CLOSED/end", json=ahead), 422)
    unsourced = {"ended_by": "", "ended_at": "2026-11-18T15:30:00Z", "reason": "x"}
    body = assert_problem(editor.post(f"{ITEMS}/CLOSED/end", json=unsourced), 422)
    assert body["where"] == "body.ended_by"
    assert editor.post(f"{ITEMS}/CLOSED/end", json={**ahead, "planned": True}).status_code == 200
    assert served.ask().json()["verdict"] == "not_viable"


def test_an_editor_cannot_touch_what_the_clearance_does_not_reach(served):
    served.publish(served.closure("SECRET", sensitivity="confidential"))
    editor = served.holder("editor", "restricted")
    change = {"properties": {"description": "x"}, "reason": "x"}
    end = {"ended_by": "Me", "ended_at": "2026-11-18T15:30:00Z", "reason": "x"}
    assert_problem(editor.patch(f"{ITEMS}/SECRET", json=change), 404, "not-found")
    assert_problem(editor.post(f"{ITEMS}/SECRET/end", json=end), 404, "not-found")


def test_what_an_editor_hides_is_not_returned(served):
    response = served.holder("editor", "public").post(
        ITEMS, json=served.closure("MINE", sensitivity="restricted")
    )
    assert response.status_code == 201
    assert response.json()["feature"] is None
    assert response.json()["id"] == "MINE"


def test_a_facility_can_be_edited_too(served):
    change = {"properties": {"status": "not_operational"}, "reason": "Quay collapsed"}
    response = served.holder("editor").patch("/collections/airports/items/AERO", json=change)
    assert response.status_code == 200
    answer = served.ask().json()
    assert answer["verdict"] == "not_viable"
    assert [note["kind"] for note in answer["blocked_by"]] == ["facility"]
