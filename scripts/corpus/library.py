"""Every file of the corpus: each source's shape, each fault, each container and encoding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from scripts.corpus import facilities, faults, files, forms, roads
from scripts.corpus.case import Case, Seed
from scripts.corpus.claims import in_feet, two_sources
from scripts.corpus.drawn import drawn_cases
from scripts.corpus.ground import ARABIC_NAMES, COUNTRY, OFFICE, day
from scripts.corpus.languages import in_language
from scripts.corpus.lists import aerodromes, code_list_cases
from scripts.corpus.pages import page_cases
from scripts.corpus.table import Table, Truth

_BOOKS = (facilities.our_ports, roads.our_constraints)
_SOURCES: tuple[Callable[[], Table], ...] = (
    *(facilities.sdi_t_ports, facilities.sdi_t_airports, facilities.sdi_t_bridges),
    *(facilities.sdi_t_obstacles, facilities.port_index, facilities.runways),
    aerodromes,
    *(roads.extract, roads.access_constraints, roads.unsdi_t),
)
_WITHOUT_DRAWINGS = ("world-port-index", "unsdi-t")
"""Sources that publish tables and geodata, and no drawings."""
_IN_GIS: dict[str, Callable[[Table], files.Writer]] = {
    "geojson": files.geojson,
    "gpkg": partial(files.by_gdal, driver="GPKG"),
    "shp.zip": files.shapefile,
    "fgb": partial(files.by_gdal, driver="FlatGeobuf"),
    "parquet": files.geoparquet,
    "kml": files.kml,
    "kmz": files.kmz,
}
_NOT_IN = {
    ("world-port-index", "shp.zip"),  # its long names are one when they are cut
    *((profile, suffix) for profile in _WITHOUT_DRAWINGS for suffix in ("kml", "kmz")),
}
_GIS_FAULTS = (
    *(faults.clean, faults.swapped, faults.lost_sign, faults.slipped),
    *(faults.unmapped_word, faults.more_columns),
)
_TOLD_IN_ANY_LANGUAGE = (
    *(faults.clean, faults.swapped, faults.decimal_comma, faults.unmapped_word, faults.no_number),
    *(faults.ambiguous_date, faults.same_id, in_feet, two_sources),
)
_FORM_FAULTS = (
    *(faults.clean, faults.swapped, faults.slipped, faults.unmapped_word, faults.ambiguous_date),
    *(faults.from_the_future, faults.more_columns),
)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1256")
# What a text file does not say is guessed, and the guess is told.
_GUESSED = frozenset({"cp1252", "cp1256"})


def cases() -> Iterator[Case]:
    """Yield every case; names are unique and the order is always the same."""
    for maker in _BOOKS:
        for table in faults.with_faults(maker()):
            yield _case(table, "workbook", "xlsx", files.book(table))
    for language in ("fr", "es", "ar"):
        for fault in _TOLD_IN_ANY_LANGUAGE:
            faulty = fault(in_language(facilities.our_ports(), language))
            if faulty is not None:
                yield _case(faulty, f"workbook {language}", "xlsx", files.book(faulty))
    for maker in _SOURCES:
        for number, table in enumerate(faults.with_faults(maker())):
            # The headings are the same: a fault needs to be seen in one container only.
            if table.fault == "clean" or number % 2:
                yield _case(table, table.profile, "xlsx", files.book(table))
            if table.fault == "clean" or not number % 2:
                writer = files.delimited(table, ",", "utf-8")
                yield _case(table, table.profile, "csv", writer)
    yield from _in_gis()
    yield from _texts()
    yield from _forms()
    yield from code_list_cases()
    yield from drawn_cases()
    yield from page_cases()


def _in_gis() -> Iterator[Case]:
    """Yield the shapes that have places, in every format of GIS."""
    formats = list(_IN_GIS)
    for turn, maker in enumerate((*_BOOKS, *_SOURCES)):
        table = replace(maker(), geodata=True)
        if table.truths[0].place is None or table.profile == "ourairports":
            continue
        if table.strict:
            table = _by_field_names(table)
        for number, fault in enumerate(_GIS_FAULTS):
            faulty = fault(table)
            if faulty is None:
                continue
            # Each fault in another format, each format with another fault of the next shape.
            suffix = formats[(turn + number) % len(formats)]
            if (table.profile, suffix) in _NOT_IN:
                suffix = "gpkg"
            if suffix in {"kml", "kmz"}:  # the folder that a place lies in is told not to be read
                faulty = replace(faulty, seeds=(*faulty.seeds, Seed("folder")))
            writer = _IN_GIS[suffix]
            yield _case(faulty, f"{table.profile or 'own columns'} in GIS", suffix, writer(faulty))


_FIELD_NAMES = {
    "Id": "id",
    "Name": "name",
    "Status": "status",
    "Type of port": "port_type",
    "UN/LOCODE": "un_locode",
    "Maximum draft (m)": "max_draft_m",
    "Maximum vessel length (m)": "max_vessel_length_m",
    "Berths": "berths",
    "Works at night": "night_operations",
    "Type": "constraint_type",
    "Effect on traffic": "effect",
    "Gross mass limit (t)": "max_gross_t",
    "Valid from": "valid_from",
    "Valid to": "valid_to",
    "Location precision": "location_precision",
    "Source organisation": "source_org",
    "Date of information": "date_of_information",
    "Licence": "licence",
}


def _by_field_names(table: Table) -> Table:
    """Return our own table as geodata has it: short names, no cover, each row says what it is."""
    truths = tuple(
        Truth(
            {
                **{_FIELD_NAMES.get(name, name): cell for name, cell in truth.cells.items()},
                "exercise": "yes",
            },
            truth.record,
            truth.place,
        )
        for truth in table.truths
    )
    roles = {role: _FIELD_NAMES.get(name, name) for role, name in table.roles.items()}
    options = {"country": COUNTRY}
    kept = replace(table, truths=truths, roles=roles, options=options)
    return replace(kept, cover=None, given_layer=True, profile="")


def _forms() -> Iterator[Case]:
    """Yield exports of forms, with names and labels, whole and with faults."""
    in_names = (forms.kobo(), forms.odk())
    for table in (
        *(faulty for one in in_names for fault in _FORM_FAULTS if (faulty := fault(one))),
        *(forms.kobo(groups=False), forms.kobo(language="en"), forms.kobo(language="fr")),
    ):
        yield _case(table, "forms", "csv", files.delimited(table, ";", "utf-8-sig"))
    for table in (forms.kobo(), forms.kobo(language="en"), forms.kobo(language="fr")):
        for fault in (faults.clean, faults.lost_sign):
            faulty = fault(table)
            if faulty is not None:
                yield _case(faulty, "forms", "xlsx", files.book(faulty))
    on_a_map = forms.kobo(in_gis=True)
    yield _case(on_a_map, "forms", "geojson", files.geojson(on_a_map))


def _texts() -> Iterator[Case]:
    """Yield our ports as texts of every delimiter and encoding, with names that need it."""
    for encoding in _ENCODINGS:
        for delimiter, word in _DELIMITERS.items():
            table = replace(
                _named_for(facilities.our_ports(), encoding),
                cover=None,
                given_layer=True,
                profile="csv",
                fault=f"{encoding} {word}",
                options={"country": COUNTRY, "exercise": True, "source_org": OFFICE},
            )
            if encoding in _GUESSED:
                table = replace(table, seeds=(Seed("encod|letters|read as|code page"),))
            writer = files.delimited(table, delimiter, encoding)
            yield _case(table, "delimited text", "csv", writer)


def _named_for(table: Table, encoding: str) -> Table:
    if encoding != "cp1256":
        return table
    heading = table.roles["name"]
    return replace(
        table,
        truths=tuple(
            Truth(
                {**truth.cells, heading: name}, {**(truth.record or {}), "name": name}, truth.place
            )
            for truth, name in zip(table.truths, ARABIC_NAMES, strict=True)
        ),
    )


def _case(table: Table, family: str, suffix: str, writer: files.Writer) -> Case:
    rows = [truth for truth in table.truths if not _is_tags(truth)]
    return Case(
        name=f"{re.sub(r'[^a-z0-9]+', '_', f'{table.shape} {table.fault}'.lower())}.{suffix}",
        family=family,
        fault=table.fault,
        profile=table.profile,
        rows={table.layer: len(rows)},
        records={table.layer: tuple(row.record for row in rows if row.record is not None)},
        write=writer,
        seeds=table.seeds,
        layer=table.layer if table.given_layer else None,
        options={"date_of_information": day(0), "source_org": OFFICE, **table.options}
        if table.cover is None
        else table.options,
    )


def _is_tags(truth: Truth) -> bool:
    return any(isinstance(cell, str) and cell.startswith("#") for cell in truth.cells.values())
