"""A closure whose road is drawn, numbered or cut otherwise is followed; one that loses it is told."""

from __future__ import annotations

import pytest
from shapely import LineString, Point
from support.constraints import a_constraint
from support.osmxml import write_osm

from lca.geo import LonLat
from lca.vocab import ConstraintStatus, Direction, EffectKind
from routing.build import build_from_osm
from routing.displaced import displaced
from routing.place import ResolvedPlace

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


# Two roads 22 m apart: a point between them, nearer to the lower, finds the upper if that is gone.
BESIDE = {**NODES, 5: (24.90, 60.1002), 6: (24.92, 60.1002)}
UPPER = {20: ((5, 6), {"highway": "tertiary"})}
BETWEEN = Point(24.905, 60.10005)


@pytest.mark.parametrize(
    ("shape", "gone"),
    [
        (BETWEEN, {}),
        (LineString([(24.903, 60.10008), (24.907, 60.10008)]), {}),
        # The road is there still, but mended by 60 m: whoever drives it is stopped by nothing.
        (BETWEEN, {10: ((1, 7, 2), {"highway": "primary"})}),
    ],
)
def test_a_closure_never_moves_to_the_road_beside_in_silence(tmp_path, shape, gone):
    def build(name, ways):
        nodes = {**BESIDE, 7: (24.905, 60.0995)}
        return build_from_osm(write_osm(tmp_path / name, nodes, {**UPPER, **ways}), "x")

    older, newer = build("a.osm", ROADS), build("b.osm", {11: ROADS[11], **gone})
    (one,) = displaced([closure(geometry=shape)], older, newer)
    assert not one.lost
    assert one.elsewhere
    assert one.reopened == bool(gone)
    assert one.lost_closure
    assert "is on another road" in one.as_lifted().reasons[0]
    assert displaced([closure(geometry=shape)], older, older) == []


@pytest.mark.parametrize("shape", [Point(24.905, 60.10), None])
def test_a_one_way_closure_of_a_road_that_is_drawn_the_other_way_round_is_told(build, shape):
    turned = {10: ((2, 1), ROADS[10][1]), 11: ROADS[11]}
    ways = {"geometry": shape, "osm_way_ids": (10,)}
    both, one_way = closure(**ways), closure(**ways, direction=Direction.FORWARD)
    assert displaced([both], build(ROADS), build(turned)) == []
    (one,) = displaced([one_way], build(ROADS), build(turned))
    assert one.reopened
    assert one.lost_closure


def test_a_way_that_was_split_and_renumbered_at_the_closure_is_the_same_road(build):
    older = build({10: ((1, 4, 2), {"highway": "primary"}), 11: ROADS[11]})
    newer = build({10: ((4, 2), {"highway": "primary"}), 77: ((1, 4), {"highway": "primary"})})
    for direction in Direction:
        assert displaced([closure(direction=direction)], older, newer) == []


def test_a_closure_by_ways_that_keeps_only_one_of_them_needs_a_confirmation(build):
    named = closure(geometry=None, osm_way_ids=(10, 11))
    newer = build({77: ROADS[10], 11: ROADS[11]})
    (one,) = displaced([named], build(ROADS), newer)
    assert not one.lost
    assert one.lost_closure


def test_a_junction_that_loses_an_arm_keeps_its_closure(build):
    arms = {**ROADS, 12: ((2, 4), {"highway": "track"})}
    at_junction = closure(geometry=Point(24.92, 60.10))
    assert displaced([at_junction], build(arms), build(ROADS)) == []


def test_the_road_under_a_bridge_that_is_gone_is_another_road(tmp_path):
    nodes = {**NODES, 5: (24.91, 60.099), 6: (24.91, 60.101)}
    under = {30: ((5, 6), {"highway": "primary"})}
    older = build_from_osm(write_osm(tmp_path / "a.osm", nodes, {**under, **ROADS}), "x")
    newer = build_from_osm(write_osm(tmp_path / "b.osm", nodes, under), "x")
    (one,) = displaced([closure(geometry=Point(24.91002, 60.10))], older, newer)
    assert one.elsewhere
    assert not one.lost
    assert one.lost_closure


def test_a_control_that_loses_its_road_is_told(build):
    post = closure(id="checkpoints/post#status")
    (one,) = displaced([post], build(ROADS), build({11: ROADS[11]}))
    assert one.lost_closure


def test_a_location_in_words_is_followed_on_both_builds(build):
    class Towns:
        version = "1"

        def bearing(self, text, clearance):
            del clearance
            lon = {"West": 24.90, "East": 24.92}[text]
            return [ResolvedPlace(text, "places", text, LonLat(lon, 60.10))]

    told = closure(geometry=None, osm_way_ids=None, location_text="between West and East")
    assert displaced([told], build(ROADS), build(ROADS), Towns()) == []
    (one,) = displaced([told], build(ROADS), build({11: ROADS[11]}), Towns())
    assert one.worse or one.lost or one.elsewhere
