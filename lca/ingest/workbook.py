"""Stream the cells of an XLSX workbook, losing none and keeping none in memory.

Runs in the child process only. A reader of our own, because the libraries fail on hostile and on
merely odd files: openpyxl trusts a wrong ``<dimension>``, drops rows and cells that are out of
order and cannot tell a formula without a value from an empty cell; calamine reserves memory for
every cell up to the farthest. ``defusedxml`` refuses document type definitions, so no entity can
expand and nothing outside the file is read.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lca.errors import UnreadableFile

from .archive import open_archive
from .folding import fold
from .limits import Limits
from .serials import from_serial, is_date_format
from .sheetxml import RawCell, SheetStream
from .wire import Cell, CellFault, Message, SheetEnd, SheetRow, SheetStart
from .xmlguard import GuardedXml

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# Excel writes characters that XML cannot hold as _x000D_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_DIGITS = 9
_MOST_STYLES = 65_536
_NEVER_CALCULATED = CellFault("formula without a value")


@dataclass(slots=True)
class _Book:
    """What every sheet of a workbook shares, and how many cells may still come."""

    archive: zipfile.ZipFile
    limits: Limits
    strings: list[Cell]
    text_of: dict[str, Cell]
    """The same by the digits under which cells name them."""
    date_styles: set[int]
    date1904: bool
    cells_left: int
    dates: dict[str, bool] = field(default_factory=dict)
    """Of each style that a number has had, whether it shows a date."""


def read_workbook(path: Path, known_sheets: Collection[str], limits: Limits) -> Iterator[Message]:
    """Yield the rows of the sheets whose name is known, and the bare name of every other sheet.

    Parameters
    ----------
    path : Path
        The workbook.
    known_sheets : collection of str
        Names as :func:`lca.ingest.folding.fold` returns them; ``*`` stands for every sheet.
    limits : Limits
        Bounds that the reader itself holds.

    Raises
    ------
    UnreadableFile
        If the file is no workbook, is damaged, or exceeds a limit.
    """
    with open_archive(path, limits) as archive:
        try:
            yield from _read(archive, known_sheets, limits)
        except (ParseError, ExpatError, UnicodeDecodeError) as error:
            raise _damaged(str(error)) from error
        except DefusedXmlException as error:
            msg = "The file contains XML definitions that no workbook needs."
            raise UnreadableFile(
                msg, do_next="Do not use this file; ask its sender for another."
            ) from error


def _read(
    archive: zipfile.ZipFile, known_sheets: Collection[str], limits: Limits
) -> Iterator[Message]:
    main = _main_part(archive)
    targets = _relationships(archive, main)
    sheets, date1904 = _contents(archive, main)
    by_type = {kind.rpartition("/")[2]: target for kind, target in targets.values()}
    strings = list(_shared_strings(archive, by_type.get("sharedStrings"), limits))
    book = _Book(
        archive=archive,
        limits=limits,
        strings=strings,
        text_of={str(number): text for number, text in enumerate(strings) if text},
        date_styles=_date_styles(archive, by_type.get("styles")),
        date1904=date1904,
        cells_left=limits.cells,
    )
    for name, relation, hidden in sheets:
        kind, target = targets.get(relation, ("", ""))
        wanted = "*" in known_sheets or fold(name) in known_sheets
        known = wanted and kind.endswith("/worksheet")
        yield SheetStart(name, known)
        if known:
            yield from _sheet(book, name, target, hidden=hidden)
        else:
            yield SheetEnd()


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    """Yield each element of a part as it ends, with its name bare of the namespace."""
    try:
        stream = archive.open(part)
    except KeyError:
        raise _damaged(f"{part} is missing") from None
    with stream:
        yield from ((_bare(element), element) for _, element in _parse(stream, ("end",)))


def _parse(stream: IO[bytes], events: tuple[str, ...]) -> Iterator[tuple[str, Element]]:
    parsed: Iterator[tuple[str, Element]] = iterparse(
        GuardedXml(stream), events=events, forbid_dtd=True
    )
    return parsed


def _bare(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """Return an attribute by its name bare of the namespace; empty if it is absent."""
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )


def _relationships(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return type and target part of each relationship of a part, by its id."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}
    for tag, element in _elements(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        if tag == "Relationship" and element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
            found[element.get("Id", "")] = (element.get("Type", ""), target.lstrip("/"))
    return found


def _main_part(archive: zipfile.ZipFile) -> str:
    if "_rels/.rels" not in archive.namelist():
        msg = "The file is a zip archive, but not an Excel workbook."
        raise UnreadableFile(msg, do_next="Save it from Excel or LibreOffice as .xlsx.")
    for kind, target in _relationships(archive, "").values():
        if kind.endswith("/officeDocument") and target.endswith(".xml"):
            return target
    msg = "The file is an Office document, but not an Excel workbook."
    raise UnreadableFile(msg, do_next="Save it from Excel or LibreOffice as .xlsx.")


def _contents(archive: zipfile.ZipFile, main: str) -> tuple[list[tuple[str, str, bool]], bool]:
    """Return the sheets in order, and whether dates count from 1904.

    Of each sheet its name, the id of its relationship, and whether Excel hides it.
    """
    sheets: list[tuple[str, str, bool]] = []
    date1904 = False
    for tag, element in _elements(archive, main):
        if tag == "sheet":
            hidden = element.get("state", "visible") != "visible"
            sheets.append((element.get("name", ""), _attribute(element, "id"), hidden))
        elif tag == "workbookPr":
            date1904 = element.get("date1904", "0") in {"1", "true"}
    return sheets, date1904


def _shared_strings(archive: zipfile.ZipFile, part: str | None, limits: Limits) -> Iterator[Cell]:
    if part is None:
        return
    for tag, element in _elements(archive, part):
        if tag == "si":
            yield _fitting(_rich_text(element), limits)
            element.clear()


def _rich_text(element: Element) -> str:
    """Join the runs of a text, without its phonetic hints."""
    parts: list[str] = []
    for child in element:
        tag = _bare(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts.append(_rich_text(child))
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _date_styles(archive: zipfile.ZipFile, part: str | None) -> set[int]:
    """Return the indices of the cell styles that show a number as a date or time."""
    if part is None:
        return set()
    codes: dict[int, str] = {}
    formats: list[int] = []
    for tag, element in _elements(archive, part):
        if tag == "numFmt":
            codes[_whole(element.get("numFmtId"))] = element.get("formatCode", "")
        elif tag == "cellXfs":
            formats = [_whole(style.get("numFmtId", "0")) for style in element]
    return {
        index for index, number in enumerate(formats) if is_date_format(number, codes.get(number))
    }


def _sheet(book: _Book, name: str, part: str, *, hidden: bool) -> Iterator[Message]:
    """Yield the rows of one sheet that hold anything, then its end."""
    try:
        stream = book.archive.open(part)
    except KeyError:
        raise _damaged(f"{part} is missing") from None
    rows = _SheetRows(book, name)
    # An escaped character is seven: what is kept is never cut below what a cell may hold.
    longest = 8 * book.limits.text_chars
    sheet = SheetStream(rows, longest=longest, most_merged=book.limits.merged)
    with stream:
        for _ in sheet.feed(stream):
            yield from rows.done
            rows.done.clear()
    if len(sheet.merged) > book.limits.merged:
        raise UnreadableFile(
            f"Sheet {name!r} has more than {book.limits.merged} merged ranges.",
            do_next="Select all cells, unmerge them, and write each value into its rows.",
        )
    yield SheetEnd(sheet.merged, list(_hidden_notes(rows.hidden, sheet_too=hidden)))


def _hidden_notes(rows: int, *, sheet_too: bool) -> Iterator[tuple[str, str]]:
    """Yield what is read though nobody sees it: a filter hides rows that somebody took for gone."""
    do_next = "Show them in Excel (clear the filter, Unhide) and delete what does not hold."
    if sheet_too:
        yield "The sheet is hidden in the workbook; it was read like the others.", do_next
    elif rows:
        found = "1 row is" if rows == 1 else f"{rows} rows are"
        yield f"{found} hidden in the workbook and read like the others.", do_next


class _SheetRows:
    """The state of one sheet while its cells stream by.

    ``done`` are the rows that have ended; ``hidden`` counts those that Excel does not show.
    """

    def __init__(self, book: _Book, name: str) -> None:
        self.done: list[SheetRow] = []
        self.hidden = 0
        self._is_hidden = False
        self._book = book
        self._most_columns = book.limits.columns
        self._name = name
        self._row = 0
        self._digits = "0"
        self._columns: dict[str, int] = {}
        self._column = -1
        self._rows_seen = 0
        self._cells: dict[int, Cell] = {}

    def start(self, stated: str | None, *, hidden: bool) -> None:
        """Begin a row; one without a number follows the one before."""
        self._is_hidden = hidden
        self._row = _whole(stated) if stated else self._row + 1
        self._digits = str(self._row)
        self._column = -1
        self._cells = {}

    def cell(self, raw: RawCell) -> None:
        """Keep the value of a cell that has just ended, if it has one."""
        column, book, cells = self._place(raw.reference), self._book, self._cells
        value = book.text_of.get(raw.text) if raw.kind == "s" and raw.text else None
        if value is None:
            value = _value(raw, book)
            if value is None:
                return
        if column >= self._most_columns:
            raise self._too_much(f"a value in column {column + 1}")
        if column in cells:
            raise _damaged(f"two cells of sheet {self._name!r} have the same place")
        book.cells_left -= 1
        if book.cells_left < 0:
            raise self._too_much(f"more than {book.limits.cells} cells")
        cells[column] = value

    def end(self) -> None:
        """Keep the row that has just ended, if it holds anything."""
        if not self._cells:
            return
        self._rows_seen += 1
        self.hidden += self._is_hidden
        if self._rows_seen > self._book.limits.rows:
            raise self._too_much(f"more than {self._book.limits.rows} rows")
        self.done.append(SheetRow(self._row, dict(sorted(self._cells.items()))))

    def _place(self, reference: str | None) -> int:
        if not reference:
            self._column += 1
            return self._column
        letters = reference.removesuffix(self._digits)
        column = self._columns.get(letters) if len(letters) < len(reference) else None
        if column is None:
            column = self._columns[letters] = self._column_of(reference)
        self._column = column
        return column

    def _column_of(self, reference: str) -> int:
        match = _REFERENCE.fullmatch(reference)
        if not match or int(match[2]) != self._row:
            raise _damaged(f"a cell of sheet {self._name!r} has the place {reference[:20]!r}")
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return column - 1

    def _too_much(self, what: str) -> UnreadableFile:
        return UnreadableFile(
            f"Sheet {self._name!r} holds {what}, which is more than the reader accepts.",
            do_next="Delete what lies outside of the table (select the empty rows and columns, Delete), and save it again.",
        )


def _value(raw: RawCell, book: _Book) -> Cell | None:
    if raw.kind == "inlineStr" and raw.inline is not None:
        return _fitting(_unescaped(raw.inline), book.limits) or None
    if not raw.text:
        return _NEVER_CALCULATED if raw.formula and raw.kind != "str" else None
    return _typed(raw.kind, raw.text, raw.style, book)


def _typed(kind: str, text: str, style: str | None, book: _Book) -> Cell | None:
    if kind == "n":
        return _number(text, style, book)
    if kind == "s":
        index = _whole(text)
        if index >= len(book.strings):
            raise _damaged("a text is missing")
        return book.strings[index] or None
    if kind == "b":
        return text.strip() in {"1", "true"}
    if kind == "e":
        return CellFault(text[:40])
    return _fitting(_unescaped(text), book.limits)


def _number(text: str, style: str | None, book: _Book) -> Cell:
    try:
        number = float(text)
    except ValueError:
        raise _damaged(f"{text[:20]!r} is not a number") from None
    if not abs(number) < 1e300:  # also refuses nan
        return CellFault("a number out of range")
    if style and book.dates.get(style, True) and _shows_a_date(style, book):
        try:
            return from_serial(number, date1904=book.date1904)
        except ValueError as error:
            return CellFault(str(error))
    whole = int(number)
    return whole if whole == number else number


def _shows_a_date(style: str, book: _Book) -> bool:
    known = book.dates.get(style)
    if known is None:
        number = _whole(style)
        known = number in book.date_styles
        # Of hostile styles there may be as many as cells, and none of them is there.
        if number < _MOST_STYLES:
            book.dates[style] = known
    return known


def _fitting(text: str, limits: Limits) -> str | CellFault:
    return text if len(text) <= limits.text_chars else CellFault("a text that is too long")


def _whole(text: Any) -> int:
    if not (isinstance(text, str) and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise _damaged(f"{str(text)[:20]!r} is not a whole number")
    return int(text)


def _damaged(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The workbook is damaged ({why}).", do_next="Open it in Excel and save it again."
    )
