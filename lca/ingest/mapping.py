"""The guided mapping: read a file's tables as they are, and propose how one fills a layer."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lca.errors import InvalidInput, UsageError

from .containers import container_of, require_content
from .guide.ownprofile import as_toml
from .guide.proposal import ColumnProposal, Proposal, propose
from .limits import Limits
from .receiving import receive, with_place
from .sheets import COVER_SHEET, TABLE_KINDS, TableKind, kind_of_layer
from .texts import one_line
from .understanding import FileReader
from .wire import Sheet

__all__ = [
    "ColumnProposal",
    "Proposal",
    "as_toml",
    "layer_kind",
    "propose",
    "table_of",
    "tables_of",
]


def layer_kind(layer: str) -> TableKind:
    """Return the kind that fills a layer.

    Raises
    ------
    UsageError
        If there is none.
    """
    kind = kind_of_layer(layer)
    if kind is None:
        layers = ", ".join(one.layer for one in TABLE_KINDS)
        raise UsageError(f"There is no layer {layer!r}.", do_next=f"Choose one of {layers}.")
    return kind


def tables_of(path: Path, kind: TableKind, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """Return a file's tables as plain cells, read in the limited child process.

    Raises
    ------
    UnreadableFile, MissingCrs, InvalidInput
        As :func:`lca.ingest.read_assessment`.
    """
    limits = limits or Limits()
    container = container_of(path)
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        scratch = Path(folder)
        source = scratch / f"input{path.suffix.lower()}"
        receive(path, source, limits)
        try:
            require_content(source, container)
            reader = FileReader(container, source, scratch, limits, kind)
            reader.title = one_line(path.stem)
            sheets = reader.sheets()
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    return tuple(sheet for sheet in sheets if sheet.rows and sheet.name != COVER_SHEET)


def table_of(sheets: tuple[Sheet, ...], name: str | None) -> Sheet:
    """Return the table of a name, or the only one.

    Raises
    ------
    UsageError
        If there is no such table, or it has to be named.
    """
    found = [sheet for sheet in sheets if name in {None, sheet.name}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(repr(sheet.name) for sheet in sheets[:12]) or "none"
    what = "has no table of that name" if name else f"has {len(sheets)} tables"
    raise UsageError(f"The file {what}.", do_next=f"Name one with --sheet; it has {names}.")
