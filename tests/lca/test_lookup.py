"""Ports and aerodromes are found by code, by name across spellings and scripts, and by place."""

from __future__ import annotations

import math

import pytest

from lca.errors import UsageError
from lca.geo import LonLat
from lca.lookup import Found, Gazetteer, Source, airport, near_airports, near_ports, port, seaports
from lca.lookup import seaports as ports_module

SOURCE = Source("exercise", "2026", "CC0-1.0")
PLACES = {
    "Port Sudan": (37.22, 19.61, "SDN"),
    "Port Said": (32.28, 31.26, "EGY"),
    "Puerto de Coquimbo": (-71.33, -29.95, "CHL"),
    "Caldera": (-70.83, -27.06, "CHL"),
    "Caldera Grande": (-84.7, 9.9, "CRI"),
    "Suva": (178.42, -18.13, "FJI"),
    "Port": (-83.1, 41.5, "USA"),
}


@pytest.fixture(scope="module")
def table():
    return Gazetteer(
        SOURCE,
        tuple(
            Found(
                kind="port",
                name=name,
                codes={"un_locode": f"ZZ{number:03}"},
                iso3=iso3,
                position=LonLat(lon, lat),
                source=SOURCE,
            )
            for number, (name, (lon, lat, iso3)) in enumerate(PLACES.items())
        ),
    )


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("Port Sudan", "Port Sudan"),
        ("Bur Sudan", "Port Sudan"),
        ("PORT SOUDAN", "Port Sudan"),
        ("بورتسودان", "Port Sudan"),
        ("بورسعيد", "Port Said"),
        ("coquimbo", "Puerto de Coquimbo"),
        ("Caldera", "Caldera"),
        ("Сува", "Suva"),
        ("port", "Port"),
    ],
)
def test_a_name_is_found_across_spellings_and_scripts(table, asked, first):
    assert table.named(asked)[0].name == first


@pytest.mark.parametrize("asked", ["Kassala", "", "  ", "كسلا", "12", "x" * 100_000])
def test_a_name_that_nobody_bears_finds_nothing(table, asked):
    assert table.named(asked) == []


def test_a_country_narrows_and_a_place_orders_what_is_found(table):
    assert [one.name for one in table.named("Caldera", iso3="CRI")] == ["Caldera Grande"]
    near = table.named("Caldera", near=LonLat(-84.7, 9.9))
    assert near[0].name == "Caldera", "the name itself goes before the nearer longer one"
    assert near[1].distance_km == pytest.approx(0, abs=0.01)


def test_a_code_is_read_in_any_case_and_spacing(table):
    assert table.coded(" zz 000").name == "Port Sudan"
    assert table.coded("ZZ999") is None


def test_around_a_place_by_distance_on_the_globe_and_across_the_antimeridian(table):
    """One degree of longitude at 18.13° S is 106 km by the sphere's cosine."""
    across = table.near(LonLat(-179.58, -18.13), within_km=250)
    assert [one.name for one in across] == ["Suva"]
    by_cosine = 2 * 111.32 * math.cos(math.radians(18.13))
    assert across[0].distance_km == pytest.approx(by_cosine, rel=0.005)
    assert table.near(LonLat(0, 0)) == []


def test_the_aerodromes_that_are_always_installed():
    found = airport(icao="hspn")
    assert (found.codes, found.iso3) == ({"icao": "HSPN", "iata": "PZU"}, "SDN")
    assert (found.source.name, found.source.licence) == ("airportsdata", "MIT")
    assert found.source.edition
    assert airport(iata="PZU") == found
    assert airport(iata="HSPN") is None, "a code of the one kind is none of the other"
    assert airport(icao="XXXX") is None
    assert airport() is None
    assert near_airports(found.position, within_km=1)[0].distance_km == 0


def test_the_ports_of_the_extra():
    found = port("SD PZU")
    assert (found.name, found.iso3) == ("Port Sudan", "SDN")
    assert (found.source.name, found.source.licence) == ("searoute", "Apache-2.0")
    assert near_ports(found.position, within_km=5)[0].codes == {"un_locode": "SDPZU"}


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch):
    module = __import__("sys").modules[near_ports.__module__]
    monkeypatch.setattr(module, "_table", lambda: None)
    ports_module.cache_clear()
    with pytest.raises(UsageError) as refused:
        seaports()
    assert "lca-access-map[reference]" in refused.value.do_next
    assert not module.ports_installed()
