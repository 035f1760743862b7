"""The catalogue: one SQLite database that says which versions exist, which is head, and since when.

WAL with ``synchronous=FULL``: a committed transaction survives a power cut, and readers never
wait for a writer. Writers begin with ``BEGIN IMMEDIATE``, so that two never interleave.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lca.errors import StoreUnavailable

from . import seal
from .objects import sync_folder, temporary_beside, writing
from .tables import SCHEMA_REVISION, transaction_clock

BUSY_TIMEOUT_S = 30
CLOCK_TOLERANCE = timedelta(seconds=5)


class Catalogue:
    """Transactions on one catalogue file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(immediate=True)

    @classmethod
    def open(cls, path: Path) -> Catalogue:
        """Open the catalogue, making or upgrading it first if need be.

        Raises
        ------
        StoreUnavailable
            If it cannot be read, or was written by a newer product.
        """
        if not path.exists():
            _create(path)
        catalogue = cls(path)
        try:
            catalogue.upgrade()
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the catalogue, however many statements are run in it."""
        with _translated(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that no other writer interleaves; committed durably at its end."""
        with _translated(self.path), self._writer.connect() as connection:
            raw: Any = connection.connection.driver_connection
            connection.info["sealed"] = seal.watch(raw, connection.info.get("sealed"))
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Bring the schema to this product's revision, unless it is there already."""
        with self.read() as connection:
            if _revision(connection) == SCHEMA_REVISION:
                return
        with _translated(self.path), self._writer.begin() as connection:
            if _revision(connection) != SCHEMA_REVISION:
                _migrate(connection, self.path)
                raw: Any = connection.connection.driver_connection
                seal.renew(raw)


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
    if last is None:
        connection.execute(sa.insert(transaction_clock).values(id=1, last_at=moment))
        return moment
    moment = max(moment, last + timedelta(microseconds=1))
    connection.execute(sa.update(transaction_clock).values(last_at=moment))
    return moment


def _engine(path: Path) -> Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # SQLAlchemy's begin event below starts transactions; the driver must not.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _create(path: Path) -> None:
    """Make a whole catalogue aside and give it its name in one step, unless another was first."""
    temporary = temporary_beside(path)
    whole = Catalogue(temporary)
    try:
        with _translated(path), whole._engine.connect() as connection:  # noqa: SLF001
            # A change of the journal's mode is not possible inside a transaction.
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
        whole.upgrade()
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


def _migrate(connection: Connection, path: Path) -> None:
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
            where=str(path),
            do_next="Install that version or a later one.",
        ) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.DatabaseError) as error:
        if isinstance(error, sa.exc.IntegrityError):
            raise
        raise StoreUnavailable(
            f"The store's catalogue cannot be read or written ({error.orig}).",
            where=str(path),
            do_next="Check that the disk is not full and the folder is readable, then `lca doctor`.",
        ) from error
