"""Tables as the reader's child reports them, read in this process: what is tested is the profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lca.ingest.assessment import report_on
from lca.ingest.drawing import Drawing, drawing_of
from lca.ingest.instructions import Instructions
from lca.ingest.limits import Limits
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.sheets import TableKind, kind_of_layer
from lca.ingest.understanding import FileReader, understand
from lca.ingest.wire import Sheet, SheetRow
from lca.issues import Issue, Report

EXERCISE = Instructions(
    source_org="Exercise cell", date_of_information=date(2026, 11, 20), exercise=True
)


@dataclass
class Read:
    """What a file gave: records by layer, and the report."""

    profile: str
    reason: str
    records: dict[str, list[Any]]
    report: Report

    def __getitem__(self, layer: str) -> list[Any]:
        return self.records[layer]

    def one(self, layer: str) -> Any:
        """The only record of a layer."""
        (record,) = self.records[layer]
        return record

    def issues(self, rule: str) -> list[Issue]:
        """The issues of one rule."""
        return [issue for issue in self.report.issues if issue.rule == rule]


def sheet_of(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    shapes: Sequence[Any] = (),
    first: int = 1,
) -> Sheet:
    """Return rows of cells by heading as a sheet; ``shapes`` are their geometries in GeoJSON."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    body = [
        SheetRow(
            first + number,
            {headings.index(one): cell for one, cell in row.items() if cell not in {None, ""}},
            _drawing(shapes[number - 1]) if shapes else None,
        )
        for number, row in enumerate(rows, start=1)
    ]
    return Sheet(name, True, (SheetRow(first, dict(enumerate(headings))), *body))


def _drawing(shape: Mapping[str, Any] | None) -> Drawing | None:
    return None if shape is None else drawing_of(shape["type"], shape["coordinates"])


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def line(*positions: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(one) for one in positions]}


def read_sheets(
    *sheets: Sheet,
    container: str = "csv",
    layer: str | None = None,
    profile: str | None = None,
    target: TableKind | None = None,
    asked: Instructions = EXERCISE,
) -> Read:
    """Read sheets as if the child had reported them; rows in are accounted for by the report."""
    kind = target or (kind_of_layer(layer) if layer else None)
    reader = _Ready(container, Path(f"file.{container}"), Path(), Limits(), kind)
    reader.ready = tuple(sheets)
    chosen = load_profiles()[profile] if profile else None
    understood = understand(reader, chosen, kind, asked)
    records: dict[str, list[Any]] = {}
    for table in understood.tables:
        records.setdefault(table.kind.layer, []).extend(table.records)
    report = report_on(understood.tables, understood.issues, understood.unread)
    return Read(understood.profile, understood.reason, records, report)


class _Ready(FileReader):
    """A file whose sheets are known already."""

    ready: tuple[Sheet, ...] = ()

    def sheets(self, known: tuple[str, ...] = ("*",)) -> tuple[Sheet, ...]:
        return self.ready
