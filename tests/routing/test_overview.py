"""The viewer's roads: every segment once, where it is, in few bytes."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from support.asciimap import draw
from support.demoroads import demo_network

from lca.errors import NotFound
from routing.overview import MAIN_ROADS, road_overview


def decoded(overview):
    """Segment id -> coordinates, as the viewer reads them: one pen draws all."""
    steps = [np.reshape(xy, (-1, 2)) for xy in overview["xy"]]
    points = np.cumsum(np.concatenate(steps), axis=0) / 10 ** overview["precision"]
    ends = np.cumsum([len(xy) for xy in steps])
    return dict(zip(overview["id"], np.split(points, ends[:-1]), strict=True))


def test_every_segment_is_in_exactly_one_group_and_in_its_place():
    network = demo_network()
    main, local = (decoded(road_overview(network, group)) for group in ("main", "local"))
    assert not main.keys() & local.keys()
    segments = network.segments.frame().set_index("segment_id")
    assert main.keys() | local.keys() == set(segments.index)
    assert set(segments.loc[list(main), "highway"]) <= MAIN_ROADS
    assert not set(segments.loc[list(local), "highway"]) & MAIN_ROADS
    for segment, xy in (main | local).items():
        drawn, true = shapely.LineString(xy), segments.geometry[segment]
        assert shapely.hausdorff_distance(drawn, true) < 1.1e-5


def test_classes_names_and_directions_are_looked_up():
    town = draw(
        "A---B---C---D",
        {
            "AB": {"highway": "primary", "name": "Ruta 5"},
            "BC": {"highway": "secondary_link", "oneway": "forward"},
            "CD": {"highway": "primary", "name": "Ruta 5", "oneway": "backward"},
        },
    )
    body = road_overview(town.network, "main")
    assert body["build"] == town.network.digest
    assert body["attribution"] == "© OpenStreetMap contributors"
    assert [body["classes"][index] for index in body["class"]] == [
        "primary",
        "secondary_link",
        "primary",
    ]
    assert [body["names"][index] for index in body["name"]] == ["Ruta 5", "", "Ruta 5"]
    assert body["oneway"] == [0, 1, -1]
    empty = road_overview(town.network, "local")
    assert (empty["id"], empty["classes"], empty["xy"]) == ([], [], [])


def test_a_road_shorter_than_the_precision_keeps_two_points():
    town = draw("AB", {"AB": {"highway": "primary"}}, column_m=0.05)
    (xy,) = road_overview(town.network, "main")["xy"]
    assert len(xy) == 4


def test_it_is_plain_json_of_a_size_that_a_phone_can_load():
    body = json.dumps(road_overview(demo_network(), "main"), separators=(",", ":"))
    assert len(body) < 250_000


def test_another_group_is_refused():
    with pytest.raises(NotFound, match="rivers"):
        road_overview(draw("A---B", {"AB": {}}).network, "rivers")
