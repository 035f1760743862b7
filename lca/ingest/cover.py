"""The cover sheet of a workbook: whose assessment it is, of what, when and in which time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lca.errors import InvalidInput, LcaError
from lca.instant import zone as time_zone_of
from lca.issues import Issue, Severity

from .cells import parse_boolean, parse_moment, parse_written_moment, shown
from .folding import fold
from .sheets import COVER_SHEET
from .texts import clean_text
from .translations import all_forms
from .wire import Cell, CellFault, Sheet

COVER_KEYS = (
    "Operation",
    "Country",
    "Organisation",
    "Assessment date",
    "Time zone",
    "Licence",
    "Exercise",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the cover sheet says; each value is the default of the rows that lack their own."""

    operation: str | None = None
    country: str | None = None
    organisation: str | None = None
    assessed_on: date | None = None
    time_zone: str | None = None
    licence: str | None = None
    exercise: bool = False
    fix: bool = False
    """Whether the reader is to apply the repairs that it proposes; no cover says it."""

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of dates and times that state none."""
        return time_zone_of(self.time_zone) if self.time_zone else None

    @property
    def assessed_at(self) -> datetime | None:
        """The start of the assessment's day, in UTC."""
        if self.assessed_on is None:
            return None
        return parse_moment(datetime.combine(self.assessed_on, datetime.min.time()), self.zone)


def read_cover(sheet: Sheet | None) -> tuple[Cover, list[Issue]]:
    """Read the cover sheet; whatever is missing or unreadable on it becomes an issue.

    Raises
    ------
    InvalidInput
        If it cannot be told whether the assessment is an exercise: invented and real data
        must never mix.
    """
    if sheet is None:
        message = (
            f"The file has no sheet {COVER_SHEET}, so it is read as real data of no time zone."
        )
        return Cover(), [_warning(message, "Add the sheet from the template.")]
    entries = _entries(sheet)
    issues = [
        _warning(f"{key} is missing.", _WHY[key], sheet.name)
        for key in COVER_KEYS
        if key in _WHY and (key not in entries or entries[key].cell is None)
    ]
    reader = _Reader(sheet.name, entries, issues)
    return (
        Cover(
            operation=reader.text("Operation"),
            country=reader.country(),
            organisation=reader.text("Organisation"),
            assessed_on=reader.day("Assessment date"),
            time_zone=reader.time_zone(),
            licence=reader.text("Licence"),
            exercise=reader.exercise(),
        ),
        issues,
    )


def cover_of_geodata(stated: Sheet | None, marks: Sequence[Cell | None]) -> Cover:
    """Return what a GIS file says of itself: only whether its data is invented.

    Parameters
    ----------
    stated : Sheet or None
        The statement of the file as a whole, if it makes one.
    marks : sequence of cells
        The rows' column for exercise data; all of them must say yes if nothing else speaks.

    Raises
    ------
    InvalidInput
        If the file's statement is neither yes nor no.
    """
    if stated is None:
        return Cover(exercise=bool(marks) and all(_says_yes(mark) for mark in marks))
    cell = next((row.cells.get(1) for row in stated.rows if row.cells.get(0) == "Exercise"), None)
    if cell is None:
        return Cover()
    try:
        return Cover(exercise=parse_boolean(cell))
    except InvalidInput as error:
        raise InvalidInput(
            f"The file's exercise mark {shown(cell)!r} is neither yes nor no.",
            do_next="Export it again from where it comes, or correct the mark.",
        ) from error


def _says_yes(mark: Cell | None) -> bool:
    try:
        return mark is not None and parse_boolean(mark)
    except InvalidInput:
        return False  # told as an error of its row


_WHY = {
    "Time zone": "Fill in an IANA name such as America/Santiago; without it, dates mean UTC and times without an offset are refused.",
    "Exercise": "Write yes if the data is invented; it is read as real data.",
}


class _Entry(NamedTuple):
    """One line of the cover: its row, its key as the file has it, and its value."""

    row: int
    written: str
    cell: Cell | None


def _entries(sheet: Sheet) -> dict[str, _Entry]:
    """Return the lines of the cover by their key in English; a later line wins."""
    known = {fold(form): key for key in COVER_KEYS for form in all_forms(key_of(key))}
    entries: dict[str, _Entry] = {}
    for row in sheet.rows:
        written = " ".join(clean_text(str(row.cells.get(0, ""))).split())
        key = known.get(fold(written).strip(" *:"))
        if key is not None:
            entries[key] = _Entry(row.number, written, row.cells.get(1))
    return entries


def key_of(key: str) -> str:
    """Return the key of a line of the cover in the file of translations."""
    return "cover." + key.lower().replace(" ", "_")


class _Reader:
    """Reads entries of the cover one by one and collects what is wrong with them."""

    def __init__(self, sheet: str, entries: Mapping[str, _Entry], issues: list[Issue]) -> None:
        self._sheet = sheet
        self._entries = entries
        self._issues = issues

    def text(self, key: str) -> str | None:
        cell = self._cell(key)
        if isinstance(cell, CellFault):
            self._unreadable(key, "The cell holds no value.", "Write the value itself.")
            return None
        return clean_text(str(cell)) or None if cell is not None else None

    def country(self) -> str | None:
        word = self.text("Country")
        if word is None or re.fullmatch(r"[A-Za-z]{3}", word):
            return word.upper() if word else None
        self._unreadable(
            "Country", "It is not a country code.", "Write the three letters, such as CHL."
        )
        return None

    def day(self, key: str) -> date | None:
        cell = self._cell(key)
        if cell is None:
            return None
        if isinstance(cell, datetime):
            return cell.date()
        try:
            return parse_written_moment(clean_text(str(cell))).date()
        except InvalidInput as error:
            self._unreadable(key, error.what, error.do_next)
            return None

    def time_zone(self) -> str | None:
        name = self.text("Time zone")
        if name is None:
            return None
        try:
            return time_zone_of(name).key
        except LcaError as error:
            self._unreadable("Time zone", error.what, error.do_next)
            return None

    def exercise(self) -> bool:
        cell = self._cell("Exercise")
        if cell is None:
            return False
        try:
            return parse_boolean(cell)
        except InvalidInput as error:
            entry = self._entries["Exercise"]
            raise InvalidInput(
                f"{entry.written.strip(' *:')} {shown(cell)!r} is neither yes nor no.",
                where=f"{self._sheet} row {entry.row}",
                do_next="Write yes if the data is invented, else no.",
            ) from error

    def _cell(self, key: str) -> Cell | None:
        entry = self._entries.get(key)
        return None if entry is None else entry.cell

    def _unreadable(self, key: str, message: str, do_next: str) -> None:
        entry = self._entries[key]
        self._issues.append(
            Issue(
                Severity.ERROR,
                message,
                do_next,
                self._sheet,
                entry.row,
                entry.written,
                shown(entry.cell),
            )
        )


def _warning(message: str, do_next: str, sheet: str = COVER_SHEET) -> Issue:
    return Issue(Severity.WARNING, message, do_next, sheet)
