"""Hostile GeoJSON, and what is no GeoJSON but would be opened as something worse."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .case import Case, Maker, content, pieces

_POINT = '{"type":"Point","coordinates":[-71.3,-29.9]}'


def feature(geometry: str = _POINT, properties: str = '{"name":"Exercise"}') -> str:
    """Return a feature as text, which need not be valid."""
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def whole(*features: str, more: str = "") -> str:
    """Return a collection as text."""
    return f'{{"type":"FeatureCollection",{more}"features":[{",".join(features)}]}}'


def _geometry(text: str) -> Maker:
    return content(whole(feature(text)))


def _properties(text: str) -> Maker:
    return content(whole(feature(properties=text)))


def _crs(name: str) -> str:
    return f'"crs":{{"type":"name","properties":{{"name":{json.dumps(name)}}}}},'


def _row(number: int, geometry: str) -> str:
    """Return a feature that a layer of constraints can hold."""
    properties = {
        "id": f"C{number}",
        "name": "Exercise",
        "source_org": "Exercise",
        "date_of_information": "2026-11-20",
    }
    return feature(geometry, json.dumps(properties))


def _lines(count: int, corners: int) -> str:
    """Return lines of as many corners as are read: all of it has to be held."""
    made = (
        ",".join(f"[{30 + at * 1e-6:.6f},{10 + at % 100 * 1e-4:.4f}]" for at in range(corners))
        for _ in range(count)
    )
    return whole(
        *(
            _row(number, f'{{"type":"LineString","coordinates":[{line}]}}')
            for number, line in enumerate(made)
        )
    )


def _islands(count: int, islands: int) -> str:
    """Return areas of as many triangles as are read, none of which touches another."""
    made = ",".join(
        f"[[[{x},{y}],[{x + 0.001:.3f},{y}],[{x},{y + 0.001:.3f}],[{x},{y}]]]"
        for x, y in ((at % 100 * 0.01, at // 100 * 0.01) for at in range(islands))
    )
    area = f'{{"type":"MultiPolygon","coordinates":[{made}]}}'
    return whole(*(_row(number, area) for number in range(count)))


def scribble(corners: int) -> list[tuple[float, float]]:
    """Return an outline that crosses itself as often as the square of its corners."""
    there = [(30 + n * 7_919 % 1_009 / 1_009, 15 + n * 104_729 % 997 / 997) for n in range(corners)]
    return [*there, there[0]]


def comb(teeth: int) -> list[tuple[float, float]]:
    """Return an outline whose every side lies in the box of every other."""
    there = [(30 + n * 1e-6 + n % 2 * 0.5, 15 + n % 2 * 0.5) for n in range(teeth)]
    return [*there, (31, 14), (30, 14), there[0]]


def _area(outline: list[tuple[float, float]]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [outline]})


_BEGIN = b'{"type":"FeatureCollection","features":['
_EMPTY = b'{"type":"Feature","geometry":null,"properties":{}}'
_NESTED = '{"type":"GeometryCollection","geometries":[' * 20_000 + _POINT + "]}" * 20_000

MAKERS: dict[str, tuple[str, Maker]] = {
    "lists 10 million deep": ("refused", pieces((b"[", 10_000_000))),
    "objects a million deep": ("refused", pieces((b'{"a":', 1_000_000))),
    "properties 100,000 deep": (
        "either",
        _properties('{"a":' + "[" * 100_000 + "]" * 100_000 + "}"),
    ),
    "20,000 collections in each other": ("either", _geometry(_NESTED)),
    "coordinates 100,000 deep": (
        "either",
        _geometry('{"type":"Point","coordinates":' + "[" * 100_000 + "]" * 100_000 + "}"),
    ),
    "NaN": ("either", _geometry('{"type":"Point","coordinates":[NaN,Infinity]}')),
    "1e999": ("either", _geometry('{"type":"Point","coordinates":[1e999,-1e999]}')),
    "number of a million digits": (
        "either",
        _geometry('{"type":"Point","coordinates":[' + "9" * 1_000_000 + ",1]}"),
    ),
    "integer beyond 64 bits": ("either", _properties('{"name":"x","draft":' + "9" * 400 + "}")),
    "coordinates that are words": ("either", _geometry('{"type":"Point","coordinates":["a","b"]}')),
    "coordinates that are objects": ("either", _geometry('{"type":"Point","coordinates":{"x":1}}')),
    "no coordinates": ("either", _geometry('{"type":"Point"}')),
    "one coordinate": ("either", _geometry('{"type":"Point","coordinates":[1]}')),
    "unknown geometry": ("either", _geometry('{"type":"Blob","coordinates":[1,2]}')),
    "4 million corners": (
        "refused",
        pieces(
            (_BEGIN, 1),
            (
                b'{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[',
                1,
            ),
            (b"[1,2],", 4_000_000),
            (b"[1,2]]}}]}", 1),
        ),
    ),
    "a million rings": (
        "refused",
        pieces(
            (_BEGIN, 1),
            (b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[', 1),
            (b"[[0,0],[1,0],[1,1],[0,0]],", 200_000),
            (b"[[0,0],[1,0],[1,1],[0,0]]]}}]}", 1),
        ),
    ),
    "a million corners in four lines": ("read", content(lambda _: _lines(4, 249_990))),
    "140,000 rings in 14 areas": ("read", content(lambda _: _islands(14, 9_990))),
    "a line of 300,000 corners": ("refused", content(lambda _: _lines(1, 300_000))),
    "scribble of 300 corners": ("read", _geometry(_area(scribble(300)))),
    "scribble of 3,000 corners": ("read", _geometry(_area(scribble(3_000)))),
    "scribble of 100,000 corners": (
        "read",
        content(lambda _: whole(feature(_area(scribble(100_000))))),
    ),
    "a comb of 100,000 teeth": ("read", content(lambda _: whole(feature(_area(comb(100_000)))))),
    "a million features": (
        "refused",
        pieces((_BEGIN, 1), (_EMPTY + b",", 1_000_000), (_EMPTY + b"]}", 1)),
    ),
    "10 million features": (
        "refused",
        pieces((_BEGIN, 1), (_EMPTY + b",", 10_000_000), (_EMPTY + b"]}", 1)),
    ),
    "5,000 columns": (
        "refused",
        _properties("{" + ",".join(f'"c{n}":1' for n in range(5_000)) + "}"),
    ),
    "new columns in each feature": (
        "refused",
        content(whole(*(feature(properties=f'{{"c{n}":1}}') for n in range(20_000)))),
    ),
    "the same key a million times": (
        "either",
        pieces(
            (_BEGIN, 1),
            (b'{"type":"Feature","geometry":null,"properties":{', 1),
            (b'"a":1,', 1_000_000),
            (b'"a":1}}]}', 1),
        ),
    ),
    "text of 50 MB": (
        "either",
        pieces(
            (_BEGIN, 1),
            (b'{"type":"Feature","geometry":null,"properties":{"name":"', 1),
            (b"ab", 25_000_000),
            (b'"}}]}', 1),
        ),
    ),
    "features that are no list": (
        "refused",
        content('{"type":"FeatureCollection","features":{"a":1}}'),
    ),
    "features that are numbers": (
        "either",
        content('{"type":"FeatureCollection","features":[1,null,"x",[]]}'),
    ),
    "lone surrogate": ("either", _properties('{"name":"\\ud800"}')),
    "NUL in a name": ("either", _properties('{"name":"a\\u0000b","a\\u0000":1}')),
    "bidi name": ("either", _properties('{"name":"Port\\u202egnp.exe\\u2066"}')),
    "script in a name": ("read", _properties('{"name":"<script>alert(1)</script>"}')),
    "no end": ("refused", content(whole(feature())[:-10])),
    "more after the end": ("either", content(whole(feature()) + "}}}")),
    "a million spaces": ("either", pieces((b" ", 30_000_000))),
    "UTF-16": ("either", content(whole(feature()).encode("utf-16"))),
    "UTF-32": ("either", content(whole(feature()).encode("utf-32"))),
    "UTF-7": ("refused", content("+AHs-+ACI-type+ACI-:1}")),
    "bad UTF-8": (
        "either",
        content(whole(feature()).encode().replace(b"Exercise", b"\xff\xfe\xc0\x80")),
    ),
    "reference system of an address": (
        "refused",
        content(lambda bait: whole(feature(), more=_crs(bait.url))),
    ),
    "reference system of a file": (
        "either",
        content(
            lambda bait: whole(
                feature(), more=_crs(f"+proj=longlat +nadgrids={bait.file} +type=crs")
            )
        ),
    ),
    "reference system of a pipeline": (
        "either",
        content(
            whole(
                feature(), more=_crs("+proj=pipeline +step +proj=xyzgridshift +grids=/etc/passwd")
            )
        ),
    ),
    "linked reference system": (
        "either",
        content(
            lambda bait: whole(
                feature(), more=f'"crs":{{"type":"link","properties":{{"href":"{bait.url}"}}}},'
            )
        ),
    ),
    "next page at an address": (
        "either",
        content(
            lambda bait: whole(feature(), more=f'"links":[{{"rel":"next","href":"{bait.url}"}}],')
        ),
    ),
    "TopoJSON": ("refused", content('{"type":"Topology","objects":{},"arcs":[]}')),
    "Esri JSON": (
        "refused",
        content(
            '{"geometryType":"esriGeometryPoint","features":[{"geometry":{"x":1,"y":2},"attributes":{}}]}'
        ),
    ),
    "STAC catalogue": (
        "either",
        content(
            lambda bait: (
                f'{{"type":"FeatureCollection","stac_version":"1.0.0","features":[{{"type":"Feature","assets":{{"a":{{"href":"{bait.url}"}}}}}}]}}'
            )
        ),
    ),
    "raster drawing": (
        "refused",
        content(
            lambda bait: (
                f'{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {bait.file} ! write"}}'
            )
        ),
    ),
    "coverage at an address": (
        "refused",
        content(lambda bait: f'{{"conformsTo":[],"links":[{{"href":"{bait.url}"}}]}}'),
    ),
}


def cases() -> Iterator[Case]:
    """Yield each hostile GeoJSON."""
    for name, (outcome, make) in MAKERS.items():
        yield Case(f"{name} in GeoJSON", ".geojson", make, outcome, "constraints")
