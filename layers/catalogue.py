"""The catalogue: one database that says which versions exist, which is head, and since when.

SQLite in the store's folder, or PostgreSQL. A committed transaction survives a power cut, readers
never wait for a writer, and two writers never interleave (:mod:`.sqlitefile`, :mod:`.postgres`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import InvalidInput, StoreUnavailable

from .database import Commits, Database
from .objects import sync_folder, temporary_beside, writing
from .sqlitefile import SqliteFile
from .tables import SCHEMA_REVISION, transaction_clock

CLOCK_TOLERANCE = timedelta(seconds=5)
_LOCK_TIMEOUT = "55P03"
"""What PostgreSQL calls it (lock_not_available)."""


class Catalogue:
    """Transactions on one catalogue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.engine()
        self._reader = database.readers(self._engine)
        self._writer = database.writers(self._engine)

    @classmethod
    def open(cls, place: Path | Database) -> Catalogue:
        """Open the catalogue, making or upgrading it first if need be.

        Raises
        ------
        StoreUnavailable
            If it cannot be read, or was written by a newer product.
        """
        database = SqliteFile(place) if isinstance(place, Path) else place
        if isinstance(database, SqliteFile) and not database.exists():
            _create(database.path)
        catalogue = cls(database)
        try:
            catalogue.upgrade()
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    @property
    def path(self) -> Path:
        """The catalogue's file; UsageError if it is not in a file."""
        return self._database.path

    @property
    def where(self) -> str:
        """How errors name the catalogue."""
        return self._database.where

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the catalogue, however many statements are run in it."""
        with _translated(self.where), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that no other writer interleaves; committed durably at its end."""
        with _translated(self.where), self._writer.connect() as connection:
            self._database.begin_writing(connection)
            with connection.begin():
                yield connection

    def commits(self) -> Commits:
        """Return what tells whether anything has been committed since."""
        return self._database.commits(self._engine)

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Bring the schema to this product's revision, unless it is there already."""
        with self.read() as connection:
            if _revision(connection) == SCHEMA_REVISION:
                return
        with _translated(self.where), self._writer.begin() as connection:
            if _revision(connection) != SCHEMA_REVISION:
                _migrate(connection, self.where)
                self._database.migrated(connection)

    def fix_past(self, moment: datetime) -> None:
        """Let no later transaction bear this time or an earlier one.

        It waits for a transaction that is under way, which may bear an earlier one. A catalogue
        that cannot be written is left as it is: nobody publishes with it either.

        Raises
        ------
        StoreUnavailable
            If another writer does not come to its end: it may yet publish at an earlier time.
        """
        try:
            with self.write() as connection:
                last = last_transaction(connection)
                if last is None or last < moment:
                    _note_transaction(connection, moment, last)
        except StoreUnavailable as error:
            if _is_busy(error):
                raise


def last_transaction(connection: Connection) -> datetime | None:
    """Return the time of the last transaction, or None in a new store."""
    moment: datetime | None = connection.execute(sa.select(transaction_clock.c.last_at)).scalar()
    return moment


def check_clock(now: datetime, last: datetime | None) -> None:
    """Refuse to go on when this machine's clock is behind the last transaction.

    Raises
    ------
    StoreUnavailable
        If it is behind by more than 5 s: what is known "now" could not be told any more.
    """
    if last is not None and now < last - CLOCK_TOLERANCE:
        raise StoreUnavailable(
            f"This machine's clock ({now:%Y-%m-%d %H:%M:%S} UTC) is behind the store's last "
            f"transaction ({last:%Y-%m-%d %H:%M:%S} UTC).",
            do_next="Set the clock right (NTP); nothing is answered or published until then.",
        )


def next_transaction(connection: Connection, now: datetime) -> datetime:
    """Return the time of this transaction, which is later than every earlier one, and note it."""
    last = last_transaction(connection)
    check_clock(now, last)
    moment = now.astimezone(UTC)
    if last is not None:
        moment = max(moment, last + timedelta(microseconds=1))
    _note_transaction(connection, moment, last)
    return moment


def _note_transaction(connection: Connection, moment: datetime, last: datetime | None) -> None:
    if last is None:
        connection.execute(sa.insert(transaction_clock).values(id=1, last_at=moment))
    else:
        connection.execute(sa.update(transaction_clock).values(last_at=moment))


def _create(path: Path) -> None:
    """Make a whole catalogue aside and give it its name in one step, unless another was first."""
    temporary = temporary_beside(path)
    whole = Catalogue(SqliteFile(temporary))
    try:
        whole.upgrade()
        with _translated(str(path)), whole._engine.connect() as connection:  # noqa: SLF001
            # A change of the journal's mode is not possible inside a transaction. Until now
            # each commit was in the file itself; in WAL some might be left in the file beside.
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        whole.close()
    with writing(path):
        _name_once(temporary, path)
        sync_folder(path.parent)


def _name_once(temporary: Path, path: Path) -> None:
    """Give the file its name, unless another process has been first."""
    try:
        # Another's catalogue is as whole as ours, so it does not matter who was first.
        with suppress(FileExistsError):
            _name(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _name(temporary: Path, path: Path) -> None:
    if os.name == "nt":
        temporary.rename(path)  # Windows refuses to rename over an existing file.
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # exFAT and some container mounts have no hard links. Two processes that make one store
        # there in the same millisecond could each name theirs; an older one is never replaced.
        if not path.exists():
            temporary.rename(path)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return found


def _migrate(connection: Connection, where: str) -> None:
    # Alembic costs 0.2 s to import, so it is not paid for by a store that is up to date.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "layers:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreUnavailable(
            "The store was written by a newer version of this product.",
            where=where,
            do_next="Install that version or a later one.",
        ) from error


@contextmanager
def _translated(where: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except sa.exc.DataError as error:
        raise InvalidInput(
            f"The catalogue cannot hold this text or number ({_said(error)}).",
            do_next="Leave out characters that cannot be printed.",
        ) from error
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise StoreUnavailable(
            f"The store's catalogue cannot be read or written ({_said(error)}).",
            where=where,
            do_next="Check that the disk is not full and the folder is readable, or that the "
            "server runs, then `lca doctor`.",
        ) from error
    except UnicodeDecodeError as error:
        # So sqlite3 fails to say an error that names something whose bytes are broken.
        raise StoreUnavailable(
            "The store's catalogue is damaged.",
            where=where,
            do_next="Restore it from a backup; `lca doctor` says what is damaged.",
        ) from error


def _is_busy(error: StoreUnavailable) -> bool:
    """Tell whether another writer held the catalogue for longer than one waits."""
    said = getattr(error.__cause__, "orig", None)
    code = getattr(said, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY or getattr(said, "sqlstate", "") == _LOCK_TIMEOUT


def _said(error: Exception) -> str:
    """Return the first line of what the driver says; PostgreSQL's next ones hint at its insides."""
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]
