"""What a plain GeoPackage with pygeodiff, and PostGIS with a table of histories, take for the same."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import psycopg
import pygeodiff
import pyogrio
import shapely

from benchmarks.layers_data import Data
from benchmarks.layers_ours import timed

ADDRESS = "LCA_BENCHMARK_POSTGIS"
_TIMES = 25
_EDITS = 5


def geopackage(data: Data, folder: Path) -> dict[str, float]:
    """Measure a GeoPackage that GDAL writes and reads; each version is a copy of the file."""
    file, copy, changes = (folder / name for name in ("one.gpkg", "two.gpkg", "changes.bin"))
    layer, differ = data.layer, pygeodiff.GeoDiff()
    frame: list[gpd.GeoDataFrame] = []
    taken = {"read the file": timed(lambda: frame.append(data.read()))}
    written = timed(lambda: pyogrio.write_dataframe(frame[0], file, layer=layer, driver="GPKG"))
    frame.clear()
    taken["read, import and publish"] = taken["read the file"] + written
    _index_ids(file, layer)
    taken["edit one row and publish"] = median(
        timed(lambda: _edited_copy(file, copy, data)) for _ in range(_EDITS)
    )
    taken["difference of two versions"] = timed(
        lambda: differ.create_changeset(str(file), str(copy), str(changes))
    )
    where = f"id = '{data.id}'"
    read = pyogrio.read_dataframe
    taken["one row as of the version before"] = _middle(lambda: read(file, where=where))
    taken["one row by id"] = _middle(lambda: read(copy, where=where))
    for rows, words in ((100, "100"), (1_000, "1,000")):
        taken[f"a box of about {words} rows"] = median(
            timed(lambda box=box: read(copy, bbox=(box.west, box.south, box.east, box.north)))
            for box in data.boxes(rows)
        )
    return taken


def _index_ids(file: Path, layer: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"CREATE UNIQUE INDEX ids ON {layer} (id)")
        connection.commit()


def _edited_copy(file: Path, copy: Path, data: Data) -> None:
    shutil.copyfile(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        # The triggers of GDAL's R-tree name them, although a status moves no geometry.
        for name in ("IsEmpty", "MinX", "MaxX", "MinY", "MaxY"):
            connection.create_function(f"ST_{name}", 1, lambda _blob: 0)
        connection.execute(
            f"UPDATE {data.layer} SET status = 'restricted' WHERE id = ?",  # noqa: S608
            (data.id,),
        )
        connection.commit()
    with copy.open("rb+") as stream:
        os.fsync(stream.fileno())


def postgis(data: Data, _folder: Path) -> dict[str, float]:
    """Measure a table of rows with the numbers of the releases from and to which they hold."""
    table = f"{data.layer}_history"
    frame: list[gpd.GeoDataFrame] = []
    taken = {"read the file": timed(lambda: frame.append(data.read()))}
    with psycopg.connect(os.environ[ADDRESS], autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        loaded = timed(lambda: _load(connection, table, frame[0]))
        frame.clear()
        taken["read, import and publish"] = taken["read the file"] + loaded
        taken["edit one row and publish"] = median(
            timed(lambda number=number: _edit(connection, table, data.id, number))
            for number in range(2, 2 + _EDITS)
        )

        def ask(sql: str, *values: Any) -> list[Any]:
            rows = connection.execute(
                f"SELECT *, ST_AsBinary(geom) FROM {table} WHERE {sql}",  # noqa: S608
                values,
            ).fetchall()
            shapely.from_wkb([row[-1] for row in rows])
            return rows

        at = "valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
        taken["difference of two versions"] = timed(
            lambda: ask("valid_from > 1 OR valid_to IS NOT NULL")
        )
        taken["one row as of the version before"] = _middle(
            lambda: ask(f"id = %s AND {at}", data.id, _EDITS, _EDITS)
        )
        taken["one row by id"] = _middle(lambda: ask("id = %s AND valid_to IS NULL", data.id))
        inside = "ST_Intersects(geom, ST_MakeEnvelope(%s, %s, %s, %s, 4326)) AND valid_to IS NULL"
        for rows, words in ((100, "100"), (1_000, "1,000")):
            taken[f"a box of about {words} rows"] = median(
                timed(lambda box=box: ask(inside, box.west, box.south, box.east, box.north))
                for box in data.boxes(rows)
            )
    return taken


def _load(connection: psycopg.Connection[Any], table: str, frame: gpd.GeoDataFrame) -> None:
    names = [name for name in frame.columns if name != "geometry"]
    types = {
        "f": "double precision",
        "i": "bigint",
        "u": "bigint",
        "b": "boolean",
        "M": "timestamptz",
    }
    columns = ", ".join(f"{name} {types.get(frame[name].dtype.kind, 'text')}" for name in names)
    connection.execute(
        f"CREATE TABLE {table} ({columns}, geom geometry(Geometry, 4326), "
        "valid_from integer NOT NULL DEFAULT 1, valid_to integer)"
    )
    values = [
        frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in names
    ]
    places = shapely.to_wkb(
        shapely.set_srid(frame.geometry.to_numpy(), 4326), hex=True, include_srid=True
    )
    listed = ", ".join([*names, "geom"])
    with (
        connection.transaction(),
        connection.cursor().copy(f"COPY {table} ({listed}) FROM STDIN") as copy,
    ):
        for row in zip(*values, places.tolist(), strict=True):
            copy.write_row(row)
    for index in ("(id)", "USING gist (geom)", "(valid_from)", "(valid_to)"):
        connection.execute(f"CREATE INDEX ON {table} {index}")
    connection.execute(f"ANALYZE {table}")


def _edit(connection: psycopg.Connection[Any], table: str, key: str, number: int) -> None:
    """End the row that holds and write its successor, in one transaction."""
    with connection.transaction():
        connection.execute(
            f"CREATE TEMP TABLE next ON COMMIT DROP AS "  # noqa: S608
            f"SELECT * FROM {table} WHERE id = %s AND valid_to IS NULL",
            (key,),
        )
        connection.execute(
            f"UPDATE {table} SET valid_to = %s WHERE id = %s AND valid_to IS NULL",  # noqa: S608
            (number, key),
        )
        connection.execute("UPDATE next SET status = 'restricted', valid_from = %s", (number,))
        connection.execute(f"INSERT INTO {table} SELECT * FROM next")  # noqa: S608


def _middle(act: Callable[[], object]) -> float:
    return median(timed(act) for _ in range(_TIMES))
