"""Part a sheet whose tables lie under each other, so that none is read by another's headings.

A second row of headings is told by its words, which our sheets or the profiles have as headings,
or by where its texts stand: in columns that hold figures above. It comes after an empty row or a
title of one cell, unless it repeats the headings that are in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lca.errors import UnreadableFile

from .cells import is_blank, is_null_word
from .folding import fold
from .headings import known_words
from .hxl import is_tag_row
from .mergedcells import meeting, rows_of_ranges
from .plan import own_plan, plain_heading, spellings
from .profiles.profile import Profile, load_profiles
from .sheets import TABLE_KINDS, TableKind, kind_of_sheet
from .wire import Cell, Sheet, SheetRow

_HEAD_WITHIN = 25
"""Field files have titles, logos and notes above their table; no table begins lower than that."""
_SAMPLED = 50
"""Rows of a table by which its columns of figures are told."""
_MOST_TITLES = 3
MOST_PARTS = 300
"""Tables under others in one file: what each holds is looked for among all kinds and profiles."""
_LONGEST_HEADING = 120
_FEWEST_KNOWN, _KNOWN_SHARE = 3, 0.6
_FEWEST_FIGURES, _FIGURES_SHARE = 2, 0.8
_APART = "Compare its rows; a sheet of its own for each table is surer."
_UNIT = re.compile(r"\s*\([^()]*\)\s*\*?$")
_FIGURE = re.compile(r"\s*[-+(]?\d")


_Figures = dict[tuple[int, int], frozenset[int]]
"""The columns of figures of a table, by its headings' index and the end of the rows looked at."""


@dataclass(frozen=True, slots=True)
class LaterPart(Sheet):
    """A table that stands under another on its sheet; its context are the titles above it."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a table begins: the index of its headings, and of the titles above them."""

    at: int
    top: int
    repeats: bool = False
    """Whether its headings are those of the table above, which then goes on."""


def parts_of(sheets: Iterable[Sheet], profile: Profile | str | None = None) -> tuple[Sheet, ...]:
    """Return sheets with one table each; one that holds several comes several times by its name.

    A later part begins with its headings. Rows below a repetition of the headings belong to the
    table before it.

    Parameters
    ----------
    profile : Profile, optional
        One whose headings are known besides those of the product; the name of a kind of file has
        none.

    Raises
    ------
    UnreadableFile
        If more tables lie under others than anybody lays out so.
    """
    known = _known_headings()
    if isinstance(profile, Profile):
        known |= _headings_of(profile)
    return tuple(_few(part for sheet in sheets for part in _parts(sheet, known)))


def with_kinds(
    parts: Iterable[tuple[Sheet, TableKind]],
) -> tuple[list[tuple[Sheet, TableKind]], list[Sheet]]:
    """Return each table with its kind, the sheet's or its own, and those that are of none.

    Raises
    ------
    UnreadableFile
        As :func:`parts_of`, of all sheets together.
    """
    known: list[tuple[Sheet, TableKind]] = []
    left: list[Sheet] = []
    listed = list(parts)
    for part, (_, kind) in zip(_few(part for part, _ in listed), listed, strict=True):
        own = kind_of_part(part, kind) if isinstance(part, LaterPart) else kind
        if own is None:
            left.append(part)
        else:
            known.append((part, own))
    return known, left


def _few(parts: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield tables, as long as few of them lie under others."""
    later = 0
    for part in parts:
        later += isinstance(part, LaterPart)
        if later > MOST_PARTS:
            raise UnreadableFile(
                f"More than {MOST_PARTS} tables lie under others, the last in row "
                f"{part.rows[0].number}.",
                where=part.name,
                do_next="Give each a sheet or a file of its own, or write their rows under one "
                "row of headings.",
            )
        yield part


def kind_of_part(part: Sheet, kind: TableKind) -> TableKind | None:
    """Return what a later part of a sheet holds, by its title or its headings; None if none tells.

    Parameters
    ----------
    kind : TableKind
        What the sheet holds by its name, and the part too where its headings fit no other better.
    """
    titled = [one for title in part.context if (one := kind_of_sheet(title)) is not None]
    for one in titled:
        if _fit(part, one):
            return one
    fits = [(one, fit) for one in TABLE_KINDS if (fit := _fit(part, one))]
    most = max((fit for _, fit in fits), default=0)
    if most and _fit(part, kind) == most:
        return kind
    best = [one for one, fit in fits if fit == most]
    return best[0] if len(best) == 1 else None


def _fit(part: Sheet, kind: TableKind) -> int:
    """Return how many of a part's headings a kind knows; 0 if they are few, or none is the name."""
    plan = own_plan(part, kind)
    if plan is None or 2 * plan.matched <= len(part.rows[0].cells):
        return 0
    named = "name" in plan.made or any(column.target == "name" for _, column in plan.columns)
    return plan.matched if named else 0


def _parts(sheet: Sheet, known: frozenset[str]) -> Iterator[Sheet]:
    starts = list(_starts(sheet.rows, known))
    if not starts:
        yield sheet
        return
    left_out = {row for one in starts if one.repeats for row in range(one.top, one.at + 1)}
    begun = [_Start(0, 0), *(one for one in starts if not one.repeats)]
    ends = [*(one.top for one in begun[1:]), len(sheet.rows)]
    ranges = rows_of_ranges(sheet.merged)
    for one, end in zip(begun, ends, strict=True):
        rows = tuple(sheet.rows[row] for row in range(one.at, end) if row not in left_out)
        last = sheet.rows[end].number - 1 if end < len(sheet.rows) else None
        merged = meeting(ranges, sheet.rows[one.top].number if one.top else 0, last)
        again = [other for other in starts if other.repeats and one.at < other.at < end]
        notes = tuple(_titles_left_out(sheet.rows, again))
        if one.at == 0:
            yield replace(sheet, rows=rows, merged=merged, notes=(*sheet.notes, *notes))
            continue
        titles = tuple(
            _text(next(iter(row.cells.values()))) for row in sheet.rows[one.top : one.at]
        )
        told = f"Another table begins in row {rows[0].number}; it was read by its own headings."
        notes = ((told, _APART), *notes)
        yield LaterPart(sheet.name, sheet.known, rows, merged, titles, notes, sheet.pointed)


def _titles_left_out(
    rows: Sequence[SheetRow], repeated: Sequence[_Start]
) -> Iterator[tuple[str, str]]:
    """Yield what was taken for titles above headings that are repeated: it may be a row."""
    titles = [row for one in repeated for row in rows[one.top : one.at] if not _is_empty(row)]
    if titles:
        lone = "1 lone cell" if len(titles) == 1 else f"{len(titles)} lone cells"
        told = f"Taken for a title of repeated headings: {lone}, first in row {titles[0].number}."
        yield told, "If it is a row of the table, fill in its other cells."


def _starts(rows: Sequence[SheetRow], known: frozenset[str]) -> Iterator[_Start]:
    """Yield where tables begin below the first; between two there is a row that is no heading."""
    if not rows or any(row.geometry is not None for row in rows[:_SAMPLED]):
        return
    head, figures = _first_head(rows, known), _Figures()
    for at in range(head + 2, len(rows) - 1):
        repeats = rows[at].cells == rows[head].cells
        if not repeats and not _is_apart(rows, at):
            continue
        if not repeats and not _are_headings(rows, head, at, known, figures):
            continue
        top = _top_of_titles(rows, head, at)
        if top > head + 1:
            yield _Start(at, top, repeats)
            head = head if repeats else at


def _first_head(rows: Sequence[SheetRow], known: frozenset[str]) -> int:
    """Return the index of the first table's headings: of its first rows that which knows the most."""
    first = rows[:_HEAD_WITHIN]
    counts = [sum(_is_known(cell, known) for cell in row.cells.values()) for row in first]
    most = max(counts)
    for at, count in enumerate(counts):
        if count >= min(most, _FEWEST_KNOWN) and len(rows[at].cells) > 1:
            return at
    return 0


def _is_apart(rows: Sequence[SheetRow], at: int) -> bool:
    """Tell whether a row comes after an empty row, or after a title of one cell."""
    before = rows[at - 1]
    if rows[at].number > before.number + 1 or len(before.cells) == 1:
        return True
    return _is_empty(before)


def _is_empty(row: SheetRow) -> bool:
    return all(map(is_blank, row.cells.values()))


def _top_of_titles(rows: Sequence[SheetRow], head: int, at: int) -> int:
    """Return the index of the first title above a row of headings; the row's own without one.

    A lone cell right below other rows, and apart from the headings, belongs to those.
    """
    top = at
    for above in range(at - 1, max(head, at - 1 - _MOST_TITLES), -1):
        filled = [cell for cell in rows[above].cells.values() if not is_blank(cell)]
        joined = rows[above].number + 1 == rows[above + 1].number
        if len(filled) > 1 or not (joined or _is_apart(rows, above)):
            break
        top = above
    return top


def _are_headings(
    rows: Sequence[SheetRow], head: int, at: int, known: frozenset[str], figures: _Figures
) -> bool:
    """Tell whether a row holds headings: texts unlike each other that are known as such.

    So are texts that stand where the table above has figures; and none that its column has as a
    value is a heading.
    """
    cells = {index: cell for index, cell in rows[at].cells.items() if not is_blank(cell)}
    if len(cells) < _FEWEST_FIGURES or not all(map(_may_head, cells.values())):
        return False
    if is_tag_row(rows[at]) or len({str(one).casefold() for one in cells.values()}) < len(cells):
        return False
    named = _named(cells, known)
    if named:
        sample = _sample(rows, head, at)
        return not any(
            index in row.cells and _text(row.cells[index]) == _text(cells[index])
            for row in sample
            for index in named
        )
    end = min(at, head + 1 + _SAMPLED)
    if (head, end) not in figures:
        figures[head, end] = _columns_of_figures(_sample(rows, head, end))
    return len(figures[head, end] & cells.keys()) >= _FEWEST_FIGURES


def _sample(rows: Sequence[SheetRow], head: int, at: int) -> list[SheetRow]:
    """Return rows of the table above, without a repetition of its headings."""
    end = min(at, head + 1 + _SAMPLED)
    return [row for row in rows[head + 1 : end] if row.cells != rows[head].cells]


def _columns_of_figures(sample: Sequence[SheetRow]) -> frozenset[int]:
    indices = {index for row in sample for index in row.cells}
    return frozenset(index for index in indices if _holds_figures(sample, index))


def _named(cells: Mapping[int, Cell], known: frozenset[str]) -> list[int]:
    """Return the columns whose texts are known as headings; none if they are too few for a row."""
    enough = max(min(_FEWEST_KNOWN, len(cells)), _KNOWN_SHARE * len(cells))
    named: list[int] = []
    for looked_at, (index, cell) in enumerate(cells.items()):
        if len(named) + len(cells) - looked_at < enough:
            return []
        if _is_known(cell, known):
            named.append(index)
    return named if len(named) >= enough else []


def _may_head(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and len(cell) <= _LONGEST_HEADING
        and not _FIGURE.match(cell)
        and not is_null_word(cell)
    )


def _holds_figures(rows: Sequence[SheetRow], index: int) -> bool:
    """Tell whether most of a column's cells are figures or dates, and there is one at least."""
    cells = [row.cells[index] for row in rows if index in row.cells]
    said = [cell for cell in cells if not is_null_word(cell)]
    figures = sum(not isinstance(cell, str) or bool(_FIGURE.match(cell)) for cell in said)
    return bool(said) and figures >= _FIGURES_SHARE * len(said)


def _is_known(cell: Cell, known: frozenset[str]) -> bool:
    """Tell whether a text is a heading, whatever unit it states in brackets."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_HEADING:
        return False
    if plain_heading(cell) in known or (
        "(" in cell and plain_heading(_UNIT.sub("", cell)) in known
    ):
        return True
    return not cell.isascii() and plain_heading(fold(cell)) in known


def _text(cell: Cell) -> str:
    return plain_heading(str(cell))


@lru_cache(maxsize=1)
def _known_headings() -> frozenset[str]:
    """Return every heading of our sheets and of the product's profiles, as they are compared."""
    ours = {plain_heading(word) for kind in TABLE_KINDS for word in known_words(kind)}
    return frozenset(ours).union(*map(_headings_of, load_profiles().values()))


def _headings_of(profile: Profile) -> frozenset[str]:
    headings = (
        heading
        for rule in profile.tables
        for heading in (*rule.ignored, *(one for column in rule.columns for one in column.headings))
    )
    return frozenset(form for heading in headings for form in spellings(heading))
