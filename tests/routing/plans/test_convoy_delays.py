"""What delays one vehicle of a convoy delays all, and the next leg departs after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.planning import letters, outlook_of
from support.story import NOON, Story, constraint, line

from lca.vehicle import vehicle_class
from lca.vocab import EffectKind, Verdict
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import plan_convoy

HEAVY, LIGHT = Group(2, vehicle_class("artic_5")), Group(1, vehicle_class("truck_light"))
ROAD = draw("A---B---C", {"ABC": {}}, column_m=1_000)


def plan(story, groups):
    outlook = outlook_of(story, as_one(groups), at=NOON)
    return plan_convoy(outlook, groups, letters(outlook, story, "ABC"))


@pytest.mark.parametrize("slow", [{"delay_min": 120.0}, {"speed_factor": 0.5}])
def test_all_arrive_with_the_vehicle_that_is_slowed(tmp_path, slow):
    story = Story(tmp_path, ROAD)
    weighing = constraint(
        "weighing",
        line(ROAD.place("A"), ROAD.place("B")),
        effect=EffectKind.DIFFICULT,
        applies_to_vehicles=("artic_5",),
        **slow,
    )
    story.publish(weighing)
    together, heavy, light = (
        plan(story, groups) for groups in ((HEAVY, LIGHT), (HEAVY,), (LIGHT,))
    )
    assert heavy.legs[0].arrival > light.legs[0].arrival
    assert together.legs[0].arrival >= heavy.legs[0].arrival
    assert together.verdict is heavy.verdict is Verdict.VIABLE_WITH_CONDITIONS


def test_a_closure_for_another_vehicle_is_met_after_the_delay(tmp_path):
    """At noon the light truck alone is past B before one o'clock; with the artics it is not."""
    story = Story(tmp_path, ROAD)
    story.publish(
        constraint(
            "weighing",
            ROAD.between("AB", 0.5),
            effect=EffectKind.DIFFICULT,
            applies_to_vehicles=("artic_5",),
            delay_min=120.0,
        ),
        constraint(
            "closes-at-one",
            ROAD.between("BC", 0.5),
            applies_to_vehicles=("truck_light",),
            valid_from=NOON + timedelta(hours=1),
        ),
    )
    assert plan(story, (LIGHT,)).complete
    together = plan(story, (HEAVY, LIGHT))
    assert not together.complete
    (blocker,) = together.legs[1].finding.blocked_by
    assert blocker.id == "closes-at-one"
