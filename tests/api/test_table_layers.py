"""Tables over HTTP: collections without a place, beside which everything else goes on."""

from __future__ import annotations

from typing import Any

import pytest
from support.checkedclient import assert_problem

from lca.record import from_row
from lca.table import frame_of
from lca.tablerow import VehicleRow

LORRY: dict[str, Any] = {
    "id": "lorry",
    "name": "Our lorry",
    "gross_t": 18,
    "payload_t": 10,
    "axle_load_t": 11,
    "height_m": 3.5,
    "width_m": 2.5,
    "length_m": 9,
    "practicability": 5,
    "drive": "4x4",
    "top_speed_kmh": 70,
    "source_org": "Transport office",
    "date_of_information": "2026-11-01T00:00:00Z",
}


@pytest.fixture
def with_table(served):
    frame = frame_of(VehicleRow, [from_row(VehicleRow, LORRY)])
    draft = served.store.draft("vehicle_classes", frame, author="Ana", message="our lorry")
    served.store.publish(draft.id, author="Ana")
    return served


def test_a_table_is_a_collection_without_a_place(with_table):
    listed = with_table.public.get("/collections").json()["collections"]
    (table,) = [one for one in listed if one["id"] == "vehicle_classes"]
    assert (table["kind"], table["extent"], table["feature_count"]) == ("table", None, 1)
    items = with_table.public.get("/collections/vehicle_classes/items").json()
    (feature,) = items["features"]
    assert (feature["id"], feature["geometry"]) == ("lorry", None)
    assert feature["properties"]["gross_t"] == 18
    boxed = with_table.public.get("/collections/vehicle_classes/items?bbox=-180,-90,180,90").json()
    assert boxed["features"] == []
    log = with_table.public.get("/collections/vehicle_classes/versions").json()
    assert [one["number"] for one in log["versions"]] == [1]


def test_pages_document_and_answers_go_on(with_table):
    page = with_table.public.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    facilities, _, data = page.text.split('id="facilities"')[-1].partition(
        'type="application/json"'
    )
    assert "Our lorry" not in facilities, "a table's rows are no facilities"
    assert "Our lorry" in data, "but its vehicles may be asked about"
    document = with_table.public.get("/api").json()
    assert "/collections/vehicle_classes/items" in document["paths"]
    found = with_table.public.get("/places?q=lorry").json()
    assert found["places"] == []


def test_a_row_with_a_place_is_refused(with_table):
    feature = {
        "type": "Feature",
        "geometry": with_table.closure()["geometry"],
        "properties": {**LORRY, "name": "Another"},
    }
    feature["properties"].pop("id")
    response = with_table.holder("editor").post(
        "/collections/vehicle_classes/items", json={**feature, "id": "other"}
    )
    assert_problem(response, 422, "invalid-input")
    assert "no place" in response.json()["detail"]


def test_an_edit_that_makes_an_impossible_vehicle_is_refused(with_table):
    editor = with_table.holder("editor")
    change = {"properties": {"payload_t": 19}, "reason": "as loaded"}
    response = editor.patch("/collections/vehicle_classes/items/lorry", json=change)
    assert_problem(response, 422, "invalid-input")
    assert with_table.store.head("vehicle_classes").number == 1
