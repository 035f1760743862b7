"""Compare what a reading gave with what a case expects of it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lca.ingest import Reading
from lca.issues import Issue
from lca.table import rows_of
from scripts.corpus.case import Case, Expected, Seed

_NOTICES = frozenset({"dates.review_by"})
"""What a report says once of a table whatever is in it: what was assumed."""
_DEGREES = 1e-4
"""How exact a place is that was written in minutes and seconds: about ten metres."""


@dataclass(slots=True)
class Verdict:
    """What was wrong with the reading of one case."""

    case: str
    rows: int = 0
    seeded: int = 0
    missed: list[str] = field(default_factory=list)
    """Faults that were not told at their row."""
    wrong: list[str] = field(default_factory=list)
    """Records, counts and profiles that are not what they must be."""
    alarms: list[str] = field(default_factory=list)
    """Issues that no seeded fault explains."""

    @property
    def is_good(self) -> bool:
        """Whether the rows are right and every fault was found; alarms are counted apart."""
        return not self.missed and not self.wrong


def judged(case: Case, reading: Reading) -> Verdict:
    """Return the verdict on a reading."""
    verdict = Verdict(case.name, rows=sum(case.rows.values()), seeded=len(case.seeds))
    if case.profile and reading.profile != case.profile:
        verdict.wrong.append(f"read by {reading.profile!r}, not by {case.profile!r}")
    report = reading.report
    for layer, rows in case.rows.items():
        told = (report.rows_in.get(layer), report.rows_accepted.get(layer))
        expected = (rows, len(case.records[layer]))
        if told != expected:
            verdict.wrong.append(f"{layer}: rows in, accepted {told}, not {expected}")
    for layer in set(report.rows_in) - set(case.rows):
        if report.rows_in[layer]:
            verdict.wrong.append(f"{report.rows_in[layer]} rows for {layer}, which it has none of")
    for layer, records in case.records.items():
        frame = reading.tables.get(layer)
        found = [] if frame is None else rows_of(frame)
        verdict.wrong += _differences(records, found)
    for seed in case.seeds:
        if not any(_tells(issue, seed) for issue in report.issues):
            verdict.missed.append(f"row {seed.row}: {seed.says}")
    verdict.alarms += [
        issue.text()
        for issue in report.issues
        if issue.rule not in _NOTICES and not any(_concerns(issue, seed) for seed in case.seeds)
    ]
    return verdict


def _tells(issue: Issue, seed: Seed) -> bool:
    if seed.row is not None and issue.row != seed.row:
        return False
    if seed.rejects and issue.severity.value != "error":
        return False
    return re.search(seed.says, f"{issue.rule} {issue.column} {issue.message}") is not None


def _concerns(issue: Issue, seed: Seed) -> bool:
    """Tell whether a seeded fault explains an issue: it lies in its row, or is what it says."""
    return _tells(issue, seed) or (seed.row is not None and issue.row == seed.row)


def _differences(expected: Sequence[Expected], found: Sequence[Mapping[str, Any]]) -> list[str]:
    wrong = []
    for number, (wanted, row) in enumerate(zip(expected, found, strict=False), start=1):
        for name, value in wanted.items():
            got = _value_of(row, name)
            if not _same(name, value, got):
                wrong.append(f"record {number}, {name}: {got!r}, not {value!r}")
    return wrong


def _value_of(row: Mapping[str, Any], name: str) -> Any:
    if name not in {"latitude", "longitude"}:
        return row.get(name)
    shape = row.get("geometry")
    if shape is None or shape.geom_type != "Point":
        return None
    return shape.y if name == "latitude" else shape.x


def _same(name: str, value: Any, got: Any) -> bool:
    if isinstance(value, float) and isinstance(got, int | float):
        place = name in {"latitude", "longitude"}
        return math.isclose(value, got, rel_tol=1e-6, abs_tol=_DEGREES if place else 1e-6)
    if isinstance(value, date) and isinstance(got, datetime):
        return abs((got.date() - value).days) <= 1
    if isinstance(value, tuple) and isinstance(got, list | tuple):
        return tuple(got) == value
    return bool(value == got)
