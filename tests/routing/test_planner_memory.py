"""What a planner remembers from one question never shows in the answer to another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, TRUCK, Story, constraint

from lca.vocab import EffectKind, Verdict
from routing.vehicle_roads import MetricShelf

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary"}, "ADEC": {"highway": "primary"}},
)
NORTH, SOUTH = TOWN.between("BC", 0.5), TOWN.between("DE", 0.5)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, TOWN)


def test_a_closure_off_the_quickest_way_costs_no_search_of_its_own(story, monkeypatch):
    story.publish(constraint("south", SOUTH))
    searched = []
    metric = MetricShelf.metric

    def noted(shelf, roads, effects):
        searched.append(len(effects.coverage.arc))
        return metric(shelf, roads, effects)

    monkeypatch.setattr(MetricShelf, "metric", noted)
    finding = story.ask("A", "C").finding
    assert finding.way is finding.plain
    assert searched == [0]
    assert story.town.way_of(finding.way.trip.arcs) == "ABC"
    finding = story.ask("D", "E").finding
    assert finding.way is not finding.plain
    assert story.town.way_of(finding.way.trip.arcs) == "DABCE"


def test_a_closure_that_slows_is_looked_at_too(story):
    story.publish(constraint("slow", NORTH, effect=EffectKind.DELAY_ONLY, delay_min=60.0))
    assert story.town.way_of(story.ask("A", "C").way.trip.arcs) == "ADEC"


def test_an_effect_is_judged_anew_when_time_has_changed_it(story):
    begins, ends = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    story.publish(
        constraint("north", NORTH, valid_from=begins, valid_to=ends),
        constraint("south", SOUTH, valid_from=begins, valid_to=ends),
    )
    late, early = begins + timedelta(minutes=90), NOON - timedelta(minutes=30)
    verdicts = [
        story.ask("A", "C", at=at).verdict for at in (early, late, early, ends, begins, early)
    ]
    assert verdicts == [
        Verdict.VIABLE,
        Verdict.NOT_VIABLE,
        Verdict.VIABLE,
        Verdict.VIABLE_WITH_CONDITIONS,
        Verdict.NOT_VIABLE,
        Verdict.VIABLE,
    ]


def test_a_place_lies_on_another_road_for_another_vehicle(tmp_path):
    town = draw(
        """
        A---B
        |   |
        C---D
        """,
        {"AB": {"highway": "primary", "max_gross_t": 5.0}, "ACDB": {"highway": "primary"}},
    )
    story = Story(tmp_path, town)
    middle = town.between("AB", 0.5)
    near = f"lat={middle.lat},lon={middle.lon}"
    off = [
        story.ask(near, "C", vehicle=vehicle).as_json()["way"]["off_road_m"]["origin"]
        for vehicle in (TRUCK, "motorbike", TRUCK, "motorbike")
    ]
    assert off[1] == off[3] == 0
    assert off[0] == off[2] > 0
