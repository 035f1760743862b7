"""A look at a watch names the cause: what was published since, not what has stood there for days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, TRUCK, Story, constraint

from layers.watches import list_watches
from lca.vocab import EffectKind, Sensitivity
from routing.question import RouteQuestion
from routing.watch import look, save

CLEARANCE = Sensitivity.STRICTLY_CONFIDENTIAL
VALLEY = draw(
    """
    A---B---C---D
        |   |
        E---F
    """,
    {"ABCD": {"highway": "primary"}, "BEFC": {}},
)
OLD = constraint(
    "bridge",
    VALLEY.between("EF", 0.5),
    effect=EffectKind.RESTRICTED,
    max_gross_t=10.0,
    date_of_information=NOON - timedelta(days=9),
)


@pytest.fixture
def story(tmp_path):
    """A valley whose loop has been limited for nine days, and a watch from A to D."""
    story = Story(tmp_path, VALLEY)
    story.facility("start", VALLEY.place("A"))
    story.facility("goal", VALLEY.place("D"))
    story.publish(OLD)
    question = RouteQuestion(origin="start", destination="goal", vehicle=TRUCK)
    report = save(
        story.store, story.planner, "Convoy", question, author="planner", clearance=CLEARANCE
    )
    assert (report.after.found["verdict"], report.news) == ("viable", ())
    return story


def looked(story):
    """Look at the one watch."""
    story.clock.tick(minutes=1)
    (watch,) = list_watches(story.store, clearance=CLEARANCE)
    return look(story.store, story.planner, watch)


def test_the_closure_of_today_is_named_and_not_the_old_limit(story):
    story.publish(constraint("slide", VALLEY.between("BC", 0.5)))
    report = looked(story)
    assert report.verdict_changed
    assert [item.words() for item in report.news] == ["new: Slide"]
    assert "\n  new: Slide\n" in report.as_text()
    assert report.after.found["blocked_by"] == ["slide"]
    assert report.after.found["blocked_by_others"] == [["bridge"]]
    again = looked(story)
    assert (again.changed, again.news) == (False, ())


def test_a_statement_that_becomes_another_is_told_as_changed(story):
    bridge = constraint("bridge", VALLEY.between("CD", 0.5))
    story.publish(bridge)
    report = looked(story)
    assert report.as_json()["new"] == [{"id": "bridge", "name": "Bridge", "changed": True}]


def test_what_begins_to_hold_by_itself_is_told_though_nothing_was_published(story):
    story.publish(
        constraint("night", VALLEY.between("CD", 0.5), valid_from=NOON + timedelta(days=1))
    )
    looked(story)
    story.clock.tick(hours=25)
    report = looked(story)
    assert report.verdict_changed
    assert [item.words() for item in report.news] == ["new: Night"]


def test_a_look_kept_before_other_sets_were_told_is_no_other_answer(story):
    first = looked(story)
    older = {key: value for key, value in first.after.found.items() if key != "blocked_by_others"}
    (watch,) = list_watches(story.store, clearance=CLEARANCE)
    watch.last.found.clear()
    watch.last.found.update(older)
    assert not look(story.store, story.planner, watch).changed
