"""Near ties, bridges over roads, and shapes that nobody meant: each ends in a clear answer."""

from __future__ import annotations

import pytest
import shapely
from support.asciimap import draw
from support.demoroads import demo_network
from support.story import Story, area, constraint

import routing.match_line
import routing.match_point
from lca.vocab import ConstraintType, Direction, LocationPrecision, Verdict
from routing.match import MatchState, match

# The street A-B, and 20 m south of it the path C-D; E-F is a road 8 m farther than the path.
LANES = draw(
    """
    A-------B
    C-------D
    E-------F
    """,
    {"AB": {"name": "Street"}, "CD": {"highway": "pedestrian"}, "EF": {"name": "Lane"}},
    row_m=20.0,
)


def on(town, where, **fields):
    """Return the match, and between which letters the matched segments run."""
    found = match(constraint("c", where, **fields), town.network)
    segments = town.network.segments
    ends = {town.letters([segments.u[row], segments.v[row]]) for row in found.pieces.segment}
    return found, ends


def test_a_road_for_vehicles_wins_over_a_nearer_path():
    _, ends = on(LANES, LANES.at(100, -13))  # 7 m from the path, 13 m from the street
    assert ends == {"AB"}


def test_a_road_that_is_nearly_as_near_is_conditioned():
    between = draw("A-------B\nC-------D", {"AB": {"name": "One"}, "CD": {"name": "Two"}}, row_m=20)
    found, ends = on(between, between.at(100, -8))  # 8 m and 12 m
    assert ends == {"AB"}
    assert found.rest is not None
    assert "another road, 12 m from it, may be meant" in found.note
    clear, ends = on(between, between.at(100, -2))  # 2 m and 18 m
    assert (clear.rest, ends) == (None, {"AB"})
    named, ends = on(between, between.at(100, -8), road_name="Two")
    assert (named.rest, ends) == (None, {"CD"})


def test_a_near_tie_conditions_the_other_road_in_an_answer(tmp_path):
    ring = draw(
        "A-------B\nC-------D",
        {"AB": {"name": "One"}, "CD": {"name": "Two"}, "AC": {}, "BD": {}},
        row_m=20,
    )
    story = Story(tmp_path, ring)
    story.publish(constraint("slide", ring.at(100, -8)))
    answer = story.ask("A", "B")
    assert story.way(answer) == "ACDB"
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS


# A viaduct N-S over the road W-E, without a junction; the bridge is its middle piece.
VIADUCT = draw(
    """
            N
            P
    W---------------E
            Q
            S
    """,
    {
        "NP": {"highway": "primary"},
        "PQ": {"highway": "primary", "bridge": True},
        "QS": {"highway": "primary"},
        "WE": {"highway": "secondary"},
    },
)
CROSSING = VIADUCT.at(200, -200)


@pytest.mark.parametrize(
    ("kind", "roads"),
    [
        (ConstraintType.BRIDGE_DAMAGE, {"PQ"}),
        (ConstraintType.FLOOD, {"EW"}),
        (ConstraintType.MUD, {"EW"}),
        (ConstraintType.ROADBLOCK, {"PQ", "EW"}),
    ],
)
def test_a_point_where_a_bridge_crosses_a_road(kind, roads):
    _, ends = on(VIADUCT, CROSSING, constraint_type=kind)
    assert {"".join(sorted(pair)) for pair in ends} == roads


def test_damage_closes_the_whole_bridge():
    found, _ = on(VIADUCT, VIADUCT.at(200, -195), constraint_type=ConstraintType.BRIDGE_DAMAGE)
    (piece,) = found.pieces
    assert (piece.from_fraction, piece.to_fraction) == (0.0, 1.0)


def pool(north_m, south_m):
    return area(
        VIADUCT.at(150, north_m),
        VIADUCT.at(250, north_m),
        VIADUCT.at(250, south_m),
        VIADUCT.at(150, south_m),
    )


@pytest.mark.parametrize(
    ("shape", "kind", "roads"),
    [
        # the flood is under the bridge; the road under it is closed
        (pool(-150, -250), ConstraintType.FLOOD, {"EW"}),
        # the bridge begins in it
        (pool(-50, -250), ConstraintType.FLOOD, {"EW", "NP", "PQ"}),
        # fighting does not stay on the ground
        (pool(-150, -250), ConstraintType.ACTIVE_HOSTILITIES, {"EW", "PQ"}),
    ],
)
def test_an_area_under_a_bridge(shape, kind, roads):
    found, ends = on(VIADUCT, shape, constraint_type=kind)
    assert {"".join(sorted(pair)) for pair in ends} == roads
    spans = "PQ" not in roads
    assert ("a bridge spans it" in found.note) == spans
    assert (found.rest is not None) == spans


def test_an_area_says_that_it_has_no_direction():
    found, _ = on(VIADUCT, pool(-150, -250), direction=Direction.FORWARD)
    assert "an area has no direction, so both are meant" in found.note
    assert found.pieces.forward.all()
    assert found.pieces.backward.all()


BOW = shapely.Polygon([(-71.36, -29.98), (-71.24, -29.88), (-71.24, -29.98), (-71.36, -29.88)])


@pytest.mark.parametrize(
    ("shape", "state"),
    [
        (shapely.box(-76, -56, -66, -17), MatchState.MATCHED),  # the whole country
        (BOW, MatchState.MATCHED),  # twisted
        (shapely.box(-180, -85, 180, 85), MatchState.MATCHED),
        (shapely.box(179.5, -30, 180, -29), MatchState.UNMATCHED),  # at the antimeridian
        (
            shapely.LineString([(179.9, -29.9), (-179.9, -29.9)]),
            MatchState.MATCHED,
        ),  # drawn through the antimeridian, it runs round the world and along a road at most
        (shapely.Point(-72.5, -29.95), MatchState.UNMATCHED),  # in the sea
        (shapely.Polygon(), MatchState.UNLOCATED),
    ],
    ids=["country", "twisted", "world", "antimeridian", "round", "sea", "empty"],
)
def test_shapes_that_nobody_meant_end_in_a_clear_answer(shape, state):
    found = match(constraint("c", shape), demo_network())
    if shape.geom_type != "LineString":
        assert found.state is state
    assert found.note
    assert len(found.pieces) or found.rest is not None or found.everywhere


def test_both_ends_in_a_closed_area_are_not_viable(tmp_path):
    story = Story(tmp_path, VIADUCT)
    story.publish(constraint("flood", pool(100, -600).buffer(0.01)))
    assert story.ask("N", "S").verdict is Verdict.NOT_VIABLE


def _nearest_wins(fault):
    fault.setattr(routing.match_point, "_meant", lambda near, distance, eligible, kind: eligible)


def _no_near_tie(fault):
    fault.setattr(routing.match_point, "NEAR_TIE_M", 0.0)


def _one_level(fault):
    fault.setattr(
        routing.match, "spanning", lambda network, pieces, kind: (pieces.forward & False, "")
    )


PAIR = draw(
    "A-------B\nC-------D",
    {
        "AB": {"name": "Main", "oneway": "backward", "highway": "primary"},
        "CD": {"name": "Main", "oneway": "forward", "highway": "primary"},
    },
    row_m=20,
)


def test_a_closure_closes_both_carriageways():
    _, ends = on(PAIR, PAIR.at(100, 0))
    assert ends == {"AB", "CD"}


def test_a_street_that_only_runs_on_is_not_closed_by_what_lies_on_its_next_piece_but_one():
    """F-S is the nearest; B-F and N-B continue it, beyond the road that crosses it."""
    cross = draw(
        "N\nB---G\nF---H\nS",
        {"NB": {"name": "Cross"}, "BF": {"name": "Cross"}, "FS": {"name": "Cross"}, "BG": {}, "FH": {}},
        column_m=500.0,
        row_m=24.0,
    )  # fmt: skip
    _, ends = on(
        cross,
        cross.at(-67, -66),
        road_name="Cross",
        location_precision=LocationPrecision.APPROXIMATE,
    )
    assert {"".join(sorted(pair)) for pair in ends} == {"FS"}


def test_where_two_roads_are_as_near_the_other_carriageways_of_both_are_closed():
    """Midway between the frontage road and the nearer half of Ruta 5."""
    ruta = draw(
        """
        A-------B
        C-------D
        E-------F
        """,
        {
            "AB": {"name": "Ruta 5", "oneway": "forward", "highway": "trunk"},
            "DC": {"name": "Ruta 5", "oneway": "forward", "highway": "trunk"},
            "EF": {"name": "Frontage"},
        },
        row_m=24.0,
    )
    for south_m in (-35.9, -36.1):
        _, ends = on(ruta, ruta.at(100, south_m))
        assert {"".join(sorted(pair)) for pair in ends} == {"AB", "CD", "EF"}


def test_a_direction_closes_that_direction():
    street = shapely.LineString([LANES.between("AB", 0.3).point, LANES.between("AB", 0.7).point])
    found, _ = on(LANES, street, direction=Direction.FORWARD)
    assert found.pieces.forward.all()
    assert not found.pieces.backward.any()


def _one_carriageway(fault):
    fault.setattr(routing.match_point, "CARRIAGEWAYS_M", 0.0)
    fault.setattr(routing.match_point, "PARALLEL_M", 0.0)


def _direction_reversed(fault):
    original = routing.match_line.directed

    def reversed_(row, start, end, along, *rest):
        return original(row, start, end, not along, *rest)

    fault.setattr(routing.match_line, "directed", reversed_)


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        (_one_carriageway, test_a_closure_closes_both_carriageways),
        (_direction_reversed, test_a_direction_closes_that_direction),
        (_nearest_wins, test_a_road_for_vehicles_wins_over_a_nearer_path),
        (_no_near_tie, test_a_road_that_is_nearly_as_near_is_conditioned),
        (
            _one_level,
            lambda: test_an_area_under_a_bridge(pool(-150, -250), ConstraintType.FLOOD, {"EW"}),
        ),
    ],
)
def test_a_seeded_fault_breaks_a_law(fault, law, monkeypatch):
    law()
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        law()
