"""Vehicles with numbers of their own: read, told apart, and refused where none can exist."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import AmbiguousVehicle, InvalidInput, NotFound, UsageError
from lca.record import to_row
from lca.vehicle import require_possible, resolve_vehicle, vehicle_class, vehicle_classes
from lca.vocab import Actor, Cargo, Drive, Practicability

HEAVY = vehicle_class("truck_heavy_3")
IN_FULL = "gross_t=22,payload_t=14,axle_load_t=10,height_m=3.9,width_m=2.5,length_m=11"

# domain.md 5.4: every class that drives; boats and barges are no road vehicles.
CLASSES = {
    "motorbike",
    "lv_4wd",
    "truck_light",
    "truck_medium",
    "truck_heavy_3",
    "truck_heavy_4",
    "artic_3",
    "artic_4",
    "artic_5",
    "artic_6",
    "drawbar",
    "truck_6x6",
}


def test_all_classes_that_drive_are_there_and_possible():
    assert set(vehicle_classes()) == CLASSES
    for item in vehicle_classes().values():
        assert require_possible(item) is item


def test_a_code_a_name_and_a_record_mean_the_same():
    for spec in ("truck_heavy_3", "Heavy truck, 3 axles", {"class": "truck_heavy_3"}, HEAVY):
        assert resolve_vehicle(spec) == HEAVY


def test_a_text_changes_a_class_and_says_so():
    found = resolve_vehicle(
        "truck_heavy_3, gross_t=22, hazmat=yes, cargo=fuel, actor=un, drive=6x6"
    )
    assert (found.gross_t, found.hazmat, found.cargo) == (22.0, True, Cargo.FUEL)
    assert (found.actor, found.drive) == (Actor.UN, Drive.D6X6)
    assert (found.code, found.payload_t, found.height_m) == ("truck_heavy_3", 18, 4.0)
    assert found.name.startswith("Heavy truck, 3 axles with ")
    assert "gross_t 22" in found.name
    assert "hazmat yes" in found.name


def test_a_mapping_is_read_as_a_text_is():
    text = resolve_vehicle("artic_5,height_m=4.3,axles=6")
    assert resolve_vehicle({"class": "artic_5", "height_m": 4.3, "axles": 6}) == text


def test_a_change_that_changes_nothing_is_the_class():
    assert resolve_vehicle("truck_heavy_3,gross_t=26") == HEAVY


def test_a_vehicle_in_full_has_the_code_of_the_nearest_class():
    found = resolve_vehicle(IN_FULL)
    assert found.code == "truck_medium"
    assert "nearest class: Medium truck" in found.name
    assert (found.gross_t, found.drive, found.axles) == (22.0, Drive.D4X2, None)
    assert found.practicability is Practicability.HEAVY_TRUCK


@pytest.mark.parametrize(
    ("payload_t", "rank"), [(1, 3), (3.49, 3), (3.5, 4), (9.9, 4), (10, 5), (19.9, 5), (20, 6)]
)
def test_rank_follows_the_payload_where_it_is_not_given(payload_t, rank):
    text = IN_FULL.replace("gross_t=22", "gross_t=40").replace("=14", f"={payload_t}")
    assert resolve_vehicle(text).practicability == rank


def test_a_greater_payload_is_never_a_smaller_vehicle():
    assert resolve_vehicle("truck_heavy_4,payload_t=2").practicability == 6
    grown = "truck_heavy_3,payload_t=21,gross_t=29,axle_load_t=10.6"
    assert resolve_vehicle(grown).practicability == 6
    assert resolve_vehicle(f"{grown},practicability=5").practicability == 5


@pytest.mark.parametrize(
    ("change", "offer"),
    [
        ("payload_t=20", "gross_t too, as truck_heavy_3,payload_t=20,gross_t=28,axle_load_t=10.3"),
        ("payload_t=20,gross_t=28", "axle_load_t too, as truck_heavy_3,payload_t=20,gross_t=28,"),
        ("gross_t=30", "axle_load_t too, as truck_heavy_3,gross_t=30,axle_load_t=11."),
        ("payload_t=27", "gross_t=35,axle_load_t=12.8"),
        ("payload_t=100", "or start from a class that carries it"),
    ],
)
def test_a_greater_load_on_the_masses_of_the_class_is_refused_with_the_whole_vehicle(change, offer):
    with pytest.raises(InvalidInput, match="too little") as caught:
        resolve_vehicle(f"truck_heavy_3,{change}")
    assert offer in caught.value.do_next


@given(st.sampled_from(sorted(CLASSES)), st.integers(1, 1200), st.booleans())
def test_what_is_offered_for_more_payload_is_a_vehicle_of_the_same_empty_mass(code, more, both):
    base = vehicle_class(code)
    payload_t = base.payload_t + more / 100
    text = f"{code},payload_t={payload_t:.10g}"
    with pytest.raises(InvalidInput) as caught:
        resolve_vehicle(text + (f",gross_t={base.gross_t + 13}" if both else ""))
    found = resolve_vehicle(caught.value.do_next.split(", as ")[1].removesuffix("."))
    assert found.payload_t == pytest.approx(payload_t)
    if not both:
        assert found.gross_t - found.payload_t == pytest.approx(base.gross_t - base.payload_t)
    assert found.axle_load_t / base.axle_load_t >= found.gross_t / base.gross_t - 1e-9


def test_a_smaller_load_and_what_is_stated_whole_are_taken():
    assert resolve_vehicle("truck_heavy_3,payload_t=10").gross_t == 26
    assert resolve_vehicle("truck_heavy_3,payload_t=20,gross_t=26").payload_t == 20
    assert resolve_vehicle("truck_heavy_3,gross_t=22,payload_t=14").axle_load_t == 9.5


def test_a_whole_row_as_an_answer_has_it_comes_back():
    odd = resolve_vehicle("truck_6x6,gross_t=20.5,hazmat=yes")
    assert resolve_vehicle(to_row(odd)) == odd


@given(st.sampled_from(sorted(CLASSES)), st.booleans(), st.sampled_from(list(Cargo)))
def test_every_row_comes_back(code, hazmat, cargo):
    vehicle = replace(vehicle_class(code), hazmat=hazmat, cargo=cargo)
    assert resolve_vehicle(to_row(vehicle)) == vehicle
    assert resolve_vehicle({"class": code, "hazmat": hazmat, "cargo": cargo.value}).hazmat is hazmat


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("payload_t=27,gross_t=26", "payload of 27 t is not below the gross mass of 26 t"),
        ("gross_t=18", "payload of 18 t is not below"),
        ("gross_t=0", "gross_t is 0"),
        ("gross_t=-3", "gross_t is -3"),
        ("gross_t=900", "gross_t is 900"),
        ("gross_t=nan", "gross_t is nan"),
        ("gross_t=inf", "gross_t is inf"),
        ("payload_t=-1", "payload_t is -1"),
        ("axle_load_t=27", "one axle carries 27 t"),
        ("axle_load_t=8", "3 axles of at most 8 t do not carry 26 t"),
        ("axles=2", "2 axles of at most 9.5 t"),
        ("axles=0", "axles is 0"),
        ("height_m=0", "height_m is 0"),
        ("height_m=40", "height_m is 40"),
        ("width_m=25", "width_m is 25"),
        ("length_m=-1", "length_m is -1"),
        ("top_speed_kmh=500", "top_speed_kmh is 500"),
        ("practicability=1", "practicability is 1"),
    ],
)
def test_an_impossible_vehicle_is_refused_with_its_reason(change, words):
    with pytest.raises(InvalidInput, match="There is no such vehicle") as caught:
        resolve_vehicle(f"truck_heavy_3,{change}")
    assert words in caught.value.what
    assert "tonnes" in caught.value.do_next


@pytest.mark.parametrize("name", ["gross_t", "axle_load_t", "height_m"])
def test_not_a_number_is_refused_in_a_record_too(name):
    with pytest.raises(InvalidInput):
        resolve_vehicle(replace(HEAVY, **{name: math.nan}))


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("truck_heavy_3,weight=22", UsageError, "no weight"),
        ("truck_heavy_3,name=Lorry", UsageError, "no name"),
        ("truck_heavy_3,gross_t=22,gross_t=23", UsageError, "gross_t twice"),
        ("truck_heavy_3,gross_t=heavy", InvalidInput, "gross_t 'heavy'"),
        ("truck_heavy_3,drive=8x8", InvalidInput, "drive '8x8'"),
        ("truck_heavy_3,hazmat=perhaps", InvalidInput, "hazmat 'perhaps'"),
        ("class=truck_heavy_3,gross_t=2", UsageError, "stands first"),
        ("gross_t=22,payload_t=14", UsageError, "lacks axle_load_t, height_m"),
        ("", UsageError, "No vehicle"),
        ("bicycle,gross_t=1", NotFound, "no vehicle class 'bicycle'"),
    ],
)
def test_what_cannot_be_read_is_told(text, error, words):
    with pytest.raises(error, match=words):
        resolve_vehicle(text)


@pytest.mark.parametrize("spec", [{"class": 3}, {"class": "artic_5", "colour": "red"}, {}])
def test_a_mapping_that_cannot_be_read_is_told(spec):
    with pytest.raises(UsageError):
        resolve_vehicle(spec)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("20 t payload", "For 20 t of payload say artic_4 (24 t payload)."),
        ("25t of payload", "For 25 t of payload say truck_heavy_4 (25 t payload)."),
        ("20 tonnes gross", "For 20 t gross mass say truck_heavy_3 (26 t gross)."),
        ("18.8 mt gross weight truck", "For 18.8 t gross mass say truck_medium (18.8 t gross)."),
        ("60 t gross", "For 60 t gross mass, describe the vehicle in full: no class holds it."),
    ],
)
def test_a_mass_whose_kind_is_said_is_offered_and_not_guessed(text, offer):
    with pytest.raises(AmbiguousVehicle, match="not which vehicle") as caught:
        resolve_vehicle(text)
    assert offer in caught.value.do_next


@pytest.mark.parametrize("text", ["20 t", "20 tonne truck", "20mt", "20 t,hazmat=yes"])
def test_a_bare_mass_is_refused_with_both_readings(text):
    with pytest.raises(AmbiguousVehicle) as caught:
        resolve_vehicle(text)
    assert caught.value.details == {"if_gross": "truck_heavy_3", "if_payload": "artic_4"}


@given(st.floats(0.1, 41), st.sampled_from(["gross", "payload"]))
def test_no_class_that_is_offered_is_lighter_than_asked(mass_t, kind):
    with pytest.raises(AmbiguousVehicle) as caught:
        resolve_vehicle(f"{mass_t:.3f} t {kind}")
    code = caught.value.details[f"if_{kind}"]
    holding = [
        one for one in vehicle_classes().values() if getattr(one, f"{kind}_t") >= round(mass_t, 3)
    ]
    assert (code is None) == (not holding)
    assert code is None or vehicle_class(code) in holding


def test_classes_of_an_operation_take_the_place_of_the_products():
    own = {"lorry": replace(HEAVY, code="lorry", name="Our lorry")}
    assert resolve_vehicle("lorry,gross_t=25", own).code == "lorry"
    with pytest.raises(NotFound, match="truck_heavy_3") as caught:
        resolve_vehicle("truck_heavy_3", own)
    assert caught.value.do_next == "Choose one of lorry."


@given(st.text(max_size=60))
def test_no_text_does_worse_than_a_clear_error(text):
    with suppress(UsageError, NotFound, InvalidInput):
        assert require_possible(resolve_vehicle(text))
