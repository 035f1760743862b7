"""Make files of a table: every container, delimiter and encoding in which sources send them."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import geopandas as gpd
import shapely

from scripts.corpus.book import Value, write_book
from scripts.corpus.table import Table, Truth

Writer = Callable[[Path], object]


def book(table: Table) -> Writer:
    """Return what writes the table as a sheet of a workbook, with its cover if it has one."""
    sheets: dict[str, Any] = {}
    if table.cover is not None:
        sheets[table.cover_sheet] = list(table.cover.items())
    sheets[table.sheet] = table.grid()
    return partial(
        _write_book, sheets=sheets, merged={table.sheet: table.merged}, date1904=table.date1904
    )


def _write_book(path: Path, **parts: Any) -> None:
    sheets = parts.pop("sheets")
    write_book(path, sheets, **parts)


def delimited(table: Table, delimiter: str, encoding: str) -> Writer:
    """Return what writes the table as a text of that delimiter and encoding."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    for row in table.grid():
        writer.writerow(["" if cell is None else _as_text(cell) for cell in row])
    return partial(_write_bytes, body=stream.getvalue().encode(encoding))


def _write_bytes(path: Path, body: bytes) -> None:
    path.write_bytes(body)


def _as_text(cell: Value) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def shape_of(truth: Truth) -> Any:
    """Return where a row lies as a shape: a point, or a line of its points."""
    if truth.place is None:
        return None
    if isinstance(truth.place[0], tuple):
        return shapely.LineString(truth.place)
    return shapely.Point(truth.place)


def _without_place(table: Table) -> list[dict[str, Value]]:
    """Return the rows' cells without the columns of the place, which the geometry says."""
    left_out = {table.roles.get("lat"), table.roles.get("lon")}
    return [
        {
            name: truth.cells.get(name)
            for name in table.headings
            if name not in left_out or table.profile == "sdi-t"
        }
        for truth in table.truths
    ]


def _plain(cell: Value) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell


def geojson(table: Table) -> Writer:
    """Return what writes the table as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {name: _plain(cell) for name, cell in cells.items()},
            "geometry": None if truth.place is None else shapely.geometry.mapping(shape_of(truth)),
        }
        for truth, cells in zip(table.truths, _without_place(table), strict=True)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return partial(_write_bytes, body=body.encode())


def frame_of(table: Table) -> gpd.GeoDataFrame:
    """Return the table as a frame in EPSG:4326; one text makes a column one of texts."""
    rows = [{name: _plain(cell) for name, cell in one.items()} for one in _without_place(table)]
    of_texts = {name for row in rows for name, cell in row.items() if isinstance(cell, str)}
    columns = {
        name: [
            str(row[name]) if name in of_texts and row[name] is not None else row[name]
            for row in rows
        ]
        for name in rows[0]
    }
    shapes = [shape_of(truth) for truth in table.truths]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def by_gdal(table: Table, driver: str) -> Writer:
    """Return what writes the table with a driver of GDAL."""
    return partial(_write_gdal, frame=frame_of(table), driver=driver, layer=table.shape)


def _write_gdal(path: Path, frame: gpd.GeoDataFrame, driver: str, layer: str) -> None:
    # A FlatGeobuf with an index has its rows in the order of the index.
    options: dict[str, Any] = {"layer": layer} if driver == "GPKG" else {"SPATIAL_INDEX": "NO"}
    frame.to_file(path, driver=driver, engine="pyogrio", **options)


def shapefile(table: Table) -> Writer:
    """Return what writes the table as a Shapefile in one zip; DBF cuts its names to ten."""
    return partial(_write_shapefile, frame=frame_of(table), stem=table.shape)


def _write_shapefile(path: Path, frame: gpd.GeoDataFrame, stem: str) -> None:
    cut = {name: str(name)[:10] for name in frame.columns if name != "geometry"}
    with tempfile.TemporaryDirectory() as folder:
        frame.rename(columns=cut).to_file(
            Path(folder) / f"{stem}.shp",
            driver="ESRI Shapefile",
            engine="pyogrio",
            encoding="UTF-8",
        )
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)


def geoparquet(table: Table) -> Writer:
    """Return what writes the table as GeoParquet."""
    return partial(_write_parquet, frame=frame_of(table))


def _write_parquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    frame.to_parquet(path)


def kml(table: Table) -> Writer:
    """Return what writes the table as KML, as a phone or a globe saves places."""
    return partial(_write_bytes, body=_kml_of(table).encode())


def kmz(table: Table) -> Writer:
    """Return what writes the table as KMZ."""
    return partial(_write_zip, parts={"doc.kml": _kml_of(table)})


def _write_zip(path: Path, parts: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def _kml_of(table: Table) -> str:
    marks = []
    for truth, cells in zip(table.truths, _without_place(table), strict=True):
        data = "".join(
            f'<Data name="{escape(name)}"><value>{escape(_as_text(cell))}</value></Data>'
            for name, cell in cells.items()
            if cell is not None and name.casefold() != "name"
        )
        name = escape(_as_text(cells.get(table.roles.get("name", "")) or ""))
        marks.append(
            f"<Placemark><name>{name}</name><ExtendedData>{data}</ExtendedData>"
            f"{_kml_shape(truth)}</Placemark>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><Folder><name>{table.shape}</name>{''.join(marks)}</Folder></Document></kml>"
    )


def _kml_shape(truth: Truth) -> str:
    if truth.place is None:
        return ""
    points = truth.place if isinstance(truth.place[0], tuple) else [truth.place]
    text = " ".join(f"{lon},{lat},0" for lon, lat in points)
    kind = "LineString" if len(points) > 1 else "Point"
    return f"<{kind}><coordinates>{text}</coordinates></{kind}>"


def gpx(table: Table) -> Writer:
    """Return what writes the table's names and places as waypoints and tracks."""
    tracks, marks = [], []
    for truth in table.truths:
        name = escape(_as_text(truth.cells.get(table.roles["name"]) or ""))
        if isinstance(truth.place[0], tuple):
            points = "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in truth.place)
            tracks.append(f"<trk><name>{name}</name><trkseg>{points}</trkseg></trk>")
        else:
            lon, lat = truth.place
            marks.append(f'<wpt lat="{lat}" lon="{lon}"><name>{name}</name></wpt>')
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="exercise" '
        f'xmlns="http://www.topografix.com/GPX/1/1">{"".join([*marks, *tracks])}</gpx>'
    )
    return partial(_write_bytes, body=body.encode())
