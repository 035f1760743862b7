"""Areas on many roads: every stretch inside, as a plain clip of every road finds it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.demoroads import demo_network

from routing.match_area import match_area
from routing.nearby import rows_along


def star(centre, reach, corners, waves):
    """An area around a centre whose border swings in and out."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = reach * (1 + 0.4 * np.sin(waves * turn))
    around = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None]
    return shapely.Polygon(np.asarray(centre) + around)


def in_metres(shapes):
    """Shapes in metres by one scale for the whole demo, good to half a thousandth there."""
    return shapely.transform(shapes, lambda xy: xy * _SCALE)


_SCALE = (111_320 * float(np.cos(np.radians(29.95))), 110_850)


def inside_km(network, area):
    """Share of each road inside, and the length of all, by clipping every road of the network."""
    lines, area = in_metres(network.segments.lines.shapes()), in_metres(area)
    share = shapely.length(shapely.intersection(lines, area)) / shapely.length(lines)
    return share, float((share * network.segments.length_m).sum() / 1000)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(-71.34, -71.15),
    st.floats(-30.05, -29.88),
    st.floats(0.0005, 0.06),
    st.integers(3, 60),
    st.integers(0, 9),
)
def test_an_area_covers_what_lies_inside_it_and_nothing_else(lon, lat, reach, corners, waves):
    network, area = demo_network(), star((lon, lat), reach, corners, waves)
    if not area.is_valid:
        return
    share, km = inside_km(network, area)
    pieces = match_area(network, area).pieces
    covered = np.zeros(network.segment_count)
    np.add.at(covered, pieces.segment, pieces.to_fraction - pieces.from_fraction)
    metres = network.segments.length_m
    # An end within a metre is drawn to the segment's end; slivers under 10 cm are left out.
    assert np.abs((covered - share) * metres).max() < 4.0
    assert float((covered * metres).sum()) / 1000 == pytest.approx(km, rel=0.01, abs=0.02)


def test_an_area_with_a_hole_and_one_in_two_parts():
    network = demo_network()
    ring = star((-71.25, -29.92), 0.03, 30, 0).difference(star((-71.25, -29.92), 0.01, 30, 0))
    apart = shapely.union_all([ring, star((-71.2, -30.0), 0.01, 12, 0)])
    for area in (ring, apart):
        share, km = inside_km(network, area)
        pieces = match_area(network, area).pieces
        assert set(pieces.segment.tolist()) <= set(np.flatnonzero(share > 0).tolist())
        lengths = (pieces.to_fraction - pieces.from_fraction) * network.segments.length_m[
            pieces.segment
        ]
        assert lengths.sum() / 1000 == pytest.approx(km, rel=0.005)


def test_only_the_named_ways_count():
    town = draw("A---B---C", {"AB": {}, "BC": {}})
    area = town.place("B").point.buffer(0.001)
    assert match_area(town.network, area).pieces.segment.tolist() == [0, 1]
    assert match_area(town.network, area, ways=frozenset({2})).pieces.segment.tolist() == [1]
    assert len(match_area(town.network, area, ways=frozenset({9})).pieces) == 0


@pytest.mark.parametrize("within_m", [0.0, 30.0, 400.0])
def test_no_road_near_a_line_is_missed(within_m):
    network = demo_network()
    rng = np.random.default_rng(7)
    metres = in_metres(network.segments.lines.shapes())
    for _ in range(20):
        corners = rng.uniform((-71.34, -30.05), (-71.15, -29.88), (rng.integers(1, 6), 2))
        found = rows_along(network, corners, within_m)
        drawn = shapely.LineString(corners) if len(corners) > 1 else shapely.Point(corners[0])
        near = shapely.dwithin(metres, in_metres(drawn), within_m)
        assert set(np.flatnonzero(near).tolist()) <= set(found.tolist())
        assert (np.diff(found) > 0).all()
