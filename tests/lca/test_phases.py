"""What a constraint does while a journey goes on: the phases, and the end that opens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.constraints import NOON, a_constraint, constraints, moments

from lca.effect import effect_on
from lca.phases import phases
from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import ConstraintStatus

HOUR = timedelta(hours=1)
TRUCK = vehicle_class("truck_heavy_3")
NIGHT = {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "America/Santiago"}
vehicles = st.sampled_from(sorted(vehicle_classes().values(), key=lambda item: item.code))


def story(constraint, hours=24, vehicle=TRUCK):
    """Return the phases as ``12:00 BLOCKS`` lines, hours counted from noon."""
    found = phases(constraint, vehicle, NOON, NOON + hours * HOUR)
    return [f"+{(one.start - NOON) / HOUR:g} {one.effect.outcome.name}" for one in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["+0 BLOCKS"]),
        ({"valid_from": NOON + 3 * HOUR}, ["+0 NONE", "+3 BLOCKS"]),
        # 22:00 in Santiago is 01:00 UTC: it closes 13 hours after noon and opens at 20.
        (NIGHT, ["+0 NONE", "+13 BLOCKS", "+20 NONE"]),
        # A closure's end date passes on the way: nobody has said that it is open.
        ({"valid_to": NOON + 3 * HOUR}, ["+0 BLOCKS"]),
        # It had passed at departure: it only conditions.
        ({"valid_to": NOON}, ["+0 CONDITIONS"]),
        # A stated, sourced end opens.
        (
            {
                "status": ConstraintStatus.RESOLVED,
                "ended_at": NOON + 3 * HOUR,
                "ended_by": "MOP",
            },
            ["+0 BLOCKS", "+3 NONE"],
        ),
        # A permission that lapses closes, and the end of the record does not open it again.
        (
            {"permitted_until": NOON + 3 * HOUR, "valid_to": NOON + 6 * HOUR},
            ["+0 CONDITIONS", "+3 BLOCKS"],
        ),
        # A night ban whose end date passes in the night opens in the morning by its own rule.
        ({**NIGHT, "valid_to": NOON + 15 * HOUR}, ["+0 NONE", "+13 BLOCKS", "+20 NONE"]),
        # The end date passes by day, on the way: the ban is there at night all the same.
        ({**NIGHT, "valid_to": NOON + 3 * HOUR}, ["+0 NONE", "+13 BLOCKS", "+20 NONE"]),
        # It had passed at departure: the ban conditions whoever drives at night.
        ({**NIGHT, "valid_to": NOON}, ["+0 NONE", "+13 CONDITIONS", "+20 NONE"]),
    ],
)
def test_the_phases_of_a_day(changes, expected):
    assert story(a_constraint(**changes)) == expected


def test_without_a_moment_there_is_no_phase():
    assert phases(a_constraint(), TRUCK, NOON, NOON) == ()
    assert phases(a_constraint(), TRUCK, NOON, NOON - HOUR) == ()


@given(constraints(), vehicles, moments, st.integers(1, 80), st.floats(0, 1))
def test_phases_cover_the_interval_and_say_what_is_said_of_each_moment(
    constraint, vehicle, start, hours, share
):
    until = start + hours * HOUR
    found = phases(constraint, vehicle, start, until)
    assert found[0].start == start
    assert found[-1].end is None
    for one, following in pairwise(found):
        assert one.end == following.start < until
        assert one.effect != following.effect
    moment = start + share * (until - start) * 0.999
    (phase,) = [
        one for one in found if one.start <= moment and (one.end is None or moment < one.end)
    ]
    if constraint.valid_to is not None and start < constraint.valid_to:
        constraint = replace(constraint, valid_to=None)
    assert phase.effect == effect_on(constraint, vehicle, moment)
