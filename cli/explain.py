"""How a file would be read, shown without keeping anything of it."""

from __future__ import annotations

from typing import Any

from lca.ingest import Reading
from lca.ingest.assessment import ReadTable
from lca.ingest.sheets import kind_of_layer
from lca.record import Field, fields_of

from .context import Session


def explain(session: Session, reading: Reading) -> None:
    """Write which profile reads a file and why, and which column gives which field."""
    body = {
        "file": reading.filename,
        "profile": reading.profile,
        "profile_reason": reading.profile_reason,
        "considered": [{"profile": name, "reason": why} for name, why in reading.considered],
        "tables": [_as_json(table) for table in reading.read_tables],
        "adds": reading.adds,
        "contacts": len(reading.contacts),
        "report": reading.report.as_json(),
    }
    session.say(f"{reading.filename}: read as {reading.profile}, because {reading.profile_reason}.")
    for name, why in reading.considered[1:]:
        session.say(f"  also possible: --profile {name} ({why})")
    if reading.adds:
        session.say(
            "  Its rows join those that are published; --replace makes them the whole layer."
        )
    filled = [table for table in reading.read_tables if table.rows]
    rows = [
        (table.sheet, table.layer, heading, field, _unit(table, field), done)
        for table in filled
        for heading, field, done in table.columns
    ]
    session.rows(["SHEET", "LAYER", "HEADING", "FIELD", "UNIT", "DONE TO IT"], rows, body)
    for table in filled:
        session.say(_in_words(table))
    empty = [table.sheet for table in reading.read_tables if not table.rows]
    if empty:
        session.say(f"Without rows: {', '.join(empty)}")


def _in_words(table: ReadTable) -> str:
    given = ", ".join(f"{name} {value}" for name, value in table.defaults.items())
    told = f"; where a row is silent: {given}" if given else ""
    head = f"headings in row {table.head_row}, " if table.head_row else ""
    return (
        f"{table.sheet}, layer {table.layer}: {head}{table.rows} rows, "
        f"{table.accepted} accepted{told}"
    )


def _as_json(table: ReadTable) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "layer": table.layer,
        "head_row": table.head_row,
        "rows": table.rows,
        "accepted": table.accepted,
        "defaults": table.defaults,
        "columns": [
            {"heading": heading, "field": field, "unit": _unit(table, field), "done": done}
            for heading, field, done in table.columns
        ],
    }


def _unit(table: ReadTable, name: str) -> str | None:
    field = _fields(table.layer).get(name)
    return field.unit if field else None


def _fields(layer: str) -> dict[str, Field]:
    kind = kind_of_layer(layer)
    return {field.name: field for field in fields_of(kind.record_class)} if kind else {}
