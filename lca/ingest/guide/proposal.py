"""Propose which column of a table fills which field, by its heading and by what is in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lca.errors import InvalidInput
from lca.ingest.location import LATITUDE, LOCATION_TARGETS, LONGITUDE
from lca.ingest.plan import has_geometries
from lca.ingest.profiles.profile import DateOrder
from lca.ingest.sheets import TableKind
from lca.ingest.texts import one_line
from lca.ingest.wire import Cell, Sheet, SheetRow
from lca.record import Field, fields_of

from . import contents
from .headingwords import converts, likeness, unit_in

_ROWS_ABOVE_A_HEADING = 25
_JUDGED_ROWS = 200
_SAMPLES = 3
_LONGEST_HEADING = 200
_SURE = 0.8
_BY_CONTENT = 0.6
_FEWEST_CODES = 0.8
_NO_HEADING = 1.0
"""How much a number or date speaks against the row being the headings."""
SAID_OTHERWISE = {"source_org": "--source", "date_of_information": "--date"}
"""The options by which an import says of all rows what no column does."""


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What one column probably holds: a field or location (None if it cannot be told), and why.

    ``codes`` are its words that are no code of the field, with the code that each resembles, or
    "". ``samples`` are shortened for showing.
    """

    index: int
    heading: str
    target: str | None = None
    confidence: float = 0.0
    why: str = ""
    unit: str | None = None
    date_order: DateOrder | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    samples: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.confidence >= _SURE

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {
            "heading": self.heading,
            "field": self.target,
            "confidence": self.confidence,
            "why": self.why,
            "unit": self.unit,
            "date_order": self.date_order,
            "codes": dict(self.codes),
            "samples": list(self.samples),
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a table may be read into a layer; ``lacking`` are required fields that no column fills."""

    sheet: str
    layer: str
    head_row: int
    columns: tuple[ColumnProposal, ...]
    lacking: tuple[str, ...]

    def without(self, indices: frozenset[int]) -> Proposal:
        """Return the proposal with some columns left out, as their owner says."""
        columns = tuple(
            replace(one, target=None, codes={}) if one.index in indices else one
            for one in self.columns
        )
        return replace(self, columns=columns)

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return {
            "sheet": self.sheet,
            "layer": self.layer,
            "head_row": self.head_row,
            "columns": [one.as_json() for one in self.columns],
            "lacking": {name: SAID_OTHERWISE.get(name) for name in self.lacking},
        }


def propose(sheet: Sheet, kind: TableKind) -> Proposal:
    """Return what the columns of a sheet probably hold; each field is proposed once.

    Raises
    ------
    InvalidInput
        If the sheet has no row with headings.
    """
    head, rows = _parted(sheet, kind.layer)
    fields = {one.name: one for one in fields_of(kind.record_class)}
    places = frozenset() if has_geometries(sheet) or not kind.placed else LOCATION_TARGETS
    candidates = [
        one
        for index, cell in head.cells.items()
        for one in _of_column(
            index, one_line(str(cell), _LONGEST_HEADING), _values(rows, index), kind, fields
        )
        if one.target in fields or one.target in places
    ]
    chosen: dict[int, ColumnProposal] = {}
    for one in sorted(candidates, key=lambda one: (-one.confidence, one.index)):
        taken = {other.target for other in chosen.values()}
        if one.index not in chosen and one.target not in taken:
            chosen[one.index] = one
    if places:
        _add_degrees(chosen, head, rows)
    columns = tuple(
        _finished(
            chosen.get(index, ColumnProposal(index, one_line(str(cell), _LONGEST_HEADING))),
            rows,
            fields,
        )
        for index, cell in sorted(head.cells.items())
    )
    filled = {one.target for one in columns}
    lacking = [one.name for one in fields.values() if one.required and one.name not in filled]
    return Proposal(
        sheet.name, kind.layer, head.number, columns, tuple(one for one in lacking if one != "id")
    )


def _parted(sheet: Sheet, layer: str) -> tuple[SheetRow, Sequence[SheetRow]]:
    """Return the row with the headings, which is the one that names the most, and those below."""
    rows = [row for row in sheet.rows if row.cells]
    if not rows:
        raise InvalidInput(
            f"The table {sheet.name!r} is empty.", do_next="Name another one of the file."
        )
    best, most = 0, -math.inf
    for at, row in enumerate(rows[:_ROWS_ABOVE_A_HEADING]):
        named = sum(
            max((score for score, _ in likeness(cell, layer).values()), default=0.0)
            for cell in row.cells.values()
            if isinstance(cell, str)
            and len(cell.strip()) > 1  # an x is a mark more often than an axis
        )
        named -= _NO_HEADING * sum(contents.is_figure(cell) for cell in row.cells.values())
        if named > most:
            best, most = at, named
    return rows[best], rows[best + 1 :]


def _values(rows: Sequence[SheetRow], index: int) -> list[Cell]:
    return [row.cells[index] for row in rows[:_JUDGED_ROWS] if index in row.cells]


def _of_column(
    index: int,
    heading: str,
    values: list[Cell],
    kind: TableKind,
    fields: Mapping[str, Field],
) -> list[ColumnProposal]:
    """Return what a column may be, by its heading and by its cells."""
    found = [
        ColumnProposal(index, heading, target, score, f"it is headed like {word!r}")
        for target, (score, word) in likeness(heading, kind.layer).items()
    ]
    shape = contents.shape_in(values)
    if shape is not None:
        found.append(ColumnProposal(index, heading, shape, 0.85, f"its cells look like {shape}"))
    for name, one in fields.items() if not found else ():
        if one.codes and len({str(value) for value in values}) > 1:
            known, _ = contents.codes_in(values, one)
            if known >= _FEWEST_CODES and set(one.codes) != {"yes", "no", "unknown"}:
                found.append(
                    ColumnProposal(
                        index, heading, name, _BY_CONTENT * known, "its cells are its codes"
                    )
                )
    if not found and contents.are_dates(values):
        found.append(
            ColumnProposal(index, heading, "date_of_information", 0.5, "its cells are dates")
        )
    return found


def _add_degrees(
    chosen: dict[int, ColumnProposal], head: SheetRow, rows: Sequence[SheetRow]
) -> None:
    """Take two columns of degrees side by side for the position, if no heading told one."""
    if {one.target for one in chosen.values()} & LOCATION_TARGETS:
        return
    free = [index for index in sorted(head.cells) if index not in chosen]
    for first, second in pairwise(free):
        pair = _values(rows, first), _values(rows, second)
        if all(contents.degrees_in(values) for values in pair) and contents.may_be(
            "latitude", pair[0]
        ):
            for index, target in ((first, LATITUDE), (second, LONGITUDE)):
                heading = one_line(str(head.cells[index]), _LONGEST_HEADING)
                why = "its cells look like degrees"
                chosen[index] = ColumnProposal(index, heading, target, 0.4, why)
            return


def _finished(
    one: ColumnProposal, rows: Sequence[SheetRow], fields: Mapping[str, Field]
) -> ColumnProposal:
    """Return a column's proposal with its unit, codes, order of dates and samples."""
    values = _values(rows, one.index)
    samples = tuple(dict.fromkeys(one_line(str(value), 40) for value in values))[:_SAMPLES]
    target = fields.get(one.target or "")
    if target is None:
        return replace(one, samples=samples)
    unit = unit_in(one.heading)
    if unit is not None and not converts(unit, target.unit):
        unit = None
    codes = contents.codes_in(values, target)[1] if target.codes else {}
    order = contents.date_order(values) if target.type == "instant" else None
    return replace(one, unit=unit, codes=codes, date_order=order, samples=samples)
