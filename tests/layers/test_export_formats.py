"""Every format gives back what was put in: GDAL, geopandas and openpyxl read each file as the oracle."""

from __future__ import annotations

import io
import json
import math
import random
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, box

from layers.export import ExportFormat, Options, export
from layers.exports.shapefile import dbf_names
from layers.spec import LayerSpec
from layers.store import Store
from lca.record import Field
from lca.table import frame_of_rows, rows_of

COLUMNS = {
    "text_": "text", "word": "code", "whole": "integer", "amount": "number",
    "flag": "boolean", "moment": "instant",
}  # fmt: skip
TEXTS = [
    "Peñuelas",
    "a,b;c",
    'say "x"',
    "line\nbreak",
    "=1+1",
    "  ",
    "جسر",
    "\N{BRIDGE AT NIGHT}",
    "<b>&",
]
COUNT = 60


def thematic(name: str, geometry: tuple[str, ...]) -> LayerSpec:
    """A layer that has a column of each type and a legend."""
    return LayerSpec.model_validate(
        {
            "name": name, "title": "Things", "geometry": geometry, "source": "Us",
            "licence": "CC-BY-4.0", "attribution": "Us & them", "caveat": "None.",
            "cadence_days": 1, "default_sensitivity": "public", "download_allowed": True,
            "fields": [
                {"name": key, "type": kind, "title": key.title(), "unit": "m" if kind == "number" else None,
                 "codes": ["open", "closed"] if kind == "code" else []}
                for key, kind in COLUMNS.items()
            ],
            "style": {
                "colour": "#112233", "symbol": "port", "field": "word",
                "classes": [
                    {"value": "open", "label": "Open", "colour": "#00ff00"},
                    {"value": "closed", "label": "It's closed", "colour": "#ff0000", "dash": "6 3"},
                ],
            },
        }
    )  # fmt: skip


def shape_of(rng: random.Random, kind: str):
    def corner():
        return round(rng.uniform(-70, 70), 7), round(rng.uniform(-70, 70), 7)

    x, y = corner()
    if kind == "point":
        return Point(x, y)
    if kind == "line":
        lines = [LineString([corner() for _ in range(rng.randint(2, 5))]) for _ in range(2)]
        return rng.choice([lines[0], MultiLineString(lines)])
    hole = box(x + 2, y + 2, x + 3, y + 3)
    areas = [box(x, y, x + 5, y + 5) - hole, box(x + 6, y, x + 8, y + 5)]
    return rng.choice([areas[1], areas[0], MultiPolygon(areas)])


def rows_for(spec: LayerSpec, *, seed: int, nowhere: bool):
    rng = random.Random(seed)

    def value(kind: str):
        made = {
            "text": lambda: rng.choice(TEXTS),
            "code": lambda: rng.choice(["open", "closed"]),
            "integer": lambda: rng.choice([0, -7, 2**40, rng.randint(-(10**9), 10**9)]),
            "number": lambda: rng.choice([0.1, -2.5, 1e6 + 0.25, round(rng.uniform(-9, 9), 12)]),
            "boolean": lambda: rng.random() < 0.5,
            "instant": lambda: (
                datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=rng.randint(0, 10**11))
            ),
        }
        return None if rng.random() < 0.2 else made[kind]()

    return [
        {
            "id": f"f{number:03}", "name": f"Thing {number}", "source_org": "Us",
            "date_of_information": datetime(2026, 11, 14, 9, tzinfo=UTC),
            **{key: value(kind) for key, kind in COLUMNS.items()},
            "geometry": None if nowhere and number % 7 == 0 else shape_of(rng, rng.choice(spec.geometry)),
        }
        for number in range(COUNT)
    ]  # fmt: skip


LAYERS = {
    "dots": (("point",), False),
    "roads": (("line",), False),
    "zones": (("area",), True),
    "mixed": (("point", "line", "area"), True),
}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A store with a layer of points, of lines, of areas, and of all of them."""
    specs = {name: thematic(name, kinds) for name, (kinds, _) in LAYERS.items()}
    with Store.open(tmp_path_factory.mktemp("formats"), specs=specs) as store:
        releases = {}
        for seed, (name, (_, nowhere)) in enumerate(LAYERS.items()):
            frame = frame_of_rows(
                specs[name].fields, rows_for(specs[name], seed=seed, nowhere=nowhere)
            )
            draft = store.draft(name, frame, author="Ana", message="m")
            releases[name] = store.publish(draft.id, author="Ana")
        yield store, releases


def expected(store, release) -> list[dict]:
    return rows_of(store.frame(release.version))


def plain(value):
    """A cell as readers of several libraries give it, made comparable."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if value is pd.NA or value == "":
        return None
    if isinstance(value, pd.Timestamp | datetime):
        moment = pd.Timestamp(value)
        return (
            (moment if moment.tzinfo else moment.tz_localize("UTC")).tz_convert("UTC").isoformat()
        )
    return value.item() if isinstance(value, np.generic) else value


def written(field: Field, value):
    """A value as it stands in formats that know no dates and no truth values."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")
    return value


def same_rows(found: pd.DataFrame, rows: list[dict], names: dict[str, str], texts=()) -> None:
    """Each row of the file equals the store's row of its id, geometry included."""
    by_id = {row[names["id"]]: row for row in found.to_dict("records")}
    assert set(by_id) == {row["id"] for row in rows}
    for row in rows:
        mine = by_id[row["id"]]
        for name, column in names.items():
            got, want = plain(mine[column]), plain(row[name])
            if name in texts and want is not None:
                got, want = pd.Timestamp(got), pd.Timestamp(want)
            assert got == want, (row["id"], name, got, want)
        if "geometry" in found.columns:
            shape = mine["geometry"]
            assert (shape is None) == (row["geometry"] is None)
            assert shape is None or shape.equals(row["geometry"]), row["id"]


OWN = {name: name for name in ("id", "name", *COLUMNS)}


@pytest.mark.parametrize("layer", LAYERS)
def test_geodata_readers_find_the_same_rows(released, layer, tmp_path):
    store, releases = released
    rows = expected(store, releases[layer])
    for fmt in ("gpkg", "fgb", "geojson", "kml"):
        path = tmp_path / f"x.{fmt}"
        path.write_bytes(export(store, releases[layer], fmt))
        found = pyogrio.read_dataframe(path, layer=layer if fmt == "gpkg" else None)
        assert found.crs.equals("EPSG:4326", ignore_axis_order=True), fmt
        names = {**OWN, "id": "feature_id", "name": "Name"} if fmt == "kml" else OWN
        if fmt == "kml":
            found = found.assign(flag=found["flag"].map({"true": True, "false": False, None: None}))
        same_rows(found, rows, names, texts=("moment",) if fmt in {"geojson", "kml"} else ())


@pytest.mark.parametrize("layer", ["roads", "mixed"])
def test_geoparquet_is_what_geopandas_reads(released, layer, tmp_path):
    store, releases = released
    path = tmp_path / "x.parquet"
    path.write_bytes(export(store, releases[layer], "parquet"))
    found = gpd.read_parquet(path)
    rows = expected(store, releases[layer])
    assert found.crs.equals("EPSG:4326", ignore_axis_order=True)
    same_rows(found, rows, OWN)
    asked = (-20, -20, 30, 30)
    boxes = [row["id"] for row in rows if row["geometry"] and _touches(row["geometry"], asked)]
    assert sorted(gpd.read_parquet(path, bbox=asked)["id"]) == boxes
    metadata = pq.read_metadata(path).metadata
    geo = json.loads(metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert geo["version"] == "1.1.0"
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["geometry_types"] == sorted(
        {r["geometry"].geom_type for r in rows if r["geometry"]}
    )
    assert metadata[b"dataset_licence"] == b"CC-BY-4.0"
    assert metadata[b"dataset_sensitivity"] == b"public"
    assert pq.read_schema(path).field("amount").metadata[b"unit"] == b"m"


def _touches(shape, asked) -> bool:
    west, south, east, north = shape.bounds
    return west <= asked[2] and east >= asked[0] and south <= asked[3] and north >= asked[1]


@pytest.mark.parametrize("layer", ["zones", "mixed"])
def test_shapefiles_are_one_a_type_and_lose_nothing(released, layer, tmp_path):
    store, releases = released
    path = tmp_path / "x.shp.zip"
    path.write_bytes(export(store, releases[layer], "shp"))
    rows = expected(store, releases[layer])
    fields = store.specs[layer].fields
    names = {field.name: dbf for field, dbf in zip(fields, dbf_names(fields), strict=True)}
    parts = []
    for table, kind in pyogrio.list_layers(path):
        part = pyogrio.read_dataframe(path, layer=table)
        if kind is None:
            part = part.assign(geometry=None)
        else:
            assert part.crs.equals("EPSG:4326", ignore_axis_order=True)
        flag = part[names["flag"]].map({"yes": True, "no": False, None: None})
        parts.append(pd.DataFrame(part.assign(**{names["flag"]: flag})))
    asked = {name: names[name] for name in OWN}
    same_rows(pd.concat(parts), rows, asked, texts=("moment",))
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("readme.txt").decode()
        mapping = archive.read("columns.csv").decode("utf-8-sig")
    assert "licence: CC-BY-4.0" in readme
    assert "date_of_in,date_of_information,Date of information" in mapping


def test_a_text_too_long_for_a_shapefile_is_told(released, tmp_path):
    store, _ = released
    spec = store.specs["dots"]
    rows = rows_for(spec, seed=9, nowhere=False)[:2]
    rows[0]["text_"] = "ñ" * 200
    rows[1]["text_"] = "n" * 254
    draft = store.draft("dots", frame_of_rows(spec.fields, rows), author="Ana", message="m")
    content = export(store, store.publish(draft.id, author="Ana"), "shp")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        readme = archive.read("readme.txt").decode()
    assert "1 text(s) were longer than 254 bytes" in readme
    assert "f000: text_ has 400 bytes" in readme
    (tmp_path / "x.shp.zip").write_bytes(content)
    found = pyogrio.read_dataframe(tmp_path / "x.shp.zip")
    assert found["text_"].tolist() == ["ñ" * 127, "n" * 254]


def test_names_of_dbf_are_short_and_differ_in_any_case():
    fields = [
        Field(name, "text", name) for name in ("licence_of_a", "licence_of_b", "LICENCE_OF", "id")
    ]
    names = dbf_names(fields)
    assert (
        names == ["licence_of", "licence_1", "LICENCE__1", "id"]
        or len({*map(str.lower, names)}) == 4
    )
    assert all(len(name) <= 10 for name in names)


def test_a_workbook_has_units_terms_and_texts_that_stay_texts(released):
    store, releases = released
    book = openpyxl.load_workbook(io.BytesIO(export(store, releases["mixed"], "xlsx")))
    assert book.sheetnames == ["readme", "mixed v1", "columns"]
    readme = dict(book["readme"].iter_rows(values_only=True))
    assert (readme["licence"], readme["exercise"]) == ("CC-BY-4.0", "no")
    heading, *lines = book["mixed v1"].iter_rows(values_only=True)
    assert "Amount (m)" in heading
    columns = {name: heading.index(title) for name, title in zip(
        (*OWN, "wkt"), ("Id", "Name", "Text_", "Word", "Whole", "Amount (m)", "Flag", "Moment",
                        "Geometry (WKT, WGS 84)"), strict=True)}  # fmt: skip
    rows = expected(store, releases["mixed"])
    for row, line in zip(rows, lines, strict=True):
        shape = row["geometry"]
        assert line[columns["wkt"]] == (shape.wkt if shape else None)
        for name in ("id", "text_", "word", "whole", "amount"):
            assert plain(line[columns[name]]) == plain(row[name]), (row["id"], name)
    cells = [cell for line in book["mixed v1"].iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_geopackage_has_the_asked_edition_its_type_and_a_style(released, tmp_path, version):
    store, releases = released
    path = tmp_path / "x.gpkg"
    path.write_bytes(
        export(store, releases["roads"], "gpkg", options=Options(gpkg_version=version))
    )
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (
            int(version[0]) * 10000 + int(version[2]) * 100,
        )
        style = file.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = 'roads' "
            "AND f_geometry_column = 'geom' AND useAsDefault"
        ).fetchall()
        kinds = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents"))
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(style) == 1
    assert "It's closed" in style[0][0]
    assert kinds == {"roads": "features", "readme": "attributes", "layer_styles": "attributes"}


def test_csv_has_a_row_of_hashtags_if_asked(released):
    store, releases = released
    text = export(store, releases["dots"], "csv", options=Options(hxl=True)).decode("utf-8-sig")
    heading, tags = (line.split(",") for line in text.splitlines()[:2])
    told = dict(zip(heading, tags, strict=True))
    assert told["latitude"] == "#geo+lat"
    assert told["date_of_information"] == "#date+observed"
    assert told["text_"] == ""
    assert all(tag == "" or tag.startswith("#") for tag in tags)


def test_geojson_obeys_the_standard(released):
    store, releases = released
    body = json.loads(export(store, releases["zones"], "geojson"))
    assert "crs" not in body
    for one in body["features"]:
        shape = one["geometry"] and shapely.geometry.shape(one["geometry"])
        for part in shapely.get_parts(shape) if shape else ():
            assert shapely.is_ccw(part.exterior)
            assert not any(shapely.is_ccw(ring) for ring in part.interiors)


def test_kml_has_a_style_for_each_class_and_no_link_to_another(released):
    store, releases = released
    root = ET.fromstring(export(store, releases["mixed"], "kml"))
    space = "{http://www.opengis.net/kml/2.2}"
    styles = {one.get("id") for one in root.iter(f"{space}Style")}
    used = {one.text for one in root.iter(f"{space}styleUrl")}
    assert {"#class0", "#class1", "#other"} == used
    assert {url.removeprefix("#") for url in used} <= styles


def test_every_format_says_what_it_is():
    assert len({fmt.media_type for fmt in ExportFormat}) == len(ExportFormat)
    assert len({fmt.suffix for fmt in ExportFormat}) == len(ExportFormat)
