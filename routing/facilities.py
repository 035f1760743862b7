"""What the facilities at both ends of a way mean for it (rule of truth 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lca.effect import Outcome
from lca.instant import format_minute
from lca.recurrence import Recurrence
from lca.timerule import NEVER, PERHAPS, is_time
from lca.vehicle import VehicleClass
from lca.vocab import OperationalStatus

from .place import ResolvedPlace

_LIMITS = (
    ("truck_max_length_m", "length_m", "trucks longer than {:g} m cannot turn in its yard"),
    ("max_gross_t", "gross_t", "its stated limit is {:g} t gross mass"),
)


@dataclass(frozen=True, slots=True)
class EndFinding:
    """What one facility means: its outcome and the reason in words."""

    place: ResolvedPlace
    outcome: Outcome
    reason: str


def judge_ends(
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    vehicle: VehicleClass,
    arrival: datetime | None = None,
    zone_name: str | None = None,
) -> list[EndFinding]:
    """Return what the statuses, limits and hours of both ends mean for a vehicle.

    A closed destination blocks. A closed origin conditions: what lies there may still be loaded,
    and a vehicle may stand there. So does an arrival outside the destination's hours: the vehicle
    may stand at its gate. ``zone_name`` is that of hours which state none.
    """
    found = []
    for end, place, closed in (
        ("origin", origin, Outcome.CONDITIONS),
        ("destination", destination, Outcome.BLOCKS),
    ):
        found += [
            EndFinding(place, outcome, f"the {end} {reason}")
            for outcome, reason in _by_status(place, closed)
        ]
    found += [
        EndFinding(destination, Outcome.CONDITIONS, f"the destination is too tight: {reason}")
        for reason in _exceeded(destination, vehicle)
    ]
    if arrival is not None:
        found += [
            EndFinding(destination, Outcome.CONDITIONS, f"the destination {reason}")
            for reason in _by_hours(destination, arrival, zone_name)
        ]
    return found


def hours_of(place: ResolvedPlace, zone_name: str | None) -> Recurrence | None:
    """Return when a facility says that it is open; None if it does not say, or no zone is known."""
    stated, zone = place.row.get("opening_hours"), place.row.get("time_zone") or zone_name
    if not stated or zone is None or not is_time(stated):
        return None
    return Recurrence(zone, time_rule=stated)


def _by_hours(place: ResolvedPlace, arrival: datetime, zone_name: str | None) -> Iterator[str]:
    stated, hours = place.row.get("opening_hours"), hours_of(place, zone_name)
    if stated and hours is None:
        yield f"states hours that cannot be told from a clock: {stated!r}"
    if hours is None:
        return
    truth = hours.truth(arrival)
    if truth == PERHAPS:
        yield f"may be closed when the vehicle arrives, {format_minute(arrival)}: it is open {stated}"
    elif truth == NEVER:
        opens = hours.next_change(arrival)
        until = f"; it opens at {format_minute(opens)}" if opens is not None else ""
        yield f"is closed when the vehicle arrives, {format_minute(arrival)}{until} (open {stated})"


def _by_status(place: ResolvedPlace, closed: Outcome) -> Iterator[tuple[Outcome, str]]:
    word = place.row.get("status")
    if word is None:
        return
    status = OperationalStatus(word)
    comment = place.row.get("status_comment")
    remark = f" ({comment})" if comment else ""
    if status.closed:
        yield closed, f"is {status.value.replace('_', ' ')}{remark}"
    elif status is OperationalStatus.RESTRICTED:
        yield Outcome.CONDITIONS, f"works with restrictions{remark}"
    elif status is OperationalStatus.UNKNOWN:
        yield Outcome.NOTES, "has no known operational status"


def _exceeded(place: ResolvedPlace, vehicle: VehicleClass) -> Iterator[str]:
    for column, attribute, words in _LIMITS:
        limit = place.row.get(column)
        if limit is not None and getattr(vehicle, attribute) > limit:
            yield words.format(limit)
