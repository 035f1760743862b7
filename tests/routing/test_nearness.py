"""A location nowhere near the roads is a slip of the hand, and the refusal says which."""

from __future__ import annotations

import pytest
import shapely
from support.asciimap import draw

from lca.errors import InvalidInput
from routing.nearness import require_near_roads


@pytest.fixture(scope="module")
def network():
    return draw("A---B", {"AB": {"highway": "primary"}}).network


def test_what_lies_near_is_accepted(network):
    west, south, east, north = network.info.bbox
    near = (
        shapely.Point(west, south),
        shapely.Point(west - 0.5, south),
        shapely.box(west - 5, south - 5, east + 5, north + 5),
    )
    assert [require_near_roads(network, geometry) for geometry in near] == [None] * 3


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda lon, lat: (lat, lon), "swapped"),
        (lambda lon, lat: (lon, -lat), "latitude may be missing"),
        (lambda lon, lat: (lon + 90, lat), "km from the roads"),
    ],
)
def test_a_slip_is_refused_and_named(network, slip, words):
    west, south, _, _ = network.info.bbox
    with pytest.raises(InvalidInput, match=words):
        require_near_roads(network, shapely.Point(*slip(west, south)))
