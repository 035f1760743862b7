"""Isolation: who is cut off from which hubs, told apart from who never had a road."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.asciimap import draw
from support.randomtowns import place, random_places, random_story
from support.story import NOON, TRUCK, Story, constraint

from lca.errors import UsageError
from lca.vocab import Sensitivity
from routing.question import Terms
from routing.tables import restoring
from routing.tables.isolation import Standing, isolation

TOWN = draw(
    """
    H---A---B---C   K
        |           |
        D---E       X---Y
    """,
    {"HABC": {}, "ADE": {}, "XY": {}, "KX": {}},
    column_m=1000.0,
)
PEOPLE = {"A": 100, "B": 20, "C": 300, "D": 4_000, "E": 50_000, "Y": 7}


def outlook_of(story, **terms):
    clearance = terms.pop("clearance", Sensitivity.PUBLIC)
    return story.planner.outlook(Terms(**{"vehicle": TRUCK, "at": NOON, **terms}), clearance)


def at(*letters):
    return [place(letter, TOWN.place(letter), PEOPLE.get(letter)) for letter in letters]


def standings(found):
    return {row.place.id: row.standing for row in found.rows}


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, TOWN)


def test_people_behind_a_closure_are_cut_off_and_an_island_has_no_road(story):
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    found = isolation(outlook_of(story), at("H"), at("A", "B", "C", "Y"))
    assert standings(found) == {
        "A": Standing.REACHED,
        "B": Standing.CUT_OFF,
        "C": Standing.CUT_OFF,
        "Y": Standing.NO_ROAD,
    }
    totals = found.as_json()["totals"]
    assert totals["cut_off"] == {"places": 2, "people": 320}
    assert totals["no_road"] == {"places": 1, "people": 7}
    (lift,) = found.restored
    assert ([note.id for note in lift.notes], lift.people) == (["slide"], 320)
    assert "Slide: 2 places, 320 people" in found.as_text()


def test_from_which_hubs_a_place_is_cut_off(story):
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    found = isolation(outlook_of(story), at("H", "C"), at("A", "B"))
    rows = {row.place.id: row for row in found.rows}
    assert (rows["A"].standing, rows["A"].lost_hubs) == (Standing.PARTLY_CUT_OFF, ("C",))
    assert (rows["B"].standing, rows["B"].lost_hubs) == (Standing.PARTLY_CUT_OFF, ("H",))
    assert found.restored == (), "a hub reaches each"


def test_a_hub_off_the_road_data_reaches_nothing_and_a_place_off_it_has_no_road(story):
    far = place("far", TOWN.at(0.0, 90_000.0), 5)
    assert standings(isolation(outlook_of(story), at("H"), [far])) == {"far": Standing.NO_ROAD}
    assert standings(isolation(outlook_of(story), [far], at("A"))) == {"A": Standing.NO_ROAD}


def test_two_closures_in_a_row_restore_only_together(story):
    story.publish(
        constraint("one", TOWN.between("AB", 0.3)),
        constraint("two", TOWN.between("AB", 0.7)),
        constraint("three", TOWN.between("AD", 0.5)),
        constraint("beyond", TOWN.between("DE", 0.5)),
    )
    found = isolation(outlook_of(story), at("H"), at("B", "C", "D", "E"))
    lifts = {tuple(note.id for note in item.notes): item.people for item in found.restored}
    assert lifts == {("one", "two"): 320, ("three",): 4_000, ("beyond", "three"): 54_000}


def test_more_constraints_than_are_tried_are_told(story, monkeypatch):
    monkeypatch.setattr(restoring, "MOST_TRIED", 1)
    story.publish(
        constraint("one", TOWN.between("AB", 0.5)), constraint("two", TOWN.between("AD", 0.5))
    )
    found = isolation(outlook_of(story), at("H"), at("B", "D"))
    assert found.truncated
    assert "not every constraint was tried" in found.as_text()


def test_before_and_after(story):
    before = story.clock.tick(minutes=1)
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    after = outlook_of(story)
    found = isolation(after, at("H"), at("B"), outlook_of(story, as_of=before))
    assert found.as_json()["newly_cut_off"] == {"places": 1, "people": 20}
    back = isolation(outlook_of(story, without=("slide",)), at("H"), at("B"), after)
    assert back.as_json()["newly_reached"] == {"places": 1, "people": 20}
    assert back.as_json()["hypothetical"] is True


def test_what_a_what_if_would_cut_off(story):
    supposed = constraint("flood", TOWN.between("AD", 0.5))
    found = isolation(
        outlook_of(story, what_if=(supposed,)), at("H"), at("D", "E", "B"), outlook_of(story)
    )
    assert found.as_json()["newly_cut_off"] == {"places": 2, "people": 54_000}
    assert found.as_text().startswith("HYPOTHETICAL")


def test_a_restricted_closure_is_not_named(story):
    secret = constraint("ambush", TOWN.between("AB", 0.5), sensitivity=Sensitivity.CONFIDENTIAL)
    story.publish(secret)
    found = isolation(outlook_of(story), at("H"), at("B"))
    assert standings(found) == {"B": Standing.CUT_OFF}
    assert "mbush" not in str(found.as_json()) + found.as_text()
    cleared = isolation(outlook_of(story, clearance=Sensitivity.CONFIDENTIAL), at("H"), at("B"))
    assert cleared.restored[0].notes[0].id == "ambush"


def test_a_place_behind_a_closure_that_begins_on_the_way_is_asked_for_alone(story):
    begins = NOON.replace(minute=2)
    story.publish(constraint("works", TOWN.between("BC", 0.5), valid_from=begins))
    found = isolation(outlook_of(story), at("H"), at("C", "B"))
    way = outlook_of(story).finding(*at("H", "C")).way
    expected = Standing.CUT_OFF if way is None else Standing.REACHED
    assert standings(found) == {"C": expected, "B": Standing.REACHED}


def test_one_hub_and_one_place_are_the_least(story):
    with pytest.raises(UsageError, match="0 hubs"):
        isolation(outlook_of(story), [], at("A"))
    with pytest.raises(UsageError, match="0 places"):
        isolation(outlook_of(story), at("H"), [])


def test_the_frame_and_the_sheets_hold_every_place(story):
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    found = isolation(outlook_of(story), at("H"), at("A", "B"))
    assert list(found.frame()["standing"]) == ["reached", "cut_off"]
    assert [row[4] for row in found.sheets()[0].rows] == ["reached", "cut_off"]


@pytest.mark.parametrize("engine", ["scipy", "numba"])
@pytest.mark.parametrize("seed", range(5))
def test_every_place_stands_as_single_answers_say(tmp_path, seed, engine):
    story, outlook = random_story(tmp_path, seed, engine, timed=seed % 2 == 0)
    places = random_places(seed, story.town, 12)
    hubs, served = places[:3], [replace(item, row={}) for item in places[3:]]
    found = isolation(outlook, hubs, served)
    open_roads = story.planner.outlook(
        Terms(vehicle=TRUCK, at=NOON, without=tuple(item.id for item in story_constraints(story)))
    )
    for row in found.rows:
        reached = np.array([outlook.finding(hub, row.place).way is not None for hub in hubs])
        possible = np.array([open_roads.finding(hub, row.place).way is not None for hub in hubs])
        if not possible.any():
            expected = Standing.NO_ROAD
        elif not reached.any():
            expected = Standing.CUT_OFF
        else:
            whole = (reached | ~possible).all()
            expected = Standing.REACHED if whole else Standing.PARTLY_CUT_OFF
        assert row.standing is expected, row
        lost = {hub.id for hub, can, has in zip(hubs, possible, reached, strict=True) if can > has}
        assert set(row.lost_hubs) == lost


@pytest.mark.parametrize("seed", range(6))
def test_lifting_what_restores_does_restore_and_nothing_less_does(tmp_path, seed):
    story, outlook = random_story(tmp_path, seed, "scipy")
    places = random_places(seed, story.town, 12)
    found = isolation(outlook, places[:2], places[2:])
    cut = {row.place.id for row in found.rows if row.standing is Standing.CUT_OFF}
    for item in found.restored:
        ids = [note.id for note in item.notes]
        lifted = story.planner.outlook(Terms(vehicle=TRUCK, at=NOON, without=tuple(ids)))
        again = isolation(lifted, places[:2], places[2:])
        still = {row.place.id for row in again.rows if row.standing is Standing.CUT_OFF}
        assert set(item.place_ids) == cut - still
    alone = {note.id for item in found.restored if len(item.notes) == 1 for note in item.notes}
    for constraint_id in {item.id for item in story_constraints(story)} - alone:
        lifted = story.planner.outlook(Terms(vehicle=TRUCK, at=NOON, without=(constraint_id,)))
        again = isolation(lifted, places[:2], places[2:])
        still = {row.place.id for row in again.rows if row.standing is Standing.CUT_OFF}
        assert still == cut, "a constraint that restores somebody alone is listed"


def story_constraints(story):
    """The constraints that a story has published, the far remark among them."""
    inputs = story.planner.outlook(Terms(vehicle=TRUCK, at=NOON)).inputs
    return [item.constraint for item in inputs.placed]


def test_one_place_is_a_place_and_times_read_as_elsewhere(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("cut", TOWN.between("AB", 0.5)))
    outlook = story.planner.outlook(Terms(vehicle=TRUCK))
    towns = [place("A", TOWN.place("A"), 100), place("C", TOWN.place("C"), 1)]
    before = story.planner.outlook(Terms(vehicle=TRUCK, without=("cut",)))
    text = isolation(outlook, [place("H", TOWN.place("H"))], towns, before).as_text()
    assert "1 places" not in text
    assert "1 place and 1 person newly cut off" in text
    assert "Compared with a departure at 18 Nov 2026 12:00 UTC, known as of 18 Nov" in text
