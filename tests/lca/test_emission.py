"""Emission factors: what a row may say, which one a vehicle gets, and that nothing is invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.emission import EmissionFactor, emission_factors, factor_for
from lca.errors import InvalidInput
from lca.record import from_row
from lca.vehicle import vehicle_class

HEAVY = vehicle_class("truck_heavy_3")


def factor(key: str = "f", **fields: Any) -> EmissionFactor:
    return from_row(
        EmissionFactor,
        {
            "id": key,
            "name": key,
            "scheme": "own",
            "mode": "road",
            "fuel": "diesel",
            "gross_from_t": 20,
            "gross_to_t": 26,
            "wtw_g_per_tkm": 100,
            "source_org": "Transport office",
            "date_of_information": "2026-01-01",
            **fields,
        },
    )


def test_the_shipped_figures_are_the_two_that_were_quoted_and_no_more():
    shipped = {item.id: item for item in emission_factors()}
    assert set(shipped) == {"glec3-artic-34-40-diesel", "glec2-rigid-26-32-diesel-b5"}
    artic, rigid = shipped["glec3-artic-34-40-diesel"], shipped["glec2-rigid-26-32-diesel-b5"]
    # climatiq's pages say 0.022 kg (well to tank) and 0.09516 kg (tank to wheel).
    assert (artic.wtt_g_per_tkm, artic.ttw_g_per_tkm, artic.wtw) == (22, None, None)
    assert (rigid.wtt_g_per_tkm, rigid.ttw_g_per_tkm, rigid.wtw) == (None, 95.16, None)
    for item in shipped.values():
        assert "climatiq.io/data/emission-factor/" in (item.source_ref or "")
        assert item.year


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"wtw_g_per_tkm": -1}, "wtw_g_per_tkm is -1"),
        ({"wtw_g_per_tkm": "inf"}, "wtw_g_per_tkm is inf"),
        ({"wtw_g_per_tkm": None}, "states no emissions"),
        ({"wtt_g_per_tkm": 20, "ttw_g_per_tkm": 60}, "its parts make 80"),
        ({"load_factor": 60}, "share from 0 to 1"),
        ({"empty_running": -0.1}, "share from 0 to 1"),
        ({"gross_from_t": None, "gross_to_t": None}, "neither for which vehicle classes"),
        ({"distance_basis": "crow"}, "distance_basis 'crow'"),
    ],
)
def test_a_row_that_cannot_be_is_refused(fields, words):
    with pytest.raises(InvalidInput, match=words):
        factor(**fields)


def test_the_whole_is_what_is_stated_or_the_sum_of_both_parts():
    assert factor().wtw == 100
    assert factor(wtw_g_per_tkm=None, wtt_g_per_tkm=20, ttw_g_per_tkm=60).wtw == 80
    assert factor(wtw_g_per_tkm=None, ttw_g_per_tkm=60).wtw is None


@pytest.mark.parametrize(
    ("gross_t", "fits"), [(20, False), (20.01, True), (26, True), (26.01, False), (3.5, False)]
)
def test_a_band_of_mass_begins_above_and_ends_at(gross_t, fits):
    vehicle = replace(HEAVY, gross_t=gross_t, payload_t=1)
    assert factor().fits(vehicle) is fits


def test_a_factor_for_classes_is_for_no_other_and_one_of_another_mode_for_none():
    named = factor(vehicle_classes="artic_5; truck_heavy_3", gross_from_t=None, gross_to_t=None)
    assert named.fits(HEAVY)
    assert not named.fits(vehicle_class("artic_4"))
    assert not factor(mode="air").fits(HEAVY)


def test_the_best_fitting_is_taken_and_parts_of_two_are_never_added():
    part = factor("part", wtw_g_per_tkm=None, wtt_g_per_tkm=20, vehicle_classes="truck_heavy_3")
    other = factor("other", wtw_g_per_tkm=None, ttw_g_per_tkm=70)
    assert factor_for(HEAVY, [other, part]) is part
    whole = factor("whole", gross_to_t=60)
    narrow, newer = factor("narrow"), factor("newer", year=2025)
    named = factor("named", vehicle_classes="truck_heavy_3")
    assert factor_for(HEAVY, [part, whole]) is whole
    assert factor_for(HEAVY, [part, whole, narrow]) is narrow
    assert factor_for(HEAVY, [narrow, newer]) is newer
    assert factor_for(HEAVY, [part, newer, named, narrow]) is named
    assert factor_for(vehicle_class("lv_4wd"), [part, whole, named]) is None


@given(st.permutations([factor(f"f{n}", year=2020 + n % 3) for n in range(6)]))
def test_the_choice_does_not_depend_on_the_order(order):
    best = factor_for(HEAVY, order)
    assert best is not None
    assert (best.year, best.id) == (2022, "f2")
