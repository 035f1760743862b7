"""``lca lookup``: what it finds, whose table says so, and what it says when there is nothing."""

from __future__ import annotations

import pytest


def test_a_port_by_name_in_another_spelling(empty_lca):
    ran = empty_lca("lookup", "port", "Bur Sudan", "--json")
    first = ran.json["found"][0]
    assert (ran.code, first["codes"], first["iso3"]) == (0, {"un_locode": "SDPZU"}, "SDN")
    assert first["source"]["licence"] == "Apache-2.0"
    assert "Source: searoute, edition" in ran.err


def test_an_airport_by_code_and_around_a_place(empty_lca):
    by_code = empty_lca("lookup", "airport", "HSPN", "--json").json["found"]
    assert [one["codes"]["icao"] for one in by_code] == ["HSPN"]
    around = empty_lca("lookup", "airport", "--lat", "19.43", "--lon", "37.23", "--json")
    assert around.json["found"][0]["codes"]["icao"] == "HSPN"
    assert "Port Sudan" in empty_lca("lookup", "airport", "HSPN").out


def test_a_code_in_small_letters_may_be_a_name_too(empty_lca):
    found = empty_lca("lookup", "airport", "lima", "--json").json["found"]
    assert found[0]["codes"]["icao"] == "LIMA"
    assert "PER" in {one["iso3"] for one in found[1:]}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("port", "Qqxxqq"), 3, "nothing like"),
        (("port", "--lat", "0", "--lon", "-150", "--within-km", "1"), 3, "nothing within 1 km"),
        (("port",), 2, "Nothing says what to look up"),
        (("port", "--lat", "0"), 2, "Give both"),
        (("airport", "Lima", "--country", "XXX"), 3, "not the three-letter code"),
    ],
)
def test_what_is_not_found_or_not_asked_is_told(empty_lca, arguments, code, told):
    ran = empty_lca("lookup", *arguments)
    assert ran.code == code
    assert told in ran.err
