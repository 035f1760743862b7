"""Read the tables of a saved web page.

Runs in the child process only. ``lxml`` parses without network, without the files beside the
page, and with libxml2's own limits on depth and size; scripts and styles are never looked at.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from lca.errors import UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.wire import Message

from .outline import Outline, most_cells, too_much

_LARGEST_PAGE = 32 * 1024 * 1024
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "math", "select", "nav", "object"}
    | {"iframe", "audio", "video", "textarea", "button"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "div", "li", "dd", "dt", "tr", "td", "th", "ul", "ol", "blockquote", "pre", "br", "hr"}
    | {"section", "article", "header", "footer", "main", "figure", "figcaption", "address"}
)
_MOST_SPAN = 65_534


def read_html(path: Path, limits: Limits) -> Iterator[Message]:
    """Yield the tables of a page with the headings they stand under.

    Raises
    ------
    UnreadableFile
        If it is no page, is nested too deeply, holds nothing, or exceeds a limit.
    """
    outline, root = Outline(limits), _parse(path)
    # "2.1.1 Port Sudan | Name of the site": the first part is the page's.
    outline.heading(0, (root.findtext(".//title") or "").partition(" | ")[0])
    _Walk(outline, limits).over(root)
    outline.require_content()
    yield from outline.messages()


def _parse(path: Path) -> Any:
    if path.stat().st_size > _LARGEST_PAGE:
        raise too_much(f"more than {_LARGEST_PAGE >> 20} MB")
    text = _XML_DECLARATION.sub("", _text_of(path.read_bytes())).replace("\x00", "")
    parser = html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFile(
            "The page cannot be read: it holds no HTML.",
            do_next="Save it from the browser as a web page (HTML only).",
        ) from error
    # After such an error the rest of the page is missing from the tree, without another word.
    fatal = next((one for one in parser.error_log if one.level_name == "FATAL"), None)
    if fatal is not None:
        deep = "depth" in fatal.message
        why = "its elements are nested too deeply" if deep else fatal.message[:120]
        raise UnreadableFile(
            f"The page cannot be read whole ({why}).",
            do_next="Copy its tables into a workbook or a new document.",
        )
    return root


def _text_of(body: bytes) -> str:
    """Decode a page: by its byte order mark, as UTF-8 if it is, by what it declares, as Windows'."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _decoded(body, name)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(body[:4096])
    name = declared[1].decode("ascii") if declared else "cp1252"
    try:
        # Browsers read latin-1 as Windows does (WHATWG Encoding Standard).
        name = {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(codecs.lookup(name).name, name)
    except LookupError:
        name = "cp1252"
    return _decoded(body, name)


def _decoded(body: bytes, name: str) -> str:
    try:
        return body.decode(name, errors="replace")
    except (LookupError, UnicodeError) as error:
        raise UnreadableFile(
            f"The page's text cannot be decoded as {name}.", do_next="Save it as UTF-8."
        ) from error


class _Walk:
    """Goes through a page in its order, without recursion, and fills an outline."""

    def __init__(self, outline: Outline, limits: Limits) -> None:
        self._outline = outline
        self._limits = limits
        self._parts: list[str] = []

    def over(self, root: Any) -> None:
        """Take all of a page; tables are taken whole and not entered."""
        skipped: Any = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self._say(element.tail)
                continue
            tag = _tag(element)
            if event == "start":
                if tag in _SKIPPED or tag in _HEADINGS or (tag == "table" and not _layout(element)):
                    self._end_paragraph()
                    self._whole(tag, element)
                    skipped = element
                    continue
                self._start(tag, element)
            else:
                if tag in _BLOCKS:
                    self._end_paragraph()
                self._say(element.tail)
        self._end_paragraph()

    def _start(self, tag: str, element: Any) -> None:
        if tag in _BLOCKS:
            self._end_paragraph()
        if element.text:
            self._say(element.text)

    def _whole(self, tag: str, element: Any) -> None:
        if tag in _HEADINGS:
            self._outline.heading(_HEADINGS[tag], _cell_text(element))
        elif tag == "table":
            self._table(element, "")

    def _table(self, element: Any, under: str) -> None:
        """Take a table, then those inside of its cells, each under its row's first cell."""
        pending = [(element, under)]
        while pending:
            table, above = pending.pop(0)
            rows = _expanded(table, self._limits)
            caption = next((_cell_text(one) for one in table if _tag(one) == "caption"), "")
            self._outline.table(rows, caption, above)
            for number, row in enumerate(_rows_of(table)):
                first = next(iter(rows[number].values()), "") if number < len(rows) else ""
                pending += [
                    (inner, first)
                    for cell in row
                    for inner in cell.iter("table")
                    if _owner(inner) is table
                ]

    def _say(self, text: str | None) -> None:
        if text:
            self._parts.append(text)

    def _end_paragraph(self) -> None:
        text = "".join(self._parts).replace("\n", " ")
        if text.strip():
            self._outline.paragraph(text)
        self._parts = []


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _owner(table: Any) -> Any:
    """Return the table that a table lies in."""
    return next((one for one in table.iterancestors() if _tag(one) == "table"), None)


def _layout(table: Any) -> bool:
    """Tell whether a table only places things on the page: it holds headings."""
    return any(True for _ in table.iter(*_HEADINGS))


def _rows_of(table: Any) -> list[Any]:
    rows = []
    for child in table:
        if _tag(child) == "tr":
            rows.append(child)
        elif _tag(child) in {"thead", "tbody", "tfoot"}:
            rows += [one for one in child if _tag(one) == "tr"]
    return rows


def _expanded(table: Any, limits: Limits) -> list[dict[int, str]]:
    """Return a table's rows with each cell's text in every place that the cell spans."""
    rows: list[dict[int, str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    places = 0
    for row in _rows_of(table):
        filled = {column: text for column, (_, text) in hanging.items()}
        hanging = {c: (left - 1, text) for c, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in (one for one in row if _tag(one) in {"td", "th"}):
            while column in filled:
                column += 1
            text = _cell_text(cell)
            down = _span(cell, "rowspan") or _MOST_SPAN
            wide = min(max(_span(cell, "colspan"), 1), limits.columns + 1)
            for at in range(column, column + wide):
                filled[at] = text
                if down > 1:
                    hanging[at] = (down - 1, text)
            column += wide
            if column > limits.columns:
                raise too_much(f"a table of more than {limits.columns} columns")
        places += len(filled)
        if places > most_cells(limits):
            raise too_much(f"more than {most_cells(limits)} cells")
        rows.append(dict(sorted(filled.items())))
    return rows


def _span(cell: Any, name: str) -> int:
    """Return how far a cell spans; 1 if it does not say so in digits, 0 means to the end."""
    written = (cell.get(name) or "1").strip()
    return min(int(written), _MOST_SPAN) if re.fullmatch(r"\d{1,5}", written, re.ASCII) else 1


def _cell_text(cell: Any) -> str:
    """Return what a cell shows, without the tables inside of it."""
    parts: list[str] = []
    skipped: Any = None
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        tag = _tag(element)
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                parts.append(element.tail or "")
            continue
        if event == "start":
            if tag in _SKIPPED or (tag == "table" and element is not cell):
                skipped = element
                continue
            if tag in _BLOCKS and element is not cell:
                parts.append("\n")
            if tag == "input" and element.get("type", "").lower() == "checkbox":
                parts.append("\u2611" if element.get("checked") is not None else "\u2610")
            parts.append((element.text or "").replace("\n", " "))
        elif element is not cell:
            if tag in _BLOCKS:
                parts.append("\n")
            parts.append((element.tail or "").replace("\n", " "))
    return "".join(parts)
