"""Reject rows whose id an earlier row of the same layer has, in whichever table of the file.

Rule: ``ids.repeated``.
"""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest.finding import Finding, tell
from lca.ingest.rows import TableRows
from lca.issues import Severity

from .candidates import Entry, by_layer


def reject_repeated(tables: Sequence[TableRows]) -> None:
    """Tell each row that has the id of another: a layer holds an id once.

    Within a table the reader tells it; here are the tables of one layer, and rows that a repair
    has moved onto each other.
    """
    for entries in by_layer(tables).values():
        first: dict[str, Entry] = {}
        for entry in entries:
            other = first.setdefault(entry.record.id, entry)
            if other is not entry:
                _tell(entry, other)


def _tell(entry: Entry, other: Entry) -> None:
    elsewhere = "" if other.table is entry.table else f" of {other.table.sheet!r}"
    tell(
        entry.table,
        entry.row,
        Finding(
            rule="ids.repeated",
            severity=Severity.ERROR,
            message=f"{other.label}{elsewhere}, has the same id, or the same name and place.",
            do_next="Give each its own id, or delete the one that is out of date.",
            target="id",
            value=entry.record.id,
        ),
        fix=False,
    )
