"""Faults that real files have, each put into one row of a table, and what must be told of it.

A fault returns the table with it, or None where the table has no place for it. Some are no fault
but another way to write the same: then nothing may be told and the record stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from scripts.corpus.case import Seed
from scripts.corpus.claims import in_feet, two_sources
from scripts.corpus.ground import day
from scripts.corpus.table import Table, Truth

Fault = Callable[[Table], Table | None]
_AT = 3
"""The row that every fault is put into."""


def _has(table: Table, *roles: str) -> bool:
    return all(role in table.roles for role in roles) and all(
        table.roles[role] in table.truths[_AT].cells for role in roles
    )


def _moved(table: Table, lat: float, lon: float, seed: Seed | None, fault: str) -> Table:
    """Return the table with the row at another place; its record is lost if that rejects it."""
    truth = table.truths[_AT]
    record = None
    if truth.record is not None and not (seed and seed.rejects):
        record = {**truth.record, "latitude": lat, "longitude": lon}
    cells = {table.roles["lat"]: lat, table.roles["lon"]: lon}
    moved = truth.with_cells(cells=cells, place=(lon, lat), record=record)
    return table.changed(_AT, moved, *([seed] if seed else []), fault=fault)


def swapped(table: Table) -> Table | None:
    """Exchange latitude and longitude."""
    if not _has(table, "lat", "lon"):
        return None
    lon, lat = table.truths[_AT].place
    seed = Seed(r"coordinates\.swapped", table.row_number(_AT), rejects=True)
    return _moved(table, lon, lat, seed, "swapped")


def lost_sign(table: Table) -> Table | None:
    """Leave out the minus of the latitude."""
    if not _has(table, "lat", "lon"):
        return None
    lon, lat = table.truths[_AT].place
    seed = Seed(r"coordinates\.sign", table.row_number(_AT), rejects=True)
    return _moved(table, -lat, lon, seed, "lost sign")


def slipped(table: Table) -> Table | None:
    """Write another digit in the longitude."""
    if not _has(table, "lat", "lon"):
        return None
    lon, lat = table.truths[_AT].place
    seed = Seed(r"coordinates\.", table.row_number(_AT))
    return _moved(table, lat, round(lon + 20, 4), seed, "digit slip")


def nowhere(table: Table) -> Table | None:
    """Write 0 for both coordinates: the row stays, without a place."""
    if not _has(table, "lat", "lon"):
        return None
    truth = table.truths[_AT]
    record = {**(truth.record or {}), "latitude": None, "longitude": None}
    cells = {table.roles["lat"]: 0, table.roles["lon"]: 0}
    at_nought = truth.with_cells(cells=cells, place=(0.0, 0.0), record=record)
    seed = Seed(r"coordinates|location|0, 0|nowhere", table.row_number(_AT))
    return table.changed(_AT, at_nought, seed, fault="zero island")


def decimal_comma(table: Table) -> Table | None:
    """Write coordinates as texts with a decimal comma."""
    return _rewritten(table, lambda degrees, _: f"{degrees:.4f}".replace(".", ","), "decimal comma")


def degrees_minutes_seconds(table: Table) -> Table | None:
    """Write coordinates as texts in degrees, minutes and seconds."""

    def text(degrees: float, letters: str) -> str:
        seconds = round(abs(degrees) * 3600, 2)
        whole, rest = divmod(seconds, 3600)
        minutes, left = divmod(rest, 60)
        return f"{whole:.0f}° {minutes:.0f}' {left:.2f}\" {letters[degrees < 0]}"

    return _rewritten(table, text, "degrees minutes seconds")


def degrees_minutes(table: Table) -> Table | None:
    """Write coordinates in degrees and decimal minutes, the letter first."""

    def text(degrees: float, letters: str) -> str:
        whole, minutes = divmod(abs(degrees) * 60, 60)
        return f"{letters[degrees < 0]}{whole:.0f} {minutes:.4f}"

    return _rewritten(table, text, "degrees minutes")


def _rewritten(table: Table, text: Callable[[float, str], str], fault: str) -> Table | None:
    if not _has(table, "lat", "lon") or table.geodata:
        return None
    truths = []
    for truth in table.truths:
        lon, lat = truth.place
        cells = {table.roles["lat"]: text(lat, "NS"), table.roles["lon"]: text(lon, "EW")}
        truths.append(truth.with_cells(cells=cells))
    return replace(table, truths=tuple(truths), fault=fault)


def nothing_known(word: object) -> Fault:
    """Return the fault of a measure that is written as a word or figure for nothing."""

    def fault(table: Table) -> Table | None:
        if not _has(table, "draft"):
            return None
        truth = table.truths[_AT]
        record = {**(truth.record or {}), "max_draft_m": None}
        record.pop("cargo_pier_depth_m", None)
        changed = truth.with_cells(cells={table.roles["draft"]: word}, record=record)
        told = table.strict and word == 0
        seeds = [Seed("0 was read as not known", table.row_number(_AT))] if told else []
        return table.changed(
            _AT, changed, *seeds, fault=f"null written as {word or 'nothing' if word != 0 else 0}"
        )

    return fault


def unmapped_word(table: Table) -> Table | None:
    """Write a word that is in no code list."""
    if not _has(table, "status"):
        return None
    truth = table.truths[_AT]
    field = {"constraints": "effect", "road_assessments": "op_status"}.get(table.layer, "status")
    cells = {table.roles["status"]: "Half forgotten"}
    if table.strict:
        changed = truth.with_cells(cells=cells, record=None)
        seed = Seed("allowed words|code", table.row_number(_AT), rejects=True)
    else:
        changed = truth.with_cells(cells=cells, record={**(truth.record or {}), field: "unknown"})
        seed = Seed(r"code\.unmapped")
    return table.changed(_AT, changed, seed, fault="unmapped word")


def no_number(table: Table) -> Table | None:
    """Write a remark in the place of a measure."""
    if not _has(table, "draft") or not table.strict:
        return None
    truth = table.truths[_AT]
    changed = truth.with_cells(cells={table.roles["draft"]: "see the chart"}, record=None)
    seed = Seed("number", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="a remark for a number")


def out_of_range(table: Table) -> Table | None:
    """Lose the decimal sign of a draught: 95 metres."""
    if not _has(table, "draft"):
        return None
    truth = table.truths[_AT]
    record = {**(truth.record or {}), "max_draft_m": 95.0}
    changed = truth.with_cells(cells={table.roles["draft"]: 95}, record=record)
    seed = Seed("range|plausible|figure|unit|draft", table.row_number(_AT))
    return table.changed(_AT, changed, seed, fault="out of range")


def ambiguous_date(table: Table) -> Table | None:
    """Write 03/04/2026, which has two readings, and say nothing of it."""
    if not _has(table, "date"):
        return None
    truth = table.truths[_AT]
    changed = truth.with_cells(cells={table.roles["date"]: "03/04/2026"}, record=None)
    seed = Seed("[Dd]ay and month", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="ambiguous date")


def day_first(table: Table) -> Table | None:
    """Write dates day first, and let the caller say so."""
    if not _has(table, "date"):
        return None
    heading = table.roles["date"]
    truths = tuple(
        truth.with_cells(cells={heading: f"{day(index):%d/%m/%Y}"})
        for index, truth in enumerate(table.truths)
    )
    options = {**table.options, "date_order": "dmy"}
    return replace(table, truths=truths, options=options, fault="day first")


def from_the_future(table: Table) -> Table | None:
    """Date the information on a day that has not come yet."""
    if not _has(table, "date"):
        return None
    truth = table.truths[_AT]
    ahead = date(2062, 11, 13)
    record = {**(truth.record or {}), "date_of_information": ahead}
    changed = truth.with_cells(cells={table.roles["date"]: ahead.isoformat()}, record=record)
    seed = Seed("future|not come|year|dates?", table.row_number(_AT))
    return table.changed(_AT, changed, seed, fault="a date of the future")


def end_before_start(table: Table) -> Table | None:
    """End a constraint before it begins."""
    if not _has(table, "from", "to"):
        return None
    truth = table.truths[_AT]
    changed = truth.with_cells(cells={table.roles["to"]: date(2026, 1, 2)}, record=None)
    seed = Seed("[Vv]alid|end|before", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="end before start")


def without_source(table: Table) -> Table | None:
    """Leave out who says so, in a row and in its file."""
    if not _has(table, "source") or table.cover is None:
        return None
    truth = table.truths[_AT]
    changed = truth.with_cells(cells={table.roles["source"]: None}, record=None)
    who = list(table.cover)[2]  # the third line of a cover, in any language
    cover = {**table.cover, who: None}
    seed = Seed("[Ss]ource.*missing", table.row_number(_AT), rejects=True)
    return replace(table, cover=cover).changed(_AT, changed, seed, fault="missing source")


def without_name(table: Table) -> Table | None:
    """Leave out a name."""
    if not _has(table, "name") or not table.strict:
        return None
    changed = table.truths[_AT].with_cells(cells={table.roles["name"]: None}, record=None)
    seed = Seed("Name.*missing", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="missing name")


def same_id(table: Table) -> Table | None:
    """Give two rows the same id."""
    if not _has(table, "id"):
        return None
    other = table.truths[0].cells[table.roles["id"]]
    changed = table.truths[_AT].with_cells(cells={table.roles["id"]: other}, record=None)
    seed = Seed("same id", table.row_number(_AT), rejects=True)
    return table.changed(_AT, changed, seed, fault="same id")


def other_spelling(table: Table) -> Table | None:
    """List one facility twice, its name in two spellings, 80 metres apart."""
    if not _has(table, "name", "lat", "lon") or table.layer in {"constraints", "places"}:
        return None
    first = table.truths[_AT]
    lon, lat = first.place
    name = "Ejercicio  Nirre"
    cells: dict[str, object] = {table.roles["name"]: name, table.roles["lat"]: lat + 0.0007}
    record = {**(first.record or {}), "name": "Ejercicio Nirre", "latitude": lat + 0.0007}
    for heading, field, other in _OWN_IDENTITIES:
        if heading in first.cells:
            cells[heading] = other
            record[field] = other if field in record else None
    twin = first.with_cells(
        cells=cells,
        place=(lon, lat + 0.0007),
        record={key: value for key, value in record.items() if key != "name"},
    )
    seed = Seed(r"duplicate|identity|doubl|same", table.row_number(len(table.truths)))
    doubled = replace(table, truths=(*table.truths, twin), fault="name in two spellings")
    return replace(doubled, seeds=(*doubled.seeds, seed))


_OWN_IDENTITIES = (
    ("Id", "id", "ex-twin"),
    ("UN/LOCODE", "un_locode", None),
    ("code", "un_locode", None),
    ("objectid", "objectid", 77),
    ("ident", "ident", "CL-9977"),
    ("World Port Index Number", "wpi_number", 99_999),
)


def more_columns(table: Table) -> Table | None:
    """Add a column that nobody knows."""
    truths = tuple(
        truth.with_cells(cells={"Colour of the gate": "green"}) for truth in table.truths
    )
    seed = Seed("not known and (w(as|ere) )?not read")
    return replace(table, truths=truths, seeds=(*table.seeds, seed), fault="a column too many")


def loose_spaces(table: Table) -> Table | None:
    """Write a name with hard spaces, blank ends and a mark that nobody sees."""
    if not _has(table, "name") or table.geodata:
        return None
    truth = table.truths[_AT]
    name = str(truth.cells[table.roles["name"]])
    changed = truth.with_cells(
        cells={table.roles["name"]: f"\u00a0{name.replace(' ', chr(0xA0))}\u200b "}
    )
    return table.changed(_AT, changed, fault="loose spaces")


def empty_rows(table: Table) -> Table | None:
    """Leave rows empty between the others."""
    return None if table.geodata else replace(table, gaps=frozenset({1, 5}), fault="empty rows")


def title_above(table: Table) -> Table | None:
    """Write a title, a date and an empty row above the headings."""
    if table.geodata or table.strict:
        return None
    above = (("Exercise data, not for use",), ("As of 10 November 2026",), ())
    return replace(table, above=above, fault="title above the headings")


def merged_cells(table: Table) -> Table | None:
    """Merge two cells of the status: the lower row does not say it."""
    if not table.strict or table.geodata or not _has(table, "status"):
        return None
    heading = table.roles["status"]
    changed = table.truths[_AT].with_cells(cells={heading: None}, record=None)
    letter = chr(ord("A") + table.headings.index(heading))
    row = table.row_number(_AT)
    told = Seed("merged"), Seed(r"row\.merged", row, rejects=True)
    merged = (f"{letter}{row - 1}:{letter}{row}",)
    return replace(table.changed(_AT, changed, *told, fault="merged cells"), merged=merged)


def of_1904(table: Table) -> Table | None:
    """Count the workbook's days from 1904."""
    if not table.strict:
        return None
    return replace(table, date1904=True, fault="days from 1904")


def hashtags(table: Table) -> Table | None:
    """Write a row of HXL tags under the headings."""
    if not table.strict or table.geodata:
        return None
    tags = {name: f"#{re.sub('[^a-z]', '', name.lower())}" for name in table.headings}
    tags[table.roles["lat"]], tags[table.roles["lon"]] = "#geo+lat", "#geo+lon"
    row = Truth(dict(tags), None, None)
    return replace(table, truths=(row, *table.truths), fault="a row of HXL tags")


def totals(table: Table) -> Table | None:
    """Write a row of totals under the others."""
    if table.geodata or not _has(table, "name", "draft"):
        return None
    drafts = [truth.cells[table.roles["draft"]] for truth in table.truths]
    total = sum(float(one) for one in drafts if isinstance(one, int | float))
    row = Truth({table.roles["name"]: "Total", table.roles["draft"]: round(total, 1)}, None)
    seed = Seed("total", table.row_number(len(table.truths)), rejects=True)
    below = replace(table, truths=(*table.truths, row), fault="a row of totals")
    return replace(below, seeds=(*below.seeds, seed))


def clean(table: Table) -> Table | None:
    """Leave everything right."""
    return table


FAULTS: tuple[Fault, ...] = (
    *(clean, swapped, lost_sign, slipped, nowhere, decimal_comma, degrees_minutes_seconds),
    *(degrees_minutes, nothing_known(0), nothing_known(""), nothing_known("N/A")),
    *(unmapped_word, no_number, out_of_range, ambiguous_date, day_first, from_the_future),
    *(end_before_start, without_source, without_name, same_id, other_spelling, more_columns),
    *(loose_spaces, empty_rows, title_above, merged_cells, of_1904, hashtags, totals),
    *(in_feet, two_sources),
)


def with_faults(table: Table) -> Iterator[Table]:
    """Yield the table with each fault that it has a place for."""
    for fault in FAULTS:
        found = fault(table)
        if found is not None:
            yield found
