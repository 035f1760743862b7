"""Read reference geodata as its publishers make it: boundaries with P-codes, places with people.

Their columns are told by the names that the common sources use: OCHA's COD-AB (``ADM2_PCODE``,
``ADM2_EN``; also ``adm2_pcode``, ``adm2_name``), geoBoundaries (``shapeName``), and OpenStreetMap
exports (``osm_id``, ``name``, ``population``). Our own column names are always read.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lca.errors import InvalidInput, UsageError
from lca.issues import Issue, Severity
from lca.table import frame_of

from .assessment import Reading, report_on
from .child import Job, read_in_child
from .containers import GIS_CONTAINERS, container_of
from .cover import Cover, cover_of_geodata
from .limits import Limits
from .receiving import receive, with_place
from .rows import TableRows, read_rows
from .sheets import COVER_SHEET, TableKind, kind_of_layer
from .whereabouts import check_whereabouts
from .wire import Cell, Sheet, SheetRow

REFERENCE_LIMITS = Limits(
    memory_bytes=4096 << 20,
    cpu_s=300,
    wall_s=600.0,
    output_bytes=1024 << 20,
    upload_bytes=512 << 20,
    unpacked_bytes=2048 << 20,
    rows=500_000,
    cells=20_000_000,
    vertices=6_000_000,
    parts=2_000_000,
    feature_vertices=4_000_000,
    feature_parts=500_000,
)
"""A whole country's boundaries or settlements are larger than an assessment of it."""

_PCODE = re.compile(r"adm(?:in)?_?([0-5])_?p?code")
_LEVEL_WORD = re.compile(r"adm(\d)", re.IGNORECASE)
# The first that a row has is its name, the others are its other names.
_LANGUAGES = ("name", "ref", "en", "fr", "es", "pt")
_EDITION = ("validon", "valid_on", "version", "date")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE_NUMBER = re.compile(r"\d{1,12}(\.0+)?")
_MOST_PEOPLE = 100_000_000
"""No settlement has as many; what is more is a slip of the keyboard, or of a column."""


_RowOf = Callable[[SheetRow], dict[str, Cell | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the rows do not say of themselves: whose they are, of what day and country."""

    source_org: str
    stated_on: date
    iso3: str | None = None
    licence: str | None = None
    source_ref: str | None = None
    exercise: bool = False


def read_reference(
    path: Path, layer: str, about: About, *, limits: Limits = REFERENCE_LIMITS
) -> Reading:
    """Read all layers of a GIS file into one table of boundaries or places.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoPackage, or a zip of Shapefiles or of one GeoPackage, in any stated CRS.
    layer : str
        ``boundaries`` or ``places``.
    about : About
        The defaults of the rows.
    limits : Limits
        What the reader may use.

    Raises
    ------
    UnreadableFile, MissingCrs, InvalidInput, ReaderUnavailable
        As :func:`~lca.ingest.assessment.read_assessment`.
    """
    profile, reason = container_of(path), f"the file's name ends in {path.suffix.lower()}"
    kind = kind_of_layer(layer)
    if profile not in GIS_CONTAINERS or kind is None or layer not in _TRANSLATE:
        raise UsageError(
            f"{path.name} cannot fill the layer {layer}.",
            do_next="Give a .geojson, .gpkg, or a Shapefile in one .zip.",
        )
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        scratch = Path(folder)
        source = scratch / f"input{path.suffix.lower()}"
        sha256 = receive(path, source, limits)
        job = Job(profile, source, layer=layer, every_layer=True)
        try:
            sheets = read_in_child(job, scratch, limits)
            cover, tables, issues = _interpret(sheets, kind.in_geodata(), about)
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    records = [record for table in tables for record in table.records]
    return Reading(
        tables={layer: frame_of(kind.record_class, records)} if records else {},
        report=report_on(tables, issues),
        profile=profile,
        profile_reason=reason,
        cover=cover,
        filename=path.name,
        sha256=sha256,
    )


def _interpret(
    sheets: Sequence[Sheet], kind: TableKind, about: About
) -> tuple[Cover, list[TableRows], list[Issue]]:
    stated = next((sheet for sheet in sheets if sheet.name == COVER_SHEET), None)
    cover = Cover(
        organisation=about.source_org,
        assessed_on=about.stated_on,
        licence=about.licence,
        exercise=about.exercise or cover_of_geodata(stated, ()).exercise,
    )
    tables: list[TableRows] = []
    issues: list[Issue] = []
    for sheet in sheets:
        if sheet is stated:
            continue
        translated = _TRANSLATE[kind.layer](sheet, about)
        if translated is None:
            issues.append(_skipped(sheet, kind))
            continue
        tables.append(read_rows(translated, kind, cover))
        if kind.layer == "places":
            issues += _unread_people(sheet)
    _reject_repeated(tables)
    if kind.layer == "boundaries":
        _reject_without_area(tables)
    check_whereabouts(tables, about.iso3)
    return cover, tables, issues


def _boundaries(sheet: Sheet, about: About) -> Sheet | None:
    """Return a layer of boundaries under our column names; None if it holds none."""
    if not sheet.rows or _only_lines_or_points(sheet):
        return None
    columns = _columns(sheet)
    if {"name", "level"} <= columns.keys():
        return sheet
    pcodes = {
        int(found[1]): at for name, at in columns.items() if (found := _PCODE.fullmatch(name))
    }
    if not pcodes and "shapename" in columns:
        return _geoboundaries(sheet, columns, about)
    if not pcodes:
        return None
    level = max(pcodes)
    names = _name_columns(columns, level)
    edition = next((columns[name] for name in _EDITION if name in columns), None)

    def row_of(row: SheetRow) -> dict[str, Cell | None]:
        called = list(dict.fromkeys(text for at in names if (text := _text(row, at))))
        day = _DAY.match(_text(row, edition) or "")
        pcode = _text(row, pcodes[level])
        return {
            "id": pcode,
            "name": called[0] if called else None,
            "name_alt": "; ".join(called[1:]) or None,
            "pcode": pcode,
            "level": level,
            "parent_pcode": _text(row, pcodes.get(level - 1)),
            "edition": day[0] if day else None,
            "date_of_information": day[0] if day else None,
        }

    return _rewritten(sheet, about, row_of)


def _only_lines_or_points(sheet: Sheet) -> bool:
    """Tell whether a layer draws borders or capitals beside the areas, whatever it is called."""
    kinds = {row.geometry.kind for row in sheet.rows[1:] if row.geometry is not None}
    return bool(kinds) and not any("Polygon" in kind for kind in kinds)


def _geoboundaries(sheet: Sheet, columns: dict[str, int], about: About) -> Sheet:
    def row_of(row: SheetRow) -> dict[str, Cell | None]:
        level = _LEVEL_WORD.match(_text(row, columns.get("shapetype")) or "")
        return {
            "id": _text(row, columns.get("shapeid")),
            "name": _text(row, columns["shapename"]),
            "pcode": _text(row, columns.get("shapeiso")),
            "level": int(level[1]) if level else None,
        }

    return _rewritten(sheet, about, row_of)


def _name_columns(columns: dict[str, int], level: int) -> list[int]:
    """Return the columns that hold names of a level, the usual name first."""
    own = re.compile(rf"adm(?:in)?{level}_?(name\w*|ref|[a-z]{{2}}|alt\w*)")
    found = {match[1]: at for name, at in columns.items() if (match := own.fullmatch(name))}
    first = [word for word in _LANGUAGES if word in found]
    return [found[word] for word in (*first, *sorted(found.keys() - set(first)))]


def _places(sheet: Sheet, about: About) -> Sheet | None:
    """Return a layer of places under our column names; one that bears them stays as it is."""
    if not sheet.rows:
        return None
    columns = _columns(sheet)
    if "osm_id" not in columns:
        return _with_people(sheet, columns.get("population")) if "name" in columns else None
    named = [
        columns[name] for name in ("name", "name:en", "name_en", "int_name") if name in columns
    ]

    def row_of(row: SheetRow) -> dict[str, Cell | None]:
        number = _text(row, columns["osm_id"])
        kind = (_text(row, columns.get("osm_type")) or "node").removesuffix("s")
        bare = number.removesuffix(".0") if number else None
        return {
            "id": f"osm-{kind}-{bare}" if bare else None,
            "name": next((text for at in named if (text := _text(row, at))), None),
            "population": _people(_text(row, columns.get("population"))),
        }

    return _rewritten(sheet, about, row_of)


def _with_people(sheet: Sheet, column: int | None) -> Sheet:
    """Return the sheet with populations that can be meant; the others count as not known."""
    if column is None:
        return sheet
    head, *rows = sheet.rows
    fresh = []
    for row in rows:
        cells = {at: cell for at, cell in row.cells.items() if at != column}
        people = _people(_text(row, column))
        fresh.append(replace(row, cells=cells if people is None else {**cells, column: people}))
    return replace(sheet, rows=(head, *fresh))


def _people(text: str | None) -> int | None:
    if text is None or not _WHOLE_NUMBER.fullmatch(text):
        return None
    people = int(text.partition(".")[0])
    return people if people <= _MOST_PEOPLE else None


def _unread_people(sheet: Sheet) -> list[Issue]:
    """Say how many populations of places cannot be meant; they count as not known."""
    column = _columns(sheet).get("population")
    texts = [text for row in sheet.rows[1:] if (text := _text(row, column))]
    odd = [text for text in texts if _people(text) is None]
    if not odd:
        return []
    message = (
        f"The population of {len(odd)} rows is not a number up to {_MOST_PEOPLE:,} "
        "and counts as not known."
    )
    advice = "Correct it where the file comes from, if it matters."
    return [
        Issue(Severity.WARNING, message, advice, sheet.name, column="population", value=odd[0][:80])
    ]


def _rewritten(sheet: Sheet, about: About, row_of: _RowOf) -> Sheet:
    """Return the sheet with the columns that ``row_of`` gives, and what holds for all rows."""
    always = {
        "source_type": "reference",
        "location_precision": "approximate",
        "source_ref": about.source_ref,
    }
    head, *rows = sheet.rows
    made = [{**always, **row_of(row)} for row in rows]
    if made and "level" in made[0]:
        made = [{**cells, "iso3": about.iso3} for cells in made]
    names = list(made[0]) if made else []
    fresh = [replace(head, cells=dict(enumerate(names)))]
    for row, values in zip(rows, made, strict=True):
        cells = {at: values[name] for at, name in enumerate(names)}
        fresh.append(
            replace(row, cells={at: cell for at, cell in cells.items() if cell is not None})
        )
    return replace(sheet, rows=tuple(fresh))


def _columns(sheet: Sheet) -> dict[str, int]:
    return {str(cell).strip().casefold(): at for at, cell in sheet.rows[0].cells.items()}


def _text(row: SheetRow, column: int | None) -> str | None:
    cell = None if column is None else row.cells.get(column)
    return str(cell).strip() or None if cell is not None else None


def _reject_repeated(tables: Sequence[TableRows]) -> None:
    """Reject a row whose id another layer of the file has already."""
    seen: set[str] = set()
    for table in tables:
        fresh = [(row, record) for row, record in table.accepted if record.id not in seen]
        kept = {id(record) for _, record in fresh}
        table.issues += [
            _error(table, row, "Another layer of the file has the same id.", "Keep one of them.")
            for row, record in table.accepted
            if id(record) not in kept
        ]
        table.accepted = fresh
        seen |= {record.id for _, record in fresh}


def _reject_without_area(tables: Sequence[TableRows]) -> None:
    for table in tables:
        kept = []
        for row, record in table.accepted:
            if record.geometry is not None and "Polygon" in record.geometry.geom_type:
                kept.append((row, record))
            else:
                table.issues.append(_error(table, row, "It has no area.", "Give its polygon."))
        table.accepted = kept


def _error(table: TableRows, row: SheetRow, message: str, do_next: str) -> Issue:
    return Issue(Severity.ERROR, message, do_next, table.sheet, row.number, "geometry")


def _skipped(sheet: Sheet, kind: TableKind) -> Issue:
    return Issue(
        Severity.WARNING,
        f"The layer {sheet.name!r} holds no {kind.layer} that can be told, and was not read.",
        "If it does, name its columns as ADM2_PCODE and ADM2_EN, or name and level."
        if kind.layer == "boundaries"
        else "If it does, give it a column name.",
        sheet.name,
    )


_TRANSLATE = {"boundaries": _boundaries, "places": _places}
