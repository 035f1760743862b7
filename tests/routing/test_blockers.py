"""The smallest set of constraints: against every set there is, on random maps, and as stories."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.laws import GRID, LINKS
from support.story import NOON, TRUCK, Story, constraint, line

from lca.vehicle import vehicle_class
from lca.vocab import Direction, EffectKind, Sensitivity, Verdict
from routing.blockers import find_blockers
from routing.closures import ClosureGraph, smallest_sets
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import make_engine
from routing.match import match
from routing.passage import Passage
from routing.snap import snap
from routing.vehicle_roads import MetricShelf

ENGINES = {name: make_engine(GRID.network, name) for name in ("scipy", "numba")}


def passage_between(town, engine, origin, destination, items, *, vehicle=TRUCK):
    """A passage of a truck between two positions, and the effects of some constraints on it."""
    shelf = MetricShelf()
    roads = shelf.roads(town.network, engine, vehicle_class(vehicle))
    placed = tuple(Placed(item, match(item, town.network)) for item in items)
    effects = ArcEffects.at(Coverage.of(placed), roads.vehicle, NOON)
    ends = (snap(town.network, place, roads.usable_at_times) for place in (origin, destination))
    return Passage(roads, shelf, *ends, NOON), effects


def fewest(passage, effects):
    """Return how many must be lifted, by trying every set, smaller ones first."""
    for size in range(len(effects.blocking) + 1):
        for owners in itertools.combinations(sorted(effects.blocking), size):
            if passage.way(effects.without(owners)) is not None:
                return size
    raise AssertionError("without any constraint there is a way")


def random_closures(rng):
    """Closures that each lie on several links: one report is an area or a long stretch."""
    items = []
    for number in range(rng.randrange(2, 9)):
        links = rng.sample(LINKS, rng.randrange(1, 6))
        ways = [line(GRID.between(link, 0.3), GRID.between(link, 0.7)) for link in links]
        where = shapely.MultiLineString(ways)
        direction = rng.choice([Direction.BOTH, Direction.BOTH, Direction.FORWARD])
        items.append(constraint(f"c{number}", where, direction=direction))
    return items


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_smaller_set_would_do(engine, seed):
    rng = random.Random(seed)
    ends = [GRID.between(rng.choice(LINKS), rng.choice([0.0, 0.2, 0.5, 0.8, 1.0])) for _ in "od"]
    passage, effects = passage_between(GRID, ENGINES[engine], *ends, random_closures(rng))
    if passage.plain is None or passage.way(effects) is not None:
        return
    found = find_blockers(passage, effects)
    assert passage.way(effects.without(found.owners)) is not None
    least = fewest(passage, effects)
    assert len(found.owners) == least or not found.exact
    assert found.exact or least > 4
    opening = {found.owners, *found.others}
    assert len(opening) == 1 + len(found.others), "none is named twice"
    for owners in opening:
        assert passage.way(effects.without(owners)) is not None
    if least == 1:
        every = {(o,) for o in effects.blocking if passage.way(effects.without((o,))) is not None}
        assert opening == every, "each that would do alone is named"
        assert found.all_others
    elif found.all_others:
        every = {
            owners
            for owners in itertools.combinations(sorted(effects.blocking), least)
            if passage.way(effects.without(owners)) is not None
        }
        assert opening == every


@st.composite
def label_graphs(choose):
    """Small graphs whose links are closed by sets of up to three of seven constraints."""
    part = st.integers(0, 6)
    owners = st.frozensets(st.integers(0, 8), max_size=3)
    links = choose(st.lists(st.tuples(part, part, owners), min_size=4, max_size=30))
    found = {}
    for tail, head, label in [*links, (0, 1, frozenset(range(9))), (1, 6, frozenset({0, 1}))]:
        if tail != head:
            found.setdefault(tail, {}).setdefault(head, set()).add(label)
    useful = {p for p in range(7) if connected(found, 0, p) and connected(found, p, 6)}
    kept = {
        tail: {head: labels for head, labels in heads.items() if head in useful}
        for tail, heads in found.items()
        if tail in useful
    }
    return ClosureGraph(0, 6, kept)


def connected(links, start, goal):
    everybody = frozenset(range(9))
    return ClosureGraph(start, goal, links).opens(everybody)


@settings(max_examples=300, deadline=None)
@given(graph=label_graphs())
def test_the_search_through_parts_finds_the_smallest_and_proves_it(graph):
    found = smallest_sets(graph)
    best = next(
        size
        for size in range(10)
        if any(graph.opens(frozenset(c)) for c in itertools.combinations(range(9), size))
    )
    assert all(graph.opens(owners) for owners in found.sets)
    assert found.least <= best, "what is proven is true"
    if best <= 4:
        every = {
            frozenset(c)
            for c in itertools.combinations(range(9), best)
            if graph.opens(frozenset(c))
        }
        assert set(found.sets) <= every
        most = 16 if best == 1 else 8
        assert len(found.sets) == min(len(every), most)
        assert not found.complete or set(found.sets) == every
        assert found.complete or len(every) >= most
        assert found.least == best
    else:
        (owners,) = found.sets
        assert not any(graph.opens(owners - {owner}) for owner in owners)


def test_a_proof_that_takes_too_long_is_given_up_and_says_so():
    size = 12
    links = {
        column: {column + 1: {frozenset({10 * column + i}) for i in range(10)}}
        for column in range(size)
    }
    found = smallest_sets(ClosureGraph(0, size, links))
    assert (len(found.sets[0]), found.least) == (12, 5)
    hopeless = ClosureGraph(0, 3, {i: links[i] for i in range(3)})
    assert smallest_sets(hopeless).least == 3
    given_up = smallest_sets(hopeless, most_states=2)
    assert (len(given_up.sets[0]), given_up.least < 3) == (3, True)


VALLEY = draw(
    """
    A---B---C---D
        |   |
        E---F
    """,
    {"ABCD": {"highway": "primary"}, "BEFC": {}},
)
"""From A to D: the main road BC, or the loop BEFC; both end on the bridge CD."""


def test_one_flood_over_both_roads_counts_once(tmp_path):
    """Lifting the one flood reopens; the two slides would be two."""
    story = Story(tmp_path, VALLEY)
    flood = line(VALLEY.between("BC", 0.5), VALLEY.between("EF", 0.5))
    story.publish(
        constraint("flood", flood.buffer(0.0001)),
        constraint("slide", VALLEY.between("BC", 0.2)),
    )
    answer = story.ask("A", "D")
    assert [note.id for note in answer.finding.blocked_by] == ["flood"]


def test_a_road_with_one_long_closure_is_better_than_one_with_two_short_ones(tmp_path):
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint("slide", VALLEY.between("BC", 0.2)),
        constraint("bridge", VALLEY.between("BC", 0.8)),
        constraint("mud", line(*map(VALLEY.place, "BEFC"))),
    )
    answer = story.ask("A", "D")
    assert [note.id for note in answer.finding.blocked_by] == ["mud"]


def test_of_two_causes_the_newest_is_named_and_the_other_beside_it(tmp_path):
    """The nine days old slide would be the quicker way; what was closed today is the news."""
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint(
            "slide",
            VALLEY.between("BC", 0.2),
            date_of_information=NOON - timedelta(days=9),
        ),
        constraint("mud", VALLEY.between("EF", 0.5), date_of_information=NOON - timedelta(hours=1)),
        constraint("dust", VALLEY.between("AB", 0.5), effect=EffectKind.ADVISORY),
    )
    answer = story.ask("A", "D")
    body = answer.as_json()
    assert [note["id"] for note in body["blocked_by"]] == ["mud"]
    assert [[note["id"] for note in some] for some in body["blocked_by_others"]] == [["slide"]]
    assert (body["blocked_by_exact"], body["blocked_by_others_complete"]) == (True, True)
    assert "blocked by Mud (or by Slide: any one lifted reopens a way)" in answer.summary
    text = answer.as_text()
    assert "Blocked by (any one of these lifted would reopen a way):" in text
    assert "all of these" not in text
    assert "Perhaps others" not in text


def test_sets_of_two_are_told_as_instead_of_each_other(tmp_path):
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint("bridge", VALLEY.between("CD", 0.5)),
        constraint("slide", VALLEY.between("BC", 0.2)),
        constraint("mud", VALLEY.between("EF", 0.5)),
    )
    answer = story.ask("A", "D")
    assert [note.id for note in answer.finding.blocked_by] == ["slide", "bridge"]
    ((*other,),) = answer.finding.blocked_by_others
    assert {note.id for note in other} == {"mud", "bridge"}
    assert "Or instead, all of these:" in answer.as_text()
    assert "(or instead by " in answer.summary


def test_a_restricted_one_of_several_is_told_only_as_that_and_its_date_orders_nothing(tmp_path):
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint("slide", VALLEY.between("BC", 0.2)),
        constraint(
            "secret-mud",
            VALLEY.between("EF", 0.5),
            sensitivity=Sensitivity.RESTRICTED,
            date_of_information=NOON,
        ),
    )
    answer = story.ask("A", "D", clearance=Sensitivity.PUBLIC)
    assert [note.id for note in answer.finding.blocked_by] == ["slide"]
    ((note,),) = answer.finding.blocked_by_others
    assert (note.restricted, note.id, note.date_of_information) == (True, "restricted-1", None)
    assert "secret" not in str(answer.as_json()).lower()
    assert "or by a restricted constraint" in answer.summary


def test_more_than_are_looked_at_are_said_to_be_perhaps():
    """Twenty roads side by side, each closed alone: sixteen are named at most."""
    links = {0: {1: {frozenset({i}) for i in range(20)}}}
    found = smallest_sets(ClosureGraph(0, 1, links))
    assert (len(found.sets), found.least, found.complete) == (16, 1, False)
    few = smallest_sets(ClosureGraph(0, 1, {0: {1: {frozenset({i}) for i in range(3)}}}))
    assert (len(few.sets), few.complete) == (3, True)


def test_of_two_smallest_sets_as_new_the_one_with_the_quicker_way_is_named(tmp_path):
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint("slide", VALLEY.between("BC", 0.2)),
        constraint("mud", VALLEY.between("EF", 0.5)),
    )
    assert [note.id for note in story.ask("A", "D").finding.blocked_by] == ["slide"]


@pytest.mark.parametrize("count", [1, 4, 5, 6])
def test_up_to_four_the_set_is_proven_and_beyond_none_can_be_left_out(count):
    letters = "ABCDEFG"
    road = draw("-".join(letters), {letters: {}})
    links = list(itertools.pairwise(letters))[:count]
    items = [constraint(f"c{i}", road.between("".join(ab), 0.5)) for i, ab in enumerate(links)]
    engine = make_engine(road.network, "scipy")
    passage, effects = passage_between(road, engine, road.place("A"), road.place("G"), items)
    found = find_blockers(passage, effects)
    assert found.owners == tuple(range(count))
    # Of five it is proven that four do not do, so that five are the fewest too.
    assert found.exact is (count <= 5)
    assert ("No smaller" in found.in_words()) is found.exact


def test_a_closure_that_begins_on_the_way_is_named_too(tmp_path):
    """Lifting the slide lets the truck set out, and meet a bridge that closes before it is there."""
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}, column_m=4_000))
    town = story.town
    story.publish(
        constraint("slide", town.between("AB", 0.5)),
        constraint("bridge", town.between("BC", 0.9), valid_from=NOON.replace(minute=30)),
    )
    answer = story.ask("A", "C", at=NOON)
    assert [note.id for note in answer.finding.blocked_by] == ["slide", "bridge"]


def test_what_begins_after_the_vehicle_has_passed_is_not_named(tmp_path):
    """Both roads close for good today; if the permission on BC held on, the truck would be through."""
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}, column_m=4_000))
    town = story.town
    story.publish(
        constraint("evening", town.between("AB", 0.5), valid_from=NOON.replace(hour=20)),
        constraint("expired", town.between("BC", 0.5), permitted_until=NOON),
    )
    answer = story.ask("A", "C", at=NOON)
    assert [note.id for note in answer.finding.blocked_by] == ["expired"]
    assert answer.finding.smallest is True


def test_roads_that_close_in_turns_are_named_though_each_opens_again(tmp_path):
    """One is closed in this month, the other in all months after it: never are both open."""
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}, column_m=4_000))
    town = story.town
    rest = tuple(month for month in range(1, 13) if month != NOON.month)
    story.publish(
        constraint("now", town.between("AB", 0.5), season_months=(NOON.month,), time_zone="UTC"),
        constraint("then", town.between("BC", 0.5), season_months=rest, time_zone="UTC"),
    )
    answer = story.ask("A", "C", at=NOON)
    assert answer.verdict is Verdict.NOT_VIABLE
    assert [note.id for note in answer.finding.blocked_by] == ["now"]


def test_a_season_beyond_the_first_days_breaks_no_law(tmp_path):
    """A way that only opens next month is no way today, and asking what blocks it says so."""
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}, column_m=4_000))
    town = story.town
    story.publish(
        constraint("month", town.between("AB", 0.5), season_months=(NOON.month,), time_zone="UTC"),
        constraint("soon", town.between("BC", 0.5), valid_from=NOON.replace(hour=20)),
    )
    answer = story.ask("A", "C", at=NOON)
    assert [note.id for note in answer.finding.blocked_by] == ["month"]


def test_what_does_not_block_is_never_named(tmp_path):
    story = Story(tmp_path, VALLEY)
    story.publish(
        constraint("bridge", VALLEY.between("CD", 0.5)),
        constraint("dust", VALLEY.between("AB", 0.5), effect=EffectKind.ADVISORY),
        constraint(
            "low", VALLEY.between("AB", 0.7), effect=EffectKind.RESTRICTED, max_gross_t=30.0
        ),
    )
    assert [note.id for note in story.ask("A", "D").finding.blocked_by] == ["bridge"]
