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
from collections.abc import Iterable
from datetime import date
from typing import Any

from scripts.exercise_terms import (
    DRIVER,
    ORGANISATION,
    POLICE,
    SURVEY,
    TIME_ZONE,
    Row,
    local,
)
from scripts.sources import AIRPORTS, PORTS

ASSESSED_ON = date(2026, 11, 16)
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


def facilities(ports: bytes, airports: bytes) -> dict[str, list[Row]]:
    """Return the rows of the facility sheets; the two sources give port and airport."""
    return {
        "Ports": [_port(ports)],
        "Airports": [_airport(airports)],
        "Storage": _exercise(_STORAGE),
        "Border crossings": [],
        "Fuel": _exercise(_FUEL),
    }


def _exercise(rows: Iterable[Row]) -> list[Row]:
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
        "date_of_information": local(14, 17),
        "reliability": "A",
        "credibility": 1,
        "location_precision": "approximate",
        "review_by": local(28),
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
        "date_of_information": local(14, 18),
        "reliability": "A",
        "credibility": 1,
        "location_precision": "approximate",
        "review_by": local(28),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 03",
        "date_of_information": local(15, 9, 30),
        "review_by": local(29),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 04",
        "date_of_information": local(13, 16),
        "review_by": local(27),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 05",
        "date_of_information": local(15, 11),
        "review_by": local(29),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 06",
        "date_of_information": local(15, 15),
        "review_by": local(25),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 07",
        "date_of_information": local(15, 8),
        "review_by": local(29),
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
        **SURVEY,
        "source_ref": "EXERCISE inject 08",
        "date_of_information": local(15, 12),
        "review_by": local(23),
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
        **POLICE,
        "source_ref": "EXERCISE inject 09",
        "date_of_information": local(15, 7, 30),
        "review_by": local(23),
    },
    {
        "id": "EX-F3",
        "name": "Fuel station Coquimbo centre (exercise)",
        "status": "not_operational",
        "status_comment": "Exercise: pumps under water.",
        "diesel_available": False,
        "latitude": -29.9556,
        "longitude": -71.3389,
        **SURVEY,
        "source_ref": "EXERCISE inject 10",
        "date_of_information": local(13, 10),
        "review_by": local(27),
    },
    {
        "id": "EX-F4",
        "name": "Fuel station Las Compañías (exercise)",
        "status": "unknown",
        "latitude": -29.8845,
        "longitude": -71.2450,
        **DRIVER,
        "location_precision": "approximate",
        "source_ref": "EXERCISE inject 11",
        "date_of_information": local(14, 20),
        "review_by": local(23),
    },
)
