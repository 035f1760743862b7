"""Access constraints: what happened, where, its effect, on which vehicles, and when it holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from .contradictions import contradictions
from .errors import InvalidInput
from .instant import DailyWindow
from .provenance import Provenance
from .record import described
from .recurrence import Recurrence, recurrence_of
from .timerule import NEVER, PERHAPS
from .vocab import (
    Bypass,
    ConstraintStatus,
    ConstraintTarget,
    ConstraintType,
    Direction,
    Drive,
    EffectKind,
    Practicability,
    RepairState,
    SecurityCategory,
)

RAIN_HOLD_THRESHOLD_T = 3.5
"""Gross mass that parts light from heavy vehicles at rain barriers where none is stated."""


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
    hazmat_forbidden: bool | None = described("Hazardous goods forbidden", default=None)
    applies_to_vehicles: tuple[str, ...] | None = described(
        "Concerns these vehicle classes only", default=None
    )
    applies_to_min_practicability: Practicability | None = described(
        "Concerns vehicles of this class and above (UNSDI-T 1-6)", default=None
    )
    applies_to_max_practicability: Practicability | None = described(
        "Concerns vehicles of this class and below (UNSDI-T 1-6)", default=None
    )
    applies_to_cargo: tuple[str, ...] | None = described(
        "Concerns these cargoes only", default=None
    )
    applies_to_actor: tuple[str, ...] | None = described(
        "Concerns these operators only", default=None
    )
    speed_factor: float | None = described("Speed factor (0-1)", default=None)
    delay_min: float | None = described("Delay", unit="min", default=None)
    delay_max_min: float | None = described("Longest delay", unit="min", default=None)
    convoy_required: bool | None = described("Convoy required", default=None)
    escort_required: bool | None = described("Escort required", default=None)
    permit_name: str | None = described("Permit required", default=None)
    permit_lead_days: float | None = described("Lead time of the permit", unit="d", default=None)
    permit_issued_by: str | None = described("Permit issued by", default=None)
    security_category: SecurityCategory | None = described(
        "Security category (UNSDI-T A-E)", default=None
    )
    valid_from: datetime | None = described("Valid from", default=None)
    valid_to: datetime | None = described("Valid to", default=None)
    permitted_until: datetime | None = described("Passage permitted until", default=None)
    daily_from: str | None = described("Holds daily from (local time)", default=None)
    daily_to: str | None = described("Holds daily until (local time)", default=None)
    time_zone: str | None = described("Time zone of the daily times (IANA)", default=None)
    time_rule: str | None = described("Holds at these times (OSM opening hours)", default=None)
    season_months: tuple[int, ...] | None = described("Holds in these months (1-12)", default=None)
    dry_days_required: int | None = described("Dry days required", unit="d", default=None)
    rain_hold_light_h: float | None = described(
        "Hold after rain, light vehicles", unit="h", default=None
    )
    rain_hold_heavy_h: float | None = described(
        "Hold after rain, heavy vehicles", unit="h", default=None
    )
    rain_hold_threshold_t: float | None = described(
        "Gross mass above which a vehicle is heavy in rain", unit="t", default=None
    )
    last_rain_at: datetime | None = described("Last rain ended", default=None)
    ended_at: datetime | None = described("Ended at", default=None)
    ended_by: str | None = described("Source of the end", default=None)
    bypass: Bypass | None = described("Bypass", default=None)
    bypass_note: str | None = described("About the bypass", default=None)
    repair_state: RepairState | None = described("Repair", default=None)
    repair_note: str | None = described("About the repair", default=None)
    repair_by: str | None = described("Repaired by", default=None)
    repair_end_expected: datetime | None = described("End of the repair expected", default=None)
    needed_to_pass: str | None = described("What it needs to be passable", default=None)
    way_round: str | None = described("Line of the bypass (lat lon; lat lon; …)", default=None)
    season_id: str | None = described("Id of the season in which it holds", default=None)
    target_kind: ConstraintTarget | None = described("What it is about", default=None)
    target_ids: tuple[str, ...] | None = described("Ids of what it is about", default=None)
    openlr: str | None = described("Location as OpenLR", default=None)
    location_text: str | None = described("Location in words", default=None)
    chainage_from_km: float | None = described("Chainage from", unit="km", default=None)
    chainage_to_km: float | None = described("Chainage to", unit="km", default=None)
    chainage_from_place: str | None = described("Chainage counted from", default=None)
    place_from: str | None = described("Between this place", default=None)
    place_to: str | None = described("And this place", default=None)
    offset_km: float | None = described("Distance from the place", unit="km", default=None)
    offset_bearing: str | None = described("Bearing from the place (n, ne, …)", default=None)
    toward_place: str | None = described("On the road toward", default=None)
    geometry: BaseGeometry | None = None

    def __post_init__(self) -> None:
        for problem in self.problems():
            raise InvalidInput(problem[0], where=self.id, do_next=problem[1])

    def problems(self) -> list[tuple[str, str]]:
        """Return what contradicts itself in the record, each with what to do about it."""
        return contradictions(self)

    @property
    def window(self) -> DailyWindow | None:
        """The daily window of local time in which the constraint holds, if it has one."""
        recurrence = self.recurrence
        return None if recurrence is None else recurrence.window

    @property
    def recurrence(self) -> Recurrence | None:
        """The rules of local time by which it holds again and again, if it has any."""
        if self.time_zone is None:
            return None
        return recurrence_of(
            self.daily_from, self.daily_to, self.time_rule, self.season_months, self.time_zone
        )

    def standing(self, at: datetime) -> Standing:
        """Return where the constraint is in its life at a moment (rules of truth 1 and 3).

        Only an explicit end ends it; a ``valid_to`` that passes makes it lapse unconfirmed,
        unless it was confirmed after that date. A rejected report never held. A rule of time
        of which nobody can tell whether it holds (:meth:`perhaps`) counts as holding.
        """
        if self.status is ConstraintStatus.REJECTED:
            return Standing.ENDED
        if self.status is ConstraintStatus.RESOLVED and self.ended_at and self.ended_at <= at:
            return Standing.ENDED
        if self.valid_from and at < self.valid_from:
            return Standing.NOT_YET
        if self.valid_to and self.valid_to <= at and not self.confirmed_after_its_end:
            return Standing.LAPSED
        recurrence = self.recurrence
        if recurrence and recurrence.truth(at) == NEVER:
            return Standing.PAUSED
        return Standing.HOLDS

    def perhaps(self, at: datetime) -> bool:
        """Tell whether its rule of time cannot be told to hold or not: the sun, holidays, a doubt."""
        recurrence = self.recurrence
        return recurrence is not None and recurrence.truth(at) == PERHAPS

    def dry_hold(self, gross_t: float) -> timedelta | None:
        """Return how long after the last rain a vehicle of a gross mass must wait, None if not.

        A dry day is 24 hours without rain. Vehicles above ``rain_hold_threshold_t`` (3.5 t if it
        is not stated) are heavy: in West and Central Africa rain barriers hold them longer.
        """
        threshold = self.rain_hold_threshold_t or RAIN_HOLD_THRESHOLD_T
        hours = self.rain_hold_heavy_h if gross_t > threshold else self.rain_hold_light_h
        longest = max(hours or 0.0, 24.0 * (self.dry_days_required or 0))
        return timedelta(hours=longest) if longest else None

    def dry_again_at(self, gross_t: float) -> datetime | None:
        """Return when the hold after the last known rain ends for a vehicle of a gross mass."""
        hold = self.dry_hold(gross_t)
        if hold is None or self.last_rain_at is None:
            return None
        return self.last_rain_at + hold

    @property
    def dates(self) -> tuple[datetime | None, ...]:
        """The dates at which time alone changes what holds, besides what comes again and again."""
        return (
            self.valid_from,
            self.valid_to,
            self.permitted_until,
            self.ended_at,
            self.review_by,
            self.dry_again_at(0.0),
            self.dry_again_at(math.inf),
        )

    def next_change(self, after: datetime) -> datetime | None:
        """Return the first moment after ``after`` when time alone changes what holds, if any."""
        moments = list(self.dates)
        recurrence = self.recurrence
        if recurrence and self.standing(after) not in {Standing.ENDED, Standing.NOT_YET}:
            moments.append(recurrence.next_change(after))
        return min((moment for moment in moments if moment and moment > after), default=None)

    def review_overdue(self, at: datetime) -> bool:
        """Tell whether the review date has passed; an overdue review still blocks (rule 1)."""
        return self.stale(at)

    @property
    def confirmed_after_its_end(self) -> bool:
        """Whether somebody confirmed it at or after its ``valid_to``, so that it did not lapse."""
        return (
            self.valid_to is not None
            and self.last_confirmed_at is not None
            and self.last_confirmed_at >= self.valid_to
        )
