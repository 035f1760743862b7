"""Notice the totals that stand under a table: they are no place, and no record."""

from __future__ import annotations

from collections.abc import Sequence

from lca.issues import Issue, Severity

from .cells import is_blank, shown
from .location import LOCATION_TARGETS
from .plan import PlannedSheet
from .profiles.cellrule import word_of
from .wire import Cell, SheetRow

_WORDS = frozenset(
    word_of(word)
    for word in (
        *("total", "totals", "grand total", "sub total", "subtotal", "sum", "overall"),
        *("totaux", "total général", "sous-total", "somme", "totales", "total general", "suma"),
        *("المجموع", "الإجمالي", "المجموع الكلي"),
    )
)


def total_rows(rows: Sequence[SheetRow], planned: PlannedSheet) -> dict[int, Issue]:
    """Return an issue for each of the last rows that hold totals, by the row's identity.

    A row is one if its name, or the one word of a row without a name, is a word for totals and it
    has neither an id nor a place: a filling station may be called Total, but then it is somewhere.
    """
    if not planned.kind.placed:
        return {}
    names, others = _columns(planned)
    found: dict[int, Issue] = {}
    for row in reversed(rows):
        if row.geometry is not None or any(index in row.cells for index in others):
            break
        name = next((row.cells[index] for index in names if index in row.cells), None)
        if name is None:
            name = _only_word(row)
        if name is None or word_of(name) not in _WORDS:
            break
        found[id(row)] = _issue(row, planned, name)
    return found


def _only_word(row: SheetRow) -> Cell | None:
    """Return the one text of a row that has but figures beside it, and no name."""
    words = [cell for cell in row.cells.values() if isinstance(cell, str) and not is_blank(cell)]
    return words[0] if len(words) == 1 else None


def _columns(planned: PlannedSheet) -> tuple[list[int], list[int]]:
    """Return the columns of the name, and those of the id and the place."""
    names = [index for index, column in planned.columns if column.target == "name"]
    others = [
        index
        for index, column in planned.columns
        if column.target == "id" or column.target in LOCATION_TARGETS
    ]
    return names, others


def _issue(row: SheetRow, planned: PlannedSheet, name: Cell) -> Issue:
    return Issue(
        Severity.ERROR,
        "The row holds the totals of the table, which are no place.",
        "Delete the row; if it is a place, fill in where it lies.",
        planned.kind.sheet,
        row.number,
        value=shown(name),
        rule="row.total",
    )
