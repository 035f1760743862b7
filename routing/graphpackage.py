"""Read the tables of a graph from a GeoPackage with plain sqlite3, without trusting the file."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from lca.errors import InvalidInput, MissingCrs, UnreadableFile

from .graphml import MOST_EDGES, epsg

LAYERS = {"nodes": ("osmid",), "edges": ("u", "v", "key")}
"""Layers and their index columns, as ``osmnx.io.save_graph_geopackage`` writes them."""

_MOST_COLUMNS = 500
_LONGEST_CELL_BYTES = 16 << 20
_STEPS, _MOST_ROUNDS = 100_000, 5_000
"""The database may take so many times so many steps; those of an honest file are far fewer."""

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_KIND = struct.Struct("<I")
_POINT_OR_LINE = frozenset({1, 2, 1001, 1002, 0x80000001, 0x80000002})


def read_graphpackage(path: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and edges, as osmnx's tables.

    Raises
    ------
    UnreadableFile
        If the file is no GeoPackage, is damaged, exceeds a bound, or its layers are not plain
        tables.
    InvalidInput
        If it has no layers ``nodes`` and ``edges``.
    MissingCrs
        If a layer's CRS is not named by its EPSG code.
    """
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            _restrict(connection)
            nodes, edges = (_layer(connection, name) for name in LAYERS)
        finally:
            connection.close()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"The file is no GeoPackage that can be read: {type(error).__name__}.",
            where=path.name,
            do_next="Save the graph again with osmnx.io.save_graph_geopackage.",
        ) from error
    return nodes, edges


def _restrict(connection: sqlite3.Connection) -> None:
    """Let the database do no more than read rows."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS)
    rounds = iter(range(_MOST_ROUNDS))
    connection.set_progress_handler(lambda: next(rounds, None) is None, _STEPS)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA query_only = ON")


def _layer(connection: sqlite3.Connection, name: str) -> gpd.GeoDataFrame:
    kinds = connection.execute(
        "SELECT type, coalesce(lower(sql), '') FROM sqlite_master WHERE name = ?", (name,)
    ).fetchall()
    if not kinds:
        raise InvalidInput(
            f"The GeoPackage has no layer {name!r}.",
            do_next="Save the graph with osmnx.io.save_graph_geopackage.",
        )
    columns = connection.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
    plain = all(hidden == 0 for *_, hidden in columns)
    if len(kinds) != 1 or kinds[0][0] != "table" or "virtual table" in kinds[0][1] or not plain:
        raise UnreadableFile(
            f"The layer {name!r} of the GeoPackage is no plain table.",
            do_next="Export it from QGIS into a new GeoPackage.",
        )
    shape, crs = _geometry(connection, name)
    names = [column[1] for column in columns]
    rows = _rows(connection, name, names)
    table = pd.DataFrame(rows, columns=names, dtype=object)
    missing = [column for column in (*LAYERS[name], shape) if column not in table]
    if missing:
        raise InvalidInput(
            f"The layer {name!r} lacks the columns " + ", ".join(missing) + ".",
            do_next="Save the graph with osmnx.io.save_graph_geopackage.",
        )
    shapes = _shapes(table.pop(shape).tolist(), name)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs).set_index(list(LAYERS[name]))


def _rows(connection: sqlite3.Connection, name: str, columns: list[str]) -> list[Any]:
    quoted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    query = f'SELECT {quoted} FROM "{name}" LIMIT {MOST_EDGES + 1}'  # noqa: S608 - quoted
    rows = connection.execute(query).fetchall()
    if len(rows) > MOST_EDGES:
        raise UnreadableFile(
            f"The layer {name!r} has more than {MOST_EDGES:,} rows.",
            do_next="Build from an OSM extract instead: it takes less time and memory.",
        )
    return rows


def _geometry(connection: sqlite3.Connection, name: str) -> tuple[str, str]:
    """Return the geometry column of a layer and its CRS."""
    found = connection.execute(
        "SELECT g.column_name, s.organization, s.organization_coordsys_id"
        " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s USING (srs_id)"
        " WHERE g.table_name = ?",
        (name,),
    ).fetchone()
    column, organization, code = found or (None, None, None)
    if str(organization).upper() != "EPSG" or not isinstance(code, int) or not column:
        raise MissingCrs(
            "The data does not say which coordinate reference system it uses.",
            where=name,
            do_next="Save the graph in EPSG:4326.",
        )
    return str(column), epsg(code)


def _shapes(blobs: list[Any], name: str) -> NDArray[np.object_]:
    bodies = [None if blob is None else _body(blob, name) for blob in blobs]
    shapes = shapely.from_wkb(bodies, on_invalid="ignore")
    if (shapely.is_missing(shapes) & np.array([blob is not None for blob in blobs])).any():
        raise _bad_shape(name)
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _body(blob: Any, name: str) -> bytes:
    """Return the well-known binary of a point or line; nothing else is let through."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise _bad_shape(name)
    envelope = blob[3] >> 1 & 0b111
    body = blob[8 + _ENVELOPE_BYTES[min(envelope, 4)] :]
    if len(body) < 9 or body[0] != 1 or _KIND.unpack_from(body, 1)[0] not in _POINT_OR_LINE:
        raise _bad_shape(name)
    return body


def _bad_shape(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"A geometry of the layer {name!r} is no point or line that can be read.",
        do_next="Export the layer from QGIS into a new GeoPackage, as single lines.",
    )
