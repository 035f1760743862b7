"""Reads one query file: a few connections that see its table only, each question with a time limit.

Connections are shared out, one a question, so that a slow one holds up nobody. SQLite asks the
authorizer about each table, column and function while it prepares a statement: whatever a question
is made of, it reads the layer's table and its R-tree, and calls the functions below.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from lca.errors import QuestionTooLong, StoreUnavailable

from .filters.folding import folded, without_accents, without_case
from .touching import Touching

Rows = list[tuple[Any, ...]]
Made = TypeVar("Made")
Ask = Callable[[str, Sequence[Any]], Rows]

_IDLE = 4
_REMEMBERED = 256
_STEPS = 2_000
"""Virtual machine steps between two looks at the clock, a millisecond or less."""
_FUNCTIONS = {"lca_touches", "lca_names", "lca_casei", "lca_accenti"} | {
    "coalesce",
    "count",
    "glob",
    "instr",
    "max",
    "min",
    "replace",
}


class Reader:
    """One query file; closed when nobody holds it any more.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    table : str
        The layer's table; its R-tree is ``rtree_<table>_geom``.
    time_limit_s : float
        What one question may take.
    """

    def __init__(self, path: Path, table: str, time_limit_s: float) -> None:
        self._uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self.table = table
        self.rtree = f"rtree_{table}_geom"
        self._limit_s = time_limit_s
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        """Yield what runs statements for one question, within its time limit.

        Raises
        ------
        QuestionTooLong
            If they take longer.
        StoreUnavailable
            If the file is damaged.
        """
        connection = self._taken()
        try:
            yield connection.timed(self._limit_s)
        finally:
            self._given_back(connection)

    def remembered(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of the file before, or make it; a file never changes."""
        with self._lock:
            known = self._made.get(key)
        if known is None:
            known = make()
        with self._lock:
            self._made[key] = known
            self._made.move_to_end(key)
            while len(self._made) > _REMEMBERED:
                self._made.popitem(last=False)
        return cast("Made", known)

    def forget(self) -> None:
        """Forget what was made of the file, as a measurement does."""
        with self._lock:
            self._made.clear()

    def close(self) -> None:
        """Close the connections that nobody uses; the others are closed with the reader."""
        with self._lock:
            _close_all(self._idle)

    def _taken(self) -> _Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        with _damage_told(self.table):
            return _Connection(self._uri, self.table, self.rtree)

    def _given_back(self, connection: _Connection) -> None:
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
        connection.close()


class _Connection:
    def __init__(self, uri: str, table: str, rtree: str) -> None:
        self._table = table
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._deadline = 0.0
        self._touching = Touching()
        for name, count, function in (
            ("lca_touches", 2, self._touching),
            ("lca_names", -1, _names),
            ("lca_casei", 1, _or_none(without_case)),
            ("lca_accenti", 1, _or_none(without_accents)),
        ):
            self._connection.create_function(name, count, function, deterministic=True)
        # The R-tree prepares statements that write when it is first used: before the lock is on.
        self._connection.execute(f'SELECT id FROM "{rtree}" LIMIT 1').fetchall()  # noqa: S608
        shadows = {f"{rtree}_{name}" for name in ("node", "rowid", "parent")}
        self._connection.set_authorizer(_authorizer({table, rtree, *shadows}))
        self._connection.set_progress_handler(self._late, _STEPS)

    def timed(self, limit_s: float) -> Ask:
        self._deadline = time.monotonic() + limit_s
        return self._run

    def close(self) -> None:
        self._connection.close()

    def _run(self, sql: str, values: Sequence[Any]) -> Rows:
        with _damage_told(self._table):
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError:
                if self._late():
                    raise QuestionTooLong(
                        "The question takes too long to answer.",
                        where="filter",
                        do_next="Ask in a smaller box, or for exact values instead of patterns.",
                    ) from None
                raise

    def _late(self) -> bool:
        return time.monotonic() > self._deadline


@contextmanager
def _damage_told(table: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "authoriz" in str(error) or "prohibited" in str(error):
            raise  # A mistake of ours, not of the file.
        raise StoreUnavailable(
            "A version's query file is damaged.",
            where=table,
            do_next="Delete the folder artefacts of the store; it is made again.",
        ) from error


def _authorizer(tables: set[str]) -> Callable[..., int]:
    def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
        allowed = (
            action == sqlite3.SQLITE_SELECT
            or (action == sqlite3.SQLITE_READ and first in tables)
            or (action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS)
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return authorize


def _names(words: str, *names: str | None) -> bool:
    """Tell whether each word is part of a name; both without case and accents."""
    text = folded(" ".join(name for name in names if name is not None))
    return all(word in text for word in words.split())


def _or_none(function: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else function(text)


def _close_all(connections: list[_Connection]) -> None:
    while connections:
        connections.pop().close()
