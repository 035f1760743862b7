"""A release as a file for others: GeoJSON, GeoPackage or CSV, with its terms inside.

Each file carries the title, licence, attribution, caveat, version, number, as-of time, highest
sensitivity and exercise mark: GeoJSON as members of the collection, GeoPackage as the layer's
description and a table ``readme``, CSV as trailing columns of each row, because a comment line
would break spreadsheets and readers. The same release and clearance give the same bytes of
meaning on every machine: nothing says when the file was made.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd

from lca.errors import NotAllowed
from lca.instant import format_instant
from lca.table import rows_of
from lca.vocab import Sensitivity

from . import geopackage
from .geojson import feature, plain
from .release import Release
from .sensitivity import label, visible_rows
from .spec import LayerKind, LayerSpec
from .store import Store

_LOCATION = ("longitude", "latitude", "wkt")
# What a spreadsheet takes for the start of a formula, also in its full-width form.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class ExportFormat(StrEnum):
    """The formats, by their file suffix."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    CSV = "csv"


def export(
    store: Store,
    release: Release,
    fmt: ExportFormat | str,
    clearance: Sensitivity = Sensitivity.PUBLIC,
) -> bytes:
    """Return the rows of a release that a clearance reaches as the bytes of a file.

    Coordinates are EPSG:4326; CSV has ``longitude`` and ``latitude`` of points, and every
    geometry as ``wkt``; rows of a table have no place. A text that a spreadsheet would run as a formula begins with an
    apostrophe in CSV. CSV is UTF-8 with a byte-order mark, without which Excel garbles ``Peñuelas``.

    Raises
    ------
    NotAllowed
        If the layer's licence does not allow downloads.
    Withdrawn
        If the release has been withdrawn.
    """
    spec = store.specs[release.layer]
    if not spec.download_allowed:
        raise NotAllowed(
            f"{spec.title} may not be downloaded.",
            where=spec.name,
            do_next="Ask the source that the layer names.",
        )
    whole = store.frame(release.version)
    frame: gpd.GeoDataFrame = whole[visible_rows(whole, clearance)]
    terms = terms_of(store, release, frame)
    writers = {
        ExportFormat.GEOJSON: _geojson,
        ExportFormat.GPKG: _geopackage,
        ExportFormat.CSV: _csv,
    }
    return writers[ExportFormat(fmt)](spec, release, frame, terms)


def terms_of(store: Store, release: Release, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return what every copy of these rows must say about itself."""
    spec = store.specs[release.layer]
    operation = store.operation
    terms: dict[str, Any] = {
        "title": spec.title,
        "operation": operation.title if operation else None,
        "layer": spec.name,
        "version": release.version,
        "number": release.number,
        "as_of": format_instant(release.published_at),
        "licence": spec.licence,
        "attribution": spec.attribution,
        "caveat": spec.caveat,
        "sensitivity": label(frame).value,
        "exercise": release.exercise,
    }
    return terms


def _geojson(
    _spec: LayerSpec, _release: Release, frame: gpd.GeoDataFrame, terms: Mapping[str, Any]
) -> bytes:
    body = {
        "type": "FeatureCollection",
        **terms,
        "features": [feature(row) for row in rows_of(frame)],
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


def _geopackage(
    spec: LayerSpec, release: Release, frame: gpd.GeoDataFrame, terms: Mapping[str, Any]
) -> bytes:
    readme = {name: _text(value) for name, value in terms.items() if value is not None}
    description = "; ".join(f"{name}: {value}" for name, value in readme.items())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{spec.name}.gpkg"
        geopackage.write(
            path,
            spec,
            frame,
            description=description,
            readme=readme,
            last_change=release.published_at,
            attributes=spec.kind is LayerKind.TABLE,
        )
        return path.read_bytes()


def _csv(
    spec: LayerSpec, _release: Release, frame: gpd.GeoDataFrame, terms: Mapping[str, Any]
) -> bytes:
    told = {f"dataset_{name}": _cell(value) for name, value in terms.items()}
    names = [field.name for field in spec.fields]
    placed = spec.kind is not LayerKind.TABLE
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([*names, *(_LOCATION if placed else ()), *told])
    for row in rows_of(frame):
        cells = [_cell(row[name]) for name in names]
        location = _location_cells(row["geometry"]) if placed else ()
        writer.writerow([*cells, *location, *told.values()])
    return stream.getvalue().encode("utf-8-sig")


def _location_cells(geometry: Any) -> list[Any]:
    if geometry is None:
        return ["", "", ""]
    if geometry.geom_type == "Point":
        return [geometry.x, geometry.y, geometry.wkt]
    return ["", "", geometry.wkt]


def _cell(value: Any) -> Any:
    """Return a value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool | tuple):
        return _text(value)
    return inert(plain(value))


def inert(cell: Any) -> Any:
    """Return a cell so that no spreadsheet runs it: a formula's start gets an apostrophe."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)
