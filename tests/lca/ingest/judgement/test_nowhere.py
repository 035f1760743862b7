"""A closure that nobody can place closes nothing: the report says so."""

from __future__ import annotations

import pytest
from support.judging import judged, record, table

from lca.constraint import Constraint
from lca.vocab import ConstraintStatus, EffectKind

RULE = "location.missing"


def closure(name, *where, **values):
    return record(Constraint, name, *where, effect=EffectKind.BLOCKED, **values)


def told(*constraints):
    return [one for one in judged(table("constraints", *constraints)) if one.rule == RULE]


def test_closures_without_a_place_are_told_once_with_their_number():
    (one,) = told(closure("a", 15.0, 32.0), closure("b"), closure("c"))
    assert "2 rows" in one.message
    assert "row 3" in one.message


@pytest.mark.parametrize(
    "place",
    [
        {"osm_way_ids": (990001,)},
        {"location_text": "12 km north of Kosti"},
        {"target_ids": ("CLCQQ",)},
        {"place_from": "Kosti", "place_to": "Rabak"},
    ],
)
def test_ways_targets_and_words_are_places(place):
    assert told(closure("a", **place)) == []


def test_of_what_has_ended_nothing_is_asked():
    assert told(closure("a", status=ConstraintStatus.REJECTED)) == []
