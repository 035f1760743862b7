"""Constraints of a test's own, and hypothesis strategies for every kind of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import shapely
from hypothesis import strategies as st

from lca.constraint import Constraint
from lca.vocab import (
    ConstraintStatus,
    ConstraintType,
    Direction,
    Drive,
    EffectKind,
    LocationPrecision,
    Practicability,
    SecurityCategory,
)

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""The moment around which the tests' constraints live."""
BRIDGE = shapely.Point(-71.25, -29.9)


def a_constraint(**changes: Any) -> Constraint:
    """Return a verified closure that blocks everything, but for the changes."""
    values: dict[str, Any] = {
        "id": "bridge",
        "name": "Puente Fiscal",
        "effect": EffectKind.BLOCKED,
        "status": ConstraintStatus.VERIFIED,
        "location_precision": LocationPrecision.ACCURATE,
        "source_org": "Logistics Cluster",
        "date_of_information": NOON - timedelta(days=1),
        "geometry": BRIDGE,
    }
    return Constraint(**{**values, **changes})


RAIN_BARRIER: dict[str, Any] = {
    "effect": EffectKind.RESTRICTED,
    "constraint_type": ConstraintType.RAIN_BARRIER,
    "rain_hold_heavy_h": 6.0,
    "rain_hold_light_h": 3.0,
}
"""Domain §1.6: heavier than 3.5 t waits 6 hours after rain, all others 3."""

moments = st.integers(-72, 72).map(lambda hours: NOON + timedelta(hours=hours))
_limits = st.none() | st.sampled_from([1.0, 3.5, 10.0, 18.0, 26.0, 40.0])


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    """Draw a constraint that contradicts itself nowhere."""
    valid_from, valid_to = draw(st.none() | moments), draw(st.none() | moments)
    if valid_from and valid_to and valid_to <= valid_from:
        valid_to = None
    status = draw(st.sampled_from(ConstraintStatus))
    daily = draw(st.sampled_from([None, ("22:00", "05:00"), ("08:00", "17:30")]))
    rule = draw(st.none() | st.sampled_from(["Mo-Fr 06:00-18:00", "We", "sunset-sunrise"]))
    months = draw(st.none() | st.sampled_from([(11,), (8, 9, 10), (10, 11, 12, 1)]))
    shortest = draw(st.none() | st.sampled_from([0.0, 30.0]))
    heavy, light = draw(st.none() | st.sampled_from([6.0, 12.0])), draw(st.none() | st.just(3.0))
    return a_constraint(
        effect=draw(st.sampled_from(EffectKind)),
        constraint_type=draw(
            st.sampled_from(
                [ConstraintType.OTHER, ConstraintType.PERMIT_REQUIRED, ConstraintType.FLOOD]
            )
        ),
        status=status,
        direction=draw(st.sampled_from(Direction)),
        location_precision=draw(st.sampled_from(LocationPrecision)),
        max_gross_t=draw(_limits),
        max_payload_t=draw(_limits),
        max_axle_t=draw(_limits),
        max_height_m=draw(st.none() | st.sampled_from([2.5, 3.8, 4.5])),
        practicability_cap=draw(st.none() | st.sampled_from(Practicability)),
        drive_required=draw(st.none() | st.sampled_from(Drive)),
        valid_from=valid_from,
        valid_to=valid_to,
        permitted_until=draw(st.none() | moments),
        last_confirmed_at=draw(st.none() | moments),
        daily_from=daily[0] if daily else None,
        daily_to=daily[1] if daily else None,
        time_zone="America/Santiago" if daily or rule or months else None,
        time_rule=rule,
        season_months=months,
        dry_days_required=draw(st.none() | st.just(2)),
        rain_hold_heavy_h=heavy,
        rain_hold_light_h=light,
        rain_hold_threshold_t=draw(st.none() | st.just(10.0)) if heavy or light else None,
        last_rain_at=draw(st.none() | moments),
        hazmat_forbidden=draw(st.none() | st.booleans()),
        applies_to_vehicles=draw(st.none() | st.just(("artic_6", "truck_heavy_3"))),
        applies_to_max_practicability=draw(st.none() | st.just(Practicability.HEAVY_TRUCK)),
        applies_to_cargo=draw(st.none() | st.just(("commercial", "fuel"))),
        applies_to_actor=draw(st.none() | st.just(("un",))),
        delay_min=shortest,
        delay_max_min=draw(st.none() | st.just(90.0)),
        convoy_required=draw(st.none() | st.booleans()),
        permit_name=draw(st.none() | st.just("Travel notification")),
        permit_lead_days=draw(st.none() | st.just(7.0)),
        security_category=draw(st.none() | st.sampled_from(SecurityCategory)),
        ended_at=draw(moments) if status is ConstraintStatus.RESOLVED else None,
        ended_by="MOP" if status is ConstraintStatus.RESOLVED else None,
    )
