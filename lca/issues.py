"""What is wrong in a file, row by row, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from lca.vocab import Sensitivity

_A_ROW = re.compile(r"\brow (\d+)", re.IGNORECASE)


class Severity(StrEnum):
    """``error`` rejects the row; ``warning`` lets it pass and says what was assumed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, where, and what to do about it.

    ``row`` is the row number that the spreadsheet shows (the first is 1); ``column`` is the
    heading as the file has it. Both are None for an issue of a whole sheet or file. ``rule`` names
    what was judged, as ``coordinates.swapped``; ``proposal`` is a repair that somebody may accept,
    in words, and ``repaired`` says that it was applied because that was asked for.
    """

    severity: Severity
    message: str
    do_next: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    rule: str | None = None
    proposal: str | None = None
    repaired: bool = False

    def place(self) -> str:
        """Return where the issue is, as ``Constraints row 7, Latitude``."""
        parts = [self.sheet or ""]
        if self.row is not None:
            parts.append(f"row {self.row}")
        place = " ".join(part for part in parts if part)
        return f"{place}, {self.column}" if self.column else place

    def text(self) -> str:
        """Return the issue as one line."""
        value = f" ({self.value})" if self.value else ""
        proposal = f" Proposed: {self.proposal}." if self.proposal and not self.repaired else ""
        return f"{self.place()}: {self.message}{value} {self.do_next}{proposal}".strip(": ")

    def as_json(self) -> dict[str, Any]:
        """Return the issue as a JSON object."""
        return {**asdict(self), "severity": self.severity.value}


@dataclass(frozen=True, slots=True)
class Report:
    """The quality report of one reading: rows in = accepted + rejected + set aside, always.

    Set aside are rows that state nothing that the layer holds, as an open road among the
    constraints. ``unmapped`` counts the words of coded columns that are in no code list, by ``layer.field``;
    ``unread`` the rows of sheets and tables that fill no layer, by the sheet's name; ``hidden``
    are the numbers of the rows above public, by sheet and sensitivity, where others will read it.

    Raises
    ------
    ValueError
        If a row is neither accepted, rejected nor set aside: rows would be lost in silence.
    """

    issues: tuple[Issue, ...] = ()
    rows_in: dict[str, int] = field(default_factory=dict)
    rows_accepted: dict[str, int] = field(default_factory=dict)
    rows_rejected: dict[str, int] = field(default_factory=dict)
    rows_set_aside: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    hidden: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counts = (self.rows_accepted, self.rows_rejected, self.rows_set_aside)
        for layer in {*self.rows_in}.union(*counts):
            rows = self.rows_in.get(layer, 0)
            told = sum(count.get(layer, 0) for count in counts)
            if rows != told:
                msg = f"{layer}: {rows} rows were read, but {told} accounted for"
                raise ValueError(msg)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that reject a row or the file."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    def seen_with(self, clearance: Sensitivity) -> Report:
        """Return the report as somebody may see it: of rows above a clearance no more than that
        something is wrong, and no words or values that may be theirs.
        """
        above = {
            (sheet, row)
            for sheet, levels in self.hidden.items()
            for level, rows in levels.items()
            if Sensitivity(level).rank > clearance.rank
            for row in rows
        }
        if not above:
            return replace(self, hidden={})
        numbers = {row for _, row in above}
        issues = dict.fromkeys(_without(issue, above, numbers) for issue in self.issues)
        return replace(self, issues=tuple(issues), unmapped={}, hidden={})

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "issues": [issue.as_json() for issue in self.issues],
            "rows_in": self.rows_in,
            "rows_accepted": self.rows_accepted,
            "rows_rejected": self.rows_rejected,
            "rows_set_aside": self.rows_set_aside,
            "unmapped": self.unmapped,
            "unread": self.unread,
            **({"hidden": self.hidden} if self.hidden else {}),
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Report:
        """Read what :meth:`as_json` wrote."""
        return cls(
            issues=tuple(
                Issue(**{**item, "severity": Severity(item["severity"])}) for item in body["issues"]
            ),
            rows_in=dict(body["rows_in"]),
            rows_accepted=dict(body["rows_accepted"]),
            rows_rejected=dict(body["rows_rejected"]),
            rows_set_aside=dict(body.get("rows_set_aside", {})),
            unmapped=dict(body.get("unmapped", {})),
            unread=dict(body.get("unread", {})),
            hidden=dict(body.get("hidden", {})),
        )


def _without(issue: Issue, above: Collection[tuple[str, int]], numbers: Collection[int]) -> Issue:
    """Return an issue without what it says of hidden rows, in their own or another's text.

    What is told of a word or a value in several rows may be told of a hidden one.
    """
    of_values = issue.row is None and (issue.value is not None or issue.proposal is not None)
    named = {int(row) for row in _A_ROW.findall(f"{issue.message} {issue.proposal or ''}")}
    here = issue.row is not None and (issue.sheet or "", issue.row) in above
    if not (here or of_values) and named.isdisjoint(numbers):
        return issue
    return Issue(
        issue.severity,
        "Something is wrong in rows that only some may see.",
        "Ask who imported them.",
        issue.sheet,
    )


def errors_first(issues: Iterable[Issue]) -> list[Issue]:
    """Order issues for reading: errors first, then by sheet and row."""
    return sorted(
        issues,
        key=lambda issue: (issue.severity is not Severity.ERROR, issue.sheet or "", issue.row or 0),
    )
