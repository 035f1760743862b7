"""Roads and what closes them, as sources list them: UNSDI-T, WFP's extracts, obstacles, ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from scripts.corpus.book import Value
from scripts.corpus.case import Seed
from scripts.corpus.facilities import COVER
from scripts.corpus.ground import (
    COUNT,
    COUNTRY,
    COUNTRY_NAME,
    INLAND,
    LICENCE,
    NAMES,
    OFFICE,
    day,
    stretch,
)
from scripts.corpus.table import Table, Truth

_CLOSES_NOTHING = (Seed(r"status\.closes_nothing"),)
"""Some of the roads assessed are closed, which their layer leaves to others to act on."""
_FIRST_WAY = 900_000_001


def _ring(words: tuple[Any, ...], index: int) -> Any:
    return words[index % len(words)]


def our_constraints() -> Table:
    """Return constraints in our own columns."""
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        effect = _ring(("blocked", "restricted", "difficult", "advisory"), one)
        limit = 10 + one if effect == "restricted" else None
        cells: dict[str, Value] = {
            "Id": f"ex-c-{one}",
            "Name": NAMES[one],
            "Type": _ring(("flood", "landslide", "bridge_damage"), one),
            "Effect on traffic": effect,
            "Latitude": lat,
            "Longitude": lon,
            "Location precision": "accurate",
            "Gross mass limit (t)": limit,
            "Valid from": day(one),
            "Valid to": day(one) + timedelta(days=60),
            "Source organisation": OFFICE,
            "Date of information": day(one),
            "Licence": LICENCE,
        }
        record = {
            "id": f"ex-c-{one}",
            "name": NAMES[one],
            "constraint_type": _ring(("flood", "landslide", "bridge_damage"), one),
            "effect": effect,
            "max_gross_t": limit,
            "valid_from": day(one),
            "date_of_information": day(one),
            "latitude": lat,
            "longitude": lon,
        }
        truths.append(Truth(cells, record, (lon, lat)))
    roles = {
        "id": "Id",
        "name": "Name",
        "lat": "Latitude",
        "lon": "Longitude",
        "status": "Effect on traffic",
        "limit": "Gross mass limit (t)",
        "from": "Valid from",
        "to": "Valid to",
        "date": "Date of information",
        "source": "Source organisation",
    }
    return Table(
        shape="own_constraints",
        layer="constraints",
        profile="workbook",
        truths=tuple(truths),
        roles=roles,
        sheet="Constraints",
        strict=True,
        cover=COVER,
    )


_SURFACES = (("asphalt", "paved"), ("gravel", "gravel"), ("dirt", "dirt_sand"))
_PRACTICABILITIES = (
    ("4WD<3.5mt", 3),
    ("Light Truck(<10mt)", 4),
    ("Heavy Truck(<20mt)", 5),
    ("Truck + Trailer(>20mt)", 6),
)


def _extract_cells(one: int, status: str) -> dict[str, Value]:
    """Return the 20 columns of WFP's extract."""
    return {
        "id": one + 1,
        "osm_id": _FIRST_WAY + one,
        "sourceid": "OSM",
        "notes": None,
        "onme": NAMES[one],
        "rtenme": f"EX-{one}",
        "ntlclass": _ring(("primary", "secondary", "track"), one),
        "fclass": _ring((2, 3, 6), one),
        "numlanes": 0 if one % 2 else 2,
        "srftpe": _ring(_SURFACES, one)[0],
        "srfcond": "Unspecified",
        "isseasonal": _ring(("Yes", "No", "Unspecified"), one),
        "curntprac": _ring(_PRACTICABILITIES, one)[0],
        "gnralspeed": 40 + one,
        "rdwidthm": 0,
        "status": status,
        "iselevated": 0,
        "iso3": COUNTRY,
        "country": COUNTRY_NAME,
        "last_update": day(one).isoformat(),
    }


def extract() -> Table:
    """Return roads as WFP extracts them from OpenStreetMap."""
    statuses = (("Open", "open"), ("Restricted", "restricted"), ("Unknown", "unknown"))
    truths = []
    for one in range(COUNT):
        record = {
            "osm_way_ids": (_FIRST_WAY + one,),
            "name": NAMES[one],
            "functional_class": _ring(("primary", "secondary", "trail"), one),
            "lanes": None if one % 2 else 2,
            "surface_type": _ring(_SURFACES, one)[1],
            "is_seasonal": _ring((True, False, None), one),
            "current_practicability": _ring(_PRACTICABILITIES, one)[1],
            "general_speed_kmh": 40.0 + one,
            "road_width_m": None,
            "op_status": _ring(statuses, one)[1],
            "iso3": COUNTRY,
            "date_of_information": day(one),
        }
        cells = _extract_cells(one, _ring(statuses, one)[0])
        truths.append(Truth(cells, record, stretch(one)))
    return Table(
        shape="trs_roads_wfp",
        layer="road_assessments",
        profile="wfp-roads",
        truths=tuple(truths),
        roles={"name": "onme", "status": "status", "practicability": "curntprac"},
        given_layer=True,  # its constraints have the same columns: only the user can tell
        options={"exercise": True},
        seeds=_CLOSES_NOTHING,
    )


def access_constraints() -> Table:
    """Return the published form of it, where the status is the constraint."""
    statuses = (("Closed", "blocked"), ("Restricted", "restricted"))
    truths = []
    for one in range(COUNT):
        status, effect = _ring(statuses, one)
        record = {
            "osm_way_ids": (_FIRST_WAY + one,),
            "effect": effect,
            "name": NAMES[one],
            "date_of_information": day(one),
        }
        cells = _extract_cells(one, status)
        if effect == "blocked":
            cells["curntprac"] = "Unspecified"
        truths.append(Truth(cells, record, stretch(one)))
    return Table(
        shape="access_constraints",
        layer="constraints",
        profile="wfp-access-constraints",
        truths=tuple(truths),
        roles={"name": "onme", "status": "status"},
        given_layer=True,
        options={"exercise": True, "source_org": OFFICE},
    )


def unsdi_t() -> Table:
    """Return roads with the upper-case columns and the figures of UNSDI-T."""
    truths = []
    for one in range(COUNT):
        cells: dict[str, Value] = {
            "FID": one,
            "SOURCEID": "EX",
            "EXS": 1,
            "NOTES": None,
            "ROADID": f"EX{one:03}",
            "ONME": NAMES[one],
            "RTENME": f"EX-{one}",
            "NTLCLASS": "National",
            "FCLASS": _ring((1, 2, 3, 6), one),
            "NUMLANES": 0 if one % 2 else 2,
            "AXLELOADMT": 0 if one % 3 else 10.0,
            "TOTLOADMT": 25.0 + one,
            "SRFTPE": _ring((1, 2, 3), one),
            "SRFCOND": _ring((1, 2, 0), one),
            "ISSEASONAL": _ring((1, 2, 0), one),
            "CURNTPRAC": _ring((3, 4, 5, 6), one),
            "GDWTHRPRAC": 6,
            "BDWTHRPRAC": _ring((2, 3, 0), one),
            "SPEEDLIMIT": 0,
            "GNRALSPEED": 50,
            "SEC": _ring((1, 2, 0), one),
            "OPSTATUS": _ring((1, 2, 3), one),
            "ISO3": COUNTRY,
            "LAST_UPDATE": day(one).isoformat(),
        }
        record = {
            "name": NAMES[one],
            "functional_class": _ring(("highway", "primary", "secondary", "trail"), one),
            "lanes": None if one % 2 else 2,
            "max_axle_t": None if one % 3 else 10.0,
            "max_gross_t": 25.0 + one,
            "surface_type": _ring(("paved", "gravel", "dirt_sand"), one),
            "is_seasonal": _ring((True, False, None), one),
            "current_practicability": _ring((3, 4, 5, 6), one),
            "bad_weather_practicability": _ring((2, 3, None), one),
            "speed_limit_kmh": None,
            "op_status": _ring(("open", "restricted", "closed"), one),
            "date_of_information": day(one),
        }
        truths.append(Truth(cells, record, stretch(one)))
    return Table(
        shape="wfp_trs_roads_lc",
        layer="road_assessments",
        profile="unsdi-t",
        truths=tuple(truths),
        roles={"name": "ONME", "status": "OPSTATUS"},
        options={"exercise": True},
        seeds=_CLOSES_NOTHING,
    )
