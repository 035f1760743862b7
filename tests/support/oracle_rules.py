"""The oracle's first page: what one constraint does to one vehicle at one moment.

Written from the rules of truth and the data model alone, sharing no code with the product's own
judgement (``lca.effect``, ``lca.phases``, ``routing``): words are compared by hand, local time is
asked of ``zoneinfo`` every quarter of an hour. Slow, and meant to be obviously right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from lca.constraint import Constraint
from lca.vehicle import VehicleClass
from lca.vocab import (
    Cargo,
    ConstraintStatus,
    ConstraintType,
    EffectKind,
    LocationPrecision,
)

DAYS_AHEAD = 33
"""How far the oracle looks; a search ends after 24.8 days of driving, 31 with its rests."""
DAYS_AHEAD_BY_DAY = 66
"""The same where half of each day is driven."""

_PLACED = {LocationPrecision.ACCURATE, LocationPrecision.APPROXIMATE}
_PAPERS = {ConstraintType.CONVOY_ESCORT_REQUIRED, ConstraintType.PERMIT_REQUIRED}


class Does(IntEnum):
    """What a constraint does to a passing vehicle, the weakest first."""

    NOTHING = 0
    IS_NOTED = 1
    CONDITIONS = 2
    BLOCKS = 3


@dataclass(frozen=True)
class Ruling:
    """What a constraint does while it stands so, and what it costs who passes."""

    does: Does
    speed_factor: float = 1.0
    delay_s: float = 0.0


NOTHING = Ruling(Does.NOTHING)


def ruling(item: Constraint, vehicle: VehicleClass, at: datetime, departure: datetime) -> Ruling:
    """Return what a constraint does at a moment to a vehicle that departed at another.

    Rule 3: a ``valid_to`` that passes on the way reopens nothing, so it counts only if it has
    passed when the vehicle departs. Then the constraint is lapsed: it conditions (rule 2).
    """
    if item.status is ConstraintStatus.REJECTED:
        return NOTHING
    if item.status is ConstraintStatus.RESOLVED and item.ended_at and item.ended_at <= at:
        return NOTHING
    if item.valid_from and at < item.valid_from:
        return NOTHING
    concerned = concerns(item, vehicle)
    if concerned is False or not holds_by_its_clock(item, at):
        return NOTHING
    does = _holding(item, vehicle, at)
    certain = (
        item.location_precision in _PLACED and not lapsed(item, departure) and concerned is True
    )
    if does is Does.BLOCKS and not certain:
        does = Does.CONDITIONS
    return Ruling(does, item.speed_factor or 1.0, (item.delay_min or 0.0) * 60)


def concerns(item: Constraint, vehicle: VehicleClass) -> bool | None:
    """Tell whether a constraint that names whom it concerns means this vehicle; None if unsaid."""
    rank = vehicle.practicability
    if item.applies_to_vehicles and vehicle.code not in item.applies_to_vehicles:
        return False
    if item.applies_to_min_practicability and rank < item.applies_to_min_practicability:
        return False
    if item.applies_to_max_practicability and rank > item.applies_to_max_practicability:
        return False
    answer: bool | None = True
    for named, said in (
        (item.applies_to_cargo, vehicle.cargo.value),
        (item.applies_to_actor, vehicle.actor.value),
    ):
        if named and said == "unstated":
            answer = None
        elif named and said not in named:
            return False
    return answer


def lapsed(item: Constraint, departure: datetime) -> bool:
    """Tell whether its date has passed before the departure and nobody has confirmed it since."""
    if item.valid_to is None or departure < item.valid_to:
        return False
    return item.last_confirmed_at is None or item.last_confirmed_at < item.valid_to


def _holding(item: Constraint, vehicle: VehicleClass, at: datetime) -> Does:
    """Return what it does while it holds (rule 1)."""
    if exceeds(item, vehicle):
        return Does.BLOCKS
    if item.permitted_until is not None:
        # Passage is a permission: it may be used until then, and its lapse closes.
        if at >= item.permitted_until:
            return Does.BLOCKS
    elif item.effect is EffectKind.BLOCKED:
        return Does.BLOCKS
    hold = hours_after_rain(item, vehicle)
    if hold and item.last_rain_at and at < item.last_rain_at + timedelta(hours=hold):
        return Does.BLOCKS
    stated = limits(item) or _any_rain_hold(item)
    within = item.effect is EffectKind.RESTRICTED and stated
    harmless = item.effect is EffectKind.ADVISORY or within
    depends = hold or item.permitted_until is not None or _asks_for_papers(item)
    return Does.IS_NOTED if harmless and not depends else Does.CONDITIONS


def _asks_for_papers(item: Constraint) -> bool:
    return bool(
        item.constraint_type in _PAPERS
        or item.convoy_required
        or item.escort_required
        or item.permit_name
    )


def hours_after_rain(item: Constraint, vehicle: VehicleClass) -> float:
    """Return how long after rain it holds this vehicle; above 3.5 t it is heavy."""
    heavy = vehicle.gross_t > (item.rain_hold_threshold_t or 3.5)
    hours = item.rain_hold_heavy_h if heavy else item.rain_hold_light_h
    return max(hours or 0.0, 24.0 * (item.dry_days_required or 0))


def _any_rain_hold(item: Constraint) -> bool:
    return bool(item.rain_hold_heavy_h or item.rain_hold_light_h or item.dry_days_required)


def limits(item: Constraint) -> list[str]:
    """Return the names of the limits that are stated; null is not known, never 0."""
    names = (
        "max_gross_t",
        "max_payload_t",
        "max_axle_t",
        "max_height_m",
        "max_width_m",
        "max_length_m",
        "practicability_cap",
        "drive_required",
        "hazmat_forbidden",
    )
    return [name for name in names if getattr(item, name)]


def exceeds(item: Constraint, vehicle: VehicleClass) -> bool:
    """Tell whether the vehicle is over any stated limit; what equals it may pass."""
    over = {
        "max_gross_t": lambda limit: vehicle.gross_t > limit,
        "max_payload_t": lambda limit: vehicle.payload_t > limit,
        "max_axle_t": lambda limit: vehicle.axle_load_t > limit,
        "max_height_m": lambda limit: vehicle.height_m > limit,
        "max_width_m": lambda limit: vehicle.width_m > limit,
        "max_length_m": lambda limit: vehicle.length_m > limit,
        "practicability_cap": lambda cap: cap > 0 and vehicle.practicability > cap,
        "drive_required": lambda drive: (
            "4x2 4x4 6x6".index(vehicle.drive) < "4x2 4x4 6x6".index(drive)
        ),
        "hazmat_forbidden": lambda _: vehicle.hazmat or vehicle.cargo is Cargo.FUEL,
    }
    return any(over[name](getattr(item, name)) for name in limits(item))


def holds_by_its_clock(item: Constraint, at: datetime) -> bool:
    """Tell whether its hours, days and months of local time are on; without any it always holds."""
    if item.time_zone is None:
        return True
    return _on(_clock_of(item), at.astimezone(ZoneInfo(item.time_zone)))


@dataclass(frozen=True)
class Clock:
    """Rules of local time, all of which must be on: daily hours, days of the week, months."""

    daily: tuple[str, str] | None
    weekly: str | None
    months: tuple[int, ...] | None


def _clock_of(item: Constraint) -> Clock:
    daily = (item.daily_from, item.daily_to) if item.daily_from and item.daily_to else None
    return Clock(daily, item.time_rule, item.season_months)


def _on(clock: Clock, local: datetime) -> bool:
    if clock.months and local.month not in clock.months:
        return False
    if clock.daily and not _in_hours(local, *clock.daily):
        return False
    return not clock.weekly or _in_week(local, clock.weekly)


_DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]


def _in_week(local: datetime, rule: str) -> bool:
    """Judge ``Mo-Fr 08:00-17:00``: some days of the week, and hours that begin on them."""
    days, _, hours = rule.partition(" ")
    first, _, last = days.partition("-")
    low, high = _DAYS.index(first), _DAYS.index(last or first)
    start, _, end = hours.partition("-")
    return any(
        low <= (local - timedelta(days=back)).weekday() <= high
        and _in_hours(local, start, end, begun_days_ago=back)
        for back in (0, 1)
    )


def _in_hours(local: datetime, start: str, end: str, begun_days_ago: int | None = None) -> bool:
    """Tell whether a clock shows hours ``[start, end)``, which may run past midnight."""
    minute = local.hour * 60 + local.minute
    opens, closes = (int(text[:-3]) * 60 + int(text[-2:]) for text in (start, end))
    if opens < closes:
        return opens <= minute < closes and begun_days_ago in {None, 0}
    began_today, began_yesterday = minute >= opens, minute < closes
    if begun_days_ago is None:
        return began_today or began_yesterday
    return began_yesterday if begun_days_ago else began_today


def changes(
    item: Constraint, departure: datetime, vehicle: VehicleClass, days: int
) -> list[datetime]:
    """Return every moment after the departure, within so many days, at which it may change."""
    end = departure + timedelta(days=days)
    dates = [item.valid_from, item.permitted_until, item.ended_at]
    if item.last_rain_at:
        dates.append(item.last_rain_at + timedelta(hours=hours_after_rain(item, vehicle)))
    moments = {moment for moment in dates if moment and departure < moment < end}
    if item.time_zone is not None:
        edges = clock_changes(_clock_of(item), item.time_zone, departure.date(), days)
        moments |= {moment for moment in edges if departure < moment < end}
    return sorted(moments)


@lru_cache(maxsize=4096)
def clock_changes(clock: Clock, zone: str, day: date, days: int) -> tuple[datetime, ...]:
    """Return when rules of local time go on or off in so many days, by looking at every quarter.

    No zone of the cases is off UTC by less than a quarter of an hour, and no rule is finer.
    """
    quarters = _local_quarters(zone, day, days)
    # A rule sees no more of a clock than this, so each of its faces is judged once.
    faces = [(local.month, local.weekday(), local.hour, local.minute) for local in quarters]
    on = {
        face: _on(clock, local) for face, local in dict(zip(faces, quarters, strict=True)).items()
    }
    state = [on[face] for face in faces]
    return tuple(
        quarters[number].astimezone(UTC)
        for number in range(1, len(quarters))
        if state[number] != state[number - 1]
    )


@lru_cache(maxsize=128)
def _local_quarters(zone: str, day: date, days: int) -> list[datetime]:
    """Return what local clocks show at each quarter of an hour from a day of UTC on."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    count = (days + 2) * 24 * 4
    return [
        (first + timedelta(minutes=15 * number)).astimezone(ZoneInfo(zone))
        for number in range(count)
    ]


class Course:
    """What one constraint does to one vehicle from a departure on, change by change."""

    def __init__(
        self,
        item: Constraint,
        vehicle: VehicleClass,
        departure: datetime,
        days: int = DAYS_AHEAD,
    ) -> None:
        self.item = item
        self._starts = [departure, *changes(item, departure, vehicle, days)]
        self._rulings = [ruling(item, vehicle, start, departure) for start in self._starts]

    @property
    def changes(self) -> list[datetime]:
        """The moments after the departure at which it may change."""
        return self._starts[1:]

    def at(self, moment: datetime) -> Ruling:
        """Return what it does at a moment."""
        return self._rulings[bisect_right(self._starts, moment) - 1]

    def during(self, start: datetime, end: datetime) -> Iterator[Ruling]:
        """Yield all that it does in ``[start, end)``; an instant is judged at its start."""
        yield self.at(start)
        for begin, does in zip(self._starts, self._rulings, strict=True):
            if start < begin < end:
                yield does

    def blocks_in(self, start: datetime, end: datetime) -> bool:
        """Tell whether it blocks at any moment of ``[start, end)``."""
        return any(one.does is Does.BLOCKS for one in self.during(start, end))

    def ever_blocks(self) -> bool:
        """Tell whether it blocks at any moment that the oracle looks at."""
        return any(one.does is Does.BLOCKS for one in self._rulings)

    def stands_at(self, moment: datetime) -> bool:
        """Tell whether it is neither over, nor rejected, nor still to come (its hours aside)."""
        item = self.item
        over = (
            item.status is ConstraintStatus.RESOLVED and item.ended_at and item.ended_at <= moment
        )
        begun = item.valid_from is None or item.valid_from <= moment
        return item.status is not ConstraintStatus.REJECTED and not over and begun
