"""Metres around a position, and parts of arcs drawn as one line."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.geo import GEOD, LonLat
from routing.drawing import drawn
from routing.lines import Lines, to_e7
from routing.tangent import TangentPlane, degrees_within, metres_a_degree


@settings(max_examples=300, deadline=None)
@given(
    st.floats(-179, 179),
    st.floats(-70, 70),
    st.floats(0, 360),
    st.floats(1, 50_000),
)
def test_distances_on_the_plane_are_true_to_one_in_ten_thousand(lon, lat, azimuth, metres):
    east, north, _ = GEOD.fwd(lon, lat, azimuth, metres)
    if abs(east) > 179.9:
        return
    e7 = to_e7(np.array([[east, north]]))
    ((x,), (y,)) = TangentPlane(LonLat(lon, lat)).metres(e7)
    exact = GEOD.inv(lon, lat, *(e7[0] / 1e7))[2]
    assert np.hypot(x, y) == pytest.approx(exact, rel=2e-4 if abs(lat) > 60 else 1e-4, abs=0.01)
    turned = np.degrees(np.arctan2(x, y)) % 360
    assert abs((turned - azimuth + 180) % 360 - 180) < 0.1 + 1.0 / metres


@given(st.floats(-80, 80), st.floats(0.1, 50_000), st.floats(0, 360))
def test_a_box_holds_all_within_its_distance(lat, metres, azimuth):
    width, height = degrees_within(lat, metres)
    lon, there, _ = GEOD.fwd(0.0, lat, azimuth, metres)
    assert abs(lon) <= width
    assert abs(there - lat) <= height


@pytest.mark.parametrize("lat", [0.0, -29.9, 45.0, 67.0])
def test_a_degree_measures_what_the_ellipsoid_says(lat):
    ((east, north),) = metres_a_degree(np.array([lat]))
    assert east / 100 == pytest.approx(GEOD.inv(0, lat, 0.01, lat)[2], rel=1e-6)
    assert north / 100 == pytest.approx(GEOD.inv(0, lat - 0.005, 0, lat + 0.005)[2], rel=1e-6)


ELL = Lines.of(
    np.array(
        [
            shapely.LineString([(0, 0), (0.001, 0), (0.001, 0.001)]),
            shapely.LineString([(0.001, 0.001), (0.002, 0.001)]),
        ],
        dtype=object,
    )
)


def points(arcs, low, high):
    return np.round(drawn(ELL, np.array(arcs), np.array(low), np.array(high)) * 1e4, 1).tolist()


def test_parts_meet_once_and_run_as_they_are_driven():
    assert points([0, 2], [0.0, 0.0], [1.0, 1.0]) == [[0, 0], [10, 0], [10, 10], [20, 10]]
    assert points([3, 1], [0.0, 0.0], [1.0, 1.0]) == [[20, 10], [10, 10], [10, 0], [0, 0]]


def test_a_part_is_cut_by_length_in_metres():
    assert points([0], [0.25], [1.0]) == [[5, 0], [10, 0], [10, 10]]
    assert points([1], [0.25], [1.0]) == [[10, 10], [10, 0], [5, 0]]
    assert points([0], [0.1], [0.2]) == [[2, 0], [4, 0]]
    assert points([0, 2, 3], [0.25, 0.0, 0.5], [1.0, 1.0, 1.0]) == [
        [5, 0],
        [10, 0],
        [10, 10],
        [20, 10],
        [15, 10],
    ]


def test_no_part_draws_nothing():
    nothing = np.empty(0, np.int64)
    assert len(drawn(ELL, nothing, nothing * 1.0, nothing * 1.0)) == 0
