"""What a catalogue asks of the database below it, whichever that is."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import Connection, Engine

BUSY_TIMEOUT_S = 30
"""How long a writer waits for the one before it."""


class Commits(Protocol):
    """Tells states of a database apart without reading it; safe between threads."""

    def state(self) -> Hashable | None:
        """Return what is another value after each commit; None if that cannot be told."""

    def close(self) -> None:
        """Give up what it holds; the next question takes it again."""


class Database(Protocol):
    """Connections for readers and for writers.

    A reader's transaction is one view of the data, however many statements are run in it.
    Writers' transactions follow each other, each seeing all of those before it, and are durable
    once committed.
    """

    where: str
    """How errors name it, without any secret."""

    def exists(self) -> bool:
        """Tell whether the database itself is there, with or without tables."""

    def engine(self) -> Engine:
        """Return what makes connections."""

    def readers(self, engine: Engine) -> Engine:
        """Return what readers connect with."""

    def writers(self, engine: Engine) -> Engine:
        """Return what writers connect with."""

    def begin_writing(self, connection: Connection) -> None:
        """Prepare a writer's connection, before its transaction begins."""

    def migrated(self, connection: Connection) -> None:
        """Do what follows a change of the schema, in the same transaction."""

    def commits(self, engine: Engine) -> Commits:
        """Return what tells its states apart."""

    @property
    def path(self) -> Path:
        """The file in which it lies; UsageError if there is no such file."""
