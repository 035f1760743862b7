"""What deserves a second look in a record that is accepted."""

from __future__ import annotations

from typing import Any

from lca.constraint import Constraint
from lca.effect import has_limits
from lca.lifting import is_closure
from lca.vocab import EffectKind, LocationPrecision


def remarks_on(record: Any) -> list[tuple[str, str, str]]:
    """Return field, message and mend of each doubtful thing about a record."""
    if not isinstance(record, Constraint):
        return []
    found = []
    if record.effect is EffectKind.BLOCKED and has_limits(record):
        found.append(
            (
                "effect",
                "blocked stops every vehicle, whatever the limits say.",
                "Write restricted if only heavier or larger vehicles are meant.",
            )
        )
    if (
        is_closure(record)
        and record.status.stands
        and record.location_precision is LocationPrecision.UNKNOWN
    ):
        found.append(
            (
                "location_precision",
                "The precision of the location is not known, so this will condition routes but never block one.",
                "Write accurate or approximate if the place is known at least to the town.",
            )
        )
    return found
