"""What crosses 180 degrees is cut there: nothing crosses it afterwards, and nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon, box

from layers.exports.antimeridian import cut


def cut_one(shape):
    return cut(np.array([shape], dtype=object))[0]


def moved(xy, by):
    """Coordinates moved east by some degrees and brought back into ±180."""
    xy = np.add(xy, (by, 0))
    return [((x + 180) % 360 - 180, y) for x, y in xy]


def test_a_line_across_is_two_lines_that_meet_the_edge():
    found = cut_one(LineString([(179, 0), (-179, 2)]))
    assert found.equals(MultiLineString([[(179, 0), (180, 1)], [(-180, 1), (-179, 2)]]))


def test_an_area_across_is_two_areas_with_its_hole():
    shell = moved([(-5, -5), (5, -5), (5, 5), (-5, 5)], 180)
    hole = moved([(1, 1), (1, 2), (2, 2), (2, 1)], 180)
    found = cut_one(Polygon(shell, [hole]))
    west, east = sorted(found.geoms, key=lambda part: part.bounds[0])
    assert west.bounds == (-180, -5, -175, 5)
    assert east.bounds == (175, -5, 180, 5)
    assert found.area == pytest.approx(99)
    assert all(shapely.is_ccw(part.exterior) for part in found.geoms)


@pytest.mark.parametrize(
    "shape",
    [
        None,
        Point(180, 0),
        LineString([(-90, 0), (90, 0)]),
        box(-180, -90, 180, 90),
        box(170, 0, 180, 5),
    ],
)
def test_what_does_not_cross_is_left_as_it_is(shape):
    assert cut_one(shape) is shape


corners = st.lists(
    st.tuples(st.floats(-80, 80), st.floats(-80, 80)).map(lambda xy: (round(xy[0], 6), round(xy[1], 6))),
    min_size=2, max_size=6,
)  # fmt: skip


@given(corners, st.integers(-179, 180))
def test_cutting_keeps_the_length_and_every_step_is_short(path, by):
    line = LineString(path)
    found = cut_one(LineString(moved(path, by)))
    assert found.length == pytest.approx(line.length, abs=1e-5)
    for part in shapely.get_parts(found):
        longitudes = shapely.get_coordinates(part)[:, 0]
        assert np.abs(np.diff(longitudes)).max(initial=0) <= 180
        assert np.abs(longitudes).max() <= 180
    assert cut_one(found) is found


@given(st.floats(1, 60), st.floats(1, 60), st.integers(-179, 180))
def test_cutting_keeps_the_area(width, height, by):
    area = box(-width, -height, width, height)
    found = cut_one(Polygon(moved(area.exterior.coords[:-1], by)))
    assert found.is_valid
    assert found.area == pytest.approx(area.area, rel=1e-6)
