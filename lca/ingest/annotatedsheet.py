"""One sheet given back: its cells as they were, coloured where something is wrong, and why."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from openpyxl.cell.cell import Cell as BookCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lca.issues import Issue, Severity

from .bookcells import is_plain, written
from .folding import fold
from .limits import Limits
from .qasheet import severity_in
from .texts import one_line
from .translations import all_forms, said
from .wire import Cell, Sheet, SheetRow

_ERROR, _WARNING = PatternFill("solid", fgColor="FFC7CE"), PatternFill("solid", fgColor="FFEB9C")
_BOLD, _LINES = Font(bold=True), Alignment(wrap_text=True, vertical="top")
_MOST_NOTES = 2_000
_MOST_BLANK_ROWS = 10_000
"""Blank rows that are kept, so that rows keep their numbers; a stray cell far below is moved up."""
_LONGEST_TELLING = 2_000
_WIDTH, _WIDTH_OF_ERRORS = 18, 70


@dataclass(slots=True)
class Notes:
    """How many notes may still be written: spreadsheets grow slow with more of them.

    The column of errors says what the notes say.
    """

    left: int = _MOST_NOTES

    def on(self, cell: BookCell, text: str) -> None:
        """Put a note on a cell, while there may be more."""
        if self.left > 0:
            self.left -= 1
            cell.comment = Comment(text, "LCA", 160, 320)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A sheet as it is given back: where its headings are, and where its errors go.

    Tables may lie under each other, each with headings of its own: ``heads`` are their rows, and
    ``columns`` the columns of each by their headings. ``aside`` says why rows were set aside.
    ``dropped`` are the columns of errors of a former copy; ``errors`` is None if a sheet is so
    wide that no column is left.
    """

    sheet: Sheet
    heads: Sequence[int]
    columns: Mapping[int, Mapping[str, int]]
    aside: Mapping[int, str]
    dropped: frozenset[int]
    last: int
    errors: int | None

    @classmethod
    def of(cls, sheet: Sheet, heads: Sequence[int], aside: Mapping[int, str]) -> Self:
        """Return the layout of a sheet whose headings are in some rows."""
        found = {row.number: row.cells for row in sheet.rows if row.number in heads}
        ours = {fold(form) for form in all_forms("column.errors")}
        dropped = frozenset(
            index
            for cells in found.values()
            for index, cell in cells.items()
            if fold(str(cell)) in ours
        )
        last = max((at for row in sheet.rows for at in row.cells if at not in dropped), default=-1)
        return cls(
            sheet=sheet,
            heads=sorted(heads),
            columns={
                number: {_name(str(cell)): index for index, cell in cells.items()}
                for number, cells in found.items()
            },
            aside=aside,
            dropped=dropped,
            last=last,
            errors=last + 1 if last + 1 < Limits().columns else None,
        )

    def column_of(self, issue: Issue) -> int | None:
        """Return the column that an issue is about, if it is about one."""
        if not issue.column or not self.heads:
            return None
        at = bisect_right(self.heads, issue.row or 0)
        head = self.heads[max(at - 1, 0)]
        return self.columns.get(head, {}).get(_name(issue.column))


def write_sheet(
    page: Worksheet, layout: Layout, issues: Sequence[Issue], language: str, notes: Notes
) -> dict[int, int]:
    """Write the rows of a sheet with what is wrong in them, and return the place of each.

    Parameters
    ----------
    page : Worksheet
        A new sheet of a workbook that can only be written.
    layout : Layout
        The sheet as it was read.
    issues : sequence of Issue
        What is wrong in it, errors first.
    language : str
        The language of the words around the messages.
    notes : Notes
        How many notes the workbook may still have.
    """
    by_row: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.row is not None:
            by_row[issue.row].append(issue)
    for index in range(layout.last + 1):
        page.column_dimensions[get_column_letter(index + 1)].width = _WIDTH
    if layout.errors is not None:
        page.column_dimensions[get_column_letter(layout.errors + 1)].width = _WIDTH_OF_ERRORS
    next_row, places = 1, dict[int, int]()
    for number, row in _placed(layout.sheet.rows):
        while next_row < number:
            page.append([])
            next_row += 1
        page.append(_cells(page, row, layout, by_row.get(row.number, ()), language, notes))
        next_row += 1
        places[row.number] = number
    return places


def _placed(rows: Sequence[SheetRow]) -> Iterator[tuple[int, SheetRow]]:
    """Yield each row with the number that it gets: its own, where the sheet has such rows."""
    numbers = [row.number for row in rows]
    in_order = all(first < second for first, second in pairwise(numbers))
    keep = bool(numbers) and numbers[0] > 0 and in_order
    moved = 0
    for position, row in enumerate(rows, start=1):
        if not keep:
            yield position, row
            continue
        if row.number - moved - position > _MOST_BLANK_ROWS:
            moved = row.number - position
        yield row.number - moved, row


def _cells(
    page: Worksheet,
    row: SheetRow,
    layout: Layout,
    issues: Sequence[Issue],
    language: str,
    notes: Notes,
) -> list[Any]:
    is_head = row.number in layout.heads
    aside = layout.aside.get(row.number)
    cells: list[Any] = [None] * (layout.last + 1)
    for index, cell in row.cells.items():
        if index in layout.dropped:
            continue
        cells[index] = cell if is_plain(cell) and not is_head else written(page, cell)
        if is_head:
            cells[index].font = _BOLD
    _colour(page, cells, issues, layout, notes)
    if layout.errors is not None and (is_head or issues or aside):
        text = said("column.errors", language) if is_head else _telling(issues, aside, language)
        told = written(page, text)
        told.alignment = _LINES
        told.font = _BOLD if is_head else Font()
        cells.append(told)
    return cells


def _colour(
    page: Worksheet,
    cells: list[Any],
    issues: Sequence[Issue],
    layout: Layout,
    notes: Notes,
) -> None:
    """Colour the cells that issues are about, an error before a warning, and note what is wrong."""
    by_column: dict[int, list[Issue]] = defaultdict(list)
    for issue in issues:
        column = layout.column_of(issue)
        if column is not None and column < len(cells):
            by_column[column].append(issue)
    for column, several in by_column.items():
        cell = cells[column]
        if cell is None or isinstance(cell, str | int | float):
            cell = WriteOnlyCell(page, cell)
        wrong = any(issue.severity is Severity.ERROR for issue in several)
        cell.fill = _ERROR if wrong else _WARNING
        notes.on(cell, "\n".join(_mend(issue) for issue in several)[:_LONGEST_TELLING])
        cells[column] = cell


def _telling(issues: Sequence[Issue], aside: str | None, language: str) -> str:
    lines = [] if aside is None else [f"{said('qa.aside', language)}: {aside}"]
    lines += [
        ": ".join(
            part
            for part in (
                severity_in(issue.severity, language),
                issue.column,
                _mend(issue, language),
            )
            if part
        )
        for issue in issues
    ]
    return "\n".join(lines)[:_LONGEST_TELLING]


def _mend(issue: Issue, language: str = "en") -> str:
    """Return what is wrong and what to do about it."""
    proposal = ""
    if issue.proposal:
        word = said("qa.done" if issue.repaired else "qa.proposed", language)
        proposal = f" {word} {issue.proposal}."
    return f"{issue.message} {issue.do_next}{proposal}".strip()


def _name(heading: Cell | None) -> str:
    """Return a heading as issues name it: on one line, shortened."""
    return fold(one_line(str(heading)))
