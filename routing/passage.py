"""The earliest arrival of one vehicle between two positions, each constraint at its own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lca.effect import Effect

from .effects import ArcEffects
from .engine.journey import best_trip
from .snap import Snap
from .timing import worst_effect
from .vehicle_roads import MetricShelf, VehicleRoads
from .way import Way


@dataclass(frozen=True, eq=False)
class Passage:
    """One vehicle that leaves one position for another at a moment."""

    roads: VehicleRoads
    shelf: MetricShelf
    origin: Snap
    destination: Snap
    departure: datetime

    @cached_property
    def plain(self) -> Way | None:
        """The quickest way without any constraint, None if there is none."""
        return self._searched(ArcEffects.none())

    def way(self, effects: ArcEffects) -> Way | None:
        """Return the quickest way with the effects as they are, None if there is none.

        No effect makes a road quicker: where there is no way without constraints there is none
        with them, and the quickest without them stays so if none of them acts on it.
        """
        plain = self.plain
        if plain is None:
            return None
        acted_on = bool(plain.touched(effects.coverage)) and effects.act_on(plain.trip.arcs)
        way = self._searched(effects) if acted_on else plain
        if way is not None:
            _check_law(way, effects)
        return way

    def _searched(self, effects: ArcEffects) -> Way | None:
        weight_ms = self.roads.weight_ms
        metric = self.shelf.metric(self.roads, effects)

        def part_cost(arc: int, from_fraction: float, to_fraction: float) -> int:
            if from_fraction == 0.0 and to_fraction == 1.0:
                return int(metric.weight_ms[arc])
            if arc % 2:
                from_fraction, to_fraction = 1.0 - to_fraction, 1.0 - from_fraction
            return effects.time_ms(weight_ms, arc, from_fraction, to_fraction)

        trip = best_trip(self.roads.network, metric, self.origin, self.destination, part_cost)
        if trip is None:
            return None
        return Way(self.roads.network, trip, self.origin, self.destination)

    def settled(self, effects: ArcEffects) -> tuple[Way | None, ArcEffects]:
        """Return the quickest way on which nothing blocks at the time of passing it.

        Constraints that block at departure block throughout. One that would begin to block or to
        slow down before the vehicle has passed it is added, and the search repeated; each
        repetition adds at least one, so their number bounds the search. The effects returned hold
        what was added.
        """
        while True:
            way = self.way(effects)
            if way is None:
                return None, effects
            harsher = {
                owner: effect
                for owner, effect in self.met(way, effects).items()
                if _harsher(effect, effects.effects[owner])
            }
            if not harsher:
                return way, effects
            effects = effects.changed(harsher)

    def met(self, way: Way, effects: ArcEffects) -> dict[int, Effect]:
        """Return the worst that each constraint on the way does while the vehicle passes it."""
        met: dict[int, Effect] = {}
        for visit in way.visits(effects.coverage):
            if visit.owner in effects.lifted:
                continue
            constraint = effects.coverage.placed[visit.owner].constraint
            start, end = way.passing(visit, self.departure)
            effect = worst_effect(constraint, self.roads.vehicle, start, end)
            before = met.get(visit.owner, effects.effects[visit.owner])
            met[visit.owner] = effect if _harsher(effect, before) else before
        return met


def _harsher(effect: Effect, than: Effect) -> bool:
    """Tell whether an effect restricts more than another one of the same constraint."""
    if effect.outcome is not than.outcome:
        return effect.outcome > than.outcome
    return effect.speed_factor < than.speed_factor or effect.delay_s > than.delay_s


def _check_law(way: Way, effects: ArcEffects) -> None:
    """Refuse to hand on a way over a closure, whatever went wrong before (law 1)."""
    for part in way.touched(effects.coverage):
        if effects.blockers(part.arc, part.low, part.high):
            msg = f"a way was found over segment {part.segment}, which a constraint closes"
            raise RuntimeError(msg)
