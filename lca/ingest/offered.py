"""Offer the words of coded columns in a copy of a file, so that a wrong one is mended by choosing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lca.errors import InvalidInput

from .bookcolumns import BookColumn, words_of
from .bookrules import WordLists, add_list
from .cells import parse_cell
from .headings import Column

Coded = Sequence[tuple[int, Column]]
"""The columns of a table that hold codes or yes and no, by index."""


def coded_columns(columns: Coded) -> Coded:
    """Return those of a table's columns that have words to choose from."""
    return tuple(
        (index, column)
        for index, column in columns
        if column.field is not None and (column.field.codes or column.field.type == "boolean")
    )


def offer(
    page: Worksheet,
    coded: Coded,
    rows: tuple[int, int],
    lists: WordLists,
    language: str,
) -> None:
    """Offer words in the rows of a table, from the first to the last.

    A column that fills several fields, or that does not read our words as what they say, gets
    none: what is offered must mend the cell.
    """
    by_index: dict[int, list[Column]] = {}
    for index, column in coded:
        by_index.setdefault(index, []).append(column)
    first, last = rows
    for index, (column, *others) in by_index.items():
        words = () if others else _readable(column, language)
        if words and last >= first:
            letter = get_column_letter(index + 1)
            add_list(page, f"{letter}{first}:{letter}{last}", words, lists, language)


def _readable(column: Column, language: str) -> tuple[str, ...]:
    """Return a column's words that it reads as the template does; none if it misses any."""
    if column.field is None:
        return ()
    words = words_of(BookColumn(column.target, column.heading, column.field), language)
    return words if all(_reads(column, word) for word in words) else ()


def _reads(column: Column, word: str) -> bool:
    if column.field is None or column.rule is None:
        return True
    try:
        ours, unmapped = column.rule.read(word)
        meant = parse_cell(column.field, word, None)
        return (
            unmapped is None and ours is not None and parse_cell(column.field, ours, None) == meant
        )
    except InvalidInput:
        return False


def spans(heads: Sequence[int], placed: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Return where the rows below each row of headings stand, up to the next of those.

    Parameters
    ----------
    heads : sequence of int
        The numbers of the rows of headings.
    placed : mapping of int to int
        The place of each row by its number.
    """
    found: dict[int, tuple[int, int]] = {}
    for head, end in pairwise([*sorted(heads), max(placed, default=0) + 1]):
        within = [place for number, place in placed.items() if head < number < end]
        if within:
            found[head] = (min(within), max(within))
    return found
