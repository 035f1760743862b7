"""KML, KMZ and GPX by readers of our own; FlatGeobuf, GeoParquet and lines of GeoJSON."""

from __future__ import annotations

import json
import zipfile
from datetime import date

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InvalidInput, MissingCrs, UnreadableFile
from lca.ingest import Limits, read_assessment
from lca.ingest.geofile import read_geofile
from lca.ingest.gis.geojson import plain_geojson
from lca.ingest.gis.geoparquet import read_geoparquet
from lca.ingest.gis.shapefile import texts_of
from lca.ingest.instructions import Instructions
from lca.ingest.wire import SheetEnd, SheetRow

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BRIDGE = shapely.Point(30.5, 15.25)
ROAD = shapely.LineString([(30.5, 15.25), (31, 16)])


def read(path, kind, **limits):
    """Return the features as (columns, geometry), and the notes."""
    messages = list(read_geofile(path, kind, None, Limits(**limits)))
    head, *rows = (message for message in messages if isinstance(message, SheetRow))
    features = [
        ({head.cells[index]: cell for index, cell in row.cells.items()}, row.geometry)
        for row in rows
    ]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    (end,) = (message for message in messages if isinstance(message, SheetEnd))
    return features, [what for what, _ in end.notes]


def kml(tmp_path, *placemarks, around="{}"):
    path = tmp_path / "drawn.kml"
    body = "".join(f"<Placemark>{one}</Placemark>" for one in placemarks)
    path.write_text(
        f'{HEAD}<kml xmlns="http://www.opengis.net/kml/2.2" '
        f'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>Exercise</name>'
        f"{around.format(body)}</Document></kml>",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("drawn", "shape"),
    [
        ("<Point><coordinates> 30.5,15.25,0 </coordinates></Point>", BRIDGE),
        ("<LineString><coordinates>30.5,15.25\n31,16</coordinates></LineString>", ROAD),
        (
            (
                "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,0</coordinates>"
                "</LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>2,1 3,1 3,2 "
                "2,1</coordinates></LinearRing></innerBoundaryIs></Polygon>"
            ),
            shapely.Polygon([(0, 0), (4, 0), (4, 4)], [[(2, 1), (3, 1), (3, 2)]]),
        ),
        (
            (
                "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><Point><coordinates>3,4"
                "</coordinates></Point></MultiGeometry>"
            ),
            shapely.MultiPoint([(1, 2), (3, 4)]),
        ),
        (
            (
                "<gx:Track><when>2026-11-16T08:00:00Z</when><when>2026-11-16T09:00:00Z</when>"
                "<gx:coord>30.5 15.25 0</gx:coord><gx:coord>31 16 0</gx:coord></gx:Track>"
            ),
            ROAD,
        ),
    ],
)
def test_a_drawing_of_kml_is_its_shape(tmp_path, drawn, shape):
    ((cells, geometry),), notes = read(kml(tmp_path, f"<name>Pont</name>{drawn}"), "kml")
    assert cells == {"name": "Pont"}
    assert shapely.from_wkb(geometry.wkb).equals(shape)
    assert notes == []


def test_what_people_wrote_into_kml_is_kept(tmp_path):
    written = (
        "<name>Pont &amp; gué</name><description><![CDATA[<b>Closed</b> since<br/>Monday]]>"
        "</description><TimeStamp><when>2026-11-16</when></TimeStamp><ExtendedData><Data name='cut'>"
        "<value>yes</value></Data><SchemaData><SimpleData name='t'>3.5</SimpleData></SchemaData>"
        "</ExtendedData>"
    )
    folders = "<Folder><name>North</name><Folder><name>Bridges</name>{}</Folder></Folder>"
    ((cells, geometry),), _ = read(kml(tmp_path, written, around=folders), "kml")
    assert cells == {
        "name": "Pont & gué",
        "description": "Closed since\nMonday",
        "folder": "North / Bridges",
        "time": "2026-11-16",
        "cut": "yes",
        "t": "3.5",
    }
    assert geometry is None


def test_links_pictures_and_heights_are_left_out_and_counted(tmp_path):
    point = "<Point><coordinates>1,2,{}</coordinates></Point>"
    around = (
        "<NetworkLink><Link><href>http://127.0.0.1:1/x.kml</href></Link></NetworkLink>"
        "<GroundOverlay><Icon><href>file:///etc/passwd</href></Icon></GroundOverlay>{}"
    )
    path = kml(tmp_path, point.format(3), point.format(0), point.format("7.5"), around=around)
    features, notes = read(path, "kml")
    assert len(features) == 3
    assert [note.split(" were")[0] for note in notes] == [
        "1 links to other files",
        "1 pictures laid over the map",
        "The heights or measures (Z, M) of 2 features",
    ]


@pytest.mark.parametrize(
    "drawn",
    [
        "<Point><coordinates></coordinates></Point>",
        "<LineString><coordinates>1,2 x,4</coordinates></LineString>",
        "<LineString><coordinates>1;2 3;4</coordinates></LineString>",
        "<Polygon></Polygon>",
        "<Model><Location/></Model>",
        (
            "<MultiGeometry><Point><coordinates>1,2</coordinates></Point><LineString><coordinates>1,2 "
            "3,4</coordinates></LineString></MultiGeometry>"
        ),
    ],
)
def test_a_damaged_drawing_is_an_error_of_its_row(tmp_path, drawn):
    ((_, geometry),), _ = read(kml(tmp_path, drawn), "kml")
    assert geometry is not None
    assert geometry.wkb is None


def test_kmz_is_its_main_document(tmp_path):
    inner = kml(tmp_path, "<name>A</name><Point><coordinates>1,2</coordinates></Point>")
    path = tmp_path / "drawn.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "doc.kml")
        archive.writestr("files/other.kml", "<kml/>")
        archive.writestr("files/picture.png", b"")
    assert len(read(path, "kmz")[0]) == 1
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.kml", "<kml/>")
        archive.writestr("b.kml", "<kml/>")
    with pytest.raises(UnreadableFile, match="2 KML files"):
        read(path, "kmz")


GPX = (
    f'{HEAD}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    '<wpt lat="15.25" lon="30.5"><ele>401</ele><time>2026-11-16T08:00:00Z</time><name>Pont</name>'
    "<sym>Danger</sym></wpt>"
    '<rte><name>R</name><rtept lat="15.25" lon="30.5"/><rtept lat="16" lon="31"/></rte>'
    '<trk><name>T</name><trkseg><trkpt lat="15.25" lon="30.5"><time>2026-11-16T09:00:00Z</time>'
    '</trkpt><trkpt lat="16" lon="31"/></trkseg><trkseg><trkpt lat="17" lon="32"/>'
    '<trkpt lat="18" lon="33"/></trkseg><trkseg><trkpt lat="1" lon="1"/></trkseg></trk>'
    '<trk><trkseg><trkpt lat="15" lon="east"/></trkseg></trk></gpx>'
)


def test_gpx_is_waypoints_routes_and_tracks(tmp_path):
    path = tmp_path / "walked.gpx"
    path.write_text(GPX, encoding="utf-8")
    features, notes = read(path, "gpx")
    (point, here), (_, route), (track, lines), (_, damaged) = features
    assert point == {
        "kind": "waypoint",
        "name": "Pont",
        "time": "2026-11-16T08:00:00Z",
        "symbol": "Danger",
    }
    assert shapely.from_wkb(here.wkb).equals(BRIDGE)
    assert shapely.from_wkb(route.wkb).equals(ROAD)
    assert track["time"] == "2026-11-16T09:00:00Z"
    assert shapely.from_wkb(lines.wkb).equals(shapely.MultiLineString([ROAD, [(32, 17), (33, 18)]]))
    assert damaged.wkb is None
    assert notes == [
        "The heights or measures (Z, M) of 1 features were left out.",
    ]


LAUGHS = '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
STEALS = '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("kind", ["kml", "gpx"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html><body/></html>",
        b"<{kind}>",
        b"<{kind}><a></{kind}>",
        f"{LAUGHS}<{{kind}}><name>&b;</name></{{kind}}>".encode(),
        f"{STEALS}<{{kind}}><name>&a;</name></{{kind}}>".encode(),
        b"<{kind}>" + b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="no-such"?><{kind}/>',
        b"<{kind}>\xff\xfe</{kind}>",
        (
            b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://127.0.0.1:1/a'
            b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
        ),
    ],
)
def test_xml_that_is_no_drawing_is_refused(tmp_path, kind, content):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(content.replace(b"{kind}", kind.encode()))
    with pytest.raises(UnreadableFile) as caught:
        read(path, kind)
    assert caught.value.do_next
    assert len(caught.value.what) < 300


def test_too_many_features_or_corners_are_told(tmp_path):
    line = "<LineString><coordinates>" + "1,2 " * 500 + "</coordinates></LineString>"
    with pytest.raises(UnreadableFile, match="corners"):
        read(kml(tmp_path, line), "kml", vertices=100)
    with pytest.raises(UnreadableFile, match="the reader accepts 3"):
        read(kml(tmp_path, *["<name>a</name>"] * 4), "kml", rows=3)


@given(st.text(st.sampled_from("<>/kmlPoint coordinates,0.5&;\"'"), max_size=60))
def test_any_inside_of_a_kml_is_rows_or_one_clear_error(tmp_path_factory, inside):
    path = tmp_path_factory.mktemp("kml") / "a.kml"
    path.write_text(f"<kml><Placemark>{inside}</Placemark></kml>", encoding="utf-8")
    try:
        features, _ = read(path, "kml")
    except UnreadableFile as error:
        assert error.do_next  # noqa: PT017 - either outcome is lawful
    else:
        assert features


def frame(**columns):
    count = 2
    return gpd.GeoDataFrame(
        {
            "name": ["C1", "C2 بورتسودان"],
            "source_org": ["WFP"] * count,
            "date_of_information": ["2026-11-16"] * count,
            "location_precision": ["accurate"] * count,
            "effect": ["restricted"] * count,
            **columns,
        },
        geometry=[BRIDGE, ROAD],
        crs="EPSG:4326",
    )


def test_flatgeobuf_and_geoparquet_are_read_in_the_crs_that_they_state(tmp_path):
    data = frame(max_gross_t=[10.0, None]).to_crs("EPSG:32636")
    data.to_file(tmp_path / "a.fgb")
    data.to_parquet(tmp_path / "a.parquet")
    for name in ("a.fgb", "a.parquet"):
        reading = read_assessment(tmp_path / name, layer="constraints")
        assert reading.report.issues == ()
        table = reading.tables["constraints"].set_index("name")
        assert table.geometry["C1"].distance(BRIDGE) < 1e-9
        assert table.geometry["C2 بورتسودان"].equals_exact(ROAD, 1e-9)
        assert table.max_gross_t["C1"] == 10.0


def test_geoparquet_without_a_crs_is_refused_and_without_a_word_is_in_degrees(tmp_path):
    path = tmp_path / "a.parquet"
    frame().to_parquet(path)
    table = pq.read_table(path)
    stated = json.loads(table.schema.metadata[b"geo"])
    for crs, refused in (("absent", False), (None, True)):
        column = stated["columns"]["geometry"]
        column.pop("crs", None)
        if crs is None:
            column["crs"] = None
        metadata = {b"geo": json.dumps(stated).encode()}
        pq.write_table(table.replace_schema_metadata(metadata), path)
        if refused:
            with pytest.raises(MissingCrs):
                read(path, "geoparquet")
        else:
            assert shapely.from_wkb(read(path, "geoparquet")[0][0][1].wkb).equals(BRIDGE)


@pytest.mark.parametrize(
    "geo",
    [
        None,
        b"no json",
        b"{}",
        b'{"primary_column": "g", "columns": {"g": {"encoding": "point"}}}',
        b'{"primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}',
        b'{"primary_column": "g", "columns": {"g": {"encoding": "WKB", "crs": "EPSG:0"}}}',
        b'{"primary_column": "n", "columns": {"n": {"encoding": "WKB"}}}',
        b'{"primary_column": ["g"], "columns": {}}',
        b"[1]",
    ],
)
def test_parquet_that_is_no_geoparquet_is_refused(tmp_path, geo):
    path = tmp_path / "a.parquet"
    table = pa.table({"n": [1], "g": [shapely.to_wkb(BRIDGE)]})
    pq.write_table(table.replace_schema_metadata({b"geo": geo} if geo else {}), path)
    with pytest.raises(UnreadableFile, match="GeoParquet"):
        read_geoparquet(path, Limits())


def feature(number, **properties):
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(BRIDGE),
        "properties": {"name": f"C{number}", **properties},
    }


@pytest.mark.parametrize("start", ["", "\x1e"])
def test_geojson_with_one_feature_a_line_is_a_collection(tmp_path, start):
    path = tmp_path / "a.geojson"
    path.write_text("".join(f"{start}{json.dumps(feature(n))}\n" for n in range(3)))
    plain, body = plain_geojson(path, Limits())
    assert plain != path
    assert json.loads(plain.read_text()) == body
    assert [one["properties"]["name"] for one in body["features"]] == ["C0", "C1", "C2"]
    with pytest.raises(UnreadableFile, match="more than 2"):
        plain_geojson(path, Limits(rows=2))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"geometryType": "esriGeometryPoint", "features": []}, "Esri JSON"),
        ({"type": "Topology", "objects": {}}, "TopoJSON"),
    ],
)
def test_json_of_another_format_is_named(tmp_path, body, says):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(body))
    with pytest.raises(UnreadableFile, match=says) as caught:
        plain_geojson(path, Limits())
    assert "GeoJSON" in caught.value.do_next


def shapefile(tmp_path, names, encoding, page):
    data = frame()
    data = data.iloc[: len(names)].assign(name=names)[["name", "geometry"]]
    data.geometry = [BRIDGE] * len(data)
    data.to_file(tmp_path / "a.shp", encoding=encoding)
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    table = bytearray((tmp_path / "a.dbf").read_bytes())
    table[29] = 0
    (tmp_path / "a.dbf").write_bytes(table)
    if page is not None:
        (tmp_path / "a.cpg").write_text(page)
    return tmp_path / "a.shp"


@pytest.mark.parametrize(
    ("name", "encoding", "page", "found", "noted"),
    [
        ("Abéché", "utf-8", "UTF-8", "utf-8", None),
        ("Abéché", "cp1252", "1252", "cp1252", None),
        ("Abéché", "cp1252", "ANSI 1252", "cp1252", None),
        ("Abéché", "iso8859-1", "88591", "iso8859-1", None),
        ("بورتسودان", "cp1256", "windows-1256", "cp1256", None),
        ("Kosti", "utf-8", None, "utf-8", None),
        ("Abéché", "utf-8", None, "utf-8", None),
        ("Abéché", "cp1252", None, "cp1252", "has no .cpg"),
        ("بورتسودان", "cp1256", None, "cp1256", "has no .cpg"),
        ("Abéché", "utf-8", "ISO-8859-1", "utf-8", "is not in the encoding"),
        ("Abéché", "cp1252", "UTF-8", "cp1252", "is not in the encoding"),
        ("Abéché", "cp1252", "no such page", "cp1252", "has no .cpg"),
    ],
)
def test_the_texts_of_a_shapefile_are_decoded_by_what_they_are(
    tmp_path, name, encoding, page, found, noted
):
    texts = texts_of(shapefile(tmp_path, [name, "plain"], encoding, page))
    assert texts.encoding == found
    assert len(texts.notes) == (noted is not None)
    assert noted is None or noted in texts.notes[0][0]


def test_a_text_cut_within_a_letter_does_not_lose_the_file(tmp_path):
    path = shapefile(tmp_path, ["بورتسودان", "plain"], "utf-8", "UTF-8")
    table = path.with_suffix(".dbf").read_bytes()
    whole = "بورتسودان".encode()
    cut = table.replace(whole + b" ", whole[:-1] + b"  ")
    assert cut != table
    path.with_suffix(".dbf").write_bytes(cut)
    texts = texts_of(path)
    assert texts.encoding == "utf-8"
    assert "cut within a letter" in texts.notes[0][0]
    assert path.with_suffix(".dbf").read_bytes() != cut, "our copy is mended"
    path.with_suffix(".dbf").write_bytes(cut)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as parts:
        for part in path.parent.glob("a.[sdpc][hbrp]*"):
            parts.write(part, part.name)
    said = Instructions(source_org="Exercise cell", date_of_information=date(2026, 11, 1))
    reading = read_assessment(archive, layer="constraints", instructions=said)
    assert reading.tables["constraints"].name.tolist() == ["بورتسودا", "plain"]
    assert any("cut within a letter" in issue.message for issue in reading.report.issues)


@pytest.mark.parametrize("name", ["a.kml", "a.kmz", "a.gpx", "a.fgb", "a.parquet"])
def test_what_is_none_of_them_is_refused_through_the_child(tmp_path, name):
    path = tmp_path / name
    magic = {"a.kmz": b"PK\x03\x04", "a.fgb": b"fgb\x03fgb\x00", "a.parquet": b"PAR1"}
    path.write_bytes(magic.get(name, b"") + b"no such thing" * 10)
    with pytest.raises(InvalidInput) as caught:
        read_assessment(path, layer="constraints")
    assert caught.value.where == name
    assert "stopped unexpectedly" not in caught.value.what
