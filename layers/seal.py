"""The seal of the catalogue: a sum of every row's digest, kept by the transaction that changes it.

SQLite keeps no checksum of what it stores: a flipped bit in a release's author reads as another
author. So each table has a line in ``seal``: how many rows it has, and the sum of their sha256
modulo 2^256, which does not depend on their order and follows an insert, update or delete at the
cost of that row. Triggers keep it. They are temporary ones, made for each connection of this
product, so that the file itself stays plain SQLite; whoever changes it with another tool breaks
the seal. The table definitions have a line too. ``lca doctor`` computes all of it anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

TABLE = "seal"
DEFINITIONS = "(definitions)"
EMPTY = "0" * 64

_MODULUS = 1 << 256
_TABLES = "SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name"
_DEFINITIONS = "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY type, name"


class Sealed(NamedTuple):
    """What a seal says of one table: its number of rows, and the sum of their digests."""

    rows: int
    digest: str


def watch(connection: sqlite3.Connection, known: int | None) -> int | None:
    """Let a connection keep the seal of all that it will change.

    Call it outside of any transaction.

    Parameters
    ----------
    known : int or None
        What the call before returned for this connection.

    Returns
    -------
    int or None
        Which state of the definitions is watched; None in a catalogue that has no seal yet.
    """
    (state,) = connection.execute("PRAGMA schema_version").fetchone()
    if state == known:
        return known
    ignore(connection)
    names = _tables(connection)
    if TABLE not in names:
        return None
    connection.create_function("seal_with", -1, _seal_with, deterministic=True)
    for name in names:
        if name != TABLE:
            for statement in _triggers(name, _columns(connection, name)):
                connection.execute(statement)
    return int(state)


def ignore(connection: sqlite3.Connection) -> None:
    """Take the triggers of :func:`watch` away, as before a migration."""
    query = "SELECT name FROM sqlite_temp_master WHERE type = 'trigger' AND name LIKE 'seal_%'"
    for (name,) in connection.execute(query).fetchall():
        connection.execute(f'DROP TRIGGER temp."{name}"')


def renew(connection: sqlite3.Connection) -> None:
    """Seal everything as it is now, as after a migration; inside the caller's transaction."""
    connection.execute(f"DELETE FROM {TABLE}")  # noqa: S608
    connection.executemany(
        f"INSERT INTO {TABLE} VALUES (?, ?, ?)",  # noqa: S608
        [(name, *sealed) for name, sealed in found(connection).items()],
    )


def stated(connection: sqlite3.Connection) -> dict[str, Sealed]:
    """Return what the seal says, by table."""
    rows = connection.execute(f"SELECT name, row_count, digest FROM {TABLE}")  # noqa: S608
    return {name: Sealed(count, digest) for name, count, digest in rows}


def found(connection: sqlite3.Connection) -> dict[str, Sealed]:
    """Return what the seal should say of what is really there, by table."""
    sums = {DEFINITIONS: _sum(connection.execute(_DEFINITIONS))}
    for name in _tables(connection):
        if name != TABLE:
            columns = ", ".join(f'"{column}"' for column in _columns(connection, name))
            sums[name] = _sum(connection.execute(f'SELECT {columns} FROM main."{name}"'))  # noqa: S608
    return sums


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = [name for (name,) in connection.execute(_TABLES)]
    return [name for name in names if not name.startswith("sqlite_")]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA main.table_info("{table}")')]


def _triggers(table: str, columns: Iterable[str]) -> Iterable[str]:
    names = list(columns)
    new, old = (", ".join(f'{word}."{name}"' for name in names) for word in ("NEW", "OLD"))
    cases = {
        "INSERT": (1, f"seal_with(digest, 1, {new})"),
        "DELETE": (-1, f"seal_with(digest, -1, {old})"),
        "UPDATE": (0, f"seal_with(seal_with(digest, -1, {old}), 1, {new})"),
    }
    for event, (change, digest) in cases.items():
        yield (
            f'CREATE TEMP TRIGGER "seal_{table}_{event.lower()}" AFTER {event} ON main."{table}" '  # noqa: S608
            f"BEGIN UPDATE {TABLE} SET row_count = row_count + {change}, digest = {digest} "
            f"WHERE name = '{table}'; END"
        )


def _seal_with(digest: str, sign: int, *values: Any) -> str:
    return f"{(int(digest, 16) + sign * _digest(values)) % _MODULUS:064x}"


def _sum(rows: Iterable[tuple[Any, ...]]) -> Sealed:
    count, total = 0, 0
    for row in rows:
        count, total = count + 1, total + _digest(row)
    return Sealed(count, f"{total % _MODULUS:064x}")


def _digest(values: Iterable[Any]) -> int:
    """Return the sha256 of a row's values with their types and lengths, so that none runs over."""
    parts = hashlib.sha256()
    for value in values:
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
        parts.update(f"{type(value).__name__} {len(text)} ".encode() + text)
    return int.from_bytes(parts.digest(), "big")
