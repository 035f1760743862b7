"""What the constraints of an operation do to arcs, for one vehicle at one moment (design D6).

Two steps: a :class:`Coverage` says which constraint lies on which arc, for all vehicles and times;
:class:`ArcEffects` adds what each does to this vehicle now. Where several lie on one stretch the
most restrictive wins for each attribute: a block over all, the lowest speed, the longest delay
(rule of truth 4).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from lca.constraint import Constraint
from lca.effect import NO_EFFECT, Effect, Outcome, effect_on
from lca.vehicle import VehicleClass
from lca.vocab import OperationalStatus

from .ascending import changes, is_among
from .clock import REST_SHARE
from .engine.metric import INFINITE
from .match import Match, MatchState
from .pieces import Pieces
from .shelf import Shelf
from .timetable import Timetable

_KEPT_EFFECTS = 64


@dataclass(frozen=True, slots=True)
class Control:
    """The published facility whose status, hours and limits a placed constraint states."""

    layer: str
    id: str
    name: str
    status: OperationalStatus


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A constraint, where it lies, and whether it is part of a what-if question only.

    ``control`` names the facility that it was compiled from, None for one that was reported.
    """

    constraint: Constraint
    match: Match
    hypothetical: bool = False
    control: Control | None = None


@dataclass(frozen=True, eq=False)
class Coverage:
    """Which of the placed constraints covers which stretch of which arc; rows sorted by arc.

    Fractions run from the segment's ``u`` to its ``v`` for both of its arcs; ``owner`` is an
    index into ``placed``.
    """

    placed: tuple[Placed, ...]
    arc: NDArray[np.int64]
    from_fraction: NDArray[np.float64]
    to_fraction: NDArray[np.float64]
    owner: NDArray[np.int64]
    delay_share: NDArray[np.float64]

    @classmethod
    def of(cls, placed: Sequence[Placed], pieces: Sequence[Pieces] | None = None) -> Coverage:
        """Lay out constraints by arc; ``pieces`` replaces those of the matches, one each."""
        every = [item.match.pieces for item in placed] if pieces is None else list(pieces)
        columns: list[list[NDArray[np.generic]]] = [[], [], [], [], []]
        for owner, own in enumerate(every):
            for wanted, side in ((own.forward, 0), (own.backward, 1)):
                rows = slice(None) if wanted.all() else np.flatnonzero(wanted)
                arc = 2 * own.segment[rows] + side
                values = (
                    arc,
                    own.from_fraction[rows],
                    own.to_fraction[rows],
                    np.full(len(arc), owner, np.int64),
                    own.delay_share[rows],
                )
                for column, part in zip(columns, values, strict=True):
                    column.append(part)
        arc = _joined(columns[0], np.int64)
        # Owners come in their order and a stable sort keeps it; few runs are sorted quickly.
        order = np.argsort(arc, kind="stable")
        return cls(
            tuple(placed),
            arc[order],
            _joined(columns[1], np.float64)[order],
            _joined(columns[2], np.float64)[order],
            _joined(columns[3], np.int64)[order],
            _joined(columns[4], np.float64)[order],
        )

    @cached_property
    def timetable(self) -> Timetable:
        """When time alone changes what the constraints do."""
        return Timetable.of([item.constraint for item in self.placed])

    @cached_property
    def judged(self) -> Shelf[ArcEffects]:
        """The effects on the last few vehicles, by when time changes them next."""
        return Shelf(_KEPT_EFFECTS)

    @cached_property
    def timed(self) -> Shelf[frozenset[int]]:
        """The constraints that time changes, for the last few vehicles and spans."""
        return Shelf(_KEPT_EFFECTS)

    @cached_property
    def adrift(self) -> tuple[int, ...]:
        """Indices of the constraints that may also lie on other roads than those they cover."""
        return tuple(
            owner
            for owner, item in enumerate(self.placed)
            if item.match.rest is not None or item.match.everywhere
        )

    @cached_property
    def unmatched(self) -> tuple[Placed, ...]:
        """The constraints that are not, or not wholly, on a road."""
        return tuple(item for item in self.placed if item.match.state is not MatchState.MATCHED)

    def touches(self, arcs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell for each arc whether any constraint lies on it."""
        return is_among(arcs, self.arc)

    def rows(self, arc: int, start: float = 0.0, end: float = 1.0) -> NDArray[np.int64]:
        """Return the rows on an arc that touch a stretch of its segment, ends included."""
        low = int(self.arc.searchsorted(arc))
        if low == len(self.arc) or self.arc[low] != arc:
            return _NO_ROWS
        high = int(self.arc.searchsorted(arc, "right"))
        touching = (self.from_fraction[low:high] <= end) & (self.to_fraction[low:high] >= start)
        rows: NDArray[np.int64] = low + np.flatnonzero(touching)
        return rows


def _owners(rows: NDArray[np.int64]) -> frozenset[int]:
    return frozenset(np.flatnonzero(np.bincount(rows)).tolist())


_NO_ROWS = np.empty(0, np.int64)


def _joined(parts: list[NDArray[np.generic]], dtype: type[np.generic]) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


@dataclass(frozen=True, eq=False)
class ArcEffects:
    """The effect of every placed constraint on one vehicle, and what that makes of each arc."""

    coverage: Coverage
    effects: tuple[Effect, ...]
    lifted: frozenset[int] = frozenset()
    """Constraints supposed away, at whatever moment."""
    forced: frozenset[int] = frozenset()
    """Constraints whose effect is as given here at whatever moment: by policy, not by time."""
    until: datetime | None = None
    """When time alone changes one of them next."""

    @classmethod
    def at(cls, coverage: Coverage, vehicle: VehicleClass, moment: datetime) -> ArcEffects:
        """Judge every constraint at one moment; what holds until the same change is the same."""
        until = coverage.timetable.next_change(moment)

        def judged() -> ArcEffects:
            effects = (effect_on(item.constraint, vehicle, moment) for item in coverage.placed)
            return cls(coverage, tuple(effects), until=until)

        return coverage.judged.get((vehicle, until), judged)

    @classmethod
    def none(cls) -> ArcEffects:
        """Return the effects of no constraint at all."""
        return _no_effects()

    def changed(self, effects: dict[int, Effect]) -> ArcEffects:
        """Return it with other effects for some constraints, by their index."""
        return dataclasses.replace(
            self,
            effects=tuple(effects.get(owner, own) for owner, own in enumerate(self.effects)),
        )

    def forcing(self, effects: dict[int, Effect]) -> ArcEffects:
        """Return it with effects for some constraints that no time changes."""
        changed = self.changed(effects)
        return dataclasses.replace(changed, forced=self.forced | frozenset(effects))

    def without(self, owners: Iterable[int]) -> ArcEffects:
        """Return it as if some constraints were not there."""
        lifted = frozenset(owners)
        if not lifted:
            return self
        return dataclasses.replace(
            self.changed(dict.fromkeys(lifted, NO_EFFECT)), lifted=self.lifted | lifted
        )

    def opened(self, timed: frozenset[int]) -> ArcEffects:
        """Return it as if constraints that time changes were not there; kept, for it is asked often."""
        if timed not in self._opened:
            self._opened[timed] = self.without(timed)
        return self._opened[timed]

    @cached_property
    def _opened(self) -> dict[frozenset[int], ArcEffects]:
        return {}

    @cached_property
    def blocking(self) -> frozenset[int]:
        """Indices of the constraints that block the vehicle somewhere on the roads."""
        return _owners(self.coverage.owner[self._blocks])

    @cached_property
    def blocked_arcs(self) -> NDArray[np.int64]:
        """Arcs that the vehicle cannot drive from end to end, ascending."""
        arc = self.coverage.arc[self._blocks]
        return arc[changes(arc)]

    def blockers(self, arc: int, start: float = 0.0, end: float = 1.0) -> frozenset[int]:
        """Return the constraints that block the vehicle on a stretch of an arc."""
        rows = self.coverage.rows(arc, start, end)
        return frozenset(self.coverage.owner[rows[self._blocks[rows]]].tolist())

    def act_on(self, arcs: NDArray[np.int64]) -> bool:
        """Tell whether a constraint that blocks or slows the vehicle touches one of some arcs."""
        return bool(is_among(arcs, self._acting_arcs).any())

    @property
    def states(self) -> tuple[tuple[bool, float, float], ...]:
        """What each constraint does to travel times: blocks, speed factor, delay in seconds.

        With the coverage and a vehicle's times it decides every changed weight.
        """
        return tuple(
            (item.outcome is Outcome.BLOCKS, item.speed_factor, item.delay_s)
            for item in self.effects
        )

    @cached_property
    def slowing(self) -> frozenset[int]:
        """Indices of the constraints that cost the vehicle time somewhere on the roads."""
        return _owners(self.coverage.owner[self._slows])

    def block_counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the blocked arcs, ascending, and how many constraints block each."""
        arc, owner = self.coverage.arc[self._blocks], self.coverage.owner[self._blocks]
        # Sorted by arc and owner, so that a repeated pair follows the first.
        arc = arc[changes(arc) | changes(owner)]
        first = np.flatnonzero(changes(arc))
        return arc[first], np.diff(np.append(first, len(arc)))

    def sole_blockers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the arcs, ascending, that one constraint alone blocks, and which one."""
        arc, owner = self.coverage.arc[self._blocks], self.coverage.owner[self._blocks]
        fresh = changes(arc)
        # Sorted by arc and owner, so that several owners of one arc differ next to each other.
        mixed = np.flatnonzero(~fresh & changes(owner))
        alone = ~is_among(arc[fresh], arc[mixed])
        return arc[fresh][alone], owner[fresh][alone]

    def changed_weights(
        self, base_ms: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Return the arcs whose time differs from the base, and their times."""
        blocked = self.blocked_arcs
        rows = np.flatnonzero(self._slows)
        slow_arcs = self.coverage.arc[rows]
        open_rows = (base_ms[slow_arcs] < INFINITE) & ~is_among(slow_arcs, blocked)
        slowed, times = self._slowed_times(base_ms, rows[open_rows])
        arcs = np.concatenate([blocked, slowed])
        weights = np.concatenate([np.full(len(blocked), INFINITE), times])
        return arcs.astype(np.int64), weights.astype(np.uint32)

    def _slowed_times(
        self, base_ms: NDArray[np.uint32], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the arcs of some rows and their times from end to end, many at once.

        An area slows tens of thousands of arcs: only those on which several constraints lie, and
        one of them not from end to end, are cut into stretches one by one.
        """
        coverage = self.coverage
        arcs, index, count = np.unique(coverage.arc[rows], return_inverse=True, return_counts=True)
        factor, delay = np.ones(len(arcs)), np.zeros(len(arcs))
        np.minimum.at(factor, index, self._factor[rows])
        np.maximum.at(delay, index, self._delay_ms[rows] * coverage.delay_share[rows])
        low, high = np.zeros(len(arcs)), np.ones(len(arcs))
        low[index] = np.clip(coverage.from_fraction[rows], 0.0, 1.0)
        high[index] = np.clip(coverage.to_fraction[rows], 0.0, 1.0)
        moving = base_ms[arcs] * (low + (high - low) / factor + (1.0 - high))
        times = np.minimum(np.rint(moving + delay), INFINITE)
        whole = (coverage.from_fraction[rows] <= 0.0) & (coverage.to_fraction[rows] >= 1.0)
        for i in np.unique(index[~whole & (count[index] > 1)]).tolist():
            times[i] = self.time_ms(base_ms, int(arcs[i]))
        return arcs, times.astype(np.int64)

    def time_ms(
        self, base_ms: NDArray[np.uint32], arc: int, start: float = 0.0, end: float = 1.0
    ) -> int:
        """Return the time on a stretch of an arc, INFINITE if the vehicle cannot drive it."""
        whole = int(base_ms[arc])
        if whole >= INFINITE:
            return INFINITE
        rows, moving = self.coverage.rows(arc, start, end), whole * (end - start)
        if not len(rows):
            return round(moving)
        if bool(self._blocks[rows].any()):
            return INFINITE
        rows = rows[self._slows[rows]]
        delay = 0.0
        if len(rows):
            moving = whole * self._slowed_length(rows, start, end)
            delay = float((self._delay_ms[rows] * self.coverage.delay_share[rows]).max())
        return min(round(moving + delay), INFINITE)

    def _slowed_length(self, rows: NDArray[np.int64], start: float, end: float) -> float:
        """Return the length of a stretch with each part divided by its lowest speed factor."""
        low = np.clip(self.coverage.from_fraction[rows], start, end)
        high = np.clip(self.coverage.to_fraction[rows], start, end)
        cuts = np.unique(np.concatenate([[start, end], low, high]))
        total = 0.0
        for a, b in itertools.pairwise(cuts.tolist()):
            inside = (low <= a) & (high >= b)
            total += (b - a) / float(self._factor[rows[inside]].min(initial=1.0))
        return total

    def delay_s(self, arc: int, start: float, end: float) -> float:
        """Return the longest delay on a stretch of an arc, in seconds on the wall."""
        rows = self.coverage.rows(arc, start, end)
        if not len(rows):
            return 0.0
        delays = self._delay_ms[rows] * self.coverage.delay_share[rows]
        return float(delays.max()) * (1.0 + REST_SHARE) / 1000.0

    @cached_property
    def _acting_arcs(self) -> NDArray[np.int64]:
        arc = self.coverage.arc[self._blocks | self._slows]
        return arc[changes(arc)]

    @cached_property
    def _blocks(self) -> NDArray[np.bool_]:
        by_owner = np.array([item.outcome is Outcome.BLOCKS for item in self.effects], np.bool_)
        return by_owner[self.coverage.owner]

    @cached_property
    def _factor(self) -> NDArray[np.float64]:
        return np.array([item.speed_factor for item in self.effects], np.float64)[
            self.coverage.owner
        ]

    @cached_property
    def _delay_ms(self) -> NDArray[np.float64]:
        # Nobody rests for a delay, so its driving ms are fewer than those on the wall.
        delays = np.array([item.delay_s for item in self.effects], np.float64)
        return (delays * (1000.0 / (1.0 + REST_SHARE)))[self.coverage.owner]

    @cached_property
    def _slows(self) -> NDArray[np.bool_]:
        return (self._factor < 1.0) | (self._delay_ms > 0.0)


@lru_cache(maxsize=1)
def _no_effects() -> ArcEffects:
    return ArcEffects(Coverage.of(()), ())
