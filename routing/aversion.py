"""What an asker's policy makes of constraints: which it forbids or would rather avoid, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lca.constraint import Standing
from lca.effect import Effect, Outcome, has_limits
from lca.vocab import Confidence, EffectKind

from .effects import ArcEffects, Coverage, Placed
from .match import MatchState, pieces_within
from .network import RoadNetwork
from .pieces import Pieces
from .policy import Policy, Treatment

COUNTRY_PREFIX = "policy:"
"""How the id of a pseudo-closure begins that stands for a country to avoid."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What a policy has against a constraint; ``doubt`` where it is that something is not known."""

    treatment: Treatment
    words: str
    doubt: bool


@dataclass(frozen=True, eq=False)
class Aversion:
    """Judges the constraints of one passage by one policy."""

    policy: Policy
    at: datetime

    def objections(self, item: Placed, effect: Effect) -> Iterator[Objection]:
        """Yield what the policy has against a constraint with an effect on the vehicle."""
        policy, constraint = self.policy, item.constraint
        if item.control is not None and item.control.id in policy.avoid_borders:
            yield Objection(Treatment.FORBID, "a border crossing to avoid", doubt=False)
        if constraint.id.startswith(COUNTRY_PREFIX):
            yield Objection(Treatment.FORBID, "a country to avoid", doubt=False)
        if effect.outcome is Outcome.NONE:
            return
        worst = policy.max_security
        if effect.security and worst and effect.security.unsdi_t > worst.unsdi_t:
            words = f"security {effect.security.value}, at most {worst.value}"
            # What lies on no road is not known to lie on this way.
            yield Objection(Treatment.FORBID, words, doubt=not len(item.match.pieces))
        if effect.outcome is not Outcome.BLOCKS:
            yield from self._of_open(item, effect)

    def _of_open(self, item: Placed, effect: Effect) -> Iterator[Objection]:
        """Yield what the policy has against a constraint that the vehicle may pass."""
        policy, constraint = self.policy, item.constraint
        if constraint.effect is EffectKind.DIFFICULT:
            yield Objection(policy.difficult, "passable with difficulty", doubt=False)
        if is_uncertain(item, effect, self.at):
            yield Objection(policy.unknown, "something about it is not known", doubt=True)
        if constraint.stale(self.at):
            yield Objection(policy.stale, "its review date has passed", doubt=True)
        if constraint.confidence(self.at) in {Confidence.LOW, Confidence.NONE}:
            yield Objection(policy.low_confidence, "of low confidence", doubt=True)

    def forbidden(self, item: Placed, effect: Effect) -> str | None:
        """Return why the policy forbids something known about a constraint, None if it does not."""
        return self._words(item, effect, Treatment.FORBID, doubts=False)

    def doubted(self, item: Placed, effect: Effect) -> str | None:
        """Return why the policy forbids a constraint for what is not known, None if it does not."""
        return self._words(item, effect, Treatment.FORBID, doubts=True)

    def disliked(self, item: Placed, effect: Effect) -> str | None:
        """Return why the policy would rather avoid a constraint, None if it does not mind."""
        found = [
            one.words
            for one in self.objections(item, effect)
            if one.treatment is Treatment.PENALISE
        ]
        return ", ".join(found) or None

    def _words(
        self, item: Placed, effect: Effect, treatment: Treatment, *, doubts: bool
    ) -> str | None:
        found = [
            one.words
            for one in self.objections(item, effect)
            if one.treatment is treatment and one.doubt is doubts
        ]
        return ", ".join(found) or None


def avoiding(
    effects: ArcEffects, owners: frozenset[int], network: RoadNetwork, at: datetime
) -> ArcEffects:
    """Return the effects with some constraints as blocks, within the whole tolerance of doubts."""
    coverage = effects.coverage
    blocks = {
        owner: replace(effects.effects[owner], outcome=Outcome.BLOCKS) for owner in sorted(owners)
    }
    vague = [
        owner
        for owner in sorted(owners)
        if coverage.placed[owner].match.rest is not None
        and (
            not len(coverage.placed[owner].match.pieces)
            or is_uncertain(coverage.placed[owner], effects.effects[owner], at)
        )
    ]
    if vague:
        pieces = [item.match.pieces for item in coverage.placed]
        for owner in vague:
            match = coverage.placed[owner].match
            if match.rest is not None:
                around = pieces_within(network, match.rest, match.near_m)
                pieces[owner] = Pieces.joined((pieces[owner], around))
        effects = replace(effects, coverage=Coverage.of(coverage.placed, pieces))
    return effects.forcing(blocks)


def is_uncertain(item: Placed, effect: Effect, at: datetime) -> bool:
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
