"""Write a layer as an OGC GeoPackage 1.3 with plain sqlite3, and read its cells back.

No GDAL: the serving process needs none, and every byte of meaning is ours. QGIS and GDAL open
the file, use its R-tree, and keep it right when they edit it (the extension's triggers).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from lca.record import Field, FieldType

from .gpkgschema import CORE_TABLES, RTREE_TRIGGERS, SPATIAL_REFERENCES

_APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSIONS = {"1.2": 10200, "1.3": 10300}
_SRS_ID = 4326
_HEADER = struct.Struct("<2sBBi4d")
_FLAGS_ENVELOPE = 0b011  # little endian, envelope minx maxx miny maxy

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
    frame: gpd.GeoDataFrame,
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
            _write_attributes(connection, spec, frame, description, changed)
        else:
            _write_features(connection, spec, frame, (description, changed, geometry_type))
        if readme:
            _write_readme(connection, readme, changed)
        connection.execute("COMMIT")
    finally:
        connection.close()


def value_from(field: Field, cell: Any) -> Any:
    """Return a cell as :func:`lca.table.rows_of` gives it."""
    if cell is None:
        return None
    if field.type == "boolean":
        return bool(cell)
    if field.type == "instant":
        return datetime.fromisoformat(cell)
    if field.type == "integers":
        return tuple(int(item) for item in cell.split(";"))
    return cell


def geometry_from(blob: bytes | None) -> BaseGeometry | None:
    """Return the geometry of a GeoPackage blob that :func:`write` made."""
    if blob is None:
        return None
    return shapely.from_wkb(blob[_HEADER.size :])


def _write_features(
    connection: sqlite3.Connection,
    spec: Described,
    frame: gpd.GeoDataFrame,
    told: tuple[str, str, str],
) -> None:
    table = spec.name
    description, changed, geometry_type = told
    bounds = frame.total_bounds.tolist() if frame.geometry.notna().any() else [None] * 4
    connection.execute(
        f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, '
        f"geom GEOMETRY, {_columns(spec.fields)})"
    )
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (table, spec.title, description, changed, *bounds, _SRS_ID),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (table, geometry_type, _SRS_ID),
    )
    marks = ", ".join("?" * (len(spec.fields) + 2))
    connection.executemany(
        f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608
        _rows(frame, spec.fields),
    )
    _write_rtree(connection, table, frame)


def _columns(fields: Sequence[Field]) -> str:
    return ", ".join(
        f'"{field.name}" {_SQL_TYPES[field.type]}'
        + (" NOT NULL UNIQUE" if field.name == "id" else "")
        for field in fields
    )


def _write_attributes(
    connection: sqlite3.Connection,
    spec: Described,
    frame: gpd.GeoDataFrame,
    description: str,
    changed: str,
) -> None:
    table = spec.name
    connection.execute(
        f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, '
        f"{_columns(spec.fields)})"
    )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES (?, 'attributes', ?, ?, ?)",
        (table, spec.title, description, changed),
    )
    marks = ", ".join("?" * (len(spec.fields) + 1))
    columns = [_cells(field, frame[field.name]) for field in spec.fields]
    connection.executemany(
        f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608
        zip(range(1, len(frame) + 1), *columns, strict=True),
    )


def _write_rtree(connection: sqlite3.Connection, table: str, frame: gpd.GeoDataFrame) -> None:
    rtree = f"rtree_{table}_geom"
    connection.execute(f'CREATE VIRTUAL TABLE "{rtree}" USING rtree(id, minx, maxx, miny, maxy)')
    located = np.flatnonzero(frame.geometry.notna().to_numpy())
    boxes = shapely.bounds(frame.geometry.to_numpy()[located])
    connection.executemany(
        f'INSERT INTO "{rtree}" VALUES (?, ?, ?, ?, ?)',  # noqa: S608
        (
            (int(index) + 1, box[0], box[2], box[1], box[3])
            for index, box in zip(located, boxes.tolist(), strict=True)
        ),
    )
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table,),
    )
    for trigger in RTREE_TRIGGERS:
        connection.execute(trigger.format(table=table, rtree=rtree))


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


def _rows(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> Iterator[tuple[Any, ...]]:
    columns = [_cells(field, frame[field.name]) for field in fields]
    blobs = _blobs(frame.geometry.to_numpy())
    return zip(range(1, len(frame) + 1), blobs, *columns, strict=True)


def _blobs(geometries: Any) -> Iterator[bytes | None]:
    # The envelope is written for points too, so that every header has one length.
    bodies = shapely.to_wkb(geometries, byte_order=1)
    for body, box in zip(bodies, shapely.bounds(geometries).tolist(), strict=True):
        if body is None:
            yield None
            continue
        header = _HEADER.pack(b"GP", 0, _FLAGS_ENVELOPE, _SRS_ID, box[0], box[2], box[1], box[3])
        yield header + body


def _cells(field: Field, column: pd.Series[Any]) -> list[Any]:
    values = column.to_numpy(dtype=object).tolist()
    written = _WRITTEN.get(field.type, lambda value: value)
    return [
        None if gone else written(value)
        for value, gone in zip(values, pd.isna(column), strict=True)
    ]


def instant_text(moment: datetime) -> str:
    """Return the only form of DATETIME that GeoPackage knows: milliseconds, UTC."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _integers_text(values: tuple[int, ...]) -> str:
    return ";".join(map(str, values))


_WRITTEN: dict[FieldType, Callable[[Any], Any]] = {
    "instant": instant_text,
    "integers": _integers_text,
}
