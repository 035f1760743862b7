"""Facilities as sources list them: our own columns, SDI-T, the World Port Index, code lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.corpus.book import Value
from scripts.corpus.ground import (
    COAST,
    COUNT,
    COUNTRY,
    COUNTRY_NAME,
    DRAFTS_M,
    INLAND,
    LENGTHS_M,
    LICENCE,
    NAMES,
    OFFICE,
    day,
    locode,
)
from scripts.corpus.table import Table, Truth

_STATUSES = ("operational", "restricted", "not_operational", "planned")
_SDI_STATUSES = ("Open", "Restricted", "Closed", "Planned")
COVER: Mapping[str, Value] = {
    "Operation": "XXX-EXERCISE",
    "Country": COUNTRY,
    "Organisation": OFFICE,
    "Assessment date": "2026-11-10",
    "Time zone": "America/Santiago",
    "Licence": LICENCE,
    "Exercise": "yes",
}


def _place(at: tuple[float, float]) -> dict[str, Any]:
    return {"latitude": at[0], "longitude": at[1]}


def _ring(words: tuple[Any, ...], index: int) -> Any:
    return words[index % len(words)]


def our_ports() -> Table:
    """Return ports in our own columns, each row with its source and date."""
    truths = []
    for one in range(COUNT):
        lat, lon = COAST[one]
        status = _ring(_STATUSES, one)
        cells: dict[str, Value] = {
            "Id": f"ex-port-{one}",
            "Name": NAMES[one],
            "Latitude": lat,
            "Longitude": lon,
            "Status": status,
            "Type of port": "sea",
            "UN/LOCODE": locode(one),
            "Maximum draft (m)": DRAFTS_M[one],
            "Maximum vessel length (m)": LENGTHS_M[one],
            "Berths": one + 1,
            "Works at night": one % 2 == 0,
            "Location precision": "accurate",
            "Source organisation": OFFICE,
            "Date of information": day(one),
            "Licence": LICENCE,
        }
        record = {
            "id": f"ex-port-{one}",
            "name": NAMES[one],
            "status": status,
            "un_locode": locode(one),
            "max_draft_m": DRAFTS_M[one],
            "max_vessel_length_m": LENGTHS_M[one],
            "berths": one + 1,
            "night_operations": one % 2 == 0,
            "date_of_information": day(one),
            **_place(COAST[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {
        "id": "Id",
        "name": "Name",
        "lat": "Latitude",
        "lon": "Longitude",
        "draft": "Maximum draft (m)",
        "status": "Status",
        "date": "Date of information",
        "source": "Source organisation",
    }
    return Table(
        shape="own_ports",
        layer="ports",
        profile="workbook",
        truths=tuple(truths),
        roles=roles,
        sheet="Ports",
        strict=True,
        cover=COVER,
    )


def sdi_t_ports() -> Table:
    """Return ports in the columns of SDI-T."""
    truths = []
    for one in range(COUNT):
        lat, lon = COAST[one]
        cells: dict[str, Value] = {
            "objectid": one + 1,
            "portname": NAMES[one],
            "code": locode(one),
            "prttype": "Sea",
            "prtsize": _ring(("Large", "Medium", "Small", "Very Small"), one),
            "status": _ring(_SDI_STATUSES, one),
            "maxdepth": DRAFTS_M[one],
            "maxlength": LENGTHS_M[one],
            "annualcapacitymt": 0,
            "humuse": "Unknown",
            "locprecision": "Accurate",
            "latitude": lat,
            "longitude": lon,
            "iso3": COUNTRY,
            "country": COUNTRY_NAME,
            "lastcheckdate": day(one).isoformat(),
        }
        record = {
            "name": NAMES[one],
            "un_locode": locode(one),
            "port_type": "sea",
            "size": _ring(("large", "medium", "small", "very_small"), one),
            "status": _ring(_STATUSES, one),
            "max_draft_m": DRAFTS_M[one],
            "max_vessel_length_m": LENGTHS_M[one],
            "annual_capacity_t": None,
            "location_precision": "accurate",
            "iso3": COUNTRY,
            "date_of_information": day(one),
            **_place(COAST[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {
        "name": "portname",
        "lat": "latitude",
        "lon": "longitude",
        "draft": "maxdepth",
        "status": "status",
        "date": "lastcheckdate",
    }
    return Table(
        shape="wld_trs_ports_wfp",
        layer="ports",
        profile="sdi-t",
        truths=tuple(truths),
        roles=roles,
        options={"exercise": True},
    )


def sdi_t_airports() -> Table:
    """Return airports in the columns of SDI-T: some lengths in feet only."""
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        in_feet = one % 3 == 0
        cells: dict[str, Value] = {
            "objectid": one + 1,
            "nameshort": NAMES[one],
            "namelong": f"Aeródromo {NAMES[one]}",
            "apttype": _ring(("Airport", "Airfield", "Airstrip"), one),
            "aptclass": "Domestic",
            "authority": "Civil",
            "status": _ring(_SDI_STATUSES, one),
            "dmg": _ring(("No", "Unknown", "Yes"), one),
            "rwpaved": "Yes",
            "rwlengthm": 0 if in_feet else 1500 + 100 * one,
            "rwlengthf": 5000 if in_feet else 0,
            "elevm": 0,
            "locprecision": "Accurate",
            "latitude": lat,
            "longitude": lon,
            "iso3": COUNTRY,
            "lastcheckdate": day(one).isoformat(),
        }
        record = {
            "name": NAMES[one],
            "aerodrome_type": _ring(("airport", "airfield", "airstrip"), one),
            "status": _ring(_STATUSES, one),
            "damage": _ring(("intact", None, "damaged"), one),
            "runway_length_m": 1524.0 if in_feet else 1500.0 + 100 * one,
            "elevation_m": None,
            "date_of_information": day(one),
            **_place(INLAND[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {
        "name": "nameshort",
        "lat": "latitude",
        "lon": "longitude",
        "status": "status",
        "date": "lastcheckdate",
    }
    return Table(
        shape="wld_trs_airports_wfp",
        layer="airports",
        profile="sdi-t",
        truths=tuple(truths),
        roles=roles,
        options={"exercise": True},
    )


def sdi_t_bridges() -> Table:
    """Return bridges in the columns of SDI-T."""
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        cells: dict[str, Value] = {
            "objectid": one + 1,
            "brdgname": NAMES[one],
            "brdgtype": _ring(("Beam", "Truss", "Unknown", "Arch"), one),
            "status": _ring(_SDI_STATUSES, one),
            "dmg": "Unknown",
            "brdglength": 0 if one == 2 else 40.5 + one,
            "maxloadmt": 20.0 + one,
            "hasbypass": _ring(("Yes", "No", "Unknown"), one),
            "locprecision": "Accurate",
            "latitude": lat,
            "longitude": lon,
            "iso3": COUNTRY,
            "lastcheckdate": day(one).isoformat(),
        }
        record = {
            "name": NAMES[one],
            "status": _ring(_STATUSES, one),
            "length_m": None if one == 2 else 40.5 + one,
            "max_gross_t": 20.0 + one,
            "date_of_information": day(one),
            **_place(INLAND[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {"name": "brdgname", "lat": "latitude", "lon": "longitude", "status": "status"}
    return Table(
        shape="wld_trs_bridges_wfp",
        layer="bridges",
        profile="sdi-t",
        truths=tuple(truths),
        roles={**roles, "date": "lastcheckdate"},
        options={"exercise": True},
    )


def sdi_t_obstacles() -> Table:
    """Return obstacles in the columns of SDI-T: their effect is not told."""
    kinds = (("Flood", "flood"), ("Mines/UXO", "mines_uxo"), ("Landslide", "landslide"))
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        cells: dict[str, Value] = {
            "objectid": one + 1,
            "obstype": _ring(kinds, one)[0],
            "obsdate": day(one).isoformat(),
            "maxloadmt": 0 if one % 2 else 10.0 + one,
            "locprecision": _ring(("Accurate", "Approximate", "Bad"), one),
            "latitude": lat,
            "longitude": lon,
            "iso3": COUNTRY,
            "country": COUNTRY_NAME,
        }
        record = {
            "constraint_type": _ring(kinds, one)[1],
            "max_gross_t": None if one % 2 else 10.0 + one,
            "location_precision": _ring(("accurate", "approximate", "bad"), one),
            "date_of_information": day(one),
            **_place(INLAND[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    return Table(
        shape="wld_trs_obstacles_wfp",
        layer="constraints",
        profile="sdi-t",
        truths=tuple(truths),
        roles={"lat": "latitude", "lon": "longitude", "date": "obsdate"},
        options={"exercise": True, "country": COUNTRY},
    )


def port_index() -> Table:
    """Return ports in the columns of the World Port Index, where 0 is not recorded."""
    truths = []
    for one in range(COUNT):
        lat, lon = COAST[one]
        cells: dict[str, Value] = {
            "OID_": one + 1,
            "World Port Index Number": 99_000 + one * 10,
            "Region Name": "Exercise region",
            "Main Port Name": NAMES[one],
            "Alternate Port Name": "",
            "UN/LOCODE": locode(one),
            "Country Code": COUNTRY_NAME,
            "Tidal Range (m)": 0 if one % 2 else 1.5,
            "Channel Depth (m)": DRAFTS_M[one] + 1,
            "Anchorage Depth (m)": 0,
            "Cargo Pier Depth (m)": DRAFTS_M[one],
            "Maximum Vessel Length (m)": 0,
            "Maximum Vessel Draft (m)": DRAFTS_M[one],
            "Harbor Size": _ring(("Large", "Medium", "Small", "Very Small"), one),
            "Harbor Type": "Coastal (Natural)",
            "Latitude": lat,
            "Longitude": lon,
        }
        record = {
            "wpi_number": 99_000 + one * 10,
            "name": NAMES[one],
            "un_locode": locode(one),
            "iso3": COUNTRY,
            "tidal_range_m": None if one % 2 else 1.5,
            "channel_depth_m": DRAFTS_M[one] + 1,
            "anchorage_depth_m": None,
            "max_vessel_length_m": None,
            "max_draft_m": DRAFTS_M[one],
            "size": _ring(("large", "medium", "small", "very_small"), one),
            "port_type": "sea",
            **_place(COAST[one]),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {
        "name": "Main Port Name",
        "lat": "Latitude",
        "lon": "Longitude",
        "draft": "Maximum Vessel Draft (m)",
    }
    return Table(
        shape="wpi",
        layer="ports",
        profile="world-port-index",
        truths=tuple(truths),
        roles=roles,
        options={"exercise": True, "date_of_information": day(0)},
    )


def runways() -> Table:
    """Return runways in the columns of OurAirports, in feet."""
    truths = []
    for one in range(COUNT):
        cells: dict[str, Value] = {
            "id": 900_000 + one,
            "airport_ref": 90_000 + one,
            "airport_ident": f"ZX{one:02}",
            "length_ft": 4000 + 500 * one,
            "width_ft": 100,
            "surface": _ring(("ASP", "GRE", "CON"), one),
            "lighted": one % 2,
            "closed": 0,
            "le_ident": f"{one + 10}",
            "he_ident": f"{one + 28}",
        }
        record = {
            "length_m": (4000 + 500 * one) * 0.3048,
            "width_m": 30.48,
            "surface": _ring(("paved", "gravel", "paved"), one),
        }
        truths.append(Truth(cells, record))
    return Table(
        shape="runways",
        layer="runways",
        profile="ourairports",
        truths=tuple(truths),
        roles={},
        options={"exercise": True, "date_of_information": day(0)},
    )
