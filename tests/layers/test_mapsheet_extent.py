"""One lost minus sign or a swapped pair of coordinates does not ruin the map of everything else."""

from __future__ import annotations

import re

import pytest
import shapely
from shapely import LineString, Point, box
from support.rows import constraint, port
from support.sheets import AS_OF, a_sheet

from layers.foliummap import offline_map
from layers.mapsheet import render_map
from layers.mapsheet.extent import among_roads, near_each_other, view_around
from layers.offlinepage import records_of
from lca.place import Place

LOST = {
    "a lost minus": Point(-71.29, 29.92),
    "both lost": Point(71.29, 29.92),
    "a swapped pair": Point(-29.92, -71.29),
    "a line with one bad end": LineString([(-71.29, -29.92), (-71.28, 29.93)]),
    "an area with a bad corner": shapely.Polygon([(-71.3, -29.92), (-71.29, -29.92), (-71.3, 30)]),
    "the antipode": Point(108.7, 29.925),
}
_NEAR = tuple(
    constraint(f"near{index}", geometry=Point(-71.3 + index / 100, -29.92)) for index in range(4)
)


def scale_of(svg: str) -> int:
    (words,) = re.findall(r"1 : ([\d  ]+) on A4", svg)
    return int("".join(words.split()))


def opened_on(markup: str) -> shapely.Polygon:
    """The box that the offline page opens on."""
    (south, west, north, east) = re.findall(
        r"fitBounds\(\s*\[\[(.*?), (.*?)\], \[(.*?), (.*?)\]\]", markup
    )[0]
    return box(float(west), float(south), float(east), float(north))


@pytest.mark.parametrize("with_roads", [True, False], ids=["roads", "no roads"])
@pytest.mark.parametrize("geometry", LOST.values(), ids=LOST)
def test_a_record_that_went_astray_does_not_shrink_the_map(geometry, with_roads):
    given = {"constraints": _NEAR} if with_roads else {"constraints": _NEAR, "roads": None}
    astray = constraint("astray", name="Astray", geometry=geometry)
    both = a_sheet(**{**given, "constraints": (*_NEAR, astray)})
    svg = render_map(both)
    assert scale_of(svg) <= 2 * scale_of(render_map(a_sheet(**given)))
    assert "Astray" in svg
    view = opened_on(offline_map(both))
    assert view.within(box(-71.5, -30.1, -71.1, -29.7))


@pytest.mark.parametrize("with_roads", [True, False], ids=["roads", "no roads"])
def test_what_lies_outside_is_counted_and_named_in_every_rendering(with_roads):
    given = {} if with_roads else {"roads": None}
    sheet = a_sheet(
        **given,
        constraints=(*_NEAR, constraint("z", name="Z bridge", geometry=Point(-71.29, 29.92))),
        facilities=(port("in"), port("out", name="Far port", geometry=Point(71.3, -29.9))),
    )
    svg = render_map(sheet)
    assert "closed · outside this map" in svg
    assert "Outside this map (2): constraint 5; Far port." in svg
    page = offline_map(sheet)
    assert "Outside this map (2): Z bridge, Far port." in page
    assert {item.title for item in records_of(sheet) if item.outside} == {"Z bridge", "Far port"}


def test_populated_areas_outside_are_counted():
    zones = tuple(
        Place(
            id=str(lon),
            name=f"Zone {lon}",
            source_org="Census",
            date_of_information=AS_OF,
            geometry=Point(lon, -29.92).buffer(0.01),
        )
        for lon in (-71.3, 71.3, 71.4)
    )
    assert "Outside this map (2): populated areas: 2." in render_map(a_sheet(places=zones))


def test_where_nothing_is_astray_nothing_is_said():
    assert "utside this map" not in render_map(a_sheet())
    assert "utside this map" not in offline_map(a_sheet())


def test_a_map_whose_records_all_lie_off_its_roads_shows_the_roads():
    sheet = a_sheet(constraints=(), facilities=(port("out", geometry=Point(71.3, -29.9)),))
    assert [item.bounds for item in sheet.subjects] == [tuple(sheet.roads.total_bounds)]
    svg = render_map(sheet)
    assert "Outside this map (1): Port out." in svg
    assert 'id="legend"' in svg
    assert ">Port<" not in svg


def test_the_map_is_tightened_to_what_lies_among_the_roads():
    together = (
        port("a", geometry=Point(-71.30, -29.92)),
        port("b", geometry=Point(-71.29, -29.92)),
    )
    sheet = a_sheet(constraints=(), facilities=together)
    assert box(*shapely.total_bounds(sheet.subjects)).area == 0
    assert scale_of(render_map(sheet)) < 20_000


def test_a_port_outside_the_town_is_still_among_its_roads():
    roads = a_sheet().roads
    assert among_roads([Point(-71.36, -29.96)], roads) == [Point(-71.36, -29.96)]
    assert among_roads([Point(-71.50, -29.96)], roads) == []


def test_a_country_is_not_an_outlier_of_its_capital():
    capital = [Point(32.5 + index / 100, 15.6) for index in range(4)]
    country = [Point(37.2, 19.6), Point(24.9, 12.1), Point(30.2, 13.2), Point(36.4, 15.5)]
    assert near_each_other([*capital, *country]) == [*capital, *country]


def test_of_two_records_nothing_tells_which_is_wrong():
    pair = [Point(-71.3, -29.9), Point(71.3, -29.9)]
    assert near_each_other(pair) == pair


def test_a_screen_shows_more_than_what_it_is_fitted_to():
    assert view_around([Point(0, 0), Point(1, 0)]).bounds == (-0.5, -0.5, 1.5, 0.5)
