"""Read a checked-out file that comes back, in the limited child process, cell by cell."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from layers.normal import normal_text
from layers.spec import LayerKind, LayerSpec
from lca.errors import InvalidInput, UnreadableFile
from lca.ingest.child import Job, read_in_child
from lca.ingest.drawing import Drawing
from lca.ingest.limits import Limits
from lca.ingest.receiving import receive, with_place
from lca.ingest.shapes import geometry_in
from lca.ingest.sheets import COVER_SHEET
from lca.ingest.wire import Cell, Sheet, SheetRow
from lca.issues import Issue, Severity

from .book import TICKET_SHEET, WKT, name_in, sheet_title
from .cells import KEPT, geometry_of, value_of
from .ticket import Ticket

_KINDS = {".gpkg": "gpkg", ".xlsx": "workbook", ".xlsm": "workbook"}
_NOT_FIELDS = frozenset({"fid", "geom", "geometry", WKT})
_FIRST_FEATURE = 1


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One row of the file: its number there, its id if it has one, and the fields that it states."""

    number: int
    id: str | None
    stated: Mapping[str, Any]
    faults: tuple[Issue, ...] = ()


@dataclass(slots=True)
class Incoming:
    """A file as it came back: its ticket, its rows, and what is odd about its columns."""

    ticket: Ticket
    sha256: str
    rows: tuple[IncomingRow, ...] = ()
    issues: list[Issue] = field(default_factory=list)


def ticket_of(path: Path, limits: Limits) -> Ticket | None:
    """Return what a file was checked out as; None if it is no checked-out file.

    Raises
    ------
    UnreadableFile, ReaderUnavailable
        If it cannot be read.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return None
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        source, _ = _received(path, Path(folder), limits)
        return _ticket_in(_sheets(_ticket_job(kind, source), Path(folder), limits))


def read_back(
    path: Path, specs: Mapping[str, LayerSpec], limits: Limits, *, ticket: Ticket | None = None
) -> Incoming:
    """Return the rows of a checked-out file.

    Parameters
    ----------
    ticket : Ticket, optional
        What the file was checked out as, for a copy that lost its own ticket.

    Raises
    ------
    UnreadableFile, MissingCrs, ReaderUnavailable
        If it cannot be read.
    InvalidInput
        If it does not say what it was checked out as, or has no column for ids.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableFile(
            f"A file {path.suffix or 'without an ending'} was not checked out here.",
            where=path.name,
            do_next="Check in the .gpkg or .xlsx that was checked out.",
        )
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        source, sha256 = _received(path, Path(folder), limits)
        try:
            found = _known(
                ticket or _ticket_in(_sheets(_ticket_job(kind, source), Path(folder), limits)),
                specs,
            )
            job = Job(kind, source, (sheet_title(found.layer),), found.layer)
            sheets = _sheets(job, Path(folder), limits)
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    incoming = Incoming(found, sha256)
    table = next((item for item in sheets if item.known and item.name != COVER_SHEET), None)
    if table is not None and table.rows:
        _read_rows(incoming, table, specs[found.layer], drawn=kind == "gpkg")
    return incoming


def _received(path: Path, folder: Path, limits: Limits) -> tuple[Path, str]:
    _require_closed(path)
    source = folder / f"input{path.suffix.lower()}"
    return source, receive(path, source, limits)


def _require_closed(path: Path) -> None:
    """Refuse a GeoPackage that QGIS holds open: its last edits still lie in a file beside it."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.is_file() and beside.stat().st_size:
        raise UnreadableFile(
            "The file is open in another program, which has not written all of it yet.",
            where=path.name,
            do_next="Save the layer and close it in QGIS, then check it in.",
        )


def _ticket_job(kind: str, source: Path) -> Job:
    return Job("ticket" if kind == "gpkg" else kind, source, (TICKET_SHEET,))


def _sheets(job: Job, folder: Path, limits: Limits) -> tuple[Sheet, ...]:
    # A child that dies must not be taken to have written what the one before it wrote.
    (folder / "result.jsonl").unlink(missing_ok=True)
    return read_in_child(job, folder, limits)


def _known(ticket: Ticket | None, specs: Mapping[str, LayerSpec]) -> Ticket:
    if ticket is None or ticket.layer not in specs:
        raise InvalidInput(
            "The file does not say which layer and version it was checked out as.",
            do_next="Check the layer out again, or name them: --layer LAYER --base VERSION.",
        )
    return ticket


def _ticket_in(sheets: Sequence[Sheet]) -> Ticket | None:
    texts = (
        str(cell)
        for sheet in sheets
        if sheet.known and sheet.name == TICKET_SHEET
        for row in sheet.rows
        for cell in row.cells.values()
    )
    return next((found for found in map(Ticket.found_in, texts) if found is not None), None)


def _read_rows(incoming: Incoming, table: Sheet, spec: LayerSpec, *, drawn: bool) -> None:
    head, *rows = table.rows
    names = {index: name_in(str(cell)) for index, cell in head.cells.items()}
    fields = {item.name: item for item in spec.fields}
    told = WKT in names.values() and not any(row.geometry for row in rows)
    incoming.issues += _column_issues(names, spec, told=told, drawn=drawn)
    if "id" not in names.values():
        raise InvalidInput(
            "The file has no column id, by which each feature is known.",
            do_next="Check the layer out again and edit that file.",
        )
    readers: dict[str, Callable[[Cell | None], Any]] = {
        name: _reader(fields[name]) for name in names.values() if name in fields
    }
    if told:
        readers[WKT] = geometry_of
    drawing = drawn and not told and spec.kind is not LayerKind.TABLE
    incoming.rows = tuple(_read_row(row, names, readers, spec, drawing=drawing) for row in rows)


def _reader(column: Any) -> Callable[[Cell | None], Any]:
    return lambda cell: value_of(column, cell)


def _read_row(
    row: SheetRow,
    names: Mapping[int, str],
    readers: Mapping[str, Callable[[Cell | None], Any]],
    spec: LayerSpec,
    *,
    drawing: bool,
) -> IncomingRow:
    cells = {names[index]: cell for index, cell in row.cells.items() if index in names}
    stated: dict[str, Any] = {}
    faults = []
    for name, read in readers.items():
        cell = cells.get(name)
        if cell == KEPT:
            continue
        try:
            stated["geometry" if name == WKT else name] = read(cell)
        except InvalidInput as error:
            faults.append(_issue(spec, error, row.number, name))
    if drawing:
        try:
            stated["geometry"] = _drawn(row.geometry)
        except InvalidInput as error:
            faults.append(_issue(spec, error, row.number, "geometry"))
    key = stated.pop("id", None)
    return IncomingRow(row.number, normal_text(key), stated, tuple(faults))


def _drawn(drawing: Drawing | None) -> BaseGeometry | None:
    """Return the geometry that a GIS file's row has (EPSG:4326)."""
    if drawing is None:
        return None
    if drawing.fault:
        raise InvalidInput(
            f"Its shape is not valid: {drawing.fault}.",
            do_next="Mend it in QGIS (Fix geometries) and check the file in again.",
        )
    try:
        return geometry_in(drawing)
    except InvalidInput as error:
        raise InvalidInput(
            "Its shape cannot be read.", do_next="Draw one point, line or area."
        ) from error


def _issue(spec: LayerSpec, error: InvalidInput, row: int, column: str) -> Issue:
    return Issue(Severity.ERROR, error.what, error.do_next, spec.name, row, column)


def _column_issues(
    names: Mapping[int, str], spec: LayerSpec, *, told: bool, drawn: bool
) -> Iterator[Issue]:
    """Yield a warning for each column that the layer has not, and for those that the file lost."""
    given = list(names.values())
    known = [item.name for item in spec.fields]
    if WKT in given and not told:
        yield _warning(spec, "The column wkt was not read: the drawing counts.", WKT)
    if not drawn and spec.kind is not LayerKind.TABLE:
        known.append(WKT)
    for name in given:
        if name not in known and name.lower() not in _NOT_FIELDS:
            yield _warning(spec, f"The layer has no field {name!r}; the column was not read.", name)
    for name in known:
        if name not in given:
            yield _warning(spec, f"The column {name} is gone; its values stay.", name)


def _warning(spec: LayerSpec, message: str, column: str) -> Issue:
    return Issue(
        Severity.WARNING,
        message,
        "Put it into a column of the layer if it matters.",
        spec.name,
        _FIRST_FEATURE,
        column[:80],
    )
