"""Take the vehicles that a road lets pass from the words of its status, where they are explicit.

Rule: ``effect.class_said``, told once a word. *Closed to heavy trucks* is no closure for all, and
no unknown either: it restricts, with the largest class, mass or drive that the words leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lca.constraint import Constraint
from lca.ingest.cells import shown
from lca.ingest.closedto import LetsPass, lets_pass
from lca.ingest.finding import Finding, changed, tell_of_all
from lca.ingest.rows import TableRows
from lca.ingest.wire import Cell, SheetRow
from lca.vocab import Drive, EffectKind, Practicability

_OPEN_TO_WORDS = frozenset({EffectKind.UNKNOWN, EffectKind.RESTRICTED})


def take_said_classes(tables: Sequence[TableRows]) -> None:
    """Restrict constraints to what their status says may pass; a stricter limit of theirs stays."""
    for table in tables:
        if table.kind.record_class is Constraint and table.planned is not None:
            _take(table)


def _take(table: TableRows) -> None:
    counts: Counter[str] = Counter()
    for row, record in table.accepted:
        if record.effect not in _OPEN_TO_WORDS:
            continue
        for cell in _effect_cells(table, row):
            passing = lets_pass(cell) if isinstance(cell, str) else None
            restricted = None if passing is None else _restricted(record, passing)
            if restricted is not None:
                table.amend(row, restricted)
                counts[str(cell)] += 1
                break
    for word, count in counts.items():
        passing = lets_pass(word)
        if passing is not None:
            tell_of_all(table, _finding(word, count, passing))


def _effect_cells(table: TableRows, row: SheetRow) -> Iterator[Cell]:
    for index, column in table.planned.columns if table.planned else ():
        if column.target == "effect" and index in row.cells:
            yield row.cells[index]


def _restricted(record: Any, passing: LetsPass) -> Any | None:
    caps = [one for one in (record.practicability_cap, passing.cap) if one]
    masses = [one for one in (record.max_gross_t, passing.max_gross_t) if one is not None]
    drives = [one for one in (record.drive_required, passing.drive) if one is not None]
    return changed(
        record,
        effect=EffectKind.RESTRICTED,
        practicability_cap=min(caps, default=record.practicability_cap),
        max_gross_t=min(masses, default=None),
        drive_required=max(drives, key=lambda one: one.rank, default=None),
    )


def _finding(word: str, count: int, passing: LetsPass) -> Finding:
    rows = "1 row" if count == 1 else f"{count} rows"
    return Finding(
        rule="effect.class_said",
        message=f"In {rows} this was read as a restriction: {_in_words(passing)}.",
        do_next="Compare it with the source; write blocked if nothing may pass.",
        target="effect",
        value=shown(word),
    )


def _in_words(passing: LetsPass) -> str:
    cap, drive, mass = passing.cap, passing.drive, passing.max_gross_t
    parts = [
        f"nothing above {Practicability(cap).label} may pass" if cap else "",
        f"{Drive(drive).value} is required" if drive else "",
        f"no vehicle above {mass:g} t gross mass may pass" if mass is not None else "",
    ]
    return "; ".join(part for part in parts if part)
