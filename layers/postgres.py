"""A catalogue's database in PostgreSQL, for several hosts that share one folder.

Readers run in ``REPEATABLE READ``, which is one view; writers in ``READ COMMITTED`` behind one
advisory lock, taken before anything is read, so that each sees all that was committed before it.
A commit waits for the server's disk (``synchronous_commit``); that the server itself syncs
(``fsync``) and checks its pages (``initdb --data-checksums``) is the care of who runs it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lca.errors import StoreUnavailable, UsageError

from .database import BUSY_TIMEOUT_S

# One lock for the writers of a database; the number is ours, and means nothing else.
_WRITERS_LOCK = 5_228_463_211_905_441_793
_CONNECT_TIMEOUT_S = 10
_SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": f"{BUSY_TIMEOUT_S}s",
    # A writer that hangs must not hold the others for ever.
    "idle_in_transaction_session_timeout": f"{10 * BUSY_TIMEOUT_S}s",
}


class PostgresDatabase:
    """One database of a server; it must exist, its tables are made on first use."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.where = without_secrets(url)

    @property
    def path(self) -> Path:
        """There is no such file."""
        raise UsageError(
            "The store's catalogue is in PostgreSQL, not in a file.",
            where=self.where,
            do_next="Use PostgreSQL's own tools for it (pg_dump, pg_amcheck).",
        )

    def exists(self) -> bool:
        """Take it as given: connecting tells."""
        return True

    def engine(self) -> Engine:
        """Return what makes connections.

        Raises
        ------
        StoreUnavailable
            If psycopg is not installed.
        """
        options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        given = self._url.query.get("options", "")
        arguments = {
            "options": f"{options} {given}".strip(),
            "connect_timeout": self._url.query.get("connect_timeout", _CONNECT_TIMEOUT_S),
        }
        try:
            engine = sa.create_engine(
                self._url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True
            )
        except ModuleNotFoundError as error:
            raise StoreUnavailable(
                "A catalogue in PostgreSQL needs psycopg, which is not installed.",
                where=self.where,
                do_next="Install it: pip install 'lca-access-map[scale]'.",
            ) from error
        sa.event.listen(engine, "begin", _begin)
        return engine

    def readers(self, engine: Engine) -> Engine:
        """Return what readers connect with."""
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def writers(self, engine: Engine) -> Engine:
        """Return what writers connect with."""
        return engine.execution_options(isolation_level="READ COMMITTED", writing=True)

    def begin_writing(self, connection: Connection) -> None:
        """Need nothing."""

    def migrated(self, connection: Connection) -> None:
        """Need nothing: the server keeps checksums of its pages."""

    def commits(self, engine: Engine) -> ServerCommits:
        """Return what tells its states apart."""
        return ServerCommits(engine)


def without_secrets(url: sa.URL) -> str:
    """Return an address as it may be shown: no password, and no options that may hold one."""
    shown = url.set(drivername="postgresql", query={})
    return shown.render_as_string(hide_password=True)


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")


class ServerCommits:
    """Tells states of the server's data apart by the snapshot that a statement would see now.

    A snapshot names the transactions that were under way. Two that are equal see the same
    commits, because a transaction that has ended never ends again; so a state that is known needs
    no reading. Transactions of others on the same server make a new state that holds the same,
    which costs one reading.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Any = None
        self._process = os.getpid()
        self._opening = 0

    def state(self) -> Hashable | None:
        """Return what is another value after each commit; None if that cannot be told."""
        try:
            with self._lock:
                query = "SELECT pg_current_snapshot()::text"
                row = self._opened().execute(query, prepare=True).fetchone()
                # After a restart from a backup the same snapshot may mean other data.
                return self._process, self._opening, row[0]
        except (sa.exc.DBAPIError, self._engine.dialect.loaded_dbapi.Error):
            # Whoever reads the catalogue now finds out what is wrong with it, and says so.
            self.close()
            return None

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _opened(self) -> Any:
        if self._process != os.getpid():
            # A connection must not be carried into a forked process.
            self._connection, self._process = None, os.getpid()
        if self._connection is None:
            self._opening += 1
            pooled = self._engine.raw_connection()
            pooled.detach()
            self._connection = pooled.dbapi_connection
            # Each statement is a transaction of its own, which sees what is committed by then.
            self._connection.rollback()
            self._connection.read_only = None
            self._connection.isolation_level = None
            self._connection.autocommit = True
        return self._connection
