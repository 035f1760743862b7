"""Which constraints lie otherwise on a newer graph build: none may lose its place in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.constraint import Constraint
from lca.lifting import LiftedClosure, is_closure

from .match import Match, MatchState, match
from .network import RoadNetwork

_RANK = {
    MatchState.MATCHED: 2,
    MatchState.PARTLY: 1,
    MatchState.UNMATCHED: 0,
    MatchState.UNLOCATED: 0,
}


@dataclass(frozen=True, slots=True, eq=False)
class Displaced:
    """A constraint that is placed worse on the newer roads, or on another length of road."""

    constraint: Constraint
    before: Match
    after: Match
    before_m: float
    after_m: float

    @property
    def lost(self) -> bool:
        """Whether it lay on roads and lies on none any more."""
        return len(self.before.pieces) > 0 and len(self.after.pieces) == 0

    @property
    def worse(self) -> bool:
        """Whether less of it is on roads than before."""
        return self.lost or _RANK[self.after.state] < _RANK[self.before.state]

    @property
    def lost_closure(self) -> bool:
        """Whether it is a standing closure that would stop nobody any more."""
        return self.lost and self.constraint.status.stands and is_closure(self.constraint)

    def as_lifted(self) -> LiftedClosure:
        """Return it as a closure that the newer roads would lift."""
        reason = f"it lies on no road of the newer build: {self.after.note}"
        return LiftedClosure(self.constraint.id, self.constraint.name, (reason,))

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "id": self.constraint.id,
            "name": self.constraint.name,
            "closure": is_closure(self.constraint),
            "lost": self.lost,
            "before": _told(self.before, self.before_m),
            "after": _told(self.after, self.after_m),
        }

    def text(self) -> str:
        """Return it as one line."""
        state = "is on no road any more" if self.lost else f"is {self.after.state.value}"
        if not self.worse:
            state = f"covers {self.after_m:,.0f} m of road instead of {self.before_m:,.0f} m"
        return (
            f"{self.constraint.name} [{self.constraint.id}] {state}: {self.after.note}; "
            f"before: {self.before.note}"
        )


def displaced(
    constraints: Iterable[Constraint], older: RoadNetwork, newer: RoadNetwork
) -> list[Displaced]:
    """Return the constraints that lie otherwise on newer roads, the lost ones first, then by id.

    A road whose geometry was refined by a few metres is no difference: 5 % and 20 m are.
    """
    found = []
    for constraint in constraints:
        before, after = match(constraint, older), match(constraint, newer)
        one = Displaced(
            constraint, before, after, _covered_m(before, older), _covered_m(after, newer)
        )
        apart_m = abs(one.after_m - one.before_m)
        if one.worse or apart_m > max(20.0, 0.05 * one.before_m):
            found.append(one)
    return sorted(found, key=lambda one: (not one.lost, not one.worse, one.constraint.id))


def _covered_m(found: Match, network: RoadNetwork) -> float:
    pieces = found.pieces
    if not len(pieces):
        return 0.0
    shares = pieces.to_fraction - pieces.from_fraction
    return float((shares * np.asarray(network.segments.length_m)[pieces.segment]).sum())


def _told(found: Match, metres: float) -> dict[str, Any]:
    return {"state": found.state.value, "note": found.note, "length_m": round(metres, 1)}
