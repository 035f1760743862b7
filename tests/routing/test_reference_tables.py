"""Tables of an operation: the product's until it publishes its own, then by version and moment."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.clock import Clock

import data
from layers.operation import Operation
from layers.store import Store
from lca.emission import EmissionFactor, emission_factors
from lca.errors import InvalidInput, Withdrawn
from lca.record import from_row
from lca.season import Season
from lca.table import frame_of
from lca.tablerow import SpeedRow, VehicleRow
from lca.vehicle import vehicle_classes
from routing.reference_tables import product_tables, reference_tables
from routing.speed_model import SpeedModel

STATED = {"source_org": "Transport office", "date_of_information": "2026-11-01T00:00:00Z"}
LORRY = from_row(
    VehicleRow,
    {
        "id": "lorry",
        "name": "Our lorry",
        "gross_t": 20,
        "payload_t": 12,
        "axle_load_t": 11,
        "height_m": 3.5,
        "width_m": 2.5,
        "length_m": 9,
        "practicability": 5,
        "drive": "4x4",
        "top_speed_kmh": 70,
        **STATED,
    },
)
SLOW = from_row(
    SpeedRow,
    {
        "id": "primary:truck",
        "name": "primary, truck",
        "highway": "primary",
        "group": "truck",
        "speed_kmh": 31.5,
        **STATED,
    },
)


@pytest.fixture
def clock():
    return Clock(datetime.fromisoformat("2026-11-18T12:00:00+00:00"))


@pytest.fixture
def store(tmp_path, clock):
    with Store.open(tmp_path / "store", clock=clock) as opened:
        yield opened


def publish(store: Store, clock: Clock, layer: str, *rows: object) -> datetime:
    clock.tick(minutes=1)
    draft = store.draft(layer, frame_of(type(rows[0]), rows), author="Ana", message="table")
    return store.publish(draft.id, author="Ana").published_at


def test_without_a_table_of_its_own_the_products_serve(store):
    found = reference_tables(store, store.heads())
    assert found is product_tables()
    assert found.vehicles == vehicle_classes()
    assert found.emission_factors == emission_factors()
    assert found.speeds == {}
    file = Path(data.__file__).parent / "reference" / "vehicle_classes.csv"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.sources["vehicle_classes"] == {"sha256": digest}


def test_published_classes_take_the_place_of_the_products(store, clock):
    publish(store, clock, "vehicle_classes", LORRY)
    found = reference_tables(store, store.heads())
    assert list(found.vehicles) == ["lorry"]
    vehicle = found.vehicles["lorry"]
    assert (vehicle.gross_t, vehicle.drive.value, vehicle.axles) == (20, "4x4", None)
    release = store.head("vehicle_classes")
    source = found.sources["vehicle_classes"]
    assert release is not None
    assert (source["version"], source["number"]) == (release.version, 1)
    assert "sha256" in found.sources["emission_factors"]
    assert found.key != product_tables().key


def test_as_of_gives_what_held_then(store, clock):
    before = store.now()
    first = publish(store, clock, "vehicle_classes", LORRY)
    publish(store, clock, "vehicle_classes", replace(LORRY, gross_t=22))
    clock.tick(minutes=1)
    masses = [
        reference_tables(store, store.heads(moment)).vehicles.get("lorry")
        for moment in (before, first, first + timedelta(seconds=59), None)
    ]
    assert [item and item.gross_t for item in masses] == [None, 20, 20, 22]
    store.rollback("vehicle_classes", "1", "Ana", "as it was")
    found = reference_tables(store, store.heads())
    assert found.vehicles["lorry"].gross_t == 20
    assert found.sources["vehicle_classes"]["number"] == 3
    assert found.key == reference_tables(store, store.heads(first)).key


def test_a_speed_takes_the_place_of_one_row_and_the_others_stay(store, clock):
    publish(store, clock, "speeds", SLOW)
    found = reference_tables(store, store.heads())
    rows = {(row["highway"], row["group"]): row["speed_kmh"] for row in found.speeds["speeds"]}
    assert float(rows["primary", "truck"]) == 31.5
    assert float(rows["primary", "light"]) == 70
    assert ("other", "truck") in rows
    assert set(found.speeds) == {"speeds"}


def test_a_withdrawn_table_is_no_table(store, clock):
    publish(store, clock, "vehicle_classes", LORRY)
    store.withdraw("vehicle_classes", "1", "Ana", "wrong masses")
    with pytest.raises(Withdrawn):
        reference_tables(store, store.heads())


@pytest.mark.parametrize(
    ("layer", "row", "change", "words"),
    [
        ("vehicle_classes", LORRY, {"payload_t": 25.0}, "payload of 25 t is not below"),
        ("vehicle_classes", LORRY, {"id": "Our Lorry"}, "no code of a vehicle class"),
        ("speeds", SLOW, {"speed_kmh": 0.0}, "speed_kmh 0 cannot be meant"),
        ("speeds", SLOW, {"group": "horse"}, "no group of vehicles"),
    ],
)
def test_a_row_that_cannot_be_is_not_even_drafted(store, layer, row, change, words):
    frame = frame_of(type(row), [row]).assign(**change)
    with pytest.raises(InvalidInput, match=words):
        store.draft(layer, frame, author="Ana", message="table")
    assert store.drafts(layer) == []


def test_seasons_are_those_known_of_the_country_until_the_operation_publishes_its_own(store, clock):
    assert reference_tables(store, store.heads()).seasons == ()
    store.set_operation(Operation("SSD", "South Sudan", exercise=False, time_zone="Africa/Juba"))
    (peak,) = reference_tables(store, store.heads()).seasons
    assert (peak.months, peak.factors) == ((8, 9, 10), {"dirt": 0.33})
    own = {**STATED, "id": "wet", "name": "Wet", "season": "rainy"}
    publish(store, clock, "seasons", from_row(Season, {**own, "month_from": 6, "month_to": 7}))
    found = reference_tables(store, store.heads())
    assert [season.months for season in found.seasons] == [(6, 7)]
    assert found.sources["seasons"]["number"] == 1


def test_speeds_make_a_model(store, clock):
    """What is published is a class speed of the model; the other rows stay as they are."""
    publish(store, clock, "speeds", SLOW)
    model = SpeedModel.of_rows(reference_tables(store, store.heads()).speeds)
    assert model.class_speed_kmh("primary", "truck") == 31.5
    assert model.class_speed_kmh("primary", "light") == 70
    assert model.key != SpeedModel.of_rows({}).key
    assert SpeedModel.of_rows(product_tables().speeds).key == SpeedModel.of_rows({}).key


def test_factors_of_an_operation_take_the_place_of_the_products(store, clock):
    row = {**STATED, "id": "own", "name": "own", "scheme": "own", "mode": "road", "fuel": "diesel"}
    factor = from_row(EmissionFactor, {**row, "gross_to_t": 60, "wtw_g_per_tkm": 90})
    publish(store, clock, "emission_factors", factor)
    (found,) = reference_tables(store, store.heads()).emission_factors
    assert (found.id, found.wtw) == ("own", 90)
