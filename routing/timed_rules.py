"""Which constraints and roads time changes within an interval, phase by phase on a journey's clock."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.effect import Effect, Outcome
from lca.phases import Phase, phases
from lca.vehicle import VehicleClass

from .clock import Clock
from .effects import ArcEffects
from .engine.timed_search import BEFORE
from .timed_hours import Hours

Source = list[tuple[int, int]]
"""When something begins, in driving ms, and which number of effect or phase it then is."""

_DAY = timedelta(days=1)
State = tuple[bool, float, float]


def state_of(effect: Effect) -> State:
    """Return what an effect does to travel times."""
    return effect.outcome is Outcome.BLOCKS, effect.speed_factor, effect.delay_s


def timed_owners(
    effects: ArcEffects, vehicle: VehicleClass, departure: datetime, reach: timedelta
) -> frozenset[int]:
    """Return the constraints that block or slow otherwise at some time after departure.

    They are looked for until the end of a day, so that departures between two changes of one day
    have the same; what is lifted, or forced by a policy, does not change.
    """
    coverage = effects.coverage
    day = departure.replace(hour=0, minute=0, second=0, microsecond=0)
    until = day + _DAY + reach

    def found() -> frozenset[int]:
        return frozenset(
            owner
            for owner, item in enumerate(coverage.placed)
            if (change := item.constraint.next_change(departure)) is not None
            and change < until
            and len(
                {state_of(p.effect) for p in phases(item.constraint, vehicle, departure, until)}
            )
            > 1
        )

    until_change = coverage.timetable.next_change(departure)
    owners = coverage.timed.get((vehicle, until_change, day, reach), found)
    return owners - effects.lifted - effects.forced


@dataclass(frozen=True, eq=False)
class TimedRules:
    """What time changes for one vehicle from its departure to the end of a reach.

    Attributes
    ----------
    effects : ArcEffects
        What each constraint does at departure.
    until : datetime
        The end; nothing is known of what comes later.
    owners : frozenset of int
        The constraints that change.
    hours : Hours
        The roads whose own rules change.
    base_ms : uint32[a]
        The roads' weights at departure, without constraints.
    """

    effects: ArcEffects
    vehicle: VehicleClass
    clock: Clock
    until: datetime
    owners: frozenset[int]
    hours: Hours
    base_ms: NDArray[np.uint32]

    def __bool__(self) -> bool:
        return bool(self.owners) or bool(len(self.hours))

    def phases_of(self, owner: int) -> tuple[Phase, ...]:
        """Return what one of the constraints does from the departure to the end."""
        kept = self._phases.get(owner)
        if kept is None:
            constraint = self.effects.coverage.placed[owner].constraint
            kept = phases(constraint, self.vehicle, self.clock.departure, self.until)
            self._phases[owner] = kept
        return kept

    @cached_property
    def _phases(self) -> dict[int, tuple[Phase, ...]]:
        return {}

    @cached_property
    def numbered(self) -> tuple[dict[int, Source], tuple[Effect, ...]]:
        """The phases of each constraint by numbers of effects, and the effects.

        The first numbers are those of the effects at departure.
        """
        known: list[Effect] = list(self.effects.effects)
        number_of: dict[State, int] = {}
        sources: dict[int, Source] = {}
        for owner in sorted(self.owners):
            source: Source = []
            before: Effect | None = None
            for phase in self.phases_of(owner):
                state = state_of(phase.effect)
                if state not in number_of:
                    number_of[state] = len(known)
                    known.append(phase.effect)
                begins = BEFORE if before is None else self._begins(phase.start, before)
                # What opens a moment too late for the clock does not close before it has opened.
                if source:
                    begins = max(begins, source[-1][0])
                if not source or source[-1][1] != number_of[state]:
                    source.append((begins, number_of[state]))
                before = phase.effect
            sources[owner] = source
        return sources, tuple(known)

    def _begins(self, moment: datetime, before: Effect) -> int:
        """Return when a phase begins, rounded so that nothing opens early and nothing closes late."""
        return self.clock.tau_ms(moment, up=before.outcome is Outcome.BLOCKS)

    def worst(self) -> ArcEffects:
        """Return the effects with what closes for good as closed, or else all at their worst.

        What opens again by itself only has to be waited for; it counts where nothing else is left.
        """
        worst = {
            owner: max((phase.effect for phase in self.phases_of(owner)), key=_harshness)
            for owner in self.owners
        }
        for_good = {
            owner: effect
            for owner, effect in worst.items()
            if owner not in self.effects.blocking and self._closes_for_good(owner)
        }
        return self.effects.changed(for_good or worst)

    def closed(self) -> ArcEffects:
        """Return the effects with each constraint as restrictive as it ever is, by attribute."""
        closed = {}
        for owner in self.owners:
            every = [phase.effect for phase in self.phases_of(owner)]
            closed[owner] = replace(
                max(every, key=_harshness),
                speed_factor=min(effect.speed_factor for effect in every),
                delay_s=max(effect.delay_s for effect in every),
            )
        return self.effects.changed(closed) if closed else self.effects

    def waited_for(self) -> ArcEffects:
        """Return the effects with what opens again by itself as open."""
        return self.effects.changed(
            {
                owner: min((phase.effect for phase in self.phases_of(owner)), key=_harshness)
                for owner in self.owners
            }
        )

    def _closes_for_good(self, owner: int) -> bool:
        closed = [phase.effect.outcome is Outcome.BLOCKS for phase in self.phases_of(owner)]
        return closed[-1] and not any(
            before and not after for before, after in itertools.pairwise(closed)
        )


def _harshness(effect: Effect) -> tuple[int, float, float]:
    return effect.outcome, -effect.speed_factor, effect.delay_s
