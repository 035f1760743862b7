"""Read a geodata file's features as rows in EPSG:4326, with GDAL held to three formats.

Runs in the child process only. GDAL opens a file by its content, not by its name: a
``.geojson`` that is really a virtual data source may read any file or address. So every other
driver is switched off before GDAL starts, and the driver that opened the file is checked.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lca.errors import InvalidInput, MissingCrs, UnreadableFile

from .archive import open_archive
from .limits import Limits
from .selfstatement import body_of_geojson, exercise_of_geojson, exercise_of_geopackage
from .texts import one_line
from .wire import COVER_SHEET, Cell, Message, SheetEnd, SheetRow, SheetStart

DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shapefile": "ESRI Shapefile"}
_ALLOWED = {*DRIVERS.values(), "MEM", "Memory"}
# Every other driver of the GDAL in pyogrio's wheels; what a newer one adds is found at the start.
_SKIPPED = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,"
    "Elasticsearch,FlatGeobuf,GDALG,GML,GPSBabel,GPX,GTFS,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,"
    "JSONFG,KML,LIBKML,LVBAG,MBTiles,MVT,MapInfo File,MapML,MiraMonVector,NGW,OAPIF,ODS,OGCAPI,"
    "OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,S57,SQLite,"
    "SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
_NOT_NEEDED = ("geopandas", "pandas", "pyarrow", "pyarrow.compute")
_STARTED_AGAIN = "LCA_READER_STARTED_AGAIN"
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer as GDAL gives it: column names, columns of values, WKB, and the CRS.

    A table has no WKB (None).
    """

    names: list[str]
    columns: list[Any]
    wkb: Any
    crs: str | None
    count: int


def read_geofile(
    path: Path, kind: str, wanted: str | None, limits: Limits, *, every_layer: bool = False
) -> Iterator[Message]:
    """Yield the features of a layer, or of each; row 0 of each holds the column names.

    A cover comes first if the file says of itself whether it is exercise data, as our exports do.

    Parameters
    ----------
    path : Path
        The file, a zipped Shapefile included.
    kind : str
        One of :data:`DRIVERS`.
    wanted : str or None
        The layer to take if the file has several with a geometry.
    limits : Limits
        Bounds that the reader itself holds.
    every_layer : bool
        Read all layers with a geometry, as boundaries come one layer a level; an archive may then
        hold several Shapefiles, or one GeoPackage.

    Raises
    ------
    UnreadableFile
        If the file is not of that kind, is damaged, or exceeds a limit.
    MissingCrs
        If it does not state its CRS.
    InvalidInput
        If it cannot be told which of its layers is meant.
    """
    exercise: Cell | None = None
    files = {path.stem: path}
    if kind == "shapefile":
        files, kind = _unpacked(path, limits, every=every_layer)
    if kind == "gpkg":
        for file in files.values():
            _check_geopackage(file)
            exercise = exercise_of_geopackage(file)
    elif kind == "geojson":
        body = body_of_geojson(path)
        _check_columns(body, limits)
        _check_named_crs(body)
        exercise = exercise_of_geojson(body)
    if exercise is not None:
        yield SheetStart(COVER_SHEET, known=True)
        yield SheetRow(1, {0: "Exercise", 1: exercise})
        yield SheetEnd()
    for title, file in files.items():
        if every_layer and kind == "gpkg":
            for name in _spatial_layers(file, kind):
                yield from _sheet(name, _read_layer(file, kind, name, limits), limits)
        else:
            yield from _sheet(title, _read_layer(file, kind, wanted, limits), limits)


def _sheet(title: str, layer: _Layer, limits: Limits) -> Iterator[Message]:
    geometries = _in_storage_crs(layer, limits)
    yield SheetStart(title, known=True)
    yield SheetRow(0, dict(enumerate(layer.names)))
    for index, geometry in enumerate(geometries):
        cells = {
            column: cell
            for column, values in enumerate(layer.columns)
            if (cell := _cell(values[index])) is not None
        }
        yield SheetRow(index + 1, cells, geometry)
    yield SheetEnd()


def _gdal() -> Any:
    """Import pyogrio with every driver switched off that is not allowed."""
    os.environ.setdefault("GDAL_SKIP", _SKIPPED)
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = "{noext}"
    os.environ["GDAL_DISABLE_READDIR_ON_OPEN"] = "YES"
    # pyogrio imports these only to know whether they are there; that costs a second.
    absent = {name: None for name in _NOT_NEEDED if name not in sys.modules}
    sys.modules.update(absent)  # type: ignore[arg-type]
    try:
        import pyogrio  # noqa: PLC0415 - only once the environment is set
    finally:
        for name in absent:
            del sys.modules[name]

    extra = set(pyogrio.list_drivers()) - _ALLOWED
    if extra and _STARTED_AGAIN not in os.environ:
        skipped = ",".join([os.environ["GDAL_SKIP"], *sorted(extra)])
        environment = {**os.environ, "GDAL_SKIP": skipped, _STARTED_AGAIN: "1"}
        os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606 - this very child again
    if extra:
        msg = f"GDAL cannot be held to the allowed formats ({', '.join(sorted(extra))})."
        raise UnreadableFile(msg, do_next="Send the data as an .xlsx workbook.")
    return pyogrio


def _read_layer(path: Path, kind: str, wanted: str | None, limits: Limits) -> _Layer:
    pyogrio = _gdal()
    try:
        name = _chosen(_spatial_layers(path, kind), wanted)
        # Only ours to judge: GDAL would turn a text that looks like a date into another text.
        options = {"DATE_AS_STRING": "YES"} if kind == "geojson" else {}
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
        if info["driver"] != DRIVERS[kind]:
            raise _not_a(kind)
        if info["features"] > limits.rows:
            raise UnreadableFile(
                f"The file has {info['features']} features; the reader accepts {limits.rows}.",
                do_next="Split it.",
            )
        meta, _, wkb, columns = pyogrio.raw.read(
            path,
            layer=name,
            force_2d=True,
            datetime_as_string=True,
            max_features=limits.rows,
            **options,
        )
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        UnicodeDecodeError,
    ) as error:
        raise _not_a(kind) from error
    fields = [str(name) for name in meta["fields"]]
    values = wkb if wkb is not None else next(iter(columns), ())
    count = len(values)
    if len(fields) * max(count, 1) > limits.cells or len(fields) >= limits.columns:
        raise UnreadableFile("The file has too many cells.", do_next="Split it.")
    return _Layer(fields, list(columns), wkb, meta["crs"], count)


def _spatial_layers(path: Path, kind: str) -> list[str]:
    """Return the layers' names.

    A table without a geometry (a readme, QGIS styles) is no layer; all that a file has is.
    """
    pyogrio = _gdal()
    try:
        layers = {str(name): shape for name, shape in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError as error:
        raise _not_a(kind) from error
    return [name for name, shape in layers.items() if shape is not None] or list(layers)


def _chosen(names: list[str], wanted: str | None) -> str:
    """Return the layer to read: the one named like the target, else the only one."""
    if wanted in names:
        return wanted
    if len(names) != 1:
        raise InvalidInput(
            f"The file has {len(names)} layers ({', '.join(names[:8])}).",
            do_next=f"Name the one that is meant {wanted!r}, or export it into a file of its own.",
        )
    return names[0]


def _in_storage_crs(layer: _Layer, limits: Limits) -> Iterator[dict[str, Any] | None]:
    """Yield each feature's geometry as a GeoJSON object in EPSG:4326."""
    if layer.wkb is None:
        yield from (None for _ in range(layer.count))
        return
    import numpy as np  # noqa: PLC0415 - heavy, and only this kind of file needs them
    import pyproj  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    if layer.crs is None:
        msg = "The data does not say which coordinate reference system it uses."
        raise MissingCrs(
            msg,
            do_next="Set the layer's CRS in QGIS (Layer > Set CRS) or add the .prj file, and export again.",
        )
    geometries = shapely.from_wkb(layer.wkb, on_invalid="ignore")
    if int(shapely.get_num_coordinates(geometries).sum()) > limits.vertices:
        raise UnreadableFile(
            f"The geometries have more than {limits.vertices} corners.",
            do_next="Simplify them in QGIS, or split the file.",
        )
    to_storage = pyproj.Transformer.from_crs(layer.crs, "EPSG:4326", always_xy=True)

    def move(xy: Any) -> Any:
        return np.column_stack(to_storage.transform(xy[:, 0], xy[:, 1]))

    for geometry in shapely.transform(geometries, move):
        if geometry is None:
            yield None
        elif geometry.is_empty:
            yield {"type": geometry.geom_type, "coordinates": []}
        elif geometry.geom_type == "GeometryCollection" or not np.isfinite(geometry.bounds).all():
            yield {"type": geometry.geom_type, "coordinates": None}
        else:
            yield shapely.geometry.mapping(geometry)


def _cell(value: Any) -> Cell | None:
    """Return a value of a NumPy column as a plain cell; None if it is missing.

    A list, which GeoJSON may hold in a property, becomes its items separated by ``;``.
    """
    if getattr(value, "ndim", 0):
        value = ";".join(str(item) for item in value.tolist())
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain != plain:  # noqa: PLR0124 - NaN
        return None
    if isinstance(plain, bool | int | float | str):
        return plain if plain != "" else None
    return str(plain)


def _unpacked(path: Path, limits: Limits, *, every: bool) -> tuple[dict[str, Path], str]:
    """Copy the archive's Shapefiles, or its GeoPackage, beside it, under names of our own.

    Returns
    -------
    dict of str to Path, str
        The copies by what they are called in the archive, and their kind.
    """
    with open_archive(path, limits) as archive:
        parts = {entry.filename.lower(): entry for entry in archive.infolist()}
        real = [name for name in parts if "__macosx" not in name]
        shapes = [name for name in real if name.endswith(".shp")]
        packages = [name for name in real if name.endswith(".gpkg")]
        if every and not shapes and len(packages) == 1:
            _copy(archive, parts[packages[0]], path.with_name("layer.gpkg"))
            return {PurePosixPath(packages[0]).stem: path.with_name("layer.gpkg")}, "gpkg"
        if not shapes or (len(shapes) > 1 and not every):
            raise UnreadableFile(
                f"The archive holds {len(shapes)} Shapefiles.",
                do_next="Put the .shp, .shx, .dbf, .prj and .cpg of one layer into one .zip.",
            )
        found = {}
        for number, name in enumerate(shapes):
            stem = name.removesuffix(".shp")
            copy = path.with_name(f"layer{number or ''}.shp")
            found[PurePosixPath(stem).name] = copy
            _copy_shapefile(archive, parts, stem, copy)
    return found, "shapefile"


def _copy_shapefile(
    archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], stem: str, target: Path
) -> None:
    if f"{stem}.prj" not in parts:
        raise MissingCrs(
            "The Shapefile has no .prj, so nobody knows where its coordinates lie.",
            do_next="Add the .prj file to the .zip, or export the layer again from QGIS.",
        )
    for suffix in _SHAPEFILE_PARTS:
        entry = parts.get(stem + suffix)
        if entry is not None:
            _copy(archive, entry, target.with_suffix(suffix))


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    with archive.open(entry) as source, target.open("wb") as copy:
        while block := source.read(1024 * 1024):
            copy.write(block)


def _check_columns(body: Any, limits: Limits) -> None:
    """Refuse a file of very many columns before GDAL, which takes minutes to make them."""
    features = body.get("features") if isinstance(body, dict) else None
    names: set[str] = set()
    for feature in features if isinstance(features, list) else ():
        properties = feature.get("properties") if isinstance(feature, dict) else None
        names.update(properties if isinstance(properties, dict) else ())
        if len(names) >= limits.columns:
            raise UnreadableFile(
                f"The file has more than {limits.columns - 1} columns.",
                do_next="Delete those that the layer does not have.",
            )


def _check_named_crs(body: Any) -> None:
    """Refuse a CRS that nobody knows: GDAL would read the coordinates as degrees."""
    stated = body.get("crs") if isinstance(body, dict) else None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return
    import pyproj  # noqa: PLC0415 - heavy, and few files name one

    try:
        pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        raise MissingCrs(
            f"The coordinate reference system {one_line(name)!r} is not known.",
            do_next="Export the layer again from QGIS in EPSG:4326.",
        ) from error


def _check_geopackage(path: Path) -> None:
    """Refuse a database whose tables may be something else than they look."""
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            things = connection.execute(
                "SELECT type, name, lower(sql) FROM sqlite_master"
            ).fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise _not_a("gpkg") from error
    for kind, name, sql in things:
        virtual = kind == "table" and sql and sql.lstrip().startswith("create virtual table")
        if kind == "view" or (virtual and "using rtree" not in sql):
            raise UnreadableFile(
                f"The GeoPackage holds {str(name)[:60]!r}, a view or virtual table.",
                do_next="Export the layer alone from QGIS into a new GeoPackage.",
            )


def _not_a(kind: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file is not a readable {DRIVERS[kind]} file.",
        do_next="Open it in QGIS and export it again; the ending must fit the content.",
    )
