"""Rows of contents as records of the domain, each distinct row read once in a process.

Making a record costs 0.15 ms, and a guard, a draft and an answer all ask for those of the same
rows. Equal row digests mean equal rows, so a record is kept by its class and its row's digest.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from lca.errors import InvalidInput
from lca.record import columns_of, from_row

from . import parts
from .content import Snapshot

Record = TypeVar("Record")

# A record is about 2 kB; a country's constraints and facilities are some thousands.
MOST_RECORDS = 50_000


class Reading(NamedTuple):
    """A row's id and name, and its record or why it cannot be read."""

    id: str
    name: str
    record: Any
    error: InvalidInput | None


def read_records(
    record_class: type[Any], content: Snapshot, ids: Collection[str]
) -> Iterator[Reading]:
    """Yield the readings of some rows of a content, in the order of their ids."""
    for table in content.select(ids):
        digests = table.column("row_digest").to_pylist()
        found = [_KNOWN.get(record_class, digest) for digest in digests]
        if all(record is not None for record in found):
            yield from (Reading(record.id, record.name, record, None) for record in found)
            continue
        rows = parts.rows_of_table(table, content.fields)
        for row, digest, record in zip(rows, digests, found, strict=True):
            yield _reading(record_class, row, digest, record)


def records_in(
    record_class: type[Record], content: Snapshot, ids: Collection[str] | None = None
) -> list[Record]:
    """Return rows of a content as records, by default all of them.

    Raises
    ------
    InvalidInput
        If a row does not make a valid record; it names the first of them.
    """
    made = []
    wanted = tuple(content.ids()) if ids is None else ids
    for reading in read_records(record_class, content, wanted):
        if reading.error is not None:
            raise reading.error
        made.append(reading.record)
    return made


def unlike(
    record_class: type[Record], content: Snapshot, ids: Collection[str], made: Sequence[Record]
) -> tuple[str, ...]:
    """Return the ids of the rows of which no record says the same, field by field.

    A record of a class can only be made if it does not contradict itself, so a row that says what
    a record says need not become one to be known sound. Of places only that there is one is
    compared: a version rounds them, and no class judges where its records lie.
    """
    known = {record.id: record for record in made if type(record) is record_class}  # type: ignore[attr-defined]
    found = [key for key in ids if key not in known]
    for table in content.select([key for key in ids if key in known]):
        keys = table.column("id").to_pylist()
        columns = columns_of(record_class, [known[key] for key in keys])
        found += [keys[at] for at in sorted(parts.differing(table, columns, content.fields))]
    return tuple(sorted(found))


def _reading(
    record_class: type[Any], row: dict[str, Any], digest: str, known: object | None
) -> Reading:
    try:
        record = from_row(record_class, row) if known is None else known
    except InvalidInput as error:
        return Reading(row["id"], row["name"], None, error)
    _KNOWN.put(record_class, digest, record)
    return Reading(row["id"], row["name"], record, None)


class _Records:
    """The records used last; they are immutable, so everybody may share them."""

    def __init__(self) -> None:
        self._items: OrderedDict[tuple[type, str], Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, record_class: type, digest: str) -> Any:
        key = (record_class, digest)
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
            return found

    def put(self, record_class: type, digest: str, record: Any) -> None:
        with self._lock:
            self._items[record_class, digest] = record
            while len(self._items) > MOST_RECORDS:
                self._items.popitem(last=False)


_KNOWN = _Records()
