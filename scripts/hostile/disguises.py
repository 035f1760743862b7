"""Files that are not what their name says: GDAL's drivers that read other files, and other kinds."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Bait, Case, content


def _vrt(bait: Bait) -> str:
    return f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{bait.file}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def _remote_vrt(bait: Bait) -> str:
    return f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{bait.url}/a.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def _raster_vrt(bait: Bait) -> str:
    return f'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand band="1"><SimpleSource><SourceFilename>{bait.file}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'


def _wfs(bait: Bait) -> str:
    return f"<OGRWFSDataSource><URL>{bait.url}</URL></OGRWFSDataSource>"


def _wms(bait: Bait) -> str:
    return f'<GDAL_WMS><Service name="TMS"><ServerUrl>{bait.url}</ServerUrl></Service></GDAL_WMS>'


def _gml(bait: Bait) -> str:
    return f'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {bait.url}/a.xsd"/>'


def _svg(bait: Bait) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{bait.url}"/></svg>'


DISGUISES = {
    "virtual source of a file": _vrt,
    "virtual source of an address": _remote_vrt,
    "virtual raster": _raster_vrt,
    "feature service": _wfs,
    "map service": _wms,
    "GML with a schema": _gml,
    "drawing": _svg,
    "path of an address": lambda bait: f"/vsicurl/{bait.url}/a.gpkg",
    "path into an archive": lambda bait: f"/vsizip/{{{bait.file}}}/a.shp",
    "connection to a database": lambda _: "PG:host=127.0.0.1 port=9 dbname=a",
    "geographic service": lambda bait: f"OAPIF:{bait.url}",
}
_KINDS = {
    "PDF": b"%PDF-1.7\n" + bytes(500),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "program": b"\x7fELF\x02\x01\x01" + bytes(500),
    "Windows program": b"MZ\x90\0" + bytes(500),
    "old Office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000),
    "7z archive": b"7z\xbc\xaf\x27\x1c" + bytes(500),
    "gzip": b"\x1f\x8b\x08" + bytes(500),
}
_BINARY = (".xlsx", ".docx", ".gpkg", ".fgb", ".parquet", ".kmz", ".zip")
_TEXT = (".geojson", ".kml", ".gpx", ".csv", ".html")


def cases() -> Iterator[Case]:
    """Yield each disguise under the names that it would be tried with."""
    for name, made in DISGUISES.items():
        for suffix in (".geojson", ".kml", ".gpx", ".csv", ".fgb", ".gpkg"):
            outcome = "either" if suffix == ".csv" else "refused"
            yield Case(f"{name} as {suffix[1:]}", suffix, content(made), outcome, "constraints")
    for name, data in _KINDS.items():
        for suffix in (*_BINARY, *_TEXT):
            layer = None if suffix in {".xlsx", ".docx", ".html"} else "constraints"
            outcome = (
                "refused" if suffix in _BINARY or name not in {"7z archive", "gzip"} else "either"
            )
            yield Case(f"{name} as {suffix[1:]}", suffix, content(data), outcome, layer)
