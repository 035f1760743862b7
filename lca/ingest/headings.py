"""Find out which column of a sheet holds which field."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from lca.issues import Issue, Severity
from lca.record import Field, fields_of

from .cells import shown
from .folding import fold
from .hxl import is_tag_row, targets_of
from .location import AREA, LATITUDE, LONGITUDE, TO_LATITUDE, TO_LONGITUDE
from .profiles.cellrule import CellRule
from .sheets import TableKind
from .texts import clean_text
from .translations import all_forms, forms, said, titles, units
from .units import factor_between
from .wire import Cell, SheetRow

AREA_HEADING = "Area (lat lon; lat lon; …)"
LOCATION_TITLES = {
    LATITUDE: "Latitude",
    LONGITUDE: "Longitude",
    TO_LATITUDE: "To latitude",
    TO_LONGITUDE: "To longitude",
    AREA: AREA_HEADING,
}
_WKT = "wkt"
_WKT_OF_A_WORKBOOK = "Geometry (WKT, WGS 84)"
_SHORT_FORMS = {"lat": LATITUDE, "lon": LONGITUDE, "long": LONGITUDE, "lng": LONGITUDE}
# Shapefiles cut column names to ten characters.
_SHAPEFILE_NAME = 10
# What our own files say beside the record: of a moment (``api.features``), of the whole file and
# of the geometry (``layers.export``). Losing it loses nothing.
_NO_PART_OF_A_RECORD = re.compile(r"computed .*|dataset .*")
# Some titles end in a remark, as "Reliability of the source (A-F)"; some headings in a unit.
_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its heading as the file has it, what it holds, and how it says it."""

    heading: str
    target: str
    field: Field | None = None
    rule: CellRule | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of a sheet and their row, its HXL tags, and the rows that come after both."""

    number: int
    cells: Mapping[int, Cell]
    tags: Mapping[int, Cell]
    rows: tuple[SheetRow, ...]


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


def heading_in(field: Field, layer: str, language: str) -> str:
    """Return the heading of a field in a language, as the template of that language has it."""
    words = titles(field, layer)
    title = words.get(language, (field.title,))[0]
    unit = units(field.unit).get(language, (field.unit,))[0] if field.unit else None
    return f"{title} ({unit})" if unit else title


def location_heading(target: str, language: str) -> str:
    """Return the heading of a location column in a language."""
    return said(f"location.{target}", language)


def map_headings(
    headings: Mapping[int, Cell],
    kind: TableKind,
    *,
    row: int,
    tags: Mapping[int, Cell] | None = None,
) -> tuple[dict[int, Column], list[Issue]]:
    """Return the columns by their index, and what is wrong with the headings.

    An unknown column is a warning. Two columns for one field, and a unit that cannot be converted
    to the field's, are errors: the sheet's rows cannot be understood.

    Parameters
    ----------
    headings : mapping of int to cell
        The headings by column; a sheet may mix languages.
    kind : TableKind
        What the sheet holds.
    row : int
        Their row, for the issues.
    tags : mapping of int to cell, optional
        The sheet's row of HXL tags, which tell of a column that has no known heading.
    """
    known = known_words(kind)
    tagged = _tagged(tags or {}, kind)
    columns: dict[int, Column] = {}
    issues: list[Issue] = []
    for index, cell in {**(tags or {}), **headings}.items():
        heading = " ".join(clean_text(str(cell)).split())
        column = known.get(_plain(heading)) or known.get(_plain(_IN_BRACKETS.sub("", heading)))
        column = column or tagged.get(index)
        if column is None and is_no_part(heading):
            continue
        taken = {one.target for one in columns.values()}
        factor = _factor_of(heading, column, known) if column else None
        if column is not None and factor is not None and column.target not in taken:
            issues.append(_converted(heading, column, kind, row))
            columns[index] = replace(
                column, heading=heading, rule=CellRule(factor=factor, unit=_stated_unit(heading))
            )
            continue
        problem = _problem(heading, column, taken, known)
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


def split_head(rows: Sequence[SheetRow], kind: TableKind) -> Head:
    """Return the headings of a sheet that begins with them, and its rows of data.

    A row of HXL tags under or above the headings is no data; alone, it is the headings.
    """
    first, *rest = rows
    if not is_tag_row(first):
        if rest and is_tag_row(rest[0]):
            return Head(first.number, first.cells, rest[0].cells, tuple(rest[1:]))
        return Head(first.number, first.cells, {}, tuple(rest))
    if rest and _are_headings(rest[0], kind):
        return Head(rest[0].number, rest[0].cells, first.cells, tuple(rest[1:]))
    return Head(first.number, {}, first.cells, tuple(rest))


def _are_headings(row: SheetRow, kind: TableKind) -> bool:
    """Tell whether a row under tags holds headings: texts, and at least half of them known."""
    if not all(isinstance(cell, str) for cell in row.cells.values()):
        return False
    columns, _ = map_headings(row.cells, kind, row=row.number)
    return 2 * len(columns) >= len(row.cells)


def is_no_part(heading: str) -> bool:
    """Tell whether a column is one of ours that no record holds, as the errors of a report."""
    plain = _plain(heading)
    return bool(_NO_PART_OF_A_RECORD.fullmatch(plain)) or plain in _report_columns()


@lru_cache(maxsize=1)
def _report_columns() -> frozenset[str]:
    return frozenset(_plain(form) for form in all_forms("column.errors"))


def _tagged(tags: Mapping[int, Cell], kind: TableKind) -> dict[int, Column]:
    """Return the columns that a row of HXL tags tells of."""
    fields = {field.name: field for field in fields_of(kind.record_class)}
    places = location_targets(kind)
    return {
        index: Column(
            heading_of(fields[target]) if target in fields else LOCATION_TITLES[target],
            target,
            fields.get(target),
        )
        for index, target in targets_of(tags, tuple(fields.values())).items()
        if target in fields or target in places
    }


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
    stated = _other_unit(heading, column, known)
    if stated is not None:
        unit = column.field.unit if column.field else None
        return (
            Severity.ERROR,
            f"The column's unit is {stated!r}; it must be {unit}.",
            f"Convert the values, and write the heading as {column.heading!r}.",
        )
    return None


def _other_unit(heading: str, column: Column, known: Mapping[str, Column]) -> str | None:
    """Return the unit that a heading states, if it is not the field's."""
    unit, stated = column.field.unit if column.field else None, _stated_unit(heading)
    if unit is None or stated is None or _plain(heading) in known:
        return None
    return None if _plain(stated) in _written(unit) else stated


def _stated_unit(heading: str) -> str | None:
    stated = _IN_BRACKETS.search(heading)
    return stated[1] if stated else None


def _factor_of(heading: str, column: Column, known: Mapping[str, Column]) -> float | None:
    """Return how many of the field's unit one of the stated unit is; None if it is not another."""
    stated = _other_unit(heading, column, known)
    if stated is None or column.field is None or column.field.type != "number":
        return None
    return factor_between(stated, column.field.unit or "")


def _converted(heading: str, column: Column, kind: TableKind, row: int) -> Issue:
    unit = column.field.unit if column.field else None
    return Issue(
        Severity.WARNING,
        f"The column is in {_stated_unit(heading)}; its figures were converted to {unit}.",
        f"Nothing, if that is its unit; the template's heading is {column.heading!r}.",
        kind.sheet,
        row or None,
        shown(heading),
        rule="figures.converted",
    )


def _written(unit: str) -> set[str]:
    return {_plain(word) for words in units(unit).values() for word in words}


@lru_cache(maxsize=64)
def known_words(kind: TableKind) -> Mapping[str, Column]:
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
    # As our own exports say where a row lies; where a file has geometries of its own, those count.
    known[_WKT] = Column(_WKT, _WKT)
    known[_plain(_WKT_OF_A_WORKBOOK)] = Column(_WKT_OF_A_WORKBOOK, _WKT)
    for column, title in _translated(kind):
        # What a heading means in English it means everywhere.
        for form in (column.heading, title, _IN_BRACKETS.sub("", title)):
            known.setdefault(_plain(form), column)
    return MappingProxyType(known)


def _translated(kind: TableKind) -> Iterator[tuple[Column, str]]:
    """Yield each column with its heading in each language, and every title that it may have."""
    for field in fields_of(kind.record_class):
        for language, words in titles(field, kind.layer).items():
            column = Column(heading_in(field, kind.layer, language), field.name, field)
            yield from ((column, title) for title in words)
    for target in location_targets(kind):
        for words in forms(f"location.{target}").values():
            yield from ((Column(words[0], target), title) for title in words)


def _plain(heading: str) -> str:
    """Return a heading folded, and without the marks of a required field."""
    return fold(heading).strip(" *:")
