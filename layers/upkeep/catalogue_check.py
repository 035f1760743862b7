"""Whether the catalogue is whole: SQLite's own checks, the seal, and what its lines must obey."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from layers import seal
from layers.tables import SCHEMA_REVISION, metadata

from .findings import Finding, damaged

WHERE = "catalogue"

Ask = Callable[[str], Iterable[Any]]
"""Runs a query on a catalogue and gives its rows."""

# Offsets and values that never differ in a catalogue of ours (SQLite's file format, 1.3). The
# counters between them change with every write and say nothing of the content.
_HEADER = {
    0: b"SQLite format 3\0",
    18: b"\x02\x02",
    20: bytes((0, 64, 32, 32)),
    47: b"\x04",
    48: bytes(11),
    59: b"\x01",
    60: bytes(12),
    72: bytes(20),
}
_FAULTS_SHOWN = 20


def connect(path: Path) -> sqlite3.Connection:
    """Open a catalogue for reading only, so that texts with broken bytes can be read too."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.isolation_level = None
    return connection


def check_file(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a catalogue's file; of a damaged page tree nothing more is read."""
    yield from _check_header(path)
    faults = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_FAULTS_SHOWN})")]
    if faults != ["ok"]:
        yield damaged(f"SQLite finds it damaged: {'; '.join(map(str, faults))}.", WHERE)
        return
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield damaged(f"a line of {table} refers to a line of {parent} that is not there.", WHERE)
    yield from _check_seal(connection)
    yield from check_history(connection.execute)


def _check_header(path: Path) -> Iterator[Finding]:
    with path.open("rb") as stream:
        head = stream.read(100)
    wrong = [at for at, value in _HEADER.items() if head[at : at + len(value)] != value]
    if wrong:
        yield damaged(f"its header is not one that this product writes (byte {wrong[0]}).", WHERE)


def _check_seal(connection: sqlite3.Connection) -> Iterator[Finding]:
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision != SCHEMA_REVISION:
        yield damaged(
            f"it has schema {revision}; this product examines schema {SCHEMA_REVISION}.",
            WHERE,
            do_next="Open the store once with this product, or examine it with a newer one.",
        )
        return
    told, there = seal.stated(connection), seal.found(connection)
    for name in sorted({*told, *there, seal.DEFINITIONS, *metadata.tables} - {seal.TABLE}):
        if name not in told or told[name] != there.get(name):
            what = "the table definitions are" if name == seal.DEFINITIONS else f"{name} is"
            yield damaged(
                f"{what} not as this product left it: changed by damage or by another tool.", WHERE
            )


_RULES = {
    "the releases of {} are not numbered from 1 without a gap": """
        SELECT layer FROM release GROUP BY layer
        HAVING min(number) != 1 OR max(number) != count(*)""",
    "the head of {} is not its last release": """
        SELECT r.layer FROM (SELECT layer, max(number) AS last FROM release GROUP BY layer) r
        LEFT JOIN head h ON h.layer = r.layer WHERE coalesce(h.number, 0) != r.last""",
    "a release of {} does not follow the one before": """
        SELECT DISTINCT n.layer FROM release n
        LEFT JOIN release o ON o.layer = n.layer AND o.number = n.number - 1
        WHERE coalesce(n.predecessor, '') != coalesce(o.version, '') OR n.published_at <= o.published_at""",
    "a release of {} bears a later time than the last transaction": """
        SELECT DISTINCT layer FROM release
        WHERE published_at > (SELECT coalesce(max(last_at), 0) FROM transaction_clock)""",
    "a release of {} has a version of another layer": """
        SELECT DISTINCT r.layer FROM release r JOIN version v ON v.id = r.version
        WHERE v.layer != r.layer""",
    "the parts of version {} are not numbered from 0 without a gap": """
        SELECT v.id FROM version v LEFT JOIN version_part p ON p.version = v.id GROUP BY v.id
        HAVING coalesce(min(p.number), -1) != 0 OR max(p.number) + 1 != count(p.number)""",
}


def check_history(ask: Ask) -> Iterator[Finding]:
    """Yield what contradicts itself in what a catalogue says, in whatever database it lies."""
    for rule, query in _RULES.items():
        for (name,) in ask(query):
            yield damaged(f"{rule.format(name)}.", WHERE)
