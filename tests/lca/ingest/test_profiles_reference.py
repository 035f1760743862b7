"""Reference sources as files: World Port Index, UN/LOCODE, OurAirports and two packages' tables.

Every row is invented; only the headings and code words are those of the sources.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.readtables import point, read_sheets, sheet_of

from lca.ingest.instructions import Instructions
from lca.ingest.wire import Sheet, SheetRow

EDITION = Instructions(date_of_information=date(2026, 9, 1), exercise=True)

WPI = {
    "World Port Index Number": 99001,
    "Region Name": "Chile -- 99000",
    "Main Port Name": "Puerto de Prueba",
    "Alternate Port Name": "Test Harbour",
    "UN/LOCODE": "CL ZZZ",
    "Country Code": "Chile",
    "World Water Body": "South Pacific Ocean",
    "Tidal Range (m)": 1.4,
    "Channel Depth (m)": 11,
    "Anchorage Depth (m)": 0,
    "Cargo Pier Depth (m)": 9.4,
    "Oil Terminal Depth (m)": 0,
    "Maximum Vessel Length (m)": 230,
    "Maximum Vessel Beam (m)": 0,
    "Maximum Vessel Draft (m)": 10.5,
    "Harbor Size": "Small",
    "Harbor Type": "Coastal (Breakwater)",
    "Pilotage - Compulsory": "Yes",
    "Latitude": -29.95,
    "Longitude": -71.33,
}
OLD_WPI = {
    "INDEX_NO": 99002,
    "REGION_NO": 9900,
    "PORT_NAME": "CALETA DE PRUEBA",
    "COUNTRY": "CL",
    "LATITUDE": -30.1,
    "LONGITUDE": -71.4,
    "LAT_DEG": 30,
    "LAT_MIN": 6,
    "LAT_HEMI": "S",
    "HARBORSIZE": "V",
    "HARBORTYPE": "RB",
    "CHAN_DEPTH": "J",
    "ANCH_DEPTH": "Q",
    "CARGODEPTH": "A",
    "MAX_VESSEL": "M",
    "PILOT_REQD": "N",
}


def test_a_port_of_the_world_port_index_of_today():
    read = read_sheets(sheet_of("UpdatedPub150", [WPI]), asked=EDITION)
    port = read.one("ports")
    assert read.profile == "world-port-index"
    assert (port.id, port.wpi_number, port.un_locode) == ("wpi-99001", 99001, "CLZZZ")
    assert (port.name, port.name_alt, port.iso3) == ("Puerto de Prueba", "Test Harbour", "CHL")
    assert (port.channel_depth_m, port.cargo_pier_depth_m, port.tidal_range_m) == (11, 9.4, 1.4)
    assert (port.max_vessel_length_m, port.max_draft_m) == (230, 10.5)
    assert (port.anchorage_depth_m, port.vessel_beam_max_m) == (None, None), "0: not recorded"
    assert (port.size, port.port_type, port.pilotage_compulsory) == ("small", "sea", True)
    assert (port.source_org, port.source_type) == ("World Port Index (NGA Pub. 150)", "reference")
    assert port.date_of_information == datetime(2026, 9, 1, tzinfo=UTC), "the edition's"
    assert port.licence.startswith("Public domain")
    assert not read.report.issues


def test_a_port_of_the_index_in_letters_has_the_shallow_end_of_each_range():
    read = read_sheets(
        sheet_of("WPI", [OLD_WPI], shapes=[point(-71.4, -30.1)]),
        container="shapefile",
        asked=EDITION,
    )
    port = read.one("ports")
    assert (port.id, port.iso3, port.size, port.port_type) == (
        "wpi-99002",
        "CHL",
        "very_small",
        "river",
    )
    assert (port.channel_depth_m, port.cargo_pier_depth_m) == (11.0, 23.2)
    assert port.anchorage_depth_m is None, "Q begins at the surface"
    assert port.max_vessel_length_m == 152.4
    large = read_sheets(sheet_of("WPI", [OLD_WPI | {"MAX_VESSEL": "L"}]), asked=EDITION)
    assert large.one("ports").max_vessel_length_m is None, "over 500 feet states no largest"


def test_every_letter_of_the_index_is_the_shallow_end_of_its_five_feet():
    """A is 76 feet and over, B 71 to 75, and so on without I down to P, 6 to 10 feet."""
    letters = "ABCDEFGHJKLMNOP"
    rows = [
        OLD_WPI | {"INDEX_NO": at, "CHAN_DEPTH": one, "ANCH_DEPTH": one, "CARGODEPTH": one}
        for at, one in enumerate(letters, start=1)
    ]
    for at, port in enumerate(read_sheets(sheet_of("WPI", rows), asked=EDITION)["ports"]):
        metres = pytest.approx((76 - 5 * at) * 0.3048, abs=0.06)
        assert port.channel_depth_m == metres
        assert port.anchorage_depth_m == metres
        assert port.cargo_pier_depth_m == metres


UN_LOCODE = [
    ["", "CL", "", ".CHILE"],
    [
        "",
        "CL",
        "ZZA",
        "Puerto Uno",
        "Puerto Uno",
        "CO",
        "1-34----",
        "AI",
        "0307",
        "",
        "2957S 07120W",
    ],
    ["+", "CL", "ZZB", "Vicuña", "Vicuna", "CO", "-23-----", "RL", "0307", "", "3002S 07042W"],
    ["", "CL", "ZZC", "Paso Tres", "Paso Tres", "CO", "--3----B", "AI", "0307", "", "3012S 06950W"],
    ["X", "CL", "ZZD", "Puerto Cuatro", "Puerto Cuatro", "CO", "1-------", "AI", "0307", "", ""],
    ["", "CL", "ZZE", "Puerto Cinco", "Puerto Cinco", "CO", "1-------", "XX", "0307", "", ""],
    ["=", "CL", "", "Coquimbito = Coquimbo", "Coquimbito = Coquimbo"],
    [
        "",
        "CL",
        "ZZF",
        "Puerto Seis",
        "Puerto Seis",
        "CO",
        "1-------",
        "RQ",
        "0307",
        "",
        "2957 07120",
    ],
]
HEADINGS = (
    "Change",
    "Country",
    "Location",
    "Name",
    "NameWoDiacritics",
    "Subdivision",
    "Function",
    "Status",
    "Date",
    "IATA",
    "Coordinates",
    "Remarks",
)


def un_locode(*, headed, rows=None):
    """The code list as its parts come, without headings, or as others publish it, with them."""
    body = [
        SheetRow(number, {at: cell for at, cell in enumerate(row) if cell})
        for number, row in enumerate(rows or UN_LOCODE, start=2 if headed else 1)
    ]
    head = [SheetRow(1, dict(enumerate(HEADINGS)))] if headed else []
    return Sheet("2026-1 UNLOCODE CodeListPart1", True, (*head, *body))


@pytest.mark.parametrize("headed", [True, False])
def test_one_place_of_un_locode_fills_each_layer_of_its_functions(headed):
    read = read_sheets(un_locode(headed=headed), asked=EDITION)
    assert read.profile == "un-locode"
    port, airport = read.one("ports"), read.one("airports")
    assert (port.id, port.un_locode, port.iso3) == ("unlocode-CLZZA", "CLZZA", "CHL")
    assert port.name == airport.name == "Puerto Uno"
    assert port.geometry.x == pytest.approx(-71 - 20 / 60)
    assert port.geometry.y == pytest.approx(-29 - 57 / 60)
    assert port.location_precision == "approximate", "it is rounded to the minute"
    assert (read.one("rail_stations").un_locode, read.one("rail_stations").name) == (
        "CLZZB",
        "Vicuña",
    )
    assert read.one("border_crossings").name == "Paso Tres"
    report = read.report
    layers = ("ports", "airports", "rail_stations", "border_crossings")
    assert report.rows_in == dict.fromkeys(layers, 8)
    assert report.rows_accepted == dict.fromkeys(layers, 1)
    assert report.rows_rejected == {
        "ports": 1,
        "airports": 0,
        "rail_stations": 0,
        "border_crossings": 0,
    }
    assert [issue.value for issue in report.errors if issue.sheet] == ["2957 07120"]


def test_only_the_layer_that_is_asked_for():
    read = read_sheets(un_locode(headed=False), layer="ports", asked=EDITION)
    assert list(read.records) == ["ports"]
    reasons = [issue.message for issue in read.issues("rows.set_aside")]
    assert sum(int(reason.split()[0]) for reason in reasons) == 6
    assert any("By its function the place has no port." in reason for reason in reasons)


def test_a_table_that_only_resembles_un_locode_is_not_taken_for_it():
    rows = [["", "CL", "Coquimbo", "Puerto", "x", "y", "harbour", "", "", "", "", ""]] * 5
    with pytest.raises(Exception, match="no profile knows its columns"):
        read_sheets(un_locode(headed=False, rows=rows), asked=EDITION)


AERODROME = {
    "id": 1,
    "ident": "SCZZ",
    "type": "small_airport",
    "name": "Pista de prueba",
    "latitude_deg": -29.91,
    "longitude_deg": -71.2,
    "elevation_ft": 481,
    "continent": "SA",
    "iso_country": "CL",
    "iso_region": "CL-CO",
    "municipality": "La Serena",
    "scheduled_service": "no",
    "icao_code": "",
    "gps_code": "SCZZ",
    "iata_code": "",
    "local_code": "",
    "home_link": "",
    "wikipedia_link": "",
    "keywords": "",
}
RUNWAY = {
    "id": 7,
    "airport_ref": 1,
    "airport_ident": "SCZZ",
    "length_ft": 5000,
    "width_ft": 100,
    "surface": "ASPH-G",
    "lighted": 1,
    "closed": 0,
    "le_ident": "09",
    "le_heading_degT": 92,
    "he_ident": "27",
}


def test_aerodromes_and_runways_of_ourairports_fit_each_other():
    closed = AERODROME | {"id": 2, "ident": "CL-0001", "type": "closed", "gps_code": ""}
    airports = read_sheets(sheet_of("airports", [AERODROME, closed]), asked=EDITION)["airports"]
    open_one, shut = airports
    assert (open_one.icao, open_one.aerodrome_type, open_one.iso3) == ("SCZZ", "airfield", "CHL")
    assert open_one.elevation_m == pytest.approx(146.6, abs=0.1)
    assert (open_one.status, shut.status) == ("unknown", "not_operational")
    read = read_sheets(sheet_of("runways", [RUNWAY]), asked=EDITION)
    runway = read.one("runways")
    assert runway.facility_id == open_one.id == "ourairports-SCZZ"
    assert (runway.name, runway.designator) == ("SCZZ 09/27", "09/27")
    assert (runway.length_m, runway.width_m) == (pytest.approx(1524), pytest.approx(30.48))
    assert (runway.surface, runway.lights, runway.status) == ("paved", True, "unknown")
    assert not read.report.issues


def test_surfaces_that_nobody_listed_are_counted():
    rows = [RUNWAY | {"id": 1, "surface": "Lava"}, RUNWAY | {"id": 2, "surface": "TURF-GOOD"}]
    read = read_sheets(
        sheet_of("runways", [*rows, RUNWAY | {"id": 3, "closed": 1, "length_ft": 0}]), asked=EDITION
    )
    lava, turf, closed = read["runways"]
    assert (lava.surface, turf.surface) == ("unknown", "grass")
    assert (closed.status, closed.length_m) == ("not_operational", None)
    assert read.report.unmapped == {"runways.surface": {"Lava": 1}}


def test_the_tables_of_the_two_packages():
    aerodrome = {
        "icao": "SCZZ",
        "iata": "",
        "name": "Pista de prueba",
        "city": "La Serena",
        "subd": "Coquimbo",
        "country": "CL",
        "elevation": 481,
        "lat": -29.91,
        "lon": -71.2,
        "tz": "America/Santiago",
        "lid": "",
    }
    airport = read_sheets(sheet_of("airports", [aerodrome]), asked=EDITION).one("airports")
    assert (airport.id, airport.source_org) == ("airportsdata-SCZZ", "airportsdata")
    assert airport.elevation_m == pytest.approx(146.6, abs=0.1)
    harbour = {"port": "CLZZZ", "t": 1.0, "name": "Prueba", "cty": "Chile", "to_cty": "PE"}
    sheet = sheet_of("ports", [harbour], shapes=[point(-71.3, -29.9)])
    port = read_sheets(sheet, container="geojson", asked=EDITION).one("ports")
    assert (port.id, port.un_locode, port.iso3) == ("searoute-CLZZZ", "CLZZZ", "CHL")
