"""Tables tell nothing of a constraint above the asker's clearance but that it acts (rule 8)."""

from __future__ import annotations

import pytest
from support.asciimap import draw
from support.planning import letter, letters, outlook_of
from support.story import TRUCK, Story, constraint

from lca.vocab import EffectKind, Sensitivity
from routing.question import Terms
from routing.tables.gaps import gaps
from routing.tables.gateways import gateways

ROAD = draw(
    "H---A---B",
    {"HAB": {"surface": "asphalt", "max_gross_t": 40.0}},
    column_m=1_000.0,
)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, ROAD)


def cleared(story, clearance):
    return story.planner.outlook(Terms(vehicle=TRUCK), clearance)


def test_a_secret_doubt_is_no_gap_that_shows_where_it_lies(story):
    story.publish(
        constraint(
            "ambush",
            ROAD.between("AB", 0.5),
            effect=EffectKind.UNKNOWN,
            sensitivity=Sensitivity.CONFIDENTIAL,
        )
    )
    hub, end = letters(outlook_of(story), story, "HB")
    (known,) = gaps(cleared(story, Sensitivity.CONFIDENTIAL), [hub], [end]).gaps
    assert [note.id for note in known.notes] == ["ambush"]
    assert gaps(cleared(story, Sensitivity.RESTRICTED), [hub], [end]).gaps == ()


def test_a_secret_limit_is_not_the_lowest_that_a_gateway_tells(story):
    story.publish(
        constraint(
            "weak-bridge",
            ROAD.between("AB", 0.5),
            effect=EffectKind.RESTRICTED,
            max_gross_t=31.5,
            sensitivity=Sensitivity.CONFIDENTIAL,
        )
    )
    outlook = outlook_of(story)
    entry, end = letter(outlook, story, "H", id="port"), letter(outlook, story, "B")
    limits = [
        gateways(cleared(story, clearance), [entry], end).gateways[0].lowest_limit_t
        for clearance in (Sensitivity.CONFIDENTIAL, Sensitivity.RESTRICTED)
    ]
    assert limits == [31.5, 40.0]
