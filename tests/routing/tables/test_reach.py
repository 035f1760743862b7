"""Reach: every reached metre lies in the area, and people are counted by time, not by area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.asciimap import draw
from support.randomtowns import place, random_places, random_story
from support.story import NOON, TRUCK, Story, constraint, line

from lca.errors import UsageError
from lca.geo import LocalMetres
from routing.engine.metric import INFINITE
from routing.question import Terms
from routing.tables import outline
from routing.tables.bounds import Horizon
from routing.tables.costs import driving_ms, vertices_ms
from routing.tables.reach import reach
from routing.tables.stops import stops_of

TOWN = draw(
    "A----B----C",
    {"AB": {"highway": "primary"}, "BC": {"highway": "primary"}},
    column_m=4_000.0,
)


def outlook_of(story, **terms):
    return story.planner.outlook(Terms(**{"vehicle": TRUCK, "at": NOON, **terms}))


def at(town, *letters):
    return [place(letter, town.place(letter), 1000 + ord(letter)) for letter in letters]


def hours_between(outlook, start, end):
    return outlook.finding(start, end).way.duration_h


def test_bands_hold_who_is_reached_in_time(tmp_path):
    outlook = outlook_of(Story(tmp_path, TOWN))
    hub, *others = at(TOWN, "A", "B", "C")
    near, far = (hours_between(outlook, hub, end) for end in others)
    found = reach(outlook, [hub], [far * 1.01, near * 1.01, near * 0.5], others)
    assert [[item.id for item in band.surely] for band in found.bands] == [[], ["B"], ["B", "C"]]
    assert [band.as_json()["people"] for band in found.bands] == [0, 1066, 2133]
    assert [band.as_json()["counts"] for band in found.bands][2] == {"places": 2}
    assert "2,133 people" in found.as_text()


def test_the_area_ends_where_the_time_does_and_where_the_road_is_closed(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("slide", TOWN.between("BC", 0.5)))
    outlook = outlook_of(story)
    hub, middle = at(TOWN, "A", "B")
    whole = hours_between(outlook, hub, middle)
    (half, long) = reach(outlook, [hub], [whole / 2, whole * 10]).bands
    metres = LocalMetres.around(TOWN.place("A").point)

    def farthest_m(area):
        return shapely.get_coordinates(metres.project(area))[:, 0].max()

    start = metres.project(TOWN.place("A").point).x
    for band, expected in ((half, 10_000.0), (long, 30_000.0)):
        reached_m = farthest_m(band.area.area) - start
        assert expected - 1 <= reached_m <= expected + band.area.tolerance_m


def test_a_hub_within_a_one_way_road_reaches_its_first_metres(tmp_path):
    town = draw("A----B", {"AB": {"oneway": "forward"}}, column_m=4_000.0)
    outlook = outlook_of(Story(tmp_path, town))
    hub = place("hub", town.between("AB", 0.25))
    (band,) = reach(outlook, [hub], [0.05]).bands
    area = band.area.area
    assert area.covers(town.between("AB", 0.26).point)
    assert not area.covers(town.between("AB", 0.9).point)
    assert not area.covers(town.place("A").point)


@pytest.mark.parametrize("engine", ["scipy", "numba"])
@pytest.mark.parametrize("seed", range(5))
def test_every_reached_metre_is_inside_and_all_else_is_near_a_reached_road(tmp_path, seed, engine):
    story, outlook = random_story(tmp_path, seed, engine)
    hubs = random_places(seed, story.town, 2)
    hours = 0.12
    (band,) = reach(outlook, hubs, [hours]).bands
    area = band.area.area
    inside = points_reached(outlook, hubs, driving_ms(hours))
    assert len(inside)
    assert shapely.intersects(area, shapely.points(inside)).all()
    metres = LocalMetres.around(area)
    drawn = metres.project(shapely.multipoints(inside))
    corners = shapely.points(shapely.get_coordinates(metres.project(area)))
    # The points are 1 % of a road apart, at most 50 m.
    assert shapely.distance(drawn, corners).max() <= band.area.tolerance_m + 60
    assert shapely.get_num_coordinates(area) <= outline.MOST_VERTICES


def points_reached(outlook, hubs, most_ms):
    """Points on the roads that a vehicle reaches, found by driving along every arc in 100 steps."""
    sight = Horizon(outlook).now
    network = sight.roads.network
    cost = vertices_ms(sight, stops_of(outlook, hubs)).astype(np.int64)
    steps, found = np.linspace(0.0, 1.0, 101), []
    for arc in np.flatnonzero(sight.roads.usable[: network.segment_arc_count]).tolist():
        start = cost[network.arc_tail[arc]]
        if start > most_ms:
            continue
        shape = network.segments.lines.shapes(np.array([arc // 2]))[0]
        for share in steps:
            part = np.array([arc]), np.array([0.0]), np.array([share])
            time = 0 if share == 0 else int(sight.parts_ms(*part)[0])
            if time >= INFINITE or start + time > most_ms:
                break
            along = 1.0 - share if arc % 2 else share
            found.append(shape.interpolate(along, normalized=True).coords[0])
    return np.array(found)


@pytest.mark.parametrize("engine", ["scipy", "numba"])
@pytest.mark.parametrize("seed", range(4))
def test_who_is_inside_is_who_the_single_answers_reach_in_time(tmp_path, seed, engine):
    story, outlook = random_story(tmp_path, seed, engine, timed=True)
    places = random_places(seed, story.town, 10)
    hubs, served = places[:2], places[2:]
    (band,) = reach(outlook, hubs, [0.1], served).bands
    assert band.perhaps == ()
    expected = set()
    for item in served:
        ways = [outlook.finding(hub, item).way for hub in hubs]
        if any(way is not None and way.duration_h <= 0.1 for way in ways):
            expected.add(item.id)
    assert {item.id for item in band.surely} == expected


def test_what_depends_on_time_is_drawn_apart(tmp_path):
    story = Story(tmp_path, TOWN)
    begins = NOON.replace(hour=13)
    story.publish(constraint("works", line(TOWN.place("B"), TOWN.place("C")), valid_from=begins))
    (band,) = reach(outlook_of(story), at(TOWN, "A"), [5.0]).bands
    assert band.perhaps_area is not None
    end = TOWN.between("BC", 0.9).point
    assert band.perhaps_area.area.covers(end)
    assert not band.area.area.covers(end)


def test_the_frame_is_drawn_largest_first(tmp_path):
    outlook = outlook_of(Story(tmp_path, TOWN))
    found = reach(outlook, at(TOWN, "A"), [0.1, 0.3])
    frame = found.frame()
    assert list(frame["hours"]) == [0.3, 0.1]
    assert frame.geometry.iloc[0].area > frame.geometry.iloc[1].area
    assert frame.geometry.is_valid.all()


@pytest.mark.parametrize(
    ("hubs", "hours", "words"),
    [([], [1.0], "0 hubs"), (["A"], [], "0 bands"), (["A"], [-1.0], "above 0"), (["A"], [1e9], "above 0")],
)  # fmt: skip
def test_nonsense_is_refused(tmp_path, hubs, hours, words):
    with pytest.raises(UsageError, match=words):
        reach(outlook_of(Story(tmp_path, TOWN)), at(TOWN, *hubs), hours)
