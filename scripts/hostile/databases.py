"""Hostile GeoPackages: tables that are something else, and numbers that lie."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from .case import Bait, Case, Maker, content

_WGS = 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
_POINT = struct.pack("<BIdd", 1, 1, -71.3, -29.9)


def _blob(wkb: bytes = _POINT, flags: int = 1) -> bytes:
    return b"GP\0" + struct.pack("<BI", flags, 4326) + wkb


def _write(
    path: Path, *statements: str, srs: str = _WGS, geometry: bytes | None = None, columns: str = ""
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
                description TEXT, last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                srs_id INTEGER, z INTEGER, m INTEGER);
            """
        )
        connection.execute(
            f"CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT{columns})"
        )
        connection.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 4326, 'NONE', 0, ?, '')", [srs]
        )
        connection.execute(
            "INSERT INTO gpkg_contents VALUES ('a', 'features', 'a', '', '2026-11-16T00:00:00Z', -180, -90, 180, 90, 4326)"
        )
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('a', 'geom', 'GEOMETRY', 4326, 0, 0)"
        )
        connection.execute(
            "INSERT INTO a (geom, name) VALUES (?, 'Exercise')", [geometry or _blob()]
        )
        for statement in statements:
            connection.executescript(statement)
        connection.commit()


def _with(*statements: str) -> Maker:
    return lambda path, _: _write(path, *statements)


def _geometry(wkb: bytes, flags: int = 1) -> Maker:
    return lambda path, _: _write(path, geometry=_blob(wkb, flags))


def _changed(at: int, new: bytes) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        _write(path)
        raw = bytearray(path.read_bytes())
        raw[at : at + len(new)] = new
        path.write_bytes(raw)

    return make


def _cut(part: float) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        _write(path)
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * part)])

    return make


_DIGITS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n"
_DEEP = struct.pack("<BII", 1, 7, 1) * 50_000 + _POINT
MAKERS: dict[str, tuple[str, Maker]] = {
    "view": ("refused", _with("CREATE VIEW v AS SELECT * FROM a")),
    "view in the place of the layer": (
        "refused",
        _with("ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT * FROM b"),
    ),
    "endless view": ("refused", _with(f"CREATE VIEW v AS {_DIGITS}) SELECT * FROM n")),  # noqa: S608
    # Reading fires none.
    "trigger": (
        "read",
        _with(
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT load_extension('/tmp/evil.so'); END"
        ),
    ),
    "virtual table": ("refused", _with("CREATE VIRTUAL TABLE v USING fts5(x)")),
    "virtual table of another library": (
        "refused",
        _with(
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, "
            "'CREATE VIRTUAL TABLE v USING VirtualOGR(''/etc/passwd'')')"
        ),
    ),
    "contents that are a file": (
        "either",
        _with(
            "INSERT INTO gpkg_contents SELECT '/vsicurl/http://127.0.0.1:9/x', data_type, 'x', '', last_change, 0, 0, 0, 0, 4326 FROM gpkg_contents"
        ),
    ),
    "schema as the layer": (
        "either",
        _with(
            "UPDATE gpkg_contents SET table_name = 'sqlite_master'; UPDATE gpkg_geometry_columns SET table_name = 'sqlite_master'"
        ),
    ),
    "1,500 columns": (
        "refused",
        lambda path, _: _write(path, columns="".join(f", c{n} TEXT" for n in range(1_500))),
    ),
    "200,000 rows": (
        "refused",
        _with(f"INSERT INTO a (geom, name) {_DIGITS} WHERE x < 200000) SELECT NULL, 'x' FROM n"),  # noqa: S608
    ),
    "text of 60 MB": ("either", _with("UPDATE a SET name = hex(zeroblob(30000000))")),
    "blob for a name": ("either", _with("UPDATE a SET name = zeroblob(1000000)")),
    "generated column": (
        "either",
        _with(
            "ALTER TABLE a ADD COLUMN g TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL"
        ),
    ),
    "reference system of a file": (
        "either",
        lambda path, bait: _write(path, srs=f"+proj=longlat +nadgrids={bait.file} +type=crs"),
    ),
    "reference system of an address": ("either", lambda path, bait: _write(path, srs=bait.url)),
    "reference system of 10 MB": (
        "either",
        lambda path, _: _write(path, srs="GEOGCS[" * 1_000_000),
    ),
    "no reference system": (
        "refused",
        _with(
            "UPDATE gpkg_spatial_ref_sys SET definition = 'undefined'; UPDATE gpkg_geometry_columns SET srs_id = 99"
        ),
    ),
    "geometry that claims 4 billion points": (
        "either",
        _geometry(struct.pack("<BII", 1, 2, 0xFFFFFFFF)),
    ),
    "geometry of unknown kind": ("either", _geometry(struct.pack("<BI", 1, 999) + bytes(32))),
    "geometry cut off": ("either", _geometry(_POINT[:9])),
    "50,000 collections in each other": ("either", _geometry(_DEEP)),
    "geometry of NaN": (
        "either",
        _geometry(struct.pack("<BIdd", 1, 1, float("nan"), float("inf"))),
    ),
    "envelope that lies": ("either", _geometry(_POINT, flags=0x0F)),
    "page size of zero": ("refused", _changed(16, b"\0\0")),
    "4 billion pages claimed": ("either", _changed(28, b"\xff\xff\xff\xff")),
    "free list that loops": ("either", _changed(32, b"\0\0\0\1\xff\xff\xff\xff")),
    "log that is not there": ("either", _changed(18, b"\2\2")),
    "unknown text encoding": ("either", _changed(56, b"\0\0\0\x09")),
    "cut at half": ("refused", _cut(0.5)),
    "cut at a tenth": ("refused", _cut(0.1)),
    "only the first words": ("refused", content(b"SQLite format 3\0" + bytes(200))),
    "noise after the header": (
        "refused",
        content(b"SQLite format 3\0" + bytes(n * 7919 % 251 for n in range(9_000))),
    ),
}


def cases() -> Iterator[Case]:
    """Yield each hostile GeoPackage."""
    for name, (outcome, make) in MAKERS.items():
        yield Case(f"{name} in a GeoPackage", ".gpkg", make, outcome, "constraints")
