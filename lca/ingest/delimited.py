"""Read a table of delimited text: CSV, TSV or any other, in any of the usual encodings.

Runs in the child process only. Every cell stays the text that it is: leading zeros, dates and
numbers as they are written, for the fields to judge. The delimiter is the one by which most rows
have as many cells as the headings.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lca.errors import UnreadableFile

from .encodings import ENCODINGS, decode
from .limits import Limits
from .wire import Message, SheetEnd, SheetRow, SheetStart

DELIMITERS = (",", ";", "\t", "|")
_STATED = re.compile(r'"?sep=([,;\t|:^~])"?[ \t,;]*(?:\r\n|\n|\r)', re.IGNORECASE)
# The apostrophe by which we and others keep a spreadsheet from running a text as a formula.
_PROTECTED = re.compile(r"^'(?=[=+\-@])")
_NOTHING = ' \t\r\n,;|"'
_JUDGED_ROWS = 200
_LISTED_ROWS = 8
_END_MARK = "\x1e"
"""A last row of our own: a quoted text that does not end swallows it, and is found out."""


@dataclass(slots=True)
class _Shape:
    """How many cells the rows of a table should have, and which have more."""

    width: int
    wider: list[int] = field(default_factory=list)

    def note(self) -> list[tuple[str, str]]:
        if not self.wider:
            return []
        rows = ", ".join(str(number) for number in self.wider[:_LISTED_ROWS])
        more = ", …" if len(self.wider) > _LISTED_ROWS else ""
        what = f"{len(self.wider)} rows have more cells than the headings ({rows}{more})"
        return [
            (
                f"{what}, so their cells may stand under the wrong headings.",
                'Put texts that hold the delimiter in quotes ("…"), and compare these rows.',
            )
        ]


# Texts in quotes may go over several lines, and rows may be empty.
_MOST_LINES_A_ROW = 20


def read_delimited(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the rows of a delimited text as one sheet.

    Rows are numbered as a spreadsheet program shows them: empty ones count, a line ``sep=;`` does
    not.

    Raises
    ------
    UnreadableFile
        If it is no text, has no row, has a quoted text that does not end, or exceeds a limit.
    """
    body = path.read_bytes()
    lines = body.count(b"\n")
    if lines > limits.rows * _MOST_LINES_A_ROW:
        raise _too_much(f"{lines} lines", limits.rows)
    text, guessed = decode(body)
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    if not text.strip(_NOTHING):
        raise UnreadableFile("The file is empty.", do_next="Check that the right file was taken.")
    delimiter = stated[1] if stated else _delimiter_of(text)
    shape = _Shape(_width(_sample(text, delimiter)))
    yield SheetStart(path.stem, known=True)
    yield from _rows(text, delimiter, shape, limits)
    yield SheetEnd(notes=[*_note_on(guessed), *shape.note()])


def _rows(text: str, delimiter: str, shape: _Shape, limits: Limits) -> Iterator[SheetRow]:
    rows, cells_left = 0, limits.cells
    for number, row in enumerate(_records(text, delimiter), start=1):
        cells = {
            column: _PROTECTED.sub("", cell) for column, cell in enumerate(row) if cell.strip()
        }
        if not cells:
            continue
        if max(cells) >= limits.columns:
            raise _too_much(f"{max(cells) + 1} columns in row {number}", limits.columns)
        if max(map(len, cells.values())) > limits.text_chars:
            raise _open_quote(f"a text of more than {limits.text_chars} characters in row {number}")
        rows, cells_left = rows + 1, cells_left - len(cells)
        if rows > limits.rows:
            raise _too_much(f"more than {limits.rows} rows", limits.rows)
        if cells_left < 0:
            raise _too_much(f"more than {limits.cells} cells", limits.cells)
        if max(cells) >= shape.width:
            shape.wider.append(number)
        yield SheetRow(number, cells)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records of a text, each a list of its cells.

    Raises
    ------
    UnreadableFile
        If a quoted text does not end, or a cell is longer than any may be.
    """
    body = f"{text.rstrip()}\n{_END_MARK}"
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    record: list[str] | None = None
    try:
        for record in reader:
            if record != [_END_MARK]:
                yield record
    except csv.Error as error:
        raise UnreadableFile(
            f"The table cannot be read near line {reader.line_num} ({error}).",
            do_next='A quoted text may lack its closing mark (").',
        ) from error
    if record != [_END_MARK]:
        raise _open_quote()


def _delimiter_of(text: str) -> str:
    """Return the delimiter that parts the rows best; a comma if none parts any."""
    found = {delimiter: _sample(text, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda one: _consistency(found[one]))


def _consistency(widths: list[int]) -> tuple[float, float, int]:
    """Return how well a delimiter parts the rows: the better, the greater.

    First the share of rows that have at least two cells and no more than the headings, which are
    the first such row; then the share that has the most usual number; then that number.
    """
    headings = next((width for width in widths if width > 1), 0)
    fit = sum(1 < width <= headings for width in widths)
    width, times = Counter(widths).most_common(1)[0]
    return fit / len(widths), times / len(widths) if width > 1 else 0.0, width


def _sample(text: str, delimiter: str) -> list[int]:
    """Return how many cells each of the first rows has."""
    widths = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) >= _JUDGED_ROWS:
                break
    except csv.Error:  # by this delimiter a cell is longer than any may be
        return widths[:1] or [1]
    return widths or [1]


def _width(widths: list[int]) -> int:
    """Return how many cells a whole row has: as many as most, or as the headings if those have more.

    A title of one cell above a table does not count.
    """
    counts = Counter(width for width in widths if width > 1) or Counter(widths)
    usual = max(counts, key=lambda width: (counts[width], width))
    return next(width for width in widths if width >= usual)


def _note_on(guessed: str | None) -> list[tuple[str, str]]:
    if guessed is None:
        return []
    name = f"{guessed} ({ENCODINGS[guessed]})" if guessed in ENCODINGS else guessed
    return [
        (
            f"The file does not say how its letters are encoded; it was read as {name}.",
            "If names look wrong, save it as CSV UTF-8 and import it again.",
        )
    ]


def _too_much(what: str, most: int) -> UnreadableFile:
    return UnreadableFile(f"The table has {what}; the reader accepts {most}.", do_next="Split it.")


def _open_quote(what: str = "a quoted text that does not end") -> UnreadableFile:
    return UnreadableFile(
        f"The table has {what}: it swallows the rows after it.",
        do_next='Look for a lone quotation mark ("), and double it or delete it.',
    )
