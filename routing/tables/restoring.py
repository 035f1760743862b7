"""What restores places that are cut off: which constraint's lifting reconnects how many people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.notes import Note
from routing.outlook import Outlook

from .beyond import Beyond
from .bounds import LONGEST_MS, Horizon, Sight
from .heading import counted
from .reach import people
from .stops import Stops

MOST_TRIED = 40
"""So many constraints are lifted one by one; each is a search of what nobody reaches."""
MOST_SETS = 5

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Restored:
    """A constraint, or a smallest set of them, and what its lifting alone reconnects to a hub.

    Leaving any one out of a set reconnects fewer places; there may be other such sets.
    """

    notes: tuple[Note, ...]
    places: int
    people: int
    place_ids: tuple[str, ...]

    @property
    def title(self) -> str:
        """What to call the set in a sentence."""
        return " and ".join(note.title() for note in self.notes)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "lifting": [note.as_json() for note in self.notes],
            "places": self.places,
            "people": self.people,
            "place_ids": list(self.place_ids),
        }

    def as_text(self) -> str:
        """Return it as a line."""
        return f"{self.title}: {counted(self.places, 'place')}, {counted(self.people, 'person', 'people')}"


def restoring(
    outlook: Outlook, hubs: Stops, stops: Stops, cut: Flags
) -> tuple[tuple[Restored, ...], bool]:
    """Return what would reconnect the cut-off places, most people first, and whether some was not tried.

    What opens by itself counts as open: it has to be waited for, but nobody has to lift it.
    """
    if not cut.any():
        return (), False
    sight = Horizon(outlook).within(LONGEST_MS).lower
    beyond = Beyond.of(sight, hubs)
    lost = stops.chosen(np.flatnonzero(cut))
    candidates = _near(beyond, lost, frozenset())
    truncated = len(candidates) > MOST_TRIED
    found: list[Restored] = []
    back = np.zeros(len(lost), np.bool_)
    for owner in candidates[:MOST_TRIED]:
        gained = beyond.reached(frozenset({owner}), lost)
        if gained.any():
            found.append(_restored(outlook, sight, (owner,), lost, gained))
            back |= gained
    sets, cut_short = _sets(outlook, beyond, lost, back)
    found = sorted([*found, *sets], key=lambda item: (-item.people, -item.places, item.title))
    return tuple(found), truncated or cut_short


def _near(beyond: Beyond, lost: Stops, without: frozenset[int]) -> list[int]:
    """Return the constraints whose lifting opens a road from what is reached, or a place's own.

    No other reconnects anything alone: whoever comes to it has to pass one of these.
    """
    effects, coverage = beyond.sight.effects, beyond.sight.effects.coverage
    there = beyond.vertices(without)
    network = beyond.sight.roads.network
    rows = np.flatnonzero(np.isin(coverage.owner, list(effects.blocking - without)))
    arcs = coverage.arc[rows]
    leads_on = there[network.arc_tail[arcs]] & ~there[network.arc_head[arcs]]
    ends = np.isin(arcs >> 1, np.concatenate([lost.segment, beyond.hubs.segment]))
    return sorted(set(coverage.owner[rows[leads_on | ends]].tolist()))


def _sets(
    outlook: Outlook, beyond: Beyond, lost: Stops, back: Flags
) -> tuple[list[Restored], bool]:
    """Return smallest sets for places that no constraint alone restores, one place after the other."""
    found: list[Restored] = []
    sight = beyond.sight
    open_ = beyond.reached(sight.effects.blocking, lost) & ~back
    while open_.any() and len(found) < MOST_SETS:
        target = lost.chosen(np.flatnonzero(open_)[:1])
        owners = _smallest(beyond, target)
        gained = beyond.reached(frozenset(owners), lost)
        found.append(_restored(outlook, sight, owners, lost, gained))
        open_ &= ~gained
    return found, bool(open_.any())


def _smallest(beyond: Beyond, target: Stops) -> tuple[int, ...]:
    """Return a set of constraints whose lifting reconnects a place, none of which can be left out.

    Grown outwards from what is reached, so that far closures are never candidates.
    """
    chosen: list[int] = []
    while not beyond.reached(frozenset(chosen), target).any():
        fresh = _near(beyond, target, frozenset(chosen))
        chosen += [owner for owner in fresh if owner not in chosen]
    for owner in list(chosen):
        if beyond.reached(frozenset(chosen) - {owner}, target).any():
            chosen.remove(owner)
    return tuple(chosen)


def _restored(
    outlook: Outlook, sight: Sight, owners: tuple[int, ...], lost: Stops, gained: Flags
) -> Restored:
    places = [lost.places[row] for row in np.flatnonzero(gained)]
    notes = tuple(
        outlook.notary.constraint(
            sight.effects.coverage.placed[owner], sight.effects.effects[owner].reason
        )
        for owner in owners
    )
    return Restored(
        notes, len(places), people(places), tuple(place.id or place.name for place in places)
    )
