"""Faults that peers had or that could be made here, each put in on purpose: the oracle finds them.

A fault changes one thing of the product while it answers random cases. Who reads this list reads
what the thirty thousand cases protect against. ``tests/routing/test_rules_of_truth.py`` has others.
"""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

import numpy as np
import pytest
from support.oracle_cases import BOARDS, VEHICLES, draw_case
from support.oracle_verdict import Court, driving_ms

import lca.concern
import lca.effect
import lca.instant
import lca.phases
import routing.blockers
import routing.effects
import routing.match
import routing.match_area
import routing.match_part
import routing.match_point
import routing.roadname
from lca.concern import Concern
from lca.constraint import Constraint, Standing
from lca.effect import Effect, Outcome
from lca.instant import DailyWindow
from lca.vehicle import VehicleClass
from lca.vocab import ConstraintStatus, EffectKind, LocationPrecision, Practicability
from routing.clock import Clock
from routing.engine.metric import INFINITE
from routing.engine.timed_search import NEVER, Profiles
from routing.match import Match, MatchState
from routing.passage import Passage
from routing.vehicle_roads import MetricShelf
from routing.way import Way

CASES = 400
APPROXIMATE, ACCURATE = LocationPrecision.APPROXIMATE, LocationPrecision.ACCURATE
Patch = pytest.MonkeyPatch


def everywhere(patch: Patch, original: Any, fault: Any) -> None:
    """Put a fault in the place of a function in every module that knows it."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in {"lca", "layers", "routing"}:
            for attribute, value in list(vars(module).items()):
                if value is original:
                    patch.setattr(module, attribute, fault)


def standing(
    change: Callable[[Constraint, datetime, Standing], Standing],
) -> Callable[[Patch], None]:
    """Return a fault of where a constraint is in its life."""
    right = Constraint.standing

    def put_in(patch: Patch) -> None:
        patch.setattr(Constraint, "standing", lambda item, at: change(item, at, right(item, at)))

    return put_in


def reads(change: Callable[[Constraint], dict[str, Any]]) -> Callable[[Patch], None]:
    """Return a fault by which a record is read as if it said something else."""
    right = lca.effect.effect_on

    def wrong(item: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
        return right(replace(item, **change(item)), vehicle, at)

    return lambda patch: everywhere(patch, right, wrong)


def concerned(wrong: Concern) -> Callable[[Patch], None]:
    """Return a fault of what counts for who does not say what he carries."""
    right = lca.concern.concern

    def fault(item: Constraint, vehicle: VehicleClass) -> tuple[Concern, str]:
        found, words = right(item, vehicle)
        return (wrong, "") if found is Concern.PERHAPS else (found, words)

    return lambda patch: everywhere(patch, right, fault)


def matched(change: Callable[[Constraint, Match], Match]) -> Callable[[Patch], None]:
    """Return a fault of where constraints lie."""
    right = routing.match.match

    def fault(item: Constraint, network: Any) -> Match:
        return change(item, right(item, network))

    return lambda patch: everywhere(patch, right, fault)


def tolerance(**metres: float) -> Callable[[Patch], None]:
    """Return a fault of how far from a point a road is looked for."""

    def put_in(patch: Patch) -> None:
        for precision, value in metres.items():
            patch.setitem(routing.match.POINT_TOLERANCE_M, LocationPrecision[precision], value)

    return put_in


def limit_compared(name: str, attribute: str) -> Callable[[Patch], None]:
    """Return a fault that compares a limit with another number of the vehicle."""
    wrong = tuple(
        (limit, attribute if limit == name else own, *words)
        for limit, own, *words in lca.effect._NUMERIC_LIMITS
    )
    return lambda patch: patch.setattr(lca.effect, "_NUMERIC_LIMITS", wrong)


def one_ways_ignored(patch: Patch) -> None:
    network = type(BOARDS["town"].map.network)
    patch.setattr(network, "legal_arcs", lambda self, *_, **__: np.ones(self.arc_count, np.bool_))


def metric_is_stale(patch: Patch) -> None:
    """The first metric of some roads is kept whatever is published later."""
    right, kept = MetricShelf.metric, {}

    def first(self, roads, *rest, **options):
        return kept.setdefault(roads.key, right(self, roads, *rest, **options))

    patch.setattr(MetricShelf, "metric", first)


def permission_outweighs_limits(patch: Patch) -> None:
    right = lca.effect.effect_on

    def wrong(item: Constraint, vehicle: VehicleClass, at: datetime) -> Effect:
        effect = right(item, vehicle, at)
        permitted = item.permitted_until is not None and at < item.permitted_until
        return (
            replace(effect, outcome=min(effect.outcome, Outcome.CONDITIONS))
            if permitted
            else effect
        )

    everywhere(patch, right, wrong)


def equal_is_too_much(patch: Patch) -> None:
    right = lca.effect.exceeded_limits
    names = [name for name, *_ in lca.effect._NUMERIC_LIMITS]

    def wrong(item: Constraint, vehicle: VehicleClass):
        less = {name: getattr(item, name) * 0.999 for name in names if getattr(item, name)}
        return right(replace(item, **less), vehicle)

    everywhere(patch, right, wrong)


def blockers_are_all_closures(patch: Patch) -> None:
    right = routing.blockers.find_blockers

    def wrong(passage, effects, *rest, **options):
        found = right(passage, effects, *rest, **options)
        return replace(found, owners=tuple(sorted(effects.blocking)))

    everywhere(patch, right, wrong)


def blockers_are_the_first_found(patch: Patch) -> None:
    right = routing.blockers.find_blockers

    def wrong(passage, effects, *rest, **options):
        found = right(passage, effects, *rest, **options)
        return replace(found, owners=found.owners[:1])

    everywhere(patch, right, wrong)


def areas_close_only_what_they_hold_wholly(patch: Patch) -> None:
    right = routing.match_area.match_area

    def wrong(*given, **options):
        found = right(*given, **options)
        pieces = found.pieces
        whole = (pieces.from_fraction <= 0.0) & (pieces.to_fraction >= 1.0)
        kept = {name: getattr(pieces, name)[whole] for name in pieces.__dataclass_fields__}
        return replace(found, pieces=replace(pieces, **kept))

    everywhere(patch, right, wrong)


def unmatched_is_dropped(patch: Patch) -> None:
    patch.setattr(routing.effects.Coverage, "unmatched", ())


def roads_within_100_m_of_the_nearest_tie(patch: Patch) -> None:
    for module in (routing.match_part, routing.match_point):
        patch.setattr(module, "TIE_M", 100.0)


def waits_take_no_time(patch: Patch) -> None:
    patch.setattr(Way, "elapsed", property(lambda way: way._after(int(way.trip.part_ms.sum()))))


def a_date_that_passes_on_the_way_reopens(patch: Patch) -> None:
    right = lca.phases.phases

    def wrong(item: Constraint, vehicle: VehicleClass, start: datetime, until: datetime):
        return lca.phases._joined(list(lca.phases._judged(item, vehicle, start, until)))

    everywhere(patch, right, wrong)


def clocks_are_never_set(patch: Patch) -> None:
    """Local time is counted with the offset that a zone has in June."""
    right = zoneinfo.ZoneInfo

    def fixed(name: str) -> tzinfo:
        june = datetime(2026, 6, 15, tzinfo=right(name)).utcoffset()
        return timezone(june or timedelta())

    everywhere(patch, lca.instant.zone, fixed)


def a_window_ends_at_midnight(patch: Patch) -> None:
    right = DailyWindow.holds_at
    patch.setattr(
        DailyWindow,
        "holds_at",
        lambda self, at: right(self, at) and (self.start < self.end or at >= self.start),
    )


def a_dry_day_has_12_hours(patch: Patch) -> None:
    right = Constraint.dry_hold

    def wrong(item: Constraint, gross_t: float) -> timedelta | None:
        hold = right(item, gross_t)
        return hold / 2 if hold and item.dry_days_required else hold

    patch.setattr(Constraint, "dry_hold", wrong)


def entered(change: Callable[[Any, int, int, Any], tuple[int, int]]) -> Callable[[Patch], None]:
    """Return a fault of when a road that changes is entered and left."""
    right = Profiles.entered

    def put_in(patch: Patch) -> None:
        patch.setattr(Profiles, "entered", lambda self, at, slot: change(self, at, slot, right))

    return put_in


def _as_at_its_end(roads: Profiles, at: int, slot: int, right: Any) -> tuple[int, int]:
    entry, left = right(roads, at, slot)
    if left >= NEVER:
        return entry, left
    first, end = (int(roads.first[roads.group[slot] + side]) for side in (0, 1))
    phase = first + int(roads.begins_ms[first:end].searchsorted(left, "right")) - 1
    cost = int(roads.weight_ms[roads.weight_first[slot] + roads.state[phase]])
    return (entry, entry + cost) if cost < INFINITE else (entry, left)


def _as_at_its_start(roads: Profiles, at: int, slot: int, right: Any) -> tuple[int, int]:
    first, end = (int(roads.first[roads.group[slot] + side]) for side in (0, 1))
    phase = first + int(roads.begins_ms[first:end].searchsorted(at, "right")) - 1
    cost = int(roads.weight_ms[roads.weight_first[slot] + roads.state[phase]])
    return (at, at + cost) if cost < INFINITE else right(roads, at, slot)


def _never_waits(roads: Profiles, at: int, slot: int, right: Any) -> tuple[int, int]:
    entry, left = right(roads, at, slot)
    return (entry, left) if entry == at else (NEVER, NEVER)


def the_way_of_the_departure_is_kept(patch: Patch) -> None:
    patch.setattr(Passage, "_unchanged", lambda *_: True)


TIMED_FAULTS: dict[str, Callable[[Patch], None]] = {
    "waits are not counted": waits_take_no_time,
    "rest is counted on delays": lambda patch: patch.setattr(routing.effects, "REST_SHARE", 0.0),
    "a valid_to that passes on the way reopens": a_date_that_passes_on_the_way_reopens,
    "clocks are never set": clocks_are_never_set,
    "a window across midnight ends at midnight": a_window_ends_at_midnight,
    "a dry day has twelve hours": a_dry_day_has_12_hours,
    "who does not drive at night drives at night": lambda patch: patch.setattr(
        Clock, "by_day", classmethod(lambda cls, departure, *_: cls(departure))
    ),
    "what a road takes is judged at its end": entered(_as_at_its_end),
    "a closure that begins while on the road is ignored": entered(_as_at_its_start),
    "nobody waits at a junction": entered(_never_waits),
    "a road is judged at departure": the_way_of_the_departure_is_kept,
}


FAULTS: dict[str, Callable[[Patch], None]] = {
    # the life of a constraint (rules 1 and 3)
    "review overdue reopens": standing(
        lambda item, at, right: Standing.ENDED if item.review_overdue(at) else right
    ),
    "disputed does not block": standing(
        lambda item, _, right: Standing.ENDED if item.status is ConstraintStatus.DISPUTED else right
    ),
    "rejected blocks": standing(
        lambda item, _, right: Standing.HOLDS if item.status is ConstraintStatus.REJECTED else right
    ),
    "what has not begun blocks": standing(
        lambda _, __, right: Standing.HOLDS if right is Standing.NOT_YET else right
    ),
    "an end in the future reopens": standing(
        lambda item, _, right: Standing.ENDED if item.ended_at else right
    ),
    "valid_to includes its last moment": standing(
        lambda item, at, right: Standing.HOLDS if item.valid_to == at else right
    ),
    "a confirmation after the end is forgotten": lambda patch: patch.setattr(
        Constraint, "confirmed_after_its_end", False
    ),
    "the lapse of a permission is ignored": reads(
        lambda item: (
            {"permitted_until": item.permitted_until + timedelta(days=999)}
            if item.permitted_until
            else {}
        )
    ),
    "a permission opens a bridge that is too weak": permission_outweighs_limits,
    # who is stopped
    "what equals a limit is stopped": equal_is_too_much,
    "the gross limit is compared with the payload": limit_compared("max_gross_t", "payload_t"),
    "the payload limit is compared with the gross mass": limit_compared("max_payload_t", "gross_t"),
    "the width limit is compared with the height": limit_compared("max_width_m", "height_m"),
    "a cap that is null is read as none may pass": reads(
        lambda item: {"practicability_cap": item.practicability_cap or Practicability.NON_MOTORISED}
    ),
    "hazardous goods are not looked at": lambda patch: everywhere(
        patch, lca.effect.carries_hazmat, lambda _: False
    ),
    "fuel is no hazardous good": lambda patch: everywhere(
        patch, lca.effect.carries_hazmat, lambda vehicle: vehicle.hazmat
    ),
    "who does not say what he carries is stopped": concerned(Concern.YES),
    "who does not say what he carries is let through": concerned(Concern.NO),
    "whom it concerns is not looked at": lambda patch: everywhere(
        patch, lca.concern.concern, lambda *_: (Concern.YES, "")
    ),
    # what conditions (rule 2)
    "an unknown effect is harmless": reads(
        lambda item: {"effect": EffectKind.ADVISORY} if item.effect is EffectKind.UNKNOWN else {}
    ),
    "restricted without a limit is harmless": reads(
        lambda item: {"effect": EffectKind.ADVISORY} if item.effect is EffectKind.RESTRICTED else {}
    ),
    "a convoy is no condition": reads(lambda _: {"convoy_required": None, "escort_required": None}),
    "a permit is no condition": lambda patch: everywhere(
        patch, lca.effect.requirements_of, lambda _: ()
    ),
    "no known rain is read as dry": reads(
        lambda item: {} if item.last_rain_at else {"dry_days_required": None}
    ),
    "months are counted from nought": reads(
        lambda item: (
            {"season_months": tuple(month % 12 + 1 for month in item.season_months)}
            if item.season_months
            else {}
        )
    ),
    # where it lies
    "a tolerance in degrees": tolerance(ACCURATE=30.0 * 111_195, APPROXIMATE=250.0 * 111_195),
    "a tolerance in feet": tolerance(ACCURATE=30.0 * 0.3048, APPROXIMATE=250.0 * 0.3048),
    "approximate is taken as accurate": tolerance(APPROXIMATE=30.0),
    "a bad location conditions as far as an unmatched one": matched(
        lambda _, right: replace(right, near_m=min(right.near_m, 250.0))
    ),
    "without a location it concerns nobody": lambda patch: patch.setattr(
        Match, "everywhere", False
    ),
    "an approximate location that is matched is certain": matched(
        lambda _, right: replace(right, rest=None) if right.state is MatchState.MATCHED else right
    ),
    "unmatched is silently dropped": unmatched_is_dropped,
    "every road within 100 m is closed": roads_within_100_m_of_the_nearest_tie,
    "an area closes only roads that lie in it wholly": areas_close_only_what_they_hold_wholly,
    "the name of a road is not read": lambda patch: everywhere(
        patch, routing.roadname.bears, lambda *_: False
    ),
    # ways and what is said of them
    "one-way streets are driven both ways": one_ways_ignored,
    "the metric is stale": metric_is_stale,
    "every closure is named as what blocks": blockers_are_all_closures,
    "only one of several blockers is named": blockers_are_the_first_found,
}


def first_difference(court: Court, *, timed: bool) -> str | None:
    """Return the first difference in some hundred cases; a fault that raises is found too."""
    for number in range(CASES):
        try:
            for problem in court.differences(draw_case(number, timed=timed)):
                return f"case {number}: {problem}"
        except Exception as error:  # noqa: BLE001 - a fault may break anything
            return f"case {number}: {error!r}"
    return None


@pytest.mark.parametrize("name", [*FAULTS, *TIMED_FAULTS])
def test_a_seeded_fault_is_found_by_the_oracle(tmp_path, monkeypatch, name):
    for board in BOARDS:
        for vehicle in VEHICLES:
            driving_ms(board, vehicle)  # the oracle's own times are known before the fault
    (FAULTS | TIMED_FAULTS)[name](monkeypatch)
    assert first_difference(Court(tmp_path), timed=name in TIMED_FAULTS) is not None
