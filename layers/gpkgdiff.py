"""Change rows of a GeoPackage that ``layers.geopackage`` wrote, in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from .geopackage import Described, bounds_of
from .gpkgcells import header_box
from .gpkgrows import Cells
from .spec import LayerSpec

# What the triggers of the R-tree ask of a geometry. Ours are never empty.
_FUNCTIONS = {
    "ST_MinX": lambda blob: header_box(blob)[0],
    "ST_MinY": lambda blob: header_box(blob)[1],
    "ST_MaxX": lambda blob: header_box(blob)[2],
    "ST_MaxY": lambda blob: header_box(blob)[3],
    "ST_IsEmpty": lambda _blob: 0,
}


def change(
    path: Path,
    spec: LayerSpec,
    gone: Collection[str],
    come: Iterable[Cells],
    *,
    description: str,
) -> int | None:
    """Replace rows of a file that nobody reads yet, and return how many it has then.

    Parameters
    ----------
    gone : collection of str
        Ids whose rows go; those that are in ``come`` too keep their fid.
    come : iterable of Cells
        Rows that come, of the spec's columns.

    Returns
    -------
    int or None
        None, and nothing is changed, if the file has other columns than the layer has today.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for name, function in _FUNCTIONS.items():
            connection.create_function(name, 1, function, deterministic=True)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        if not _has_columns(connection, spec):
            return None
        connection.execute("BEGIN")
        fids, border = _remove(connection, spec.name, gone)
        boxes = _add(connection, spec, fids, come)
        _describe(connection, spec, description, boxes, border=border)
        (count,) = connection.execute(f'SELECT count(*) FROM "{spec.name}"').fetchone()  # noqa: S608
        connection.execute("COMMIT")
        return int(count)
    finally:
        connection.close()


def _has_columns(connection: sqlite3.Connection, spec: Described) -> bool:
    found = connection.execute(f'PRAGMA table_info("{spec.name}")').fetchall()
    return [row[1] for row in found] == ["fid", "geom", *(field.name for field in spec.fields)]


def _remove(
    connection: sqlite3.Connection, table: str, gone: Collection[str]
) -> tuple[dict[str, int], bool]:
    """Delete rows; return their fids by id, and whether one touched the border of the layer."""
    bounds = _bounds(connection, table)
    fids, border = {}, False
    for key in gone:
        row = connection.execute(
            f'DELETE FROM "{table}" WHERE id = ? RETURNING fid, geom',  # noqa: S608
            (key,),
        ).fetchone()
        if row is not None:
            fids[key], blob = row
            border |= blob is not None and any(
                one == other for one, other in zip(header_box(blob), bounds, strict=True)
            )
    return fids, border


def _add(
    connection: sqlite3.Connection, spec: LayerSpec, fids: dict[str, int], come: Iterable[Cells]
) -> Any:
    marks = ", ".join("?" * (len(spec.fields) + 2))
    position = [field.name for field in spec.fields].index("id")
    boxes = [np.empty((0, 4))]
    for cells in come:
        connection.executemany(
            f'INSERT INTO "{spec.name}" VALUES ({marks})',  # noqa: S608
            cells.rows([fids.get(key) for key in cells.columns[position]]),
        )
        boxes.append(cells.boxes)
    return np.concatenate(boxes)


def _describe(
    connection: sqlite3.Connection, spec: Described, description: str, boxes: Any, *, border: bool
) -> None:
    """Write what the file says of its whole content."""
    table = spec.name
    if border:
        blobs = connection.execute(f'SELECT geom FROM "{table}" WHERE geom NOT NULL')  # noqa: S608
        boxes = np.array([header_box(blob) for (blob,) in blobs]).reshape(-1, 4)[:, [0, 2, 1, 3]]
    else:
        west, south, east, north = _bounds(connection, table)
        if west is not None:
            boxes = np.vstack([boxes, [west, east, south, north]])
    connection.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ?, min_x = ?, min_y = ?, "
        "max_x = ?, max_y = ? WHERE table_name = ?",
        (spec.title, description, *bounds_of(boxes), table),
    )


def _bounds(connection: sqlite3.Connection, table: str) -> tuple[float | None, ...]:
    found = connection.execute(
        "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?", (table,)
    ).fetchone()
    return tuple(found)
