"""Eight threads ask the default engine while a writer updates for sixty seconds."""

from __future__ import annotations

import time

import pytest
from support.baregraph import ENGINE_NAMES
from support.underfire import under_fire

pytestmark = pytest.mark.stress


def test_every_answer_for_a_minute_belongs_to_a_published_state():
    end = time.monotonic() + 60
    asked, seen = under_fire(ENGINE_NAMES[0], lambda _: time.monotonic() < end)
    print(f"{sum(asked)} rounds of questions, {len(seen)} states seen")
    assert min(asked) > 100
    assert len(seen) > 20
