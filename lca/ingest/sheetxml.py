"""Parse one worksheet's XML as a stream of cells, without a tree of it in memory.

Runs in the child process only. expat calls back for each element, which costs a third of building
and forgetting elements. A document type definition is refused, so that no entity can expand and
nothing outside the file is read; a text is cut where no cell may be longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol
from xml.parsers import expat

from defusedxml.common import DTDForbidden

from .xmlguard import GuardedXml

_CHUNK = 256 * 1024
_TEXTS = frozenset({"v", "t"})


@dataclass(slots=True)
class RawCell:
    """A cell as the XML has it: its reference, type and style, its text, and what holds it."""

    reference: str | None
    kind: str
    style: str | None
    text: str | None = None
    inline: str | None = None
    formula: bool = False


class Cells(Protocol):
    """What is told of a worksheet's rows and cells, in the order of the file."""

    def start(self, stated: str | None, *, hidden: bool) -> None:
        """Take a row that begins, with the number that it states."""

    def cell(self, raw: RawCell) -> None:
        """Take a cell that has ended."""

    def end(self) -> None:
        """Take a row's end."""


class SheetStream:
    """Tells of a worksheet's cells; ``merged`` holds the references of its merged ranges.

    Parameters
    ----------
    cells : Cells
        Who is told.
    longest : int
        How many characters of a text are kept.
    most_merged : int
        How many merged ranges a sheet may have; of more, one more is kept.
    """

    def __init__(self, cells: Cells, *, longest: int, most_merged: int) -> None:
        self.merged: list[str] = []
        self._cells = cells
        self._longest = longest
        self._most_merged = most_merged
        self._cell: RawCell | None = None
        self._path: list[str] = []
        self._text: list[str] | None = None
        self._length = 0

    def feed(self, stream: IO[bytes]) -> Iterator[None]:
        """Read a piece of the XML at each step.

        Raises
        ------
        ExpatError
            If the XML is not well-formed.
        DefusedXmlException
            If it has a document type definition.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        guarded = GuardedXml(stream)
        while chunk := guarded.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place only
            yield
        parser.Parse(b"", True)  # noqa: FBT003
        yield

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._cell is not None:
            self._path.append(name)
            if name in _TEXTS:
                self._text, self._length = [], 0
            elif name == "f":
                self._cell.formula = True
        elif name == "c":
            get = attributes.get
            self._cell = RawCell(get("r"), get("t", "n"), get("s"))
        elif name == "row":
            hidden = attributes.get("hidden") in {"1", "true"}
            self._cells.start(attributes.get("r"), hidden=hidden)
        elif name == "mergeCell" and len(self.merged) <= self._most_merged:
            self.merged.append(attributes.get("ref", "")[:32])

    def _characters(self, text: str) -> None:
        if self._text is not None and self._length < self._longest:
            self._text.append(text[: self._longest - self._length])
            self._length += len(text)

    def _end(self, name: str) -> None:
        path = self._path
        if not path:
            if self._cell is not None:
                cell, self._cell = self._cell, None
                self._cells.cell(cell)
            elif name.rpartition(":")[2] == "row":
                self._cells.end()
        elif self._text is None or self._cell is None:
            path.pop()
        elif len(path) == 1 and path[0] == "v":  # of nearly all cells
            self._cell.text = "".join(self._text)
            self._text = None
            path.clear()
        else:
            self._end_part(path.pop())

    def _end_part(self, name: str) -> None:
        """Keep the text of a value, or of a run of the text that lies in the cell itself."""
        cell, path = self._cell, self._path
        if self._text is None or cell is None or name not in _TEXTS:
            return
        text, self._text = "".join(self._text), None
        if name == "v" and not path:
            cell.text = text
        elif name == "t" and path[:1] == ["is"] and set(path[1:]) <= {"r"}:
            # Not the phonetic hints: they lie under rPh.
            cell.inline = ((cell.inline or "") + text)[: self._longest]


def _refuse(name: str, system: str | None, public: str | None, *_: object) -> None:
    raise DTDForbidden(name, system, public)
