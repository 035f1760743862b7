"""100,800 moments over 30 zones: standing, effect, next change and phases, against an oracle.

Around every kind of clock change, leap days, ends of months and years, and in 1904.
"""

from __future__ import annotations

import random

import pytest
from support.timecheck import MOMENTS, difference
from support.timeoracle import ZONES, Rule, spans_of

SPANS, RULES = 8, 21


def test_there_are_a_hundred_thousand_cases_over_thirty_zones():
    assert len(set(ZONES)) == 30
    assert len(ZONES) * SPANS * RULES * MOMENTS >= 100_000
    assert all(len(spans_of(zone)) == SPANS for zone in ("UTC", "America/Havana"))


@pytest.mark.parametrize("zone", ZONES)
def test_no_moment_differs(zone):
    drawn = random.Random(zone)
    for span in spans_of(zone):
        for _ in range(RULES):
            differs = difference(span, Rule.drawn(drawn, span), drawn)
            assert differs is None, f"{span}: {differs}"
