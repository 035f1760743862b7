"""Eight threads ask while a writer updates: each answer is that of one published state."""

from __future__ import annotations

import pytest
from support.baregraph import ENGINE_NAMES
from support.underfire import under_fire


@pytest.mark.parametrize(("name", "updates"), [("numba", 300), ("pyroutingkit", 60), ("scipy", 30)])
def test_every_answer_belongs_to_a_published_state(name, updates):
    if name not in ENGINE_NAMES:
        pytest.skip(f"{name} has no wheel here")
    asked, seen = under_fire(name, lambda number: number <= updates)
    assert min(asked) >= 2
    assert {0, updates} <= seen
