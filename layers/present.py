"""What the catalogue says now, read anew only when something has been committed since.

A question is answered in a millisecond, and reading the heads costs half of one; asking whether
anything has been committed since costs some microseconds.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

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
        self._commits = catalogue.commits()
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
        self._commits.close()

    def _current(self) -> _Read:
        # The state is asked for before the reading: what is committed between is read again.
        state = self._commits.state()
        kept = self._kept
        if kept is not None and state is not None and kept.state == state:
            return kept
        with self._catalogue.read() as connection:
            last = last_transaction(connection)
            heads = read_heads(connection, now=last or _BEGINNING, as_of=None)
            read = _Read(state, last, heads, read_operation(connection))
        self._kept = read
        return read
