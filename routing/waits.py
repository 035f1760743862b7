"""Where a vehicle waits on its way, for what, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lca.effect import Outcome
from lca.instant import format_instant, format_minute
from lca.phases import phases

from .effects import ArcEffects
from .notes import Notary
from .passage import Passage
from .way import Stop, Way


@dataclass(frozen=True, slots=True)
class Wait:
    """One stand of the vehicle, with its reason; ``id`` names the constraint or the road."""

    stop: Stop
    reason: str
    id: str | None = None
    owner: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the wait as a JSON object."""
        return {
            "km": round(self.stop.km, 2),
            "lon": round(self.stop.lon, 6),
            "lat": round(self.stop.lat, 6),
            "from": format_instant(self.stop.start),
            "until": format_instant(self.stop.until),
            "hours": round(self.stop.hours, 2),
            "reason": self.reason,
            "id": self.id,
        }

    def words(self) -> str:
        """Return the wait as a part of a sentence."""
        return f"the vehicle waits at km {self.stop.km:.1f} until {format_minute(self.stop.until)}"


def waits_on(way: Way, passage: Passage, effects: ArcEffects, notary: Notary) -> tuple[Wait, ...]:
    """Return where the vehicle waits on its way, in order, each with its reason."""
    return tuple(_wait(stop, passage, effects, notary) for stop in way.waits)


def _wait(stop: Stop, passage: Passage, effects: ArcEffects, notary: Notary) -> Wait:
    found = max(_closed(stop, passage, effects), default=None)
    if found is not None:
        _, owner = found
        note = notary.constraint(effects.coverage.placed[owner], "is closed until then")
        name = note.title() if note.restricted else f"{note.title()} is closed until then"
        return Wait(stop, name, note.id, owner)
    if stop.part is not None:
        segments = passage.roads.network.segments
        rule = segments.texts["conditional"].at(stop.part.segment)
        if rule:
            said = "; ".join(line for line in rule.splitlines() if "@" in line)
            name = segments.texts["name"].at(stop.part.segment) or "the road"
            return Wait(stop, f"{name}: {said}", segments.id_at(stop.part.segment))
    nights = passage.clock.pauses
    if any(start < stop.until and end > stop.start for start, end in nights):
        return Wait(stop, "the policy forbids driving at night")
    return Wait(stop, "the road ahead is passed more quickly later")


def _closed(stop: Stop, passage: Passage, effects: ArcEffects) -> Iterator[tuple[datetime, int]]:
    """Yield until when each constraint on the road ahead closes it during a wait."""
    if stop.part is None:
        return
    coverage, part = effects.coverage, stop.part
    until = stop.until + timedelta(seconds=1)
    for owner in set(coverage.owner[coverage.rows(part.arc, part.low, part.high)].tolist()):
        if owner in effects.lifted:
            continue
        constraint = coverage.placed[owner].constraint
        for phase in phases(constraint, passage.roads.vehicle, passage.departure, until):
            end = phase.end or until
            if phase.effect.outcome is Outcome.BLOCKS and end > stop.start:
                yield end, owner
