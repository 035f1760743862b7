"""Join rows to the administrative units in which they lie, and compare the codes that they state.

Rules: ``admin.pcode`` of a code that the boundaries contradict, ``admin.unknown`` of one that is
in no boundary, ``admin.joined`` once a layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.boundary import Boundary
from lca.ingest.finding import Finding, changed, completed, tell, tell_of_all
from lca.ingest.rows import TableRows
from lca.ingest.territory import metres_from

from .candidates import Entry, by_layer, placed
from .restated import NOTHING_RESTATED, Restated

_FIELDS = {1: "admin1_pcode", 2: "admin2_pcode"}
_EDITION = "admin_edition"
_DRAWN_ALIKE_M = 2_000.0
"""A place so near to the unit that it states may lie in it: boundaries are drawn by several hands."""


class _Level:
    """The units of one level with their codes, ready to be asked for the unit of a place."""

    def __init__(self, level: int, units: Sequence[Boundary]) -> None:
        self.level = level
        self.units = [
            one for one in units if one.level == level and one.pcode and one.geometry is not None
        ]
        self.known = {one.pcode: one for one in self.units}
        areas = np.array([one.geometry for one in self.units], dtype=object)
        shapely.prepare(areas)
        self._tree = shapely.STRtree(areas) if self.units else None

    def unit_of(self, xy: NDArray[np.float64]) -> list[Boundary | None]:
        """Return the unit in which each position lies; None if in none or in several."""
        found: list[Boundary | None] = [None] * len(xy)
        if self._tree is None or not len(xy):
            return found
        places, areas = self._tree.query(np.asarray(shapely.points(xy)), predicate="intersects")
        counts = np.bincount(places, minlength=len(xy))
        for place, area in zip(places.tolist(), areas.tolist(), strict=True):
            if counts[place] == 1:
                found[place] = self.units[area]
        return found


def join_units(
    tables: Sequence[TableRows],
    boundaries: Sequence[Boundary],
    restated: Restated = NOTHING_RESTATED,
    *,
    fix: bool = False,
) -> None:
    """Fill in the P-codes of the units in which rows lie, with the edition of the boundaries.

    A row that restates what is in force stays as it is: what was exported comes back unchanged. A
    code that a row states stays; where it contradicts the boundaries the row is told, and with
    ``fix`` it gets the unit in which it lies.
    """
    levels = [level for one in _FIELDS if (level := _Level(one, boundaries)).units]
    if not levels:
        return
    for entries in by_layer(tables).values():
        joined = [
            entry
            for entry in entries
            if _has_codes(type(entry.record))  # type: ignore[arg-type]
            and not restated.holds(entry.table, entry.record)
        ]
        if joined:
            _join(joined, levels, fix=fix)


def _join(entries: Sequence[Entry], levels: Sequence[_Level], *, fix: bool) -> None:
    somewhere, xy = placed(entries)
    units = [level.unit_of(xy) for level in levels]
    filled = 0
    for number, entry in enumerate(somewhere):
        values: dict[str, Any] = {}
        record = entry.record
        for level, of_level in zip(levels, units, strict=True):
            unit, name = of_level[number], _FIELDS[level.level]
            stated = getattr(record, name)
            if stated is None and unit is not None:
                values[name] = unit.pcode
            elif stated is not None:
                mended = _compare(entry, record, level, unit, fix=fix)
                record = mended if mended is not None else record
            if unit is not None and unit.edition and getattr(record, _EDITION) is None:
                values[_EDITION] = unit.edition
        if values:
            entry.table.amend(entry.row, completed(record, values))
            filled += 1
    if filled:
        _tell_joined(somewhere[0].table, filled, levels)


def _compare(
    entry: Entry, record: Any, level: _Level, unit: Boundary | None, *, fix: bool
) -> Any | None:
    """Tell a row whose code is not that of the unit in which it lies."""
    name = _FIELDS[level.level]
    stated = getattr(record, name)
    own = level.known.get(stated)
    if own is None:
        tell(
            entry.table,
            entry.row,
            Finding(
                rule="admin.unknown",
                message=f"The P-code is in no boundary of level {level.level} of this operation"
                + (f"; the place lies in {_called(unit)}." if unit else "."),
                do_next="Correct it, or load the edition of the boundaries that has it.",
                target=name,
                value=stated,
                proposal=unit.pcode if unit else None,
            ),
            fix=False,
        )
        return None
    if unit is None or unit.pcode == stated or own.geometry is None:
        return None
    metres = metres_from(record.geometry.representative_point(), own.geometry)
    if metres <= _DRAWN_ALIKE_M:
        return None
    return tell(
        entry.table,
        entry.row,
        Finding(
            rule="admin.pcode",
            message=f"The place lies in {_called(unit)}, {metres / 1000:,.0f} km from "
            f"{_called(own)} that the row states.",
            do_next="Correct the code or the coordinates.",
            target=name,
            value=stated,
            proposal=f"the P-code {unit.pcode}",
            repair=changed(record, **{name: unit.pcode}),
        ),
        fix=fix,
    )


def _tell_joined(table: TableRows, filled: int, levels: Sequence[_Level]) -> None:
    editions = sorted({unit.edition for level in levels for unit in level.units if unit.edition})
    edition = f", edition {', '.join(editions)}" if editions else ""
    tell_of_all(
        table,
        Finding(
            rule="admin.joined",
            message=f"{filled} rows got the P-codes of the boundaries in which they lie{edition}.",
            do_next="Look at some of them on the map if the boundaries are new.",
            target=_FIELDS[levels[-1].level],
        ),
    )


def _called(unit: Boundary) -> str:
    return f"{unit.name} ({unit.pcode})"


@lru_cache(maxsize=64)
def _has_codes(record_class: type) -> bool:
    return any(one.name == _FIELDS[1] for one in fields(record_class))
