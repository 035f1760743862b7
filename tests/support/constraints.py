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
        time_zone="America/Santiago" if daily else None,
        ended_at=draw(moments) if status is ConstraintStatus.RESOLVED else None,
        ended_by="MOP" if status is ConstraintStatus.RESOLVED else None,
    )
