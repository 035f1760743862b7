"""Read one assessment file into typed tables and a report, through the limited child process."""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd

from lca.errors import InvalidInput, UnreadableFile, UsageError
from lca.issues import Issue, Report, Severity, errors_first
from lca.table import frame_of

from .child import Job, read_in_child
from .cover import Cover, cover_of_geodata, read_cover
from .limits import Limits
from .rows import TableRows, cells_under, read_rows
from .sheets import COVER_SHEET, TABLE_KINDS, TableKind, kind_of_layer, kind_of_sheet, plain_title
from .whereabouts import check_whereabouts
from .wire import Sheet

WORKBOOK = "workbook"
_PROFILES = {
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shapefile",
}
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file as read: typed tables by layer, what is wrong in it, and what it says of itself.

    ``tables`` has a layer only if the file has rows for it, so that an unused sheet of the
    template empties no layer.
    """

    tables: dict[str, gpd.GeoDataFrame]
    report: Report
    profile: str
    profile_reason: str
    cover: Cover
    filename: str
    sha256: str

    @property
    def exercise(self) -> bool:
        """Whether the file says that its data is invented for an exercise."""
        return self.cover.exercise

    @property
    def assessed_on(self) -> date | None:
        """The day of the assessment, from the cover sheet."""
        return self.cover.assessed_on


def read_assessment(
    path: Path | str,
    *,
    layer: str | None = None,
    profile: str | None = None,
    limits: Limits | None = None,
    trusted: bool = False,
    declared: TableKind | None = None,
) -> Reading:
    """Read a workbook or a geodata file.

    Parameters
    ----------
    path : Path or str
        An ``.xlsx`` workbook in the template's layout, or GeoJSON, GeoPackage or a zipped
        Shapefile in any CRS that it states.
    layer : str, optional
        The layer that a geodata file fills; a workbook says it by its sheets.
    profile : str, optional
        ``workbook``, ``geojson``, ``gpkg`` or ``shapefile``; found from the name if not given.
    limits : Limits, optional
        What the reader may use.
    trusted : bool
        Read also where a child process cannot be limited, provided that a sidecar beside the
        file (``<file>.toml``) states its sha256: for the demo data on Windows.
    declared : TableKind, optional
        Of a layer that declares its own columns: what its rows are. No workbook has it.

    Returns
    -------
    Reading
        Rows with an error are left out and told in the report; for each layer, rows in are rows
        accepted plus rows rejected.

    Raises
    ------
    UnreadableFile
        If the file is not of a supported kind, is damaged or exceeds the limits.
    MissingCrs
        If geodata does not state its CRS.
    InvalidInput
        If the file as a whole cannot be used.
    ReaderUnavailable
        If no reader can be limited on this machine.
    UsageError
        If ``layer`` or ``profile`` does not exist or does not fit the file.
    """
    path, limits = Path(path), limits or Limits()
    kind, reason = choose_profile(path, profile)
    target = _target(kind, layer, declared)
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        scratch = Path(folder)
        source = scratch / f"input{path.suffix.lower()}"
        sha256 = receive(path, source, limits)
        try:
            sheets = read_in_child(
                Job(kind, source, _known_sheets(), target.layer if target else None),
                scratch,
                limits,
                trusted=trusted and _sidecar_states(path, sha256),
            )
            cover, tables, issues = _interpret(sheets, target)
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    return Reading(
        tables={
            table.kind.layer: frame_of(table.kind.record_class, table.records)
            for table in tables
            if table.rows_in
        },
        report=report_on(tables, issues),
        profile=kind,
        profile_reason=reason,
        cover=cover,
        filename=path.name,
        sha256=sha256,
    )


def choose_profile(path: Path, profile: str | None) -> tuple[str, str]:
    """Return how a file is to be read, and why so."""
    names = sorted(set(_PROFILES.values()))
    if profile is not None:
        if profile not in names:
            raise UsageError(
                f"There is no profile {profile!r}.", do_next=f"Choose one of {', '.join(names)}."
            )
        return profile, "it was asked for"
    suffix = path.suffix.lower()
    if suffix == ".csv":
        raise UnreadableFile(
            "A CSV file is not read: spreadsheets change its dates, decimals and ids unasked.",
            where=path.name,
            do_next="Export .gpkg or .geojson instead of .csv, or put the rows into the .xlsx workbook.",
        )
    if suffix not in _PROFILES:
        raise UnreadableFile(
            f"Files of the kind {suffix or 'without an ending'!r} are not supported.",
            where=path.name,
            do_next="Save it as .xlsx, .geojson, .gpkg, or as a Shapefile in one .zip.",
        )
    return _PROFILES[suffix], f"the file's name ends in {suffix}"


def _target(profile: str, layer: str | None, declared: TableKind | None) -> TableKind | None:
    """Return the kind of table that a geodata file fills; None for a workbook."""
    if declared is not None:
        if profile == WORKBOOK:
            raise UsageError(
                f"The workbook has no sheet for {declared.layer}.",
                do_next="Bring it as .geojson, .gpkg, or as a Shapefile in one .zip.",
            )
        return declared
    layers = ", ".join(kind.layer for kind in TABLE_KINDS)
    if layer is not None and kind_of_layer(layer) is None:
        raise UsageError(f"There is no layer {layer!r}.", do_next=f"Choose one of {layers}.")
    if profile == WORKBOOK:
        return None
    if layer is None:
        raise UsageError(
            "A geodata file does not say which layer it fills.",
            do_next=f"Name one of {layers}.",
        )
    return kind_of_layer(layer)


def receive(path: Path, target: Path, limits: Limits) -> str:
    """Copy the upload, so that what is hashed is what is read; return its sha256."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, target.open("wb") as copy:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > limits.upload_bytes:
                    raise UnreadableFile(
                        f"The file is larger than {limits.upload_bytes / 1e6:.0f} MB.",
                        where=path.name,
                        do_next="Split it, or delete pictures and unused sheets.",
                    )
                digest.update(block)
                copy.write(block)
    except OSError as error:
        raise UnreadableFile(
            f"The file cannot be opened ({error.strerror}).",
            where=path.name,
            do_next="Check its name and permissions.",
        ) from error
    if size == 0:
        raise UnreadableFile("The file is empty.", where=path.name, do_next="Send it again.")
    return digest.hexdigest()


def _sidecar_states(path: Path, sha256: str) -> bool:
    """Tell whether a sidecar beside the file states its digest, as for all our own data."""
    sidecar = path.with_name(f"{path.name}.toml")
    if not sidecar.is_file():
        return False
    return bool(tomllib.loads(sidecar.read_text(encoding="utf-8")).get("sha256") == sha256)


def _known_sheets() -> tuple[str, ...]:
    return tuple(plain_title(name) for name in (COVER_SHEET, *(kind.sheet for kind in TABLE_KINDS)))


def _interpret(
    sheets: tuple[Sheet, ...], target: TableKind | None
) -> tuple[Cover, list[TableRows], list[Issue]]:
    """Return the cover, each table's rows, and the issues of the file as a whole."""
    if target is not None:
        return _interpret_geodata(sheets, target.in_geodata())
    by_title: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.known and by_title.setdefault(plain_title(sheet.name), sheet) is not sheet:
            raise InvalidInput(
                f"Two sheets are both named {sheet.name!r}.", do_next="Merge them, or rename one."
            )
    ours = [(sheet, kind_of_sheet(sheet.name)) for sheet in by_title.values()]
    if not any(kind for _, kind in ours):
        names = ", ".join(kind.sheet for kind in TABLE_KINDS)
        found = ", ".join(repr(sheet.name) for sheet in sheets[:8]) or "none"
        raise InvalidInput(
            f"The workbook has no sheet that can be read (its sheets: {found}).",
            do_next=f"Name at least one sheet {names}.",
        )
    cover, issues = read_cover(by_title.get(plain_title(COVER_SHEET)))
    issues += [_unknown_sheet(sheet) for sheet in sheets if not sheet.known]
    tables = [read_rows(sheet, kind, cover) for sheet, kind in ours if kind]
    check_whereabouts(tables, cover.country)
    return cover, tables, issues


def _interpret_geodata(
    sheets: tuple[Sheet, ...], kind: TableKind
) -> tuple[Cover, list[TableRows], list[Issue]]:
    """Return what the file says of itself, its rows, and no issues of the file as a whole."""
    stated = next((sheet for sheet in sheets if sheet.name == COVER_SHEET), None)
    layers = [sheet for sheet in sheets if sheet is not stated]
    marks = [cell for sheet in layers for cell in cells_under(sheet, kind, "exercise")]
    cover = cover_of_geodata(stated, marks)
    tables = [read_rows(sheet, kind, cover) for sheet in layers]
    check_whereabouts(tables, None)
    return cover, tables, []


def _unknown_sheet(sheet: Sheet) -> Issue:
    return Issue(
        Severity.WARNING,
        "The sheet is not known and was not read.",
        "Rename it to a sheet of the template if its content matters.",
        sheet.name,
    )


def report_on(tables: Sequence[TableRows], issues: Sequence[Issue]) -> Report:
    """Return what is wrong in some tables, and how many of their rows were accepted."""
    rows_in: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for table in tables:
        rows_in[table.kind.layer] += table.rows_in
        accepted[table.kind.layer] += len(table.accepted)
    return Report(
        issues=tuple(errors_first([*issues, *(one for table in tables for one in table.issues)])),
        rows_in=dict(rows_in),
        rows_accepted=dict(accepted),
        rows_rejected={layer: count - accepted[layer] for layer, count in rows_in.items()},
    )


def with_place(error: InvalidInput, filename: str) -> InvalidInput:
    """Return the error with the file's name in front of its place."""
    where = f"{filename}, {error.where}" if error.where else filename
    placed = type(error)(error.what, where=where, do_next=error.do_next, details=error.details)
    for note in getattr(error, "__notes__", ()):
        placed.add_note(note)
    return placed
