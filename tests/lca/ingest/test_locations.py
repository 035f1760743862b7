"""Where a row lies, in every way that people and forms write it; what is none is told by its column."""

from __future__ import annotations

from datetime import date

import mgrs
import pyproj
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lca.errors import InvalidInput
from lca.ingest.coordinates import parse_coordinate, parse_position
from lca.ingest.cover import Cover
from lca.ingest.grids import parse_mgrs, parse_utm, utm_readings
from lca.ingest.location import LOCATION_TARGETS, location_of
from lca.ingest.rows import read_rows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Sheet, SheetRow

PORTS, CONSTRAINTS = kind_of_layer("ports"), kind_of_layer("constraints")


@pytest.mark.parametrize(
    "text",
    [
        "19°36'57\"N 37°13'28\"E",
        "37°13'28\"E 19°36'57\"N",
        "N 19 36 57, E 37 13 28",
        "19.36.57 N / 37.13.28 E",
        "193657N 0371328E",
        "19 36 57 37 13 28",
        "Lat: 19.61583 Long: 37.22444",
        "19.61583, 37.22444",
        "19,61583; 37,22444",
        "19,61583, 37,22444",
        "19,61583 37,22444",
        "19.61583N37.22444E",
        "19 deg 36 min 57 sec North; 37 deg 13 min 28 sec East",
        "١٩٫٦١٥٨٣ N ٣٧٫٢٢٤٤٤ E",
    ],
)
def test_a_pair_is_one_place_in_every_spelling(text):
    position = parse_position(text)
    assert (position.lat, position.lon) == pytest.approx((19.61583, 37.22444), abs=2e-5)


@pytest.mark.parametrize(
    "text", ["35°26'06\" S 71°37'26\" O", "71°37'26”O, 35°26'06”S", "35 26 6 S 71° 37′ 26″ O"]
)
def test_west_is_an_o_in_french_and_spanish(text):
    position = parse_position(text)
    assert (position.lat, position.lon) == pytest.approx((-35.435, -71.62389), abs=1e-4)


@pytest.mark.parametrize("text", ["71°37'O6\" W", "71O37'26\"", "71°37'26\" OO"])
def test_an_o_that_may_be_a_nought_is_no_west(text):
    with pytest.raises(InvalidInput):
        parse_coordinate(text, "longitude")


@pytest.mark.parametrize(
    "text", ["Port Sudan", "", "19.6", "1 2 3", "19.6N 37.2N", "N S E W", "9" * 500]
)
def test_what_is_no_pair_is_none(text):
    with pytest.raises(InvalidInput):
        parse_position(text)


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_every_position_comes_back_from_decimal_degrees(lat, lon):
    position = parse_position(f"{lat:.6f}, {lon:.6f}")
    assert (position.lat, position.lon) == pytest.approx((lat, lon), abs=1e-6)


@given(st.floats(-79.9, 83.9), st.floats(-179.9, 179.9))
def test_every_position_comes_back_from_mgrs(lat, lon):
    # Less than a metre south of the equator the library that writes names a square that is none.
    assume(not -1e-5 < lat < 0)
    text = mgrs.MGRS().toMGRS(lat, lon)
    position = parse_mgrs(f"{text[:5]} {text[5:10]} {text[10:]}".lower())
    geod = pyproj.Geod(ellps="WGS84")
    assert geod.inv(lon, lat, position.lon, position.lat)[2] < 2


@given(st.floats(-79, 83), st.integers(1, 60), st.floats(-2.9, 2.9))
@settings(max_examples=50)
def test_every_position_comes_back_from_utm(lat, zone, off):
    lon = zone * 6 - 183 + off
    code = (32700 if lat < 0 else 32600) + zone
    to_utm = pyproj.Transformer.from_crs(4326, code, always_xy=True)
    east, north = to_utm.transform(lon, lat)
    written = [f"EPSG:{code}"] + ([f"{zone}N"] if lat >= 0 else [])
    for name in written:
        position = parse_utm(f"{east:.2f}", north, name)
        assert (position.lat, position.lon) == pytest.approx((lat, lon), abs=1e-5)


def test_the_band_s_of_the_north_is_told_from_the_south_by_the_country():
    with pytest.raises(InvalidInput, match="two ways"):
        parse_utm(311215, 3668213, "38S")
    assert parse_utm(311215, 3668213, "38S", "IRQ").lat == pytest.approx(33.136, abs=1e-3)


@pytest.mark.parametrize(
    ("cells", "kind", "wkt"),
    [
        ({"geopoint": "19.6 37.2 12.0 4.8"}, PORTS, "POINT (37.2 19.6)"),
        ({"latlon": "19.6, 37.2"}, PORTS, "POINT (37.2 19.6)"),
        ({"wkt": "POINT Z (37.2 19.6 3)"}, PORTS, "POINT (37.2 19.6)"),
        (
            {"geotrace": "19.6 37.2 0 0; 19.7 37.3 0 0;"},
            CONSTRAINTS,
            "LINESTRING (37.2 19.6, 37.3 19.7)",
        ),
        (
            {"geoshape": "0 1 0 0; 0 2 0 0; 1 2 0 0; 0 1 0 0"},
            CONSTRAINTS,
            "POLYGON ((1 0, 2 0, 2 1, 1 0, 1 0))",
        ),
        (
            {"latitude": "19.6", "longitude": 37.2, "geopoint": "1 2 0 0"},
            PORTS,
            "POINT (37.2 19.6)",
        ),
        ({"latitude": 0, "longitude": 0}, PORTS, None),
        ({"geopoint": "n/a"}, PORTS, None),
    ],
)
def test_forms_and_tables_say_where_in_their_own_columns(cells, kind, wkt):
    geometry = location_of(cells, kind)
    assert (None if geometry is None else geometry.normalize().wkt) == (
        None if wkt is None else shapely.from_wkt(wkt).normalize().wkt
    )


@pytest.mark.parametrize(
    ("cells", "kind", "target"),
    [
        ({"wkt": "LINESTRING (1 1, 2 2)"}, PORTS, "wkt"),
        ({"wkt": "POINT (1 1"}, PORTS, "wkt"),
        ({"wkt": "POINT (500 1)"}, PORTS, "wkt"),
        ({"wkt": "GEOMETRYCOLLECTION (POINT (1 1))"}, PORTS, "wkt"),
        ({"wkt": "POINT (" + "1" * 300_000 + ")"}, PORTS, "wkt"),
        ({"geoshape": "1 1 0 0; 2 2 0 0"}, CONSTRAINTS, "geoshape"),
        ({"mgrs": "36I"}, PORTS, "mgrs"),
        ({"easting": 500_000, "northing": 2_000_000}, PORTS, "utm_zone"),
        ({"easting": 5, "northing": 2_000_000, "utm_zone": "36N"}, PORTS, "easting"),
        ({"latlon": "here"}, PORTS, "latlon"),
    ],
)
def test_what_is_no_location_is_told_by_its_column(cells, kind, target):
    with pytest.raises(InvalidInput) as caught:
        location_of(cells, kind)
    assert caught.value.details["target"] == target
    assert caught.value.do_next


@given(
    st.dictionaries(st.sampled_from(sorted(LOCATION_TARGETS)), st.text(max_size=90) | st.floats())
)
@settings(max_examples=300)
def test_any_cells_are_a_place_in_the_world_or_a_clean_error(cells):
    try:
        geometry = location_of(cells, CONSTRAINTS, "SDN")
    except InvalidInput:
        return
    if geometry is not None:
        west, south, east, north = geometry.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


def read(lat, lon, *, fix, country="SDN"):
    head = SheetRow(1, {0: "Name", 1: "Latitude", 2: "Longitude"})
    row = SheetRow(2, {0: "Store", 1: lat, 2: lon})
    cover = Cover(
        organisation="Exercise cell",
        assessed_on=date(2026, 11, 14),
        country=country,
        fix=fix,
    )
    return read_rows(Sheet("Storage", rows=(head, row)), kind_of_layer("storage"), cover)


@pytest.mark.parametrize(
    ("lat", "lon", "country", "rule", "meant"),
    [
        (106.8, -6.2, "IDN", "coordinates.swapped", (-6.2, 106.8)),
        ("37.2 E", "19.6 N", "SDN", "coordinates.swapped", (19.6, 37.2)),
        (1_445_000.0, 430_000.0, "DJI", "coordinates.projected", None),
    ],
)
def test_what_two_cells_meant_is_proposed_and_taken_on_request(lat, lon, country, rule, meant):
    table = read(lat, lon, fix=False, country=country)
    (issue,) = table.issues
    assert (issue.rule, table.accepted) == (rule, ())
    assert issue.proposal
    if meant:
        table = read(lat, lon, fix=True, country=country)
        (issue,) = table.issues
        assert issue.repaired
        point = table.records[0].geometry
        assert (point.y, point.x) == pytest.approx(meant)


def test_two_columns_are_not_exchanged_into_another_ocean():
    for fix in (False, True):
        table = read(156.0, 32.5, fix=fix)
        (issue,) = table.issues
        assert (issue.rule, issue.repaired, table.accepted) == ("coordinates.swapped", False, ())


def test_metres_are_read_in_every_zone_of_the_country():
    zones = [zone for zone, _ in utm_readings(311_215, 2_168_213, "SDN")]
    assert zones == ["35N", "36N", "37N"]
    table = read(2_168_213, 311_215, fix=True)
    (issue,) = table.issues
    assert issue.proposal == "read as metres of UTM zone 35N or 36N or 37N"
    assert not issue.repaired
