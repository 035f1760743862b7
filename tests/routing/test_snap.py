"""Positions snapped to roads: the nearest usable one, and the mainland before an island."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.asciimap import draw
from support.demoroads import demo_network

from lca.errors import NotFound
from lca.geo import GEOD, LonLat
from lca.vehicle import vehicle_class
from routing.snap import snap

TRUCK = vehicle_class("truck_heavy_3")
CAR = vehicle_class("lv_4wd")


def snapped(town, place, vehicle=TRUCK):
    return snap(town.network, place, town.network.legal_arcs(vehicle))


def test_a_place_beside_a_road_is_placed_along_it():
    town = draw("A-------B", {"AB": {}})
    found = snapped(town, town.between("AB", 0.25, aside_m=30))
    assert found.segment == town.segment("AB")
    assert found.fraction == pytest.approx(0.25, abs=1e-4)
    assert found.off_road_m == pytest.approx(30, abs=0.01)
    assert found.position.distance_m(town.between("AB", 0.25)) < 0.02
    assert found.along(town.arc("AB")) == pytest.approx(0.25, abs=1e-4)
    assert found.along(town.arc("BA")) == pytest.approx(0.75, abs=1e-4)


def test_a_place_beyond_the_end_is_placed_at_the_end():
    town = draw("A-------B", {"AB": {}})
    found = snapped(town, town.between("AB", 1.5))
    assert (found.fraction, found.off_road_m) == (1.0, pytest.approx(100, abs=0.05))


def test_a_road_that_the_vehicle_may_not_use_is_passed_over():
    town = draw(
        """
        A-------B
        C-------D
        """,
        {"AB": {"hgv": "no"}, "AC": {}, "BD": {}, "CD": {}},
    )
    place = town.between("AB", 0.5)
    assert snapped(town, place, CAR).segment == town.segment("AB")
    truck = snapped(town, place)
    assert truck.off_road_m == pytest.approx(100, abs=0.05)
    assert truck.segment in {town.segment(ends) for ends in ("AC", "BD", "CD")}


def test_a_road_open_in_one_direction_only_counts():
    town = draw("A-------B", {"AB": {"oneway": "backward"}})
    assert snapped(town, town.between("AB", 0.5)).segment == 0


# Rows are 100 m: island (X-Y) at the place, mainland (A-B-C) so many rows below it.
@pytest.mark.parametrize(
    ("rows", "chosen", "passed"), [(1, "AB", True), (4, "AB", True), (6, "XY", False)]
)
def test_an_island_is_chosen_only_if_the_mainland_is_far(rows, chosen, passed):
    art = "X-------Y\n" + "\n" * (rows - 1) + "A-------B---C"
    town = draw(art, {"XY": {}, "ABC": {}})
    found = snapped(town, town.between("XY", 0.5))
    assert found.segment == town.segment(chosen)
    assert found.on_mainland == (chosen == "AB")
    assert found.passed_island is passed
    assert found.off_road_m == pytest.approx(100 * rows if passed else 0, abs=0.1)


def test_at_the_end_of_an_island_road_nothing_is_passed_over():
    town = draw("A---B---C---D", {"AB": {"hgv": "no"}, "BCD": {}})
    network = town.network
    found = snap(network, town.place("B"), network.legal_arcs(CAR))
    assert (found.on_mainland, found.passed_island, found.fraction) == (True, False, 0.0)


def test_the_allowance_counts_from_the_island_not_from_the_place():
    art = "Z\n\n\nX-------Y\n\n\n\nA-------B---C"
    town = draw(art, {"XY": {}, "ABC": {}})
    place = town.at(100.0, 0.0)  # 300 m from the island, 700 m from the mainland
    assert snapped(town, place).segment == town.segment("AB")


def test_a_place_far_from_any_road_is_refused_and_told_why():
    town = draw("A-------B", {"AB": {}})
    with pytest.raises(NotFound, match="50 km") as caught:
        snapped(town, LonLat(10.0, 0.0))  # latitude and longitude swapped
    assert "swapped" in caught.value.do_next
    assert "lat=0,lon=10" in caught.value.where


def test_no_road_at_all_for_this_vehicle_is_refused():
    town = draw("A-------B", {"AB": {"hgv": "no"}})
    with pytest.raises(NotFound):
        snapped(town, town.place("A"))


@pytest.mark.parametrize("away_m", [100, 400, 3_000, 15_000, 45_000])
def test_the_search_reaches_out_until_it_finds_the_nearest(away_m):
    town = draw("A-------B", {"AB": {}})
    found = snapped(town, town.at(100.0, float(away_m)))
    assert found.off_road_m == pytest.approx(away_m, rel=1e-3)


def test_no_road_of_the_demo_is_nearer_than_the_one_chosen():
    network = demo_network()
    legal = network.legal_arcs(TRUCK)
    segments = network.segments
    usable = np.flatnonzero((legal[0::2] | legal[1::2]) & segments.mainland)
    coordinates = shapely.get_coordinates(segments.lines.shapes(usable))
    west, south, east, north = network.info.bbox
    rng = np.random.default_rng(11)
    for lon, lat in rng.uniform((west, south), (east, north), size=(30, 2)).tolist():
        found = snap(network, LonLat(lon, lat), legal)
        # The nearest drawn point of any usable mainland road bounds the distance to the roads.
        to_points = GEOD.inv(
            np.full(len(coordinates), lon),
            np.full(len(coordinates), lat),
            coordinates[:, 0],
            coordinates[:, 1],
        )[2]
        assert found.off_road_m <= to_points.min() * 1.0005 + 0.01
        assert found.position.distance_m(LonLat(lon, lat)) == pytest.approx(
            found.off_road_m, rel=1e-3, abs=0.01
        )
        line = network.segments.shape(found.segment)
        assert line.distance(found.position.point) < 1e-6


def test_the_published_airport_lies_301_m_off_the_road():
    network = demo_network()
    found = snap(network, LonLat(-71.1995, -29.9162), network.legal_arcs(TRUCK))
    assert found.on_mainland
    assert found.off_road_m == pytest.approx(301, abs=1)
