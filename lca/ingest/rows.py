"""Turn the rows of one sheet into records and issues; each row in is accepted or rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as a_field
from operator import attrgetter
from typing import Any

from lca.issues import Issue, Severity
from lca.record import fields_of

from .cellreader import CellReader
from .cells import is_blank, shown
from .cover import Cover
from .headings import Head, heading_of, map_headings, split_head
from .mergedcells import rows_below
from .ownexport import spelt_out
from .plan import PlannedSheet, own_plan
from .profiles.cellrule import CellRule
from .profiles.profile import DateOrder
from .rowreader import RowReader
from .sheets import TableKind
from .totals import total_rows
from .wire import Cell, Sheet, SheetRow

# A row that misses one of these would close less than the sheet shows, or show what it keeps secret.
_DECIDING = frozenset(
    {
        *("effect", "status", "status_other_side", "op_status", "drive_required"),
        *("practicability_cap", "current_practicability", "max_gross_t", "max_payload_t"),
        *("max_axle_t", "max_height_m", "max_width_m", "max_length_m", "hazmat_forbidden"),
        *("convoy_required", "escort_required", "permit_name", "permitted_until"),
        *("security_category", "dry_days_required", "rain_hold_light_h", "rain_hold_heavy_h"),
        *("sensitivity", "exercise"),
    }
)
_MOST_RANGES_TOLD = 100


@dataclass(slots=True)
class TableRows:
    """What one sheet gave: the accepted records with their row numbers, and every issue."""

    kind: TableKind
    sheet: str
    rows_in: int = 0
    issues: list[Issue] = a_field(default_factory=list)
    unmapped: Counter[tuple[str, str]] = a_field(default_factory=Counter)
    """Words of coded columns that no list names, by field and word."""
    planned: PlannedSheet | None = None
    """How its columns were read."""
    set_aside: Counter[str] = a_field(default_factory=Counter)
    """Rows that state nothing that the layer holds, by the reason."""
    _kept: dict[int, tuple[SheetRow, Any]] = a_field(default_factory=dict, init=False)
    """The accepted rows by their identity: to take one out must not cost a pass over all."""
    _rejected: dict[int, SheetRow] = a_field(default_factory=dict, init=False)
    """Counted by themselves, so that a row in neither would be noticed."""

    @property
    def accepted(self) -> Sequence[tuple[SheetRow, Any]]:
        """The accepted rows with their records, in the order of the file."""
        return tuple(self._kept.values())

    @accepted.setter
    def accepted(self, entries: Sequence[tuple[SheetRow, Any]]) -> None:
        left = {id(row): (row, record) for row, record in entries}
        self._rejected |= {key: row for key, (row, _) in self._kept.items() if key not in left}
        self._kept = left

    @property
    def rejected(self) -> int:
        """How many rows were rejected.

        Raises
        ------
        ValueError
            If one was rejected without an error that says why.
        """
        errors = [issue for issue in self.issues if issue.severity is Severity.ERROR]
        whole = any(issue.row is None or issue.row == self._head_row for issue in errors)
        told = {issue.row for issue in errors}
        for row in self._rejected.values():
            if not whole and row.number not in told:
                msg = f"{self.sheet}: row {row.number} was rejected without a reason"
                raise ValueError(msg)
        return len(self._rejected)

    @property
    def _head_row(self) -> int | None:
        return self.planned.head_row if self.planned else None

    @property
    def records(self) -> list[Any]:
        """The accepted records."""
        return [record for _, record in self._kept.values()]

    def stating(self, name: str) -> list[tuple[SheetRow, Any, Any]]:
        """Return the accepted rows whose records state a field: row, record and what it states.

        Of eighty fields a file states a third, and a look at each record of the others would take
        longer than all judgement of these.
        """
        values = list(map(attrgetter(name), self.records))
        if values.count(None) == len(values):
            return []
        return [
            (row, record, value)
            for (row, record), value in zip(self.accepted, values, strict=True)
            if value is not None
        ]

    def accept(self, row: SheetRow, record: Any) -> None:
        """Keep a row's record."""
        self._kept[id(row)] = (row, record)

    def reject(self, row: SheetRow) -> None:
        """Leave a row out; an error of its own, or of the whole table, says why."""
        self._kept.pop(id(row), None)
        self._rejected[id(row)] = row

    def heading_of(self, name: str) -> str:
        """Return the heading under which the file has a field; its name without a column."""
        columns = self.planned.columns if self.planned else ()
        return next((one.heading for _, one in columns if one.target == name), name)

    def tell(self, row: SheetRow | None, issue: Issue) -> None:
        """Add an issue; an error takes the row out of those that are accepted."""
        self.issues.append(issue)
        if row is not None and issue.severity is Severity.ERROR:
            self.reject(row)

    def amend(self, row: SheetRow, record: Any) -> None:
        """Put a repaired record in the place of the row's own, if the row is accepted."""
        if id(row) in self._kept:
            self.accept(row, record)


def read_rows(
    sheet: Sheet, kind: TableKind, cover: Cover, *, date_order: DateOrder | None = None
) -> TableRows:
    """Read a sheet whose first row holds the headings.

    Parameters
    ----------
    sheet : Sheet
        Plain cells, as the child process reported them.
    kind : TableKind
        What the sheet holds.
    cover : Cover
        The defaults of its rows.
    date_order : str, optional
        How its dates are written, if somebody has said so.
    """
    filled = [row for row in sheet.rows if _is_filled(row)]
    planned = own_plan(replace(sheet, rows=tuple(filled)), kind)
    if planned is None:
        return TableRows(kind, sheet.name)
    if date_order is not None:
        planned = _in_order(planned, date_order)
    if planned.sheet.rows:
        missing = _missing_headings(planned, cover)
        unnamed = _unnamed_columns(planned.sheet.rows, split_head(filled, kind), kind)
        errors = any(issue.severity is Severity.ERROR for issue in (*planned.issues, *missing))
        planned = replace(planned, issues=[*planned.issues, *missing, *([] if errors else unnamed)])
    return read_planned(planned, cover)


def _in_order(planned: PlannedSheet, order: DateOrder) -> PlannedSheet:
    rule = CellRule(date_order=order)
    columns = [
        (index, replace(column, rule=rule))
        if column.rule is None and column.field is not None and column.field.type == "instant"
        else (index, column)
        for index, column in planned.columns
    ]
    return replace(planned, columns=columns)


def read_planned(planned: PlannedSheet, cover: Cover) -> TableRows:
    """Read a table by its plan.

    Each of its rows that is not empty is accepted, rejected, or set aside because by its profile
    it states nothing that the layer holds.

    Parameters
    ----------
    cover : Cover
        The defaults of its rows.
    """
    kind, sheet = planned.kind, planned.sheet
    table = TableRows(kind, sheet.name, issues=list(planned.issues), planned=planned)
    rows = [row for row in sheet.rows if _is_filled(row)]
    if sheet.pointed:
        numbers = {at for at, one in planned.columns if one.field and one.field.type == "number"}
        rows = [spelt_out(row, numbers) for row in rows]
    table.rows_in = len(rows)
    if any(issue.severity is Severity.ERROR for issue in table.issues):
        for row in rows:
            table.reject(row)
        return table
    table.issues += _merged(sheet.merged, kind)
    table.issues += [_noted(note, sheet.name) for note in sheet.notes]
    first_row_of: dict[str, int] = {}
    cells = CellReader(kind.record_class, cover.zone)
    totals = total_rows(rows, planned)
    table.issues += totals.values()
    unsaid = rows_below(sheet.merged, _deciding_columns(planned))
    for row in rows:
        if id(row) in totals:
            table.reject(row)
            continue
        if row.number in unsaid:
            table.tell(row, _unsaid_by_merging(row, planned))
            continue
        aside = planned.reason_aside(row)
        if aside is not None:
            table.set_aside[aside] += 1
            continue
        reader = RowReader(row, planned, cover, cells)
        record = reader.read(first_row_of)
        table.issues += reader.issues
        table.unmapped.update(reader.unmapped)
        if record is None:
            table.reject(row)
        else:
            first_row_of[record.id] = row.number
            table.accept(row, record)
    table.issues += [_unmapped(table, name, word) for name, word in table.unmapped]
    table.issues += [_aside(table, reason) for reason in table.set_aside]
    return table


def cells_under(sheet: Sheet, kind: TableKind, target: str) -> list[Cell | None]:
    """Return the cells of the column that holds a field, row by row; empty without the column."""
    if not sheet.rows:
        return []
    head = split_head(sheet.rows, kind)
    columns, _ = map_headings(head.cells, kind, row=head.number, tags=head.tags)
    index = next((index for index, column in columns.items() if column.target == target), None)
    return [] if index is None else [row.cells.get(index) for row in head.rows]


def _missing_headings(planned: PlannedSheet, cover: Cover) -> list[Issue]:
    kind, row = planned.kind, planned.head_row
    present = {column.target for _, column in planned.columns}
    defaults = {
        "id": True,
        "source_org": cover.organisation is not None,
        "date_of_information": cover.assessed_on is not None,
        **dict.fromkeys(planned.made, True),
    }
    return [
        Issue(
            Severity.ERROR,
            f"The column {heading_of(field)!r} is missing, so no row can be read.",
            "Add it." if kind.geodata else "Add it; row 1 of the sheet must hold the headings.",
            kind.sheet,
            row or None,
            heading_of(field),
        )
        for field in fields_of(kind.record_class)
        if field.required and field.name not in present and not defaults.get(field.name)
    ]


def _unnamed_columns(rows: Sequence[SheetRow], head: Head, kind: TableKind) -> list[Issue]:
    unnamed = {
        index: row
        for row in reversed(rows)
        for index in row.cells.keys() - head.cells.keys() - head.tags.keys()
    }
    return [
        Issue(
            Severity.WARNING,
            f"Column {index + 1} has values but no heading, and was not read.",
            "Give it a heading of the template, or clear it.",
            kind.sheet,
            row.number,
            value=shown(row.cells[index]),
        )
        for index, row in sorted(unnamed.items())
    ]


def _unmapped(table: TableRows, name: str, word: str) -> Issue:
    count = table.unmapped[name, word]
    rows = "1 row" if count == 1 else f"{count} rows"
    return Issue(
        Severity.WARNING,
        f"The word is in no code list; it was read as not known in {rows}.",
        "Map it in a profile of your own, or correct the file.",
        table.sheet,
        column=table.heading_of(name),
        value=shown(word),
        rule="code.unmapped",
    )


def _is_filled(row: SheetRow) -> bool:
    """Tell whether a row says anything; what was drawn without attributes says where."""
    return row.geometry is not None or any(not is_blank(cell) for cell in row.cells.values())


def _noted(note: tuple[str, str], sheet: str) -> Issue:
    return Issue(Severity.WARNING, *note, sheet, rule="file.noted")


def _aside(table: TableRows, reason: str) -> Issue:
    count = table.set_aside[reason]
    rows = "1 row was" if count == 1 else f"{count} rows were"
    return Issue(
        Severity.WARNING,
        f"{rows} set aside: {reason}",
        "Nothing, if that is right; else correct the cells that say so.",
        table.sheet,
        rule="rows.set_aside",
    )


def _deciding_columns(planned: PlannedSheet) -> list[int]:
    """Return the columns that say what is closed, to whom, and which rows are no constraints."""
    aside = [at for at, _, _ in planned.set_aside if at is not None]
    return [*aside, *(at for at, column in planned.columns if column.target in _DECIDING)]


def _unsaid_by_merging(row: SheetRow, planned: PlannedSheet) -> Issue:
    """Refuse a row of which a cell that decides shows what another row states."""
    return Issue(
        Severity.ERROR,
        "What the row states stands in a merged cell of a row above, which is not read for it.",
        "Unmerge the cells and write the value into each row.",
        planned.sheet.name,
        row.number,
        rule="row.merged",
    )


def _merged(references: Sequence[str], kind: TableKind) -> list[Issue]:
    told = [f"The cells {one}" for one in references[:_MOST_RANGES_TOLD]]
    more = len(references) - len(told)
    told += [f"The cells of {more} more ranges"] * bool(more)
    return [
        Issue(
            Severity.WARNING,
            f"{cells} are merged: only the first of them holds the value.",
            "Unmerge them and write the value into each row.",
            kind.sheet,
        )
        for cells in told
    ]
