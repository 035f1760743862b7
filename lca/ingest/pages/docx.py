"""Read the tables of a Word document.

Runs in the child process only. A reader of our own, as for workbooks: it streams the one part
that holds the text, takes no entity, follows no link, opens no picture and runs nothing.
``defusedxml`` refuses document type definitions.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lca.errors import UnreadableFile
from lca.ingest.archive import open_archive
from lca.ingest.limits import Limits
from lca.ingest.wire import Message
from lca.ingest.xmlguard import GuardedXml

from .outline import Outline, most_cells, too_much

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 200
_MOST_STYLES = 5_000
_HEADING_NAME = re.compile(r"(?:heading|titre|título|titulo|überschrift)\s*([1-9])", re.IGNORECASE)
# What is deleted, what a field computes from, and the older form of what is said once already.
_SKIPPED = frozenset({"del", "delText", "instrText", "moveFrom", "Fallback", "txbxContent", "pict"})
_TAKEN = frozenset({"p", "tbl", "tr", "tc", "sectPr", "r"})
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the tables of a document with the headings they stand under.

    Raises
    ------
    UnreadableFile
        If it is no Word document, is damaged, holds macros or nothing, or exceeds a limit.
    """
    outline = Outline(limits)
    with open_archive(path, limits) as archive:
        try:
            main = _main_part(archive)
            _read(archive, main, _Reading(outline, limits, _heading_styles(archive, main)))
        except (ParseError, UnicodeDecodeError) as error:
            raise _damaged(str(error)) from error
        except DefusedXmlException as error:
            msg = "The file contains XML definitions that no document needs."
            raise UnreadableFile(
                msg, do_next="Do not use this file; ask its sender for another."
            ) from error
    outline.require_content()
    yield from outline.messages()


def _main_part(archive: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the text."""
    names = set(archive.namelist())
    if any(posixpath.basename(name).lower() == "vbaproject.bin" for name in names):
        raise UnreadableFile("The document holds macros.", do_next="Save it as .docx without them.")
    for event, element in _elements(archive, "_rels/.rels"):
        if (
            event == "start"
            and _bare(element) == "Relationship"
            and element.get("Type", "").endswith("/officeDocument")
            and element.get("TargetMode") != "External"
        ):
            part = posixpath.normpath(element.get("Target", "").lstrip("/"))
            if part.startswith("word/") and part in names:
                return part
    raise UnreadableFile(
        "The file is no Word document.", do_next="Save it from Word or LibreOffice as .docx."
    )


def _heading_styles(archive: zipfile.ZipFile, main: str) -> dict[str, int]:
    """Return the level of each style that makes a heading, by the style's id."""
    part = posixpath.join(posixpath.dirname(main), "styles.xml")
    if part not in archive.namelist():
        return {}
    levels: dict[str, int] = {}
    based_on: dict[str, str] = {}
    for event, style in _elements(archive, part):
        if event == "end" and _bare(style) == "style":
            name = style.get(f"{_W}styleId", "")
            level = _level_of_style(style)
            if level is not None:
                levels[name] = level
            base = style.find(f"{_W}basedOn")
            based_on[name] = "" if base is None else base.get(f"{_W}val", "")
            style.clear()
            if len(based_on) > _MOST_STYLES:
                raise too_much(f"more than {_MOST_STYLES} styles")
    for name, parent in based_on.items():
        if name not in levels and parent in levels:
            levels[name] = levels[parent]
    return levels


def _level_of_style(style: Element) -> int | None:
    named = style.find(f"{_W}name")
    match = _HEADING_NAME.fullmatch("" if named is None else named.get(f"{_W}val", ""))
    if match:
        return int(match[1])
    return _outline_level(style.find(f"{_W}pPr"))


def _outline_level(properties: Element | None) -> int | None:
    """Return the level of a heading that a style or paragraph states itself, from 1."""
    stated = None if properties is None else properties.find(f"{_W}outlineLvl")
    value = "" if stated is None else stated.get(f"{_W}val", "")
    return int(value) + 1 if re.fullmatch("[0-8]", value) else None


@dataclass(slots=True)
class _Cell:
    column: int
    span: int = 1
    goes_on: bool = False
    starts: bool = False
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table that has begun: its rows so far, and what its merged cells say further down."""

    under: str = ""
    rows: list[dict[int, str]] = field(default_factory=list)
    merged: dict[int, str] = field(default_factory=dict)
    column: int = 0
    cell: _Cell | None = None


class _Reading:
    """The state of a document while its elements stream by."""

    def __init__(self, outline: Outline, limits: Limits, styles: dict[str, int]) -> None:
        self._outline = outline
        self._limits = limits
        self._styles = styles
        self._tables: list[_Table] = []
        self._inner: list[_Table] = []
        self._words: list[str] = []
        self._level: int | None = None
        self._places = 0

    def start(self, tag: str) -> None:
        """Begin an element."""
        table = self._tables[-1] if self._tables else None
        if tag == "tbl":
            first = next(iter(table.rows[-1].values()), "") if table and table.rows else ""
            self._tables.append(_Table(under=first))
        elif tag == "tr" and table:
            table.rows.append({})
            table.column, table.cell = 0, None
        elif tag == "tc" and table and table.rows:
            table.cell = _Cell(table.column)
        elif tag == "p":
            self._words, self._level = [], None

    def end(self, tag: str, element: Element) -> None:
        """End an element, and take what it says."""
        table = self._tables[-1] if self._tables else None
        if tag == "t":
            self._words.append(element.text or "")
        elif tag in _BREAKS:
            self._words.append(_BREAKS[tag])
        elif tag == "pPr" and not table:
            self._level = self._level_of(element)
        elif tag == "p":
            self._end_paragraph(table)
        elif tag == "tcPr" and table and table.cell:
            self._shape(table.cell, element)
        elif tag == "tc" and table and table.cell:
            self._end_cell(table, table.cell)
        elif tag == "tbl" and table:
            self._end_table(self._tables.pop())

    def _level_of(self, properties: Element) -> int | None:
        style = properties.find(f"{_W}pStyle")
        by_style = None if style is None else self._styles.get(style.get(f"{_W}val", ""))
        return _outline_level(properties) or by_style

    def _end_paragraph(self, table: _Table | None) -> None:
        text, self._words = "".join(self._words), []
        if table is None:
            if self._level is None:
                self._outline.paragraph(text)
            else:
                self._outline.heading(self._level, text)
        elif table.cell is not None:
            table.cell.parts.append(text)

    def _shape(self, cell: _Cell, properties: Element) -> None:
        span = properties.find(f"{_W}gridSpan")
        wide = "1" if span is None else span.get(f"{_W}val", "1")
        cell.span = max(1, int(wide)) if re.fullmatch(r"\d{1,4}", wide, re.ASCII) else 1
        merge = properties.find(f"{_W}vMerge")
        if merge is not None:
            cell.starts = merge.get(f"{_W}val") == "restart"
            cell.goes_on = not cell.starts

    def _end_cell(self, table: _Table, cell: _Cell) -> None:
        """Put a cell's text in every place that it spans."""
        last = cell.column + cell.span
        if last > self._limits.columns:
            raise too_much(f"a table of more than {self._limits.columns} columns")
        self._places += cell.span
        if self._places > most_cells(self._limits):
            raise too_much(f"more than {most_cells(self._limits)} cells")
        text = "\n".join(cell.parts)
        for column in range(cell.column, last):
            if cell.goes_on:
                text = table.merged.get(column, text)
            elif cell.starts:
                table.merged[column] = text
            else:
                table.merged.pop(column, None)
            table.rows[-1][column] = text
        table.column, table.cell = last, None

    def _end_table(self, table: _Table) -> None:
        """Take a table once it is whole; those inside of it come after the one around them."""
        self._inner.insert(0, table)
        if not self._tables:
            for one in self._inner:
                self._outline.table(one.rows, under=one.under)
            self._inner = []


def _read(archive: zipfile.ZipFile, part: str, reading: _Reading) -> None:
    skipped = 0
    open_elements: list[Element] = []
    for event, element in _elements(archive, part):
        tag = _bare(element)
        if event == "start":
            open_elements.append(element)
            if len(open_elements) > _DEEPEST:
                raise too_much(f"elements nested deeper than {_DEEPEST}")
            if skipped or tag in _SKIPPED:
                skipped += 1
            else:
                reading.start(tag)
            continue
        open_elements.pop()
        if skipped:
            skipped -= 1
        else:
            reading.end(tag, element)
        if tag in _TAKEN and open_elements:
            del open_elements[-1][:]  # what has been taken needs no memory any more


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    try:
        stream = archive.open(part)
    except KeyError:
        raise _damaged(f"{part} is missing") from None
    with stream:
        yield from iterparse(GuardedXml(stream), events=("start", "end"), forbid_dtd=True)


def _bare(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _damaged(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The document is damaged ({why}).", do_next="Open it in Word and save it again."
    )
