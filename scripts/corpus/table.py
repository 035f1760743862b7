"""A table as a source would have it, before a fault is put into it and a file is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.corpus.book import Value
from scripts.corpus.case import Seed

Cells = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Truth:
    """One row: its cells by heading, the record that it must give, and where it lies.

    ``place`` is lon, lat or a list of such pairs; None for a row without a place.
    ``record`` is None if the row must be rejected.
    """

    cells: Cells
    record: Mapping[str, Any] | None
    place: Any = None

    def with_cells(self, **changes: Any) -> Truth:
        """Return the row with other cells (by heading) and, as ``record``, other contents."""
        record = changes.pop("record", self.record)
        place = changes.pop("place", self.place)
        return Truth({**self.cells, **changes.pop("cells", {})}, record, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one shape.

    ``roles`` say under which heading a thing lies that faults know of: name, lat, lon, draft,
    status, date, source. ``strict`` tells our own columns, where a word that no list names
    rejects its row, from a source's, where it is read as unknown and counted.
    """

    shape: str
    layer: str
    profile: str
    truths: tuple[Truth, ...]
    roles: Mapping[str, str]
    sheet: str = "Sheet1"
    given_layer: bool = False
    strict: bool = False
    cover: Mapping[str, Value] | None = None
    cover_sheet: str = "Assessment"
    options: Mapping[str, Any] = field(default_factory=dict)
    seeds: tuple[Seed, ...] = ()
    above: tuple[tuple[Value, ...], ...] = ()
    """Rows above the headings."""
    gaps: frozenset[int] = frozenset()
    """Indices of rows that an empty row stands before."""
    merged: tuple[str, ...] = ()
    date1904: bool = False
    geodata: bool = False
    headless: bool = False
    fault: str = "clean"

    @property
    def headings(self) -> list[str]:
        """Every heading, in the order in which the rows have them."""
        return list(dict.fromkeys(name for truth in self.truths for name in truth.cells))

    def row_number(self, index: int) -> int:
        """Return the number under which a report names a row."""
        if self.geodata:
            return index + 1
        before = sum(1 for gap in self.gaps if gap <= index)
        return len(self.above) + (0 if self.headless else 1) + before + index + 1

    def changed(self, index: int, truth: Truth, *seeds: Seed, fault: str = "") -> Table:
        """Return the table with another row in the place of one."""
        truths = (*self.truths[:index], truth, *self.truths[index + 1 :])
        return replace(self, truths=truths, seeds=(*self.seeds, *seeds), fault=fault or self.fault)

    def grid(self) -> list[Sequence[Value]]:
        """Return every row of the file as cells in order, the headings among them."""
        names = self.headings
        rows: list[Sequence[Value]] = [*self.above]
        if not self.headless:
            rows.append(names)
        for index, truth in enumerate(self.truths):
            if index in self.gaps:
                rows.append(())
            rows.append([truth.cells.get(name) for name in names])
        return rows
