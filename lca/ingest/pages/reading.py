"""Read what was understood of a document into records: facilities, their parts, people, legs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lca.ingest.plan import PlannedSheet, lacks
from lca.ingest.rows import TableRows, read_planned
from lca.issues import Issue, Severity
from lca.record import fields_of

from .assembly import Assembler, Layout, with_names
from .blocks import text_of, without_number
from .contacts import LAYER as CONTACTS
from .contacts import contact_layout, contacts_beside, reached_in_texts, words_of_contacts
from .document import PARTS, Document, Subject, is_facility, leave_keys
from .finding import Found
from .fuelprices import price_entries
from .legs import plan_legs
from .seasons import plan_seasons

_OPTIONS = {"source_org": "Give --source.", "date_of_information": "Give --date."}
_OF_A_COUNTRY = frozenset({"fuel"})
"""Pages that describe a country's supply, and no one place that has a name."""
_LONGEST = (
    ("runway_length_m", "length_m"),
    ("runway_width_m", "width_m"),
    ("runway_surface", "surface"),
    ("runway_designator", "designator"),
    ("runway_pcn", "pcn"),
    ("runway_lights", "lights"),
)
"""What an airport has of its longest runway."""
_OF_PARTS = (
    ("airports", "runways", "length_m", _LONGEST),
    ("ports", "berths", "max_draft_m", (("max_draft_m", "max_draft_m"),)),
)


def read_document(document: Document) -> list[TableRows]:
    """Return a document's tables as records.

    The tables of pairs that describe one facility are one row together, numbered as the first of
    them; every other table has a row for each of its own, and a matrix one for each directed pair.
    """
    assembler = Assembler(document.lexicon.profile, document.cover.zone)
    owners: dict[int, str | None] = {}
    contacts = _contacts(document)
    tables = list(_subjects(document, assembler, owners))
    ids = {
        subject.name: table.records[0].id
        for subject, table in zip(document.subjects, tables, strict=True)
        if table.records and is_facility(subject.layer)
    }
    tables += _lists(document, assembler, owners, ids)
    for found in document.found:
        leave_keys(document, found)
    tables += [_read(document, assembler.plan(one)) for one in contacts]
    people = list(reached_in_texts(assembler, owners))
    tables += [_read(document, assembler.plan(one)) for one in people]
    legs = plan_legs(document.grids, document.day_h, dict(document.lexicon.profile.defaults))
    tables += [_read(document, planned) for planned in legs]
    defaults = dict(document.lexicon.profile.defaults)
    tables += [
        _read(document, plan_seasons(calendar, document.owner(place), defaults))
        for place, calendar in document.calendars
    ]
    _tell_of_parts(tables)
    _reject_doubles(tables)
    return tables


def _subjects(
    document: Document, assembler: Assembler, owners: dict[int, str | None]
) -> Iterator[TableRows]:
    for subject in document.subjects:
        layout = _of_subject(subject, document)
        owners[id(layout)] = subject.name
        yield _read(document, assembler.plan(layout))


def _of_subject(subject: Subject, document: Document) -> Layout:
    first = subject.tables[0]
    entries = [
        entry
        for found in subject.tables
        for entry in (
            price_entries(found)
            if subject.layer == "fuel"
            else [one for _, row in found.records for one in row]
        )
    ]
    number = first.records[0][0]
    layout = Layout(subject.layer, first.block, [(number, entries)])
    if not subject.named:
        owner = document.owner(subject.place)
        name = owner if owner and not is_facility(subject.layer) else subject.name
        layout.defaults["name"] = name
    if not subject.named and subject.layer not in _OF_A_COUNTRY:
        layout.issues.append(
            Issue(
                Severity.WARNING,
                "No line states its name; it is called as the heading above it.",
                "Correct the name if it is another.",
                first.block.title,
                number,
                value=str(layout.defaults["name"]),
                rule="page.named_by_heading",
            )
        )
    return layout


def _lists(
    document: Document,
    assembler: Assembler,
    owners: dict[int, str | None],
    ids: dict[str, str],
) -> Iterator[TableRows]:
    for place, found in document.lists:
        if found.layer == CONTACTS:
            continue
        owner = document.owner(place)
        layout = Layout(found.layer, found.block, found.records)
        if found.layer in PARTS:
            if owner is None:
                owner = _page_name(found)
                layout.issues.append(_owned_by_heading(found, owner))
            layout.defaults["facility_name"] = owner
            if owner in ids:
                layout.defaults["facility_id"] = ids[owner]
            if not _has_names(found):
                layout.records = with_names(found.records, owner, _first_words(found))
        owners[id(layout)] = owner
        yield _read(document, assembler.plan(layout))


def _contacts(document: Document) -> list[Layout]:
    words = words_of_contacts(document.lexicon)
    if words is None:
        return []
    found: list[Layout | None] = []
    for subject in document.subjects:
        found += [contacts_beside(one, words, subject.name) for one in subject.tables]
    for place, one in document.lists:
        if one.layer == CONTACTS:
            found.append(contact_layout(Layout(CONTACTS, one.block, one.records), None))
        else:
            found.append(contacts_beside(one, words, document.owner(place)))
    return [one for one in found if one is not None]


def _owned_by_heading(found: Found, owner: str) -> Issue:
    return Issue(
        Severity.WARNING,
        "Nothing says of which facility these are parts; it is called as the heading above.",
        "Correct the facility if it is another.",
        found.block.title,
        value=owner,
        rule="page.named_by_heading",
    )


def _page_name(found: Found) -> str:
    return without_number(found.block.headings[0]) if found.block.headings else found.block.name


def _has_names(found: Found) -> bool:
    return any(
        column.field == "name"
        for _, entries in found.records
        for entry in entries
        for column in entry.columns
    )


def _first_words(found: Found) -> dict[int, str]:
    """Return what each row calls itself: its first cell."""
    return {
        number: text_of(entries[0].cell).replace("\n", " ")[:80]
        for number, entries in found.records
        if entries
    }


def _read(document: Document, planned: PlannedSheet) -> TableRows:
    """Read a planned table; without source or date none of its rows can be read, told once."""
    said = {
        "source_org": document.cover.organisation,
        "date_of_information": document.cover.assessed_on,
    }
    titles = {one.name: one.title for one in fields_of(planned.kind.record_class)}
    missing = [
        Issue(
            Severity.ERROR,
            f"Nothing in the document says the {titles[name].lower()}, so no row can be read.",
            _OPTIONS.get(name, "Add it to the table."),
            planned.kind.sheet,
            rule="column.missing",
        )
        for name in lacks(planned)
        if name in said and not said[name]
    ]
    return read_planned(replace(planned, issues=[*planned.issues, *missing]), document.cover)


def _tell_of_parts(tables: Sequence[TableRows]) -> None:
    """Fill in a facility what its longest runway or deepest berth has, where it is silent itself."""
    for layer, parts, by, told in _OF_PARTS:
        best: dict[str, Any] = {}
        for record in _records(tables, parts):
            size = getattr(record, by)
            if record.facility_id is None or size is None:
                continue
            if record.facility_id not in best or size > getattr(best[record.facility_id], by):
                best[record.facility_id] = record
        for table in (one for one in tables if one.kind.layer == layer):
            for row, record in table.accepted:
                part = best.get(record.id)
                if part is not None and getattr(record, told[0][0]) is None:
                    filled = {
                        own: getattr(part, its) for own, its in told if getattr(record, own) is None
                    }
                    table.amend(row, replace(record, **filled))


def _records(tables: Sequence[TableRows], layer: str) -> Iterator[Any]:
    for table in tables:
        if table.kind.layer == layer:
            yield from table.records


def _reject_doubles(tables: Iterable[TableRows]) -> None:
    """Reject a record whose id an earlier table of the document has given already."""
    seen: dict[tuple[str, str], str] = {}
    for table in tables:
        for row, record in table.accepted:
            key = table.kind.layer, record.id
            if seen.setdefault(key, table.kind.sheet) != table.kind.sheet:
                issue = Issue(
                    Severity.ERROR,
                    f"The table {seen[key]!r} has the same {table.kind.layer} already.",
                    "Delete the one that is out of date.",
                    table.kind.sheet,
                    row.number,
                    value=record.name,
                    rule="id.double",
                )
                table.tell(row, issue)
