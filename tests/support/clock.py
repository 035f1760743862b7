"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Callable like :func:`lca.instant.utc_now`; time passes only when told to."""

    def __init__(self, start: datetime | str = "2026-11-18T15:00:00+00:00") -> None:
        self.now = datetime.fromisoformat(start) if isinstance(start, str) else start
        assert self.now.tzinfo is not None

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    def tick(self, **delta: float) -> datetime:
        """Move on by a timedelta's keywords and return the new time."""
        self.now += timedelta(**delta)
        return self()
