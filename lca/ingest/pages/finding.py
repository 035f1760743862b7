"""Find out what a table of a document is: by its own headings, and by the section it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from lca.ingest.plan import plain_heading
from lca.ingest.profiles.profile import ColumnRule
from lca.ingest.wire import Cell, SheetRow

from .blocks import Block, text_of
from .lexicon import Lexicon, Words, heading_forms, unit_of

_HEAD_WITHIN = 8
"""Titles and notes may stand above a table's headings."""
_MOST_PAIRS = 300
"""A longer table is a list, not one thing in pairs of key and value."""
_PROBED = 80
"""Rows of a table by which its kind is told."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_YES_NO = (frozenset({"yes", "oui", "si", "y"}), frozenset({"no", "non", "n"}))
_MARKS = re.compile(r"[✓✔☑☒√xX•]")

_EVERYWHERE = frozenset(
    {"name", "latitude", "longitude", "latlon", "iso3", "status", "opening_hours", "operator_name"}
    | {"note", "status_comment", "count", "address", "condition", "name_alt"}
)

Way = Literal["rows", "pairs", "columns"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell and the columns that it fills, with its heading and the unit stated there."""

    heading: str
    columns: tuple[ColumnRule, ...]
    cell: Cell
    unit: str | None = None
    row: int = 0
    """Its row in the table; 0 where the record's is meant."""
    table: str = ""
    """The title of its table; empty where the record's is meant."""

    @property
    def rank(self) -> int:
        """How far down its heading stands among those that name its field; the first is surest."""
        forms = heading_forms(self.heading)
        return min(
            (
                at
                for column in self.columns
                for at, heading in enumerate(column.headings)
                if plain_heading(heading) in forms
            ),
            default=len(forms),
        )


@dataclass(slots=True)
class Found:
    """A table that is understood: the rule that reads it, and its records as entries by row."""

    block: Block
    words: Words
    way: Way
    records: list[tuple[int, list[Entry]]] = field(default_factory=list)
    """Row number and entries of each record; a table of pairs is one record."""
    unread: list[str] = field(default_factory=list)
    """Headings of the table that the rule does not know."""
    score: float = 0.0
    placed: bool = False
    """Whether it stands in a section that its rule names."""

    @property
    def layer(self) -> str:
        """The layer that it fills."""
        return self.words.rule.layer

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its headings name."""
        return frozenset(
            column.field for _, row in self.records for one in row for column in one.columns
        )

    @property
    def known(self) -> int:
        """How many fields its headings name."""
        return len(self.fields)


def find(block: Block, lexicon: Lexicon) -> Found | None:
    """Return what a table is; None if it cannot be told.

    In a section that a rule names one heading is enough. Elsewhere two are needed that only some
    kinds of table have, and no other rule may know as many: names and coordinates are everywhere.
    """
    best = _best(replace(block, rows=block.rows[:_PROBED]), lexicon)
    if best is None or len(block.rows) <= _PROBED:
        return best
    return _as_list(block, best.words) if best.way == "rows" else _as_pairs(block, best.words)


def _best(block: Block, lexicon: Lexicon) -> Found | None:
    depths = lexicon.sections(block.headings)
    candidates: list[Found] = []
    for index, words in enumerate(lexicon.words):
        depth = depths.get(index, 0)
        for found in (_as_list(block, words), _as_pairs(block, words)):
            if found is not None and (depth or len(found.fields - _EVERYWHERE) >= 2):
                innermost = depth == len(block.headings)
                found.score = found.known + (0.5 if innermost else 0.25 if depth else 0.0)
                found.placed = bool(depth)
                candidates.append(found)
    best = max(candidates, key=lambda one: one.score, default=None)
    if best is None or best.placed:
        return best
    equal = {one.layer for one in candidates if one.score == best.score}
    return best if len(equal) == 1 else None


def _as_list(block: Block, words: Words) -> Found | None:
    """Read a table whose headings lie in one row, a record in each row below."""
    best: tuple[int, int, dict[int, tuple[ColumnRule, ...]]] | None = None
    for at, row in enumerate(block.rows[:_HEAD_WITHIN]):
        headings = {i: text_of(cell) for i, cell in row.cells.items() if isinstance(cell, str)}
        if len(headings) < 2 or not words.has_needs(list(headings.values())):
            continue
        known = {i: columns for i, text in headings.items() if (columns := words.of(text))}
        if known and (best is None or len(known) > best[0]):
            best = len(known), at, known
    if best is None or len(block.rows) <= best[1] + 1:
        return None
    _, at, known = best
    head = {i: text_of(cell) for i, cell in block.rows[at].cells.items()}
    found = Found(block, words, "rows")
    for row in block.rows[at + 1 :]:
        entries = [
            Entry(head[i], columns, row.cells[i], unit_of(head[i]))
            for i, columns in known.items()
            if i in row.cells
        ]
        if entries:
            found.records.append((row.number, entries))
    found.unread = [
        text for i, text in head.items() if i not in known and text and not words.ignores(text)
    ]
    return found if found.records else None


def _as_pairs(block: Block, words: Words) -> Found | None:
    """Read a table with a key in front of each value; several values make several records."""
    if len(block.rows) > _MOST_PAIRS:
        return None
    if not words.has_needs([text_of(row.cells.get(0)) for row in block.rows]):
        return None
    head = _answers(block.rows)
    year = _latest_year(block.rows)
    found = Found(block, words, "pairs")
    entries: list[Entry] = []
    first = 0
    for row in block.rows[1 if head or year else 0 :]:
        for key, cells in _pairs(row, words):
            columns = words.of(key)
            cell = _value(cells, head, year)
            if columns and cell is not None:
                entries.append(Entry(key, columns, cell, unit_of(key), row.number, block.title))
                first = first or row.number
            elif not columns and cells and not words.ignores(key):
                found.unread.append(key)
    if not entries:
        return None
    several = None if head or year else _side_by_side(block, words)
    if several is not None:
        found.way, found.records = "columns", several
        return found
    if year:
        found.unread += _other_years(block.rows[0], year[0])
        entries.append(_year_entry(words, year[1]))
    found.records = [(first, [one for one in entries if one.columns])]
    return found


def _other_years(head: SheetRow, latest: int) -> list[str]:
    """Return the years whose figures are not read, because a later one has them."""
    texts = {index: text_of(cell) for index, cell in head.cells.items() if index != latest}
    return [text for text in texts.values() if _YEAR.fullmatch(text)]


def _pairs(row: SheetRow, words: Words) -> list[tuple[str, dict[int, Cell]]]:
    """Return the keys of a row with the cells that follow each; a row may hold two pairs."""
    pairs: list[tuple[str, dict[int, Cell]]] = []
    if 0 not in row.cells:
        return pairs  # a line of headings above the values, or what belongs to the line above
    for index, cell in row.cells.items():
        text = text_of(cell)
        second = pairs and pairs[-1][1] and words.of(text, misspelt=False)
        if not pairs or second:
            pairs.append((text, {}))
        elif text != pairs[-1][0]:
            pairs[-1][1][index] = cell
    return pairs


def _value(
    cells: Mapping[int, Cell], answers: Mapping[int, bool], year: tuple[int, int] | None
) -> Cell | None:
    """Return the value of a pair: of a ticked column its answer, of years the latest."""
    if year:
        return cells.get(year[0])
    for index, answer in answers.items():
        if index in cells and _MARKS.fullmatch(text_of(cells[index])):
            return answer
    return next(iter(cells.values()), None)


def _answers(rows: Sequence[SheetRow]) -> dict[int, bool]:
    """Return the columns headed Yes and No, to be ticked."""
    found: dict[int, bool] = {}
    for index, cell in rows[0].cells.items():
        word = text_of(cell).casefold()
        if word in _YES_NO[0] | _YES_NO[1]:
            found[index] = word in _YES_NO[0]
    return found if len(set(found.values())) == 2 else {}


def _latest_year(rows: Sequence[SheetRow]) -> tuple[int, int] | None:
    """Return the column and the year of the latest year in the first row that has figures."""
    years = {
        index: int(text)
        for index, cell in rows[0].cells.items()
        if _YEAR.fullmatch(text := text_of(cell))
    }
    filled = [i for i in years if sum(i in row.cells for row in rows[1:]) > 0]
    if len(rows) < 2 or not filled:
        return None
    latest = max(filled, key=lambda index: years[index])
    return latest, years[latest]


def _year_entry(words: Words, year: int) -> Entry:
    columns = tuple(one for one in words.rule.columns if one.field == "throughput_year")
    return Entry("Year", columns, year)


def _side_by_side(block: Block, words: Words) -> list[tuple[int, list[Entry]]] | None:
    """Return a record for each column, if the names stand beside each other in one row."""
    named = next(
        (
            row
            for row in block.rows
            if any(column.field == "name" for column in words.of(text_of(row.cells.get(0))))
        ),
        None,
    )
    pairs_beside = any(
        words.of(text_of(cell), misspelt=False)
        for row in block.rows
        for index, cell in row.cells.items()
        if index > 0
    )
    if (
        pairs_beside
        or named is None
        or len({text_of(c) for i, c in named.cells.items() if i > 0}) < 2
    ):
        return None
    records: list[tuple[int, list[Entry]]] = []
    for index in (i for i in named.cells if i > 0):
        entries = [
            Entry(key, columns, row.cells[index], unit_of(key))
            for row in block.rows
            if (columns := words.of(key := text_of(row.cells.get(0)))) and index in row.cells
        ]
        records.append((index + 1, entries))
    return records
