"""The page judges a constraint as the service and the printed maps do."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from layers.geojson import plain
from layers.mapclass import access_class
from lca.constraint import Constraint
from lca.record import to_row
from lca.vocab import ConstraintStatus, EffectKind, LocationPrecision

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PLAIN = Constraint(
    id="c",
    name="Bridge",
    effect=EffectKind.BLOCKED,
    source_org="Road authority",
    date_of_information=NOW - DAY,
    location_precision=LocationPrecision.ACCURATE,
)
LIVES = {
    "holds": {},
    "not yet": {"valid_from": NOW + DAY},
    "lapsed": {"valid_to": NOW - DAY},
    "ends this moment": {"valid_to": NOW},
    "confirmed after its end": {"valid_to": NOW - DAY, "last_confirmed_at": NOW},
    "rejected": {"status": ConstraintStatus.REJECTED},
    "ended": {"status": ConstraintStatus.RESOLVED, "ended_at": NOW - DAY, "ended_by": "Police"},
    "end announced": {"status": ConstraintStatus.RESOLVED, "ended_at": NOW + DAY, "ended_by": "P"},
    "by night, now day": {"daily_from": "22:00", "daily_to": "05:00", "time_zone": "America/Santiago"},
    "by day, now day": {"daily_from": "06:00", "daily_to": "18:00", "time_zone": "America/Santiago"},
    "window begins now": {"daily_from": "12:30", "daily_to": "13:00", "time_zone": "America/Santiago"},
    "window ends now": {"daily_from": "1:00", "daily_to": "12:30", "time_zone": "America/Santiago"},
    "whole day": {"daily_from": "07:00", "daily_to": "07:00", "time_zone": "Asia/Kathmandu"},
    "permitted still": {"permitted_until": NOW + DAY},
    "permission gone": {"permitted_until": NOW - DAY},
}  # fmt: skip
WORKS = {
    "blocked": {},
    "limited": {"effect": EffectKind.RESTRICTED, "max_gross_t": 10.0},
    "advisory": {"effect": EffectKind.ADVISORY},
    "advisory with a limit": {"effect": EffectKind.ADVISORY, "max_height_m": 4.0},
    "unknown": {"effect": EffectKind.UNKNOWN},
    "badly placed": {"location_precision": LocationPrecision.BAD},
    "slow": {"effect": EffectKind.DELAY_ONLY, "delay_min": 20.0},
}
CASES = {
    f"{life}, {work}": replace(PLAIN, **LIVES[life], **WORKS[work])
    for life, work in itertools.product(LIVES, WORKS)
}
JUDGE = """async ([cases, now]) => {
  const { kind, standing } = await import("./static/js/constraint.js");
  return cases.map((c) => [standing(c, now), kind(c, now)]);
}"""


@pytest.fixture(scope="module")
def judged(browser, demo_address) -> dict[str, list[str]]:
    page = browser.new_page()
    page.goto(demo_address + "embed?version=1")
    rows = [
        {name: plain(value) for name, value in to_row(item).items() if name != "geometry"}
        for item in CASES.values()
    ]
    found = page.evaluate(JUDGE, [rows, NOW.timestamp() * 1000])
    page.context.close()
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_standing_and_class_are_those_of_the_records(judged, case):
    constraint = CASES[case]
    drawn = access_class(constraint, NOW)
    assert judged[case] == [constraint.standing(NOW).value, drawn.value if drawn else "inactive"]
