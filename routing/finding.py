"""Judge a passage by the rules of truth: verdict, way, conditions, blockers, what is not applied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from lca.effect import Effect, Outcome, location_words
from lca.vocab import Verdict

from .aversion import Aversion, avoiding
from .blocked import Blocked, Namer, whole
from .clock import duration_words
from .effects import ArcEffects, Coverage, Placed
from .facilities import EndFinding, hours_of, judge_ends
from .notes import Notary, Note, in_order
from .passage import Passage
from .place import ResolvedPlace
from .policy import PENALTY_FACTOR, Policy, Treatment
from .remarks import Remark, distance_words, idle_reason, idle_words, off_road_words
from .timing import stands_within, worst_effect
from .validity import valid_until
from .waits import Wait, waits_on
from .way import Visit, Way
from .weakest import WeakestLink, stale_km, weakest_link

FAR_OFF_ROAD_M = 500.0
"""An end farther from the road than this is a condition: nobody knows the way to it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out.

    ``valid_until`` is the first later departure for which time alone may change it; ``reason``
    says why a verdict is unknown. ``avoided_owners`` are the indices of ``avoided`` in the
    coverage; ``smallest`` tells whether no smaller set than ``blocked_by`` would reopen a way;
    ``blocked_by_others`` are sets of as few that would do instead, all if ``all_others``.
    """

    verdict: Verdict
    way: Way | None
    plain: Way | None
    conditions: tuple[Note, ...]
    notes: tuple[Note, ...]
    blocked_by: tuple[Note, ...]
    unapplied: tuple[Note, ...]
    avoided: tuple[Note, ...]
    valid_until: datetime | None
    reason: str = ""
    avoided_owners: tuple[int, ...] = ()
    waits: tuple[Wait, ...] = ()
    weakest: WeakestLink | None = None
    stale_km: float = 0.0
    smallest: bool | None = None
    blocked_by_others: tuple[tuple[Note, ...], ...] = ()
    all_others: bool = False


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges one passage.

    ``assessed`` is False where no constraint version is in force: nobody has looked.
    """

    passage: Passage
    coverage: Coverage
    origin: ResolvedPlace
    destination: ResolvedPlace
    policy: Policy
    notary: Notary
    assessed: bool

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The constraints."""
        return self.coverage.placed

    @cached_property
    def aversion(self) -> Aversion:
        """What the policy makes of constraints."""
        return Aversion(self.policy, self.passage.departure)

    @cached_property
    def namer(self) -> Namer:
        """Names what blocks."""
        return Namer(self.passage, self.coverage, self.aversion, self.notary)

    def finding(self) -> Finding:
        """Return the finding."""
        way, effects, words = self._search()
        plain = self.passage.plain
        blocked = [
            self.notary.facility(item.place, item.reason)
            for item in self._ends(way)
            if item.outcome is Outcome.BLOCKS
        ]
        found = Blocked(in_order(blocked))
        if way is None:
            found = self.namer.blocked(effects, blocked)
        else:
            way = self.passage.delayed(way, effects)
        visits = [] if way is None else way.visits(effects.coverage)
        waits = () if way is None else waits_on(way, self.passage, effects, self.notary)
        remarks = [] if way is None else self._along(way, visits, effects, waits)
        remarks += [*self._at_ends(way), *self._off_road(), *words]
        verdict, reason = self._verdict(way, found.notes, remarks)
        avoided = () if way is None else self._avoided(plain, way, effects)
        shown = None if verdict is Verdict.NOT_VIABLE else way
        return Finding(
            verdict=verdict,
            way=shown,
            plain=plain,
            conditions=in_order(
                item.note for item in remarks if item.outcome is Outcome.CONDITIONS
            ),
            notes=in_order(item.note for item in remarks if item.outcome is Outcome.NOTES),
            blocked_by=found.notes,
            unapplied=in_order(self._unapplied(way)),
            avoided=tuple(note for _, note in avoided) if shown is not None else (),
            avoided_owners=tuple(owner for owner, _ in avoided) if shown is not None else (),
            valid_until=self._valid_until(way, visits),
            reason=reason,
            waits=waits if shown is not None else (),
            weakest=weakest_link(visits, self.coverage, remarks, self.passage.departure),
            stale_km=stale_km(visits, self.coverage, self.passage.departure),
            smallest=found.exact,
            blocked_by_others=found.others,
            all_others=found.all_others,
        )

    def way_without(self, owner: int) -> Way | None:
        """Return the way that the policy would prefer if a constraint were lifted."""
        return self._search((owner,))[0]

    def _verdict(
        self, way: Way | None, blocked: Sequence[Note], remarks: Sequence[Remark]
    ) -> tuple[Verdict, str]:
        if way is None and not blocked:
            return Verdict.UNKNOWN, "the road data has no way between them"
        if way is None or blocked:
            return Verdict.NOT_VIABLE, ""
        if not self.assessed:
            return (
                Verdict.UNKNOWN,
                "nobody has assessed the constraints of this area: none are published",
            )
        unknown = [item.note.title() for item in remarks if item.doubt]
        if self.policy.unknown is Treatment.FORBID and way.unknown_limits_km() > 0:
            unknown.append(f"{way.unknown_limits_km():.1f} km without a known weight limit")
        if unknown:
            names = ", ".join(dict.fromkeys(unknown))
            return Verdict.UNKNOWN, f"the way depends on what the policy forbids: {names}"
        if any(item.outcome is Outcome.CONDITIONS for item in remarks):
            return Verdict.VIABLE_WITH_CONDITIONS, ""
        return Verdict.VIABLE, ""

    def _search(self, lifted: Collection[int] = ()) -> tuple[Way | None, ArcEffects, list[Remark]]:
        """Return the way that the policy prefers, the effects under which it was found, and why."""
        way, effects = self._allowed(self.accepted(lifted))
        doubts = self._objected(effects, self.aversion.doubted)
        if doubts:
            careful, cautious = self._allowed(self._avoiding(effects, doubts))
            if careful is not None:
                way, effects = careful, cautious
        if way is None:
            return way, effects, []
        dear = self._objected(effects, self.aversion.disliked)
        if not dear & {visit.owner for visit in way.visits(effects.coverage)}:
            return way, effects, []
        other, around = self._allowed(self._avoiding(effects, dear))
        if other is not None and other.duration_h <= PENALTY_FACTOR * way.duration_h:
            return other, around, [self._penalty(way, other, taken=True)]
        return way, effects, [self._penalty(way, other, taken=False)]

    def accepted(self, lifted: Collection[int] = ()) -> ArcEffects:
        """Return the effects at departure, with what the policy forbids as closed."""
        vehicle, at = self.passage.roads.vehicle, self.passage.departure
        effects = ArcEffects.at(self.coverage, vehicle, at).without(lifted)
        return self._avoiding(effects, self._objected(effects, self.aversion.forbidden))

    def _allowed(self, effects: ArcEffects) -> tuple[Way | None, ArcEffects]:
        """Return the way of the earliest arrival that passes nothing known that the policy forbids."""
        while True:
            way, settled = self.passage.settled(effects)
            if way is None:
                return None, settled
            forbidden = frozenset(
                owner
                for owner, effect in self.passage.met(way, effects).items()
                if owner not in effects.forced
                and self.aversion.forbidden(effects.coverage.placed[owner], effect)
            )
            if not forbidden:
                return way, effects
            effects = self._avoiding(effects, forbidden)

    def _objected(
        self, effects: ArcEffects, judge: Callable[[Placed, Effect], str | None]
    ) -> frozenset[int]:
        if self.policy.accepts_all:
            return frozenset()
        pairs = zip(self.placed, effects.effects, strict=True)
        return frozenset(owner for owner, pair in enumerate(pairs) if judge(*pair))

    def _avoiding(self, effects: ArcEffects, owners: frozenset[int]) -> ArcEffects:
        if not owners:
            return effects
        return avoiding(effects, owners, self.passage.roads.network, self.passage.departure)

    def _penalty(self, way: Way, other: Way | None, *, taken: bool) -> Remark:
        """Say which of two ways was taken because of what the policy would rather avoid."""
        if other is None:
            words = "there is no way without what the policy would rather avoid"
        elif taken:
            extra = duration_words(other.duration_h - way.duration_h)
            words = f"this way avoids what the policy would rather avoid, and takes {extra} more"
        else:
            words = (
                "the way without what the policy would rather avoid takes "
                f"{duration_words(other.duration_h)}, more than {PENALTY_FACTOR:g} times as long"
            )
        return Remark(Note("policy", "policy", words, name="Policy"), Outcome.NOTES)

    def _along(
        self, way: Way, visits: Sequence[Visit], effects: ArcEffects, waits: Sequence[Wait]
    ) -> list[Remark]:
        """Return what lies on the way, and what may lie on it."""
        placed = {visit.owner for visit in visits}
        return [*self._on_way(way, visits, effects, waits), *self._near(way, placed)]

    def _on_way(
        self, way: Way, visits: Sequence[Visit], effects: ArcEffects, waits: Sequence[Wait]
    ) -> Iterator[Remark]:
        """Yield what lies on the way, each constraint once, from its first to its last metre."""
        met = self.passage.met(way, effects)
        waited = {wait.owner: wait for wait in waits}
        for visit in whole(visits):
            item, effect = self.placed[visit.owner], met[visit.owner]
            wait = waited.get(visit.owner)
            if effect.outcome is Outcome.NONE:
                at = way.passing(visit, self.passage.departure)[0]
                reason = idle_reason(item, at) if wait is None else "; ".join(idle_words(item))
                if reason is None:
                    continue
                if wait is not None:
                    reason = f"{reason}; {wait.words()}" if reason else wait.words()
                note, outcome = self.notary.constraint(item, reason), Outcome.NOTES
            else:
                note, outcome = self.namer.note(visit.owner, effect), effect.outcome
                if wait is not None and not note.restricted:
                    note = replace(note, reason=f"{note.reason}; {wait.words()}")
            yield Remark(
                note.at_km(visit.km_from, visit.km_to),
                outcome,
                self.aversion.doubted(item, effect),
            )

    def _near(self, way: Way, named: Collection[int]) -> Iterator[Remark]:
        """Yield what could not be placed on a road but may concern the way (rule 2).

        What is named already, because it lies on the way, is not named again.
        """
        departure = self.passage.departure
        for owner in self.coverage.adrift:
            if owner in named:
                continue
            item, match = self.placed[owner], self.placed[owner].match
            effect = worst_effect(
                item.constraint, self.passage.roads.vehicle, departure, way.arrival(departure)
            )
            if effect.outcome is Outcome.NONE:
                continue
            if match.rest is None:
                where = "it has no usable location, so it may lie on this way"
            elif way.passes_within(match.rest, match.near_m):
                where = f"the way passes within {distance_words(match.near_m)} of it"
            else:
                continue
            # The match says it again, and with what follows from it.
            stated = effect.reason.removesuffix(location_words(item.constraint))
            reason = f"{stated}; {match.note}; {where}"
            yield Remark(
                self.notary.constraint(item, reason),
                min(effect.outcome, Outcome.CONDITIONS),
                self.aversion.doubted(item, effect),
            )

    def _ends(self, way: Way | None) -> list[EndFinding]:
        arrival = None if way is None else self._arrival(way)
        vehicle = self.passage.roads.vehicle
        return judge_ends(self.origin, self.destination, vehicle, arrival, self._zone_name)

    @property
    def _zone_name(self) -> str | None:
        return None if self.passage.zone is None else self.passage.zone.key

    def _valid_until(self, way: Way | None, visits: Sequence[Visit]) -> datetime | None:
        """Return until which departure the answer holds, the destination's hours included."""
        until = valid_until(self.passage, self.coverage, way, visits)
        hours = hours_of(self.destination, self._zone_name)
        change = None if way is None or hours is None else hours.next_change(self._arrival(way))
        if way is None or change is None:
            return until
        return min(filter(None, (until, change - way.elapsed)))

    def _arrival(self, way: Way) -> datetime:
        return way.arrival(self.passage.departure)

    def _at_ends(self, way: Way | None) -> Iterator[Remark]:
        for item in self._ends(way):
            if item.outcome is not Outcome.BLOCKS:
                yield Remark(self.notary.facility(item.place, item.reason), item.outcome)

    def _off_road(self) -> Iterator[Remark]:
        ends = (
            ("origin", self.origin, self.passage.origin),
            ("destination", self.destination, self.passage.destination),
        )
        for end, place, snap in ends:
            name = place.id or place.name
            if snap.off_road_m > FAR_OFF_ROAD_M:
                reason = f"the {end} lies {off_road_words(snap)}; the way between is not known"
                yield Remark(Note("road_data", name, reason, name=place.name), Outcome.CONDITIONS)
            if snap.passed_island:
                reason = (
                    f"a road nearer to the {end} is not connected for trucks in the road data; "
                    f"the way reaches the nearest one that is, {round(snap.off_road_m)} m off"
                )
                yield Remark(Note("road_data", name, reason, name=place.name), Outcome.CONDITIONS)

    def _unapplied(self, way: Way | None) -> Iterator[Note]:
        """Yield every standing constraint that is not, or not wholly, on a road."""
        departure = self.passage.departure
        until = departure if way is None else way.arrival(departure)
        for item in self.coverage.unmatched:
            if stands_within(item.constraint, departure, until):
                yield self.notary.constraint(item, item.match.note)

    def _avoided(
        self, plain: Way | None, way: Way, effects: ArcEffects
    ) -> tuple[tuple[int, Note], ...]:
        """Return what blocks the way that would be taken if nothing were constrained, by owner.

        That is what closes it at departure, or when the vehicle would pass.
        """
        if plain is None:
            return ()
        driven = {visit.owner for visit in way.visits(effects.coverage)}
        passed = self.passage.met(plain, effects)
        found = []
        for visit in whole(plain.visits(effects.coverage)):
            worst = max(effects.effects[visit.owner], passed[visit.owner], key=lambda e: e.outcome)
            if worst.outcome is Outcome.BLOCKS and visit.owner not in driven:
                note = self.namer.note(visit.owner, worst, blocking=True)
                found.append((visit.owner, note.at_km(visit.km_from, visit.km_to)))
        return tuple(sorted(found, key=lambda item: (item[1].km_from or 0.0, item[1].id)))
