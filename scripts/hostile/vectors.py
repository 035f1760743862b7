"""Hostile Shapefiles, KML, KMZ, GPX, FlatGeobuf and GeoParquet."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from . import office
from .case import Bait, Case, Maker, content, pieces
from .office import dbf, shapefile, shp

_FGB = b"fgb\x03fgb\x00"


def _zipped(**changed: bytes) -> Maker:
    return lambda path, _: office.save(path, shapefile(**changed))


def _kml(body: str) -> Maker:
    return content(office.kml(body))


def _place(coordinates: str, name: str = "Exercise", shape: str = "Point") -> str:
    return f"<Placemark><name>{name}</name><{shape}><coordinates>{coordinates}</coordinates></{shape}></Placemark>"


def _archive(*names: str, body: bytes | None = None) -> Maker:
    return lambda path, _: office.save(path, dict.fromkeys(names, body or office.kml()))


def _parquet_bomb(path: Path, bait: Bait) -> None:
    """Write a column of 20 million equal texts of 1,000 characters: kilobytes that unpack to 20 GB."""
    del bait
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000_000, pa.int32()), ["x" * 1_000])
    _write_parquet(path, pa.table({"name": names}))


def _parquet_rows(rows: int) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        _write_parquet(path, pa.table({"name": pa.nulls(rows, pa.string())}))

    return make


def _parquet_meta(meta: str) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        point = struct.pack("<BIdd", 1, 1, -71.3, -29.9)
        table = pa.table({"geometry": [point], "name": ["Exercise"]})
        pq.write_table(table.replace_schema_metadata({"geo": meta}), path)

    return make


def _write_parquet(path: Path, table: pa.Table) -> None:
    meta = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    empty = pa.nulls(table.num_rows, pa.binary())
    table = table.append_column("geometry", empty)
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(meta)}), path)


def _flatgeobuf(change: tuple[int, bytes] | None = None, keep: float = 1.0) -> Maker:
    def make(path: Path, bait: Bait) -> None:
        del bait
        import pyogrio  # noqa: PLC0415 - GDAL, which a reader that is forked starts itself

        points = np.array(
            [struct.pack("<BIdd", 1, 1, -71.3, -29.9 + n / 100) for n in range(40)], dtype=object
        )
        names = np.array(["Exercise"] * 40, dtype=object)
        pyogrio.raw.write(
            path,
            points,
            [names],
            ["name"],
            geometry_type="Point",
            crs="EPSG:4326",
            driver="FlatGeobuf",
        )
        raw = bytearray(path.read_bytes())
        if change:
            at, data = change
            raw[at : at + len(data)] = data
        path.write_bytes(raw[: int(len(raw) * keep)])

    return make


_SHAPEFILES: dict[str, tuple[str, Maker]] = {
    "length that lies": ("either", _zipped(shp=shp(length=2**31 - 1))),
    "negative length": ("either", _zipped(shp=shp(length=-5))),
    "record of 4 GB": ("either", _zipped(shp=shp(record_words=2**31 - 1))),
    "record of a negative length": ("either", _zipped(shp=shp(record_words=-2))),
    "2 billion parts claimed": (
        "either",
        _zipped(shp=shp()[:108] + struct.pack("<i4dii", 5, 0, 0, 1, 1, 2**31 - 1, 2**31 - 1)),
    ),
    "table of 4 billion rows claimed": ("either", _zipped(dbf=dbf(claimed=0xFFFFFFFF))),
    "table of rows of no length": ("either", _zipped(dbf=dbf(record=0))),
    "table cut off": ("either", _zipped(dbf=dbf()[:40])),
    "table that is a virtual source": ("either", _zipped(dbf=b"<OGRVRTDataSource/>")),
    "shape that is a virtual source": (
        "refused",
        _zipped(shp=b"<OGRVRTDataSource><OGRVRTLayer name='a'/></OGRVRTDataSource>"),
    ),
    "projection that is a file": ("either", _zipped(prj=b"+proj=longlat +nadgrids=/etc/passwd")),
    "projection that is an address": ("either", _zipped(prj=b"http://127.0.0.1:9/x.prj")),
    "projection of 20 MB": ("either", _zipped(prj=b"GEOGCS[" * 100_000)),
    "projection of nothing": ("either", _zipped(prj=b"")),
    "code page of nonsense": ("either", _zipped(cpg=b"../../etc/passwd")),
    "code page of UTF-7": ("either", _zipped(cpg=b"UTF-7")),
    "index of noise": ("either", _zipped(shx=bytes(n % 251 for n in range(3_000)))),
    "no shape": ("refused", lambda path, _: office.save(path, {"a.dbf": dbf(), "a.prj": b"x"})),
    "empty shape": ("refused", _zipped(shp=b"")),
}
_KMLS: dict[str, tuple[str, Maker]] = {
    "link to an address": (
        "either",
        content(
            lambda bait: office.kml(
                f"<NetworkLink><Link><href>{bait.url}</href></Link></NetworkLink>"
            )
        ),
    ),
    "link to a file": (
        "either",
        content(
            lambda bait: office.kml(
                f"<NetworkLink><Link><href>file://{bait.file}</href></Link></NetworkLink>"
            )
        ),
    ),
    "icon and style at an address": (
        "either",
        content(
            lambda bait: office.kml(
                f"<Style id='a'><IconStyle><Icon><href>{bait.url}</href></Icon></IconStyle></Style><Placemark><name>Exercise</name><styleUrl>{bait.url}#a</styleUrl><Point><coordinates>1,2</coordinates></Point></Placemark>"
            )
        ),
    ),
    "schema at an address": (
        "either",
        content(
            lambda bait: office.kml(
                f'<Placemark><ExtendedData><SchemaData schemaUrl="{bait.url}"><SimpleData name="a">1</SimpleData></SchemaData></ExtendedData></Placemark>'
            )
        ),
    ),
    "coordinates of 1e999": ("either", _kml(_place("1e999,-1e999"))),
    "coordinates of NaN": ("either", _kml(_place("nan,inf"))),
    "coordinates of words": ("either", _kml(_place("a,b c"))),
    "one coordinate": ("either", _kml(_place("1"))),
    "no coordinates": ("either", _kml(_place(""))),
    "3 million corners": (
        "refused",
        pieces(
            (office.kml("<Placemark><LineString><coordinates>~").partition(b"~")[0], 1),
            (b"1,2 ", 3_000_000),
            (b"</coordinates></LineString></Placemark></Document></kml>", 1),
        ),
    ),
    "300,000 places": (
        "refused",
        pieces(
            (office.kml("~").partition(b"~")[0], 1),
            (_place("1,2").encode(), 300_000),
            (b"</Document></kml>", 1),
        ),
    ),
    "100,000 folders in each other": (
        "refused",
        _kml("<Folder>" * 100_000 + _place("1,2") + "</Folder>" * 100_000),
    ),
    "20,000 collections in each other": (
        "either",
        _kml(
            "<Placemark>"
            + "<MultiGeometry>" * 20_000
            + "<Point><coordinates>1,2</coordinates></Point>"
            + "</MultiGeometry>" * 20_000
            + "</Placemark>"
        ),
    ),
    "2,000 columns": (
        "refused",
        _kml(
            "<Placemark><ExtendedData>"
            + "".join(f'<Data name="c{n}"><value>1</value></Data>' for n in range(2_000))
            + "</ExtendedData></Placemark>"
        ),
    ),
    "description full of HTML": (
        "either",
        _kml(
            f"<Placemark><description><![CDATA[{'<table><tr><td>' * 100_000}]]></description><Point><coordinates>1,2</coordinates></Point></Placemark>"
        ),
    ),
    "bidi name": ("either", _kml(_place("1,2", "Port\u202egnp.exe"))),
}
_GPXES: dict[str, tuple[str, Maker]] = {
    "a million points": (
        "refused",
        pieces(
            (office.gpx("~").partition(b"~")[0] + b"<trk><trkseg>", 1),
            (b'<trkpt lat="1" lon="2"/>', 1_000_000),
            (b"</trkseg></trk></gpx>", 1),
        ),
    ),
    "300,000 waypoints": (
        "refused",
        pieces(
            (office.gpx("~").partition(b"~")[0], 1),
            (b'<wpt lat="1" lon="2"/>', 300_000),
            (b"</gpx>", 1),
        ),
    ),
    "latitude of 1e999": ("either", content(office.gpx('<wpt lat="1e999" lon="nan"/>'))),
    "no latitude": ("either", content(office.gpx("<wpt/>"))),
    "links to an address": (
        "either",
        content(lambda bait: office.gpx(f'<wpt lat="1" lon="2"><link href="{bait.url}"/></wpt>')),
    ),
    "schema at an address": (
        "either",
        content(
            lambda bait: office.gpx().replace(
                b'creator="x"',
                f'creator="x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {bait.url}"'.encode(),
            )
        ),
    ),
    "empty": ("either", content(office.gpx(""))),
}
_KMZS: dict[str, tuple[str, Maker]] = {
    "two documents": ("either", _archive("doc.kml", "b/doc.kml")),
    "no document": ("refused", _archive("a.txt")),
    "a document among noise": (
        "either",
        lambda path, _: office.save(path, {"a.txt": bytes(1_000), **office.kmz()}),
    ),
    "document that is a virtual source": (
        "refused",
        _archive("doc.kml", body=b"<OGRVRTDataSource/>"),
    ),
    "document of 200 MB": ("refused", _archive("doc.kml", body=b" " * 200_000_000)),
}
_FLATGEOBUFS: dict[str, tuple[str, Maker]] = {
    "only the first bytes": ("refused", content(_FGB)),
    "header of 4 GB": ("refused", content(_FGB + b"\xff\xff\xff\xff" + bytes(500))),
    "header of 1 GB": ("refused", content(_FGB + struct.pack("<I", 1 << 30) + bytes(500))),
    "noise after the first bytes": (
        "refused",
        content(_FGB + struct.pack("<I", 400) + bytes(n * 7919 % 251 for n in range(4_000))),
    ),
    "offsets that lie": ("either", _flatgeobuf((12, b"\xff\xff\xff\x7f"))),
    "table that lies": ("either", _flatgeobuf((16, b"\xff\xff\x00\x80" * 8))),
    "features that lie": ("either", _flatgeobuf((-300, b"\xff\xff\xff\x7f" * 4))),
    "cut at half": ("either", _flatgeobuf(keep=0.5)),
    "cut near the end": ("either", _flatgeobuf(keep=0.95)),
}
_PARQUETS: dict[str, tuple[str, Maker]] = {
    "dictionary bomb": ("refused", _parquet_bomb),
    "50 million rows of nothing": ("refused", _parquet_rows(50_000_000)),
    "only the ends": ("refused", content(b"PAR1PAR1")),
    "footer of 4 GB": ("refused", content(b"PAR1" + bytes(100) + b"\xff\xff\xff\xffPAR1")),
    "footer of noise": (
        "refused",
        content(
            b"PAR1" + bytes(n * 7919 % 251 for n in range(900)) + struct.pack("<I", 800) + b"PAR1"
        ),
    ),
    "footer of deep structures": (
        "refused",
        content(b"PAR1" + b"\x1c" * 100_000 + struct.pack("<I", 100_000) + b"PAR1"),
    ),
    "encrypted footer": (
        "refused",
        content(b"PARE" + bytes(100) + struct.pack("<I", 50) + b"PARE"),
    ),
    "metadata of lists": ("refused", _parquet_meta("[" * 100_000)),
    "metadata of no columns": ("refused", _parquet_meta('{"primary_column":"x","columns":{}}')),
    "metadata of a file": (
        "either",
        _parquet_meta(
            '{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":[],"crs":"+proj=longlat +nadgrids=/etc/passwd +type=crs"}}}'
        ),
    ),
    "metadata of another encoding": (
        "either",
        _parquet_meta(
            '{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"point","geometry_types":[]}}}'
        ),
    ),
}


def cases() -> Iterator[Case]:
    """Yield each hostile file of these formats."""
    for suffix, of, makers in (
        (".zip", "a Shapefile", _SHAPEFILES),
        (".kml", "KML", _KMLS),
        (".gpx", "GPX", _GPXES),
        (".kmz", "KMZ", _KMZS),
        (".fgb", "FlatGeobuf", _FLATGEOBUFS),
        (".parquet", "GeoParquet", _PARQUETS),
    ):
        for name, (outcome, make) in makers.items():
            yield Case(f"{name} in {of}", suffix, make, outcome, "constraints")
