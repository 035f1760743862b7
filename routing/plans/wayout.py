"""What to do about a destination that is not reached: what to reopen, how far to go, what could pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lca.vehicle import VehicleClass
from routing.answer_text import duration_words, note_line
from routing.blockers import Blockers, find_blockers
from routing.notes import Note
from routing.outlook import Outlook
from routing.partial import PartialWay, best_partial_way
from routing.place import ResolvedPlace

from .classes import ClassVerdict, class_verdicts, table_lines


@dataclass(frozen=True, eq=False)
class WayOut:
    """The smallest set to reopen, the best partial way, and the classes that could pass."""

    exact: bool
    words: str
    reopen: tuple[Note, ...]
    partial: PartialWay | None
    stopped_by: tuple[Note, ...]
    classes: tuple[ClassVerdict, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        partial = None
        if self.partial is not None:
            stopped = [note.as_json() for note in self.stopped_by]
            partial = {**self.partial.as_json(), "stopped_by": stopped}
        return {
            "reopen": [note.as_json() for note in self.reopen],
            "exact": self.exact,
            "exactness": self.words,
            "partial": partial,
            "classes": [row.as_json() for row in self.classes],
        }

    def lines(self) -> Iterator[str]:
        """Yield it as text."""
        if self.reopen:
            yield "To be reopened, all of these:"
            yield from (f"  - {note_line(note.as_json())}" for note in self.reopen)
            yield f"  {self.words}"
        if self.partial is not None:
            way = self.partial.way
            yield (
                f"Best partial way: {way.length_km:.1f} km, {duration_words(way.duration_h)}, to "
                f"lat={self.partial.position.lat:.5f},lon={self.partial.position.lon:.5f}; "
                f"{self.partial.remaining_km:.1f} km and "
                f"{duration_words(self.partial.remaining_h)} would remain"
            )
            for note in self.stopped_by:
                yield f"  stopped by {note.title()}: {note.reason}"
        if self.classes:
            yield "Vehicle classes:"
            yield from table_lines(self.classes)


def way_out(
    outlook: Outlook,
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    vehicles: Iterable[VehicleClass] = (),
) -> WayOut | None:
    """Return what would open a way for the outlook's vehicle, None if there is a way.

    A closed destination facility is no matter of roads: then ``reopen`` is empty.
    """
    passage = outlook.passage(origin, destination)
    way, effects = passage.settled(outlook.effects)
    classes = class_verdicts(outlook, origin, destination, vehicles)
    if way is not None:
        if outlook.finding(origin, destination).way is not None:
            return None
        return WayOut(exact=True, words="", reopen=(), partial=None, stopped_by=(), classes=classes)
    found = find_blockers(passage, effects)
    partial = best_partial_way(passage, effects)
    stopped = () if partial is None else partial.stopped_by
    return WayOut(
        found.exact,
        found.in_words(),
        _notes(outlook, found.owners, found),
        partial,
        _notes(outlook, stopped, found),
        classes,
    )


def _notes(outlook: Outlook, owners: Iterable[int], found: Blockers) -> tuple[Note, ...]:
    return tuple(
        outlook.notary.constraint(
            outlook.coverage.placed[owner],
            found.effects.effects[owner].reason,
            effect=found.effects.effects[owner],
        )
        for owner in owners
    )
