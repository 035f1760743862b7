"""The oracle's fourth page: random reports on a few drawn maps, and questions about them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lca.constraint import Constraint
from lca.vehicle import VehicleClass, vehicle_class
from lca.vocab import (
    Actor,
    Cargo,
    ConstraintStatus,
    ConstraintType,
    Direction,
    Drive,
    EffectKind,
    LocationPrecision,
    Practicability,
)

from .oracle_places import Board, Placement, Unclear
from .oracle_ways import End
from .story import constraint

VEHICLES = ("lv_4wd", "truck_light", "truck_medium", "truck_heavy_3", "artic_5", "truck_6x6")
ZONES = ("UTC", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "Africa/Khartoum")

BOARDS: dict[str, Board] = {
    "town": Board(
        """
        A---B---C---D
        |   |   |   |
        E---F---G---H
        |   |   |   |
        I---J---K---L
        """,
        {
            "ABCD": {"highway": "primary", "name": "First"},
            "EFGH": {"highway": "secondary", "name": "Second", "oneway": "forward"},
            "IJKL": {"highway": "tertiary", "name": "Third"},
            "AEI": {"highway": "primary", "name": "West"},
            "BFJ": {"highway": "tertiary", "name": "Inner", "oneway": "backward"},
            "CGK": {"highway": "secondary", "name": "Middle"},
            "DHL": {"highway": "primary", "name": "East"},
        },
        column_m=90.0,
        row_m=160.0,
    ),
    "river": Board(
        """
        A---B---C---D
        |       |   |
        |       E   |
        F---G---H---I
        """,
        {
            "ABCD": {"highway": "primary", "name": "North bank"},
            "FGHI": {"highway": "unclassified", "name": "South bank"},
            "AF": {"highway": "tertiary", "name": "West bridge"},
            "CEH": {"highway": "secondary", "name": "Middle bridge"},
            "DI": {"highway": "track", "name": "East bridge"},
        },
        column_m=4_000.0,
        row_m=7_000.0,
        blur_m=6.0,
    ),
    "branches": Board(
        """
        A---B---C---D
        .   |   |
        .   E   F---G
        .   |
        .   H---I
        """,
        {
            "ABCD": {"highway": "trunk", "name": "Trunk"},
            "BEH": {"highway": "primary"},
            "HI": {"highway": "track"},
            "CFG": {"highway": "secondary"},
        },
        column_m=2_500.0,
        row_m=6_000.0,
        blur_m=6.0,
    ),
    "carriageways": Board(
        """
        .   N       P
        A---B-------C---D
        E---F-------G---H
        .   S-------T
        """,
        {
            "ABCD": {"highway": "trunk", "name": "Ruta 5", "oneway": "forward"},
            "HGFE": {"highway": "trunk", "name": "Ruta 5", "oneway": "forward"},
            "NBFS": {"highway": "secondary", "name": "Cross"},
            "PCGT": {"highway": "tertiary"},
            "ST": {"highway": "tertiary", "name": "Frontage"},
            "EA": {"highway": "tertiary"},
            "DH": {"highway": "tertiary"},
        },
        column_m=60.0,
        row_m=24.0,
    ),
}
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
JUMPS = (datetime(2026, 4, 4, 12, tzinfo=UTC), datetime(2026, 9, 5, 12, tzinfo=UTC))
"""Before clocks are put back in Chile and New Zealand, and before they are put on in Chile."""
BY_DAY = ("06:00", "18:00")
"""When a vehicle moves that does not drive at night."""


@dataclass(frozen=True)
class Report:
    """A constraint, and where it was drawn on the board."""

    item: Constraint
    placement: Placement
    drawn: BaseGeometry | None


@dataclass(frozen=True)
class Case:
    """A board under reports, a vehicle, a departure, and ways to ask for.

    With ``day`` the vehicle moves only between two clock times of each day.
    """

    board_name: str
    reports: tuple[Report, ...]
    vehicle: VehicleClass
    departure: datetime
    journeys: tuple[tuple[End, End], ...]
    day: tuple[str, str] | None = None

    @property
    def board(self) -> Board:
        """The board."""
        return BOARDS[self.board_name]


def draw_case(seed: int, *, timed: bool, journeys: int = 4) -> Case:
    """Return the random case of a seed.

    Without ``timed`` nothing changes between the departure and a month later, so that the time of
    day plays no part; with it, much does: one in eight departs shortly before clocks are set, and
    one in five does not drive at night.
    """
    rng = random.Random(seed)
    name = rng.choice(sorted(BOARDS))
    board = BOARDS[name]
    departure = _departure(rng)
    if timed and seed % 8 == 7:
        departure = JUMPS[seed // 8 % 2] + (departure - NOON) % timedelta(days=1)
    reports = [
        _drawn_clearly(rng, board, f"report-{number}", departure, timed=timed)
        for number in range(rng.choice([0, 1, 2, 3, 4, 5, 6, 8]))
    ]
    return Case(
        name,
        tuple(reports),
        _vehicle(rng),
        departure,
        tuple(_journey(rng, board) for _ in range(journeys)),
        BY_DAY if timed and seed % 5 == 3 else None,
    )


def _vehicle(rng: random.Random) -> VehicleClass:
    """Draw a class, and now and then what it carries and who operates it."""
    vehicle = vehicle_class(rng.choice(VEHICLES))
    if rng.random() < 0.5:
        return vehicle
    return replace(
        vehicle,
        hazmat=rng.random() < 0.2,
        cargo=rng.choice(list(Cargo)),
        actor=rng.choice(list(Actor)),
    )


def _departure(rng: random.Random) -> datetime:
    days, seconds = rng.randrange(4), rng.randrange(24 * 3600)
    exact = rng.random() < 0.3
    return NOON + timedelta(days=days, seconds=seconds // 1800 * 1800 if exact else seconds)


def _journey(rng: random.Random, board: Board) -> tuple[End, End]:
    while True:
        ends = [_end(rng, board) for _ in range(2)]
        if ends[0] != ends[1]:
            return ends[0], ends[1]


def _end(rng: random.Random, board: Board) -> End:
    if rng.random() < 0.7:
        return End(rng.choice(board.letters))
    return End(rng.choice(sorted(board.links)), rng.choice([0.11, 0.49, 0.93]))


def _drawn_clearly(
    rng: random.Random, board: Board, name: str, departure: datetime, *, timed: bool
) -> Report:
    """Draw reports until one lies clearly within or beyond every tolerance."""
    while True:
        fields = _words(rng, departure, timed=timed)
        drawn = _location(rng, board, fields)
        where = None if drawn is None else board.on_earth(drawn)
        item = constraint(name, where, **fields)
        try:
            return Report(item, board.place(item, drawn), drawn)
        except Unclear:
            continue


def _location(rng: random.Random, board: Board, fields: dict[str, Any]) -> BaseGeometry | None:
    """Draw a location; the words of the report may gain a road's name, a direction or a way."""
    link = board.links[rng.choice(sorted(board.links))]
    fields["location_precision"] = rng.choice(
        [LocationPrecision.ACCURATE] * 5
        + [LocationPrecision.APPROXIMATE] * 2
        + [LocationPrecision.BAD, LocationPrecision.UNKNOWN]
    )
    kind = rng.choices(["point", "line", "area", "way", "none"], [8, 5, 4, 2, 1])[0]
    if kind == "none":
        return None
    if kind == "area":
        fields.pop("delay_min", None)  # which share of it a corner costs, no rule says
        if board.blur_m > 1:
            fields.pop("speed_factor", None)  # a straight edge of 20 km is bent by metres
    if kind in {"point", "line", "way"}:
        fields["direction"] = rng.choice([Direction.BOTH, *Direction])
    if kind == "way":
        fields["osm_way_ids"] = (link.way,)
        fields["location_precision"] = LocationPrecision.ACCURATE
        return None
    if kind == "point":
        if rng.random() < 0.25:
            fields["road_name"] = rng.choice([link.name or "Nowhere", "Nowhere"])
        return _aside(link.line, rng.choice([0.2, 0.35, 0.6, 0.8]), _aside_m(rng))
    if kind == "line":
        low, high = rng.choice([(0.2, 0.6), (0.3, 0.4), (0.15, 0.85)])
        aside_m = rng.choice([0.0, 0.0, 6.0, -9.0, 12.0])
        ends = [_aside(link.line, low, aside_m), _aside(link.line, high, aside_m)]
        return shapely.LineString(ends if rng.random() < 0.5 else ends[::-1])
    x, y = _aside(link.line, rng.uniform(0.1, 0.9), rng.uniform(-20, 20)).coords[0]
    span_m = rng.choice([0.05, 0.3, 0.8, 1.5]) * link.line.length
    return shapely.box(x - span_m * rng.random(), y - span_m / 3, x + span_m / 2, y + span_m / 2)


def _aside_m(rng: random.Random) -> float:
    low, high = rng.choice(
        [(0, 0), (0, 9), (10, 28), (32, 70), (75, 240), (260, 400), (4000, 4900), (5200, 9000)]
    )
    return rng.choice([-1, 1]) * rng.uniform(low, high)


def _aside(line: shapely.LineString, fraction: float, aside_m: float) -> shapely.Point:
    spot = line.interpolate(fraction, normalized=True)
    (x0, y0), (x1, y1) = line.coords
    angle = math.atan2(y1 - y0, x1 - x0) + math.pi / 2
    return shapely.Point(spot.x + math.cos(angle) * aside_m, spot.y + math.sin(angle) * aside_m)


_LIMITS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("max_gross_t", (3.0, 7.5, 16.0, 20.0, 26.0, 40.0)),
    ("max_payload_t", (1.0, 12.0, 18.0)),
    ("max_axle_t", (5.0, 9.5, 11.5)),
    ("max_height_m", (2.2, 3.8)),
    ("max_width_m", (2.0, 2.5)),
    ("max_length_m", (7.0, 12.0)),
)


def _words(rng: random.Random, departure: datetime, *, timed: bool) -> dict[str, Any]:
    """Draw what a report says but for its place."""
    fields: dict[str, Any] = {
        "effect": rng.choice(
            [EffectKind.BLOCKED] * 4 + [EffectKind.RESTRICTED] * 2 + list(EffectKind)
        ),
        "status": rng.choice([ConstraintStatus.REPORTED] * 3 + [*_STATED]),
        "constraint_type": rng.choice(
            [ConstraintType.OTHER] * 4 + [ConstraintType.PERMIT_REQUIRED, ConstraintType.FLOOD]
        ),
    }
    if fields["effect"] is EffectKind.RESTRICTED or rng.random() < 0.1:
        for _ in range(rng.choice([0, 1, 1, 2])):
            name, values = rng.choice(_LIMITS)
            fields[name] = rng.choice(values)
        if rng.random() < 0.2:
            fields["practicability_cap"] = rng.choice(
                [Practicability.UNSPECIFIED, *list(Practicability)[2:]]
            )
        if rng.random() < 0.2:
            fields["drive_required"] = rng.choice(list(Drive))
    if fields["effect"] in {EffectKind.DIFFICULT, EffectKind.DELAY_ONLY} or rng.random() < 0.1:
        if rng.random() < 0.6:
            fields["speed_factor"] = rng.choice([0.2, 0.5, 0.75, 1.0])
        if rng.random() < 0.6:
            fields["delay_min"] = rng.choice([0.0, 1.0, 20.0, 90.0, 600.0])
    if rng.random() < 0.2:
        fields |= _whom(rng)
    return fields | (_hours if timed else _dates)(rng, departure)


def _whom(rng: random.Random) -> Mapping[str, Any]:
    """Draw whom a report concerns, or what it asks for."""
    return rng.choice(
        [
            {"hazmat_forbidden": True},
            {"hazmat_forbidden": True, "effect": EffectKind.RESTRICTED},
            {"applies_to_vehicles": ("truck_medium", "truck_heavy_3", "artic_5")},
            {"applies_to_min_practicability": Practicability.HEAVY_TRUCK},
            {"applies_to_max_practicability": Practicability.LIGHT_TRUCK},
            {"applies_to_cargo": ("commercial", "fuel")},
            {"applies_to_actor": ("ngo",)},
            {"applies_to_cargo": ("medical",), "applies_to_actor": ("un", "ngo")},
            {"convoy_required": True},
            {"escort_required": True, "effect": EffectKind.ADVISORY},
            {"permit_name": "Feuille de route"},
        ]
    )


_STATED = (ConstraintStatus.VERIFIED, ConstraintStatus.DISPUTED, ConstraintStatus.REJECTED)
_FAR = timedelta(days=40)


def _ended(at: datetime) -> dict[str, Any]:
    return {"status": ConstraintStatus.RESOLVED, "ended_at": at, "ended_by": "Police"}


def _dates(rng: random.Random, departure: datetime) -> Mapping[str, Any]:
    """Draw dates of which none falls into the month after the departure."""
    past = departure - rng.choice([timedelta(0), timedelta(seconds=1), timedelta(days=9), _FAR])
    future = departure + _FAR
    return rng.choice(
        [
            {},
            {},
            {"review_by": past},
            _ended(past),
            _ended(future),
            {"valid_from": past},
            {"valid_from": future},
            {"valid_to": past},
            {"valid_to": past, "last_confirmed_at": departure},
            {"valid_to": departure + timedelta(seconds=1), "last_confirmed_at": departure},
            {"valid_to": future},
            {"permitted_until": past},
            {"permitted_until": future},
            {"valid_from": past - _FAR, "valid_to": past, "permitted_until": past},
            {"dry_days_required": 2},
            {"dry_days_required": 60, "last_rain_at": departure - timedelta(days=2)},
            {"rain_hold_heavy_h": 6.0, "last_rain_at": departure - timedelta(hours=6)},
            {"rain_hold_heavy_h": 6.0, "rain_hold_light_h": 3.0},
            {"rain_hold_light_h": 3.0, "rain_hold_threshold_t": 10.0},
            {"season_months": (11, 12, 1), "time_zone": "UTC"},
            {"season_months": (5, 6, 7, 8), "time_zone": "Africa/Khartoum"},
        ]
    )


def _hours(rng: random.Random, departure: datetime) -> Mapping[str, Any]:
    """Draw rules that begin or end within some hours of the departure, or every day."""
    soon = departure + timedelta(minutes=rng.choice([0, 1, 7, 30, 61, 180, 700, 3000]))
    later = soon + timedelta(minutes=rng.choice([5, 45, 300]))
    kind = rng.randrange(13)
    if kind < 4:
        start, hours = rng.randrange(48) * 30, rng.randrange(1, 47) * 30
        return {
            "daily_from": _clock(start),
            "daily_to": _clock(start + hours),
            "time_zone": rng.choice(ZONES),
            **rng.choice([{}, {}, {"valid_from": soon}, {"valid_to": soon}, _ended(later)]),
        }
    if kind == 4:
        start, hours = rng.randrange(48) * 30, rng.randrange(1, 47) * 30
        days = rng.choice(["Mo-Fr", "Mo-Sa", "We-Th", "Th", "Sa-Su"])
        return {
            "time_rule": f"{days} {_clock(start)}-{_clock(start + hours)}",
            "time_zone": rng.choice(ZONES),
        }
    if kind == 5:
        rain = departure - timedelta(hours=rng.choice([1, 5, 30]))
        return {
            "last_rain_at": rain,
            **rng.choice(
                [
                    {"dry_days_required": 2},
                    {"rain_hold_heavy_h": 6.0, "rain_hold_light_h": 3.0},
                    {"rain_hold_heavy_h": 12.0},
                ]
            ),
        }
    return [
        _ended(soon),
        {"valid_from": soon},
        {"valid_from": soon, **_ended(later)},
        {"valid_from": soon, "valid_to": later},
        {"permitted_until": soon},
        {"season_months": (12,), "time_zone": rng.choice(ZONES)},
        {"season_months": (11,), "time_zone": rng.choice(ZONES)},
    ][kind - 6]


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
