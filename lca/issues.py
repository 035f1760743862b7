"""What is wrong in a file, row by row, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


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
    ``unread`` the rows of sheets and tables that fill no layer, by the sheet's name.

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
        )


def errors_first(issues: Iterable[Issue]) -> list[Issue]:
    """Order issues for reading: errors first, then by sheet and row."""
    return sorted(
        issues,
        key=lambda issue: (issue.severity is not Severity.ERROR, issue.sheet or "", issue.row or 0),
    )
