"""GDAL, held to the one format that a file claims to be.

GDAL opens a file by its content, not by its name: a ``.geojson`` that is really a virtual data
source may read any file or address. So every other driver is switched off before GDAL starts, and
the driver that opened the file is checked.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.texts import one_line

from .featurelayer import FeatureLayer, check_size

DRIVERS = {
    "geojson": "GeoJSON",
    "gpkg": "GPKG",
    "shapefile": "ESRI Shapefile",
    "flatgeobuf": "FlatGeobuf",
}
# Every driver of the GDAL in pyogrio's wheels; what a newer one adds is found at the start.
_EVERY_DRIVER = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRI Shapefile,"
    "ESRIJSON,Elasticsearch,FlatGeobuf,GDALG,GML,GPKG,GPSBabel,GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,"
    "HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,MBTiles,MVT,MapInfo File,MapML,MiraMonVector,NGW,"
    "OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,"
    "PMTiles,S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
_IN_MEMORY = {"MEM", "Memory"}
_NOT_NEEDED = ("geopandas", "pandas", "pyarrow", "pyarrow.compute")
_STARTED_AGAIN = "LCA_READER_STARTED_AGAIN"


def _gdal(kind: str) -> Any:
    """Import pyogrio with every driver switched off but that of one format."""
    allowed = {DRIVERS[kind], *_IN_MEMORY}
    skipped = [name for name in _EVERY_DRIVER.split(",") if name not in allowed]
    os.environ.setdefault("GDAL_SKIP", ",".join(skipped))
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

    extra = set(pyogrio.list_drivers()) - allowed
    if extra and _STARTED_AGAIN not in os.environ:
        everything = ",".join([os.environ["GDAL_SKIP"], *sorted(extra)])
        environment = {**os.environ, "GDAL_SKIP": everything, _STARTED_AGAIN: "1"}
        os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606 - this very child again
    if extra:
        msg = f"GDAL cannot be held to the allowed formats ({', '.join(sorted(extra))})."
        raise UnreadableFile(msg, do_next="Send the data as an .xlsx workbook.")
    return pyogrio


def read_layer(
    path: Path, kind: str, wanted: str | None, limits: Limits, *, encoding: str | None = None
) -> FeatureLayer:
    """Return the layer that is named like the target, or the only one.

    Parameters
    ----------
    encoding : str, optional
        In which the texts of a Shapefile are written.

    Raises
    ------
    UnreadableFile
        If the file is not of that kind, is damaged, or exceeds a limit.
    InvalidInput
        If it cannot be told which of its layers is meant.
    """
    pyogrio = _gdal(kind)
    try:
        names = spatial_layers(path, kind)
        if not names:
            raise not_a(kind)
        name = _chosen(names, wanted)
        # Only ours to judge: GDAL would turn a text that looks like a date into another text.
        options = {"DATE_AS_STRING": "YES"} if kind == "geojson" else {}
        info = pyogrio.read_info(path, layer=name, encoding=encoding, force_feature_count=True)
        if info["driver"] != DRIVERS[kind]:
            raise not_a(kind)
        check_size([], info["features"], limits)
        meta, _, wkb, columns = pyogrio.raw.read(
            path,
            layer=name,
            encoding=encoding,
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
        raise not_a(kind) from error
    fields = [str(name) for name in meta["fields"]]
    values = wkb if wkb is not None else next(iter(columns), ())
    check_size(fields, len(values), limits)
    mark = (info.get("layer_metadata") or {}).get("exercise")
    return FeatureLayer(
        fields,
        list(columns),
        wkb,
        meta["crs"],
        len(values),
        exercise=None if mark is None else one_line(str(mark)),
    )


def spatial_layers(path: Path, kind: str) -> list[str]:
    """Return the layers' names.

    A table without a geometry (a readme, QGIS styles) is no layer; all that a file has is.
    """
    pyogrio = _gdal(kind)
    try:
        layers = {str(name): shape for name, shape in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError as error:
        raise not_a(kind) from error
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


def not_a(kind: str) -> UnreadableFile:
    """Return the error of a file that is not what its name says."""
    return UnreadableFile(
        f"The file is not a readable {DRIVERS[kind]} file.",
        do_next="Open it in QGIS and export it again; the ending must fit the content.",
    )
