"""What an examination found: damage, damage that can be made anew, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How bad a finding is."""

    DAMAGED = "damaged"
    """Something that is kept is not what was written."""
    REBUILDABLE = "rebuildable"
    """Damaged too, but nothing is lost: deleted, it is made again when it is needed."""
    NOTE = "note"
    """No damage, but somebody may want to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: what, where, who uses it, and what to do.

    ``path`` is the file or folder that a repair may delete; only rebuildable things have one.
    """

    severity: Severity
    what: str
    where: str
    used_by: tuple[str, ...] = ()
    do_next: str = ""
    path: Path | None = None

    def text(self) -> str:
        """Return the finding as one line."""
        users = f" Used by {_listed(self.used_by)}." if self.used_by else ""
        return f"{self.severity.value}: {self.where}: {self.what}{users} {self.do_next}".rstrip()

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        return {
            "severity": self.severity.value,
            "what": self.what,
            "where": self.where,
            "used_by": list(self.used_by),
            "do_next": self.do_next,
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was found, and how much was looked at."""

    items: tuple[Finding, ...]
    examined: dict[str, int]

    @property
    def clean(self) -> bool:
        """Whether nothing is damaged."""
        return all(item.severity is Severity.NOTE for item in self.items)

    @property
    def rebuildable(self) -> tuple[Finding, ...]:
        """What a repair may delete."""
        return tuple(item for item in self.items if item.severity is Severity.REBUILDABLE)

    def as_json(self) -> dict[str, Any]:
        """Return the findings as a JSON object."""
        return {
            "clean": self.clean,
            "examined": self.examined,
            "findings": [item.as_json() for item in self.items],
        }

    def as_text(self) -> str:
        """Return the findings line by line, the worst first, and what was looked at."""
        order = list(Severity)
        lines = [
            item.text() for item in sorted(self.items, key=lambda one: order.index(one.severity))
        ]
        seen = ", ".join(f"{count} {what}" for what, count in self.examined.items())
        lines.append(f"{'Nothing is damaged' if self.clean else 'Damage was found'} ({seen}).")
        return "\n".join(lines)


def damaged(what: str, where: str, *, used_by: Iterable[str] = (), do_next: str = "") -> Finding:
    """Return a finding of damage to what is kept."""
    return Finding(
        Severity.DAMAGED,
        what,
        where,
        tuple(used_by),
        do_next or "Restore the store from a backup: lca restore.",
    )


def rebuildable(what: str, where: str, path: Path) -> Finding:
    """Return a finding of damage to what is made again when it is needed."""
    do_next = "lca doctor --repair deletes it; it is made again when it is needed."
    return Finding(Severity.REBUILDABLE, what, where, (), do_next, path)


def note(what: str, where: str, do_next: str = "") -> Finding:
    """Return a finding that is no damage."""
    return Finding(Severity.NOTE, what, where, (), do_next)


def _listed(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
