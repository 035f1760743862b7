"""What is checked of a GeoPackage before GDAL reads it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lca.errors import UnreadableFile

from .gdal import not_a


def check_geopackage(path: Path) -> None:
    """Refuse a database whose tables may be something else than they look.

    Raises
    ------
    UnreadableFile
        If it is damaged, or holds a view or a virtual table.
    """
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            things = connection.execute(
                "SELECT type, name, lower(sql) FROM sqlite_master"
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise not_a("gpkg") from error
    for kind, name, sql in things:
        virtual = kind == "table" and sql and sql.lstrip().startswith("create virtual table")
        if kind == "view" or (virtual and "using rtree" not in sql):
            raise UnreadableFile(
                f"The GeoPackage holds {str(name)[:60]!r}, a view or virtual table.",
                do_next="Export the layer alone from QGIS into a new GeoPackage.",
            )
