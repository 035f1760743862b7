"""Whether a constraint stands at some time of an interval, told from its row alone.

The same as the condition that :mod:`layers.question` puts to a version's table, for rows that are
in memory; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lca.record import from_row
from lca.vocab import ConstraintStatus

from .filters.interval import Interval
from .spec import LayerKind, LayerSpec


def stands(row: Mapping[str, Any], interval: Interval) -> bool:
    """Tell whether a constraint stands at some time of an interval (rule of truth 3).

    It stands from its ``valid_from`` until somebody ends it, also when its ``valid_to`` has passed
    unconfirmed; one that was rejected never did. Daily windows and seasons are not looked at.
    """
    start, end = interval.start, interval.end
    if row["status"] == ConstraintStatus.REJECTED:
        return False
    begins: datetime | None = row.get("valid_from")
    if begins is not None and end is not None and begins > end:
        return False
    if row["status"] != ConstraintStatus.RESOLVED or start is None:
        return True
    ended: datetime | None = row.get("ended_at")
    return ended is None or ended > start


def holds(spec: LayerSpec, row: Mapping[str, Any] | None, at: datetime) -> bool:
    """Tell whether a row holds at a moment; what has no validity of its own always does."""
    if row is None:
        return False
    return spec.kind is not LayerKind.CONSTRAINT or stands(row, Interval.at(at))


def standing_of(spec: LayerSpec, row: Mapping[str, Any] | None, at: datetime) -> str | None:
    """Return where a constraint is in its life at a moment; None for what is none."""
    if row is None or spec.kind is not LayerKind.CONSTRAINT:
        return None
    return str(from_row(spec.record_class, row).standing(at).value)
