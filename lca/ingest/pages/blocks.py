"""Cut the sheets of a document into its tables, each with the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lca.ingest.cells import is_blank
from lca.ingest.wire import Cell, Sheet, SheetRow

from .lexicon import Lexicon
from .wording import plain_wording

_LONGEST_TITLE = 160
_SECTION = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){1,4}|\d{1,2}\.)(?=[\s.]|$)")
_FEWEST_HEADINGS = 3
_ANSWERS = frozenset({"yes", "no", "oui", "non", "si", "n/a", "na", "unknown", "none", "x", "✓"})


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a document: its rows, and the headings it stands under, outermost first."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]

    @property
    def title(self) -> str:
        """The heading next to it, or else its name."""
        return self.headings[-1] if self.headings else self.name

    @property
    def section(self) -> str | None:
        """The printed number of the innermost numbered heading, as text."""
        for heading in reversed(self.headings):
            match = _SECTION.match(heading)
            if match:
                return match[1].rstrip(".")
        return None

    @property
    def width(self) -> int:
        """How many columns it has."""
        return 1 + max((index for row in self.rows for index in row.cells), default=-1)


def without_number(heading: str) -> str:
    """Return a heading without its printed section number."""
    return _SECTION.sub("", heading, count=1).strip(" .-–:")


def text_of(cell: Cell | None) -> str:
    """Return a cell as a plain text; empty for none."""
    return "" if cell is None else plain_wording(str(cell))


def blocks_of(sheet: Sheet, lexicon: Lexicon) -> Iterator[Block]:
    """Yield the tables of a sheet: a title across it begins another, and so do new headings."""
    context = sheet.context or ((sheet.name,) if sheet.name else ())
    titles: tuple[str, ...] = ()
    rows: list[SheetRow] = []
    columns = len({index for row in sheet.rows for index in row.cells})
    before = 0
    for row in sheet.rows:
        cells = {i: _clean(cell) for i, cell in row.cells.items() if not is_blank(cell)}
        if not cells:
            continue
        row = SheetRow(row.number, cells, row.geometry)  # noqa: PLW2901 - the same row, cleaned
        apart = row.number > before + 1
        title = _title(row, columns, lexicon, apart=apart)
        again = apart and rows and _is_head(row, lexicon)
        before = row.number
        if title is None and not again:
            rows.append(row)
            continue
        if rows:
            yield Block(sheet.name, (*context, *titles), tuple(rows))
            rows, titles = [], () if title is not None else titles
        if title is None:
            rows.append(row)
        elif title not in context:
            titles = (*titles, title)
    if rows:
        yield Block(sheet.name, (*context, *titles), tuple(rows))


def _clean(cell: Cell) -> Cell:
    return plain_wording(cell) if isinstance(cell, str) else cell


def _title(row: SheetRow, columns: int, lexicon: Lexicon, *, apart: bool) -> str | None:
    """Return the title that a row holds instead of values; None if it holds values.

    A word that is the name of a section and of a column (*Runway*) is a title after an empty row.
    """
    texts = {text_of(cell) for cell in row.cells.values()}
    if len(texts) != 1 or columns < 2:
        return None
    (text,) = texts
    if len(text) > _LONGEST_TITLE or not re.search(r"[^\W\d]{2}", text):
        return None
    if len(row.cells) > 1:
        return None if text.casefold() in _ANSWERS else text.replace("\n", " ")
    numbered = _SECTION.match(text) is not None
    named = lexicon.names_section(text) and (apart or not lexicon.knows(text))
    return text.replace("\n", " ") if 0 in row.cells and (numbered or named) else None


def _is_head(row: SheetRow, lexicon: Lexicon) -> bool:
    headings = [text_of(cell) for cell in row.cells.values()]
    known = max(
        (sum(bool(words.of(one, misspelt=False)) for one in headings) for words in lexicon.words),
        default=0,
    )
    return known >= _FEWEST_HEADINGS
