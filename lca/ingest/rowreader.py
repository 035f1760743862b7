"""Turn one row into one record, and collect what is wrong with it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.issues import Issue, Severity
from lca.naturalkey import id_of_key, natural_key
from lca.record import fields_of, from_row

from .cellreader import CellReader
from .cells import ZERO_IS_UNKNOWN, shown
from .cover import Cover
from .headings import Column, heading_of
from .location import LATITUDE, location_of
from .plan import PlannedSheet
from .profiles.cellrule import CellRule
from .remarks import remarks_on
from .shapes import shape_of
from .sheets import TableKind
from .texts import one_line
from .wire import Cell, CellFault, SheetRow

# Ids of records that come without one: the same kind, name and place give the same id for ever.
_NAMESPACE = uuid.UUID("5b1f0f3e-6a55-5c0e-9d0b-3f8f6f0f7a11")
_UNFIT_FOR_ID = re.compile(r"[\s/\\?#%&<>\"'|]")
_LONGEST_ID = 200
_LONGEST_MESSAGE = 1_000
_BRACES = re.compile(r"\{(\w+)\}")
_IN_LOCAL_TIME = ("daily_from", "daily_to", "time_rule", "season_months")
# A closure whose time bounds cannot be read stands without them (rule of truth 1).
_UNBOUNDED_IF_UNREADABLE = {
    "valid_to": "An end that cannot be read is no end: the constraint stands until it is ended.",
    "valid_from": "A start that cannot be read is no start: the constraint stands already.",
    "time_rule": "Times that cannot be read are none: the constraint holds at all times.",
    "season_months": "Months that cannot be read are none: the constraint holds in all of them.",
}


class RowReader:
    """Reads one row and collects what is wrong with it."""

    def __init__(
        self, row: SheetRow, planned: PlannedSheet, cover: Cover, cells: CellReader
    ) -> None:
        self.issues: list[Issue] = []
        self.unmapped: list[tuple[str, str]] = []
        self._row = row
        self._planned = planned
        self._kind = planned.kind
        self._cover = cover
        self._cells = cells
        self._fields = cells.fields
        self._given: dict[str, tuple[str, Cell]] = {}
        given, filled = self._given, row.cells
        for index, column in planned.columns:
            if index not in filled:
                continue
            if column.rule is None:
                given.setdefault(column.target, (column.heading, filled[index]))
            else:
                self._give(column, column.rule, filled[index])

    def _give(self, column: Column, rule: CellRule, cell: Cell) -> None:
        """Keep a cell for its field, in our words and units as its column's rule says.

        Of several columns for one field the first that is filled counts.
        """
        if column.target in self._given:
            return
        self._given[column.target] = (column.heading, cell)
        if isinstance(cell, CellFault):  # its field refuses a fault
            return
        try:
            ours, unmapped = rule.read(cell)
        except InvalidInput as error:
            if not self._told(column.target):  # one cell may fill two fields
                self._error(column.target, error.what, error.do_next)
            ours, unmapped = None, None
        if unmapped is not None:
            self.unmapped.append((column.target, unmapped))
        if ours is None:
            del self._given[column.target]
        else:
            self._given[column.target] = (column.heading, ours)

    def read(self, first_row_of: dict[str, int]) -> Any | None:
        """Return the row's record, or None if an error rejects it."""
        values: dict[str, Any] = dict.fromkeys(self._fields)
        for name in filter(self._given.__contains__, self._fields):
            values[name] = self._value(name)
        values["geometry"] = self._geometry()
        self._fill_in(values)
        self._distinguish(values, first_row_of)
        record = None if self._rejected else self._record(values)
        self._remark(values)
        if record is None:
            return None
        if record.id in first_row_of:
            self._error(
                "id",
                f"Row {first_row_of[record.id]} has the same id, or the same name and place.",
                "Give each row its own id, or delete the one that is out of date.",
                value=record.id,
            )
            return None
        return record

    def _distinguish(self, values: dict[str, Any], first_row_of: dict[str, int]) -> None:
        """Tell rows apart by their place that a profile's own id does not, as parts of a road."""
        made = "id" in self._planned.made and "id" not in self._given
        if made and values["id"] in first_row_of and values["geometry"] is not None:
            place = made_id(self._kind, values["name"], values["geometry"])
            values["id"] = f"{values['id']}-{place[:8]}"

    def _record(self, values: dict[str, Any]) -> Any | None:
        try:
            return from_row(self._kind.record_class, values)
        except InvalidInput as error:
            self._report_contradiction(error)
            return None

    def _remark(self, values: dict[str, Any]) -> None:
        """Say what is doubtful, unless the cell's own problem has been told already."""
        for name, message, do_next in remarks_on(self._kind, values):
            if not self._told(name):
                self._warn(name, message, do_next)

    @property
    def _rejected(self) -> bool:
        return any(issue.severity is Severity.ERROR for issue in self.issues)

    def _value(self, name: str) -> Any:
        try:
            value = self._cells.read(name, self._given[name][1])
        except InvalidInput as error:
            if name in _UNBOUNDED_IF_UNREADABLE:
                consequence = _UNBOUNDED_IF_UNREADABLE[name]
                self._warn(name, f"{error.what} {consequence}", error.do_next)
            else:
                self._error(name, error.what, error.do_next)
            return None
        if value == 0 and name in ZERO_IS_UNKNOWN:
            self._warn(
                name,
                "0 was read as not known.",
                "Leave the cell empty; write blocked as the effect if nothing may pass.",
            )
            return None
        return value

    def _geometry(self) -> BaseGeometry | None:
        if not self._kind.placed:
            if self._row.geometry is not None:
                self._warn("geometry", "Its location was not read.", "A row of it has no place.")
            return None
        try:
            if self._row.geometry is not None:
                geometry, mended = shape_of(self._row.geometry, self._kind)
                if mended:
                    self._warn("geometry", mended, "Compare it with the original on the map.")
                return geometry
            cells = {
                target: cell
                for target, (_, cell) in self._given.items()
                if target not in self._fields
            }
            geometry = location_of(cells, self._kind, self._country)
        except InvalidInput as error:
            return self._unreadable_location(error)
        if cells and geometry is None:
            self._warn(
                LATITUDE, "The row has no location.", "Leave the cells empty if it is not known."
            )
        return geometry

    @property
    def _country(self) -> str | None:
        """The country that the row says it lies in, or else the file's."""
        _, cell = self._given.get("iso3", ("", None))
        return cell if isinstance(cell, str) and len(cell) == 3 else self._cover.country

    def _unreadable_location(self, error: InvalidInput) -> BaseGeometry | None:
        """Reject the row, or take what was probably meant if repairs are asked for."""
        target, told = error.details.get("target", "geometry"), dict(error.details)
        meant = told.get("meant") if self._cover.fix else None
        severity = Severity.WARNING if meant is not None else Severity.ERROR
        do_next = error.do_next
        if meant is not None:
            do_next = f"Read as {told['proposal']}; compare it with its source."
        self._add(severity, target, error.what, do_next, None)
        self.issues[-1] = replace(
            self.issues[-1],
            rule=told.get("rule", "coordinates.unreadable"),
            proposal=told.get("proposal"),
            repaired=meant is not None,
        )
        return meant

    def _fill_in(self, values: dict[str, Any]) -> None:
        """Take from the cover, and from the row itself, what the row leaves open."""
        cover = self._cover
        self._take_defaults(values)
        self._make(values)
        values["source_org"] = values["source_org"] or cover.organisation
        values["date_of_information"] = values["date_of_information"] or cover.assessed_at
        values["licence"] = values["licence"] or cover.licence
        if "iso3" in values:
            values["iso3"] = values["iso3"] or cover.country
        if any(values.get(name) is not None for name in _IN_LOCAL_TIME):
            values["time_zone"] = values["time_zone"] or cover.time_zone
        if cover.exercise:
            values["exercise"] = True
        elif values["exercise"]:
            self._error(
                "exercise",
                "The row is exercise data, but the file is not marked as an exercise.",
                "Keep exercise data and real data in files of their own."
                if self._kind.geodata
                else "Write yes at Exercise on the Assessment sheet, or remove the row.",
            )
        for name in _required(self._kind.record_class):  # type: ignore[arg-type]
            if values[name] is None:
                self._report_missing(name)
        if values["id"] is None:
            key = natural_key(self._kind.key, values)
            values["id"] = (
                made_id(self._kind, values["name"], values["geometry"])
                if key is None
                else id_of_key(self._kind.layer, key)
            )
        elif len(values["id"]) > _LONGEST_ID or _UNFIT_FOR_ID.search(values["id"]):
            self._error(
                "id",
                "The id cannot be part of a web address.",
                "Use letters, digits, - _ . : only, without spaces.",
            )

    def _take_defaults(self, values: dict[str, Any]) -> None:
        """Take what the profile says of every row, where a row leaves it open."""
        for name, default in self._planned.defaults.items():
            if values.get(name) is None and not self._told(name):
                values[name] = self._cells.read(name, default)

    def _make(self, values: dict[str, Any]) -> None:
        """Write what a row leaves empty out of its other columns, where the profile says how."""
        for name, pattern in self._planned.made.items():
            if values.get(name) is None and not self._told(name):
                text = self._written(pattern, values)
                text = " ".join(text.split()).strip(" -,:")
                values[name] = (_UNFIT_FOR_ID.sub("-", text) if name == "id" else text) or None

    def _written(self, pattern: str, values: Mapping[str, Any]) -> str:
        """Return a pattern with what the row says in its braces; empty if it says none of it."""
        words = {name: self._word(name, values) for name in _BRACES.findall(pattern)}
        return _BRACES.sub(lambda match: words[match[1]], pattern) if any(words.values()) else ""

    def _word(self, name: str, values: Mapping[str, Any]) -> str:
        """Return what the row says of a field, or under a heading of its source."""
        if values.get(name) is not None:
            return str(values[name])
        if name in self._given:
            return shown(self._given[name][1]) or ""
        cell = self._row.cells.get(self._planned.source.get(name, -1))
        if cell is None:
            place = {"sheet": self._planned.sheet.name, "row": str(self._row.number)}
            return place.get(name, "")
        return shown(_whole(cell)) or ""

    def _report_missing(self, name: str) -> None:
        """Say that a required cell is empty, unless its own problem has been told already."""
        if not self._told(name):
            self._error(name, f"{self._fields[name].title} is missing.", "Fill it in.")

    def _told(self, name: str) -> bool:
        heading = self._heading(name)
        return any(issue.column == heading for issue in self.issues)

    def _report_contradiction(self, error: InvalidInput) -> None:
        """Report what the record class refuses, with the headings in the place of field names."""
        names = re.findall(r"\w+", error.what)
        concerned = next((name for name in names if name in self._fields), "id")
        self._error(concerned, self._in_headings(error.what), self._in_headings(error.do_next))

    def _in_headings(self, text: str) -> str:
        # The message may quote a cell, which is as long as its sender likes.
        return re.sub(
            r"[a-z0-9]+(?:_[a-z0-9]+)+",
            lambda match: self._fields[match[0]].title if match[0] in self._fields else match[0],
            one_line(text, _LONGEST_MESSAGE),
        )

    def _heading(self, name: str) -> str:
        if name in self._given:
            return self._given[name][0]
        field = self._fields.get(name)
        return heading_of(field) if field else name.replace("_", " ").capitalize()

    def _error(self, name: str, message: str, do_next: str, *, value: str | None = None) -> None:
        self._add(Severity.ERROR, name, message, do_next, value)

    def _warn(self, name: str, message: str, do_next: str) -> None:
        self._add(Severity.WARNING, name, message, do_next, None)

    def _add(
        self, severity: Severity, name: str, message: str, do_next: str, value: str | None
    ) -> None:
        value = value or shown(self._given.get(name, ("", None))[1])
        self.issues.append(
            Issue(
                severity,
                message,
                do_next,
                self._kind.sheet,
                self._row.number,
                self._heading(name),
                value,
            )
        )


@lru_cache(maxsize=64)
def _required(record_class: type) -> tuple[str, ...]:
    fields = fields_of(record_class)
    return tuple(field.name for field in fields if field.required and field.name != "id")


def _whole(cell: Cell) -> Cell:
    """Return a whole number without the point that GDAL gives a column with a gap in it."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def made_id(kind: TableKind, name: str | None, geometry: BaseGeometry | None) -> str:
    """Return the id of a row that states none: the same for the same name and place."""
    # 6 decimals are 0.1 m: the same place gives the same id however its digits were stored.
    # QGIS promotes a shape to a collection of one without asking: it stays the same place.
    parts = shapely.get_parts(geometry)
    bare = parts[0] if len(parts) == 1 else geometry
    place = shapely.to_wkt(bare, rounding_precision=6) if bare is not None else ""
    return str(uuid.uuid5(_NAMESPACE, "|".join((kind.layer, (name or "").casefold(), place))))
