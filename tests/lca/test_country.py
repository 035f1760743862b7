"""Country codes are known or told; a time zone is never guessed."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lca.country import country
from lca.errors import NotFound, UsageError

DATA = Path(__file__).resolve().parents[2] / "data" / "reference"


def codes(name):
    with (DATA / name).open(encoding="utf-8") as stream:
        return {row["iso3"] for row in csv.DictReader(stream)}


def test_the_tables_know_the_same_countries():
    assert codes("countries.csv") == codes("country_boxes.csv")


def test_a_country_by_its_code_in_any_case():
    sudan = country("sdn")
    assert (sudan.iso3, sudan.iso2, sudan.name) == ("SDN", "SD", "Sudan")
    assert sudan.geofabrik == "africa/sudan"
    assert sudan.time_zone == "Africa/Khartoum"


@pytest.mark.parametrize(
    ("given", "meant"),
    [("SD", "SDN"), ("sudan", "SDN"), ("Ukrane", "UKR"), ("SUD", "SDN"), ("QQQ", "ISO 3166")],
)
def test_what_is_no_code_is_told_with_what_was_perhaps_meant(given, meant):
    with pytest.raises(NotFound, match="three-letter") as caught:
        country(given)
    assert meant in caught.value.do_next


def test_of_several_zones_none_is_taken():
    with pytest.raises(UsageError, match="Chile has") as caught:
        _ = country("CHL").time_zone
    assert "America/Santiago" in caught.value.do_next
    with pytest.raises(UsageError, match="Kosovo is not known"):
        _ = country("XKX").time_zone


def test_every_zone_that_is_offered_exists():
    for code in codes("countries.csv"):
        for name in country(code).time_zones:
            assert ZoneInfo(name).key == name
