"""Find the rows of a table that not everybody may see, also those that were rejected."""

from __future__ import annotations

from lca.errors import InvalidInput
from lca.record import Field, fields_of
from lca.vocab import Sensitivity

from .cells import parse_cell
from .headings import Column
from .rows import TableRows
from .wire import SheetRow

_NAME = "sensitivity"


def hidden_rows(table: TableRows) -> dict[str, list[int]]:
    """Return the numbers of the rows above public, by their sensitivity.

    A row that was not read has that of its cell; a word that nobody understands is the highest.
    """
    if table.planned is None or table.kind.restricted:  # of people no value is told at all
        return {}
    field = next((one for one in fields_of(table.kind.record_class) if one.name == _NAME), None)
    columns = [one for one in table.planned.columns if one[1].target == _NAME]
    default = table.planned.defaults.get(_NAME)
    if field is None or not (columns or default):
        return {}
    read = {id(row): record.sensitivity for row, record in table.accepted}
    found: dict[str, list[int]] = {}
    for row in table.planned.sheet.rows:
        level = read.get(id(row)) or _stated(row, columns, field, default)
        if level is not Sensitivity.PUBLIC:
            found.setdefault(level.value, []).append(row.number)
    return found


def _stated(
    row: SheetRow, columns: list[tuple[int, Column]], field: Field, default: object
) -> Sensitivity:
    for index, column in columns:
        cell = row.cells.get(index)
        if cell is None:
            continue
        try:
            ours = cell if column.rule is None else column.rule.read(cell)[0]
            word = None if ours is None else parse_cell(field, ours, None)
        except InvalidInput:
            return Sensitivity.STRICTLY_CONFIDENTIAL
        if word is not None:
            return Sensitivity(str(word))
    return Sensitivity(default) if isinstance(default, str) else Sensitivity.PUBLIC
