"""Write a layer as an OGC GeoPackage 1.3 with plain sqlite3, and read its cells back.

No GDAL: the serving process needs none, and every byte of meaning is ours. QGIS and GDAL open
the file, use its R-tree, and keep it right when they edit it (the extension's triggers).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from lca.record import Field, FieldType

from . import rtree
from .gpkgrows import SRS_ID, Cells, cells_of_frame, instant_text
from .gpkgschema import CORE_TABLES, RTREE_TRIGGERS, SPATIAL_REFERENCES

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSIONS = {"1.2": 10200, "1.3": 10300}

_SQL_TYPES: dict[FieldType, str] = {
    "text": "TEXT",
    "code": "TEXT",
    "integer": "INTEGER",
    "number": "REAL",
    "boolean": "BOOLEAN",
    "instant": "DATETIME",
    "integers": "TEXT",
}


class Described(Protocol):
    """What a table is called and which columns it has, as a layer's spec says it."""

    @property
    def name(self) -> str:
        """The table's name."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns, ``geometry`` not among them."""


def write(  # noqa: PLR0913 - each is one thing that a file says of itself
    path: Path,
    spec: Described,
    rows: gpd.GeoDataFrame | Iterable[Cells],
    *,
    description: str,
    readme: Mapping[str, str] | None = None,
    last_change: datetime | None = None,
    attributes: bool = False,
    version: Literal["1.2", "1.3"] = "1.3",
    geometry_type: str = "GEOMETRY",
) -> None:
    """Write normalised rows (EPSG:4326) as a new GeoPackage of one layer.

    Parameters
    ----------
    rows : GeoDataFrame, or iterable of Cells
        Chunks of cells are written one by one, so that memory stays bounded.
    version : str
        The edition of the standard that the file claims; what is written is in both.
    geometry_type : str
        The one type of all rows' geometries, as ``POINT``; ``GEOMETRY`` stands for any.
    attributes : bool
        Write an attribute table (OGC 12-128r17, 2.4): rows without a column for geometry.
    description : str
        What QGIS shows as the layer's abstract.
    readme : mapping, optional
        Lines of an attribute table ``readme``: licence, version and the like.
    last_change : datetime, optional
        What the file states as its last change; the same content gives the same file.
    """
    changed = instant_text(last_change or datetime(1970, 1, 1, tzinfo=UTC))
    chunks = [cells_of_frame(rows, spec.fields)] if isinstance(rows, gpd.GeoDataFrame) else rows
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # The file gets its name once it is whole and synced, so no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSIONS[version]}")
        connection.execute("BEGIN")
        for statement in CORE_TABLES:
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", SPATIAL_REFERENCES
        )
        if attributes:
            _write_attributes(connection, spec, chunks, (description, changed))
        else:
            _write_features(connection, spec, chunks, (description, changed, geometry_type))
        if readme:
            _write_readme(connection, readme, changed)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _write_features(
    connection: sqlite3.Connection,
    spec: Described,
    chunks: Iterable[Cells],
    told: tuple[str, str, str],
) -> None:
    table = spec.name
    description, changed, geometry_type = told
    connection.execute(
        f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, '
        f"geom GEOMETRY, {_columns(spec.fields)})"
    )
    boxes = _insert(connection, spec, chunks)
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (table, spec.title, description, changed, *bounds_of(boxes), SRS_ID),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (table, geometry_type, SRS_ID),
    )
    _write_rtree(connection, table, boxes)


def bounds_of(boxes: NDArray[np.float64]) -> tuple[float | None, ...]:
    """Return west, south, east, north of boxes (minx, maxx, miny, maxy; NaN where there is none)."""
    located = boxes[~np.isnan(boxes[:, 0])]
    if not len(located):
        return (None,) * 4
    low, high = located.min(axis=0).tolist(), located.max(axis=0).tolist()
    return low[0], low[2], high[1], high[3]


def _insert(
    connection: sqlite3.Connection, spec: Described, chunks: Iterable[Cells], *, places: bool = True
) -> NDArray[np.float64]:
    """Write rows, numbered from 1, and return their boxes."""
    marks = ", ".join("?" * (len(spec.fields) + 1 + places))
    boxes = [np.empty((0, 4))]
    written = 0
    for cells in chunks:
        fids = range(written + 1, written + 1 + len(cells.blobs))
        rows = cells.rows(fids) if places else zip(fids, *cells.columns, strict=True)
        connection.executemany(
            f'INSERT INTO "{spec.name}" VALUES ({marks})',  # noqa: S608
            rows,
        )
        written += len(cells.blobs)
        boxes.append(cells.boxes)
    return np.concatenate(boxes)


def _columns(fields: Sequence[Field]) -> str:
    return ", ".join(
        f'"{field.name}" {_SQL_TYPES[field.type]}'
        + (" NOT NULL UNIQUE" if field.name == "id" else "")
        for field in fields
    )


def _write_attributes(
    connection: sqlite3.Connection,
    spec: Described,
    chunks: Iterable[Cells],
    told: tuple[str, str],
) -> None:
    description, changed = told
    connection.execute(
        f'CREATE TABLE "{spec.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, '
        f"{_columns(spec.fields)})"
    )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, ?, ?)",
        (spec.name, spec.title, description, changed),
    )
    _insert(connection, spec, chunks, places=False)


def _write_rtree(connection: sqlite3.Connection, table: str, boxes: NDArray[np.float64]) -> None:
    index = f"rtree_{table}_geom"
    connection.execute(f'CREATE VIRTUAL TABLE "{index}" USING rtree(id, minx, maxx, miny, maxy)')
    located = np.flatnonzero(~np.isnan(boxes[:, 0]))
    rtree.fill(connection, index, located + 1, boxes[located])
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table,),
    )
    for trigger in RTREE_TRIGGERS:
        connection.execute(trigger.format(table=table, rtree=index))


def _write_readme(connection: sqlite3.Connection, readme: Mapping[str, str], changed: str) -> None:
    connection.execute(
        "CREATE TABLE readme (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        "item TEXT NOT NULL, value TEXT NOT NULL)"
    )
    connection.executemany("INSERT INTO readme (item, value) VALUES (?, ?)", readme.items())
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('readme', 'attributes', 'readme', 'What this file is and how it may be used', ?)",
        (changed,),
    )
