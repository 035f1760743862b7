"""Write an assessment workbook: a cover sheet, and one sheet a kind with a column a field.

The layout is the one that ``lca.ingest`` reads. The same rows give the same bytes: the clock
that openpyxl writes into the file is replaced by a fixed moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lca.ingest.headings import LOCATION_TITLES, heading_of, location_targets
from lca.ingest.sheets import COVER_SHEET, TABLE_KINDS, TableKind
from lca.ingest.steadybook import save
from lca.record import Field, fields_of

_WRITTEN_AT = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
_HEADING_FILL = PatternFill("solid", fgColor="DDE6EE")
_DATE_FORMAT, _MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
# Excel holds the words of a drop-down in one text of at most 255 characters.
_LONGEST_LIST = 255
_DROP_DOWN_ROWS = 500


def write_workbook(
    path: Path, cover: Mapping[str, Any], tables: Mapping[str, Iterable[Mapping[str, Any]]]
) -> None:
    """Write the cover and the rows of each sheet that is named, by field name.

    Besides the fields of its record class a row may have ``latitude``, ``longitude``,
    ``to_latitude``, ``to_longitude`` and ``area``.
    """
    book = Workbook()
    book.properties.creator = str(cover["Organisation"])
    front = book.active
    assert isinstance(front, Worksheet)  # noqa: S101 - a new workbook has a sheet
    _write_cover(front, cover)
    for kind in TABLE_KINDS:
        if kind.sheet in tables:
            _write_table(book.create_sheet(kind.sheet), front, kind, list(tables[kind.sheet]))
    save(book, path, moment=_WRITTEN_AT)


def _write_cover(sheet: Worksheet, cover: Mapping[str, Any]) -> None:
    sheet.title = COVER_SHEET
    for number, (key, value) in enumerate(cover.items(), start=1):
        sheet.cell(number, 1, key).font = Font(bold=True)
        _write_cell(sheet, number, 2, value)
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 70


def _write_table(
    sheet: Worksheet, front: Worksheet, kind: TableKind, rows: Sequence[Mapping[str, Any]]
) -> None:
    columns = _columns(kind)
    for index, (name, (heading, field)) in enumerate(columns.items(), start=1):
        cell = sheet.cell(1, index, heading)
        cell.font, cell.fill = Font(bold=True), _HEADING_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        values = [row.get(name) for row in rows]
        for number, value in enumerate(values, start=2):
            _write_cell(sheet, number, index, value)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _width(heading, values)
        if field is not None:
            _add_drop_down(sheet, front, letter, field)
    sheet.freeze_panes = "C2"
    unknown = {name for row in rows for name in row} - columns.keys()
    if unknown:
        msg = f"{kind.sheet} has no column for {', '.join(sorted(unknown))}."
        raise ValueError(msg)


def _columns(kind: TableKind) -> dict[str, tuple[str, Field | None]]:
    """Return heading and field by name; the location comes after what the record itself says."""
    fields = fields_of(kind.record_class)
    own = [field for field in fields if field.name not in _provenance_names(fields)]
    location = {target: (LOCATION_TITLES[target], None) for target in location_targets(kind)}
    rest = fields[len(own) :]
    return {
        **{field.name: (heading_of(field), field) for field in own},
        **location,
        **{field.name: (heading_of(field), field) for field in rest},
    }


def _provenance_names(fields: Sequence[Field]) -> set[str]:
    names = [field.name for field in fields]
    return set(names[names.index("source_org") :])


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        value = "yes" if value else "no"
    cell = sheet.cell(row, column, value)
    if isinstance(value, datetime):
        cell.number_format = _MOMENT_FORMAT
    elif isinstance(value, date):
        cell.number_format = _DATE_FORMAT


def _width(heading: str, values: Iterable[Any]) -> float:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(max(12, len(heading) * 0.6, longest + 2), 48)


def _add_drop_down(sheet: Worksheet, front: Worksheet, letter: str, field: Field) -> None:
    """Offer a field's words in its column; too long a list is written out beside the cover."""
    words = ("yes", "no") if field.type == "boolean" else field.codes
    if not words:
        return
    formula = '"' + ",".join(words) + '"'
    if len(formula) > _LONGEST_LIST:
        formula = _list_beside_cover(front, field.title, words)
    rule = DataValidation(type="list", formula1=formula, allow_blank=True)
    rule.add(f"{letter}2:{letter}{_DROP_DOWN_ROWS}")
    sheet.add_data_validation(rule)


def _list_beside_cover(front: Worksheet, title: str, words: Sequence[str]) -> str:
    # One column stays free between the cover's two and the lists.
    column = max(front.max_column + 1, 4)
    front.cell(1, column, f"Words for {title}").font = Font(bold=True)
    for number, word in enumerate(words, start=2):
        front.cell(number, column, word)
    letter = get_column_letter(column)
    front.column_dimensions[letter].width = 28
    return f"{COVER_SHEET}!${letter}$2:${letter}${len(words) + 1}"
