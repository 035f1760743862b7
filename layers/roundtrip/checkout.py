"""Check a layer out: a whole version as a GeoPackage or workbook that can be checked in again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from layers.export import ExportFormat, Options, extract_for
from layers.exports import package
from layers.release import Release
from layers.store import Store
from lca.errors import UsageError
from lca.vocab import Sensitivity

from .book import write_book
from .ticket import ITEM, Ticket

FORMATS = (ExportFormat.GPKG, ExportFormat.XLSX)


def format_of(path: Path) -> ExportFormat:
    """Return the format that a file's name asks for (UsageError if it is none of them)."""
    for found in FORMATS:
        if path.suffix.lower() == found.suffix:
            return found
    raise UsageError(
        f"{path.name} does not say in which form the layer is to be edited.",
        do_next="End it in .gpkg for QGIS, or .xlsx for Excel.",
    )


def check_out(
    store: Store,
    release: Release,
    path: Path,
    fmt: ExportFormat,
    clearance: Sensitivity = Sensitivity.PUBLIC,
) -> Ticket:
    """Write the rows of a release that a clearance reaches, with the ticket to come back.

    Parameters
    ----------
    path : Path
        The file to make; it must not exist.

    Raises
    ------
    NotAllowed
        If the layer's licence does not allow downloads.
    Withdrawn
        If the release has been withdrawn.
    """
    extract = extract_for(store, release, clearance)
    operation = store.operation
    ticket = Ticket(
        release.layer,
        release.number,
        release.version,
        operation.code if operation else None,
        clearance,
    )
    if fmt is ExportFormat.XLSX:
        write_book(extract, ticket, path)
    else:
        told = replace(extract, terms={ITEM: ticket.line(), **extract.terms})
        package.write(told, path, Options())
    return ticket
