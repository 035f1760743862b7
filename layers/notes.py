"""The draft of a release note: what closed, opened, got worse or better, was confirmed, and the rest.

Nobody publishes it unread: it orders what a difference says, it judges nothing beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lca.constraint import Constraint, Standing
from lca.errors import InvalidInput
from lca.lifting import is_closure, weakened
from lca.record import from_row
from lca.vocab import OperationalStatus, Sensitivity

from .change import FeatureChange, Row
from .diff import Diff
from .difftext import addition, change, heading, is_confirmation, removal, told_at

SECTIONS = (
    "Closed",
    "Worsened",
    "Opened",
    "Eased",
    "Confirmed",
    "Added",
    "Changed",
    "No longer listed",
)

# A facility that was planned, or of which nothing is known, neither opens nor closes by a word.
_RANKS: Mapping[str, int] = MappingProxyType(
    {
        OperationalStatus.OPERATIONAL: 0,
        OperationalStatus.RESTRICTED: 1,
        OperationalStatus.NOT_OPERATIONAL: 2,
        OperationalStatus.DESTROYED: 3,
    }
)
_SHUT = 2


@dataclass(frozen=True, slots=True)
class Notes:
    """The lines of a release note by section, under the heading of the two versions."""

    heading: str
    sections: Mapping[str, tuple[str, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """How many features each section names."""
        return {name: len(lines) for name, lines in self.sections.items()}

    @property
    def summary(self) -> str:
        """The counts as a phrase: ``1 closed, 2 confirmed``."""
        told = [f"{count} {name.lower()}" for name, count in self.counts.items()]
        return ", ".join(told) or "no change"

    def as_text(self) -> str:
        """Return the note as text that can be pasted."""
        lines = [self.heading, f"{self.summary[0].upper()}{self.summary[1:]}."]
        for name, items in self.sections.items():
            lines += ["", name, *(f"- {item}" for item in items)]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the note as a JSON object."""
        return {
            "heading": self.heading,
            "counts": self.counts,
            "sections": {name: list(lines) for name, lines in self.sections.items()},
            "text": self.as_text(),
        }


def draft_notes(diff: Diff, *, at: datetime, clearance: Sensitivity) -> Notes:
    """Return a release note of a difference.

    Parameters
    ----------
    at : datetime
        The moment at which it is judged whether a closure has ended.
    clearance : Sensitivity
        That of the difference. What it does not reach any more may stand unseen, so that only who
        sees all is told that the going of a closure opened a road.
    """
    found: dict[str, list[str]] = {name: [] for name in SECTIONS}
    judge = _judge(diff, at)
    whole = clearance is Sensitivity.STRICTLY_CONFIDENTIAL
    for section, line in _lines(diff, judge, whole=whole):
        found[section].append(line)
    kept = {name: tuple(lines) for name, lines in found.items() if lines}
    return Notes(heading(diff.spec, diff.older, diff.newer, at=diff.at), MappingProxyType(kept))


Judge = Callable[[Row | None, Row | None], str | None]
"""Names the section of a row that comes, changes or goes; None where it neither opens nor shuts."""


def _lines(diff: Diff, judge: Judge, *, whole: bool) -> Iterable[tuple[str, str]]:
    moment = told_at(diff.newer, diff.at)
    for row in diff.added:
        turned = diff.turned.get(row["id"])
        yield judge(None, row) or "Added", addition(diff.spec, row, moment, turned)
    for item in diff.changed:
        yield _section(item, judge), change(diff.spec, item, moment)
    for row in diff.removed:
        turned = diff.turned.get(row["id"])
        # One that is still listed and does not hold then can hide nothing.
        section = judge(row, None) if whole or turned is not None else None
        other = "No longer listed" if turned is None else "Changed"
        yield section or other, removal(diff.spec, row, moment, turned)


def _section(item: FeatureChange, judge: Judge) -> str:
    if is_confirmation(item):
        return "Confirmed"
    return judge(item.before, item.after) or "Changed"


def _judge(diff: Diff, at: datetime) -> Judge:
    if diff.spec.record_class is Constraint:
        return lambda before, after: _of_constraint(_record(before), _record(after), at)
    if any(field.name == "status" for field in diff.spec.fields):
        return _of_status
    return lambda _before, _after: None


def _record(row: Row | None) -> Constraint | None:
    """Return a row as a record; one that an older product let in may not be one any more."""
    try:
        return None if row is None else from_row(Constraint, row)
    except InvalidInput:
        return None


def _of_constraint(before: Constraint | None, after: Constraint | None, at: datetime) -> str | None:
    """Judge by the guard of rule 3, both ways: what it would call a lift opens or eases."""
    was, stands = _stands(before, at), _stands(after, at)
    if stands and not was:
        return "Closed"
    if was and not stands:
        return "Opened"
    if before is None or after is None or not was:
        return None
    if weakened(after, before, at=at):
        return "Worsened"
    return "Eased" if weakened(before, after, at=at) else None


def _stands(constraint: Constraint | None, at: datetime) -> bool:
    return (
        constraint is not None
        and is_closure(constraint)
        and constraint.standing(at) is not Standing.ENDED
    )


def _of_status(before: Row | None, after: Row | None) -> str | None:
    if before is None or after is None:
        return None
    old, new = (_RANKS.get(str(row.get("status"))) for row in (before, after))
    if old is None or new is None or old == new:
        return None
    if new > old:
        return "Closed" if new >= _SHUT > old else "Worsened"
    return "Opened" if old >= _SHUT > new else "Eased"
