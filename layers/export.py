"""A release as a file for others, in any of the formats, with its terms inside.

Each file carries the title, licence, attribution, caveat, version, number, as-of time, highest
sensitivity and exercise mark: GeoJSON as members of the collection, GeoPackage as the layer's
description and a table ``readme``, CSV as trailing columns of each row, XLSX as a sheet, Parquet
and FlatGeobuf as metadata, KML as the document's description, Shapefiles as ``readme.txt``. The
same release and clearance give the same bytes on every machine with the same libraries: nothing
says when the file was made.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from lca.errors import NotAllowed, UsageError
from lca.vocab import Sensitivity

from .cells import inert
from .exports import comma, flatgeobuf, geojson, geoparquet, kml, package, shapefile, sheets
from .exports.extract import Extract, extract_of, terms_of
from .exports.formats import ExportFormat, Options
from .profiles.apply import through_profile
from .profiles.profile import load_profile
from .release import Release
from .spec import LayerSpec
from .store import Store

__all__ = [
    "ExportFormat",
    "Options",
    "export",
    "extract_for",
    "file_name",
    "inert",
    "terms_of",
    "write_export",
]

_WRITERS: Mapping[ExportFormat, Callable[[Extract, Path, Options], None]] = MappingProxyType(
    {
        ExportFormat.GEOJSON: lambda extract, path, _: geojson.write(extract, path),
        ExportFormat.GPKG: package.write,
        ExportFormat.CSV: lambda extract, path, asked: comma.write(extract, path, hxl=asked.hxl),
        ExportFormat.XLSX: lambda extract, path, _: sheets.write(extract, path),
        ExportFormat.PARQUET: lambda extract, path, _: geoparquet.write(extract, path),
        ExportFormat.FGB: lambda extract, path, _: flatgeobuf.write(extract, path),
        ExportFormat.KML: lambda extract, path, _: kml.write(extract, path),
        ExportFormat.SHP: lambda extract, path, _: shapefile.write(extract, path),
    }
)


def export(
    store: Store,
    release: Release,
    fmt: ExportFormat | str,
    clearance: Sensitivity = Sensitivity.PUBLIC,
    *,
    profile: str | None = None,
    options: Options | None = None,
    at: datetime | None = None,
) -> bytes:
    """Return the rows of a release that a clearance reaches as the bytes of a file.

    See :func:`write_export` for the parameters and errors; this holds the whole file in memory.
    """
    chosen = ExportFormat(fmt)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name(release, chosen, profile)
        write_export(
            store, release, chosen, path, clearance, profile=profile, options=options, at=at
        )
        return path.read_bytes()


def write_export(
    store: Store,
    release: Release,
    fmt: ExportFormat,
    path: Path,
    clearance: Sensitivity = Sensitivity.PUBLIC,
    *,
    profile: str | None = None,
    options: Options | None = None,
    at: datetime | None = None,
) -> None:
    """Write the rows of a release that a clearance reaches as a file, in EPSG:4326.

    Parameters
    ----------
    path : Path
        The file to make; it must not exist.
    profile : str, optional
        Name of an export profile, which gives the columns other names and codes.
    options : Options, optional
        What it is to hold besides, or in some formats.
    at : datetime, optional
        For constraints: the moment whose standing the columns ``computed_…`` tell.

    Raises
    ------
    NotAllowed
        If the layer's licence does not allow downloads.
    Withdrawn
        If the release has been withdrawn.
    UsageError
        If the format cannot hold the layer, or the profile does not know it.
    StoreUnavailable
        If the process that writes a FlatGeobuf failed.
    """
    extract = extract_for(store, release, clearance, profile=profile, at=at)
    if not extract.placed and not fmt.holds_tables:
        raise UsageError(
            f"{extract.title} has no places, and {fmt.called} holds nothing else.",
            where=extract.name,
            do_next="Take CSV, XLSX, GeoPackage or Parquet.",
        )
    asked = options or Options()
    if asked.behind:
        stale = f"not up to date: {'; '.join(asked.behind)}"
        extract = replace(extract, terms={**extract.terms, "behind": stale})
    _WRITERS[fmt](extract, path, asked)


def extract_for(
    store: Store,
    release: Release,
    clearance: Sensitivity,
    *,
    profile: str | None = None,
    at: datetime | None = None,
) -> Extract:
    """Return what the files of a release are written from (errors as :func:`write_export`)."""
    spec = store.specs[release.layer]
    require_download(spec)
    extract = extract_of(
        spec,
        release,
        lambda: store.frames(release.version),
        store.operation,
        clearance,
        at=at,
    )
    if profile is None:
        return extract
    return through_profile(load_profile(profile), extract, store.operation)


def require_download(spec: LayerSpec) -> None:
    """Refuse a layer whose licence does not allow downloads (NotAllowed)."""
    if not spec.download_allowed:
        raise NotAllowed(
            f"{spec.title} may not be downloaded.",
            where=spec.name,
            do_next="Ask the source that the layer names.",
        )


def file_name(release: Release, fmt: ExportFormat, profile: str | None = None) -> str:
    """Return what the file is called: layer, number and profile."""
    tail = f"_{profile}" if profile else ""
    return f"{release.layer}_v{release.number}{tail}{fmt.suffix}"
