"""Read a geodata file's features as rows in EPSG:4326, by the reader of its format.

Runs in the child process only. KML and GPX have readers of our own and GeoParquet has Arrow's; the
rest is GDAL's, held to the one format that the file claims to be (:mod:`lca.ingest.gis.gdal`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from .gis.featurelayer import FeatureLayer, rows_of
from .gis.gdal import read_layer, spatial_layers
from .gis.geojson import plain_geojson
from .gis.geopackage import check_geopackage
from .gis.geoparquet import read_geoparquet
from .gis.gpx import read_gpx
from .gis.kml import read_kml, read_kmz
from .gis.shapefile import texts_of, unpacked
from .limits import Limits
from .selfstatement import (
    exercise_of_archive,
    exercise_of_geojson,
    exercise_of_geopackage,
    statement_of,
)
from .wire import Cell, Message

_IN_DEGREES: dict[str, Callable[[Path, Limits], Iterator[Message]]] = {
    "kml": read_kml,
    "kmz": read_kmz,
    "gpx": read_gpx,
}
"""Formats that know one CRS only, and one sheet."""


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
        One of :data:`lca.ingest.containers.GIS_CONTAINERS`.
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
    if kind in _IN_DEGREES:
        yield from _IN_DEGREES[kind](path, limits)
        return
    files = {path.stem: path}
    exercise: Cell | None = None
    if kind == "shapefile":
        files, kind = unpacked(path, limits, every=every_layer)
        exercise = exercise_of_archive(path, limits)
    if kind == "gpkg":
        for file in files.values():
            check_geopackage(file)
            exercise = exercise_of_geopackage(file)
    elif kind == "geojson":
        file, body = plain_geojson(path, limits)
        files = {path.stem: file}
        exercise = exercise_of_geojson(body)
    if exercise is not None:
        yield from statement_of(exercise)
    for title, file in files.items():
        if every_layer and kind == "gpkg":
            for name in spatial_layers(file, kind):
                yield from rows_of(name, read_layer(file, kind, name, limits), limits)
        else:
            yield from _sheets_of(title, _layer(file, kind, wanted, limits), limits)


def _sheets_of(title: str, layer: FeatureLayer, limits: Limits) -> Iterator[Message]:
    """Yield a layer, after what its metadata state."""
    if layer.exercise is not None:
        yield from statement_of(layer.exercise)
    yield from rows_of(title, layer, limits)


def _layer(file: Path, kind: str, wanted: str | None, limits: Limits) -> FeatureLayer:
    if kind == "geoparquet":
        return read_geoparquet(file, limits)
    if kind == "flatgeobuf":
        return read_layer(file, kind, wanted, limits)
    if kind != "shapefile":
        # Their mark stands elsewhere in the file, and has been told.
        return replace(read_layer(file, kind, wanted, limits), exercise=None)
    texts = texts_of(file)
    layer = read_layer(file, kind, wanted, limits, encoding=texts.encoding)
    return replace(layer, notes=texts.notes, exercise=None)
