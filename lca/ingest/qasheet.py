"""The sheet of a workbook that tells what was read, what was not, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from lca.issues import Issue, Report, Severity, errors_first

from .bookcells import written
from .translations import said
from .wire import Cell

_MOST_ISSUES = 50_000
_Line = tuple[Sequence[Cell | None], bool]
"""The cells of a row, and whether they are headings."""
_BOLD = Font(bold=True)
_LINES = Alignment(wrap_text=True, vertical="top")
_WIDTHS = (12, 22, 8, 30, 26, 60, 60, 44)
_ISSUE_HEADINGS = ("severity", "sheet", "row", "column", "value", "wrong", "do", "proposed")


def write_qa(sheet: Worksheet, report: Report, language: str, notes: Sequence[str]) -> None:
    """Write the report: notes, rows by layer, words in no list, sheets left unread, all issues."""
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    for line, bold in _lines(report, language, notes):
        made = [written(sheet, cell) if cell is not None else None for cell in line]
        for cell in made:
            if cell is not None and bold:
                cell.font = _BOLD
            elif cell is not None and len(line) == len(_WIDTHS):
                cell.alignment = _LINES
        sheet.append(made)


def _lines(report: Report, language: str, notes: Sequence[str]) -> Iterator[_Line]:
    for note in notes:
        yield [note], False
    yield [], False
    aside = report.rows_set_aside
    yield (
        _headings(
            ("layer", "rows", "accepted", "rejected", *(["aside"] if aside else [])), language
        ),
        True,
    )
    for layer, count in report.rows_in.items():
        accepted, rejected = report.rows_accepted.get(layer, 0), report.rows_rejected.get(layer, 0)
        yield [layer, count, accepted, rejected, *([aside.get(layer, 0)] if aside else [])], False
    if report.unmapped:
        yield [], False
        yield _headings(("column", "word", "count"), language), True
        for column, words in report.unmapped.items():
            for word, count in sorted(words.items()):
                yield [column, word, count], False
    if report.unread:
        yield [], False
        yield _headings(("unread", "rows"), language), True
        for name, count in report.unread.items():
            yield [name, count], False
    yield [], False
    yield _headings(_ISSUE_HEADINGS, language), True
    for issue in errors_first(report.issues)[:_MOST_ISSUES]:
        yield _issue(issue, language), False


def _headings(names: Sequence[str], language: str) -> list[Cell | None]:
    return [said(f"qa.{name}", language).rstrip(" :") for name in names]


def _issue(issue: Issue, language: str) -> list[Cell | None]:
    return [
        severity_in(issue.severity, language),
        issue.sheet,
        issue.row,
        issue.column,
        issue.value,
        issue.message,
        issue.do_next,
        issue.proposal,
    ]


def severity_in(severity: Severity, language: str) -> str:
    """Return error or warning in a language."""
    return said(f"qa.{severity.value}", language)
