"""What contradicts itself in a constraint, each thing with what to do about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .errors import UsageError
from .instant import parse_local_time, zone
from .timerule import is_time, never_holds
from .vocab import Actor, Cargo, ConstraintStatus

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside are slips of the keyboard, or 9999 for *no end*, which is an empty cell here."""

BEARINGS = (
    *("n", "nne", "ne", "ene", "e", "ese", "se", "sse"),
    *("s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"),
)
"""The sixteen points of the compass, clockwise from north."""

Problem = tuple[str, str]


def contradictions(constraint: Any) -> list[Problem]:
    """Return what is wrong with a constraint in itself, and what to do about each.

    Parameters
    ----------
    constraint : lca.constraint.Constraint
        As its fields stand, before anybody reckons with it.
    """
    return [
        *_in_its_numbers(constraint),
        *impossible_figures(constraint),
        *_in_its_dates(constraint),
        *_in_its_rules_of_time(constraint),
        *_in_whom_it_concerns(constraint),
        *_in_its_location(constraint),
    ]


def _in_its_numbers(constraint: Any) -> Iterator[Problem]:
    factor = constraint.speed_factor
    if factor is not None and not 0 < factor <= 1:
        yield f"speed_factor {factor} is outside 0-1.", "Write 0.5 for half the usual speed."
    longest = constraint.delay_max_min
    if longest is not None and not longest >= (constraint.delay_min or 0):
        yield (
            f"delay_max_min {longest} is below the delay.",
            "Write the shortest delay in delay_min and the longest in delay_max_min.",
        )


def impossible_figures(record: Any) -> Iterator[Problem]:
    """Yield the limits, waits and dates of a record that cannot be meant.

    Parameters
    ----------
    record : lca.constraint.Constraint or lca.facility.Control
        A field that it does not have is as one that it does not state.
    """
    for name in _ABOVE_ZERO:
        value = getattr(record, name, None)
        if value is not None and not 0 < value < math.inf:
            yield f"{name} {value} is not above 0.", "Leave the cell empty if it is not known."
    for name, (words, most) in _ZERO_OR_MORE.items():
        value = getattr(record, name, None)
        if value is not None and not value >= 0:
            yield f"{name} {value} is below 0.", f"Write the {words}."
        elif value is not None and value > most:
            # Added to a date it would lie beyond the calendar, and stop every answer.
            yield f"{name} {value:g} is beyond {most:,}.", f"Write the {words}."
    for name in _DATES:
        moment: datetime | None = getattr(record, name, None)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            yield (
                f"{name} lies in the year {moment.year}.",
                f"Write a date from {FIRST_YEAR} to {LAST_YEAR}, or leave it empty: no end is an open end.",
            )


def _in_its_dates(constraint: Any) -> Iterator[Problem]:
    if (
        constraint.valid_from
        and constraint.valid_to
        and constraint.valid_to <= constraint.valid_from
    ):
        yield (
            "valid_to is not after valid_from.",
            "Correct one of the two dates, or leave the end empty.",
        )
    ended = constraint.ended_at and constraint.ended_by
    if constraint.status is ConstraintStatus.RESOLVED and not ended:
        yield (
            "A resolved constraint needs when it ended and who says so.",
            "Fill in ended_at and ended_by.",
        )


def _in_its_rules_of_time(constraint: Any) -> Iterator[Problem]:
    if (constraint.daily_from is None) != (constraint.daily_to is None):
        yield (
            "Only one of the daily times is given.",
            "Give both daily_from and daily_to, or neither.",
        )
    for name, words in _NEEDS_A_ZONE:
        if getattr(constraint, name) and not constraint.time_zone:
            yield f"{words} no time zone.", "Fill in time_zone, for example America/Santiago."
    for name, reads in _TEXTS_OF_TIME:
        value = getattr(constraint, name)
        try:
            if value is not None:
                reads(value)
        except UsageError as error:
            yield f"{name}: {error.what}", error.do_next
    outside = [month for month in constraint.season_months or () if not 1 <= month <= 12]
    if outside:
        yield (
            f"season_months holds {', '.join(map(str, outside))}.",
            "Write months as 1 for January to 12 for December, as 8;9;10.",
        )
    holds = (constraint.rain_hold_light_h, constraint.rain_hold_heavy_h)
    if constraint.rain_hold_threshold_t is not None and holds == (None, None):
        yield (
            "rain_hold_threshold_t parts light from heavy vehicles, but no hold is given.",
            "Give rain_hold_heavy_h, rain_hold_light_h or both, or leave the threshold empty.",
        )


def _in_whom_it_concerns(constraint: Any) -> Iterator[Problem]:
    for name, known in _CONCERNED:
        for value in getattr(constraint, name) or ():
            if value not in known:
                yield f"{name} {value!r} is not known.", "Choose of " + ", ".join(known) + "."
    low = constraint.applies_to_min_practicability
    high = constraint.applies_to_max_practicability
    if low and high and low > high:
        yield (
            "applies_to_min_practicability is above applies_to_max_practicability.",
            "Exchange the two, or leave one empty.",
        )


def _in_its_location(constraint: Any) -> Iterator[Problem]:
    start, end = constraint.chainage_from_km, constraint.chainage_to_km
    for name in ("chainage_from_km", "chainage_to_km", "offset_km"):
        value = getattr(constraint, name)
        if value is not None and not value >= 0:
            yield f"{name} {value} is below 0.", "Count kilometres from the place where they start."
    if start is not None and end is not None and end < start:
        yield (
            f"chainage_to_km {end:g} is before chainage_from_km {start:g}.",
            "Exchange the two; kilometres count up from the place where they start.",
        )
    if end is not None and start is None:
        yield "chainage_to_km has no chainage_from_km.", "Fill in where the stretch begins."
    bearing = constraint.offset_bearing
    if bearing is not None and bearing.casefold() not in BEARINGS:
        yield (
            f"offset_bearing {bearing!r} is no point of the compass.",
            "Write one of " + ", ".join(BEARINGS) + ".",
        )


def wrong_zone(name: str | None) -> Iterator[Problem]:
    """Yield what is wrong with the name of a time zone, if anything."""
    try:
        if name is not None:
            zone(name)
    except UsageError as error:
        yield error.what, error.do_next


def _reads_time_rule(text: str) -> None:
    if not is_time(text):
        msg = f"{text!r} cannot be read as times."
        raise UsageError(msg, do_next="Write it as Mo-Fr 06:00-18:00, or Su, or 22:00-05:00.")
    if never_holds(text):
        # Written as a gate's hours are, it would switch the constraint off for ever.
        msg = f"by {text!r} it never holds."
        raise UsageError(msg, do_next="Write when it holds, as 22:00-05:00, without off or closed.")


_TEXTS_OF_TIME: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("daily_from", parse_local_time),
    ("daily_to", parse_local_time),
    ("time_zone", zone),
    ("time_rule", _reads_time_rule),
)
_CONCERNED = tuple(
    (name, tuple(word.value for word in words if word.value != "unstated"))
    for name, words in (("applies_to_cargo", Cargo), ("applies_to_actor", Actor))
)
_NEEDS_A_ZONE = (
    ("daily_from", "The daily times have"),
    ("time_rule", "The time_rule has"),
    ("season_months", "The season_months have"),
)
_ABOVE_ZERO = (
    "max_gross_t",
    "max_payload_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
    "rain_hold_threshold_t",
)
_LONGEST = 600_000
# The waits of a facility are added up, and their sum is a delay.
_LONGEST_WAIT_H, _LONGEST_CROSSING_MIN = 2_000, 100_000
_ZERO_OR_MORE = {
    "delay_min": ("minutes lost", _LONGEST),
    "delay_max_min": ("most minutes lost", _LONGEST),
    "permit_lead_days": ("days that it takes", _LONGEST),
    "dry_days_required": ("days without rain", _LONGEST),
    "rain_hold_light_h": ("hours after rain", _LONGEST),
    "rain_hold_heavy_h": ("hours after rain", _LONGEST),
    "queue_h": ("hours in the queue", _LONGEST_WAIT_H),
    "clearance_h": ("hours at the customs", _LONGEST_WAIT_H),
    "crossing_min": ("minutes that it takes", _LONGEST_CROSSING_MIN),
    "daily_truck_capacity": ("trucks a day", _LONGEST),
}
_DATES = (
    "valid_from",
    "valid_to",
    "permitted_until",
    "ended_at",
    "review_by",
    "last_rain_at",
)
