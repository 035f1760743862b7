"""What the catalogue says now, read anew only when something has been committed since.

A question is answered in a millisecond, and reading the heads costs half of one. SQLite counts the
commits of all other connections, in whatever process; a connection that never writes asks for that
count, and where it and the file itself are as they were, what was read then is what is there now.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from .catalogue import Catalogue, check_clock, last_transaction
from .operation import Operation, read_operation
from .release import Heads, read_heads

_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read from one state of the catalogue."""

    state: Hashable
    last: datetime | None
    heads: Heads
    operation: Operation | None


class Present:
    """The heads and the operation as they are now; safe between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._counter = CommitCounter(catalogue.path)
        self._kept: _Read | None = None

    def heads(self, now: datetime) -> Heads:
        """Return what is published now.

        Raises
        ------
        StoreUnavailable
            If the catalogue is unreadable, or the clock is behind its last transaction.
        """
        read = self._current()
        check_clock(now, read.last)
        return replace(read.heads, as_of=now if read.last is None else max(now, read.last))

    def operation(self) -> Operation | None:
        """Return the store's operation, or None if it has not been set."""
        return self._current().operation

    def close(self) -> None:
        """Close the connection that counts."""
        self._counter.close()

    def _current(self) -> _Read:
        # The state is asked for before the reading: what is committed between is read again.
        state = self._counter.state()
        kept = self._kept
        if kept is not None and state is not None and kept.state == state:
            return kept
        with self._catalogue.read() as connection:
            last = last_transaction(connection)
            heads = read_heads(connection, now=last or _BEGINNING, as_of=None)
            read = _Read(state, last, heads, read_operation(connection))
        self._kept = read
        return read


class CommitCounter:
    """Tells states of a catalogue file apart without reading it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._opening = 0

    def state(self) -> Hashable | None:
        """Return what is another value after each commit; None if that cannot be told."""
        try:
            file = self._path.stat()
            with self._lock:
                (count,) = self._opened().execute("PRAGMA data_version").fetchone()
                opening = self._opening
        except (OSError, sqlite3.Error):
            # Whoever reads the catalogue now finds out what is wrong with it, and says so.
            self.close()
            return None
        # Counts of two connections say nothing of each other; a file that was put in its place,
        # or damaged, is another file.
        return self._process, opening, count, file.st_ino, file.st_size, file.st_mtime_ns

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            # A connection must not be carried into a forked process.
            self._connection, self._process = None, os.getpid()
        if self._connection is None:
            self._opening += 1
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False
            )
        return self._connection
