"""Access constraints: what happened, where, its effect, on which vehicles, and when it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from .errors import InvalidInput, UsageError
from .instant import DailyWindow, parse_local_time, zone
from .provenance import Provenance
from .record import described
from .vocab import (
    ConstraintStatus,
    ConstraintType,
    Direction,
    Drive,
    EffectKind,
    Practicability,
)


class Standing(StrEnum):
    """Where a constraint is in its life at one moment (design, rules of truth 1-3)."""

    NOT_YET = "not_yet"
    """It starts later."""
    HOLDS = "holds"
    """It holds now."""
    PAUSED = "paused"
    """It stands, but its daily window is closed at this moment."""
    LAPSED = "lapsed"
    """Its ``valid_to`` has passed and nobody has ended or confirmed it."""
    ENDED = "ended"
    """It was explicitly ended, or rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Provenance):
    """An access constraint as reported.

    ``geometry`` is the location as reported (EPSG:4326 point, line or area), never that of the
    road it was matched to. Intervals are half-open, times in UTC.
    """

    id: str = described("Id")
    name: str = described("Name")
    constraint_type: ConstraintType = described("Type", default=ConstraintType.OTHER)
    effect: EffectKind = described("Effect on traffic", default=EffectKind.UNKNOWN)
    status: ConstraintStatus = described("Status", default=ConstraintStatus.REPORTED)
    description: str | None = described("Description", default=None)
    road_name: str | None = described("Road name or number, as reported", default=None)
    osm_way_ids: tuple[int, ...] | None = described("OSM way ids", default=None)
    direction: Direction = described("Direction", default=Direction.BOTH)
    max_gross_t: float | None = described("Gross mass limit", unit="t", default=None)
    max_payload_t: float | None = described("Payload limit", unit="t", default=None)
    max_axle_t: float | None = described("Axle load limit", unit="t", default=None)
    max_height_m: float | None = described("Height limit", unit="m", default=None)
    max_width_m: float | None = described("Width limit", unit="m", default=None)
    max_length_m: float | None = described("Length limit", unit="m", default=None)
    practicability_cap: Practicability | None = described(
        "Largest class that can pass (UNSDI-T 0-6)", default=None
    )
    drive_required: Drive | None = described("Drive required", default=None)
    speed_factor: float | None = described("Speed factor (0-1)", default=None)
    delay_min: float | None = described("Delay", unit="min", default=None)
    valid_from: datetime | None = described("Valid from", default=None)
    valid_to: datetime | None = described("Valid to", default=None)
    permitted_until: datetime | None = described("Passage permitted until", default=None)
    daily_from: str | None = described("Holds daily from (local time)", default=None)
    daily_to: str | None = described("Holds daily until (local time)", default=None)
    time_zone: str | None = described("Time zone of the daily times (IANA)", default=None)
    ended_at: datetime | None = described("Ended at", default=None)
    ended_by: str | None = described("Source of the end", default=None)
    geometry: BaseGeometry | None = None

    def __post_init__(self) -> None:
        for problem in self.problems():
            raise InvalidInput(problem[0], where=self.id, do_next=problem[1])

    def problems(self) -> list[tuple[str, str]]:
        """Return what contradicts itself in the record, each with what to do about it."""
        found = [*self._problems_of_numbers(), *self._problems_of_times()]
        if self.status is ConstraintStatus.RESOLVED and not (self.ended_at and self.ended_by):
            found.append(
                (
                    "A resolved constraint needs when it ended and who says so.",
                    "Fill in ended_at and ended_by.",
                )
            )
        return found

    def _problems_of_numbers(self) -> Iterator[tuple[str, str]]:
        if self.speed_factor is not None and not 0 < self.speed_factor <= 1:
            yield (
                f"speed_factor {self.speed_factor} is outside 0-1.",
                "Write 0.5 for half the usual speed.",
            )
        if self.delay_min is not None and not self.delay_min >= 0:
            yield f"delay_min {self.delay_min} is below 0.", "Write the minutes lost."
        for name in _LIMITS:
            value = getattr(self, name)
            if value is not None and not value > 0:
                yield f"{name} {value} is not above 0.", "Leave the cell empty if it is not known."

    def _problems_of_times(self) -> Iterator[tuple[str, str]]:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            yield (
                "valid_to is not after valid_from.",
                "Correct one of the two dates, or leave the end empty.",
            )
        if (self.daily_from is None) != (self.daily_to is None):
            yield (
                "Only one of the daily times is given.",
                "Give both daily_from and daily_to, or neither.",
            )
        if self.daily_from and not self.time_zone:
            yield (
                "The daily times have no time zone.",
                "Fill in time_zone, for example America/Santiago.",
            )
        for name, reads in _TEXTS_OF_TIME:
            value = getattr(self, name)
            try:
                if value is not None:
                    reads(value)
            except UsageError as error:
                yield f"{name}: {error.what}", error.do_next

    @property
    def window(self) -> DailyWindow | None:
        """The daily window of local time in which the constraint holds, if it has one."""
        if self.daily_from is None or self.daily_to is None or self.time_zone is None:
            return None
        return DailyWindow(
            parse_local_time(self.daily_from), parse_local_time(self.daily_to), self.time_zone
        )

    def standing(self, at: datetime) -> Standing:
        """Return where the constraint is in its life at a moment (rules of truth 1 and 3).

        Only an explicit end ends it; a ``valid_to`` that passes makes it lapse unconfirmed,
        unless it was confirmed after that date. A rejected report never held.
        """
        if self.status is ConstraintStatus.REJECTED:
            return Standing.ENDED
        if self.status is ConstraintStatus.RESOLVED and self.ended_at and self.ended_at <= at:
            return Standing.ENDED
        if self.valid_from and at < self.valid_from:
            return Standing.NOT_YET
        if self.valid_to and self.valid_to <= at and not self.confirmed_after_its_end:
            return Standing.LAPSED
        window = self.window
        if window and not window.holds(at):
            return Standing.PAUSED
        return Standing.HOLDS

    @property
    def dates(self) -> tuple[datetime | None, ...]:
        """The dates at which time alone changes what holds, besides the daily window."""
        return (
            self.valid_from,
            self.valid_to,
            self.permitted_until,
            self.ended_at,
            self.review_by,
        )

    def next_change(self, after: datetime) -> datetime | None:
        """Return the first moment after ``after`` when time alone changes what holds, if any."""
        moments = list(self.dates)
        window = self.window
        if window and self.standing(after) in {Standing.HOLDS, Standing.PAUSED}:
            moments.append(window.next_change(after))
        return min((moment for moment in moments if moment and moment > after), default=None)

    def review_overdue(self, at: datetime) -> bool:
        """Tell whether the review date has passed; an overdue review still blocks (rule 1)."""
        return self.review_by is not None and self.review_by <= at

    @property
    def confirmed_after_its_end(self) -> bool:
        """Whether somebody confirmed it at or after its ``valid_to``, so that it did not lapse."""
        return (
            self.valid_to is not None
            and self.last_confirmed_at is not None
            and self.last_confirmed_at >= self.valid_to
        )


_TEXTS_OF_TIME: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("daily_from", parse_local_time),
    ("daily_to", parse_local_time),
    ("time_zone", zone),
)
_LIMITS = (
    "max_gross_t",
    "max_payload_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
)
