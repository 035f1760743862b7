"""A moment as the clocks of a place show it, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment, and the zone in whose clocks rules of the road speak."""

    zone: ZoneInfo
    moment: datetime

    @property
    def naive(self) -> datetime:
        """The moment as the clocks show it, without a zone."""
        return self.moment.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, naive: datetime | None) -> datetime | None:
        """Return in UTC the moment at which the clocks show a time; None stays None."""
        return None if naive is None else naive.replace(tzinfo=self.zone).astimezone(UTC)
