"""Uploads: a file is read apart, reviewed, and published with its closures confirmed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from shapely import Point
from support.checkedclient import assert_problem, client_for

from api.app import create_app
from api.settings import Settings
from lca.ingest import Cover, write_workbook

DRAFTS = "/collections/constraints/drafts"
WORKBOOK = "assessment.xlsx"


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def upload(client, content, name="assessment.geojson", path=DRAFTS, **fields):
    return client.post(path, files={"file": (name, content)}, data=fields)


def workbook(tmp_path, tables):
    path = tmp_path / WORKBOOK
    cover = Cover(
        operation="TST-EX",
        country="NGA",
        organisation="Road survey",
        assessed_on=date(2026, 11, 17),
        time_zone="Africa/Lagos",
        licence="CC-BY-4.0",
        exercise=True,
    )
    write_workbook(path, cover, tables)
    return path.read_bytes()


def test_upload_review_publish(served):
    editor = served.holder("editor")
    created = upload(editor, collection(served.closure()), message="Survey of 18 November")
    assert created.status_code == 201, created.text
    draft = created.json()
    assert draft["report"]["rows_in"] == {"constraints": 1}
    assert draft["diff"]["counts"] == {"added": 1, "removed": 0, "changed": 0}
    assert draft["carried_over"] == 5, "absence from a file ends nothing"
    assert draft["source_name"] == "assessment.geojson"
    assert served.ask().json()["verdict"] == "viable", "a draft changes nothing"

    assert editor.get(created.headers["location"]).json() == draft
    served.clock.tick(minutes=1)
    published = editor.post(f"{DRAFTS}/{draft['id']}/publish", json={})
    assert published.status_code == 200
    assert published.json()["version"] == draft["version"]
    assert published.json()["message"] == "Survey of 18 November"
    assert served.ask().json()["verdict"] == "not_viable"
    again = editor.post(f"{DRAFTS}/{draft['id']}/publish", json={})
    assert again.json()["number"] == published.json()["number"], (
        "publishing twice is publishing once"
    )


def test_a_file_in_which_a_closure_is_weaker_needs_its_id(served):
    served.publish(served.closure())
    editor = served.holder("editor")
    weaker = served.closure(effect="advisory")
    draft = upload(editor, collection(weaker)).json()
    assert [item["id"] for item in draft["lifts"]] == ["CLOSED"]
    path = f"{DRAFTS}/{draft['id']}/publish"
    body = assert_problem(editor.post(path, json={"message": "New"}), 409, "lifts-closures")
    assert [item["id"] for item in body["closures"]] == ["CLOSED"]
    confirmed = {"message": "New", "confirm_lifts": ["CLOSED"]}
    assert editor.post(path, json=confirmed).status_code == 200


def test_a_workbook_fills_the_layer_of_the_address(served, tmp_path):
    rows = [
        {
            "id": "CLOSED",
            "name": "Landslide",
            "constraint_type": "landslide",
            "effect": "blocked",
            "geometry": served.town.between("BC", 0.5).point,
            "location_precision": "accurate",
        }
    ]
    content = workbook(tmp_path, {"constraints": rows, "fuel": []})
    editor = served.holder("editor")
    created = upload(editor, content, WORKBOOK)
    assert created.status_code == 201, created.text
    assert created.json()["diff"]["added"][0]["source_org"] == "Road survey"
    body = assert_problem(
        upload(editor, content, WORKBOOK, path="/collections/fuel/drafts"), 422, "validation-failed"
    )
    assert body["rows_in"]["constraints"] == 1


def test_rejected_rows_are_told_and_the_others_kept(served):
    bad = served.closure("BAD", effect="exploded")
    draft = upload(served.holder("editor"), collection(served.closure(), bad)).json()
    assert draft["report"]["rows_in"] == {"constraints": 2}
    assert draft["report"]["rows_rejected"] == {"constraints": 1}
    (issue,) = (item for item in draft["report"]["issues"] if item["severity"] == "error")
    assert issue["do_next"]


def test_a_rejected_row_of_a_layer_that_files_replace_is_not_one_that_is_gone(served, tmp_path):
    editor, drafts = served.holder("editor"), "/collections/storage/drafts"
    rows = [
        {"name": name, "source_org": "Survey", "geometry": Point(8.51234, lat)}
        for name, lat in (("North store", 12.01234), ("South store", 9.05678))
    ]
    whole = upload(editor, workbook(tmp_path, {"storage": rows}), WORKBOOK, drafts).json()
    served.clock.tick(minutes=1)
    assert editor.post(f"{drafts}/{whole['id']}/publish", json={}).status_code == 200
    spoilt = [rows[0], {**rows[1], "status": "half open"}]
    again = upload(editor, workbook(tmp_path, {"storage": spoilt}), WORKBOOK, drafts).json()

    assert again["report"]["rows_rejected"] == {"storage": 1}
    assert not any(item["name"] == "South store" for item in again["diff"]["removed"])


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "empty.xlsx", "unreadable-file"),
        (b"not a workbook", "report.xlsx", "unreadable-file"),
        (b"%PDF-1.7", "report.pdf", "unreadable-file"),
        (b"{}", "..", "unreadable-file"),
        (b"{}", "C:\\fakepath\\x.geojson", "unreadable-file"),
        (b'{"type": "FeatureCollection", "features": []}', "none.geojson", "validation-failed"),
    ],
)
def test_a_file_that_cannot_be_used(served, content, name, kind):
    body = assert_problem(upload(served.holder("editor"), content, name), 422, kind)
    assert body["do_next"]
    assert "/" not in body["where"]
    assert served.public.get("/collections/constraints").json()["number"] == 1


def test_a_form_without_a_file(served):
    editor = served.holder("editor")
    assert_problem(editor.post(DRAFTS, data={"message": "x"}), 400)
    assert_problem(editor.post(DRAFTS, files={"other": ("a.geojson", b"{}")}), 400)
    assert_problem(editor.post(DRAFTS, json={}), 400)
    two = [("file", ("a.geojson", b"{}")), ("file", ("b.geojson", b"{}"))]
    assert_problem(editor.post(DRAFTS, files=two), 400)


def test_what_is_too_large_is_not_read_to_its_end(served):
    settings = Settings(store=served.store.root, engine="scipy", upload_bytes=10_000)
    app = create_app(settings, clock=served.clock)
    client = client_for(app, served.token("editor"))
    assert_problem(upload(client, b" " * 20_000), 413)

    read = 0

    def endless():
        nonlocal read
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.geojson"\r\n\r\n'
        while read < 10_000_000:
            read += 1000
            yield b" " * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert_problem(client.post(DRAFTS, content=endless(), headers=headers), 413)
    app.state.service.store.close()


def test_what_a_file_does_not_say_is_said_beside_it(served):
    editor = served.holder("editor")
    lacks = served.closure()
    for name in ("source_org", "date_of_information"):
        del lacks["properties"][name]
    assert_problem(upload(editor, collection(lacks)), 422)
    made = upload(editor, collection(lacks), source="Radio room", date="2026-11-18")
    assert made.status_code == 201, made.text
    (added,) = made.json()["diff"]["added"]
    assert "Radio room" in json.dumps(added)
    assert_problem(upload(editor, collection(lacks), date="yesterday"), 400)
    assert_problem(upload(editor, collection(lacks), profile="../mine.toml"), 400)


def test_a_table_is_uploaded_as_any_layer(served):
    editor = served.holder("editor")
    csv = "highway,group,speed_kmh\nprimary,truck,44\n"
    made = upload(editor, csv, "speeds.csv", "/collections/speeds/drafts")
    assert made.status_code == 201, made.text
    assert made.json()["report"]["rows_in"] == {"speeds": 1}


def test_one_file_is_read_at_a_time(served):
    slot = served.app.state.service.reader_slot
    with slot:
        response = upload(served.holder("editor"), collection(served.closure()))
        assert_problem(response, 503, "busy")
        assert int(response.headers["retry-after"]) > 0
    assert upload(served.holder("editor"), collection(served.closure())).status_code == 201


def test_a_draft_belongs_to_its_layer(served):
    editor = served.holder("editor")
    draft = upload(editor, collection(served.closure())).json()["id"]
    assert_problem(editor.get(f"/collections/ports/drafts/{draft}"), 404)
    assert_problem(editor.get(f"{DRAFTS}/nothing"), 404)
