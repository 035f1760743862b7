"""What an avoided constraint costs: the way without it, beside the way with it."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.planning import letters, outlook_of
from support.story import Story, constraint

from routing.avoided import avoided_costs

TOWN = draw(
    """
    A---B---C
    |   |   |
    D---E---F
    |       |
    G-------H
    """,
    {"ABC": {"highway": "primary"}, "ADEFC": {}, "BE": {}, "DGHF": {}},
    column_m=250,
    row_m=500,
)


def costs(story, *, most=8):
    outlook = outlook_of(story)
    passage = outlook.passage(*letters(outlook, story, "AC"))
    owners = [
        owner
        for owner, item in enumerate(outlook.coverage.placed)
        if item.constraint.id != "remark"
    ]
    found = avoided_costs(passage, outlook.effects, owners, most=most)
    return {outlook.coverage.placed[owner].constraint.id: cost for owner, cost in found.items()}


def test_lifting_the_only_closure_saves_the_whole_way_round(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    (km, hours) = costs(story)["slide"]
    assert km == pytest.approx(2.0, abs=0.01)
    assert hours > 0


def test_a_closure_behind_which_another_lies_costs_nothing_alone(tmp_path):
    """Of two slides on one road either alone may go: the road stays closed."""
    story = Story(tmp_path, TOWN)
    story.publish(
        constraint("first", TOWN.between("AB", 0.3)), constraint("second", TOWN.between("AB", 0.7))
    )
    assert costs(story) == {"first": (0.0, 0.0), "second": (0.0, 0.0)}


def test_a_bounded_number_is_costed(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(*(constraint(f"c{i}", TOWN.between("AB", 0.1 * i)) for i in range(1, 6)))
    assert list(costs(story, most=2)) == ["c1", "c2"]
