"""What the reader's child process tells its parent: sheets, rows of plain cells, or a failure.

One JSON value a line. The parent treats every line as untrusted: a parser that was taken over by
its file can write anything here.
"""

from __future__ import annotations

import binascii
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, TextIO

from lca.errors import InvalidInput, LcaError, MissingCrs, ReaderUnavailable, UnreadableFile

from .drawing import Drawing, Extent
from .limits import Limits
from .texts import one_line


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no value: Excel's error word, or a formula that was never calculated."""

    word: str


Cell = str | int | float | bool | datetime | time | CellFault


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: its number as the spreadsheet shows it, its cells by column."""

    number: int
    cells: Mapping[int, Cell]
    geometry: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, layer or table of a file, as plain cells.

    ``context`` are the headings that a table of a document stands under, outermost first.
    ``notes`` are what its reader assumed or left out, each with what to do about it. ``pointed``
    says that its numbers have a decimal point and nothing between thousands.
    """

    name: str
    known: bool = True
    rows: tuple[SheetRow, ...] = ()
    merged: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    pointed: bool = False


@dataclass(slots=True)
class SheetStart:
    """Message: a sheet begins, under these headings of its document."""

    name: str
    known: bool
    context: tuple[str, ...] = ()


@dataclass(slots=True)
class SheetEnd:
    """Message: the sheet ends; ``merged`` lists its merged ranges, as ``A2:A5``.

    ``notes`` are what the reader assumed or left out, each with what to do about it.
    """

    merged: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


Message = SheetStart | SheetRow | SheetEnd
COVER_SHEET = "Assessment"
"""The sheet on which a file says of itself what it is."""
# Absent on Windows, where a link needs a privilege that the child does not have.
NEITHER_LINK_NOR_PIPE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_WRITTEN_AS_IT_IS = frozenset({str, int, float, bool})
_NUMBERS = frozenset({int, float})
_LARGEST = 1e300
_LONGEST_MESSAGE = 500
_MOST_NOTES = 20
_FAILURES: dict[str, type[LcaError]] = {
    error.__name__: error for error in (UnreadableFile, MissingCrs, InvalidInput, ReaderUnavailable)
}


def write(messages: Iterable[Message], path: Path, limits: Limits | None = None) -> None:
    """Write the messages, then a line that says they are whole.

    Raises
    ------
    UnreadableFile
        If their texts are longer, their geometries larger or their sheets more than the limits
        allow: the parent would have to hold and judge them.
    """
    limits = limits or Limits()
    left = _Left.of_file(limits)
    with path.open("w", encoding="ascii") as stream:
        lines = 0
        for message in messages:
            left.take(message, limits)
            stream.write(_written(_encode(message)) + "\n")
            lines += 1
        stream.write(json.dumps({"end": lines}) + "\n")


@dataclass(slots=True)
class _Left:
    """What the messages about one file may still hold."""

    sheets: int
    letters: int
    extent: Extent

    @classmethod
    def of_file(cls, limits: Limits) -> _Left:
        """Return what a whole file may hold."""
        return cls(limits.sheets, limits.all_text_chars, Extent.of_file(limits))

    def take(self, message: Message, limits: Limits) -> None:
        """Take one message from it (UnreadableFile if it is too much)."""
        self.sheets -= isinstance(message, SheetStart)
        if self.sheets < 0:
            raise UnreadableFile(
                "The file has more sheets or tables than the reader accepts.",
                do_next="Copy those that matter into a file of their own.",
            )
        if not isinstance(message, SheetRow):
            return
        letters = _letters(message)
        self.letters -= letters
        if self.letters < 0 or letters > limits.row_chars:
            raise UnreadableFile(
                "The texts of the file are longer than the reader accepts.",
                do_next="Split it, or delete the columns that are not needed.",
            )
        self.extent.take(message.geometry, limits)


def write_failure(error: LcaError, path: Path) -> None:
    """Write an error in the place of the messages."""
    body = {"failure": type(error).__name__, "what": error.what, "do_next": error.do_next}
    path.write_text(json.dumps(body) + "\n", encoding="ascii")


def read(path: Path, limits: Limits) -> tuple[Sheet, ...]:
    """Read and check what a child wrote.

    Raises
    ------
    UnreadableFile, MissingCrs, InvalidInput, ReaderUnavailable
        The failure that the child reported.
    UnreadableFile
        If the output is not whole or not of the agreed form.
    """
    try:
        with _open(path, limits) as stream:
            return tuple(_sheets(_lines(stream, limits), limits))
    except LcaError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise _malformed(str(error)) from error


def _open(path: Path, limits: Limits) -> TextIO:
    """Open the result if it is a plain file: a child gone bad could have left a link or a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | NEITHER_LINK_NOR_PIPE)
    except OSError as error:
        raise _malformed("it is no plain file") from error
    stream = os.fdopen(descriptor, encoding="ascii")
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode) or state.st_size > limits.output_bytes:
        stream.close()
        raise _malformed("it is no plain file or too large")
    return stream


def _lines(stream: TextIO, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield each line's object; refuse a stream that does not end with its own line count."""
    most = _longest_line(limits)
    for count, line in enumerate(iter(lambda: stream.readline(most), "")):
        if len(line) == most:
            raise _malformed("a line is too long")
        body = _parsed(line)
        if "failure" in body:
            error = _FAILURES[body["failure"]]
            what, do_next = (_short(body[part], limits) for part in ("what", "do_next"))
            raise error(
                one_line(what, _LONGEST_MESSAGE), do_next=one_line(do_next, _LONGEST_MESSAGE)
            )
        if "end" in body:
            if body["end"] != count:
                break
            return
        yield body
    raise _malformed("it is cut off")


def _longest_line(limits: Limits) -> int:
    """Return a length that no row of ours has: letters escaped, numbers, corners in base64."""
    return 12 * limits.row_chars + 400 * limits.columns + 22 * limits.feature_vertices + (1 << 20)


def _sheets(bodies: Iterator[dict[str, Any]], limits: Limits) -> Iterator[Sheet]:
    cells_left, left = limits.cells, _Left.of_file(limits)
    for count, start in enumerate(bodies, start=1):
        if count > limits.sheets:
            raise _malformed("it holds too many sheets")
        name, known = one_line(_short(start["sheet"], limits)), bool(start["known"])
        context = tuple(one_line(_short(item, limits)) for item in start.get("context", ()))
        rows: list[SheetRow] = []
        for body in bodies:
            if "merged" in body:
                if len(body["merged"]) > limits.merged:
                    raise _malformed("it holds too many merged ranges")
                merged = tuple(_short(item, limits) for item in body["merged"])
                notes = tuple(_note(item, limits) for item in body.get("notes", ())[:_MOST_NOTES])
                yield Sheet(name, known, tuple(rows), merged, context, notes)
                break
            rows.append(_decode_row(body, limits))
            left.take(rows[-1], limits)
            cells_left -= len(rows[-1].cells)
            if len(rows) > limits.rows or cells_left < 0:
                raise _malformed("it holds too many rows or cells")
        else:
            raise _malformed("a sheet does not end")


def _letters(row: SheetRow) -> int:
    return sum([len(cell) for cell in row.cells.values() if type(cell) is str])


def _encode(message: Message) -> dict[str, Any]:
    if isinstance(message, SheetStart):
        return {"sheet": message.name, "known": message.known, "context": list(message.context)}
    if isinstance(message, SheetEnd):
        return {"merged": message.merged, "notes": [list(note) for note in message.notes]}
    cells = [
        [column, value if type(value) in _WRITTEN_AS_IT_IS else _encode_cell(value)]
        for column, value in message.cells.items()
    ]
    return {"row": message.number, "cells": cells, "geometry": _encode_drawing(message.geometry)}


def _encode_drawing(drawing: Drawing | None) -> list[Any] | None:
    if drawing is None:
        return None
    wkb = drawing.wkb
    body = None if wkb is None else binascii.b2a_base64(wkb, newline=False).decode("ascii")
    return [one_line(drawing.kind), body, one_line(drawing.fault), drawing.mended]


def _encode_cell(value: Cell) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, CellFault):
        return {"fault": value.word}
    return value


def _decode_row(body: dict[str, Any], limits: Limits) -> SheetRow:
    number = body["row"]
    if type(number) is not int or number < 0:
        raise _malformed("a row number is not a number")
    cells: dict[int, Cell] = {}
    most, longest = limits.columns, limits.text_chars
    for column, value in body["cells"]:
        if type(column) is not int or not 0 <= column < most or column in cells:
            raise _malformed("a column number is not valid")
        kind = type(value)
        plain = len(value) <= longest if kind is str else kind in _NUMBERS and _is_told(value)
        cells[column] = value if plain else _decode_cell(value, limits)
    geometry = body["geometry"]
    return SheetRow(number, cells, None if geometry is None else _decode_drawing(geometry, limits))


def _decode_drawing(body: Any, limits: Limits) -> Drawing:
    kind, wkb, fault, mended = body
    if wkb is not None:
        wkb = binascii.a2b_base64(wkb, strict_mode=True)
    if not isinstance(mended, bool):
        raise _malformed("a geometry is of an unknown kind")
    kind, fault = (one_line(_short(text, limits)) for text in (kind, fault))
    return Drawing(kind, wkb, fault, mended)


def _decode_cell(value: Any, limits: Limits) -> Cell:
    if isinstance(value, str):
        return _short(value, limits)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not _is_told(value):
            raise _malformed("a number is out of range")
        return value
    ((kind, text),) = value.items()
    if kind == "moment":
        return datetime.fromisoformat(text)
    if kind == "time":
        return time.fromisoformat(text)
    if kind == "fault":
        return CellFault(_short(text, limits))
    raise _malformed("a cell is of an unknown kind")


def _is_told(number: float) -> bool:
    """Tell whether a number is finite and of a size that things have."""
    return -_LARGEST <= number <= _LARGEST


def _short(text: Any, limits: Limits) -> str:
    if not isinstance(text, str) or len(text) > limits.text_chars:
        raise _malformed("a text is too long or is no text")
    return text


def _note(item: Any, limits: Limits) -> tuple[str, str]:
    what, do_next = (one_line(_short(part, limits), _LONGEST_MESSAGE) for part in item)
    return what, do_next


def _refuse_constant(name: str) -> None:
    raise _malformed(f"{name} is not a number")


# Made once: json.dumps and json.loads would make one for each line.
_written = json.JSONEncoder(allow_nan=False).encode
_parsed: Callable[[str], dict[str, Any]] = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _malformed(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file could not be read: the reader's output is not valid, {why}.",
        do_next="Save the file again with Excel or QGIS; if it stays so, report the file as a bug.",
    )
