"""Lists of the world's places as they are published: OurAirports, and UN/LOCODE, which fills
several layers at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scripts.corpus import files
from scripts.corpus.book import Value
from scripts.corpus.case import Case, Seed
from scripts.corpus.ground import COAST, COUNT, COUNTRY, INLAND, NAMES, day, locode
from scripts.corpus.table import Table, Truth

_FUNCTIONS = (
    "1-------",
    "1--4----",
    "-2------",
    "--3-----",
    "1234---B",
    "---4----",
    "-------B",
    "0-------",
)
_LAYER_OF = {"1": "ports", "2": "rail_stations", "4": "airports", "B": "border_crossings"}
_AT = 1
"""The row that faults are put into: a port and an airport."""


def aerodromes() -> Table:
    """Return aerodromes in the columns of OurAirports, elevations in feet."""
    kinds = (("medium_airport", "airport"), ("small_airport", "airfield"))
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        cells: dict[str, Value] = {
            "id": 90_000 + one,
            "ident": f"CL-99{one:02}",
            "type": kinds[one % 2][0],
            "name": NAMES[one],
            "latitude_deg": lat,
            "longitude_deg": lon,
            "elevation_ft": 1000 + 100 * one,
            "continent": "SA",
            "iso_country": "CL",
            "iso_region": "CL-RM",
            "municipality": "Exercise",
            "scheduled_service": "no",
            "keywords": "",
        }
        record = {
            "name": NAMES[one],
            "aerodrome_type": kinds[one % 2][1],
            "elevation_m": (1000 + 100 * one) * 0.3048,
            "iso3": COUNTRY,
            "date_of_information": day(0),
            "latitude": lat,
            "longitude": lon,
        }
        truths.append(Truth(cells, record, (lon, lat)))
    return Table(
        shape="airports",
        layer="airports",
        profile="ourairports",
        truths=tuple(truths),
        roles={"name": "name", "lat": "latitude_deg", "lon": "longitude_deg"},
        options={"exercise": True, "date_of_information": day(0)},
    )


def code_list() -> Table:
    """Return places of the code list; a place's position is rounded to the minute."""
    truths = []
    for one in range(COUNT):
        lat, lon = COAST[one]
        code = locode(one)
        plain = NAMES[one].encode("ascii", "ignore").decode()
        cells: dict[str, Value] = {
            "Change": "",
            "Country": code[:2],
            "Location": code[2:],
            "Name": NAMES[one],
            "NameWoDiacritics": plain,
            "Subdivision": "",
            "Function": _FUNCTIONS[one],
            "Status": "AI",
            "Date": "0307",
            "IATA": "",
            "Coordinates": f"{_minutes(lat, 2, 'NS')} {_minutes(lon, 3, 'EW')}",
            "Remarks": "",
        }
        record = {
            "id": f"unlocode-{code}",
            "name": NAMES[one],
            "iso3": COUNTRY,
            "date_of_information": day(0),
            "location_precision": "approximate",
            "latitude": _rounded(lat),
            "longitude": _rounded(lon),
        }
        truths.append(Truth(cells, record, (lon, lat)))
    return Table(
        shape="unlocode",
        layer="ports",
        profile="un-locode",
        truths=tuple(truths),
        roles={"name": "Name", "place": "Coordinates"},
        options={"exercise": True, "date_of_information": day(0)},
    )


def _total_minutes(degrees: float) -> int:
    return round(abs(degrees) * 60)


def _minutes(degrees: float, digits: int, letters: str) -> str:
    whole, minutes = divmod(_total_minutes(degrees), 60)
    return f"{whole:0{digits}}{minutes:02}{letters[degrees < 0]}"


def _rounded(degrees: float) -> float:
    return _total_minutes(degrees) / 60 * (-1 if degrees < 0 else 1)


def code_list_cases() -> Iterator[Case]:
    """Yield the list with headings and without, whole and with faults."""
    whole = code_list()
    bare = replace(whole, headless=True, fault="without headings")
    yield _case(whole, "csv", files.delimited(whole, ",", "utf-8"))
    yield _case(whole, "xlsx", files.book(whole))
    yield _case(bare, "csv", files.delimited(bare, ",", "utf-8"))
    for table in (_removed(bare), _entry_of_the_country(bare), _no_place(bare), _elsewhere(bare)):
        yield _case(table, "csv", files.delimited(table, ",", "utf-8"))


def _removed(table: Table) -> Table:
    truth = table.truths[_AT].with_cells(cells={"Change": "X"}, record=None)
    return table.changed(_AT, truth, fault="marked to be removed")


def _entry_of_the_country(table: Table) -> Table:
    cells: dict[str, Value] = dict.fromkeys(table.headings, "")
    heading = Truth(cells | {"Country": "CL", "Name": ".CHILE"}, None)
    return replace(table, truths=(heading, *table.truths), fault="an entry of the country")


def _no_place(table: Table) -> Table:
    truth = table.truths[_AT]
    nowhere = {**(truth.record or {}), "latitude": None, "longitude": None}
    changed = truth.with_cells(cells={"Coordinates": ""}, record=nowhere)
    return table.changed(_AT, changed, fault="without a place")


def _elsewhere(table: Table) -> Table:
    """Lose the minus: the letter says north."""
    truth = table.truths[_AT]
    place = str(truth.cells["Coordinates"]).replace("S", "N")
    changed = truth.with_cells(cells={"Coordinates": place}, record=None)
    seed = Seed(r"coordinates\.sign", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="the other hemisphere")


_NOTHING_THERE = {
    "1": "no port",
    "2": "no rail terminal",
    "4": "no airport",
    "B": "no border crossing",
}


def _set_aside(table: Table) -> Iterator[Seed]:
    """Yield what must be told of the rows that fill no layer, with their number."""
    kept = [truth.cells for truth in table.truths]
    removed = [cells for cells in kept if cells["Change"] == "X"]
    headings = [cells for cells in kept if not cells["Location"]]
    for digit, words in _NOTHING_THERE.items():
        others = [
            cells
            for cells in kept
            if cells not in removed
            and cells not in headings
            and digit not in str(cells["Function"])
        ]
        yield Seed(f"{len(others)} rows were set aside: By its function the place has {words}")
    if removed:
        yield Seed("1 row was set aside: The entry is marked to be removed")
    if headings:
        yield Seed("1 row was set aside: The row names a country")


def _case(table: Table, suffix: str, writer: files.Writer) -> Case:
    records: dict[str, tuple[dict[str, Any], ...]] = {
        layer: tuple(
            dict(truth.record)
            for truth in table.truths
            if truth.record is not None and digit in str(truth.cells["Function"])
        )
        for digit, layer in _LAYER_OF.items()
    }
    return Case(
        name=f"{table.shape}_{table.fault.replace(' ', '_')}.{suffix}",
        family="un-locode",
        fault=table.fault,
        profile=table.profile,
        rows=dict.fromkeys(records, len(table.truths)),
        records=records,
        write=writer,
        seeds=(*table.seeds, *_set_aside(table)),
        options=table.options,
    )
