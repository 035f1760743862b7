"""The plan of a convoy: its legs, totals, fuel, what stands on the way, and until when it holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lca.errors import UsageError
from lca.instant import format_instant, format_minute
from lca.vocab import Verdict
from routing.answer_text import duration_words, note_line
from routing.notes import Note
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.tables.heading import Heading
from routing.unreviewed import warnings
from routing.waits import Wait

from .convoy import Group, Leg, as_one, legs_of, verdict_of
from .roadside import Beside, FuelReport, beside, fuel_report
from .variants import for_vehicle

FUEL_WITHIN_M = 2_000.0
POST_WITHIN_M = 300.0
"""A border post or checkpoint nearer than this to the way stands on it."""


@dataclass(frozen=True, eq=False)
class ConvoyPlan:
    """A convoy's journey. Legs after one without a way are missing.

    Attributes
    ----------
    verify_before : datetime
        Ask again no later than this: at the departure, or at the first moment before it at which
        time alone changes something that the plan names.
    holds_until : datetime or None
        The first later departure for which time alone may change the plan.
    warnings : tuple of (int, Note)
        Dangers that are reported on the ways and not reviewed (rule 7), each with its leg.
    """

    heading: Heading
    groups: tuple[Group, ...]
    places: tuple[ResolvedPlace, ...]
    legs: tuple[Leg, ...]
    complete: bool
    fuel: FuelReport
    posts: tuple[Beside, ...]
    verify_before: datetime
    holds_until: datetime | None
    warnings: tuple[tuple[int, Note], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of the legs'."""
        return verdict_of(self.legs, complete=self.complete)

    @property
    def hypothetical(self) -> bool:
        """Whether it supposes something that is not published (rule 9)."""
        return self.heading.hypothetical

    @property
    def length_km(self) -> float:
        """Kilometres of all legs."""
        return sum(leg.way.length_km for leg in self.legs if leg.way is not None)

    @property
    def driving_h(self) -> float:
        """Hours of all legs with rest, without the stops between them."""
        return sum(leg.way.duration_h for leg in self.legs if leg.way is not None)

    @property
    def days(self) -> int:
        """Working days of driving and rest."""
        return math.ceil(round(self.driving_h / self.heading.policy.driving_day_h, 6))

    def notes(self, section: str) -> list[tuple[int, Note]]:
        """Return the notes of one section of all legs, each with the number of its first leg."""
        found: dict[tuple[str, str], tuple[int, Note]] = {}
        for number, leg in enumerate(self.legs, 1):
            for note in getattr(leg.finding, section):
                found.setdefault((note.id, note.reason), (number, note))
        return list(found.values())

    def as_json(self) -> dict[str, Any]:
        """Return the plan as a JSON object; only ``envelope`` differs between replays."""
        return {
            **self.heading.as_json(),
            "envelope": {
                **self.heading.envelope(),
                "warnings": [{"leg": number, **note.as_json()} for number, note in self.warnings],
            },
            "verdict": self.verdict.value,
            "complete": self.complete,
            "vehicles": [group.as_json() for group in self.groups],
            "places": [place.as_json() for place in self.places],
            "legs": [leg.as_json() for leg in self.legs],
            "length_km": round(self.length_km, 2),
            "driving_h": round(self.driving_h, 2),
            "days": {"expected": self.days, "driving_day_h": self.heading.policy.driving_day_h},
            "fuel": self.fuel.as_json(),
            "posts": [item.as_json() for item in self.posts],
            "verify_before": format_instant(self.verify_before),
            "holds_until": None if self.holds_until is None else format_instant(self.holds_until),
        }

    def as_text(self) -> str:
        """Return the plan as text."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from self.heading.first_lines(f"CONVOY: {self.verdict.value.replace('_', ' ')}")
        for number, note in self.warnings:
            yield f"WARNING on leg {number}: {note.title()}: {note.reason}"
        for group in self.groups:
            yield f"  {group.words()}"
        for number, leg in enumerate(self.legs, 1):
            yield f"Leg {number}: {leg_line(leg)}"
            finding = leg.finding
            for title, notes in (
                ("blocked by", finding.blocked_by),
                ("condition", finding.conditions),
                ("note", finding.notes),
            ):
                yield from (f"  {title}: {note_line(note.as_json())}" for note in notes)
            yield from (f"  wait: {wait_line(wait)}" for wait in finding.waits)
            if finding.reason:
                yield f"  {finding.reason}"
        if not self.complete:
            yield "The journey ends there: what follows was not planned."
        days = f"{self.days} working day{'s' if self.days != 1 else ''}"
        yield f"Together {self.length_km:.1f} km, {duration_words(self.driving_h)} driving and rest, {days}"
        yield f"Fuel: {self.fuel.words}"
        for item in self.posts:
            yield f"Passes {item.place.name} at km {item.km:.0f}"
        yield f"Verify again before {format_minute(self.verify_before)}"
        yield from self.heading.last_lines()


def leg_line(leg: Leg) -> str:
    """Return a leg as one line."""
    head = f"{leg.origin.name} to {leg.destination.name}{', empty' if leg.back else ''}"
    verdict = leg.finding.verdict.value.replace("_", " ")
    if leg.way is None or leg.arrival is None:
        return f"{head}: {verdict}"
    stop = f", stays {leg.stop_h:g} h" if leg.stop_h else ""
    return (
        f"{head}: {leg.way.length_km:.1f} km, {duration_words(leg.way.duration_h)}, "
        f"{format_minute(leg.departure)} to {format_minute(leg.arrival)}{stop}, {verdict}"
    )


def wait_line(wait: Wait) -> str:
    """Return a wait as one line: where, from when until when, and for what."""
    stop = wait.stop
    return (
        f"km {stop.km:.0f}: from {format_minute(stop.start)} until {format_minute(stop.until)} "
        f"({duration_words(stop.hours)}), {wait.reason}"
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """What a convoy looks for beside its ways.

    Attributes
    ----------
    range_km : float, optional
        Kilometres on full tanks of the vehicle with the shortest range.
    stations, posts : tuple of ResolvedPlace
        Fuel stations; border posts and checkpoints.
    fuel_within_m : float
        How far from the way a station may lie.

    Raises
    ------
    UsageError
        If the range is not above 0, or the distance below 0.
    """

    range_km: float | None = None
    stations: tuple[ResolvedPlace, ...] = ()
    posts: tuple[ResolvedPlace, ...] = ()
    fuel_within_m: float = FUEL_WITHIN_M

    def __post_init__(self) -> None:
        if (self.range_km is not None and not self.range_km > 0) or not self.fuel_within_m >= 0:
            raise UsageError(
                "A range of nothing, or a distance below it, means nothing.",
                do_next="Give the kilometres on full tanks, and the metres off the way.",
            )


def plan_convoy(
    outlook: Outlook,
    groups: Sequence[Group],
    places: Sequence[ResolvedPlace],
    *,
    stop_h: Sequence[float] | None = None,
    back_empty: bool = False,
    needs: Needs | None = None,
) -> ConvoyPlan:
    """Plan a convoy's journey.

    Parameters
    ----------
    outlook : Outlook
        The state of the store, the departure and the policy; its vehicle does not matter.
    groups : sequence of Group
        The vehicles.
    places : sequence of ResolvedPlace
        The origin, the places on the way in their order, the destination.
    stop_h : sequence of float, optional
        Hours at each place after the origin; none if not given.
    back_empty : bool
        Whether the convoy returns from the destination straight to the origin, unloaded.
    needs : Needs, optional
        What it looks for beside the ways.

    Raises
    ------
    UsageError, NotFound
        As :func:`routing.plans.convoy.legs_of` does.
    """
    needs = needs or Needs()
    hours = tuple(stop_h) if stop_h is not None else (0.0,) * (len(places) - 1)
    legs = legs_of(outlook, groups, places, hours, back_empty=back_empty)
    ways = [leg.way for leg in legs if leg.way is not None]
    wanted = len(places) - 1 + int(back_empty)
    heading = Heading.of(
        for_vehicle(outlook, as_one(groups)),
        "convoy",
        vehicles=[group.as_json() for group in groups],
        places=[place.as_json() for place in places],
        stop_h=list(hours),
        back_empty=back_empty,
        range_km=needs.range_km,
        fuel_within_m=needs.fuel_within_m,
    )
    return ConvoyPlan(
        heading=heading,
        groups=tuple(groups),
        places=tuple(places),
        legs=legs,
        complete=len(ways) == wanted,
        fuel=fuel_report(
            ways, needs.stations, range_km=needs.range_km, within_m=needs.fuel_within_m
        ),
        posts=tuple(beside(ways, needs.posts, POST_WITHIN_M)),
        verify_before=_verify_before(outlook, legs),
        holds_until=_holds_until(outlook, legs),
        warnings=tuple(
            (number, note)
            for number, leg in enumerate(legs, 1)
            for note in warnings(outlook.dangers, leg.way or leg.finding.plain, outlook.notary)
        ),
    )


def _verify_before(outlook: Outlook, legs: Sequence[Leg]) -> datetime:
    """Return the departure, or an earlier moment at which something that is named changes."""
    named = {
        note.id
        for leg in legs
        for section in ("conditions", "notes", "blocked_by", "avoided")
        for note in getattr(leg.finding, section)
    }
    known = outlook.inputs.heads.as_of
    dates = (
        moment
        for item in outlook.coverage.placed
        if (item.constraint.id if item.control is None else item.control.id) in named
        for moment in item.constraint.dates
    )
    return min([outlook.at, *(one for one in dates if one is not None and one > known)])


def _holds_until(outlook: Outlook, legs: Sequence[Leg]) -> datetime | None:
    """Return the first later departure of the convoy that may change any leg.

    Whoever departs later by some time departs on each leg later by as much.
    """
    known = [
        leg.finding.valid_until - (leg.departure - outlook.at)
        for leg in legs
        if leg.finding.valid_until is not None
    ]
    return min(known, default=None)
