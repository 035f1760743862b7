"""Lay out what a document's tables say as rows of columns, ready to be read into records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from lca.errors import InvalidInput
from lca.ingest.cells import parse_cell, shown
from lca.ingest.headings import Column
from lca.ingest.plan import PlannedSheet
from lca.ingest.profiles.cellrule import CellRule, rule_of
from lca.ingest.profiles.profile import Code, ColumnRule, Profile
from lca.ingest.sheets import TableKind, kind_of_layer
from lca.ingest.wire import Cell, Sheet, SheetRow
from lca.issues import Issue, Severity
from lca.record import Field, fields_of

from .blocks import Block
from .finding import Entry
from .people import Reachable, reach_of
from .values import said_for

Record = tuple[int, list[Entry]]


@dataclass(slots=True)
class Layout:
    """The rows of one layer from one table, or from the tables that describe one thing."""

    layer: str
    block: Block
    records: list[Record]
    defaults: dict[str, Code] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    @property
    def kind(self) -> TableKind:
        """What its rows are; named as the table, so that issues name it as people see it."""
        kind = kind_of_layer(self.layer)
        if kind is None:
            msg = f"there is no layer {self.layer!r}"
            raise ValueError(msg)
        return replace(kind, sheet=self.block.title)


@dataclass(slots=True)
class Assembler:
    """Turns layouts into planned sheets; keeps how to reach people apart from everything else."""

    profile: Profile
    zone: ZoneInfo | None = None
    reached: list[tuple[Layout, int, Reachable]] = field(default_factory=list)
    """What stood in texts of a layer about how to reach somebody, by table and row."""
    _rules: dict[tuple[int, str | None], CellRule] = field(default_factory=dict)
    _ranks: dict[tuple[str, int], int] = field(default_factory=dict)
    _kept: list[object] = field(default_factory=list)
    """What the keys above are of, so that no other object takes its identity."""

    def plan(self, layout: Layout) -> PlannedSheet:
        """Return a layout as a sheet with one column for each field that its entries name."""
        kind = layout.kind
        fields = {one.name: one for one in fields_of(kind.record_class)}
        columns: dict[tuple[str, str], tuple[int, Column]] = {}
        issues = list(layout.issues)
        rows = []
        for number, entries in layout.records:
            cells: dict[int, Cell] = {}
            for entry in sorted(entries, key=self._rank):
                for rule in entry.columns:
                    place = self._column(columns, entry, rule, fields.get(rule.field))
                    cell, told = self._cell(layout, number, entry, rule, fields.get(rule.field))
                    issues += told
                    if cell is not None:
                        cells.setdefault(place, cell)
            rows.append(SheetRow(number, cells))
        section = layout.block.section
        own = {"lca_section": section} if section and "lca_section" in fields else {}
        made = {} if kind.name_from is None else {"name": kind.name_from}
        return PlannedSheet(
            sheet=Sheet(layout.block.name, rows=tuple(rows), context=layout.block.headings),
            kind=kind,
            head_row=layout.block.rows[0].number,
            columns=list(columns.values()),
            issues=issues,
            defaults={**self.profile.defaults, **own, **layout.defaults},
            made={**made, **layout.made},
            matched=len({column.target for _, column in columns.values()}),
        )

    def _column(
        self,
        columns: dict[tuple[str, str], tuple[int, Column]],
        entry: Entry,
        rule: ColumnRule,
        target: Field | None,
    ) -> int:
        key = (entry.heading, rule.field)
        if key not in columns:
            cell_rule = _words_only(self._rule(rule, target), target)
            column = Column(entry.heading, rule.field, target, cell_rule)
            columns[key] = len(columns), column
        return columns[key][0]

    def _rule(self, rule: ColumnRule, target: Field | None) -> CellRule:
        """Return what a column does to its cells, made once."""
        key = id(rule), target.name if target else None
        if key not in self._rules:
            self._kept.append(rule)
            self._rules[key] = rule_of(rule, target, self.profile)
        return self._rules[key]

    def _rank(self, entry: Entry) -> int:
        key = entry.heading, id(entry.columns)
        if key not in self._ranks:
            self._kept.append(entry.columns)
            self._ranks[key] = entry.rank
        return self._ranks[key]

    def _cell(
        self, layout: Layout, number: int, entry: Entry, rule: ColumnRule, target: Field | None
    ) -> tuple[Cell | None, list[Issue]]:
        """Return the cell that a field is read from, and what had to be assumed or left out."""
        words = self._rule(rule, target)
        said = said_for(target, entry.cell, words, entry.unit or rule.unit)
        cell, note, left_out = said.cell, said.note, said.left_out
        if target is not None and isinstance(cell, str) and target.type == "text":
            if not layout.kind.restricted:
                cell = self._without_people(layout, number, cell)
        elif target is not None and cell is not None and not target.codes and not target.required:
            problem = _problem(target, cell, self.zone)
            if problem is not None:
                cell, note, left_out = None, problem, True
        if note is None:
            return cell, []
        return cell, [_told(layout, number, entry, note, left_out=left_out)]

    def _without_people(self, layout: Layout, number: int, text: str) -> str | None:
        """Return a text of a layer without telephone numbers and addresses, which are kept apart."""
        reach = reach_of(text)
        if not reach.phones and not reach.emails:
            return text
        self.reached.append((layout, number, reach))
        return reach.rest or None


def _words_only(rule: CellRule, target: Field | None) -> CellRule | None:
    """Return what is left for a row's reader: codes and forms; figures have been converted."""
    if target is None or target.codes or rule.form is not None:
        return rule
    return None


def _problem(field_: Field, cell: Cell, zone: ZoneInfo | None) -> str | None:
    """Return why a cell cannot be read for a field that a record can do without."""
    try:
        parse_cell(field_, cell, zone)
    except InvalidInput as error:
        return error.what
    return None


def _told(layout: Layout, number: int, entry: Entry, note: str, *, left_out: bool) -> Issue:
    return Issue(
        Severity.WARNING,
        f"{note} It was left out." if left_out else note,
        "Write the value alone, with its unit, if it is known."
        if left_out
        else "Correct it if something else is meant.",
        entry.table or layout.block.title,
        entry.row or number,
        entry.heading,
        shown(entry.cell),
        rule="page.unreadable" if left_out else "page.assumed",
    )


def with_names(records: Sequence[Record], owner: str, key_of: Mapping[int, str]) -> list[Record]:
    """Return the records of a facility's parts with a name each: the facility's and their own.

    Parameters
    ----------
    key_of : mapping of int to str
        What each row calls its part, by row number.
    """
    taken: dict[str, int] = {}
    named: list[Record] = []
    for number, entries in records:
        own = " ".join(f"{owner} {key_of.get(number, '')}".split())
        taken[own] = taken.get(own, 0) + 1
        name = own if taken[own] == 1 else f"{own} {taken[own]}"
        rule = ColumnRule(field="name", headings=("Name",))
        named.append((number, [*entries, Entry("Name", (rule,), name)]))
    return named
