"""A closure whose road is drawn, numbered or cut otherwise is followed; one that loses it is told."""

from __future__ import annotations

import pytest
from shapely import LineString, Point
from support.constraints import a_constraint
from support.osmxml import write_osm

from lca.vocab import ConstraintStatus, EffectKind
from routing.build import build_from_osm
from routing.displaced import displaced

NODES = {1: (24.90, 60.10), 2: (24.92, 60.10), 3: (24.92, 60.12), 4: (24.91, 60.1001)}
ROADS = {10: ((1, 2), {"highway": "primary"}), 11: ((2, 3), {"highway": "primary"})}


@pytest.fixture
def build(tmp_path):
    def act(ways):
        return build_from_osm(write_osm(tmp_path / "roads.osm", NODES, ways), "x")

    return act


def closure(**more):
    return a_constraint(**{"id": "slide", "geometry": Point(24.905, 60.10), **more})


def test_the_same_roads_displace_nothing(build):
    assert displaced([closure()], build(ROADS), build(ROADS)) == []


def test_a_road_of_another_number_or_drawn_finer_keeps_its_closure(build):
    other = {77: ((1, 4, 2), {"highway": "primary"}), 11: ROADS[11]}
    assert displaced([closure()], build(ROADS), build(other)) == []


def test_a_closure_without_its_road_is_lost_and_said_to_be(build):
    (one,) = displaced([closure()], build(ROADS), build({11: ROADS[11]}))
    assert one.lost
    assert one.worse
    assert one.lost_closure
    assert one.as_lifted().id == "slide"
    assert "is on no road any more" in one.text()
    body = one.as_json()
    assert (body["before"]["state"], body["after"]["state"]) == ("matched", "unmatched")


@pytest.mark.parametrize(
    "more", [{"effect": EffectKind.ADVISORY}, {"status": ConstraintStatus.REJECTED}]
)
def test_what_stops_nobody_is_told_but_needs_no_confirmation(build, more):
    (one,) = displaced([closure(**more)], build(ROADS), build({11: ROADS[11]}))
    assert one.lost
    assert not one.lost_closure


def test_a_closure_on_half_of_its_road_is_told(build):
    along = closure(geometry=LineString([(24.90, 60.10), (24.92, 60.10), (24.92, 60.12)]))
    (one,) = displaced([along], build(ROADS), build({10: ROADS[10]}))
    assert one.worse
    assert not one.lost
    assert one.after_m < 0.5 * one.before_m


def test_a_constraint_that_found_its_road_is_no_loss(build):
    found = displaced([closure()], build({11: ROADS[11]}), build(ROADS))
    assert [one.worse for one in found] in ([], [False])
