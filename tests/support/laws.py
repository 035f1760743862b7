"""The laws that no answer may break, checked without the product's own rules.

The reference model below knows a constraint's words (effect, limits, times, direction) and the
drawing's letters. It shares no code with ``routing`` or with ``lca.effect``: closures are deleted
edges, ways are found by Bellman-Ford, times of day are compared by hand.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lca.constraint import Constraint
from lca.vehicle import VehicleClass
from lca.vocab import ConstraintStatus, Direction, EffectKind, LocationPrecision
from routing.answer import RouteAnswer

from .asciimap import AsciiMap, draw
from .story import NOON, constraint, line

GRID = draw(
    """
    A---B---C---D
    |   |   |   |
    E---F---G---H
    |   |   |   |
    I---J---K---L
    |   |   |   |
    M---N---O---P
    """,
    {
        "ABCD": {"highway": "primary", "name": "First"},
        "EFGH": {"highway": "secondary", "name": "Second", "oneway": "forward"},
        "IJKL": {"highway": "tertiary", "name": "Third"},
        "MNOP": {"highway": "primary", "name": "Fourth", "oneway": "backward"},
        "AEIM": {"highway": "primary", "name": "West"},
        "BFJN": {"highway": "tertiary", "name": "Inner", "oneway": "forward"},
        "CGKO": {"highway": "secondary", "name": "Middle"},
        "DHLP": {"highway": "primary", "name": "East"},
    },
    column_m=50.0,
)
STREETS = ("ABCD", "EFGH", "IJKL", "MNOP", "AEIM", "BFJN", "CGKO", "DHLP")
ONE_WAY = {"EFGH": 1, "MNOP": -1, "BFJN": 1}
LINKS = tuple(street[at : at + 2] for street in STREETS for at in range(3))
ZONES = ("UTC", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland")
SEARCH_AT = NOON


@dataclass
class Reported:
    """A constraint, and on which link of the grid it was drawn in which direction."""

    constraint: Constraint
    drawn: str


def random_report(rng: random.Random, number: int) -> Reported:
    """Return a constraint on a random link with random words."""
    link = rng.choice(LINKS)
    drawn = link if rng.random() < 0.5 else link[::-1]
    low = rng.uniform(0.15, 0.45)
    where = (
        GRID.between(drawn, rng.uniform(0.2, 0.8), aside_m=rng.uniform(-9, 9))
        if rng.random() < 0.4
        else line(GRID.between(drawn, low), GRID.between(drawn, low + 0.4))
    )
    if not hasattr(where, "coords"):
        drawn = link
    fields: dict[str, object] = {"direction": rng.choice(list(Direction))}
    fields["effect"] = rng.choice(
        [EffectKind.BLOCKED, EffectKind.BLOCKED, EffectKind.RESTRICTED, EffectKind.ADVISORY]
    )
    if fields["effect"] is EffectKind.RESTRICTED:
        fields[rng.choice(["max_gross_t", "max_axle_t", "max_payload_t"])] = rng.uniform(2, 30)
    fields["location_precision"] = rng.choice(
        [LocationPrecision.ACCURATE] * 4 + [LocationPrecision.BAD]
    )
    kind = rng.randrange(6)
    shift = timedelta(seconds=rng.choice([-86_400, -1, 0, 1, 86_400]))
    if kind == 0:
        fields |= {
            "status": ConstraintStatus.RESOLVED,
            "ended_at": SEARCH_AT + shift,
            "ended_by": "Police",
        }
    elif kind == 1:
        fields |= {"valid_to": SEARCH_AT + shift}
    elif kind == 2:
        # One that begins a second later would be met on the way: another law has that case.
        fields |= {"valid_from": SEARCH_AT + (shift if shift.seconds != 1 else timedelta(0))}
    elif kind == 3:
        start, hours = rng.randrange(24), rng.randrange(1, 24)
        fields |= {
            "daily_from": f"{start:02d}:30",
            "daily_to": f"{(start + hours) % 24:02d}:30",
            "time_zone": rng.choice(ZONES),
        }
    return Reported(constraint(f"report-{number}", where, **fields), drawn)


def blocks(item: Constraint, vehicle: VehicleClass, at: datetime) -> bool:
    """Tell by hand whether a constraint that is on a road stops the vehicle at a moment."""
    over = item.status is ConstraintStatus.RESOLVED and item.ended_at is not None
    if (
        item.location_precision is not LocationPrecision.ACCURATE
        or (over and item.ended_at <= at)
        or (item.valid_from is not None and at < item.valid_from)
        or (item.valid_to is not None and at >= item.valid_to)
        or (item.daily_from is not None and not _in_window(item, at))
    ):
        return False
    limits = (
        (item.max_gross_t, vehicle.gross_t),
        (item.max_axle_t, vehicle.axle_load_t),
        (item.max_payload_t, vehicle.payload_t),
    )
    exceeded = any(limit is not None and value > limit for limit, value in limits)
    return item.effect is EffectKind.BLOCKED or exceeded


def _in_window(item: Constraint, at: datetime) -> bool:
    assert item.daily_from is not None
    assert item.daily_to is not None
    local = at.astimezone(ZoneInfo(str(item.time_zone)))
    minute = local.hour * 60 + local.minute
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (item.daily_from, item.daily_to))
    return start <= minute < end if start < end else minute >= start or minute < end


def closed_steps(
    reports: list[Reported], vehicle: VehicleClass, at: datetime
) -> Mapping[str, set[str]]:
    """Return which constraint closes which step, a step being two letters in driving order."""
    closed: dict[str, set[str]] = {}
    for report in reports:
        if not blocks(report.constraint, vehicle, at):
            continue
        steps = {
            Direction.BOTH: (report.drawn, report.drawn[::-1]),
            Direction.FORWARD: (report.drawn,),
            Direction.BACKWARD: (report.drawn[::-1],),
        }[report.constraint.direction]
        for step in steps:
            closed.setdefault(step, set()).add(report.constraint.id)
    return closed


def legal_steps() -> Iterator[str]:
    """Yield the steps that one-way signs allow."""
    for street in STREETS:
        for at in range(3):
            step = street[at : at + 2]
            if ONE_WAY.get(street, 1) > 0:
                yield step
            if ONE_WAY.get(street, -1) < 0:
                yield step[::-1]


def cheapest_ms(
    town: AsciiMap, weights: Mapping[str, int], origin: str, destination: str
) -> int | None:
    """Return the least cost by Bellman-Ford over the steps that are left."""
    cost = {origin: 0}
    for _ in town.metres:
        for step, weight in weights.items():
            if step[0] in cost:
                through = cost[step[0]] + weight
                if through < cost.get(step[1], through + 1):
                    cost[step[1]] = through
    return cost.get(destination)


def steps_of(town: AsciiMap, answer: RouteAnswer) -> list[str]:
    """Return the steps that an answer's way drives."""
    if answer.way is None:
        return []
    letters = town.way_of(answer.way.trip.arcs)
    return [letters[at : at + 2] for at in range(len(letters) - 1)]
