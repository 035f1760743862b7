"""Some places as they lie on the roads of one outlook: found once, then asked about all day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.errors import NotFound
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.shelf import Shelf
from routing.snap import Snap

_KEPT_LISTS = 16
_snapped: Shelf[tuple[Snap | None, ...]] = Shelf(_KEPT_LISTS)
"""Where lists of places lie; keyed by the roads' content, so that none can be stale."""


@dataclass(frozen=True, eq=False)
class Stops:
    """Places, and where each lies on the roads; None for one that lies off the road network."""

    places: tuple[ResolvedPlace, ...]
    snaps: tuple[Snap | None, ...]

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def on_road(self) -> NDArray[np.bool_]:
        """Whether each lies on the road network."""
        return np.array([snap is not None for snap in self.snaps], np.bool_)

    @cached_property
    def segment(self) -> NDArray[np.int64]:
        """The segment's row of each, -1 off the road network."""
        return np.array([-1 if snap is None else snap.segment for snap in self.snaps], np.int64)

    @cached_property
    def fraction(self) -> NDArray[np.float64]:
        """Where each lies on its segment, from ``u`` (0) to ``v`` (1)."""
        return np.array([0.0 if snap is None else snap.fraction for snap in self.snaps], np.float64)

    @cached_property
    def people(self) -> NDArray[np.int64]:
        """The population of each, 0 where nobody has counted."""
        return np.array([population(place) or 0 for place in self.places], np.int64)

    def chosen(self, rows: Sequence[int] | NDArray[np.integer]) -> Stops:
        """Return some of them, in the order of their rows."""
        picked = [int(row) for row in rows]
        return Stops(
            tuple(self.places[row] for row in picked), tuple(self.snaps[row] for row in picked)
        )


def stops_of(outlook: Outlook, places: Sequence[ResolvedPlace]) -> Stops:
    """Return where places lie on the roads of an outlook."""
    listed = tuple(places)
    positions = tuple(place.position for place in listed)
    snaps = _snapped.get(
        (outlook.roads.key, positions), lambda: tuple(_snap(outlook, place) for place in listed)
    )
    return Stops(listed, snaps)


def population(place: ResolvedPlace) -> int | None:
    """Return how many people live in a place, None if that is not known."""
    people = place.row.get("population")
    return None if people is None else int(people)


def _snap(outlook: Outlook, place: ResolvedPlace) -> Snap | None:
    try:
        return outlook.snapped(place)
    except NotFound:
        return None  # it is listed as off the road network, among the others
