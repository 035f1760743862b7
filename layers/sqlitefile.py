"""A catalogue's database as one SQLite file.

WAL with ``synchronous=FULL``: a committed transaction survives a power cut, and readers never
wait for a writer. Writers begin with ``BEGIN IMMEDIATE``, so that two never interleave.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from . import seal
from .database import BUSY_TIMEOUT_S


class SqliteFile:
    """One file; any number of processes of one machine may open it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)

    def exists(self) -> bool:
        """Tell whether the file is there."""
        return self.path.exists()

    def engine(self) -> Engine:
        """Return what makes connections."""
        engine = sa.create_engine(sa.URL.create("sqlite", database=str(self.path)))
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def readers(self, engine: Engine) -> Engine:
        """Return what readers connect with."""
        return engine

    def writers(self, engine: Engine) -> Engine:
        """Return what writers connect with."""
        return engine.execution_options(immediate=True)

    def begin_writing(self, connection: Connection) -> None:
        """Let the connection keep the seal of what it will change."""
        raw: Any = connection.connection.driver_connection
        connection.info["sealed"] = seal.watch(raw, connection.info.get("sealed"))

    def migrated(self, connection: Connection) -> None:
        """Seal everything as it is now."""
        raw: Any = connection.connection.driver_connection
        seal.renew(raw)

    def commits(self, engine: Engine) -> FileCommits:  # noqa: ARG002
        """Return what tells its states apart."""
        return FileCommits(self.path)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy's begin event starts transactions; the driver must not.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class FileCommits:
    """Tells states of the file apart.

    SQLite counts the commits of all other connections, in whatever process; a connection that
    never writes asks for that count, and where it and the file itself are as they were, what was
    read then is what is there now.
    """

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
