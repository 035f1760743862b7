"""Write workbooks in the layout that the reader reads: rows of layers, or an empty template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lca.errors import UsageError
from lca.instant import end_of_local_day, format_instant

from .bookcolumns import BookColumn, columns_of, note_on, words_of
from .bookrules import ROWS_WITH_RULES, WordLists, add_list, add_rule, number_format
from .cells import LAST_DAYS
from .codewords import label
from .cover import COVER_KEYS, Cover, key_of
from .hxl import tag_of
from .sheets import TABLE_KINDS, TableKind, kind_of_layer
from .steadybook import save
from .translations import RIGHT_TO_LEFT, keys, require_language, said

_ENGLISH = "en"
_COVER_FIELDS = {
    **{key: key.lower() for key in COVER_KEYS},
    "Assessment date": "assessed_on",
    "Time zone": "time_zone",
}
_HEADING, _PALE = PatternFill("solid", fgColor="DDE6EE"), PatternFill("solid", fgColor="F2F5F8")
_NEEDED = PatternFill("solid", fgColor="FBE3C5")
_BOLD = Font(bold=True)
_HEADING_LINES = Alignment(wrap_text=True, vertical="top")
_ABOUT_TAGS = "help.9"
_NOTE_WIDTH, _LINE_HEIGHT = 320, 17


def write_workbook(
    path: Path,
    cover: Cover,
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    language: str = _ENGLISH,
    hxl: bool = False,
) -> None:
    """Write rows as an assessment workbook; the same rows give the same bytes.

    Parameters
    ----------
    path : Path
        The file to make or replace.
    cover : Cover
        The cover sheet's values.
    tables : mapping of str to rows
        Rows by layer name, as :func:`lca.table.rows_of` gives them; an empty list makes a sheet
        with headings only. A line keeps its first and last point.
    language : str
        The language of sheets, headings and words; in English codes are written as they are.
    hxl : bool
        Write a row of HXL tags under the headings.

    Raises
    ------
    UsageError
        If no sheet holds a layer of that name, or there is no workbook in the language.
    """
    require_language(language)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    lists = WordLists(book, language)
    _write_cover(_new_sheet(book, said("sheet.cover", language), language), cover, language)
    for layer, rows in tables.items():
        kind = _kind(layer)
        sheet = _new_sheet(book, said(f"sheet.{kind.layer}", language), language)
        columns = columns_of(kind, language)
        first = _write_head(sheet, columns, hxl=hxl)
        for number, row in enumerate(rows, start=first):
            _write_row(sheet, number, columns, row, cover.zone, language)
        for index, column in enumerate(columns, start=1):
            words = _codes(column, language)
            if words:
                add_list(sheet, _cells(index, first), words, lists, language)
    lists.write()
    save(book, path)


def write_template(
    path: Path,
    *,
    layers: Sequence[str] = (),
    language: str = _ENGLISH,
    hxl: bool = False,
    cover: Cover | None = None,
) -> None:
    """Write an empty workbook to be filled in by hand.

    It has the cover, a sheet a kind with a note on each heading, drop-downs and ranges, and the
    instructions. The same choices give the same bytes.

    Parameters
    ----------
    path : Path
        The file to make or replace.
    layers : sequence of str
        The layers to have sheets for; all by default.
    language : str
        One of :data:`lca.codelists.LANGUAGES`; sheets in Arabic run from right to left.
    hxl : bool
        Put a row of HXL tags under the headings.
    cover : Cover, optional
        What is known already of the assessment.

    Raises
    ------
    UsageError
        If no sheet holds a layer of that name, or there is no workbook in the language.
    """
    require_language(language)
    kinds = [_kind(layer) for layer in dict.fromkeys(layers)] or list(TABLE_KINDS)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    lists = WordLists(book, language)
    front = _new_sheet(book, said("sheet.cover", language), language)
    _write_front(front, cover or Cover(), lists, language)
    instructions = _new_sheet(book, said("sheet.instructions", language), language)
    _write_instructions(instructions, language, hxl=hxl)
    for kind in kinds:
        sheet = _new_sheet(book, said(f"sheet.{kind.layer}", language), language)
        columns = columns_of(kind, language)
        first = _write_head(sheet, columns, hxl=hxl, marked=True)
        for index, column in enumerate(columns, start=1):
            _explain(sheet, index, column, language)
            words = words_of(column, language)
            cells = _cells(index, first)
            if words:
                add_list(sheet, cells, words, lists, language)
            else:
                add_rule(sheet, cells, column, language)
        if kind.restricted:
            _warn(sheet, said("help.contacts", language))
    lists.write()
    save(book, path)


def _kind(layer: str) -> TableKind:
    kind = kind_of_layer(layer)
    if kind is None or kind.geodata:
        layers = ", ".join(kind.layer for kind in TABLE_KINDS)
        raise UsageError(f"No sheet holds the layer {layer!r}.", do_next=f"Choose of {layers}.")
    return kind


def _new_sheet(book: Workbook, title: str, language: str) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = language in RIGHT_TO_LEFT
    return sheet


def _write_cover(sheet: Worksheet, cover: Cover, language: str) -> None:
    for key in COVER_KEYS:
        value = getattr(cover, _COVER_FIELDS[key])
        sheet.append([said(key_of(key), language), _shown(value, language)])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 60


def _write_front(sheet: Worksheet, cover: Cover, lists: WordLists, language: str) -> None:
    """Write the cover of a template: the keys, what is known already, and a note on each."""
    for number, key in enumerate(COVER_KEYS, start=1):
        value = getattr(cover, _COVER_FIELDS[key])
        known = value if value not in {None, False} else None
        sheet.append(
            [
                said(key_of(key), language),
                _shown(known, language),
                said(key_of(key).replace("cover.", "cover.note."), language),
            ]
        )
        sheet.cell(number, 1).font = _BOLD
        sheet.cell(number, 2).fill = _NEEDED
        if key == "Assessment date":
            sheet.cell(number, 2).number_format = "yyyy-mm-dd"
        if key == "Exercise":
            words = said("word.yes", language), said("word.no", language)
            add_list(sheet, f"B{number}", words, lists, language)
    for letter, width in (("A", 26), ("B", 40), ("C", 90)):
        sheet.column_dimensions[letter].width = width


def _write_instructions(sheet: Worksheet, language: str, *, hxl: bool) -> None:
    told = [key for key in keys("help.") if hxl or key != _ABOUT_TAGS]
    for number, key in enumerate(told, start=1):
        cell = sheet.cell(number, 1, said(key, language))
        cell.alignment = _HEADING_LINES
    sheet.column_dimensions["A"].width = 110


def _write_head(
    sheet: Worksheet, columns: Sequence[BookColumn], *, hxl: bool, marked: bool = False
) -> int:
    """Write the headings, and the tags under them; return the first row of data."""
    for index, column in enumerate(columns, start=1):
        needed = marked and column.required
        cell = sheet.cell(1, index, f"{column.heading} *" if needed else column.heading)
        cell.font, cell.alignment = _BOLD, _HEADING_LINES
        cell.fill = _NEEDED if needed else _HEADING
        if hxl:
            tag = sheet.cell(2, index, tag_of(column.target, column.field))
            tag.fill = _PALE
    first = 3 if hxl else 2
    sheet.freeze_panes = f"C{first}"
    return first


def _explain(sheet: Worksheet, index: int, column: BookColumn, language: str) -> None:
    text = note_on(column, language)
    note = Comment(text, "LCA")
    lines = sum(1 + len(line) // 44 for line in text.splitlines())
    note.width, note.height = _NOTE_WIDTH, _LINE_HEIGHT * (lines + 1)
    sheet.cell(1, index).comment = note
    dimension = sheet.column_dimensions[get_column_letter(index)]
    dimension.width = min(max(13, 0.7 * len(column.heading)), 34)
    shown = number_format(column)
    if shown is not None:
        dimension.number_format = shown


def _warn(sheet: Worksheet, text: str) -> None:
    """Put a warning into the notes of the first two headings, before what they say."""
    for cell in (sheet.cell(1, 1), sheet.cell(1, 2)):
        said_already = cell.comment.text if cell.comment else ""
        cell.comment = Comment(f"{text}\n\n{said_already}", "LCA", 260, 360)


def _write_row(
    sheet: Worksheet,
    number: int,
    columns: Sequence[BookColumn],
    row: Mapping[str, Any],
    zone: ZoneInfo | None,
    language: str,
) -> None:
    places = _location_cells(row.get("geometry"))
    for index, column in enumerate(columns, start=1):
        value = places.get(column.target)
        if column.field is not None:
            value = _value(column, row.get(column.target), zone, language)
        if value is None:
            continue
        cell = sheet.cell(number, index, value)
        if cell.data_type == "f":  # a text that begins with = is a text
            cell.data_type = "s"


def _value(column: BookColumn, value: Any, zone: ZoneInfo | None, language: str) -> Any:
    field = column.field
    if column.target in LAST_DAYS:
        return _last_day(value, zone)
    if field is not None and field.codes and language != _ENGLISH and value is not None:
        return label(field.codes, str(value), language)
    return _cell(value, zone, language)


def _codes(column: BookColumn, language: str) -> tuple[str, ...]:
    """Return the words that a column of rows offers: those that its rows are written in."""
    if column.field is not None and column.field.codes and language == _ENGLISH:
        return column.field.codes
    return words_of(column, language)


def _cells(index: int, first: int) -> str:
    letter = get_column_letter(index)
    return f"{letter}{first}:{letter}{ROWS_WITH_RULES}"


def _location_cells(geometry: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if geometry is None:
        pass
    elif geometry.geom_type == "Polygon":
        corners = list(geometry.exterior.coords)[:-1]
        cells["area"] = "; ".join(f"{lat!r} {lon!r}" for lon, lat in corners)
    else:
        coordinates = list(geometry.coords)
        cells["longitude"], cells["latitude"] = coordinates[0]
        if len(coordinates) > 1:
            cells["to_longitude"], cells["to_latitude"] = coordinates[-1]
    return cells


def _cell(value: Any, zone: ZoneInfo | None, language: str) -> Any:
    if isinstance(value, datetime):
        return _local(value, zone) or format_instant(value)
    if isinstance(value, tuple):
        return "; ".join(str(item) for item in value)
    return _shown(value, language)


def _last_day(moment: datetime | None, zone: ZoneInfo | None) -> Any:
    """Return an end as a cell; the first moment of a local day is written as the day before it."""
    if moment is None:
        return None
    written = _local(moment, zone) or format_instant(moment)
    if not isinstance(written, datetime) or written.time() != time.min:
        return written
    day = written - timedelta(days=1)
    return day if end_of_local_day(day.date(), zone or UTC) == moment else format_instant(moment)


def _local(moment: datetime, zone: ZoneInfo | None) -> datetime | None:
    """Return the local time of a moment if it means that moment alone (no hour of a clock change)."""
    if zone is None:
        return None
    local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    return local if local.replace(tzinfo=zone).astimezone(UTC) == moment else None


def _shown(value: Any, language: str) -> Any:
    if isinstance(value, bool):
        return said("word.yes" if value else "word.no", language)
    return value
