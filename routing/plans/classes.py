"""Which vehicle classes get from one place to another, the largest payload first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lca.vehicle import VehicleClass
from lca.vocab import Verdict
from routing.answer_text import duration_words
from routing.finding import Finding
from routing.outlook import Outlook
from routing.place import ResolvedPlace

from .variants import for_vehicle

PASSES = (Verdict.VIABLE, Verdict.VIABLE_WITH_CONDITIONS)


@dataclass(frozen=True, slots=True)
class ClassVerdict:
    """What was found for one class."""

    vehicle: VehicleClass
    finding: Finding

    @property
    def passes(self) -> bool:
        """Whether a way exists, with conditions or without."""
        return self.finding.verdict in PASSES

    def as_json(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        way = self.finding.way
        return {
            "vehicle": self.vehicle.code,
            "name": self.vehicle.name,
            "gross_t": self.vehicle.gross_t,
            "payload_t": self.vehicle.payload_t,
            "drive": self.vehicle.drive.value,
            "verdict": self.finding.verdict.value,
            "length_km": None if way is None else round(way.length_km, 2),
            "duration_h": None if way is None else round(way.duration_h, 2),
            "reason": self.finding.reason,
            "blocked_by": [note.as_json() for note in self.finding.blocked_by],
            "conditions": [note.as_json() for note in self.finding.conditions],
        }

    def line(self) -> str:
        """Return the row as one line."""
        way, verdict = self.finding.way, self.finding.verdict.value.replace("_", " ")
        head = (
            f"{self.vehicle.code:<14} {self.vehicle.payload_t:>5g} t payload "
            f"{self.vehicle.gross_t:>5g} t gross  {verdict}"
        )
        if way is not None:
            head += f", {way.length_km:.1f} km, {duration_words(way.duration_h)}"
        named = [note.title() for note in self.finding.blocked_by or self.finding.conditions]
        names = list(dict.fromkeys(named))
        if names:
            head += f": {', '.join(names[:3])}"
            head += f" and {len(names) - 3} more" if len(names) > 3 else ""
        return head


def class_verdicts(
    outlook: Outlook,
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    vehicles: Iterable[VehicleClass],
) -> tuple[ClassVerdict, ...]:
    """Return the verdict of each class, the largest payload first."""
    return tuple(
        ClassVerdict(vehicle, for_vehicle(outlook, vehicle).finding(origin, destination))
        for vehicle in by_payload(vehicles)
    )


def by_payload(vehicles: Iterable[VehicleClass]) -> list[VehicleClass]:
    """Return vehicles, the largest payload first; of equal ones the lighter."""
    return sorted(vehicles, key=lambda one: (-one.payload_t, one.gross_t, one.code))


def table_lines(rows: Iterable[ClassVerdict]) -> Iterator[str]:
    """Yield the table as text."""
    for row in rows:
        yield f"  {row.line()}"
