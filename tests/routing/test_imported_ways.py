"""A table of OpenStreetMap ways and their status closes roads without drawing them."""

from __future__ import annotations

import shapely
from support.asciimap import draw
from support.readtables import read_sheets, sheet_of

from lca.vocab import EffectKind
from routing.match import MatchState, match

TOWN = draw(
    """
    A---B---C
    .   D
    """,
    {"ABC": {"name": "Main"}, "BD": {"name": "Side"}},
)
MAIN, SIDE, ELSEWHERE = 1, 2, 5372


def test_a_row_of_way_and_status_lies_on_the_whole_way():
    rows = [
        {"osm_id": MAIN, "status": "Closed"},
        {"osm_id": SIDE, "status": "Nobody has said"},
        {"osm_id": ELSEWHERE, "status": "Closed"},
    ]
    closed, unclear, away = read_sheets(sheet_of("status", rows))["constraints"]
    found = match(closed, TOWN.network)
    assert (closed.effect, found.state) == (EffectKind.BLOCKED, MatchState.MATCHED)
    assert shapely.get_num_coordinates(found.geometry(TOWN.network)) >= 3, "A to B to C"
    assert {(piece.from_fraction, piece.to_fraction) for piece in found.pieces} == {(0.0, 1.0)}
    assert (unclear.effect, match(unclear, TOWN.network).state) == (
        EffectKind.UNKNOWN,
        MatchState.MATCHED,
    )
    lost = match(away, TOWN.network)
    assert lost.state is MatchState.UNMATCHED
    assert lost.everywhere, "a closure of a way that this graph lacks qualifies every way"
    assert f"OSM way {ELSEWHERE} is not in this graph build" in lost.note
