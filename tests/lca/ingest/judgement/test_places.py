"""Places that cannot be meant are found with what was probably meant, and moved only if asked."""

from __future__ import annotations

import pytest
from shapely import LineString, box
from support.judging import INFORMED, at, judged, record, rules, table

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.facility import BorderCrossing, Port, Storage
from lca.geo import LonLat
from lca.ingest.coast import distance_from_coast_km
from lca.ingest.rowreader import made_id
from lca.ingest.slips import digit_slips, is_in_whole_minutes
from lca.issues import Severity
from lca.vocab import LocationPrecision, PortType

PORT_SUDAN = (19.6158, 37.2244)


def lat_lon(rows):
    point = rows.records[0].geometry
    return round(point.y, 4), round(point.x, 4)


@pytest.mark.parametrize(
    ("lat", "lon", "rule"),
    [
        (19.6158, 27.2244, "coordinates.inland"),  # 27°13'28" E in the published table
        (19.6158, 73.2167, "coordinates.digit"),  # 73°13' E in its text
    ],
)
def test_the_two_longitudes_of_port_sudan_are_found_and_the_true_one_is_proposed(lat, lon, rule):
    rows = table("ports", record(Port, "Port Sudan", lat, lon))
    (issue,) = judged(rows, country="SDN")
    assert issue.rule == rule
    assert issue.proposal is not None
    assert issue.proposal.startswith("19.6158, 37.2")
    assert issue.value == f"{lat:g}, {lon:g}"
    assert lat_lon(rows) == (lat, lon), "nothing is moved unless that is asked for"


def test_without_the_table_of_ports_the_towns_of_aerodromes_are_asked(monkeypatch):
    monkeypatch.setattr("lca.ingest.harbours.ports_installed", lambda: False)
    (issue,) = judged(table("ports", record(Port, "Port Sudan", 19.6158, 27.2244)), country="SDN")
    assert issue.rule == "coordinates.inland"
    assert "airportsdata has Port Sudan" in issue.message


def test_the_true_place_raises_no_question():
    assert judged(table("ports", record(Port, "Port Sudan", *PORT_SUDAN)), country="SDN") == []


def test_a_seaport_inland_is_an_error_and_mended_only_on_request():
    wrong = record(Port, "Exercise Port", 19.6158, 27.2244, port_type=PortType.SEA)
    rows = table("ports", wrong)
    (issue,) = judged(rows, country="SDN")
    assert (issue.severity, issue.rule) == (Severity.ERROR, "coordinates.inland")
    assert rows.accepted == ()

    rows = table("ports", wrong)
    (issue,) = judged(rows, country="SDN", fix=True)
    assert (issue.severity, issue.repaired) == (Severity.WARNING, True)
    assert lat_lon(rows) == PORT_SUDAN
    assert "19.6158, 37.2244" in issue.do_next


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(13.163, 32.663), (15.633, 32.533), (17.7, 33.97)],  # on the Nile
)
@pytest.mark.parametrize("name", ["River quay", "Kosti", "Port Sudan Road Quay"])
def test_river_ports_are_believed(lat, lon, name):
    assert judged(table("ports", record(Port, name, lat, lon)), country="SDN") == []


def test_a_slipped_digit_is_proposed_where_it_joins_the_others_of_the_file():
    near = [record(Storage, f"Store {n}", 12.0 + n / 50, 24.9) for n in range(3)]
    rows = table("storage", record(Storage, "Slipped", 21.05, 42.9), *near)
    assert "coordinates.outside" in rules(judged(rows, country="SDN")), "two slips are no slip"
    rows = table("storage", record(Storage, "Slipped", 12.05, 42.9), *near)
    (issue,) = judged(rows, country="SDN", fix=True)
    assert (issue.rule, issue.repaired) == ("coordinates.digit", True)
    assert lat_lon(rows) == (12.05, 24.9)


@pytest.mark.parametrize("said", LocationPrecision)
def test_a_place_that_was_guessed_is_not_called_accurate(said):
    near = [record(Storage, f"Store {n}", 12.0 + n / 50, 24.9) for n in range(3)]
    slipped = record(Storage, "Slipped", 12.05, 42.9, location_precision=said)
    rows = table("storage", slipped, *near)
    judged(rows, country="SDN", fix=True)
    mended = next(one for one in rows.records if one.name == "Slipped")
    surest = said is LocationPrecision.ACCURATE
    assert mended.location_precision is (LocationPrecision.APPROXIMATE if surest else said)


def test_one_slip_is_one_slip():
    found = {
        (round(p.lat, 2), round(p.lon, 2)): how for _, p, how in digit_slips(LonLat(73.22, 19.6))
    }
    assert found[19.6, 37.22] == "two digits exchanged"
    assert found[19.6, 33.22] == "one digit replaced"
    assert found[1.96, 73.22] == "the decimal point moved"
    assert found[19.6, 7.22] == "one digit too many"
    assert (19.6, 73.22) not in found
    assert all(
        abs(p.lat) <= 90 and abs(p.lon) <= 180 for _, p, _ in digit_slips(LonLat(-179.9, 89.9))
    )


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 30.1), (19.6, 0.0), (12.2, 99.99)])
def test_a_coordinate_that_was_never_filled_in_is_no_place(lat, lon):
    rows = table("storage", record(Storage, "Nowhere", lat, lon))
    (issue,) = judged(rows, country="SDN")
    assert (issue.severity, issue.rule) == (Severity.ERROR, "coordinates.placeholder")


def test_a_swap_is_mended_on_request_and_its_made_id_follows():
    there = record(Storage, "Store", 12.2, 24.9)
    rows = table("storage")
    swapped = record(Storage, "Store", 24.9, 12.2)
    swapped = record(Storage, "Store", 24.9, 12.2, id=made_id(rows.kind, "Store", swapped.geometry))
    rows = table("storage", swapped)
    (issue,) = judged(rows, country="SDN", fix=True)
    assert (issue.rule, issue.repaired, lat_lon(rows)) == (
        "coordinates.swapped",
        True,
        (12.2, 24.9),
    )
    assert rows.records[0].id == made_id(rows.kind, "Store", there.geometry)


def units(*boxes, iso3="SDN"):
    return [
        Boundary(
            id=f"u{n}",
            name=f"Unit {n}",
            pcode=f"XX{n:02}",
            level=1,
            iso3=iso3,
            edition="2025-06-01",
            source_org="Exercise cell",
            date_of_information=INFORMED,
            geometry=box(*one),
        )
        for n, one in enumerate(boxes)
    ]


def test_boundaries_answer_before_boxes_and_a_quay_may_stand_in_the_water():
    areas = units((24, 12, 25, 13), (25, 12, 26, 13))
    inside, quay, away = (
        record(BorderCrossing, name, 12.5, lon)
        for name, lon in (("Inside", 24.5), ("Post", 26.15), ("Away", 27.0))
    )
    rows = table("border_crossings", inside, quay, away)
    found = [one for one in judged(rows, country="SDN", boundaries=areas) if one.row is not None]
    assert [(one.row, one.rule) for one in found] == [(4, "coordinates.outside")]
    assert "109 km outside of the boundaries" in found[0].message
    assert judged(table("border_crossings", away), country="SDN") == []


def test_boundaries_of_one_country_say_nothing_of_another():
    areas = units((24, 12, 25, 13))
    rows = table("storage", record(Storage, "Abroad", 12.1, 15.0, iso3="TCD"))
    assert judged(rows, country="SDN", boundaries=areas) == []


@pytest.mark.parametrize("lon", [179.9, -179.9, 178.44, -179.98])
def test_islands_on_both_sides_of_the_antimeridian_are_one_country(lon):
    rows = [
        record(Storage, f"Store {n}", -17.0 - n / 10, lon if n % 2 else 179.2) for n in range(5)
    ]
    assert judged(table("storage", *rows), country="FJI") == []


@pytest.mark.parametrize(
    ("iso3", "name", "lat", "lon"),
    [
        ("AGO", "Cabinda", -5.55, 12.2),  # exclaves
        ("ESP", "Melilla", 35.29, -2.94),
        ("SSD", "Nimule", 3.6, 32.06),  # border posts
        ("CHL", "Cristo Redentor", -32.82, -70.09),
        ("BGD", "Outer anchorage", 21.6, 91.6),  # offshore
        ("MDV", "Gan", -0.69, 73.15),  # near the equator
        ("GBR", "Greenwich", 51.48, 0.0),  # a longitude of nought
        ("COD", "Kisangani", 0.52, 25.19),
        ("USA", "Dutch Harbor", 53.89, -166.54),
    ],
)
def test_places_at_the_edge_of_their_country_are_believed(iso3, name, lat, lon):
    rows = table("storage", record(Storage, name, lat, lon, iso3=iso3))
    assert judged(rows) == []


def test_a_stretch_is_judged_at_both_ends_and_never_moved():
    line = LineString([(24.9, 12.0), (24.9, -12.1)])
    rows = table("constraints", record(Constraint, "Cut", geometry=line))
    (issue,) = judged(rows, country="SDN", fix=True)
    assert (issue.rule, issue.severity, issue.repaired) == (
        "coordinates.sign",
        Severity.ERROR,
        False,
    )


def test_where_everything_is_wrong_nobodys_hand_slipped():
    rows = table(
        "storage", *(record(Storage, f"S{n}", 50 + n / 1e4, 10 + n / 1e4) for n in range(600))
    )
    found = [one for one in judged(rows, country="SDN") if one.rule.startswith("coordinates")]
    assert {one.rule for one in found} == {"coordinates.outside"}
    assert len(found) == 600


def test_the_coast_is_known_to_half_a_degree():
    assert distance_from_coast_km(LonLat(37.22, 19.62)) < 60
    assert 600 < distance_from_coast_km(LonLat(32.66, 13.16)) < 900
    assert distance_from_coast_km(LonLat(178.44, -18.14)) < 60


def test_a_position_in_whole_minutes_is_read_as_approximate():
    rows = table("storage", record(Storage, "Store", 12 + 13 / 60, 24 + 31 / 60))
    (issue,) = judged(rows, country="SDN")
    assert (issue.rule, issue.row) == ("coordinates.rounded", None)
    assert rows.records[0].location_precision == "approximate"


def test_whole_minutes_are_told_from_tenths_of_a_degree():
    assert is_in_whole_minutes(LonLat(37 + 13 / 60, 19 + 37 / 60))
    assert not is_in_whole_minutes(LonLat(37.3, 19.65))
    assert not is_in_whole_minutes(LonLat(37.2244, 19.6158))
    assert at(1, 2).x == 2
