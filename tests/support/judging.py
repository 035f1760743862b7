"""Tables as a reader hands them to the judges, made of records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shapely import Point

from lca.ingest.instructions import Instructions
from lca.ingest.judgement.judge import judge
from lca.ingest.rows import TableRows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import SheetRow
from lca.issues import Issue

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
INFORMED = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


def at(lat: float, lon: float) -> Point:
    """A point, latitude first as people say it."""
    return Point(lon, lat)


def record(
    cls: type[Any], name: str, lat: float | None = None, lon: float = 0.0, **values: Any
) -> Any:
    """An exercise record of a class, at a place or nowhere."""
    given: dict[str, Any] = {
        "id": name,
        "name": name,
        "source_org": "Exercise cell",
        "date_of_information": INFORMED,
        "exercise": True,
        "geometry": None if lat is None else at(lat, lon),
    }
    return cls(**{**given, **values})


def table(layer: str, *records: Any) -> TableRows:
    """A table whose rows were all accepted, numbered from 2 as under a heading."""
    kind = kind_of_layer(layer)
    assert kind is not None
    rows = TableRows(kind, kind.sheet, rows_in=len(records))
    for number, one in enumerate(records, start=2):
        rows.accept(SheetRow(number, {}), one)
    return rows


def judged(*tables: TableRows, country: str | None = None, **asked: Any) -> list[Issue]:
    """Judge tables and return the issues, sheet by sheet."""
    judge(tables, country, Instructions(**asked))
    return [issue for one in tables for issue in one.issues]


def rules(issues: list[Issue]) -> list[str | None]:
    """Return the rules of some issues, in their order."""
    return [issue.rule for issue in issues]
