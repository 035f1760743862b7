"""What each constraint that a way avoids costs it: the way with that one lifted, beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .effects import ArcEffects
from .passage import Passage
from .way import Way

MOST_COSTED = 8
"""Constraints whose cost is worked out for one answer; each is a search of its own."""


def avoided_costs(
    passage: Passage,
    effects: ArcEffects,
    owners: Sequence[int],
    *,
    way: Way | None = None,
    most: int = MOST_COSTED,
    without: Callable[[int], Way | None] | None = None,
) -> dict[int, tuple[float, float]]:
    """Return for each avoided constraint what lifting it alone would save: km and hours.

    0.0 means that lifting it alone changes nothing, as another closure lies behind it. Kilometres
    may be negative: the quicker way may be the longer one.

    Parameters
    ----------
    passage : Passage
        Who wants to get where.
    effects : ArcEffects
        The effects under which the way was found.
    owners : sequence of int
        Indices of constraints, in the order of their importance.
    way : Way, optional
        The way found, if it is at hand.
    most : int
        How many are costed; the others are not in the result, which a caller states.
    without : callable, optional
        Finds the way with a constraint lifted, for a policy that does not accept all; without it
        that of the earliest arrival.
    """
    if way is None:
        way, _ = passage.settled(effects)
    if way is None:
        return {}
    costs: dict[int, tuple[float, float]] = {}
    for owner in list(dict.fromkeys(owners))[:most]:
        other = without(owner) if without else passage.settled(effects.without((owner,)))[0]
        if other is None:
            msg = "with a constraint lifted there is no way, although there is one with it"
            raise RuntimeError(msg)
        costs[owner] = (way.length_km - other.length_km, way.duration_h - other.duration_h)
    return costs
