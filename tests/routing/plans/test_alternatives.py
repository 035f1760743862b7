"""Ways that really differ, each judged in full; and what to do where there is none."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asciimap import draw
from support.laws import GRID, LINKS
from support.planning import letters, outlook_of
from support.story import NOON, Story, constraint

from lca.emission import emission_factors
from lca.errors import UsageError
from lca.vehicle import vehicle_classes
from lca.vocab import EffectKind, Verdict
from routing.engine.alternatives import LOCAL_SHARE
from routing.plans.alternatives import Difference, Objective, alternatives
from routing.plans.wayout import way_out
from routing.policy import Policy, Treatment

THREE = draw(
    """
        D---E
       /     \\
    A-B-------C-G
       \\     /
        H---I
    """,
    {
        "ABCG": {"highway": "primary", "name": "Main"},
        "BDEC": {"highway": "secondary", "name": "North"},
        "BHIC": {"highway": "tertiary", "name": "South"},
    },
    column_m=400,
)
"""From A to G: straight, or round by the north or by the south."""
WIDE = Difference(stretch=4, overlap=0.7)


def found_between(story, ends="AG", **options):
    outlook = outlook_of(story, **options.pop("terms", {}))
    return alternatives(outlook, *letters(outlook, story, ends), **options)


def ways(story, found):
    return [story.way(item.answer) for item in found.ways]


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_each_way_round_is_offered_the_quickest_first(tmp_path, engine):
    story = Story(tmp_path, THREE, engine=engine)
    found = found_between(story, most=5, difference=WIDE)
    assert ways(story, found) == ["ABCG", "ABDECG", "ABHICG"]
    hours = [item.way.duration_h for item in found.ways]
    assert hours == sorted(hours)
    assert [item.shared > 0 for item in found.ways] == [False, True, True]
    assert "No other way differs enough (5 were asked for)" in found.as_text()


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_a_closed_way_is_never_offered(tmp_path, engine):
    story = Story(tmp_path, THREE, engine=engine)
    story.publish(constraint("slide", THREE.between("DE", 0.5)))
    found = found_between(story, most=5, difference=WIDE)
    assert ways(story, found) == ["ABCG", "ABHICG"]


def test_each_way_names_its_own_conditions(tmp_path):
    story = Story(tmp_path, THREE)
    story.publish(
        constraint("mud", THREE.between("DE", 0.5), effect=EffectKind.DIFFICULT),
        constraint("dust", THREE.between("BC", 0.5), effect=EffectKind.ADVISORY),
    )
    found = found_between(story, most=5, difference=WIDE)
    verdicts = {story.way(item.answer): item.answer.verdict for item in found.ways}
    assert verdicts == {
        "ABCG": Verdict.VIABLE,
        "ABDECG": Verdict.VIABLE_WITH_CONDITIONS,
        "ABHICG": Verdict.VIABLE,
    }
    body = found.as_json()["alternatives"]
    (muddy,) = (one for one in body if one["conditions"])
    assert [note["id"] for note in muddy["conditions"]] == ["mud"]
    assert muddy["extra_km"] > 0
    assert body[0]["extra_km"] == 0


def test_a_way_that_a_closure_meets_later_is_dropped_and_counted(tmp_path):
    """The bridge in the north closes for good before the truck is there."""
    story = Story(tmp_path, THREE)
    story.publish(
        constraint("bridge", THREE.between("EC", 0.9), valid_from=NOON.replace(second=30))
    )
    found = found_between(story, most=5, difference=WIDE, terms={"at": NOON})
    assert ways(story, found) == ["ABCG", "ABHICG"]
    assert found.dropped == 1
    assert "1 more would meet a closure" in found.as_text()


def test_by_distance_the_shortest_comes_first_and_co2e_is_stated(tmp_path):
    town = draw(
        "A-E-----F-B\n \\       /\n  C-----D",
        {"AEFB": {"highway": "tertiary"}, "ACDB": {"highway": "trunk"}},
        column_m=500,
        row_m=50,
    )
    story = Story(tmp_path, town)
    by_time = found_between(story, "AB", difference=WIDE)
    assert ways(story, by_time) == ["ACDB", "AEFB"]
    by_length = found_between(
        story, "AB", objective=Objective.CO2E, difference=WIDE, factors=emission_factors()
    )
    assert ways(story, by_length) == ["AEFB", "ACDB"]
    first, second = by_length.as_json()["alternatives"]
    assert first["emissions"]["tkm"] < second["emissions"]["tkm"]
    assert first["extra_km"] < 0 < first["extra_h"]


def test_what_makes_no_sense_is_refused(tmp_path):
    story = Story(tmp_path, THREE)
    with pytest.raises(UsageError, match="0 ways"):
        found_between(story, most=0)
    with pytest.raises(UsageError, match=r"stretch 0\.5"):
        Difference(stretch=0.5)


def test_one_and_the_same_place_has_one_way_of_no_length(tmp_path):
    found = found_between(Story(tmp_path, THREE), "AA")
    assert [item.way.length_km for item in found.ways] == [0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_laws_of_alternatives_on_a_town(seed, tmp_path_factory):
    """No closure, enough difference, not too long, and no stretch that has a better way round."""
    rng = random.Random(seed)
    story = Story(tmp_path_factory.mktemp("laws"), GRID)
    closed = rng.sample(LINKS, rng.randrange(4))
    story.publish(*(constraint(f"c{i}", GRID.between(link, 0.5)) for i, link in enumerate(closed)))
    ends = rng.sample("ABCDEFGHIJKLMNOP", 2)
    difference = Difference(stretch=2.0, overlap=0.6)
    found = found_between(story, ends, most=4, difference=difference)
    if found.answer.way is None:
        assert found.ways == ()
        return
    best = found.ways[0].way
    outlook = outlook_of(story)
    for item in found.ways:
        letters_ = story.way(item.answer)
        steps = {frozenset(pair) for pair in itertools.pairwise(letters_)}
        assert not steps & {frozenset(link) for link in closed}
        assert item.way.trip.total_ms <= difference.stretch * best.trip.total_ms
        assert item.shared <= difference.overlap
        assert_local(outlook, item.way, LOCAL_SHARE * best.trip.total_ms)


def assert_local(outlook, way, reach_ms):
    """Every stretch of a single road's end to another's within reach is itself a best way."""
    network, arcs = outlook.network, way.trip.arcs
    whole = (way.trip.from_fraction == 0) & (way.trip.to_fraction == 1)
    done = np.concatenate([[0], np.cumsum(way.trip.part_ms)])
    for start in range(len(arcs)):
        for end in range(start, len(arcs)):
            cost = int(done[end + 1] - done[start])
            if cost > reach_ms or not whole[start : end + 1].all():
                continue
            source, target = int(network.arc_tail[arcs[start]]), int(network.arc_head[arcs[end]])
            assert outlook.metric.distance(source, target) == cost


def test_where_there_is_no_way_it_says_what_would_open_one(tmp_path):
    story = Story(tmp_path, THREE)
    story.publish(
        constraint(
            "bridge", THREE.between("CG", 0.5), effect=EffectKind.RESTRICTED, max_gross_t=8.0
        )
    )
    found = found_between(story, vehicles=tuple(vehicle_classes().values()))
    assert (found.answer.verdict, found.ways) == (Verdict.NOT_VIABLE, ())
    out = found.way_out
    assert ([note.id for note in out.reopen], out.exact) == (["bridge"], True)
    assert story.town.way_of(out.partial.way.trip.arcs) == "ABC"
    assert [note.id for note in out.stopped_by] == ["bridge"]
    assert out.partial.remaining_km == pytest.approx(0.8, abs=0.01)
    passing = {row.vehicle.code for row in out.classes if row.passes}
    assert passing == {"motorbike", "lv_4wd", "truck_light"}
    text = found.as_text()
    assert "No smaller set of constraints would reopen a way." in text
    assert "Best partial way: 4." in text


def test_whoever_gets_no_nearer_stays_where_it_is(tmp_path):
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}))
    story.publish(constraint("slide", story.town.between("AB", 0.5)))
    found = found_between(story, "AC")
    assert found.way_out.partial.way.length_km == 0
    assert [note.id for note in found.way_out.stopped_by] == ["slide"]


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_the_partial_way_waits_for_what_opens_by_itself(tmp_path, engine):
    """The night ban on AB only has to be waited for: what stops the truck is the slide beyond C."""
    story = Story(tmp_path, draw("A---B---C---D", {"ABCD": {}}), engine=engine)
    town = story.town
    story.publish(
        constraint(
            "ban", town.between("AB", 0.5), daily_from="22:00", daily_to="05:00", time_zone="UTC"
        ),
        constraint("slide", town.between("CD", 0.5)),
    )
    night = outlook_of(story, at=NOON.replace(hour=23))
    out = way_out(night, *letters(night, story, "AD"))
    assert story.town.way_of(out.partial.way.trip.arcs) == "ABC"
    assert out.partial.way.waits[0].until.hour == 5
    assert [note.id for note in out.stopped_by] == ["slide"]
    assert ([note.id for note in out.reopen], out.exact) == (["slide"], True)


def test_what_the_policy_forbids_stops_the_partial_way_too(tmp_path):
    story = Story(tmp_path, draw("A---B---C", {"ABC": {}}))
    story.publish(constraint("mud", story.town.between("BC", 0.5), effect=EffectKind.DIFFICULT))
    strict = outlook_of(story, policy=Policy(difficult=Treatment.FORBID))
    out = way_out(strict, *letters(strict, story, "AC"))
    assert story.town.way_of(out.partial.way.trip.arcs) == "AB"
    assert [note.id for note in out.reopen] == ["mud"]
    assert way_out(outlook_of(story), *letters(strict, story, "AC")) is None
