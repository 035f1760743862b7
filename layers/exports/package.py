"""A GeoPackage for QGIS: the rows, the terms as a table, and the style that QGIS applies on load."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from layers import geopackage
from layers.gpkgrows import cells_of_frame
from layers.qml import style_xml

from .extract import Extract
from .formats import Options

_SHAPE_OF = {"Point": "point", "LineString": "line", "Polygon": "area"}
# As QGIS makes it (QgsOgrProvider, saveStyle).
_STYLES = """CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP)"""


def write(extract: Extract, path: Path, options: Options) -> None:
    """Write the rows as a new GeoPackage."""
    geopackage.write(
        path,
        extract,
        (cells_of_frame(frame, extract.fields) for frame in extract.frames()),
        description=extract.description,
        readme=extract.told,
        last_change=extract.released_at,
        attributes=not extract.placed,
        version=options.gpkg_version,
        geometry_type=extract.kinds[0].upper() if len(extract.kinds) == 1 else "GEOMETRY",
    )
    if extract.placed and extract.style is not None:
        _add_style(extract, path)


def _add_style(extract: Extract, path: Path) -> None:
    assert extract.style is not None  # noqa: S101 - asked for by the caller
    kinds = {_SHAPE_OF[kind.removeprefix("Multi")] for kind in _simple(extract.kinds)}
    qml = style_xml(
        extract.style, extract.fields, sorted(kinds or extract.shapes), over=extract.over
    )
    changed = extract.released_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # The file gets its name once it is whole, so no journal is needed.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute(_STYLES)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', "
            "'Styles that QGIS applies', ?)",
            (changed,),
        )
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', NULL, ?)",
            (extract.name, extract.name[:30], qml, f"Legend of {extract.title}", changed),
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


def _simple(kinds: tuple[str, ...]) -> list[str]:
    names = [kind.removeprefix("Multi") for kind in kinds]
    return [name for name in names if name in _SHAPE_OF]
