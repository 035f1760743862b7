"""The formats of an export: their suffixes, media types, and what each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ExportFormat(StrEnum):
    """The formats, by the word that names them."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    FGB = "fgb"
    KML = "kml"
    SHP = "shp"

    @property
    def suffix(self) -> str:
        """The end of a file's name; a Shapefile is a zip archive, as GDAL and QGIS open it."""
        return ".shp.zip" if self is ExportFormat.SHP else f".{self.value}"

    @property
    def media_type(self) -> str:
        """The media type."""
        return _MEDIA_TYPES[self]

    @property
    def called(self) -> str:
        """What people call it."""
        return _TITLES[self]

    @property
    def holds_tables(self) -> bool:
        """Whether it can hold rows without a place."""
        return self not in {ExportFormat.FGB, ExportFormat.KML, ExportFormat.SHP}


@dataclass(frozen=True, slots=True)
class Options:
    """What a file is to hold besides, or in some formats.

    ``hxl`` gives CSV a second line of HXL hashtags; ``gpkg_version`` is that of a GeoPackage;
    ``behind`` is what a computed layer does not know yet, told among the terms.
    """

    hxl: bool = False
    gpkg_version: Literal["1.2", "1.3"] = "1.3"
    behind: tuple[str, ...] = ()


_MEDIA_TYPES = {
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GPKG: "application/geopackage+sqlite3",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.FGB: "application/flatgeobuf",
    ExportFormat.KML: "application/vnd.google-earth.kml+xml",
    ExportFormat.SHP: "application/zip",
}
_TITLES = {
    ExportFormat.GEOJSON: "GeoJSON",
    ExportFormat.GPKG: "GeoPackage",
    ExportFormat.CSV: "CSV",
    ExportFormat.XLSX: "Excel workbook",
    ExportFormat.PARQUET: "GeoParquet",
    ExportFormat.FGB: "FlatGeobuf",
    ExportFormat.KML: "KML",
    ExportFormat.SHP: "Shapefile",
}
