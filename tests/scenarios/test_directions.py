"""One-way streets, closures of one direction, and dual carriageways."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.asciimap import CENTRE, draw
from support.story import Story, constraint, line

from lca.geo import STORAGE_CRS, LocalMetres
from lca.vocab import Direction, LocationPrecision, Verdict
from routing.assemble import assemble
from routing.match import match
from routing.roads import Roads, Source

LOOP = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "name": "Main Street"}, "ADEC": {"highway": "primary"}},
)

ONE_WAY = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "oneway": "forward"}, "ADEC": {"highway": "primary"}},
)

# Two carriageways 24 m apart.
TRUNK = draw(
    """
    W----A----------B----X
    .    C----------D
    """,
    {
        "WABX": {"highway": "trunk", "name": "Ruta 5 Norte", "oneway": "forward"},
        "XDCW": {"highway": "trunk", "name": "Ruta 5 Norte", "oneway": "forward"},
    },
    row_m=24.0,
)

# A service road 12 m beside a trunk road.
BESIDE = draw(
    """
    A-----------B
    S-----------T
    """,
    {"AB": {"highway": "trunk", "name": "Ruta 5"}, "ASTB": {"name": "Lateral"}},
    row_m=12.0,
)


@pytest.fixture(scope="module")
def trunk(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("trunk"), TRUNK)


@pytest.mark.parametrize(
    ("origin", "destination", "way"),
    [("A", "C", "ABC"), ("C", "A", "CEDA")],
)
def test_a_one_way_street_is_driven_its_way_only(tmp_path, origin, destination, way):
    story = Story(tmp_path, ONE_WAY)
    assert story.way(story.ask(origin, destination)) == way


@pytest.mark.parametrize(
    ("drawn", "direction", "out", "back"),
    [
        # line drawn     closed direction         A to C   C to A
        ("BC", Direction.BOTH, "ADEC", "CEDA"),
        ("BC", Direction.FORWARD, "ADEC", "CBA"),
        ("BC", Direction.BACKWARD, "ABC", "CEDA"),
        ("CB", Direction.FORWARD, "ABC", "CEDA"),
        ("CB", Direction.BACKWARD, "ADEC", "CBA"),
    ],
)
def test_a_closed_direction_follows_the_line_as_it_was_drawn(tmp_path, drawn, direction, out, back):
    story = Story(tmp_path, LOOP)
    closed = line(LOOP.between(drawn, 0.2), LOOP.between(drawn, 0.8))
    story.publish(constraint("slide", closed, direction=direction))
    assert story.way(story.ask("A", "C")) == out
    assert story.way(story.ask("C", "A")) == back


@pytest.mark.parametrize(
    ("direction", "out", "back"),
    [
        (Direction.BOTH, "ADEC", "CEDA"),
        (Direction.FORWARD, "ADEC", "CBA"),
        (Direction.BACKWARD, "ABC", "CEDA"),
    ],
)
def test_a_point_closes_the_direction_in_which_the_osm_way_is_drawn(tmp_path, direction, out, back):
    story = Story(tmp_path, LOOP)
    story.publish(constraint("slide", LOOP.between("BC", 0.5, aside_m=4), direction=direction))
    assert story.way(story.ask("A", "C")) == out
    assert story.way(story.ask("C", "A")) == back


@pytest.mark.parametrize(
    ("where", "fields", "out", "back"),
    [
        # both directions reported: both carriageways are closed, 24 m apart
        (TRUNK.between("AB", 0.5), {}, False, False),
        (TRUNK.between("DC", 0.5), {}, False, False),
        (line(TRUNK.between("AB", 0.3), TRUNK.between("AB", 0.6)), {}, False, False),
        (
            TRUNK.between("AB", 0.5, aside_m=-60),
            {"location_precision": LocationPrecision.APPROXIMATE, "road_name": "Ruta 5"},
            False,
            False,
        ),
        # one direction reported: one carriageway is closed, on whichever the line was drawn
        (
            line(TRUNK.between("AB", 0.3), TRUNK.between("AB", 0.6)),
            {"direction": Direction.FORWARD},
            False,
            True,
        ),
        (
            line(TRUNK.between("AB", 0.3), TRUNK.between("AB", 0.6)),
            {"direction": Direction.BACKWARD},
            True,
            False,
        ),
        (TRUNK.between("AB", 0.5), {"direction": Direction.FORWARD}, False, True),
        # the OSM way is named: that carriageway only
        (TRUNK.between("AB", 0.5), {"osm_way_ids": (1,)}, False, True),
        (None, {"osm_way_ids": (2,)}, True, False),
        (None, {"osm_way_ids": (1, 2)}, False, False),
    ],
)
def test_a_dual_carriageway_is_closed_as_it_was_reported(trunk, where, fields, out, back):
    washout = constraint("washout", where, **fields)
    for origin, destination, is_open in (("W", "X", out), ("X", "W", back)):
        answer = trunk.ask(origin, destination, what_if=(washout,))
        assert (answer.verdict is not Verdict.NOT_VIABLE) == is_open
        if not is_open:
            assert [note.id for note in answer.finding.blocked_by] == ["washout"]


@pytest.mark.parametrize(
    "drawn", [line(BESIDE.place("A"), BESIDE.place("B")), BESIDE.between("AB", 0.5)]
)
def test_a_service_road_beside_a_closed_road_stays_open(tmp_path, drawn):
    story = Story(tmp_path, BESIDE)
    story.publish(constraint("washout", drawn))
    assert story.way(story.ask("A", "B")) == "ASTB"


SQUARE = draw(
    """
    A---B
    |   |
    D---C
    """,
    {"ABCDA": {"highway": "primary"}},
)


@pytest.mark.parametrize(("direction", "driven"), [("forward", "ADCBA"), ("backward", "ABCDA")])
def test_one_direction_of_a_closed_ring_is_closed_all_the_way_round(tmp_path, direction, driven):
    """The ring is drawn A-B-C-D-A; where its ends meet, a position on it has two readings."""
    story = Story(tmp_path, SQUARE)
    ring = line(*(SQUARE.place(letter) for letter in "ABCDA"))
    story.publish(constraint("ring", ring, direction=Direction(direction)))
    for at in range(4):
        start, end = driven[at : at + 2]
        assert story.way(story.ask(start, end)) == start + end
        assert len(story.way(story.ask(end, start))) == 4


def a_loop():
    """A street of one segment that leaves a junction, turns round a square, and comes back."""
    metres = LocalMetres(CENTRE)
    corners = [(0, 0), (300, 0), (300, 300), (0, 300), (0, 0)]
    ends = {1: (0, 0), 2: (-300, 0)}
    place = lambda xy: metres.unproject(shapely.Point(xy))  # noqa: E731
    rows = [
        {"osm_way_id": 7, "from_id": 1, "to_id": 1, "length_m": 1200.0, "corners": corners},
        {
            "osm_way_id": 8,
            "from_id": 2,
            "to_id": 1,
            "length_m": 300.0,
            "corners": [ends[2], ends[1]],
        },
    ]
    segments = gpd.GeoDataFrame(
        [{**row, "highway": "residential", "oneway": "no"} for row in rows],
        geometry=[shapely.LineString([place(xy) for xy in row["corners"]]) for row in rows],
        crs=STORAGE_CRS,
    ).drop(columns="corners")
    nodes = pd.DataFrame(
        [{"lon": place(xy).x, "lat": place(xy).y} for xy in ends.values()], index=list(ends)
    )
    network = assemble(Roads.of_frames(nodes, segments), Source("loop", "test"), simplify=False)
    return network, lambda *xy: metres.unproject(shapely.LineString(xy))


def test_a_line_that_ends_where_a_loop_closes_lies_on_its_last_metres_in_its_direction():
    network, drawn = a_loop()
    (piece,) = match(
        constraint("end", drawn((0, 200), (0, 0)), direction=Direction.FORWARD), network
    ).pieces
    assert network.segments.osm_way_id[piece.segment] == 7
    assert (piece.from_fraction, piece.to_fraction) == pytest.approx((1000 / 1200, 1.0), abs=0.002)
    assert (piece.forward, piece.backward) == (True, False)
    (piece,) = match(
        constraint("start", drawn((200, 0), (0, 0)), direction=Direction.FORWARD), network
    ).pieces
    assert (piece.from_fraction, piece.to_fraction) == pytest.approx((0.0, 200 / 1200), abs=0.002)
    assert (piece.forward, piece.backward) == (False, True)
