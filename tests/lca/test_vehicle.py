"""Vehicle classes, and the mass that may be read in two ways."""

from __future__ import annotations

import pytest

from lca.errors import AmbiguousVehicle, NotFound
from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import Drive, Practicability


def test_every_class_can_exist():
    classes = vehicle_classes()
    assert "truck_heavy_3" in classes
    for item in classes.values():
        assert item.payload_t < item.gross_t
        assert item.gross_t / (item.axles or 4) <= item.axle_load_t
        assert 0 < item.top_speed_kmh <= 120
        assert item.practicability > Practicability.UNSPECIFIED


def test_a_class_is_found_by_its_code_in_any_case():
    assert vehicle_class(" Truck_6x6 ").drive is Drive.D6X6


@pytest.mark.parametrize("text", ["20 t", "20t", "20-ton", "20 tonnes", "20 MT truck", "20.0 tons"])
def test_a_bare_mass_is_refused_with_both_readings(text):
    with pytest.raises(AmbiguousVehicle) as caught:
        vehicle_class(text)
    # The next class that holds it: the medium truck is 18.8 t gross, the heavy one carries 18 t.
    assert caught.value.details == {"if_gross": "truck_heavy_3", "if_payload": "artic_4"}
    assert "gross mass" in caught.value.do_next
    assert "payload" in caught.value.do_next


def test_an_unknown_class_lists_those_there_are():
    with pytest.raises(NotFound) as caught:
        vehicle_class("bicycle")
    assert all(code in caught.value.do_next for code in vehicle_classes())
