"""Drawn towns with one-way roads, turn rules and barriers, and which turns their rules forbid."""

from __future__ import annotations

from hypothesis import strategies as st

ART = """
A--B--C
 D---E
"""
LETTERS = "ABCDE"


@st.composite
def ruled_towns(choose):
    """Roads between five places, some of them rings or parallel, and rules at some places."""
    place = st.sampled_from(LETTERS)
    pairs = choose(st.lists(st.tuples(place, place), min_size=2, max_size=9))
    one_way = st.sampled_from(["no", "forward", "backward"])
    ways = {f"{a}{b}{'.' * number}": choose(one_way) for number, (a, b) in enumerate(pairs)}
    way = st.one_of(st.none(), st.sampled_from(sorted(ways)))
    barrier = st.tuples(place, st.none(), st.none(), st.just("barrier=block"))
    turn = st.tuples(place, way, way, st.sampled_from(["no_left_turn", "only_straight_on"]))
    return ways, choose(st.lists(st.one_of(barrier, turn), max_size=4))


def forbidden_turns(ways, rules):
    """Pairs of road ends (way, 0 or 1) that the rules forbid, straight from their words."""
    found = set()
    for place, start, goal, kind in rules:
        here = [(way, side) for way in ways for side in (0, 1) if way[side] == place]
        starts = [end for end in here if start in {None, end[0]}]
        goals = [end for end in here if goal in {None, end[0]}]
        unclear = (start and len(starts) != 1) or (goal and len(goals) != 1)
        if len(here) < 2 or unclear:
            continue
        if kind.startswith("only_"):
            named = {one[2] for one in rules if (one[0], one[1], one[3]) == (place, start, kind)}
            goals = [end for end in here if end not in goals and end[0] not in named]
        back = start is not None and start == goal
        found |= {(one, other) for one in starts for other in goals if one != other or back}
    return found
