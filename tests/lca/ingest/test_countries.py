"""Countries' boxes: coarse, whole, and right about where well-known places lie."""

from __future__ import annotations

import pytest

from lca.geo import LonLat
from lca.ingest.countries import country_boxes, lies_in


@pytest.mark.parametrize(
    ("iso3", "lat", "lon"),
    [
        ("CHL", -29.95, -71.33),
        ("SDN", 19.6, 37.2),  # Port Sudan
        ("SSD", 4.85, 31.6),
        ("FJI", -18.14, 178.44),
        ("FJI", -16.8, -179.9),  # across the antimeridian
        ("FRA", 5.0, -52.3),  # Cayenne
        ("NPL", 27.7, 85.3),
        ("XKX", 42.66, 21.16),
        ("PSE", 31.5, 34.45),
        ("VUT", -17.7, 168.3),
    ],
)
def test_places_lie_in_their_country_and_nowhere_else_when_swapped(iso3, lat, lon):
    assert lies_in(LonLat(lon, lat), iso3)
    if abs(lon) <= 90 and iso3 != "PSE":  # Palestine lies on the diagonal, as Lebanon and Syria
        assert not lies_in(LonLat(lat, lon), iso3)


def test_an_unknown_country_says_nothing():
    assert lies_in(LonLat(0, 0), "ZZZ") is None


def test_every_country_has_a_code_of_three_letters_and_few_boxes():
    boxes = country_boxes()
    assert len(boxes) > 230
    assert all(
        len(code) == 3 and code.isupper() and len(found) < 30 for code, found in boxes.items()
    )
