"""Vehicles over HTTP: a class, a text or an object of numbers, by the operation's own table."""

from __future__ import annotations

from typing import Any

import pytest
from support.checkedclient import assert_problem

from lca.record import from_row
from lca.table import frame_of
from lca.tablerow import VehicleRow

FULL: dict[str, Any] = {
    "gross_t": 22,
    "payload_t": 14,
    "axle_load_t": 10,
    "height_m": 3.9,
    "width_m": 2.5,
    "length_m": 11,
}


def test_a_text_and_an_object_mean_the_same(served):
    text = served.ask(vehicle="truck_heavy_3,gross_t=22,hazmat=yes,cargo=fuel").json()
    spec = {"class": "truck_heavy_3", "gross_t": 22, "hazmat": True, "cargo": "fuel"}
    assert served.ask(vehicle=spec).json()["question"] == text["question"]
    assert text["question"]["vehicle"]["gross_t"] == 22
    assert text["verdict"] == "viable"


def test_a_vehicle_in_full_names_its_nearest_class(served):
    vehicle = served.ask(vehicle=FULL).json()["question"]["vehicle"]
    assert vehicle["code"] == "truck_medium"
    assert "nearest class" in vehicle["name"]


def test_a_limit_is_judged_by_the_numbers_given(served):
    served.publish(served.closure("LIMIT", effect="restricted", max_gross_t=23))
    assert served.ask(vehicle="truck_heavy_3").json()["verdict"] == "not_viable"
    lighter = served.ask(vehicle={"class": "truck_heavy_3", "gross_t": 22.9}).json()
    assert lighter["verdict"] != "not_viable"


@pytest.mark.parametrize(
    ("vehicle", "status", "kind"),
    [
        ({"class": "truck_heavy_3", "payload_t": 30}, 422, "invalid-input"),
        ({"class": "truck_heavy_3", "gross_t": "22"}, 422, "invalid-input"),
        ({"class": "truck_heavy_3", "weight": 22}, 422, "invalid-input"),
        ({"class": "truck_heavy_3", "drive": "8x8"}, 422, "invalid-input"),
        ({"class": "truck_heavy_3", "gross_t": 0}, 422, "invalid-input"),
        ({"class": "truck_heavy_3", "gross_t": 900}, 422, "invalid-input"),
        ({"class": "20 t"}, 400, "ambiguous-vehicle"),
        ({"class": "zeppelin"}, 404, "not-found"),
        ({"gross_t": 22}, 400, "usage"),
        ({}, 400, "usage"),
        ([], 422, "invalid-input"),
        (None, 422, "invalid-input"),
        ("", 422, "invalid-input"),
        ("x" * 301, 422, "invalid-input"),
        ("truck_heavy_3,gross_t=nan", 422, "invalid-input"),
    ],
)
def test_a_vehicle_that_cannot_be_is_refused(served, vehicle, status, kind):
    assert_problem(served.ask(vehicle=vehicle), status, kind)


def test_the_operations_classes_take_the_place_of_the_products(served):
    before = served.store.heads().as_of.isoformat()
    assert "truck_heavy_3" in served.public.get("/vehicles").text
    row = {
        **FULL,
        "id": "lorry",
        "name": "Our lorry",
        "practicability": 5,
        "drive": "4x4",
        "top_speed_kmh": 70,
        "source_org": "Transport office",
        "date_of_information": "2026-11-01T00:00:00Z",
    }
    frame = frame_of(VehicleRow, [from_row(VehicleRow, row)])
    draft = served.store.draft("vehicle_classes", frame, author="Ana", message="our lorry")
    served.clock.tick(minutes=1)
    served.store.publish(draft.id, author="Ana")
    listed = served.public.get("/vehicles").json()["vehicles"]
    assert [one["code"] for one in listed] == ["lorry"]
    assert served.ask(vehicle="lorry").json()["verdict"] == "viable"
    assert_problem(served.ask(vehicle="truck_heavy_3"), 404, "not-found")
    assert served.ask(vehicle="truck_heavy_3", as_of=before).status_code == 200
