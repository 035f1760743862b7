"""Shapefiles in a zip archive, one for each type of geometry, with what the format cannot hold told.

The format holds one type of geometry a file, column names of 10 letters, texts of 254 bytes and
no times. So the archive has a table ``columns.csv`` that names each column, and a ``readme.txt``
with the terms and each text that had to be cut. Rows without a place make a table of their own.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyproj
import shapefile  # type: ignore[import-untyped]

from layers.cells import comma_cell, plain_cell
from lca.record import Field

from .extract import Extract

_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_WORD = 10, 254, 3
_NUMBER_SIZE, _MOST_DECIMALS = 24, 15
_CUTS_TOLD = 1_000
_KINDS = {
    "Point": ("point", shapefile.POINT),
    "MultiPoint": ("multipoint", shapefile.MULTIPOINT),
    "LineString": ("line", shapefile.POLYLINE),
    "MultiLineString": ("line", shapefile.POLYLINE),
    "Polygon": ("area", shapefile.POLYGON),
    "MultiPolygon": ("area", shapefile.POLYGON),
}
_NOWHERE = "noplace"


@dataclass(slots=True)
class _Cuts:
    """Which texts were too long for the format."""

    number: int = 0
    told: list[str] = field(default_factory=list)

    def note(self, key: str, column: str, length: int) -> None:
        self.number += 1
        if len(self.told) < _CUTS_TOLD:
            self.told.append(f"{key}: {column} has {length} bytes")


def write(extract: Extract, path: Path) -> None:
    """Write the rows as a zip archive of Shapefiles with their CRS, encoding and terms."""
    columns = dict(zip(dbf_names(extract.fields), extract.fields, strict=True))
    cuts = _Cuts()
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name)
        _write_files(extract, columns, folder, cuts)
        (folder / "columns.csv").write_bytes(_columns_table(columns))
        readme = _readme(extract, cuts)
        (folder / "readme.txt").write_text(readme, encoding="utf-8", newline="\r\n")
        _pack(folder, path, extract.released_at)


def dbf_names(fields: Sequence[Field]) -> list[str]:
    """Return a column name of at most 10 letters for each field, no two equal in any case."""
    names: list[str] = []
    taken: set[str] = set()
    for column in fields:
        name, number = column.name[:_LONGEST_NAME], 1
        while name.lower() in taken:
            tail = f"_{number}"
            name, number = column.name[: _LONGEST_NAME - len(tail)] + tail, number + 1
        taken.add(name.lower())
        names.append(name)
    return names


def _write_files(extract: Extract, columns: Mapping[str, Field], folder: Path, cuts: _Cuts) -> None:
    decimals = {column.name: _decimals(extract, column) for column in columns.values()}
    writers: dict[str, shapefile.Writer] = {}
    try:
        for key, row in extract.rows():
            shape = row["geometry"]
            kind = _KINDS[shape.geom_type][0] if shape is not None else _NOWHERE
            if kind not in writers:
                target = folder / f"{extract.name}_{kind}"
                writers[kind] = _writer(target, shape, columns, decimals)
            if kind == "point":
                writers[kind].point(shape.x, shape.y)
            elif shape is not None:
                writers[kind].shape(shape)
            cells = [_cell(column, row[column.name], key, cuts) for column in columns.values()]
            writers[kind].record(*cells)
        if not writers:
            target = folder / f"{extract.name}_{_NOWHERE}"
            writers[_NOWHERE] = _writer(target, None, columns, decimals)
    finally:
        for writer in writers.values():
            writer.close()
    for file in folder.glob("*.dbf"):
        _set_date(file, extract.released_at)
        file.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    for file in folder.glob("*.shp"):
        file.with_suffix(".prj").write_text(_esri_wgs84(), encoding="ascii")


def _writer(
    target: Path, shape: Any, columns: Mapping[str, Field], decimals: Mapping[str, int]
) -> shapefile.Writer:
    if shape is None:
        writer = shapefile.Writer(dbf=str(target.with_suffix(".dbf")), encoding="utf-8")
    else:
        kind = _KINDS[shape.geom_type][1]
        writer = shapefile.Writer(str(target), shapeType=kind, encoding="utf-8")
    for name, column in columns.items():
        if column.type == "integer":
            writer.field(name, "N", size=18)
        elif column.type == "number":
            writer.field(name, "N", size=_NUMBER_SIZE, decimal=decimals[column.name])
        elif column.type == "boolean":
            # A truth value of the format's own that is not known is false to some readers.
            writer.field(name, "C", size=_LONGEST_WORD)
        else:
            writer.field(name, "C", size=_LONGEST_TEXT)
    return writer


def _decimals(extract: Extract, column: Field) -> int:
    """Return how many decimals a column of numbers needs: none is lost that fits."""
    if column.type != "number":
        return 0
    most, largest = 0, 0.0
    for frame in extract.frames():
        values = frame[column.name].dropna().astype(float).unique()
        most = max((most, *map(_decimals_of, values)))
        largest = max((largest, *map(abs, values)))
    digits = len(str(int(largest)))
    return max(1, min(most, _MOST_DECIMALS, _NUMBER_SIZE - digits - 2))


def _decimals_of(value: float) -> int:
    return len(f"{value:.15f}".rstrip("0").partition(".")[2]) if value != round(value) else 0


def _cell(column: Field, value: Any, key: str, cuts: _Cuts) -> Any:
    if column.type in {"integer", "number"}:
        return value
    if value is None:
        return ""  # pyshp would write the word None
    text = str(plain_cell(value))
    content = text.encode()
    if len(content) <= _LONGEST_TEXT:
        return text
    cuts.note(key, column.name, len(content))
    return content[:_LONGEST_TEXT].decode("utf-8", errors="ignore")


def _columns_table(columns: Mapping[str, Field]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["column", "name", "title", "unit", "words"])
    for name, one in columns.items():
        cells = (name, one.name, one.title, one.unit, "; ".join(one.codes))
        writer.writerow([comma_cell(cell) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def _readme(extract: Extract, cuts: _Cuts) -> str:
    lines = [f"{name}: {value}" for name, value in extract.told.items()]
    lines += [
        "",
        "Column names are cut to 10 letters; columns.csv says what each one is.",
        "Dates and times are texts in ISO 8601, UTC; yes and no are texts. Coordinates are WGS 84, longitude first.",
        f"Rows without a place are in the table {extract.name}_{_NOWHERE}.dbf.",
    ]
    if cuts.number:
        lines += ["", f"{cuts.number} text(s) were longer than 254 bytes and are cut:", *cuts.told]
    if cuts.number > len(cuts.told):
        lines.append(f"and {cuts.number - len(cuts.told)} more")
    return "\n".join(lines) + "\n"


def _set_date(file: Path, moment: datetime) -> None:
    """State the release's day as the table's last change, not the day of the export."""
    with file.open("r+b") as stream:
        stream.seek(1)
        stream.write(bytes([moment.year - 1900, moment.month, moment.day]))


def _pack(folder: Path, path: Path, moment: datetime) -> None:
    stamp = moment.timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(file.name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as source, archive.open(entry, "w") as sink:
                while block := source.read(1 << 20):
                    sink.write(block)


@lru_cache(maxsize=1)
def _esri_wgs84() -> str:
    text: str = pyproj.CRS("EPSG:4326").to_wkt("WKT1_ESRI")
    return text
