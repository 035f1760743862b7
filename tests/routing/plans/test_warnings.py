"""Plans tell of each way what is its own, and what is reported on it and not reviewed (rule 7)."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.planning import letters
from support.story import TRUCK, Story, constraint

from lca.constraint import Constraint
from lca.table import frame_of
from lca.vehicle import vehicle_class
from lca.vocab import ConstraintType, EffectKind, Sensitivity
from routing.plans.alternatives import Difference, alternatives
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import plan_convoy
from routing.plans.routecard import RouteCard
from routing.question import Terms

CLEARED = Sensitivity.RESTRICTED
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


def report(story, where):
    """Report a mine in a draft that nobody publishes."""
    mine = constraint(
        "mine", where, constraint_type=ConstraintType.MINES_UXO, effect=EffectKind.UNKNOWN
    )
    story.store.draft(
        "constraints",
        frame_of(Constraint, [*story.published_constraints, mine]),
        author="Convoy 7",
        message="radio",
        clearance=Sensitivity.STRICTLY_CONFIDENTIAL,
    )


def alternatives_of(story, clearance=CLEARED):
    outlook = story.planner.outlook(Terms(vehicle=TRUCK), clearance)
    ends = letters(outlook, story, "AG")
    return outlook, alternatives(outlook, *ends, most=3, difference=Difference(4, 0.7))


def test_each_way_has_its_own_durations(tmp_path):
    outlook, found = alternatives_of(Story(tmp_path, THREE))
    assert len(found.ways) == 3
    for item, told in zip(found.ways, found.as_json()["alternatives"], strict=True):
        best_h = outlook.durations(item.way).optimistic_h * 1.25
        assert told["way"]["durations"]["optimistic_h"] == pytest.approx(best_h, abs=0.01)


def test_a_mine_reported_on_another_way_warns_there(tmp_path):
    story = Story(tmp_path, THREE)
    report(story, THREE.between("HI", 0.5))
    _, found = alternatives_of(story)
    warned = [[note.id for note in item.answer.warnings] for item in found.ways]
    assert warned == [[], [], ["mine"]]
    (told,) = found.as_json()["envelope"]["warnings"]
    assert (told["id"], told["km_from"]) == ("mine", None), "that kilometre is another way's"
    assert found.as_text().count("WARNING Mine") == 1


def test_the_public_is_told_of_no_draft(tmp_path):
    story = Story(tmp_path, THREE)
    report(story, THREE.between("HI", 0.5))
    _, found = alternatives_of(story, Sensitivity.PUBLIC)
    assert "WARNING" not in found.as_text()
    assert found.as_json()["envelope"]["warnings"] == []


@pytest.mark.parametrize("clearance", [CLEARED, Sensitivity.PUBLIC])
def test_a_convoy_and_its_card_warn_of_what_is_reported_on_the_way(tmp_path, clearance):
    story = Story(tmp_path, THREE)
    report(story, THREE.between("BC", 0.5))
    groups = (Group(2, vehicle_class("artic_5")), Group(1, vehicle_class("truck_light")))
    outlook = story.planner.outlook(Terms(vehicle=as_one(groups)), clearance)
    plan = plan_convoy(outlook, groups, letters(outlook, story, "ABG"))
    told = [(one["leg"], one["id"]) for one in plan.as_json()["envelope"]["warnings"]]
    assert told == ([(2, "mine")] if clearance is CLEARED else [])
    card = RouteCard(plan)
    for page in (plan.as_text(), card.as_text(), card.as_html()):
        assert ("Mine: reported by Convoy 7" in page) is (clearance is CLEARED)
