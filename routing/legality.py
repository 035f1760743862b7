"""Which arcs road rules and tagged limits let a vehicle drive, and why not the others."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.vehicle import VehicleClass
from lca.vocab import Practicability

from .access_table import Passing
from .coded import Coded, T
from .road_kinds import SURFACES, road_kinds
from .road_rule import CLOSED_ACCESS, RoadRule, access_keys
from .season_state import NO_SEASON, SeasonState
from .segment_rules import (
    CONDITIONS,
    FERRY,
    IMPASSABLE,
    LIMITS,
    NOT_FOR_MOTOR_VEHICLES,
    condition,
    lacks_drive,
    segment_rules,
)
from .segments import Segments
from .special_rows import special_rows
from .turn_legality import broken_turn_rules
from .turns import Turns

_MOST = max(Practicability)

__all__ = ["FERRY", "NOT_FOR_MOTOR_VEHICLES", "legal_arcs", "road_rules"]


def legal_arcs(
    segments: Segments,
    turns: Turns,
    vehicle: VehicleClass | None = None,
    at_local: datetime | None = None,
    *,
    open_ferries: frozenset[int] = frozenset(),
    season: SeasonState | None = None,
) -> NDArray[np.bool_]:
    """Return for each arc (two a segment, then those of turns) whether the vehicle may drive it.

    Parameters
    ----------
    segments, turns : Segments, Turns
        The roads of a network.
    vehicle : VehicleClass, optional
        Who drives; without it: whether a truck may, whatever its mass, size and drive.
    at_local : datetime, optional
        When, in naive local time; without it, rules of time hold as if always in force.
    open_ferries : frozenset of int
        Segments of ferries whose service is known, and runs.
    season : SeasonState, optional
        The seasons that hold, for what roads carry in them; none without it.
    """
    texts, count = segments.texts, 2 * len(segments)
    closed = _closed(segments, vehicle, open_ferries, season or NO_SEASON)
    arcs = np.empty(count + len(turns), np.bool_)
    for side, against in ((0, "backward"), (1, "forward")):
        barred = closed.copy()
        _mark(barred, texts["oneway"], against.__eq__)
        np.logical_not(barred, out=arcs[side:count:2])
    special = special_rows(segments)
    for side, forward in ((0, True), (1, False)):
        may = partial(
            _may_drive,
            vehicle=vehicle,
            at_local=at_local,
            forward=forward,
            season=season or NO_SEASON,
        )
        arcs[2 * special.rows + side] = special.each(may, np.bool_)
        for row in special.among(open_ferries):
            arcs[2 * row + side] = may(special.sample_of(row), ferry_open=True)
    arcs[count:] = turns.rule.each(lambda rules: not broken_turn_rules(rules, vehicle), np.bool_)
    return arcs


def road_rules(
    segments: Segments,
    turns: Turns,
    arc: int,
    vehicle: VehicleClass | None = None,
    at_local: datetime | None = None,
    *,
    open_ferries: frozenset[int] = frozenset(),
    season: SeasonState | None = None,
) -> tuple[RoadRule, ...]:
    """Return every rule that keeps the vehicle off one arc; none means that it may drive it.

    The parameters are those of :func:`legal_arcs`.
    """
    turn = arc - 2 * len(segments)
    if turn >= 0:
        return broken_turn_rules(turns.rule.at(turn), vehicle)
    return segment_rules(
        segments.attributes(arc // 2),
        vehicle,
        at_local,
        forward=arc % 2 == 0,
        ferry_open=arc // 2 in open_ferries,
        season=season or NO_SEASON,
    )


def with_other_times(
    segments: Segments,
    legal: NDArray[np.bool_],
    vehicle: VehicleClass | None = None,
    *,
    open_ferries: frozenset[int] = frozenset(),
    season: SeasonState | None = None,
) -> NDArray[np.bool_]:
    """Return legal arcs, and those that are closed only for some hours."""
    special = special_rows(segments)
    if not special.times:
        return legal
    arcs = legal.copy()
    for side, forward in ((0, True), (1, False)):
        may = partial(
            _may_drive,
            vehicle=vehicle,
            at_local=None,
            forward=forward,
            season=season or NO_SEASON,
            lenient=True,
        )
        arcs[2 * special.rows + side] |= special.each(may, np.bool_)
        for row in special.among(open_ferries):
            arcs[2 * row + side] |= may(special.sample_of(row), ferry_open=True)
    return arcs


def _closed(
    segments: Segments,
    vehicle: VehicleClass | None,
    open_ferries: frozenset[int],
    season: SeasonState,
) -> NDArray[np.bool_]:
    """Mark the segments that rules close in both directions, special ones left aside."""
    texts = segments.texts
    closed = np.zeros(len(segments), np.bool_)
    for key in reversed(access_keys(vehicle)):
        column = segments.texts.get(key)
        if column is not None and column.values:
            # The most specific key comes last and governs where it is tagged.
            tagged = np.flatnonzero(column.codes >= 0)
            closes = np.array([value in CLOSED_ACCESS for value in column.values], np.bool_)
            closed[tagged] = closes[column.codes[tagged]]
    ferries = texts["highway"].isin({FERRY})
    ferries[list(open_ferries)] = False
    closed |= ferries
    _mark(closed, texts["highway"], NOT_FOR_MOTOR_VEHICLES.__contains__)
    _mark(closed, texts["status"], IMPASSABLE.__contains__)
    if vehicle is not None:
        _mark(closed, texts["four_wd_only"], partial(lacks_drive, vehicle))
        for limit, attribute, *_ in LIMITS:
            exceeds = partial(operator.gt, float(getattr(vehicle, attribute)))
            _mark(closed, segments.numbers[limit], exceeds)
    for key in CONDITIONS:
        _mark(closed, texts[key], partial(_stops, key, vehicle))
    if vehicle is not None and season.caps():
        caps, kinds = season.caps(), road_kinds(segments)
        most = [caps[group][0] if group in caps else _MOST for group in SURFACES]
        closed |= (np.array([*most, _MOST]) < vehicle.practicability)[kinds.surface][kinds.kind]
    return closed


def _mark(closed: NDArray[np.bool_], column: Coded[T], closes: Callable[[T], bool]) -> None:
    """Close the segments with a value that closes; most limits are too high to close any."""
    wanted = [value for value in column.values if closes(value)]
    if wanted:
        closed |= column.isin(wanted)


def _stops(key: str, vehicle: VehicleClass | None, value: str) -> bool:
    return condition(key, value, vehicle) is Passing.NO


def _may_drive(row: Mapping[str, Any], vehicle: VehicleClass | None, **asked: Any) -> bool:
    """Tell whether no rule keeps the vehicle off; ``asked`` as in :func:`segment_rules`."""
    return not segment_rules(row, vehicle, **asked)
