"""Where constraints lie on roads: pieces, directions, tolerances and what is said of the rest."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.asciimap import draw
from support.story import area, constraint, line

from lca.geo import LonLat
from lca.vocab import Direction, LocationPrecision
from routing.match import MatchState, match, pieces_within

CROSS = draw(
    """
    .       N
    A---B---X---C---D
    .       S
    """,
    {
        "ABXCD": {"name": "Calle Año Nuevo", "ref": "RN5;41"},
        "NX": {"name": "North Street"},
        "XS": {"name": "South Street"},
    },
)


def found(item, town=CROSS):
    """Return the matched pieces as ``{ends: (from, to, directions)}``, from the first letter on."""
    result = match(item, town.network)
    pieces = {}
    for piece in result.pieces:
        segments = town.network.segments
        ends = town.letters([segments.u[piece.segment], segments.v[piece.segment]])
        arrows = ">" * piece.forward + "<" * piece.backward
        span = (round(piece.from_fraction, 2), round(piece.to_fraction, 2))
        pieces[ends] = (*span, arrows)
    return result, pieces


@pytest.mark.parametrize(
    ("where", "fields", "pieces"),
    [
        # a point lies at its position on the nearest road
        (CROSS.between("AB", 0.25, aside_m=10), {}, {"AB": (0.25, 0.25, "><")}),
        # at a junction it lies on every road that meets there
        (
            CROSS.place("X"),
            {},
            {
                "BX": (1.0, 1.0, "><"),
                "XC": (0.0, 0.0, "><"),
                "NX": (1.0, 1.0, "><"),
                "XS": (0.0, 0.0, "><"),
            },
        ),
        # … unless the report says on which road
        (CROSS.place("X"), {"road_name": "north street"}, {"NX": (1.0, 1.0, "><")}),
        (
            CROSS.place("X"),
            {"road_name": "Ruta RN5, Año nuevo"},
            {"BX": (1.0, 1.0, "><"), "XC": (0.0, 0.0, "><")},
        ),
        # a name wins over a nearer road, accents and case aside
        (
            CROSS.between("NX", 0.8, aside_m=2),
            {"road_name": "calle ano nuevo"},
            {"BX": (1.0, 1.0, "><"), "XC": (0.02, 0.02, "><")},
        ),
        # a number counts as a name
        (CROSS.between("BX", 0.5), {"road_name": "RN5"}, {"BX": (0.5, 0.5, "><")}),
        # 5 m before a junction it does not reach across it
        (CROSS.between("BX", 0.95), {}, {"BX": (0.95, 0.95, "><")}),
        # a line lies on what runs along it, not on what crosses it or continues it
        (
            line(CROSS.between("BX", 0.5), CROSS.between("XC", 0.5)),
            {},
            {"BX": (0.5, 1.0, "><"), "XC": (0.0, 0.5, "><")},
        ),
        (line(CROSS.place("B"), CROSS.place("X")), {}, {"BX": (0.0, 1.0, "><")}),
        (
            line(CROSS.between("CD", 0.2, aside_m=15), CROSS.between("CD", 0.8, aside_m=15)),
            {"direction": Direction.FORWARD},
            {"CD": (0.2, 0.8, ">")},
        ),
        (
            line(CROSS.between("DC", 0.2), CROSS.between("DC", 0.8)),
            {"direction": Direction.FORWARD},
            {"CD": (0.2, 0.8, "<")},
        ),
        # a line without length is a point
        (
            shapely.LineString([CROSS.place("A").point, CROSS.place("A").point]),
            {},
            {"AB": (0.0, 0.0, "><")},
        ),
        # an area lies on every stretch inside it, in both directions whatever it says
        (
            area(CROSS.at(150, -50), CROSS.at(250, -50), CROSS.at(250, -250), CROSS.at(150, -250)),
            {"direction": Direction.FORWARD},
            {
                "BX": (0.5, 1.0, "><"),
                "XC": (0.0, 0.5, "><"),
                "NX": (0.5, 1.0, "><"),
                "XS": (0.0, 1.0, "><"),
            },
        ),
        # several parts each find their road
        (
            shapely.MultiPoint([CROSS.between("AB", 0.5).point, CROSS.between("CD", 0.5).point]),
            {},
            {"AB": (0.5, 0.5, "><"), "CD": (0.5, 0.5, "><")},
        ),
        # named OSM ways: whole without a location, what lies at the location with one
        (None, {"osm_way_ids": (2, 3)}, {"NX": (0.0, 1.0, "><"), "XS": (0.0, 1.0, "><")}),
        (
            None,
            {"osm_way_ids": (2,), "direction": Direction.BACKWARD},
            {"NX": (0.0, 1.0, "<")},
        ),
        (CROSS.place("X"), {"osm_way_ids": (2,)}, {"NX": (1.0, 1.0, "><")}),
    ],
)
def test_a_located_constraint_is_matched(where, fields, pieces):
    result, actual = found(constraint("report", where, **fields))
    assert result.state is MatchState.MATCHED
    assert actual == pieces


@pytest.mark.parametrize(
    ("where", "fields", "state", "words"),
    [
        (None, {}, MatchState.UNLOCATED, "no location"),
        (shapely.Point(), {}, MatchState.UNLOCATED, "no location"),
        (LonLat(1.0, 10.0), {}, MatchState.UNMATCHED, "no road within 30 m"),
        (
            LonLat(1.0, 10.0),
            {"location_precision": LocationPrecision.APPROXIMATE},
            MatchState.UNMATCHED,
            "no road within 250 m",
        ),
        (
            CROSS.place("X"),
            {"location_precision": LocationPrecision.BAD},
            MatchState.UNMATCHED,
            "precision is bad",
        ),
        (None, {"osm_way_ids": (77,)}, MatchState.UNMATCHED, "OSM way 77 is not in this"),
        (None, {"osm_way_ids": (2, 77)}, MatchState.PARTLY, "OSM way 77 is not in this"),
        (
            CROSS.between("AB", 0.1),
            {"osm_way_ids": (2,)},
            MatchState.MATCHED,
            "none of its OSM ways lies there, so it is placed by location; it may lie on another",
        ),
        (
            line(LonLat(1.0, 10.0), LonLat(1.001, 10.0)),
            {},
            MatchState.UNMATCHED,
            "no road within 20 m",
        ),
        (
            area(LonLat(1, 10), LonLat(1.01, 10), LonLat(1.01, 10.01)),
            {},
            MatchState.UNMATCHED,
            "no road lies in it",
        ),
        (
            CROSS.between("AB", 0.5),
            {"road_name": "Panamericana"},
            MatchState.MATCHED,
            "no road here bears the name 'Panamericana'",
        ),
    ],
)
def test_every_match_says_why(where, fields, state, words):
    result, _ = found(constraint("report", where, **fields))
    assert result.state is state
    assert words in result.note


def test_a_twisted_area_closes_both_of_its_halves():
    bow_tie = area(CROSS.at(20, -90), CROSS.at(180, -110), CROSS.at(180, -90), CROSS.at(20, -110))
    assert not bow_tie.is_valid
    result, pieces = found(constraint("flood", bow_tie))
    assert result.state is MatchState.MATCHED
    assert set(pieces) == {"AB", "BX"}


@pytest.mark.parametrize("offset_m", [0, 5, 10, 19])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_perturbed_line_still_finds_its_road(offset_m, side):
    drawn = line(
        CROSS.between("AB", 0.1, aside_m=side * offset_m),
        CROSS.between("CD", 0.5, aside_m=side * (19 - offset_m)),
        CROSS.between("CD", 0.9, aside_m=0),
    )
    for way in (drawn, drawn.reverse(), drawn.simplify(1e-6), shapely.segmentize(drawn, 1e-4)):
        result, pieces = found(constraint("erosion", way))
        assert result.state is MatchState.MATCHED
        assert set(pieces) == {"AB", "BX", "XC", "CD"}


def test_the_delay_of_a_line_is_shared_among_its_pieces():
    result, _ = found(constraint("queue", line(CROSS.place("A"), CROSS.place("D"))))
    assert result.pieces.delay_share.sum() == pytest.approx(1.0, abs=0.01)


def test_pieces_within_a_distance_of_a_point():
    pieces = pieces_within(CROSS.network, CROSS.place("X").point, 50.0)
    lengths = CROSS.network.segments.length_m[pieces.segment]
    metres = (pieces.to_fraction - pieces.from_fraction) * lengths
    assert len(pieces) == 4
    assert np.allclose(metres, 50.0, atol=0.5)


def test_a_match_does_not_change_what_was_reported():
    item = constraint("report", CROSS.between("AB", 0.25, aside_m=10))
    before = item.geometry.wkb
    match(item, CROSS.network)
    assert item.geometry.wkb == before
