"""Which constraints lie otherwise on a newer graph build: none may lose its place in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.constraint import Constraint
from lca.lifting import LiftedClosure, is_closure

from .control_match import bind
from .controls import CONTROL_RECORDS
from .field_location import Names
from .match import Match, MatchState, match
from .network import RoadNetwork
from .same_road import kept, still_there

_RANK = {
    MatchState.MATCHED: 2,
    MatchState.PARTLY: 1,
    MatchState.UNMATCHED: 0,
    MatchState.UNLOCATED: 0,
}


@dataclass(frozen=True, slots=True, eq=False)
class Displaced:
    """A constraint that is placed worse on the newer roads, on other roads, or on another length.

    ``elsewhere`` tells that it is a point or line of which nothing lies on the road where it lay;
    ``reopened`` that a road where it lay is there still, in that direction, and free of it.
    """

    constraint: Constraint
    before: Match
    after: Match
    before_m: float
    after_m: float
    elsewhere: bool = False
    reopened: bool = False

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
        """Whether it is a standing closure of which the newer roads would lift all or a part."""
        weaker = self.worse or self.elsewhere or self.reopened
        return weaker and self.constraint.status.stands and is_closure(self.constraint)

    def as_lifted(self) -> LiftedClosure:
        """Return it as a closure that the newer roads would lift."""
        reason = f"it {self._state}: {self.after.note}; before: {self.before.note}"
        return LiftedClosure(self.constraint.id, self.constraint.name, (reason,))

    @property
    def _state(self) -> str:
        if self.lost:
            return "is on no road any more"
        if self.elsewhere:
            return "is on another road"
        if self.reopened:
            return "leaves a road open where it lay"
        if self.worse:
            return f"is {self.after.state.value}"
        return f"covers {self.after_m:,.0f} m of road instead of {self.before_m:,.0f} m"

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "id": self.constraint.id,
            "name": self.constraint.name,
            "closure": is_closure(self.constraint),
            "lost": self.lost,
            "elsewhere": self.elsewhere,
            "reopened": self.reopened,
            "before": _told(self.before, self.before_m),
            "after": _told(self.after, self.after_m),
        }

    def text(self) -> str:
        """Return it as one line."""
        return (
            f"{self.constraint.name} [{self.constraint.id}] {self._state}: {self.after.note}; "
            f"before: {self.before.note}"
        )


def displaced(
    constraints: Iterable[Constraint],
    older: RoadNetwork,
    newer: RoadNetwork,
    names: Names | None = None,
) -> list[Displaced]:
    """Return the constraints that lie otherwise on newer roads, lifted closures first, then by id.

    ``names`` knows the places that a location in words may name. What facilities that control
    movement state is compared likewise, each facility as a constraint.

    A road whose geometry was refined by a few metres is no difference: 5 % and 20 m are. An area
    says itself how far it reaches, so it lies on whatever road is in it.
    """
    found = []
    for constraint in constraints:
        before, after = _placed(constraint, older, names), _placed(constraint, newer, names)
        elsewhere, reopened = _moved(constraint, before, older, after, newer)
        one = Displaced(
            constraint,
            before,
            after,
            _covered_m(before, older),
            _covered_m(after, newer),
            elsewhere,
            reopened,
        )
        apart_m = abs(one.after_m - one.before_m)
        if one.worse or elsewhere or reopened or apart_m > max(20.0, 0.05 * one.before_m):
            found.append(one)
    return sorted(
        found,
        key=lambda one: (not one.lost_closure, not one.lost, not one.worse, one.constraint.id),
    )


def closures_without_road(
    constraints: Iterable[Constraint], network: RoadNetwork, names: Names | None = None
) -> list[LiftedClosure]:
    """Return the standing closures that lie on no road; for where no older build can be read."""
    standing = [one for one in constraints if one.status.stands and is_closure(one)]
    placed = [(one, _placed(one, network, names)) for one in standing]
    return [
        LiftedClosure(one.id, one.name, (f"it is on no road: {found.note}",))
        for one, found in placed
        if not len(found.pieces)
    ]


def _placed(constraint: Constraint, network: RoadNetwork, names: Names | None) -> Match:
    if constraint.id.partition("/")[0] in CONTROL_RECORDS:
        return bind(constraint, network).match
    return match(constraint, network, names)


def _moved(
    constraint: Constraint, before: Match, older: RoadNetwork, after: Match, newer: RoadNetwork
) -> tuple[bool, bool]:
    """Return whether a point or line lies elsewhere now, and whether it left a road open."""
    shape = constraint.geometry
    if (shape is not None and "Polygon" in shape.geom_type) or not len(after.pieces):
        return False, False
    same = kept(before.pieces, older, after.pieces, newer, tolerance_m=after.tolerance_m)
    left = before.pieces.segment[~same]
    if not len(left):
        return False, False
    return not same.any(), still_there(left, older, newer)


def _covered_m(found: Match, network: RoadNetwork) -> float:
    pieces = found.pieces
    if not len(pieces):
        return 0.0
    shares = pieces.to_fraction - pieces.from_fraction
    return float((shares * np.asarray(network.segments.length_m)[pieces.segment]).sum())


def _told(found: Match, metres: float) -> dict[str, Any]:
    return {"state": found.state.value, "note": found.note, "length_m": round(metres, 1)}
