"""Collect a document's tables with the headings above them, as the child tells its parent.

Runs in the child process. A table becomes a sheet whose ``context`` are the headings it stands
under; lines ``key: value`` become a sheet of two columns; all other text goes into one sheet
:data:`TEXT`, which no profile reads, but which may say what a day of travel is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lca.errors import UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.wire import Cell, CellFault, Message, SheetEnd, SheetRow, SheetStart

from .wording import plain_wording

TEXT = "Text of the document"
"""The name of the sheet with what stands in no table."""
_MOST_CELLS = 300_000
_MOST_TABLES = 2_000
_LONGEST_KEY = 70
_LONGEST_TITLE = 120
_LONGEST_HEADING = 75
_PAIR = re.compile(r"([^:\n]{2,70}?)\s*:\s*(\S.*)", re.DOTALL)
# "2.1.3 Port of X": many documents number their headings by hand and give them no style.
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+\D.*[^.:;,]")


@dataclass(slots=True)
class _Table:
    name: str
    context: tuple[str, ...]
    rows: list[SheetRow]


@dataclass(slots=True)
class Outline:
    """A document as it is read from its start to its end."""

    limits: Limits
    _tables: list[_Table] = field(default_factory=list)
    _headings: dict[int, str] = field(default_factory=dict)
    _caption: str = ""
    _pairs: list[tuple[str, str]] = field(default_factory=list)
    _prose: list[str] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _cells: int = 0
    _rows: int = 0

    def heading(self, level: int, text: str) -> None:
        """Begin a section; it ends the sections of its level and below."""
        text = plain_wording(text).replace("\n", " ")
        if text:
            self._end_pairs()
            self._headings = {one: said for one, said in self._headings.items() if one < level}
            self._headings[level] = text[:_LONGEST_HEADING]
            self._caption = ""

    def paragraph(self, text: str) -> None:
        """Take a paragraph: a pair of key and value, the title of the table below, or prose."""
        text = plain_wording(text)
        if not text:
            return
        if len(text) <= _LONGEST_HEADING and _NUMBERED.fullmatch(text):
            self.heading(text.split()[0].rstrip(".").count(".") + 1, text)
            return
        pair = _PAIR.fullmatch(text)
        if pair and len(pair[1]) <= _LONGEST_KEY and "://" not in pair[0][:12]:
            self._count(2)
            self._pairs.append((pair[1], pair[2]))
            self._caption = text[:_LONGEST_TITLE]
            return
        self._end_pairs()
        self._count(1)
        self._prose.append(text)
        self._caption = text if len(text) <= _LONGEST_TITLE else ""

    def table(self, rows: list[dict[int, str]], caption: str = "", under: str = "") -> None:
        """Take a table, its rows as texts by column.

        Parameters
        ----------
        caption : str
            The table's own title.
        under : str
            What the row of an outer table says that holds this one.
        """
        self._end_pairs()
        title = plain_wording(caption).replace("\n", " ") or self._caption
        found = [
            SheetRow(number, cells)
            for number, row in enumerate(rows, start=1)
            if (cells := self._filled(row))
        ]
        if found:
            self._add(found, title, plain_wording(under).replace("\n", " "))
        self._caption = ""

    def messages(self) -> Iterator[Message]:
        """Yield what was collected, table by table, and the prose last."""
        self._end_pairs()
        for table in self._tables:
            yield SheetStart(table.name, known=True, context=table.context)
            yield from table.rows
            yield SheetEnd()
        if self._prose:
            yield SheetStart(TEXT, known=False)
            for number, text in enumerate(self._prose, start=1):
                yield SheetRow(number, {0: self._fitting(text)})
            yield SheetEnd()

    def require_content(self) -> None:
        """Refuse a document that holds nothing (UnreadableFile)."""
        if not self._tables and not self._prose and not self._pairs:
            raise UnreadableFile(
                "The document holds no text and no table.",
                do_next="Save the page whole (a page that is drawn by a script may save empty), "
                "or copy its tables into a workbook.",
            )

    def _filled(self, row: dict[int, str]) -> dict[int, Cell]:
        cells: dict[int, Cell] = {}
        for column, raw in row.items():
            text = plain_wording(raw)
            if text:
                if column >= self.limits.columns:
                    raise too_much(f"a table of more than {self.limits.columns} columns")
                cells[column] = self._fitting(text)
        self._count(len(cells))
        return cells

    def _fitting(self, text: str) -> Cell:
        return text if len(text) <= self.limits.text_chars else CellFault("a text that is too long")

    def _count(self, cells: int) -> None:
        self._cells += cells
        self._rows += 1
        if self._cells > most_cells(self.limits):
            raise too_much(f"more than {most_cells(self.limits)} cells")
        if self._rows > self.limits.rows:
            raise too_much(f"more than {self.limits.rows} rows")

    def _end_pairs(self) -> None:
        """Make a table of the pairs that came last."""
        if self._pairs:
            rows = [
                SheetRow(number, {0: self._fitting(key), 1: self._fitting(value)})
                for number, (key, value) in enumerate(self._pairs, start=1)
            ]
            self._pairs = []
            self._add(rows, "", "")

    def _add(self, rows: list[SheetRow], title: str, under: str) -> None:
        if len(self._tables) >= _MOST_TABLES:
            raise too_much(f"more than {_MOST_TABLES} tables")
        levels = [text for _, text in sorted(self._headings.items())]
        context = tuple(dict.fromkeys([*levels, *(one for one in (under, title) if one)]))
        name = title or under or (levels[-1] if levels else f"Table {len(self._tables) + 1}")
        self._tables.append(_Table(self._unique(name), context, rows))

    def _unique(self, name: str) -> str:
        name = name[: _LONGEST_HEADING - 5]
        self._names[name] = self._names.get(name, 0) + 1
        count = self._names[name]
        return name if count == 1 else f"{name} ({count})"


def most_cells(limits: Limits) -> int:
    """Return how many cells a document may have: a page is no database."""
    return min(limits.cells, _MOST_CELLS)


def too_much(what: str) -> UnreadableFile:
    """Return the error of a document that holds too much."""
    return UnreadableFile(
        f"The document holds {what}, which is more than the reader accepts.",
        do_next="Copy the tables that matter into a document of their own.",
    )
