"""Judge a passage by the rules of truth: verdict, way, conditions, blockers, what is not applied."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry

from lca.constraint import Standing
from lca.effect import Effect, Outcome, has_limits, location_words
from lca.geo import LocalMetres
from lca.instant import format_minute
from lca.vocab import EffectKind, Verdict

from .blockers import find_blockers
from .effects import ArcEffects, Coverage, Placed
from .facilities import EndFinding, judge_ends
from .match import MatchState, pieces_within
from .notes import Notary, Note, in_order
from .passage import Passage
from .pieces import Pieces
from .place import ResolvedPlace
from .policy import Policy, Treatment
from .snap import Snap
from .tangent import degrees_within
from .timing import next_hold, stands_within, worst_effect
from .validity import valid_until
from .way import Visit, Way

FAR_OFF_ROAD_M = 500.0
"""An end farther from the road than this is a condition: nobody knows the way to it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out.

    ``valid_until`` is the first later departure for which time alone may change it; ``reason``
    says why a verdict is unknown.
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


@dataclass(frozen=True, slots=True)
class _Remark:
    """A note with its weight, and whether it says that something is not known."""

    note: Note
    outcome: Outcome
    uncertain: bool = False


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

    def finding(self) -> Finding:
        """Return the finding."""
        way, effects = self._search()
        plain = self.passage.plain
        blocked = [
            self.notary.facility(item.place, item.reason)
            for item in self._ends()
            if item.outcome is Outcome.BLOCKS
        ]
        if way is None:
            blocked += self._blocked_by(effects, plain)
        visits = [] if way is None else way.visits(effects.coverage)
        remarks = [] if way is None else self._along(way, visits, effects)
        remarks += [*self._at_ends(), *self._off_road()]
        verdict, reason = self._verdict(way, blocked, remarks)
        shown = None if verdict is Verdict.NOT_VIABLE else way
        return Finding(
            verdict=verdict,
            way=shown,
            plain=plain,
            conditions=in_order(
                item.note for item in remarks if item.outcome is Outcome.CONDITIONS
            ),
            notes=in_order(item.note for item in remarks if item.outcome is Outcome.NOTES),
            blocked_by=in_order(blocked),
            unapplied=in_order(self._unapplied(way)),
            avoided=in_order(self._avoided(plain, effects)) if shown is not None else (),
            valid_until=valid_until(self.coverage, self.passage.departure, way, visits),
            reason=reason,
        )

    def _verdict(
        self, way: Way | None, blocked: Sequence[Note], remarks: Sequence[_Remark]
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
        if self._forbids:
            unknown = [item.note.title() for item in remarks if item.uncertain]
            if way.unknown_limits_km() > 0:
                unknown.append(f"{way.unknown_limits_km():.1f} km without a known weight limit")
            if unknown:
                names = ", ".join(dict.fromkeys(unknown))
                return Verdict.UNKNOWN, f"the way depends on what the policy forbids: {names}"
        if any(item.outcome is Outcome.CONDITIONS for item in remarks):
            return Verdict.VIABLE_WITH_CONDITIONS, ""
        return Verdict.VIABLE, ""

    @property
    def _forbids(self) -> bool:
        return self.policy.unknown is Treatment.FORBID

    def _search(self) -> tuple[Way | None, ArcEffects]:
        """Return the way that the policy prefers, and the effects under which it was found."""
        vehicle, at = self.passage.roads.vehicle, self.passage.departure
        effects = ArcEffects.at(self.coverage, vehicle, at)
        if self._forbids:
            way, careful = self.passage.settled(self._avoiding_unknowns(effects))
            if way is not None:
                return way, careful
        return self.passage.settled(effects)

    def _avoiding_unknowns(self, effects: ArcEffects) -> ArcEffects:
        """Return the effects with everything uncertain as a block, within its whole tolerance."""
        pieces: list[Pieces] = []
        blocks: dict[int, Effect] = {}
        for owner, (item, effect) in enumerate(zip(self.placed, effects.effects, strict=True)):
            own = item.match.pieces
            if _is_uncertain(item, effect, self.passage.departure):
                blocks[owner] = replace(effect, outcome=Outcome.BLOCKS)
                if item.match.rest is not None:
                    network = self.passage.roads.network
                    around = pieces_within(network, item.match.rest, item.match.near_m)
                    own = Pieces.joined((own, around))
            pieces.append(own)
        return ArcEffects(Coverage.of(self.placed, pieces), effects.effects).changed(blocks)

    def _blocked_by(self, effects: ArcEffects, plain: Way | None) -> list[Note]:
        found = find_blockers(self.passage, effects)
        visits = {}
        if plain is not None:
            visits = {visit.owner: visit for visit in _whole(plain.visits(effects.coverage))}
        notes = []
        for owner in found.owners:
            effect = found.effects.effects[owner]
            note = self._constraint_note(owner, effect, blocking=True)
            visit = visits.get(owner)
            notes.append(note.at_km(visit.km_from, visit.km_to) if visit else note)
        notes += [
            Note("road_rule", rule.segment_id, rule.reason, name=rule.street, excess=rule.excess)
            for rule in found.rules
        ]
        return notes

    def _constraint_note(self, owner: int, effect: Effect, *, blocking: bool = False) -> Note:
        item = self.placed[owner]
        reason = effect.reason
        if blocking:
            if effect.outcome is not Outcome.BLOCKS:
                reason += "; it makes the way take longer than 24 days"
            reason = "; ".join([reason, *_timing_words(item, self.passage.departure)])
        return self.notary.constraint(item, reason, effect=effect if blocking else None)

    def _along(self, way: Way, visits: Sequence[Visit], effects: ArcEffects) -> list[_Remark]:
        """Return what lies on the way, and what may lie on it."""
        placed = {visit.owner for visit in visits}
        return [*self._on_way(way, visits, effects), *self._near(way, placed)]

    def _on_way(self, way: Way, visits: Sequence[Visit], effects: ArcEffects) -> Iterator[_Remark]:
        """Yield what lies on the way, each constraint once, from its first to its last metre."""
        met = self.passage.met(way, effects)
        for visit in _whole(visits):
            item, effect = self.placed[visit.owner], met[visit.owner]
            if effect.outcome is Outcome.NONE:
                reason = _idle_reason(item, way.passing(visit, self.passage.departure)[0])
                if reason is None:
                    continue
                note, outcome = self.notary.constraint(item, reason), Outcome.NOTES
            else:
                note, outcome = self._constraint_note(visit.owner, effect), effect.outcome
            yield _Remark(
                note.at_km(visit.km_from, visit.km_to),
                outcome,
                _is_uncertain(item, effect, self.passage.departure),
            )

    def _near(self, way: Way, named: Collection[int]) -> Iterator[_Remark]:
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
            elif _within(way, match.rest, match.near_m):
                where = f"the way passes within {_distance_words(match.near_m)} of it"
            else:
                continue
            # The match says it again, and with what follows from it.
            stated = effect.reason.removesuffix(location_words(item.constraint))
            reason = f"{stated}; {match.note}; {where}"
            yield _Remark(
                self.notary.constraint(item, reason),
                min(effect.outcome, Outcome.CONDITIONS),
                _is_uncertain(item, effect, departure),
            )

    def _ends(self) -> list[EndFinding]:
        return judge_ends(self.origin, self.destination, self.passage.roads.vehicle)

    def _at_ends(self) -> Iterator[_Remark]:
        for item in self._ends():
            if item.outcome is not Outcome.BLOCKS:
                yield _Remark(self.notary.facility(item.place, item.reason), item.outcome)

    def _off_road(self) -> Iterator[_Remark]:
        ends = (
            ("origin", self.origin, self.passage.origin),
            ("destination", self.destination, self.passage.destination),
        )
        for end, place, snap in ends:
            name = place.id or place.name
            if snap.off_road_m > FAR_OFF_ROAD_M:
                reason = f"the {end} lies {_off_road_words(snap)}; the way between is not known"
                yield _Remark(Note("road_data", name, reason, name=place.name), Outcome.CONDITIONS)
            if snap.passed_island:
                reason = (
                    f"a road nearer to the {end} is not connected for trucks in the road data; "
                    f"the way reaches the nearest one that is, {round(snap.off_road_m)} m off"
                )
                yield _Remark(Note("road_data", name, reason, name=place.name), Outcome.CONDITIONS)

    def _unapplied(self, way: Way | None) -> Iterator[Note]:
        """Yield every standing constraint that is not, or not wholly, on a road."""
        departure = self.passage.departure
        until = departure if way is None else way.arrival(departure)
        for item in self.coverage.unmatched:
            if stands_within(item.constraint, departure, until):
                yield self.notary.constraint(item, item.match.note)

    def _avoided(self, plain: Way | None, effects: ArcEffects) -> Iterator[Note]:
        """Yield what blocks the way that would be taken if nothing were constrained."""
        if plain is None:
            return
        for visit in _whole(plain.visits(effects.coverage)):
            if effects.effects[visit.owner].outcome is Outcome.BLOCKS:
                note = self._constraint_note(
                    visit.owner, effects.effects[visit.owner], blocking=True
                )
                yield note.at_km(visit.km_from, visit.km_to)


def _whole(visits: Sequence[Visit]) -> list[Visit]:
    """Return one visit a constraint, from where the way first touches it to where it last does."""
    whole: dict[int, Visit] = {}
    for visit in visits:
        before = whole.get(visit.owner)
        whole[visit.owner] = visit if before is None else before.joined(visit)
    return list(whole.values())


def _is_uncertain(item: Placed, effect: Effect, at: datetime) -> bool:
    """Tell whether a constraint that matters says that something is not known."""
    if effect.outcome < Outcome.CONDITIONS:
        return False
    constraint = item.constraint
    return (
        item.match.state is not MatchState.MATCHED
        or item.match.rest is not None
        or constraint.effect is EffectKind.UNKNOWN
        or constraint.standing(at) is Standing.LAPSED
        or (constraint.effect is EffectKind.RESTRICTED and not has_limits(constraint))
    )


def _timing_words(item: Placed, at: datetime) -> Iterator[str]:
    constraint = item.constraint
    if constraint.window is not None:
        yield f"holds daily {constraint.window.text()}"
    hold = next_hold(constraint, at)
    if hold is None:
        return
    begins, stops = hold
    if begins > at:
        yield f"closes at {format_minute(begins)}, before the vehicle has passed"
    if stops is not None:
        yield f"opens at {format_minute(stops)}"


def _idle_reason(item: Placed, at: datetime) -> str | None:
    """Return why a constraint on the way does nothing, None if there is nothing to say."""
    constraint = item.constraint
    standing = constraint.standing(at)
    if standing is Standing.PAUSED and constraint.window is not None:
        return f"holds daily {constraint.window.text()}; not when this vehicle passes"
    if standing is Standing.NOT_YET and constraint.valid_from is not None:
        return f"begins at {format_minute(constraint.valid_from)}, after this vehicle has passed"
    return None


def _within(way: Way, geometry: BaseGeometry, distance_m: float) -> bool:
    west, south, east, north = geometry.bounds
    width, height = degrees_within(max(abs(south), abs(north)), distance_m)
    box = shapely.box(west - width, south - height, east + width, north + height)
    if not box.intersects(way.geometry):
        return False
    metres = LocalMetres.around(geometry)
    return bool(shapely.dwithin(metres.project(way.geometry), metres.project(geometry), distance_m))


def _distance_words(metres: float) -> str:
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def _off_road_words(snap: Snap) -> str:
    return f"{snap.off_road_m:.0f} m from the nearest road that this vehicle may use"
