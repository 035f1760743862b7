"""Faults that have been made in other products, put into this one: a check must notice each."""

from __future__ import annotations
import __future__

import inspect
import random
import textwrap
from datetime import UTC, datetime, timedelta

import pytest
from support.constraints import NOON, RAIN_BARRIER, a_constraint
from support.timecheck import difference
from support.timeoracle import Rule, spans_of

from lca import constraint, contradictions, effect, phases, recurrence
from lca.errors import InvalidInput
from lca.ingest import cells
from lca.instant import DailyWindow, end_of_local_day, zone
from lca.provenance import Provenance
from lca.record import Field
from lca.recurrence import Recurrence
from lca.vehicle import vehicle_class
from lca.vocab import Confidence, ConstraintStatus, EffectKind, LocationPrecision, Reliability

HOUR = timedelta(hours=1)
TRUCK, CAR = vehicle_class("truck_heavy_3"), vehicle_class("lv_4wd")
LIMITED = {"effect": EffectKind.RESTRICTED}
BLOCKS, CONDITIONS, NOTES, NONE = (
    effect.Outcome.BLOCKS,
    effect.Outcome.CONDITIONS,
    effect.Outcome.NOTES,
    effect.Outcome.NONE,
)


def on(vehicle=TRUCK, **changes):
    return effect.effect_on(a_constraint(**changes), vehicle, NOON).outcome


def local_time_is_that_of_the_zone():
    drawn = random.Random(5)
    for name in ("America/Santiago", "Africa/Cairo", "Australia/Lord_Howe"):
        for span in spans_of(name):
            for _ in range(4):
                assert difference(span, Rule.drawn(drawn, span), drawn) is None


def months_are_those_of_the_calendar():
    season = a_constraint(season_months=(11, 12, 1), time_zone="Africa/Juba")
    for month, standing in ((10, "paused"), (11, "holds"), (1, "holds"), (2, "paused")):
        assert season.standing(datetime(2027, month, 15, tzinfo=UTC)).value == standing
    assert season.next_change(NOON) == datetime(2027, 1, 31, 22, tzinfo=UTC)
    assert season.next_change(datetime(2027, 2, 1, tzinfo=UTC)) == datetime(
        2027, 10, 31, 22, tzinfo=UTC
    )


def limits_are_in_tonnes_and_not_known_is_no_limit():
    assert on(**LIMITED) is CONDITIONS
    assert on(**LIMITED, max_gross_t=25.9) is BLOCKS
    assert on(**LIMITED, max_gross_t=26.0) is NOTES
    assert on(**LIMITED, max_payload_t=20.0) is NOTES


def rain_holds_by_gross_mass():
    rained = {**RAIN_BARRIER, "last_rain_at": NOON - 4 * HOUR}
    assert on(**rained) is BLOCKS
    assert on(CAR, **rained) is CONDITIONS
    # 20 t of gross mass and 12 t of payload on either side of the threshold
    assert on(**rained, rain_hold_threshold_t=20.0) is BLOCKS
    assert on(**RAIN_BARRIER) is CONDITIONS
    assert on(**{**rained, "dry_days_required": 1, "last_rain_at": NOON - 9 * HOUR}) is BLOCKS


def only_an_end_ends_it():
    assert on(valid_to=NOON) is CONDITIONS
    assert on(valid_to=NOON + HOUR) is BLOCKS
    assert on(review_by=NOON - HOUR) is BLOCKS
    assert on(permitted_until=NOON) is BLOCKS
    assert on(permitted_until=NOON + HOUR) is CONDITIONS
    assert on(status=ConstraintStatus.REJECTED) is NONE
    assert on(status=ConstraintStatus.DISPUTED) is BLOCKS


def no_date_that_passes_on_the_way_opens_a_road():
    closed = a_constraint(valid_to=NOON + HOUR)
    found = phases.phases(closed, TRUCK, NOON, NOON + 9 * HOUR)
    assert [phase.effect.outcome for phase in found] == [BLOCKS]


def who_does_not_say_is_concerned():
    assert on(applies_to_cargo=("fuel",)) is CONDITIONS
    assert on(applies_to_vehicles=("artic_5",)) is NONE
    assert on(applies_to_vehicles=("truck_heavy_3",)) is BLOCKS


def what_is_badly_located_blocks_nobody():
    assert on(location_precision=LocationPrecision.BAD) is CONDITIONS


def delays_are_in_minutes():
    slow = a_constraint(effect=EffectKind.DELAY_ONLY, delay_min=30.0, delay_max_min=60.0)
    found = effect.effect_on(slow, TRUCK, NOON)
    assert (found.delay_s, found.delay_max_s) == (1800, 3600)


def a_last_day_is_whole():
    field = Field("valid_to", "instant", "Valid to")
    santiago = zone("America/Santiago")
    for cell in ("2026-11-15", datetime(2026, 11, 15)):  # noqa: DTZ001
        assert cells.parse_cell(field, cell, santiago) == datetime(2026, 11, 16, 3, tzinfo=UTC)
    # the midnight that Santiago's clocks skip
    assert end_of_local_day(datetime(2026, 9, 5, tzinfo=UTC).date(), santiago) == datetime(
        2026, 9, 6, 4, tzinfo=UTC
    )


def long_overdue_is_not_believed():
    old = a_constraint(
        reliability=Reliability.A, credibility=1, date_of_information=NOON, review_by=NOON + HOUR
    )
    ages = [old.confidence(NOON + hours * HOUR) for hours in (0, 1, 3, 4)]
    assert ages == [Confidence.HIGH, Confidence.MEDIUM, Confidence.MEDIUM, Confidence.NONE]


def contradictions_are_refused():
    for changes in (
        {"max_gross_t": 0.0},
        {"max_gross_t": -3.0},
        {"valid_from": NOON, "valid_to": NOON},
        {"valid_to": datetime(9999, 12, 31, tzinfo=UTC)},
        {"chainage_from_km": 5.0, "chainage_to_km": 4.0},
    ):
        with pytest.raises(InvalidInput):
            a_constraint(**changes)


CHECKS = [
    local_time_is_that_of_the_zone,
    months_are_those_of_the_calendar,
    limits_are_in_tonnes_and_not_known_is_no_limit,
    rain_holds_by_gross_mass,
    only_an_end_ends_it,
    no_date_that_passes_on_the_way_opens_a_road,
    who_does_not_say_is_concerned,
    what_is_badly_located_blocks_nobody,
    delays_are_in_minutes,
    a_last_day_is_whole,
    long_overdue_is_not_believed,
    contradictions_are_refused,
]

CONSTRAINT = constraint.Constraint
FAULTS = [
    # what is wrong, where, the line, the faulty line, who notices
    ("a naive zone", Recurrence, "truth", "zone(self.zone_name)", 'zone("UTC")', 0),
    (
        "an inclusive end of hours",
        DailyWindow,
        "holds_at",
        "local < self.end",
        "local <= self.end",
        0,
    ),
    ("hours over midnight missed", DailyWindow, "holds_at", " or local < self.end", "", 0),
    (
        "a change of the clocks overlooked",
        recurrence,
        "next_local_change",
        "next_clock_change(zone_name, at, min(by_rule, limit)) or by_rule",
        "by_rule",
        0,
    ),
    ("rules of time by any instead of all", Recurrence, "_truth", "min(", "max(", 0),
    ("months off by one", Recurrence, "_judged", "local.month in", "local.month % 12 + 1 in", 1),
    (
        "a season that forgets the new year",
        recurrence,
        "_next_month_edge",
        "year + month //",
        "year + 0 * month //",
        1,
    ),
    (
        "null read as 0",
        effect,
        "exceeded_limits",
        "bound is not None and value > bound",
        "value > (bound or 0)",
        2,
    ),
    ("short tons", effect, "exceeded_limits", "value > bound", "value * 0.907 > bound", 2),
    ("long tons", effect, "exceeded_limits", "value > bound", "value > bound * 0.984", 2),
    ("the equal exceeds", effect, "exceeded_limits", "value > bound", "value >= bound", 2),
    (
        "a hold by payload",
        effect,
        "_stated_effect",
        "dry_again_at(vehicle.gross_t)",
        "dry_again_at(vehicle.payload_t)",
        3,
    ),
    (
        "a threshold that is heavy itself",
        CONSTRAINT,
        "dry_hold",
        "gross_t > threshold",
        "gross_t >= threshold",
        3,
    ),
    ("the shortest hold counts", CONSTRAINT, "dry_hold", "max(hours", "min(hours", 3),
    (
        "no known rain is dry",
        effect,
        "_rain_words",
        "if hold is None",
        "if hold is None or not constraint.last_rain_at",
        3,
    ),
    (
        "valid_to ends it",
        CONSTRAINT,
        "standing",
        "return Standing.LAPSED",
        "return Standing.ENDED",
        4,
    ),
    (
        "an inclusive valid_to",
        CONSTRAINT,
        "standing",
        "self.valid_to <= at",
        "self.valid_to < at",
        4,
    ),
    (
        "an overdue review lifts it",
        CONSTRAINT,
        "standing",
        "if self.valid_from and at < self.valid_from",
        "if self.review_by and self.review_by < at",
        4,
    ),
    ("a permission that lapses opens", effect, "_stated_effect", "at >= until", "at < until", 4),
    (
        "a dispute lifts it",
        CONSTRAINT,
        "standing",
        "is ConstraintStatus.REJECTED",
        "in {ConstraintStatus.REJECTED, ConstraintStatus.DISPUTED}",
        4,
    ),
    ("valid_to opens it on the way", phases, "phases", "start < constraint.valid_to", "False", 5),
    (
        "who does not say is not concerned",
        effect,
        "concern",
        "if stated is not unstated",
        "if True",
        6,
    ),
    ("classes by the wrong way round", effect, "concern", "not in codes", "in codes", 6),
    (
        "a bad location blocks",
        effect,
        "_doubts",
        "not constraint.location_precision.locates",
        "False",
        7,
    ),
    (
        "a delay in hours",
        effect,
        "effect_on",
        "constraint.delay_min or 0.0) * 60.0",
        "constraint.delay_min or 0.0) * 3600.0",
        8,
    ),
    (
        "the first moment of the last day",
        cells,
        "parse_end",
        "end_of_local_day(day, zone or UTC)",
        "moment",
        9,
    ),
    ("the last day in UTC", cells, "parse_end", "zone or UTC", "UTC", 9),
    ("once the span is long", Provenance, "_long_overdue", "> 2 * span", "> 4 * span", 10),
    ("a limit of 0", contradictions, "impossible_figures", "not 0 < value", "not 0 <= value", 11),
    (
        "a limit of -3 t",
        contradictions,
        "impossible_figures",
        "not 0 < value",
        "value >= 0 and not 0 < value",
        11,
    ),
    (
        "an end before the start",
        contradictions,
        "_in_its_dates",
        "constraint.valid_to <= constraint.valid_from",
        "False",
        11,
    ),
    ("the year 9999", contradictions, "impossible_figures", "<= LAST_YEAR", "<= 9999", 11),
    (
        "chainage the wrong way round",
        contradictions,
        "_in_its_location",
        "end < start",
        "end < 0",
        11,
    ),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_without_a_fault_every_check_passes(check):
    check()


@pytest.mark.parametrize(
    ("place", "name", "line", "faulty", "check"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_every_fault_is_noticed(monkeypatch, place, name, line, faulty, check):
    monkeypatch.setattr(place, name, mutated(getattr(place, name), line, faulty))
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        CHECKS[check]()


def mutated(function, line, faulty):
    """Return a function with one piece of its source replaced, in its own module's names."""
    source = textwrap.dedent(inspect.getsource(function))
    assert line in source, f"{line!r} is no longer in {function.__qualname__}"
    flags = __future__.annotations.compiler_flag
    made: dict = {}
    code = compile(source.replace(line, faulty), "<fault>", "exec", flags=flags)
    exec(code, function.__globals__, made)
    return made[function.__name__]
