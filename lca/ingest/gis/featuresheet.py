"""Collect features whose columns become known only as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lca.errors import UnreadableFile
from lca.ingest.drawing import drawing_of
from lca.ingest.limits import Limits
from lca.ingest.wire import Cell, Message, SheetEnd, SheetRow, SheetStart

from .featurelayer import Note, check_size
from .outline import outlined


class FeatureSheet:
    """The features of one file; a column is made when the first feature fills it."""

    def __init__(self, title: str, limits: Limits) -> None:
        self._title = title
        self._limits = limits
        self._columns: dict[str, int] = {}
        self._rows: list[SheetRow] = []

    def add(self, cells: Mapping[str, Cell], geometry: Mapping[str, Any] | None) -> None:
        """Add a feature; empty texts are left out.

        Parameters
        ----------
        geometry : mapping, optional
            Its ``type`` and ``coordinates``, as in GeoJSON.

        Raises
        ------
        UnreadableFile
            If there are too many features, columns or cells, or a text is too long.
        """
        filled: dict[int, Cell] = {}
        for name, cell in cells.items():
            if cell == "":
                continue
            if max(len(name), len(str(cell))) > self._limits.text_chars:
                raise UnreadableFile(
                    f"A text has more than {self._limits.text_chars} characters.",
                    do_next="Shorten the description of the feature.",
                )
            filled[self._columns.setdefault(name, len(self._columns))] = cell
        drawing = None
        if geometry is not None:
            drawing = outlined(drawing_of(geometry["type"], geometry["coordinates"]), self._limits)
        self._rows.append(SheetRow(len(self._rows) + 1, filled, drawing))
        check_size(list(self._columns), len(self._rows), self._limits)

    def messages(self, notes: Sequence[Note]) -> Iterator[Message]:
        """Yield the sheet; row 0 holds the column names."""
        yield SheetStart(self._title, known=True)
        yield SheetRow(0, {index: name for name, index in self._columns.items()})
        yield from self._rows
        yield SheetEnd(notes=list(notes))
