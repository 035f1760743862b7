"""What a way emits: tonne-kilometres times a factor, and no number where none is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.emission import DistanceBasis, EmissionFactor, emission_factors
from lca.errors import InvalidInput
from lca.record import from_row
from lca.vehicle import vehicle_class, vehicle_classes
from routing.emissions import emissions

HEAVY = vehicle_class("truck_heavy_3")
OWN = from_row(
    EmissionFactor,
    {
        "id": "own",
        "name": "Our fleet, 2025",
        "scheme": "own",
        "mode": "road",
        "fuel": "diesel",
        "vehicle_classes": "truck_heavy_3",
        "wtt_g_per_tkm": 20,
        "ttw_g_per_tkm": 80,
        "empty_g_per_km": 600,
        "source_org": "Transport office",
        "source_ref": "fuel book 2025",
        "date_of_information": "2026-01-01",
    },
)


def test_a_load_over_a_way_by_hand():
    """15 t over 400 km are 6,000 tkm; at 100 g that is 0.6 t of CO2e."""
    found = emissions(400, HEAVY, [OWN], cargo_t=15)
    assert (found.tkm, found.wtw_t) == (6_000, pytest.approx(0.6))
    assert (found.wtt_t, found.ttw_t) == (pytest.approx(0.12), pytest.approx(0.48))
    assert found.return_wtw_t == pytest.approx(0.24)  # 400 km x 600 g, beside the rest
    body = found.as_json()
    assert body["tco2e_wtw"] == 0.6
    assert body["return_empty"] == {"tco2e_wtw": 0.24, "reason": None}
    assert body["factor"]["source_ref"] == "fuel book 2025"
    assert "ISO 14083" in body["method"]
    assert (body["reason"], body["cargo_assumed"]) == (None, False)
    assert "not applied" in body["distance_note"]
    assert "0.600 t well to wheel (Our fleet, 2025; fuel book 2025)" in found.as_text()


def test_without_a_load_the_whole_payload_is_assumed_and_said():
    found = emissions(100, HEAVY, [OWN])
    assert (found.cargo_t, found.cargo_assumed) == (18, True)
    assert "a full load assumed" in found.as_text()


def test_a_factor_for_actual_distances_lengthens_the_planned_way():
    actual = replace(OWN, distance_basis=DistanceBasis.ACTUAL)
    found = emissions(400, HEAVY, [actual], cargo_t=15)
    assert found.charged_km == pytest.approx(420)
    assert found.wtw_t == pytest.approx(0.63)
    assert "lengthened by 5 %" in found.distance_note


def test_no_class_has_a_whole_factor_until_somebody_loads_one():
    """Only two parts are citable: nothing is made up from them."""
    for vehicle in vehicle_classes().values():
        found = emissions(100, vehicle, emission_factors())
        assert found.wtw_t is None
        assert "load yours" in (found.reason or "")
        assert found.as_json()["tco2e_wtw"] is None
        assert "load yours" in found.as_text()
        assert found.return_wtw_t is None


def test_a_part_is_shown_as_the_part_that_it_is():
    found = emissions(100, vehicle_class("artic_5"), emission_factors(), cargo_t=20)
    assert found.wtt_t == pytest.approx(0.044)  # 2,000 tkm x 22 g
    assert (found.ttw_t, found.wtw_t) == (None, None)
    assert "0.044 t well to tank" in found.as_text()
    assert "lacks its tank-to-wheel part" in (found.reason or "")


def test_without_a_factor_the_reason_names_the_vehicle():
    found = emissions(100, vehicle_class("lv_4wd"), [OWN])
    assert found.factor is None
    assert found.reason == (
        "no factor for lv_4wd (3.5 t gross): load yours into the layer emission_factors."
    )


@pytest.mark.parametrize("cargo_t", [0, -1, 18.1, float("nan")])
def test_a_load_that_the_vehicle_cannot_carry_is_refused(cargo_t):
    with pytest.raises(InvalidInput, match="carries up to 18 t"):
        emissions(10, HEAVY, [OWN], cargo_t=cargo_t)


@given(st.floats(0, 10_000), st.floats(0.1, 9), st.floats(0.1, 9))
def test_emissions_are_additive_in_distance_and_load(km, one, other):
    both = emissions(km, HEAVY, [OWN], cargo_t=one + other).wtw_t
    apart = [emissions(km, HEAVY, [OWN], cargo_t=load).wtw_t or 0.0 for load in (one, other)]
    assert both == pytest.approx(sum(apart), abs=1e-12)
    halves = 2 * (emissions(km / 2, HEAVY, [OWN], cargo_t=one + other).wtw_t or 0.0)
    assert both == pytest.approx(halves, abs=1e-12)
