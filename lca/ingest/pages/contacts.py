"""Gather the people and desks that a document names: restricted, and never part of a layer."""

from __future__ import annotations

from collections.abc import Iterable

from lca.ingest.profiles.profile import ColumnRule

from .assembly import Assembler, Layout, Record
from .blocks import text_of
from .finding import Entry, Found
from .lexicon import Lexicon, Words
from .people import reach_of

LAYER = "contacts"
_COMPANIES = frozenset({"service_providers", "mills"})
_REACHED_BY = frozenset({"phone", "email", "name", "role", "address"})


def words_of_contacts(lexicon: Lexicon) -> Words | None:
    """Return the rule that reads contacts, if the profile has one."""
    return next((words for words in lexicon.words if words.rule.layer == LAYER), None)


def contacts_beside(found: Found, words: Words, facility: str | None) -> Layout | None:
    """Return the contacts that stand inside of a table of something else.

    Only what the table's own rule does not know is a contact's; a row or table of pairs without a
    telephone number, an e-mail address or a person has none. What is taken is no longer unread.
    """
    keys = {key: columns for key in found.unread if (columns := _of_person(words, key))}
    if not keys:
        return None
    records = _beside_pairs(found, keys) if found.way == "pairs" else _beside_rows(found, keys)
    found.unread = [key for key in found.unread if key not in keys]
    return contact_layout(Layout(LAYER, found.block, records), facility)


def _of_person(words: Words, key: str) -> tuple[ColumnRule, ...]:
    return tuple(one for one in words.of(key) if one.field in _REACHED_BY)


def _beside_pairs(found: Found, keys: dict[str, tuple[ColumnRule, ...]]) -> list[Record]:
    entries = []
    number = found.block.rows[0].number
    for row in found.block.rows:
        key = text_of(row.cells.get(0))
        if key in keys:
            said = [text_of(cell) for index, cell in row.cells.items() if index > 0]
            entries += [Entry(key, keys[key], text) for text in said[:1] if text]
            number = row.number
    return [(number, entries)] if entries else []


def _beside_rows(found: Found, keys: dict[str, tuple[ColumnRule, ...]]) -> list[Record]:
    first = found.records[0][0]
    head = next(
        (
            row
            for row in reversed([row for row in found.block.rows if row.number < first])
            if any(text_of(cell) in keys for cell in row.cells.values())
        ),
        None,
    )
    if head is None:
        return []
    at = {i: text for i, cell in head.cells.items() if (text := text_of(cell)) in keys}
    names = {
        number: next(
            (entry.cell for entry in entries if any(c.field == "name" for c in entry.columns)), None
        )
        for number, entries in found.records
    }
    records: list[Record] = []
    for row in found.block.rows:
        entries = [Entry(at[i], keys[at[i]], cell) for i, cell in row.cells.items() if i in at]
        if row.number in names and entries:
            company = names[row.number]
            if company is not None:
                whose = "organisation" if found.layer in _COMPANIES else "facility_name"
                entries.append(_entry("Organisation", whose, str(company)))
            records.append((row.number, entries))
    return records


def contact_layout(layout: Layout, facility: str | None) -> Layout | None:
    """Return contacts ready to be read: numbers and addresses in their fields, each with a name."""
    records = [
        (number, entries)
        for number, raw in layout.records
        if (entries := _parted(raw)) and _reaches(entries)
    ]
    if not records:
        return None
    defaults = {"facility_name": facility} if facility else {}
    return Layout(LAYER, layout.block, records, defaults={**layout.defaults, **defaults})


def reached_in_texts(assembler: Assembler, owner_of: dict[int, str | None]) -> Iterable[Layout]:
    """Yield the contacts whose numbers stood in texts of a layer, with the facility's name."""
    for layout, number, reach in assembler.reached:
        entries = [
            *(_entry("Telephone", "phone", phone) for phone in reach.phones[:1]),
            *(_entry("E-mail", "email", email) for email in reach.emails[:1]),
            _entry("Name", "name", reach.rest or owner_of.get(id(layout)) or "Contact"),
        ]
        owner = owner_of.get(id(layout))
        defaults = {"facility_name": owner} if owner else {}
        yield Layout(LAYER, layout.block, [(number, entries)], defaults=dict(defaults))


def _parted(entries: list[Entry]) -> list[Entry]:
    """Put what a text says of telephone and e-mail into their own fields, and name the nameless."""
    parted: list[Entry] = []
    for entry in entries:
        reach = reach_of(text_of(entry.cell))
        fields = {column.field for column in entry.columns}
        if "phone" in fields or not (reach.phones or reach.emails):
            parted.append(entry)
        elif reach.rest and "email" not in fields:
            parted.append(Entry(entry.heading, entry.columns, reach.rest))
        if "phone" not in fields and reach.phones:
            parted.append(_entry(entry.heading, "phone", "; ".join(reach.phones)))
        if reach.emails:
            parted.append(_entry(entry.heading, "email", "; ".join(reach.emails)))
    named = {column.field: text_of(one.cell) for one in parted for column in one.columns}
    if "name" not in named and (stated := named.get("role") or named.get("organisation")):
        parted.append(_entry("Name", "name", stated))
    return parted


def _reaches(entries: list[Entry]) -> bool:
    fields = {column.field for entry in entries for column in entry.columns}
    return bool(fields & {"phone", "email", "name"})


def _entry(heading: str, field: str, text: str) -> Entry:
    return Entry(heading, (ColumnRule(field=field, headings=(heading,)),), text)
