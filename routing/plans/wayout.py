"""What to do about a destination that is not reached: what to reopen, how far to go, what could pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lca.vehicle import VehicleClass
from routing.answer_text import EXACTNESS, PERHAPS_OTHERS, duration_words, note_line
from routing.finding import Finding
from routing.notes import Note
from routing.outlook import Outlook
from routing.partial import PartialWay, best_partial_way
from routing.place import ResolvedPlace

from .classes import ClassVerdict, class_verdicts, table_lines

_REOPENED = ("constraint", "policy")


@dataclass(frozen=True, eq=False)
class WayOut:
    """The smallest set to reopen, the best partial way, and the classes that could pass.

    ``exact`` says that no smaller number of constraints would do; None where roads' own rules bar
    every way, or nothing has to be reopened. ``others`` are sets of as few that would do instead of
    ``reopen``, all of them if ``complete``.
    """

    exact: bool | None
    reopen: tuple[Note, ...]
    partial: PartialWay | None
    stopped_by: tuple[Note, ...]
    classes: tuple[ClassVerdict, ...]
    others: tuple[tuple[Note, ...], ...] = ()
    complete: bool = False

    @property
    def words(self) -> str:
        """What is known of the size of the set."""
        return EXACTNESS[self.exact]

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        partial = None
        if self.partial is not None:
            stopped = [note.as_json() for note in self.stopped_by]
            partial = {**self.partial.as_json(), "stopped_by": stopped}
        return {
            "reopen": [note.as_json() for note in self.reopen],
            "reopen_others": [[note.as_json() for note in some] for some in self.others],
            "reopen_others_complete": self.complete if self.exact else None,
            "exact": self.exact,
            "exactness": self.words,
            "partial": partial,
            "classes": [row.as_json() for row in self.classes],
        }

    def lines(self, *, reopening: bool = True) -> Iterator[str]:
        """Yield it as text; without the set to reopen where that has been told."""
        if self.reopen and reopening:
            yield from self._reopening()
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

    def _reopening(self) -> Iterator[str]:
        if self.others and len(self.reopen) == 1:
            every = [*self.reopen, *(note for some in self.others for note in some)]
            lists = [("To be reopened, any one of these:", every)]
        else:
            lists = [("To be reopened, all of these:", [*self.reopen])]
            lists += [("Or instead, all of these:", [*some]) for some in self.others]
        for head, notes in lists:
            yield head
            yield from (f"  - {note_line(note.as_json())}" for note in notes)
        if self.words:
            yield f"  {self.words}"
        if self.exact and not self.complete:
            yield f"  {PERHAPS_OTHERS}"


def way_out(
    outlook: Outlook,
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    vehicles: Iterable[VehicleClass] = (),
    *,
    finding: Finding | None = None,
) -> WayOut | None:
    """Return what would open a way for the outlook's vehicle, None if there is a way.

    A closed destination facility is no matter of roads: then ``reopen`` is empty.

    Parameters
    ----------
    vehicles : iterable of VehicleClass
        Classes that are judged as well.
    finding : Finding, optional
        What was found for the outlook's vehicle, if it is at hand.
    """
    finding = finding or outlook.finding(origin, destination)
    if finding.way is not None:
        return None
    passage = outlook.passage(origin, destination)
    judge = outlook.judge(passage, origin, destination)
    ends = {origin.id, destination.id}

    def roads_only(notes: Iterable[Note]) -> tuple[Note, ...]:
        return tuple(
            note
            for note in notes
            if note.kind in _REOPENED or (note.kind == "facility" and note.id not in ends)
        )

    reopen = roads_only(finding.blocked_by)
    stuck = reopen or any(note.kind == "road_rule" for note in finding.blocked_by)
    partial = best_partial_way(passage, judge.accepted()) if stuck else None
    classes = class_verdicts(outlook, origin, destination, vehicles)
    return WayOut(
        finding.smallest if reopen else None,
        reopen,
        partial,
        () if partial is None else _stopping(outlook, partial),
        classes,
        tuple(roads_only(notes) for notes in finding.blocked_by_others),
        finding.all_others,
    )


def _stopping(outlook: Outlook, partial: PartialWay) -> tuple[Note, ...]:
    effects = partial.effects
    return tuple(
        outlook.notary.constraint(
            effects.coverage.placed[owner],
            effects.effects[owner].reason,
            effect=effects.effects[owner],
        )
        for owner in partial.stopped_by
    )
