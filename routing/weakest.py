"""How far what an answer rests on may be believed: its weakest link, and its overdue stretches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lca.vocab import Confidence

from .effects import Coverage
from .notes import Note
from .remarks import Remark
from .way import Visit

_LEAST = (Confidence.NONE, Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


@dataclass(frozen=True, slots=True)
class WeakestLink:
    """What is believed least of all that the answer rests on."""

    note: Note
    confidence: Confidence | None


def weakest_link(
    visits: Sequence[Visit], coverage: Coverage, remarks: Sequence[Remark], at: datetime
) -> WeakestLink | None:
    """Return the constraint on the way that may be believed least, the first of equals.

    None where no constraint lies on the way; one that the asker may not see is passed over, as its
    confidence is a part of it.
    """
    notes = {item.note.id: item.note for item in remarks if item.note.kind == "constraint"}
    found = []
    for visit in visits:
        constraint = coverage.placed[visit.owner].constraint
        note = notes.get(constraint.id)
        if note is not None and not note.restricted:
            found.append((_LEAST.index(constraint.confidence(at)), visit.km_from, note))
    if not found:
        return None
    rank, _, note = min(found, key=lambda item: item[:2])
    return WeakestLink(note, _LEAST[rank])


def stale_km(visits: Sequence[Visit], coverage: Coverage, at: datetime) -> float:
    """Return how much of the way lies under a constraint whose review date has passed."""
    stretches = sorted(
        (visit.km_from, visit.km_to)
        for visit in visits
        if coverage.placed[visit.owner].constraint.stale(at)
    )
    total, reached = 0.0, 0.0
    for start, end in stretches:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
