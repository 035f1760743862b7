"""Faults of what a table claims: a measure in another unit, two sources that contradict."""

from __future__ import annotations

from dataclasses import replace

from scripts.corpus.case import Seed
from scripts.corpus.table import Table

_UNITS = ("(m)", "(م)")


def in_feet(table: Table) -> Table | None:
    """State feet in the heading of a measure, and give it in feet."""
    old = table.roles.get("draft", "")
    if not table.strict or not old.endswith(_UNITS):
        return None
    new = f"{old[: old.rindex('(')]}(ft)"
    truths = []
    for truth in table.truths:
        cells = {
            new if name == old else name: _feet(cell) if name == old else cell
            for name, cell in truth.cells.items()
        }
        truths.append(replace(truth, cells=cells))
    seed = Seed(r"figures\.converted")
    roles = {**table.roles, "draft": new}
    seeds = (*table.seeds, seed)
    return replace(
        table, truths=tuple(truths), roles=roles, seeds=seeds, fault="a unit in the heading"
    )


def _feet(metres: object) -> float | None:
    return round(metres / 0.3048, 9) if isinstance(metres, float | int) else None


def two_sources(table: Table) -> Table | None:
    """Let another office say that a port is closed which the first calls open."""
    return _contradicted(table) if table.layer == "ports" and table.strict else None


def _contradicted(table: Table) -> Table:
    first = next(t for t in table.truths if (t.record or {}).get("status") == "operational")
    closed = next(t for t in table.truths if (t.record or {}).get("status") == "not_operational")
    twin = first.with_cells(
        cells={
            table.roles["id"]: "ex-other-word",
            table.roles["status"]: closed.cells[table.roles["status"]],
            table.roles["source"]: "Exercise harbour master",
        },
        record={**(first.record or {}), "id": "ex-other-word", "status": "not_operational"},
    )
    last = len(table.truths)
    both = replace(table, truths=(*table.truths, twin), fault="contradictory sources")
    seed = Seed(r"sources\.status", both.row_number(last))
    # The pair may be told of at either row; that they are one thing is told as well.
    also = Seed(r"doubles|codes\.clash|sources", both.row_number(last))
    return replace(both, seeds=(*both.seeds, seed, also))
