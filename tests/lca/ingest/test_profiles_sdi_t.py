"""WFP's SDI-T layers: blank, 0 and Unknown are no data, and every row is accounted for.

Every row is invented; only the headings and code words are those of the source.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.readtables import line, point, read_sheets, sheet_of

from layers.spec import load_specs

PORT = {
    "objectid": 17,
    "portname": "Puerto de prueba",
    "code": "CL ZZZ",
    "prttype": "Lake",
    "prtsize": "Very Small",
    "status": "Closed",
    "maxdepth": 8.5,
    "maxlength": 0,
    "annualcapacitymt": 120000,
    "humuse": "No",
    "locprecision": "Approximate",
    "latitude": -29.95,
    "longitude": -71.33,
    "iso3": "CHL",
    "country": "Chile",
    "lastcheckdate": "2026-11-02",
    "source": "Port captain",
}
AIRPORT = {
    "objectid": 4,
    "nameshort": "Pista de prueba",
    "namelong": "Pista de prueba de La Serena",
    "namealt": "Otra pista",
    "icao": "SCZZ",
    "iata": "",
    "apttype": "Helipad",
    "aptclass": "Domestic",
    "authority": "Civil/Military",
    "status": "Restricted",
    "dmg": "Yes",
    "rwpaved": "Yes",
    "rwlengthm": 0,
    "rwlengthf": 5000,
    "elevm": 0,
    "elevf": 0,
    "humuse": "Hub",
    "locprecision": "Accurate",
    "latitude": -29.91,
    "longitude": -71.2,
    "iso3": "CHL",
    "lastcheckdate": "2026-11-02",
}
BRIDGE = {
    "objectid": 9,
    "brdgname": "",
    "brdgtype": "Truss",
    "status": "Restricted",
    "dmg": "No",
    "brdglength": 42,
    "maxloadmt": 20,
    "estimatedcrossingtime": 10,
    "curntprac": "Unknown",
    "hasbypass": "Yes",
    "locprecision": "Accurate",
    "latitude": -29.9,
    "longitude": -71.25,
    "iso3": "CHL",
    "lastcheckdate": "2026-11-02",
}
OBSTACLE = {
    "objectid": 2,
    "obstype": "Mines/UXO",
    "obsdate": "2026-11-01T06:00:00Z",
    "maxloadmt": 0,
    "locprecision": "Bad",
    "latitude": -29.9,
    "longitude": -71.25,
    "iso3": "CHL",
    "country": "Chile",
}


def as_dbf(row):
    """The row as a Shapefile cuts its column names."""
    return {heading[:10]: cell for heading, cell in row.items()}


@pytest.mark.parametrize("spelled", [dict, as_dbf])
def test_a_port(spelled):
    sheet = sheet_of("wld_trs_ports_wfp", [spelled(PORT)], shapes=[point(-71.33, -29.95)])
    read = read_sheets(sheet, container="shapefile")
    port = read.one("ports")
    assert read.profile == "sdi-t"
    assert (port.id, port.external_ids) == ("sdi-t-17", ("sdi_t:17",))
    assert (port.name, port.un_locode, port.iso3) == ("Puerto de prueba", "CLZZZ", "CHL")
    assert (port.port_type, port.size) == ("lake", "very_small")
    assert port.status == "not_operational"
    assert (port.max_draft_m, port.annual_capacity_t) == (8.5, 120000)
    assert port.max_vessel_length_m is None, "0 is no data"
    assert port.humanitarian_use == "none"
    assert (port.location_precision, port.source_org) == ("approximate", "Port captain")
    assert port.date_of_information == datetime(2026, 11, 2, tzinfo=UTC)
    assert not read.report.issues


@pytest.mark.parametrize("spelled", [dict, as_dbf])
def test_an_airport_has_its_runway_in_metres_or_else_in_feet(spelled):
    rows = [AIRPORT, AIRPORT | {"objectid": 5, "rwlengthm": 1800}]
    airports = read_sheets(sheet_of("airports", [spelled(row) for row in rows]))["airports"]
    in_feet, in_metres = airports
    assert in_feet.runway_length_m == pytest.approx(1524)
    assert in_metres.runway_length_m == 1800, "feet serve only where metres are missing"
    assert in_feet.elevation_m is None
    assert (in_feet.icao, in_feet.iata) == ("SCZZ", None)
    assert in_feet.aerodrome_type == "helipad_established"
    assert (in_feet.aerodrome_class, in_feet.authority_type) == ("domestic", "civil_military")
    assert (in_feet.damage, in_feet.runway_surface) == ("damaged", "paved")
    assert (in_feet.unhas_status, in_feet.source_org) == ("hub", "WFP SDI-T")


@pytest.mark.parametrize("spelled", [dict, as_dbf])
def test_a_bridge_without_a_name_is_named_by_its_number(spelled):
    bridge = read_sheets(sheet_of("bridges", [spelled(BRIDGE)])).one("bridges")
    assert (bridge.name, bridge.bridge_kind, bridge.status) == ("Bridge 9", "truss", "restricted")
    assert (bridge.damage, bridge.has_bypass) == ("intact", "yes")
    assert (bridge.length_m, bridge.max_gross_t, bridge.crossing_min) == (42, 20, 10)


@pytest.mark.parametrize("spelled", [dict, as_dbf])
def test_an_obstacle_says_what_it_is_and_not_what_it_does(spelled):
    found = read_sheets(sheet_of("obstacles", [spelled(OBSTACLE)])).one("constraints")
    assert (found.constraint_type, found.effect) == ("mines_uxo", "unknown")
    assert (found.name, found.max_gross_t) == ("Mines/UXO 2", None)
    assert found.location_precision == "bad", "so it is put on no road"
    assert found.date_of_information == datetime(2026, 11, 1, 6, tzinfo=UTC)


def test_all_obstacle_types_have_a_word_of_ours():
    words = [
        "Flood",
        "Mines/UXO",
        "Roadblock",
        "Road damage",
        "Railway damage",
        "Bridge damage",
        "Culvert damage",
        "Ferry",
        "Checkpoint Official",
        "Checkpoint Unofficial",
        "Traffic restriction",
        "Landslide",
        "Wreckage",
        "Ford",
        "Trees",
    ]
    rows = [OBSTACLE | {"objectid": n, "obstype": word} for n, word in enumerate(words, start=1)]
    rows += [OBSTACLE | {"objectid": 98, "obstype": "Unknown"}]
    rows += [OBSTACLE | {"objectid": 99, "obstype": "Volcano"}]
    read = read_sheets(sheet_of("obstacles", rows))
    types = [found.constraint_type for found in read["constraints"]]
    assert [one.sdi_t for one in types[:-2]] == words
    assert types[-2:] == ["other", "other"]
    assert read.report.unmapped == {"constraints.constraint_type": {"Volcano": 1}}


def test_a_border_crossing_and_a_warehouse():
    crossing = {
        "objectid": 1,
        "bcpname": "Paso de prueba",
        "bcptype": "Road",
        "status": "Open",
        "iso3_1": "CHL",
        "iso3_2": "ARG",
        "latitude": -30.2,
        "longitude": -69.8,
        "lastcheckdate": "2026-11-02",
    }
    store = {
        "objectid": 1,
        "whname": "Bodega de prueba",
        "whtype": "Rubb hall",
        "capacitymt": 500,
        "owner": "Exercise",
        "latitude": -29.9,
        "longitude": -71.2,
        "lastcheckdate": "2026-11-02",
    }
    read = read_sheets(sheet_of("wld_poi_bcp_wfp", [crossing]), sheet_of("stores", [store]))
    border, shed = read.one("border_crossings"), read.one("storage")
    assert (border.iso3, border.iso3_other_side, border.crossing_kind) == ("CHL", "ARG", "road")
    assert border.status == "operational"
    assert (shed.storage_kind, shed.capacity_t, shed.operator_name) == (
        "msu_rubb",
        500,
        "Exercise",
    )


def test_supply_routes_fill_corridors_when_they_are_asked_for():
    route = {
        "nameportion": "Coquimbo - Vicuña",
        "routetype": "Railway",
        "routeclass": "Unknown",
        "namecorridor": "Elqui",
        "iso3": "CHL",
        "iso3_op": "CHL",
        "wfpregion": "OMP",
        "status": "Planned",
        "createdate": "2026-10-01",
    }
    sheet = sheet_of("routes", [route], shapes=[line((-71.3, -29.9), (-70.7, -30.0))])
    target = load_specs()["corridors"].declared_kind
    read = read_sheets(sheet, container="gpkg", target=target)
    corridor = read.one("corridors")
    assert (corridor.corridor, corridor.portion) == ("Elqui", "Coquimbo - Vicuña")
    assert (corridor.route_type, corridor.status) == ("rail", "planned")
    assert corridor.route_class is None
    assert corridor.date_of_information == datetime(2026, 10, 1, tzinfo=UTC)


def test_a_row_that_cannot_be_placed_or_dated_is_rejected_and_counted():
    rows = [
        PORT,
        PORT | {"objectid": 18, "lastcheckdate": "some day"},
        PORT | {"objectid": 19, "latitude": "far north"},
        PORT | {"objectid": 20, "portname": ""},
    ]
    report = read_sheets(sheet_of("ports", rows)).report
    assert report.rows_in == {"ports": 4}
    assert (report.rows_accepted, report.rows_rejected) == ({"ports": 1}, {"ports": 3})
    assert {issue.row for issue in report.errors} == {3, 4, 5}
