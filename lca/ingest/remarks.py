"""What deserves a second look in a row, whether or not the row is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.constraint import Constraint
from lca.effect import has_limits, has_rain_hold
from lca.errors import InvalidInput
from lca.lifting import is_closure
from lca.record import fields_of, from_row
from lca.vocab import EffectKind, LocationPrecision

from .sheets import TableKind

# Of a row that is rejected for other reasons, no more is known than its codes and limits.
_JUDGED = frozenset(
    field.name
    for field in fields_of(Constraint)
    if field.type in {"code", "integer", "number"} or field.name == "permitted_until"
) - {"speed_factor", "delay_min"}
_STANDS_FOR_THE_REST = {
    "id": "-",
    "name": "-",
    "source_org": "-",
    "date_of_information": "2000-01-01T00:00:00Z",
}


def remarks_on(kind: TableKind, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return field, message and mend of each doubtful thing about a row's values.

    Told together with the row's errors, so that one correction mends all.
    """
    if kind.record_class is not Constraint:
        return []
    precise = values.get("location_precision") not in {None, LocationPrecision.UNKNOWN}
    if precise and values.get("effect") != EffectKind.BLOCKED:
        return []  # none of the remarks below is on such a row
    judged = {
        name: value
        for name, value in values.items()
        if name in _JUDGED and not (name.startswith("max_") and value is not None and value <= 0)
    }
    try:
        constraint = from_row(Constraint, {**judged, **_STANDS_FOR_THE_REST})
    except InvalidInput:  # an end without its time: told as an error, and it stops nothing
        return []
    return _remarks_on(constraint)


def _remarks_on(constraint: Constraint) -> list[tuple[str, str, str]]:
    found = []
    if constraint.effect is EffectKind.BLOCKED and has_rain_hold(constraint):
        found.append(
            (
                "effect",
                "blocked stops every vehicle at all times, whatever the hold after rain says.",
                "Write restricted if it is closed only until the hold after rain is over.",
            )
        )
    elif constraint.effect is EffectKind.BLOCKED and has_limits(constraint):
        found.append(
            (
                "effect",
                "blocked stops every vehicle, whatever the limits say.",
                "Write restricted if only heavier or larger vehicles are meant.",
            )
        )
    if (
        is_closure(constraint)
        and constraint.status.stands
        and constraint.location_precision is LocationPrecision.UNKNOWN
    ):
        found.append(
            (
                "location_precision",
                "How precise the location is, is not known, so this will condition routes but never block one.",
                "Write accurate if it was taken by GPS or from a map, approximate if it is known to the town only.",
            )
        )
    return found
