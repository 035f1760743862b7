"""Understand a document: its tables as records, what holds for all of them, and what is unread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lca.facility import FACILITY_CLASSES
from lca.ingest.cover import Cover
from lca.ingest.instructions import Instructions
from lca.ingest.plan import plain_heading
from lca.ingest.profiles.profile import Profile
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Cell, Sheet
from lca.issues import Issue, Severity

from .blocks import Block, blocks_of, text_of, without_number
from .countrynames import country_of
from .finding import Found, find
from .grids import Grid, grid_of
from .lexicon import Lexicon, heading_forms
from .outline import TEXT
from .seasons import LAYER as SEASONS
from .seasons import Calendar, calendar_of
from .traveltime import hours_of_a_day
from .writtendate import written_date

PARTS = frozenset({"berths", "runways", "handling_equipment"})
"""Layers whose rows are parts of the facility that a page is about."""
_DATE_KEYS = frozenset(
    {"date of assessment", "assessment date", "assessment dates", "date of information", "to"}
    | {"last updated", "date of last update", "updated", "date de l evaluation", "mis a jour"}
    | {"derniere mise a jour", "fecha de evaluacion", "actualizado", "ultima actualizacion"}
    | {"date assessment conducted", "assessment conducted to", "as of"}
)
_COUNTRY_KEYS = frozenset({"country", "country name", "pays", "pais"})
_SOURCE_KEYS = frozenset({"source", "source organisation", "source organization", "fuente"})
_ABOUT_THE_PAGE = frozenset(
    {"from", "de", "assessor", "assessor name", "name of assessor", "name of assessors", "titre"}
    | {"title position", "title and position", "version", "template version"}
)
_TOPICS = {
    "axle": re.compile(r"\b(?:axle|essieux?|ejes?)\b"),
    "waterway": re.compile(
        r"\b(?:waterways?|river routes?|inland navigation|voies? (?:navigables?|fluviales?)"
        r"|vias? (?:navegables?|fluviales?)|hidrovias?)\b"
    ),
}
_INSTEAD = {
    "axle": "No layer holds the limits of a whole country: write them as Axle load limit of the "
    "constraints, bridges or weighbridges where they are enforced.",
    "waterway": "No layer holds routes on water: write their ports into Ports, their ferries into "
    "Ferries, and their travel times into Travel legs with the mode waterway.",
    "": "Copy what matters into the workbook, or map it: lca profile propose.",
}
"""What to do with a table by its topic."""
_FEW_ROWS = 12
_LONG, _PROBED = 1_000, 60
"""Rows of a sheet that is looked at in part first, and how many of them."""


@dataclass(slots=True)
class Subject:
    """One facility that a document describes, by the tables of pairs that are about it."""

    layer: str
    tables: list[Found]
    place: int
    """Where in the document it begins."""

    @property
    def name(self) -> str:
        """What it is called: by its own name, or else by the outermost heading."""
        for found in self.tables:
            stated = name_in(found)
            if stated:
                return stated
        return without_number(self.tables[0].block.headings[0])

    @property
    def named(self) -> bool:
        """Whether a table states its name."""
        return any(name_in(found) for found in self.tables)


@dataclass(slots=True)
class Document:
    """What a document holds, before it becomes records."""

    lexicon: Lexicon
    cover: Cover
    day_h: int | None = None
    subjects: list[Subject] = field(default_factory=list)
    lists: list[tuple[int, Found]] = field(default_factory=list)
    """Tables with a record in each row, and where in the document they stand."""
    grids: list[Grid] = field(default_factory=list)
    calendars: list[tuple[int, Calendar]] = field(default_factory=list)
    """Tables of seasonal constraints, and where in the document they stand."""
    issues: list[Issue] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)

    @property
    def found(self) -> list[Found]:
        """Every table that is understood, but for matrices."""
        return [one for subject in self.subjects for one in subject.tables] + [
            one for _, one in self.lists
        ]

    @property
    def matched(self) -> int:
        """How many headings it knows in all; each place of a matrix is one."""
        places = sum(len({pair.start for pair in grid.pairs}) for grid in self.grids)
        seasons = sum(len(one.seasons) for _, one in self.calendars)
        return places + seasons + sum(found.known for found in self.found)

    @property
    def reason(self) -> str:
        """Why it is read as pages are, in words."""
        parts = [f"{one.known} headings of {one.block.title!r} ({one.layer})" for one in self.found]
        parts += [f"the matrix {grid.block.title!r} (travel_legs)" for grid in self.grids]
        parts += [f"the table {one.block.title!r} (seasons)" for _, one in self.calendars]
        more = f" and {len(parts) - 6} more" if len(parts) > 6 else ""
        return f"it knows {'; '.join(parts[:6])}{more}"

    def owner(self, place: int) -> str | None:
        """Return the name of the facility that a table is about: the last one before it."""
        before = [one for one in self.subjects if one.place <= place and is_facility(one.layer)]
        if before:
            return before[-1].name
        after = [one for one in self.subjects if is_facility(one.layer)]
        return after[0].name if after else None


def is_facility(layer: str) -> bool:
    """Tell whether a layer's records are facilities."""
    kind = kind_of_layer(layer)
    return kind is not None and kind.record_class in FACILITY_CLASSES.values()


def name_in(found: Found) -> str | None:
    """Return the name that a table of pairs states."""
    for _, entries in found.records:
        for entry in entries:
            if any(column.field == "name" for column in entry.columns):
                return text_of(entry.cell).replace("\n", " ") or None
    return None


def understand_document(
    sheets: Sequence[Sheet], profile: Profile, asked: Instructions, layer: str | None = None
) -> Document:
    """Find out what each table of a document is.

    Parameters
    ----------
    layer : str, optional
        Only tables of this layer; the others are told as unread.
    """
    lexicon = Lexicon(profile)
    prose = tuple(text_of(cell) for sheet in sheets if sheet.name == TEXT for cell in _cells(sheet))
    blocks = [block for sheet in sheets if sheet.name != TEXT for block in _blocks(sheet, lexicon)]
    small = [
        text_of(cell)
        for block in blocks
        if len(block.rows) <= _FEW_ROWS
        for row in block.rows
        for cell in row.cells.values()
    ]
    headings = [heading for block in blocks for heading in block.headings]
    document = Document(lexicon, _cover(blocks, asked))
    document.day_h = hours_of_a_day((*prose, *small, *headings))
    if prose:
        document.unread[TEXT] = len(prose)
    for place, block in enumerate(blocks):
        _take(document, place, block, layer)
    return document


def _blocks(sheet: Sheet, lexicon: Lexicon) -> Iterable[Block]:
    """Return the tables of a sheet; one that is long and begins like none of ours is left whole."""
    if len(sheet.rows) > _LONG:
        start = blocks_of(replace(sheet, rows=sheet.rows[:_PROBED]), lexicon)
        if not any(find(block, lexicon) or grid_of(block, None) for block in start):
            return [Block(sheet.name, sheet.context or (sheet.name,), sheet.rows)]
    return blocks_of(sheet, lexicon)


def _take(document: Document, place: int, block: Block, layer: str | None) -> None:
    grid = grid_of(block, document.day_h)
    if grid is not None and layer in {None, "travel_legs"}:
        document.grids.append(grid)
        return
    calendar = calendar_of(block)
    if calendar is not None and layer in {None, SEASONS}:
        document.calendars.append((place, calendar))
        return
    found = find(block, document.lexicon)
    if found is None or layer not in {None, found.layer}:
        if not _about_the_page(block):
            _leave(document, block)
    elif found.way == "pairs" and found.layer not in PARTS:
        _add_subject(document, place, found)
    else:
        document.lists.append((place, found))


def _add_subject(document: Document, place: int, found: Found) -> None:
    """Add a table of pairs to the facility that it is about, which a new name begins."""
    for subject in reversed(document.subjects):
        if subject.layer != found.layer:
            continue
        stated = name_in(found)
        if stated is None or not subject.named or stated == subject.name:
            subject.tables.append(found)
            return
        break
    document.subjects.append(Subject(found.layer, [found], place))


def _about_the_page(block: Block) -> bool:
    """Tell whether a table says who assessed what and when, and nothing else."""
    keys = {form for row in block.rows for form in heading_forms(text_of(row.cells.get(0)))[:1]}
    known = _DATE_KEYS | _COUNTRY_KEYS | _SOURCE_KEYS | _ABOUT_THE_PAGE
    return bool(keys & known) and len(keys - known) <= len(keys) / 2


def _topic(block: Block) -> str:
    """Return what a table is about that no layer holds as a table; empty if it is none of these."""
    words = plain_heading(
        " ".join((*block.headings, *(text_of(cell) for cell in block.rows[0].cells.values())))
    )
    return next((topic for topic, pattern in _TOPICS.items() if pattern.search(words)), "")


def _leave(document: Document, block: Block) -> None:
    name = block.title
    document.unread[name] = document.unread.get(name, 0) + len(block.rows)
    document.issues.append(
        Issue(
            Severity.WARNING,
            f"The table is not known, so its {len(block.rows)} rows were not read.",
            _INSTEAD[_topic(block)],
            name,
            block.rows[0].number,
            value=", ".join(text_of(cell) for cell in list(block.rows[0].cells.values())[:4])[:80],
            rule="table.unread",
        )
    )


def leave_keys(document: Document, found: Found) -> None:
    """Count and name what a table that is read says under headings that nobody knows."""
    keys = list(dict.fromkeys(key for key in found.unread if key))
    if not keys:
        return
    pairs = found.way != "rows"
    name = found.block.title
    if pairs:
        document.unread[name] = document.unread.get(name, 0) + len(keys)
    listed = ", ".join(key[:60] for key in keys[:12]) + (" …" if len(keys) > 12 else "")
    document.issues.append(
        Issue(
            Severity.WARNING,
            f"Not known and not read: {'lines' if pairs else 'columns'} {listed}.",
            "Copy what matters into the workbook, or map it: lca profile propose.",
            name,
            rule="rows.unread" if pairs else "columns.unread",
        )
    )


def _cells(sheet: Sheet) -> list[Cell]:
    return [cell for row in sheet.rows for cell in row.cells.values()]


def _cover(blocks: Sequence[Block], asked: Instructions) -> Cover:
    """Return what the document says of itself, completed by what was said of it."""
    country: str | None = None
    source: str | None = None
    day: date | None = None
    for block in blocks:
        for row in block.rows:
            values = list(row.cells.values())
            forms = heading_forms(text_of(row.cells.get(0)))
            if len(values) < 2 or not forms:
                continue
            said = text_of(values[-1])
            if forms[0] in _COUNTRY_KEYS and country is None:
                country = country_of(said)
            elif forms[0] in _SOURCE_KEYS and source is None and len(said) <= 80:
                source = said or None
            elif forms[0] in _DATE_KEYS:
                found = written_date(said)
                day = max(day, found) if day and found else day or found
    stated = Cover(country=country, organisation=source, assessed_on=day)
    return asked.completed(stated)
