"""Find out which column of a sheet holds which field."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lca.issues import Issue, Severity
from lca.record import Field, fields_of

from .cells import shown
from .location import AREA, LATITUDE, LONGITUDE, TO_LATITUDE, TO_LONGITUDE
from .profiles.cellrule import CellRule
from .sheets import TableKind
from .texts import clean_text
from .wire import Cell

AREA_HEADING = "Area (lat lon; lat lon; …)"
LOCATION_TITLES = {
    LATITUDE: "Latitude",
    LONGITUDE: "Longitude",
    TO_LATITUDE: "To latitude",
    TO_LONGITUDE: "To longitude",
    AREA: AREA_HEADING,
}
_SHORT_FORMS = {"lat": LATITUDE, "lon": LONGITUDE, "long": LONGITUDE, "lng": LONGITUDE}
# Shapefiles cut column names to ten characters.
_SHAPEFILE_NAME = 10
# What our own files say beside the record: of a moment (``api.features``), of the whole file and
# of the geometry (``layers.export``). Losing it loses nothing.
_NO_PART_OF_A_RECORD = re.compile(r"computed .*|dataset .*|wkt")
# Some titles end in a remark, as "Reliability of the source (A-F)"; some headings in a unit.
_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its heading as the file has it, what it holds, and how it says it."""

    heading: str
    target: str
    field: Field | None = None
    rule: CellRule | None = None


def location_targets(kind: TableKind) -> tuple[str, ...]:
    """Return the location columns that a kind of table may have; none if its rows lie nowhere."""
    if not kind.placed:
        return ()
    targets = [LATITUDE, LONGITUDE]
    if kind.stretch:
        targets += [TO_LATITUDE, TO_LONGITUDE]
    if kind.area:
        targets.append(AREA)
    return tuple(targets)


def heading_of(field: Field) -> str:
    """Return the heading that the template gives a field: its title and unit."""
    return f"{field.title} ({field.unit})" if field.unit else field.title


def map_headings(
    headings: Mapping[int, Cell], kind: TableKind, *, row: int
) -> tuple[dict[int, Column], list[Issue]]:
    """Return the columns by their index, and what is wrong with the headings.

    An unknown column is a warning. Two columns for one field, and a unit that is not the
    field's, are errors: the sheet's rows cannot be understood.
    """
    known = _known_words(kind)
    columns: dict[int, Column] = {}
    issues: list[Issue] = []
    for index, cell in headings.items():
        heading = " ".join(clean_text(str(cell)).split())
        column = known.get(_plain(heading)) or known.get(_plain(_IN_BRACKETS.sub("", heading)))
        if column is None and _NO_PART_OF_A_RECORD.fullmatch(_plain(heading)):
            continue
        problem = _problem(heading, column, {taken.target for taken in columns.values()}, known)
        if problem is not None:
            severity, message, do_next = problem
            if kind.geodata:
                do_next = do_next.replace("a heading of the template", "a column of the layer")
            issues.append(
                Issue(severity, message, do_next, kind.sheet, row or None, shown(heading))
            )
        elif column is not None:
            columns[index] = replace(column, heading=heading)
    return columns, issues


def _problem(
    heading: str, column: Column | None, taken: set[str], known: Mapping[str, Column]
) -> tuple[Severity, str, str] | None:
    if column is None:
        near = difflib.get_close_matches(_plain(heading), known, n=1, cutoff=0.75)
        mend = (
            f"If {known[near[0]].heading!r} is meant, write it so."
            if near
            else "Rename it to a heading of the template if its content matters."
        )
        return Severity.WARNING, "The column is not known and was not read.", mend
    if column.target in taken:
        return (
            Severity.ERROR,
            f"Two columns are both {column.heading!r}.",
            "Delete or rename one of them.",
        )
    unit = column.field.unit if column.field else None
    stated = _IN_BRACKETS.search(heading)
    if unit and stated and _plain(heading) not in known and _plain(stated[1]) != _plain(unit):
        return (
            Severity.ERROR,
            f"The column's unit is {stated[1]!r}; it must be {unit}.",
            f"Convert the values, and write the heading as {column.heading!r}.",
        )
    return None


def _known_words(kind: TableKind) -> dict[str, Column]:
    """Return every accepted form of every heading of a kind, with the template's form in it."""
    fields = fields_of(kind.record_class)
    columns = {field.name: Column(heading_of(field), field.name, field) for field in fields}
    known: dict[str, Column] = {}
    cut_names = Counter(name[:_SHAPEFILE_NAME] for name in columns)
    for name, column in columns.items():
        if cut_names[name[:_SHAPEFILE_NAME]] == 1:
            known[_plain(name[:_SHAPEFILE_NAME])] = column
    for field in fields:
        column = columns[field.name]
        for form in (field.name, field.title, column.heading, _IN_BRACKETS.sub("", field.title)):
            known[_plain(form)] = column
    for target in location_targets(kind):
        column = Column(LOCATION_TITLES[target], target)
        for form in (target, column.heading, _IN_BRACKETS.sub("", column.heading)):
            known[_plain(form)] = column
    for form, target in _SHORT_FORMS.items():
        known[form] = Column(LOCATION_TITLES[target], target)
    return known


def _plain(heading: str) -> str:
    """Return a heading without case, underscores, and the marks of a required field."""
    text = unicodedata.normalize("NFKC", heading).casefold().replace("_", " ")
    return " ".join(text.split()).strip(" *:")
