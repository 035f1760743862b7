"""The invented exercise of the demo area: an earthquake and tsunami off Coquimbo on 12 November.

Nothing here happened. Only the positions of port and airport, and the names and courses of the
roads, are real. Dates and times are local (America/Santiago), around the assessment's date. The
standing set is chosen so that port and airport stay connected, unconditioned, for every truck by
day (``tests/data/test_exercise.py`` holds it to that).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from scripts.sources import AIRPORTS, PORTS

Row = dict[str, Any]

ASSESSED_ON = date(2026, 11, 16)
TIME_ZONE = "America/Santiago"
ORGANISATION = "Exercise control (simulated)"
COVER: dict[str, Any] = {
    "Operation": "Coquimbo – La Serena earthquake and tsunami exercise",
    "Country": "CHL",
    "Organisation": ORGANISATION,
    "Assessment date": ASSESSED_ON,
    "Time zone": TIME_ZONE,
    "Licence": "Apache-2.0",
    "Exercise": "yes",
    "Note": "EXERCISE EXERCISE EXERCISE. All statuses, stores, fuel points and constraints are invented.",
}

_SURVEY = {
    "source_org": "Road survey team (simulated)",
    "source_type": "field_assessment",
    "reliability": "B",
    "credibility": 2,
    "location_precision": "accurate",
}
_POLICE = {
    "source_org": "Police liaison (simulated)",
    "source_type": "military_police",
    "reliability": "B",
    "credibility": 2,
    "location_precision": "accurate",
}
_DRIVER = {
    "source_org": "Transporters' radio net (simulated)",
    "source_type": "transporter",
    "reliability": "D",
    "credibility": 4,
}


def facilities(ports: bytes, airports: bytes) -> dict[str, list[Row]]:
    """Return the rows of the facility sheets; the two sources give port and airport."""
    return {
        "Ports": [_port(ports)],
        "Airports": [_airport(airports)],
        "Storage": _exercise(_STORAGE),
        "Border crossings": [],
        "Fuel": _exercise(_FUEL),
    }


def constraints() -> list[Row]:
    """Return the rows of the sheet Constraints."""
    return _exercise(_CONSTRAINTS)


def _exercise(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [{**row, "exercise": True} for row in rows]


def _port(geojson: bytes) -> Row:
    (feature,) = (
        feature
        for feature in json.loads(geojson)["features"]
        if feature["properties"]["port"] == "CLCQQ"
    )
    lon, lat = feature["geometry"]["coordinates"]
    return {
        "id": "CLCQQ",
        "name": "Port of Coquimbo",
        "status": "operational",
        "status_comment": "Exercise: quays inspected, open for relief cargo.",
        "iso3": "CHL",
        "un_locode": "CLCQQ",
        "latitude": lat,
        "longitude": lon,
        "source_org": ORGANISATION,
        "source_type": "exercise",
        "source_ref": f"Position: {PORTS.package} {PORTS.version} (Apache-2.0). Status: inject 01.",
        "date_of_information": datetime(2026, 11, 14, 17, 0),
        "reliability": "A",
        "credibility": 1,
        "location_precision": "approximate",
        "review_by": datetime(2026, 11, 28),
        "exercise": True,
    }


def _airport(table: bytes) -> Row:
    (row,) = (
        row for row in csv.DictReader(io.StringIO(table.decode("utf-8"))) if row["icao"] == "SCSE"
    )
    return {
        "id": "SCSE",
        "name": "La Florida Airport",
        "name_alt": "La Serena; LSC",
        "status": "operational",
        "status_comment": "Exercise: runway inspected, open by day and night.",
        "iso3": "CHL",
        "icao": row["icao"],
        "iata": row["iata"],
        # The source gives feet.
        "elevation_m": round(float(row["elevation"]) * 0.3048),
        "latitude": float(row["lat"]),
        "longitude": float(row["lon"]),
        "source_org": ORGANISATION,
        "source_type": "exercise",
        "source_ref": f"Position: {AIRPORTS.package} {AIRPORTS.version} (MIT). Status: inject 02.",
        "date_of_information": datetime(2026, 11, 14, 18, 0),
        "reliability": "A",
        "credibility": 1,
        "location_precision": "approximate",
        "review_by": datetime(2026, 11, 28),
        "exercise": True,
    }


_STORAGE: tuple[Row, ...] = (
    {
        "id": "EX-W1",
        "name": "Harbour warehouse (exercise)",
        "status": "operational",
        "storage_kind": "warehouse",
        "area_m2": 4200,
        "capacity_t": 5000,
        "truck_max_length_m": 18.75,
        "latitude": -29.9535,
        "longitude": -71.3362,
        **_SURVEY,
        "source_ref": "EXERCISE inject 03",
        "date_of_information": datetime(2026, 11, 15, 9, 30),
        "review_by": datetime(2026, 11, 29),
    },
    {
        "id": "EX-W2",
        "name": "Peñuelas beach warehouse (exercise)",
        "status": "not_operational",
        "status_comment": "Exercise: flooded to 1.5 m, doors jammed.",
        "storage_kind": "warehouse",
        "area_m2": 1800,
        "capacity_t": 2100,
        "latitude": -29.9440,
        "longitude": -71.2893,
        **_SURVEY,
        "source_ref": "EXERCISE inject 04",
        "date_of_information": datetime(2026, 11, 13, 16, 0),
        "review_by": datetime(2026, 11, 27),
    },
    {
        "id": "EX-W3",
        "name": "Ruta 5 logistics hub (exercise)",
        "status": "operational",
        "storage_kind": "warehouse and yard",
        "area_m2": 9500,
        "capacity_t": 11000,
        "truck_max_length_m": 18.75,
        "latitude": -29.9608,
        "longitude": -71.3056,
        **_SURVEY,
        "source_ref": "EXERCISE inject 05",
        "date_of_information": datetime(2026, 11, 15, 11, 0),
        "review_by": datetime(2026, 11, 29),
    },
    {
        "id": "EX-W4",
        "name": "Las Compañías municipal store (exercise)",
        "status": "restricted",
        "status_comment": "Exercise: half of the hall is used as a shelter.",
        "storage_kind": "hall",
        "area_m2": 900,
        "capacity_t": 700,
        "truck_max_length_m": 12,
        "latitude": -29.8790,
        "longitude": -71.2462,
        **_SURVEY,
        "source_ref": "EXERCISE inject 06",
        "date_of_information": datetime(2026, 11, 15, 15, 0),
        "review_by": datetime(2026, 11, 25),
    },
    {
        "id": "EX-W5",
        "name": "Airport cargo shed (exercise)",
        "status": "operational",
        "storage_kind": "shed",
        "area_m2": 1200,
        "capacity_t": 1000,
        "truck_max_length_m": 16.5,
        "latitude": -29.9181,
        "longitude": -71.2024,
        **_SURVEY,
        "source_ref": "EXERCISE inject 07",
        "date_of_information": datetime(2026, 11, 15, 8, 0),
        "review_by": datetime(2026, 11, 29),
    },
)

_FUEL: tuple[Row, ...] = (
    {
        "id": "EX-F1",
        "name": "Fuel station Ruta 5 (exercise)",
        "status": "operational",
        "diesel_available": True,
        "diesel_stock_l": 38000,
        "latitude": -29.95910,
        "longitude": -71.30442,
        **_SURVEY,
        "source_ref": "EXERCISE inject 08",
        "date_of_information": datetime(2026, 11, 15, 12, 0),
        "review_by": datetime(2026, 11, 23),
    },
    {
        "id": "EX-F2",
        "name": "Fuel station Avenida 18 de Septiembre (exercise)",
        "status": "restricted",
        "status_comment": "Exercise: diesel for emergency vehicles only.",
        "diesel_available": True,
        "diesel_stock_l": 9000,
        "latitude": -29.9094,
        "longitude": -71.2358,
        **_POLICE,
        "source_ref": "EXERCISE inject 09",
        "date_of_information": datetime(2026, 11, 15, 7, 30),
        "review_by": datetime(2026, 11, 23),
    },
    {
        "id": "EX-F3",
        "name": "Fuel station Coquimbo centre (exercise)",
        "status": "not_operational",
        "status_comment": "Exercise: pumps under water.",
        "diesel_available": False,
        "latitude": -29.9556,
        "longitude": -71.3389,
        **_SURVEY,
        "source_ref": "EXERCISE inject 10",
        "date_of_information": datetime(2026, 11, 13, 10, 0),
        "review_by": datetime(2026, 11, 27),
    },
    {
        "id": "EX-F4",
        "name": "Fuel station Las Compañías (exercise)",
        "status": "unknown",
        "latitude": -29.8845,
        "longitude": -71.2450,
        **_DRIVER,
        "location_precision": "approximate",
        "source_ref": "EXERCISE inject 11",
        "date_of_information": datetime(2026, 11, 14, 20, 0),
        "review_by": datetime(2026, 11, 23),
    },
)

_CONSTRAINTS: tuple[Row, ...] = (
    {
        "id": "EX-C01",
        "name": "Tsunami flooding of the shore road at Peñuelas (exercise)",
        "constraint_type": "tsunami",
        "effect": "blocked",
        "status": "verified",
        "description": "Exercise: sand, boats and debris on the carriageway; scour at the edges.",
        "road_name": "Avenida Costanera",
        "area": (
            "-29.9456 -71.2924; -29.9413 -71.2889; -29.9364 -71.2852; -29.9332 -71.2831; "
            "-29.9337 -71.2811; -29.9369 -71.2834; -29.9421 -71.2868; -29.9463 -71.2905"
        ),
        "valid_from": datetime(2026, 11, 12, 21, 40),
        "source_ref": "EXERCISE inject 20",
        "date_of_information": datetime(2026, 11, 14, 11, 0),
        "review_by": datetime(2026, 11, 25),
        "last_confirmed_at": datetime(2026, 11, 15, 10, 0),
        "confirmed_by": "Road survey team (simulated)",
        **_SURVEY,
    },
    {
        "id": "EX-C02",
        "name": "Puente Fiscal limited to 10 t (exercise)",
        "constraint_type": "weight_limit",
        "effect": "restricted",
        "status": "verified",
        "description": "Exercise: a bearing is displaced; 10 t gross until it is jacked.",
        "road_name": "Puente Fiscal",
        "osm_way_ids": "301944408",
        "max_gross_t": 10,
        "latitude": -29.89553,
        "longitude": -71.25392,
        "valid_from": datetime(2026, 11, 13, 15, 0),
        "source_ref": "EXERCISE inject 21",
        "date_of_information": datetime(2026, 11, 13, 15, 0),
        "review_by": datetime(2026, 11, 26),
        **_SURVEY,
    },
    {
        "id": "EX-C03",
        "name": "Puente Vicente Zorrilla closed northbound (exercise)",
        "constraint_type": "bridge_damage",
        "effect": "blocked",
        "status": "verified",
        "description": "Exercise: the northbound lane is cracked; southbound traffic passes.",
        "road_name": "Puente Vicente Zorilla",
        "direction": "forward",
        "latitude": -29.89648,
        "longitude": -71.23579,
        "to_latitude": -29.89506,
        "to_longitude": -71.23533,
        "valid_from": datetime(2026, 11, 13, 9, 0),
        "source_ref": "EXERCISE inject 22",
        "date_of_information": datetime(2026, 11, 14, 9, 0),
        "review_by": datetime(2026, 11, 24),
        **_SURVEY,
    },
    {
        "id": "EX-C04",
        "name": "Ruta 5 closed at night for slope works (exercise)",
        "constraint_type": "curfew_night_ban",
        "effect": "blocked",
        "status": "verified",
        "description": "Exercise: both carriageways closed every night, Cuatro Esquinas to Amunátegui.",
        "road_name": "Ruta 5 Norte",
        "latitude": -29.92354,
        "longitude": -71.26723,
        "to_latitude": -29.92131,
        "to_longitude": -71.26547,
        "daily_from": "22:00",
        "daily_to": "05:00",
        "time_zone": TIME_ZONE,
        "valid_from": datetime(2026, 11, 13, 22, 0),
        "source_ref": "EXERCISE inject 23",
        "date_of_information": datetime(2026, 11, 13, 18, 0),
        "review_by": datetime(2026, 11, 27),
        **_POLICE,
    },
    {
        "id": "EX-C05",
        "name": "Debris on Avenida 18 de Septiembre, cleared (exercise)",
        "constraint_type": "wreckage",
        "effect": "blocked",
        "status": "resolved",
        "description": "Exercise: a collapsed wall lay across the carriageway.",
        "road_name": "Avenida 18 de Septiembre",
        "latitude": -29.91300,
        "longitude": -71.22397,
        "valid_from": datetime(2026, 11, 12, 21, 0),
        "ended_at": datetime(2026, 11, 14, 15, 0),
        "ended_by": "Municipal works (simulated), radio log 14 Nov",
        "source_ref": "EXERCISE inject 24",
        "date_of_information": datetime(2026, 11, 14, 15, 0),
        **_SURVEY,
    },
    {
        "id": "EX-C06",
        "name": "Bridge said to be down on the road to Ovalle (exercise)",
        "constraint_type": "bridge_damage",
        "effect": "blocked",
        "status": "reported",
        "description": "Exercise: third-hand report; no kilometre given, the point is arbitrary.",
        "road_name": "Ruta 43",
        "latitude": -30.052,
        "longitude": -71.2605,
        "valid_from": datetime(2026, 11, 13, 6, 0),
        "source_ref": "EXERCISE inject 25",
        "date_of_information": datetime(2026, 11, 13, 6, 0),
        "review_by": datetime(2026, 11, 23),
        **_DRIVER,
        "location_precision": "bad",
    },
    {
        "id": "EX-C07",
        "name": "Rockfall on Avenida Islón, effect not known (exercise)",
        "constraint_type": "landslide",
        "effect": "unknown",
        "status": "reported",
        "description": "Exercise: a bus driver saw rocks beside or on the road.",
        "road_name": "Avenida Islón",
        "latitude": -29.89021,
        "longitude": -71.21925,
        "valid_from": datetime(2026, 11, 14, 7, 0),
        "source_ref": "EXERCISE inject 26",
        "date_of_information": datetime(2026, 11, 14, 7, 0),
        "review_by": datetime(2026, 11, 23),
        **_DRIVER,
        "location_precision": "approximate",
    },
    {
        "id": "EX-C08",
        "name": "Cracked surface on Avenida La Cantera (exercise)",
        "constraint_type": "road_damage",
        "effect": "difficult",
        "status": "verified",
        "description": "Exercise: steps of up to 15 cm, vehicles pass at walking speed.",
        "road_name": "Avenida La Cantera",
        "speed_factor": 0.4,
        "latitude": -29.97700,
        "longitude": -71.28806,
        "to_latitude": -29.97628,
        "to_longitude": -71.29240,
        "valid_from": datetime(2026, 11, 12, 21, 0),
        "source_ref": "EXERCISE inject 27",
        "date_of_information": datetime(2026, 11, 14, 13, 0),
        # Overdue whenever the exercise is shown: an overdue review is flagged and changes nothing.
        "review_by": datetime(2026, 11, 15),
        **_SURVEY,
    },
    {
        "id": "EX-C09",
        "name": "Shore road: leave at the tsunami alarm (exercise)",
        "constraint_type": "tsunami",
        "effect": "advisory",
        "status": "verified",
        "description": "Exercise: aftershocks are likely; no stops on Avenida del Mar.",
        "road_name": "Avenida del Mar",
        "latitude": -29.93194,
        "longitude": -71.28111,
        "to_latitude": -29.92982,
        "to_longitude": -71.28003,
        "valid_from": datetime(2026, 11, 13, 8, 0),
        "source_ref": "EXERCISE inject 28",
        "date_of_information": datetime(2026, 11, 15, 8, 0),
        "review_by": datetime(2026, 11, 29),
        **_POLICE,
    },
    {
        "id": "EX-C10",
        "name": "Checkpoint before Puente El Libertador (exercise)",
        "constraint_type": "checkpoint_official",
        "effect": "delay_only",
        "status": "verified",
        "description": "Exercise: papers of relief cargo are checked, about 20 minutes.",
        "road_name": "Puente El Libertador",
        "delay_min": 20,
        "latitude": -29.89708,
        "longitude": -71.24605,
        "valid_from": datetime(2026, 11, 13, 12, 0),
        "source_ref": "EXERCISE inject 29",
        "date_of_information": datetime(2026, 11, 15, 9, 0),
        "review_by": datetime(2026, 11, 25),
        **_POLICE,
    },
    {
        "id": "EX-C11",
        "name": "Burst main on El Brillador, end date passed (exercise)",
        "constraint_type": "flood",
        "effect": "blocked",
        "status": "reported",
        "description": "Exercise: expected to be repaired in two days; nobody has confirmed it.",
        "road_name": "El Brillador",
        "latitude": -29.88962,
        "longitude": -71.25297,
        "valid_from": datetime(2026, 11, 12, 23, 0),
        "valid_to": datetime(2026, 11, 14, 23, 0),
        "source_ref": "EXERCISE inject 30",
        "date_of_information": datetime(2026, 11, 13, 14, 0),
        "review_by": datetime(2026, 11, 23),
        **_SURVEY,
    },
)
