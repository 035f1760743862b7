"""What an answer says blocks a way: one smallest set of notes, and those that would do instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lca.effect import Effect, Outcome

from .aversion import Aversion
from .blockers import Blockers, find_blockers, needed_only
from .effects import ArcEffects, Coverage, Placed
from .notes import Notary, Note, in_order
from .passage import Passage
from .remarks import timing_words
from .way import Visit


@dataclass(frozen=True, slots=True)
class Blocked:
    """One set of what blocks, and ``others`` of as few of which each would do instead.

    ``exact`` as :class:`routing.blockers.Blockers`, None where no set of constraints is named;
    ``all_others`` says that there are no more of them.
    """

    notes: tuple[Note, ...] = ()
    others: tuple[tuple[Note, ...], ...] = ()
    exact: bool | None = None
    all_others: bool = False


@dataclass(frozen=True, eq=False)
class Namer:
    """Names what blocks one passage."""

    passage: Passage
    coverage: Coverage
    aversion: Aversion
    notary: Notary

    def blocked(self, effects: ArcEffects, ends: Sequence[Note]) -> Blocked:
        """Return what blocks a passage for which no way was found.

        Of several sets that would do, that with the newest information comes first: whoever asks
        again wants to know what has happened. Between sets as new, the quicker way decides.

        Parameters
        ----------
        effects : ArcEffects
            Those under which no way was found.
        ends : sequence of Note
            What closes an end, and has to be lifted with any of the sets.
        """
        found = find_blockers(self.passage, self.passage.waited_for(effects))
        if not found.owners and not found.rules:
            # What opens by itself never does so for long enough.
            found = needed_only(self.passage, find_blockers(self.passage, effects))
        rules = [
            Note("road_rule", rule.segment_id, rule.reason, name=rule.street, excess=rule.excess)
            for rule in found.rules
        ]
        named = self._named(found, effects)
        sets = [
            in_order([*ends, *(named[owner] for owner in owners), *rules])
            for owners in (found.owners, *found.others)
        ]
        first, *others = sorted(sets, key=_age)
        exact = found.exact if found.owners and not found.rules else None
        return Blocked(first, tuple(others), exact, found.all_others)

    def note(self, owner: int, effect: Effect, *, blocking: bool = False) -> Note:
        """Return the note of a constraint, with what time makes of it if it blocks."""
        item = self.coverage.placed[owner]
        reason = effect.reason
        if blocking:
            if effect.outcome is not Outcome.BLOCKS:
                reason += "; it makes the way take longer than 24 days"
            reason = "; ".join(
                [reason, *timing_words(item, self.passage.roads.vehicle, self.passage.departure)]
            )
        return self.notary.constraint(item, reason, effect=effect if blocking else None)

    def _named(self, found: Blockers, effects: ArcEffects) -> dict[int, Note]:
        """Return the note of each constraint of any set, with its place on the plain way."""
        vehicle, departure = self.passage.roads.vehicle, self.passage.departure
        stated = ArcEffects.at(self.coverage, vehicle, departure)
        plain = self.passage.plain
        visits = {}
        if plain is not None:
            visits = {visit.owner: visit for visit in whole(plain.visits(effects.coverage))}
        named: dict[int, Note] = {}
        for owner in dict.fromkeys(item for some in (found.owners, *found.others) for item in some):
            note = self.note(owner, found.effects.effects[owner], blocking=True)
            placed: Placed = self.coverage.placed[owner]
            words = self.aversion.forbidden(placed, stated.effects[owner])
            if words and owner in effects.forced and not note.restricted:
                note = replace(note, kind="policy", reason=f"the policy forbids it: {words}")
            visit = visits.get(owner)
            named[owner] = note.at_km(visit.km_from, visit.km_to) if visit else note
        return named


def whole(visits: Sequence[Visit]) -> list[Visit]:
    """Return one visit a constraint, from where the way first touches it to where it last does."""
    found: dict[int, Visit] = {}
    for visit in visits:
        before = found.get(visit.owner)
        found[visit.owner] = visit if before is None else before.joined(visit)
    return list(found.values())


def _age(notes: Sequence[Note]) -> float:
    """Return what puts newer information first; that of a restricted constraint is not told."""
    told = [note.date_of_information for note in notes if note.date_of_information is not None]
    return -max(told).timestamp() if told else float("inf")
