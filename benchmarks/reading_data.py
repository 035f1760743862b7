"""Files for measuring how assessments are read: exercise data, the same on every machine."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from scripts.corpus.book import Value, write_book

_COVER: dict[str, Value] = {
    "Operation": "XXX-EXERCISE",
    "Country": "CHL",
    "Organisation": "Exercise office",
    "Assessment date": "2026-11-16",
    "Time zone": "America/Santiago",
    "Licence": "CC0-1.0",
    "Exercise": "yes",
}
_FIRST_DAY = date(2026, 5, 1)
_PORT_HEADINGS = (
    *("Id", "Name", "Latitude", "Longitude", "Country (ISO 3166-1 alpha-3)", "Status"),
    *("UN/LOCODE", "Maximum draft (m)", "Maximum vessel length (m)", "Berths"),
    *("Discharge of bagged cargo (t/day)", "World Port Index number", "Type of port"),
    *("Size of port", "Depth of the channel (m)", "Depth at the cargo pier (m)"),
    *("Tidal range (m)", "Capacity a year (t)", "ISPS compliant", "Works at night"),
    *("Free days", "Location precision", "Source organisation", "Date of information"),
    *("Damage", "Operator"),
)
_CONSTRAINT_HEADINGS = (
    *("Id", "Name", "Latitude", "Longitude", "To latitude", "To longitude", "Type"),
    *("Effect on traffic", "Status", "Description", "Road name or number, as reported"),
    *("OSM way ids", "Direction", "Gross mass limit (t)", "Axle load limit (t)"),
    *("Height limit (m)", "Speed factor (0-1)", "Delay (min)", "Valid from", "Valid to"),
    *("Convoy required", "Bypass", "Location precision", "Source organisation"),
    *("Date of information", "Licence"),
)
_WPI_HEADINGS = (
    *("World Port Index Number", "Region Name", "Main Port Name", "Alternate Port Name"),
    *("UN/LOCODE", "Country Code", "World Water Body", "Tidal Range (m)", "Entrance Width (m)"),
    *("Channel Depth (m)", "Anchorage Depth (m)", "Cargo Pier Depth (m)"),
    *("Oil Terminal Depth (m)", "Maximum Vessel Length (m)", "Maximum Vessel Beam (m)"),
    *("Maximum Vessel Draft (m)", "Harbor Size", "Harbor Type", "Harbor Use"),
    *("Shelter Afforded", "First Port of Entry", "Latitude", "Longitude"),
)


def assessment_book(path: Path, rows: int = 50_000) -> Path:
    """Write our workbook with two fifths ports and three fifths constraints, 25 columns filled."""
    ports = rows * 2 // 5
    sheets = {
        "Assessment": list(_COVER.items()),
        "Ports": _ports(ports),
        "Constraints": _constraints(rows - ports),
    }
    return write_book(path, sheets)


def _ports(rows: int) -> Iterator[tuple[Value, ...]]:
    rng = random.Random(6)  # noqa: S311 - the same rows on every machine
    yield _PORT_HEADINGS
    for number in range(rows):
        yield (
            *(f"ex-port-{number}", f"Exercise port {number}"),
            *(round(rng.uniform(-38, -20), 5), round(rng.uniform(-70.8, -70.2), 5), "CHL"),
            *(rng.choice(("operational", "restricted", "not_operational", "unknown")), None),
            *(round(rng.uniform(4, 15), 1), round(rng.uniform(60, 330), 1), rng.randint(1, 20)),
            *(rng.randint(200, 5000), 90_000 + number, rng.choice(("sea", "river", "lake"))),
            *(rng.choice(("large", "medium", "small")), round(rng.uniform(4, 18), 1)),
            *(round(rng.uniform(4, 15), 1), round(rng.uniform(0.2, 6), 1)),
            *(rng.randint(10, 9_000) * 1000, rng.choice(("yes", "no"))),
            *(rng.choice(("yes", "no")), rng.randint(1, 15), "approximate", "Exercise office"),
            *(_FIRST_DAY + timedelta(days=rng.randint(0, 180)), "intact", "Exercise authority"),
        )


def _constraints(rows: int) -> Iterator[tuple[Value, ...]]:
    rng = random.Random(7)  # noqa: S311
    yield _CONSTRAINT_HEADINGS
    for number in range(rows):
        lat, lon = round(rng.uniform(-38, -20), 5), round(rng.uniform(-70.8, -70.2), 5)
        begins = datetime.combine(_FIRST_DAY, datetime.min.time()) + timedelta(
            hours=rng.randint(0, 4000)
        )
        yield (
            *(f"ex-c-{number}", f"Exercise constraint {number}", lat, lon),
            *(round(lat + 0.01, 5), round(lon + 0.01, 5)),
            *(rng.choice(("flood", "landslide", "weight_limit", "checkpoint_official")),),
            *("restricted", rng.choice(("reported", "verified"))),
            *(f"Seen by an exercise convoy at kilometre {number % 700}", f"Ruta {number % 90}"),
            *(5_000_000 + number, "both", rng.randint(5, 40), rng.randint(4, 13)),
            *(round(rng.uniform(2.5, 4.5), 1), round(rng.uniform(0.2, 0.9), 2)),
            *(rng.randint(5, 240), begins, begins + timedelta(days=90)),
            *(rng.choice(("yes", "no")), rng.choice(("yes", "no", "unknown"))),
            *("accurate", "Exercise office", begins.date(), "CC0-1.0"),
        )


def port_index(path: Path, rows: int = 3_800) -> Path:
    """Write ports under the headings of the World Port Index, as CSV or XLSX by the suffix."""
    if path.suffix == ".xlsx":
        return write_book(path, {"World Port Index": _index(rows)})
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(_index(rows))
    return path


def _index(rows: int) -> Iterator[tuple[Value, ...]]:
    rng = random.Random(8)  # noqa: S311
    yield _WPI_HEADINGS
    for number in range(rows):
        yield (
            *(90_010 + number * 10, "Exercise region", f"Exercise Port {number}"),
            *(f"Alternate {number}", None, "Chile", "South Pacific Ocean"),
            *(rng.choice((0, 1, 2, 3)), rng.choice((0, 90, 200)), rng.choice((0, 7.1, 11))),
            *(rng.choice((0, 9.1, 14)), rng.choice((0, 6.4, 12.5)), 0, rng.choice((0, 200, 300))),
            *(0, rng.choice((0, 8.5, 13))),
            *(rng.choice(("Very Small", "Small", "Medium", "Large")), "Coastal (Natural)"),
            *("Unknown", "Good", "No"),
            *(round(rng.uniform(-38, -20), 5), round(rng.uniform(-71.5, -70.2), 5)),
        )
