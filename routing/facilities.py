"""What the facilities at both ends of a way mean for it (rule of truth 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lca.effect import Outcome
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
    origin: ResolvedPlace, destination: ResolvedPlace, vehicle: VehicleClass
) -> list[EndFinding]:
    """Return what the statuses and limits of both ends mean for a vehicle.

    A closed destination blocks. A closed origin conditions: what lies there may still be loaded,
    and a vehicle may stand there.
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
    return found


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
